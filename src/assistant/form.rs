//! What fills a question that we asked back: a name, an ordinal, a part of a name. What becomes of the question when the
//! message is something else is decided in [`super::asking`].

use super::context::Pending;
use super::follow_up::named;
use crate::understand::{Entities, Normalised};

/// An answer that comes with more words than these beside it is no answer but a new question.
const MOST_BESIDE: usize = 14;

/// The slot that a message fills and what with.
pub fn answer(pending: &Pending, text: &Normalised, entities: &Entities) -> Option<(String, String)> {
    let folded = trimmed(&text.folded);
    let own = |value: String| (pending.slot.clone(), value);
    let whole = named(&pending.slot, entities).filter(|value| leaves_no_question(folded, value)).map(own);
    whole
        .or_else(|| picked(folded, &pending.options).map(own))
        .or_else(|| {
            let contains = |option: &&String| folded.contains(&option.to_lowercase());
            pending
                .options
                .iter()
                .find(contains)
                .filter(|option| leaves_no_question(folded, option))
                .cloned()
                .map(own)
        })
        .or_else(|| (pending.slot == "account").then(|| account_id(&text.original)).flatten().map(own))
        .or_else(|| {
            // An agent who was asked whose records may say the account.
            let of_anyone =
                pending.options.is_empty() && matches!(pending.slot.as_str(), "order" | "instance");
            let account = of_anyone.then(|| account_id(&text.original)).flatten();
            account.filter(|_| entities.domains.is_empty()).map(|account| ("account".to_owned(), account))
        })
        .or_else(|| part_of_one(folded, pending).map(own))
        .or_else(|| instead(&pending.slot, entities).filter(|(_, value)| leaves_no_question(folded, value)))
        .or_else(|| (pending.slot == "name").then(|| bare_answer(text)).flatten().map(own))
}

