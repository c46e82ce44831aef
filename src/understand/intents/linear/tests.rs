//! The classifier as a whole: it learns, it keeps silent, it comes back from its bytes, and it is always the same.

use super::super::TrainingSet;
use super::*;

/// Three intents with many examples made from parts, half English and half Chinese.
fn examples() -> Vec<Example> {
    let mut yaml = "nlu:\n".to_owned();
    for (intent, verbs, things) in [
        (
            "lost_card",
            ["lost", "can't find", "misplaced", "丢了", "找不到"],
            ["my card", "the bank card", "银行卡", "卡片"],
        ),
        (
            "exchange_rate",
            ["what is", "show me", "tell me", "查一下", "现在是多少"],
            ["the exchange rate", "euro to dollar", "汇率", "欧元兑美元"],
        ),
        (
            "opening_hours",
            ["when", "until what time", "at what hour", "几点", "什么时候"],
            ["are you open", "does the branch open", "营业", "网点开门"],
        ),
    ] {
        yaml.push_str(&format!("- intent: {intent}\n  examples: |\n"));
        for verb in verbs {
            for thing in things {
                for end in ["", " please", " today", "呀"] {
                    yaml.push_str(&format!("    - {verb} {thing}{end}\n"));
                }
            }
        }
    }
    let mut set = TrainingSet::default();
    set.read("a.yml", &yaml).unwrap();
    set.examples
}

fn read(model: &LinearIntents, text: &str) -> Option<String> {
    model.read(&fold(text), &[]).filter(|verdict| verdict.believed).map(|verdict| verdict.intent)
}

#[test]
fn what_was_not_learnt_word_for_word_is_understood() {
    let model = LinearIntents::train(&examples(), |_| None).unwrap();
    assert_eq!(read(&model, "I think I have lost the card").as_deref(), Some("lost_card"));
    assert_eq!(read(&model, "我的銀行卡找不到了").as_deref(), Some("lost_card"));
    assert_eq!(read(&model, "查查今天美元的汇率").as_deref(), Some("exchange_rate"));
    assert_eq!(read(&model, "until when is the branch open").as_deref(), Some("opening_hours"));
}

#[test]
fn what_is_foreign_to_the_examples_is_not_believed() {
    let model = LinearIntents::train(&examples(), |_| None).unwrap();
    assert_eq!(read(&model, "番茄炒蛋怎么做"), None);
    assert_eq!(read(&model, "qqq zzz"), None);
    assert_eq!(model.read("", &[]), None);
}

#[test]
fn words_that_no_example_has_take_from_the_margin() {
    let model = LinearIntents::train(&examples(), |_| None).unwrap();
    let margin =
        |text: &str| model.read(&fold(text), &[]).map_or(f32::NEG_INFINITY, |verdict| verdict.margin);
    assert!(margin("lost my card") > margin("lost my card zzz qqq") + 0.3);
}

#[test]
fn a_few_examples_are_enough() {
    // Ten of each intent: too few are held back to find a margin on them.
    let few: Vec<Example> = examples().into_iter().step_by(8).collect();
    let model = LinearIntents::train(&few, |_| None).unwrap();
    assert_eq!(read(&model, "lost my card").as_deref(), Some("lost_card"));
    assert_eq!(read(&model, "查一下汇率").as_deref(), Some("exchange_rate"));
    assert_eq!(read(&model, "番茄炒蛋怎么做"), None);
    assert_eq!(read(&model, "please tell my brother a long story about pirates"), None);
}

#[test]
fn examples_out_of_scope_are_never_an_intent() {
    let mut all = examples();
    let outside: Vec<Example> = (0..60)
        .map(|number| Example {
            intent: "oos".to_owned(),
            text: format!("play song {number} by the band"),
            ..all[0].clone()
        })
        .collect();
    all.extend(outside);
    let model = LinearIntents::train(&all, |_| None).unwrap();
    assert_eq!(model.read("play song 7 by the band", &[]), None);
    assert_eq!(read(&model, "lost my bank card").as_deref(), Some("lost_card"));
}

#[test]
fn training_twice_gives_the_same_bytes_and_they_come_back() {
    let model = LinearIntents::train(&examples(), |_| None).unwrap();
    let bytes = model.to_bytes();
    assert_eq!(bytes, LinearIntents::train(&examples(), |_| None).unwrap().to_bytes());
    assert_eq!(LinearIntents::from_bytes(&bytes).unwrap(), model);
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = LinearIntents::train(&examples(), |_| None).unwrap().to_bytes();
    for at in (16..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        assert_eq!(LinearIntents::from_bytes(&damaged), Err(ModelError::Damaged), "byte {at}");
    }
    assert_eq!(LinearIntents::from_bytes(&bytes[..bytes.len() - 9]), Err(ModelError::Damaged));
    for old in ["beian-intents-00 and more", "beian-intents-02 without words"] {
        assert_eq!(LinearIntents::from_bytes(old.as_bytes()), Err(ModelError::Version));
    }
    assert_eq!(LinearIntents::from_bytes(b""), Err(ModelError::Version));
}

#[test]
fn one_intent_needs_no_classifier() {
    let mut all = examples();
    all.retain(|example| example.intent == "lost_card");
    assert!(LinearIntents::train(&all, |_| None).is_none());
}

/// A stand-in for an encoder: what the examples' parts mean in five numbers, whatever the language.
fn meaning(text: &str) -> Vec<f32> {
    const MEANT: [&[&str]; 5] = [
        &["lost", "find", "misplaced", "丢", "找不到", "gone"],
        &["rate", "euro", "汇率", "欧元", "dollar"],
        &["open", "营业", "开门", "hour"],
        &["card", "卡"],
        &["please", "today", "呀"],
    ];
    let says = |words: &[&str]| f32::from(u8::from(words.iter().any(|word| text.contains(word))));
    let numbers = MEANT.map(says);
    let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt().max(1.0);
    numbers.iter().map(|number| number / length).collect()
}

#[test]
fn what_a_text_means_counts_beside_its_words() {
    let with = LinearIntents::train(&examples(), |text| Some(meaning(text))).unwrap();
    // No piece of this text stands in the examples; what it means does.
    let text = "ζζζ";
    assert_eq!(
        with.read(text, &meaning("lost my card")).map(|verdict| verdict.intent).as_deref(),
        Some("lost_card")
    );
    assert_eq!(
        with.read(text, &meaning("汇率")).map(|verdict| verdict.intent).as_deref(),
        Some("exchange_rate")
    );
    assert_eq!(LinearIntents::train(&examples(), |_| None).unwrap().read(text, &[]), None);
    assert_eq!(LinearIntents::from_bytes(&with.to_bytes()).unwrap(), with);
}

#[test]
fn where_one_example_has_no_vector_none_is_used() {
    let some = LinearIntents::train(&examples(), |text| (text.len() > 12).then(|| meaning(text))).unwrap();
    assert_eq!(some, LinearIntents::train(&examples(), |_| None).unwrap());
}
