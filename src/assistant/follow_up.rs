//! Whether a message answers a question of ours, picks one of our offers, or changes one word of the last question.

use super::actions;
use super::context::Context;
use crate::understand::script::is_chinese;
use crate::understand::{Entities, Normalised};

/// How a message relates to what was said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// It stands alone.
    New,
    /// It answers what we asked back.
    Chosen { intent: String, slot: String, value: String },
    /// It leaves the question that we asked back.
    Dropped,
    /// The last intent again, about something else.
    Same { intent: String },
    /// The last question with other words in it, or an offer taken up.
    Rephrased(String),
}

const DROPS: &[&str] = &[
    "算了",
    "不用了",
    "不查了",
    "不问了",
    "没事了",
    "先不用",
    "取消吧",
    "never mind",
    "nevermind",
    "forget it",
    "no thanks",
    "skip it",
];

/// Reads a message against the context.
pub fn read(text: &Normalised, entities: &Entities, context: &Context) -> FollowUp {
    let folded = text.folded.trim_matches(|c: char| !c.is_alphanumeric());
    if let Some(pending) = &context.pending {
        if DROPS.iter().any(|drop| {
            folded == *drop
                || (folded.starts_with(drop) && folded.chars().count() <= drop.chars().count() + 3)
        }) {
            return FollowUp::Dropped;
        }
        let value =
            named(&pending.slot, entities).or_else(|| picked(folded, &pending.options)).or_else(|| {
                pending.options.iter().find(|option| folded.contains(&option.to_lowercase())).cloned()
            });
        let value =
            value.or_else(|| if pending.slot == "account" { account_id(&text.original) } else { None });
        if value.is_none()
            && let Some((slot, value)) = instead(&pending.slot, entities)
            && rest_length(folded, &value) <= 14
        {
            return FollowUp::Chosen { intent: pending.intent.clone(), slot: slot.to_owned(), value };
        }
        let value = value.or_else(|| (pending.slot == "name").then(|| bare_answer(text)).flatten());
        // An answer that comes with a whole new question is a new question.
        if let Some(value) = value.filter(|value| rest_length(folded, value) <= 14) {
            return FollowUp::Chosen { intent: pending.intent.clone(), slot: pending.slot.clone(), value };
        }
        // Asked which order, people also say which domain.
        let other = actions::find(&pending.intent)
            .and_then(|action| action.slots().iter().find_map(|slot| named(slot, entities)));
        if other.is_some_and(|value| rest_length(folded, &value) <= 6) {
            return FollowUp::Same { intent: pending.intent.clone() };
        }
    }
    if let Some(offer) = picked(folded, &context.offered) {
        return FollowUp::Rephrased(offer);
    }
    if !is_elliptic(folded) {
        return FollowUp::New;
    }
    if let Some(intent) = &context.intent
        && let Some(action) = actions::find(intent)
        && action.slots().iter().any(|slot| named(slot, entities).is_some())
    {
        return FollowUp::Same { intent: intent.clone() };
    }
    match &context.question {
        Some(question) => FollowUp::Rephrased(replaced(question, folded)),
        None => FollowUp::New,
    }
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

/// What a message names for a slot.
fn named(slot: &str, entities: &Entities) -> Option<String> {
    match slot {
        "order" => entities.orders.first().cloned(),
        "instance" => entities.instances.first().cloned(),
        "domain" => entities.domains.first().cloned(),
        "province" => entities.provinces.first().cloned(),
        "city" => entities.cities.first().cloned(),
        "product" => entities.products.first().cloned(),
        "field" => entities.fields.first().cloned(),
        "name" => entities.quoted.first().cloned(),
        "date" => entities.dates.first().map(|range| range.last.to_string()),
        "format" => entities.picture.format.clone(),
        "size" => entities.picture.bytes.map(|bytes| bytes.to_string()),
        _ => None,
    }
}

/// Another name for what was asked: an order by its domain, an instance by its product.
fn instead(slot: &str, entities: &Entities) -> Option<(&'static str, String)> {
    match slot {
        "order" => Some(("domain", entities.domains.first()?.clone())),
        "instance" => Some(("product", entities.products.first()?.clone())),
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

/// The option that an ordinal picks: 第二个, 2, the second one, 最后一个.
fn picked(folded: &str, options: &[String]) -> Option<String> {
    const ORDINALS: [&[&str]; 6] = [
        &[
            "第一个",
            "第1个",
            "1",
            "一",
            "第一",
            "头一个",
            "前面那个",
            "the first",
            "first",
            "the first one",
            "first one",
            "no. 1",
            "上面那个",
        ],
        &[
            "第二个",
            "第2个",
            "2",
            "二",
            "第二",
            "the second",
            "second",
            "the second one",
            "second one",
            "no. 2",
        ],
        &["第三个", "第3个", "3", "三", "第三", "the third", "third", "the third one", "third one", "no. 3"],
        &["第四个", "第4个", "4", "四", "第四", "the fourth", "fourth one"],
        &["第五个", "第5个", "5", "五", "第五", "the fifth", "fifth one"],
        &["第六个", "第6个", "6", "六", "第六", "the sixth"],
    ];
    if options.is_empty() || folded.chars().count() > 16 {
        return None;
    }
    let bare = folded
        .trim_end_matches(['吧', '呢', '的', '那', '是', '啊'])
        .trim_start_matches(['选', '是', '就', '我', '要', '看', '那']);
    if ["最后一个", "最后那个", "最下面那个", "the last one", "last one", "the last"].contains(&bare)
    {
        return options.last().cloned();
    }
    let position = ORDINALS.iter().position(|words| words.contains(&bare))?;
    options.get(position).cloned()
}

/// A few words that only mean something after a question: 那 X 呢, what about X.
fn is_elliptic(folded: &str) -> bool {
    let length = folded.chars().map(|c| if is_chinese(c) { 2 } else { 1 }).sum::<usize>();
    if length > 44 {
        return false;
    }
    let starts = [
        "那",
        "换成",
        "换",
        "如果是",
        "要是",
        "改成",
        "还有",
        "what about",
        "how about",
        "and ",
        "what if it is",
        "and for",
    ];
    let ends = [
        "呢",
        "怎么样",
        "如何",
        "也一样吗",
        "也是吗",
        "也行吗",
        "也要吗",
        "可以吗",
        "行吗",
        "行不行",
        "too",
        "as well",
    ];
    starts.iter().any(|start| folded.starts_with(start)) && ends.iter().any(|end| folded.ends_with(end))
        || folded.ends_with('呢') && length <= 36
        || ["what about", "how about", "and "].iter().any(|start| folded.starts_with(start))
        // A name alone: example.cn, 广东, 20190812001.
        || (length <= 26 && !folded.contains(' ') && bare_name(folded))
}

fn bare_name(folded: &str) -> bool {
    let ascii = folded.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    ascii && folded.contains(|c: char| c.is_ascii_digit() || c == '.')
        || folded.chars().count() <= 4 && folded.chars().all(is_chinese)
}

/// How many characters a message has beside the value.
fn rest_length(folded: &str, value: &str) -> usize {
    folded.replace(&value.to_lowercase(), "").chars().filter(|c| c.is_alphanumeric()).count()
}

/// The last question with the new words in it: the words are put first, so that they weigh with it.
fn replaced(question: &str, folded: &str) -> String {
    let new = folded
        .trim_start_matches("那么")
        .trim_start_matches(['那', '换', '成'])
        .trim_start_matches("what about ")
        .trim_start_matches("how about ")
        .trim_start_matches("and ")
        .trim_end_matches(['呢', '吗']);
    format!("{new} {question}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::context::Pending;

    fn reads(text: &str, context: &Context) -> FollowUp {
        let text = Normalised::of(text);
        let entities = crate::understand::Recogniser::default().recognise(&text.folded, &text.original);
        read(&text, &entities, context)
    }

    #[test]
    fn an_answer_fills_what_we_asked() {
        let pending = Pending {
            intent: "can_cancel_order".into(),
            slot: "order".into(),
            options: vec!["20190812001".into(), "20190812002".into()],
        };
        let context = Context { pending: Some(pending), ..Context::default() };
        for (text, value) in [
            ("20190812002", "20190812002"),
            ("第二个", "20190812002"),
            ("1", "20190812001"),
            ("是20190812001这个", "20190812001"),
            ("最后一个吧", "20190812002"),
        ] {
            assert_eq!(
                reads(text, &context),
                FollowUp::Chosen {
                    intent: "can_cancel_order".into(),
                    slot: "order".into(),
                    value: value.into()
                },
                "{text}"
            );
        }
        assert_eq!(reads("算了", &context), FollowUp::Dropped);
        assert_eq!(reads("那备案一般要审多久啊请问", &context), FollowUp::New);
    }

    #[test]
    fn the_last_intent_goes_on_with_a_new_name() {
        let context = Context { intent: Some("check_domain".into()), ..Context::default() };
        assert_eq!(reads("那 example.org 呢", &context), FollowUp::Same { intent: "check_domain".into() });
        assert_eq!(
            reads("what about example.org?", &context),
            FollowUp::Same { intent: "check_domain".into() }
        );
        assert_eq!(reads("example.org 的备案订单可以撤回来吗我不想办了", &context), FollowUp::New);
    }

    #[test]
    fn a_question_changes_one_word() {
        let context = Context { question: Some("浙江要短信核验吗".into()), ..Context::default() };
        assert_eq!(reads("那广东呢", &context), FollowUp::Rephrased("广东 浙江要短信核验吗".into()));
        assert_eq!(reads("备案号怎么查", &context), FollowUp::New);
    }
}