/// A message without what stands around its words.
pub fn trimmed(folded: &str) -> &str {
    folded.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether the words beside a name ask for nothing.
fn leaves_no_question(folded: &str, value: &str) -> bool {
    let rest = folded.replace(&value.to_lowercase(), "");
    let bare = rest.trim_end_matches(['吗', '呢', '吧', '?', ' ']);
    let length = rest.chars().filter(|c| c.is_alphanumeric()).count();
    length <= MOST_BESIDE && !asks(bare)
}

/// Whether a text has the words of a question in it.
pub fn asks(folded: &str) -> bool {
    const CHINESE: &[&str] = &[
        "吗",
        "怎",
        "咋",
        "什么",
        "啥",
        "多久",
        "多少",
        "几",
        "哪",
        "为何",
        "谁",
        "能不能",
        "可不可以",
        "是不是",
        "要不要",
        "有没有",
        "是否",
        "能撤",
        "能放弃",
        "还能",
        "么样",
        "如何",
        "到了没",
        "好了没",
        "行不行",
        "?",
        "？",
    ];
    const ENGLISH: &[&str] = &[
        "how", "what", "why", "when", "where", "who", "can", "could", "do", "does", "is", "are", "may",
        "should", "will", "did",
    ];
    CHINESE.iter().any(|word| folded.contains(word))
        || folded
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .is_some_and(|first| ENGLISH.contains(&first))
}

/// Whether a message only points at something: 红色的那个, the blue one.
pub fn points(folded: &str) -> bool {
    const ENDS: &[&str] = &["那个", "这个", "那台", "这台", "那单", "这单", "那一个", "这一个", " one"];
    let bare = trimmed(folded).trim_end_matches(['吧', '啊', '呀']);
    bare.chars().count() <= 16 && ENDS.iter().any(|end| bare.ends_with(end)) && !asks(folded)
}

/// A nod or a shake of the head: no answer to “which”.
pub fn is_nod(folded: &str) -> bool {
    const NODS: &[&str] = &[
        "是",
        "是的",
        "对",
        "对的",
        "嗯",
        "嗯嗯",
        "好",
        "好的",
        "行",
        "可以",
        "没错",
        "不是",
        "不对",
        "都不是",
        "yes",
        "yeah",
        "yep",
        "ok",
        "okay",
        "sure",
        "right",
        "no",
        "nope",
    ];
    NODS.contains(&trimmed(folded))
}

/// The account's id that is the whole message: an account is known by the store only, so any single word may be one.
fn account_id(original: &str) -> Option<String> {
    let words = original.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@')));
    let words: Vec<&str> = words.filter(|word| word.len() >= 2).collect();
    match words.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}

/// Another name for what was asked: an order by its domain, an instance by its product.
fn instead(slot: &str, entities: &Entities) -> Option<(String, String)> {
    match slot {
        "order" => Some(("domain".to_owned(), entities.domains.first()?.clone())),
        "instance" => Some(("product".to_owned(), entities.products.first()?.clone())),
        _ => None,
    }
}

/// A message that is nothing but the name we asked for, as typed.
fn bare_answer(text: &Normalised) -> Option<String> {
    let answer = text.original.trim().trim_matches(['“', '”', '"', '。', '.']);
    let short = (1..=30).contains(&answer.chars().count());
    (short && !answer.contains(['?', '？', '，', ',', '\n']) && !answer.ends_with(['吗', '呢', '么']))
        .then(|| answer.to_owned())
}

/// The only option that a piece of the message is a part of, by its own name or another: 尾号 005, new 那个, 变更网站的.
fn part_of_one(folded: &str, pending: &Pending) -> Option<String> {
    const WORDS: &[&str] = &[
        "the", "one", "that", "this", "please", "it", "is", "my", "with", "order", "server", "domain", "and",
        "of", "in", "com", "cn", "net", "www", "number", "no", "ending", "ends", "id",
    ];
    if asks(folded) || folded.chars().count() > 24 {
        return None;
    }
    let names = |option: &String| -> Vec<String> {
        let others = pending.also.get(option).into_iter().flatten();
        std::iter::once(option).chain(others).map(|name| name.to_lowercase()).collect()
    };
    let only = |fits: &dyn Fn(&str) -> bool| {
        let mut fitting = pending.options.iter().filter(|option| names(option).iter().any(|name| fits(name)));
        fitting.next().filter(|_| fitting.next().is_none()).cloned()
    };
    let pieces = folded.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    for piece in pieces.filter(|piece| piece.len() >= 2 && !WORDS.contains(piece)) {
        let ends = only(&|name| name.ends_with(piece));
        if let Some(option) = ends.or_else(|| only(&|name| name.contains(piece))) {
            return Some(option);
        }
    }
    // 变更网站的那个: another name of one of them is in the message.
    only(&|name| !name.is_ascii() && name.chars().count() >= 2 && folded.contains(name))
}

/// Whether a message is an ordinal, of however many options.
pub fn is_ordinal(folded: &str) -> bool {
    picked(folded, &[const { String::new() }; 9]).is_some()
}

/// The option that an ordinal picks: 第二个, 2, the second one, 最后一台.
pub fn picked(folded: &str, options: &[String]) -> Option<String> {
    const CHINESE: [&str; 9] = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const ENGLISH: [&str; 9] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    const FIRST: &[&str] = &["头一个", "前面那个", "前一个", "上面那个", "前者", "the former"];
    const LAST: &[&str] = &[
        "最后一个",
        "最后那个",
        "最后",
        "最下面那个",
        "最后一台",
        "后一个",
        "后面那个",
        "后者",
        "last",
        "the latter",
    ];
    if options.is_empty() || folded.chars().count() > 24 {
        return None;
    }
    let mut bare = folded.trim_end_matches(['吧', '呢', '的', '那', '是', '啊', '.', '。', '!', ' ']);
    bare = bare.trim_start_matches(['选', '是', '就', '我', '要', '看', '那', '查', ' ']);
    for word in ["i mean ", "it is ", "it's ", "the ", "number ", "no. ", "no.", "option "] {
        bare = bare.strip_prefix(word).unwrap_or(bare);
    }
    for word in [" please", " one", " order", " server", " domain"] {
        bare = bare.strip_suffix(word).unwrap_or(bare);
    }
    if FIRST.contains(&bare) {
        return options.first().cloned();
    }
    if LAST.contains(&bare) {
        return options.last().cloned();
    }
    let position = ENGLISH.iter().position(|word| *word == bare).or_else(|| {
        let number = bare.strip_prefix('第').unwrap_or(bare);
        let number = ["个", "台", "家", "条", "项", "单", "号", "种"]
            .iter()
            .find_map(|unit| number.strip_suffix(unit))
            .unwrap_or(number);
        let digit =
            number.parse::<usize>().ok().filter(|_| number.len() == 1).and_then(|digit| digit.checked_sub(1));
        digit.or_else(|| CHINESE.iter().position(|word| *word == number))
    })?;
    options.get(position).cloned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn pending() -> Pending {
        let also = [
            ("20190812001", vec!["one-shop.com", "首次备案"]),
            ("20190812002", vec!["two-blog.cn", "变更网站"]),
        ];
        Pending {
            intent: "can_cancel_order".into(),
            slot: "order".into(),
            options: vec!["20190812001".into(), "20190812002".into()],
            also: also
                .map(|(option, names)| (option.to_owned(), names.into_iter().map(str::to_owned).collect()))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            ..Pending::default()
        }
    }

    fn reads(text: &str) -> Option<(String, String)> {
        let text = Normalised::of(text);
        let entities = crate::understand::Recogniser::default().recognise(&text.folded, &text.original);
        answer(&pending(), &text, &entities)
    }

    #[test]
    fn names_ordinals_and_parts_answer() {
        for (text, value) in [
            ("20190812002", "20190812002"),
            ("是20190812001这个", "20190812001"),
            ("第二个", "20190812002"),
            ("2", "20190812002"),
            ("第2个吧", "20190812002"),
            ("the second one please", "20190812002"),
            ("the last one", "20190812002"),
            ("No. 1", "20190812001"),
            ("头一个", "20190812001"),
            ("最后那个吧", "20190812002"),
            ("尾号 002 的那个", "20190812002"),
            ("2001", "20190812001"),
            ("shop 那个", "20190812001"),
            ("变更网站的那个", "20190812002"),
        ] {
            assert_eq!(reads(text), Some(("order".into(), value.into())), "{text}");
        }
    }

    #[test]
    fn what_fits_none_or_several_answers_nothing() {
        for text in [
            "第五个",
            "2019",
            "红色的那个",
            "com 那个",
            "0",
            "是的",
            "20190812001 到哪一步了",
            "the blue one",
        ] {
            assert_eq!(reads(text), None, "{text}");
        }
    }

    #[test]
    fn another_name_is_taken_as_such() {
        assert_eq!(reads("two-blog.cn 的"), Some(("order".into(), "20190812002".into())));
        assert_eq!(reads("other.org"), Some(("domain".into(), "other.org".into())));
    }
}
