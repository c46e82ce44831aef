//! The encoder against vectors that the model's own program gave. Needs the model: BEIAN_TEST_MODEL names a data folder in which
//! `beian model install` was run.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::path::Path;

use super::*;

/// A sentence with every sixteenth number of its vector.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    text: String,
    every_sixteenth: Vec<f32>,
}

fn encoder() -> Option<Encoder> {
    let Some(data) = std::env::var_os("BEIAN_TEST_MODEL") else {
        eprintln!("skipped: BEIAN_TEST_MODEL doesn't name a data folder with the model");
        return None;
    };
    Some(
        Encoder::open(Path::new(&data)).unwrap().expect("no model in the folder that BEIAN_TEST_MODEL names"),
    )
}

#[test]
fn vectors_are_those_of_the_models_own_program() {
    let Some(encoder) = encoder() else { return };
    let recorded: Vec<Recorded> = serde_json::from_str(include_str!("recorded.json")).unwrap();
    assert!(recorded.len() >= 20);
    let together = encoder.encode_all(&recorded.iter().map(|one| one.text.as_str()).collect::<Vec<_>>());
    for (one, of_all) in recorded.iter().zip(together) {
        let vector = encoder.encode(&one.text);
        assert_eq!(vector.len(), DIMENSIONS);
        assert_eq!(one.every_sixteenth.len(), DIMENSIONS / 16);
        for (place, number) in one.every_sixteenth.iter().enumerate() {
            assert!((vector[place * 16] - number).abs() < 1e-3, "{} at {}", one.text, place * 16);
            assert!((of_all[place * 16] - number).abs() < 1e-3, "{} at {}, together", one.text, place * 16);
        }
    }
}

#[test]
fn vectors_are_kept_and_taken_over() {
    let Some(encoder) = encoder() else { return };
    let data = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder(data.path())).unwrap();
    let mut texts: std::collections::BTreeMap<u64, String> =
        [(1, "备案号".to_owned()), (2, "how long does it take".to_owned())].into();
    assert!(Vectors::find(data.path(), &texts).is_none());
    let made = Vectors::make(data.path(), &encoder, &texts, &mut |_| ()).unwrap();
    assert_eq!(made.len(), 2);
    let question = Question::of(&encoder.encode("备案号"));
    let mut cosines = Vec::new();
    let places = [1, 2].map(|text| (made.place(text).unwrap(), text));
    made.all().cosines(&question, &places, |_, cosine| cosines.push(cosine));
    assert!((cosines[0] - 1.0).abs() < 0.01 && cosines[1] < 0.8, "{cosines:?}");
    assert_eq!(Vectors::find(data.path(), &texts).unwrap().len(), 2);
    texts.insert(3, "新的".to_owned());
    let mut heard = Vec::new();
    Vectors::make(data.path(), &encoder, &texts, &mut |done| heard.push(done)).unwrap();
    assert_eq!(heard, [2, 3], "two are taken from the earlier file");
    assert!(!remove(data.path()).unwrap(), "there was no model in this folder");
    assert!(!folder(data.path()).exists(), "the vectors went");
}

#[test]
fn without_a_model_there_is_none() {
    let data = tempfile::tempdir().unwrap();
    assert!(Encoder::open(data.path()).unwrap().is_none());
    assert!(!remove(data.path()).unwrap());
    std::fs::create_dir(folder(data.path())).unwrap();
    std::fs::write(model_file(data.path()), "beianenc and no more").unwrap();
    let error = Encoder::open(data.path()).err().unwrap().to_string();
    assert!(error.contains("beian model install"), "{error}");
    assert!(remove(data.path()).unwrap());
}
