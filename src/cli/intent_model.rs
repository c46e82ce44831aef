//! The classifier of somebody's own intents, trained once for its content and kept in the data folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::assistant::is_own;
use crate::understand::features::hash;
use crate::understand::intents::{Example, LinearIntents};

/// How many are kept: whoever changes training data goes back and forth a little.
const KEPT: usize = 8;

/// The classifier of these examples, from the data folder or newly trained; `None` when every intent is one of ours. `meaning` gives
/// the vector of an example where an encoder is in use.
///
/// A folder that can't be written to costs the training at each start, and nothing else.
pub fn open(
    examples: &[Example],
    data: &Path,
    meaning: &dyn Fn(&str) -> Option<Vec<f32>>,
) -> Option<LinearIntents> {
    if !examples.iter().any(|example| is_own(&example.intent)) {
        return None;
    }
    let folder = data.join("intents");
    let with =
        if examples.first().and_then(|example| meaning(&example.text)).is_some() { "-meaning" } else { "" };
    let path = folder.join(format!("{}{with}.model", content(examples)));
    match fs::read(&path) {
        Ok(bytes) => match LinearIntents::from_bytes(&bytes) {
            Ok(model) => return Some(model),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "kept intents can't be used; training them anew");
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "kept intents can't be read; training them anew");
        }
    }
    tracing::info!(examples = examples.len(), "training intents");
    let model = LinearIntents::train(examples, meaning)?;
    if let Err(error) = keep(&model, &folder, &path) {
        tracing::warn!(path = %path.display(), %error, "intents can't be kept; the next start trains them again");
    }
    Some(model)
}

/// A name for what the examples say.
fn content(examples: &[Example]) -> String {
    let all: String =
        examples.iter().flat_map(|example| [&*example.intent, "\u{1}", &*example.text, "\u{2}"]).collect();
    format!("{:016x}-{}", hash(&all), examples.len())
}

/// Written beside its place and moved there: a start sees all of it or none.
fn keep(model: &LinearIntents, folder: &Path, path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!("draft-{}", std::process::id()));
    let moved = fs::write(&draft, model.to_bytes()).and_then(|()| fs::rename(&draft, path));
    if moved.is_err() {
        let _ = fs::remove_file(&draft);
    }
    moved.and_then(|()| forget_oldest(folder))
}

/// Removes the models written longest ago beyond those kept.
fn forget_oldest(folder: &Path) -> std::io::Result<()> {
    let mut models: Vec<(std::time::SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "model") {
            models.push((fs::metadata(&path)?.modified()?, path));
        }
    }
    models.sort();
    let surplus = models.len().saturating_sub(KEPT);
    models.drain(..surplus).try_for_each(|(_, path)| fs::remove_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::intents::TrainingSet;

    fn examples(yaml: &str) -> Vec<Example> {
        let mut set = TrainingSet::default();
        set.read("a.yml", yaml).unwrap();
        set.examples
    }

    const TWO: &str = "nlu:\n- intent: lost\n  examples: |\n    - lost my card\n    - my card is lost\n    - card gone\n- intent: rate\n  examples: |\n    - exchange rate\n    - the rate of exchange\n    - rate now\n";

    #[test]
    fn what_was_trained_is_kept_and_what_is_damaged_is_trained_anew() {
        let data = tempfile::tempdir().unwrap();
        let examples = examples(TWO);
        let trained = open(&examples, data.path(), &|_| None).unwrap();
        let kept: Vec<PathBuf> =
            fs::read_dir(data.path().join("intents")).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(kept.len(), 1);
        let whole = fs::read(&kept[0]).unwrap();
        assert_eq!(open(&examples, data.path(), &|_| None).unwrap(), trained);
        fs::write(&kept[0], &whole[..whole.len() / 2]).unwrap();
        assert_eq!(open(&examples, data.path(), &|_| None).unwrap(), trained);
        assert_eq!(fs::read(&kept[0]).unwrap(), whole, "the damaged file was replaced");
    }

    #[test]
    fn other_examples_are_another_model_and_only_some_are_kept() {
        let data = tempfile::tempdir().unwrap();
        for number in 0..KEPT + 3 {
            open(&examples(&format!("{TWO}    - rate of day {number}\n")), data.path(), &|_| None).unwrap();
        }
        assert_eq!(fs::read_dir(data.path().join("intents")).unwrap().count(), KEPT);
    }

    #[test]
    fn our_own_intents_need_none() {
        let data = tempfile::tempdir().unwrap();
        let ours = "nlu:\n- intent: check_domain\n  examples: |\n    - a\n- intent: handoff\n  examples: |\n    - b\n";
        assert!(open(&examples(ours), data.path(), &|_| None).is_none());
        assert!(!data.path().join("intents").exists());
    }
}
