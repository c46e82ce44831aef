//! A database into a file and out of it again. A backup is always a SQLite database, whatever it is a backup of.

use std::fs;
use std::path::{Path, PathBuf};

use super::transfer::{Copied, copy};
use super::{Database, SqliteStore, StoreError, file_of, open, status};

/// Writes a backup into a file that isn't there yet, while others go on using the database. It appears whole or not at all.
/// A database in SQLite is taken as it is, of whatever version; one in PostgreSQL has to be up to date.
pub fn backup(url: &str, file: &Path) -> Result<(), StoreError> {
    if file.exists() {
        return Err(StoreError::Exists { path: file.display().to_string() });
    }
    throwaway_copy(url, file)?.keep_as(file)
}

/// The same as a file that goes when it is no longer used; its name is made from that of `file`.
pub fn throwaway_copy(url: &str, file: &Path) -> Result<Unfinished, StoreError> {
    let found = status(url)?;
    let unfinished = Unfinished::beside(file)?;
    if let Some(source) = file_of(url)? {
        SqliteStore::copy_file(source, &unfinished.path)?;
        return Ok(unfinished);
    }
    if found.version != found.latest {
        return Err(StoreError::Outdated {
            place: found.place,
            version: found.version,
            latest: found.latest,
        });
    }
    let target = SqliteStore::open(&unfinished.path)?;
    copy(&*open(url)?, &target, false)?;
    target.into_one_file()?;
    Ok(unfinished)
}

/// Puts a backup into a database, verified, all of it or nothing. An earlier version is brought up to date on the way; the file
/// stays as it is. `beside` is a folder for that.
pub fn restore(
    file: &Path,
    to: &dyn Database,
    replace: bool,
    beside: &Path,
) -> Result<Vec<Copied>, StoreError> {
    let found = SqliteStore::status(file)?;
    if found.version == 0 {
        return Err(StoreError::NotThere { path: file.display().to_string() });
    }
    let unfinished = Unfinished::beside(&beside.join("restoring.db"))?;
    SqliteStore::copy_file(file, &unfinished.path)?;
    copy(&SqliteStore::open(&unfinished.path)?, to, replace)
}

/// A file that is gone unless it is kept. Nobody else may read it: it holds what people said.
pub struct Unfinished {
    pub path: PathBuf,
}

impl Unfinished {
    /// Makes an empty file with a name like that of `file`.
    fn beside(file: &Path) -> Result<Self, StoreError> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = file.with_file_name(format!("{name}.{}.part", std::process::id()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        match options.open(&path) {
            Ok(_) => Ok(Self { path }),
            Err(error) => {
                Err(StoreError::Open { path: path.display().to_string(), reason: error.to_string() })
            }
        }
    }

    /// Gives the file its name, unless another one has it by now.
    fn keep_as(self, file: &Path) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Exists { path: file.display().to_string() },
            _ => StoreError::Open { path: file.display().to_string(), reason: error.to_string() },
        };
        fs::File::open(&self.path).and_then(|written| written.sync_all()).map_err(failed)?;
        // A link fails where the name is taken; a file system that knows no links gets the name by moving.
        match fs::hard_link(&self.path, file) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => fs::rename(&self.path, file),
            done => done,
        }
        .map_err(failed)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.path.clone().into_os_string();
            name.push(suffix);
            // One that isn't there needs no removal.
            let _ = fs::remove_file(name);
        }
    }
}
