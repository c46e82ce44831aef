//! Which words of a question stand in a section: the longest stretches first, of two characters or more.

use crate::knowledge::Section;
use crate::understand::normalise::fold;

/// The stretches of a folded question that stand in a section's headings, text or other ways to ask, in their order.
pub(super) fn shared(question: &str, section: &Section) -> Vec<String> {
    let mut text = fold(&section.heading_path());
    for part in section.asks.iter().chain([&section.plain]) {
        text.push('\n');
        text.push_str(&fold(part));
    }
    let characters: Vec<char> = question.chars().collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let longest = (at + 2..=characters.len())
            .map(|end| &characters[at..end])
            .take_while(|part| part.iter().all(|c| c.is_alphanumeric()))
            .map(|part| part.iter().collect::<String>())
            .take_while(|part| text.contains(part))
            .last();
        let Some(word) = longest else {
            at += 1;
            continue;
        };
        at += word.chars().count();
        // A pair of letters of a longer word is an accident.
        let chance = word.is_ascii() && word.len() < 3;
        if !chance && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Language, Place};

    #[test]
    fn the_longest_stretches_are_found() {
        let section = Section {
            place: Place { doc: "a.md".to_owned(), line: 1 },
            copies: Vec::new(),
            title: String::new(),
            parents: Vec::new(),
            heading: "备案被驳回怎么办".to_owned(),
            anchor: None,
            as_of: None,
            language: Language::Chinese,
            body: String::new(),
            plain: "按原因修改后重新提交。ECS".to_owned(),
            asks: vec!["没过初审".to_owned()],
            contents: false,
        };
        assert_eq!(shared("我的备案被驳回,初审没过 ecs", &section), ["备案被驳回", "初审", "没过", "ecs"]);
        assert!(shared("天气", &section).is_empty());
    }
}
