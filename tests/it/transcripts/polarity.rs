//! Pairs of messages that differ in a word that turns the meaning, from the same person, with other replies expected.
//!
//! A pair counts where nearly all else is the same. Which reply is right is the transcripts' to say; here it is kept that there are such pairs
//! and that they aren't passed by an assistant that doesn't hear the word.

use beian::transcripts::{Step, TestCase};

/// The word, the word that turns it, and what holds both and is neither.
const POLARITIES: [(&str, &str, &str); 3] =
    [("能", "不能", "能不能"), ("想", "不想", "想不想"), ("已经", "还没", "已经还没")];

/// Pairs of each.
const LEAST: usize = 3;

/// How much of two messages is the same at least.
const ALIKE: f64 = 0.6;

/// The one step of a case that has no other.
fn single(case: &TestCase) -> Option<&Step> {
    match case.steps.as_slice() {
        [step] if step.bot.is_some() => Some(step),
        _ => None,
    }
}

/// What the record-backed part of the reply must be.
fn meaning(step: &Step) -> impl PartialEq {
    let reply = step.bot.as_ref().map(|bot| &bot.reply);
    ["kind", "intent", "outcome"].map(|field| reply.and_then(|reply| reply.get(field)).cloned())
}

/// The share of the longer text's characters that stand in the other in the same order.
#[expect(clippy::cast_precision_loss, reason = "lengths of messages")]
fn alike(one: &str, other: &str) -> f64 {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut row = vec![0_usize; other.len() + 1];
    for a in &one {
        let mut diagonal = 0;
        for (at, b) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if a == b { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[other.len()] as f64 / one.len().max(other.len()).max(1) as f64
}

#[test]
fn words_that_turn_the_meaning_turn_the_reply() {
    let files = super::all();
    for (word, turned, both) in POLARITIES {
        let says_turned = |text: &str| text.replace(both, "").contains(turned);
        let says = |text: &str| text.replace(both, "").contains(word) && !says_turned(text);
        let mut pairs = Vec::new();
        for file in &files {
            for one in file.cases.iter().filter(|case| single(case).is_some_and(|step| says(&step.user))) {
                let other = file.cases.iter().find(|other| {
                    other.speaker == one.speaker
                        && single(other).zip(single(one)).is_some_and(|(other, one)| {
                            says_turned(&other.user)
                                && alike(&one.user, &other.user) >= ALIKE
                                && meaning(one) != meaning(other)
                        })
                });
                pairs.extend(other.map(|other| (&one.name, &other.name)));
            }
        }
        assert!(pairs.len() >= LEAST, "{word}/{turned}: {pairs:?}");
    }
}

#[test]
fn texts_are_alike_by_what_they_share_in_order() {
    assert!((alike("能撤回吗", "不能撤回吗") - 0.8).abs() < 1e-9);
    assert!(alike("能撤回吗", "") < 1e-9 && alike("", "") < 1e-9);
}
