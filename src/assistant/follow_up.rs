//! Whether a message answers a question of ours, picks one of our offers, or changes one word of the last question.

use super::context::{Choice, Context};
use super::facet::{self, Facet};
use super::rephrase::{has_parallel, rephrased};
use super::{actions, form};
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
    /// A question about the last reply.
    About(Facet),
    /// The same where nothing was said before.
    Subjectless,
}

const DROPS: &[&str] = &[
    "算了",
    "不用了",
    "不查了",
    "不问了",
    "没事了",
    "先不用",
    "不要了",
    "不弄了",
    "不办了",
    "退出",
    "没事",
    "取消吧",
    "never mind",
    "nevermind",
    "forget it",
    "no thanks",
    "skip it",
];

/// Reads a message against the context.
pub fn read(text: &Normalised, entities: &Entities, context: &Context) -> FollowUp {
    let folded = form::trimmed(&text.folded);
    if let Some(pending) = &context.pending {
        if drops(folded) {
            return FollowUp::Dropped;
        }
        if let Some((slot, value)) = form::answer(pending, text, entities) {
            return FollowUp::Chosen { intent: pending.intent.clone(), slot, value };
        }
    }
    if let Some(facet) = facet::facet(&text.folded) {
        return if has_subject(context) { FollowUp::About(facet) } else { FollowUp::Subjectless };
    }
    if let Some(choice) = &context.choice
        && let Some(value) = chosen_next(folded, choice)
    {
        return FollowUp::Chosen { intent: choice.intent.clone(), slot: choice.slot.clone(), value };
    }
    if let Some(offer) = form::picked(folded, &context.offered) {
        return FollowUp::Rephrased(offer);
    }
    if let Some(intent) = &context.intent
        && let Some(action) = actions::find(intent)
    {
        if names_only(&text.folded, action.slots(), entities) {
            return FollowUp::Same { intent: intent.clone() };
        }
        if action.slots().contains(&"domain")
            && let Some(value) = other_suffix(entities, context)
            && folded.chars().count() <= 12
        {
            return FollowUp::Chosen { intent: intent.clone(), slot: "domain".to_owned(), value };
        }
    }
    if !is_elliptic(folded, entities) {
        return FollowUp::New;
    }
    if let Some(intent) = &context.intent
        && let Some(action) = actions::find(intent)
        && action.slots().iter().any(|slot| named(slot, entities).is_some())
    {
        return FollowUp::Same { intent: intent.clone() };
    }
    match context.question.as_ref().or(context.said.as_ref()) {
        Some(question) => FollowUp::Rephrased(rephrased(question, folded)),
        None if folded.ends_with('呢') && folded.chars().count() <= 8 => FollowUp::Subjectless,
        None => FollowUp::New,
    }
}

/// Whether a message leaves what we asked.
pub fn drops(folded: &str) -> bool {
    DROPS.iter().any(|drop| {
        folded == *drop || (folded.starts_with(drop) && folded.chars().count() <= drop.chars().count() + 4)
    })
}

/// Whether anything was said that a question may be about.
fn has_subject(context: &Context) -> bool {
    context.said.is_some() || !context.shown.is_empty()
}

/// Another of the things that were to choose from: 另一个, 那第二个呢.
fn chosen_next(folded: &str, choice: &Choice) -> Option<String> {
    const OTHER: &[&str] =
        &["另一个", "另外一个", "另外那个", "另一台", "另外一台", "剩下那个", "other one", "other"];
    let bare =
        folded.trim_start_matches("那么").trim_start_matches('那').trim_end_matches(['呢', '的', '吧']);
    let bare = ["and ", "what about ", "how about "]
        .iter()
        .fold(bare, |text, word| text.strip_prefix(word).unwrap_or(text));
    if OTHER.contains(&bare.strip_prefix("the ").unwrap_or(bare)) {
        let mut others = choice.options.iter().filter(|option| **option != choice.taken);
        // With several left nobody can tell which.
        return others.next().filter(|_| others.next().is_none()).cloned();
    }
    form::picked(bare, &choice.options)
}

/// The last domain with another suffix: .com 的呢.
fn other_suffix(entities: &Entities, context: &Context) -> Option<String> {
    let [suffix] = entities.suffixes.as_slice() else { return None };
    let (label, _) = context.slots.get("domain").filter(|_| entities.domains.is_empty())?.split_once('.')?;
    Some(format!("{label}.{}", suffix.trim_start_matches('.')))
}

/// Whether a message names something for one of the slots, and says nothing else: 广东也一样吗, 换成 example.cn 行不行.
fn names_only(folded: &str, slots: &[&str], entities: &Entities) -> bool {
    const CONNECTING: &[&str] = &[
        "也是一样",
        "也一样",
        "一样",
        "怎么样",
        "可不可以",
        "行不行",
        "能不能",
        "如果是",
        "要是",
        "换成",
        "改成",
        "那边",
        "那个",
        "这个",
        "那种",
        "还有",
        "可以",
        "也要",
        "也是",
        "也行",
        "也能",
        "如何",
        "那么",
        "那",
        "呢",
        "吗",
        "么",
        "的",
        "也",
        "行",
        "能",
        "换",
        "在",
        "个",
        "省",
        "市",
        "what about",
        "how about",
        "what if it is",
        "and",
        "too",
        "as well",
        "the same",
        "for",
        "is it",
    ];
    let said: Vec<String> = slots.iter().filter_map(|slot| named(slot, entities)).collect();
    if said.is_empty() || folded.chars().count() > 30 {
        return false;
    }
    let mut rest = said.iter().fold(folded.to_owned(), |rest, name| rest.replace(&name.to_lowercase(), " "));
    for word in CONNECTING {
        rest = rest.replace(word, " ");
    }
    !rest.chars().any(char::is_alphanumeric)
}

/// What a message names for a slot.
pub fn named(slot: &str, entities: &Entities) -> Option<String> {
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

/// A few words that only mean something after a question: 那 X 呢, what about X.
fn is_elliptic(folded: &str, entities: &Entities) -> bool {
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
        || (length <= 26 && !folded.contains(' ') && bare_name(folded, entities))
}

fn bare_name(folded: &str, entities: &Entities) -> bool {
    const SLOTS: &[&str] = &["province", "city", "product", "field"];
    let ascii = folded.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let names = || SLOTS.iter().any(|slot| named(slot, entities).is_some()) || has_parallel(folded);
    ascii && folded.contains(|c: char| c.is_ascii_digit() || c == '.')
        || folded.chars().count() <= 4 && folded.chars().all(is_chinese) && names()
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
            ..Pending::default()
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
