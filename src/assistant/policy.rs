//! Which of what may be meant is taken: small talk, an action, a topic outside, or a section.

use super::Mind;
use super::actions::{self, Slots};
use super::asker::Asker;
use super::meaning::Reading;
use crate::domain::rules::rejection::{import_prompts_in, reasons_in_notice};
use crate::understand::{Normalised, Stance};

/// What is taken.
#[derive(Clone, Debug, Default)]
pub struct Ranked {
    /// Small talk, `handoff`, `evade` or a topic outside, when it is nearer than everything else.
    pub small: Option<(String, f32)>,
    /// The likeliest action with its score.
    pub action: Option<(String, f32)>,
    /// Whether the action is taken before a section.
    pub act: bool,
    /// Whether the message holds the words of a rejection or import notice.
    pub notice: bool,
    /// The likeliest intent when it is neither an action's nor ours.
    pub own_intent: Option<String>,
}

/// An action below this is not taken however little else there is.
const LEAST: f32 = 0.22;
/// The same where something beside the words speaks for it.
const LEAST_FITTING: f32 = 0.11;

/// How far an action may be behind the nearest section and still be taken: further where it is about the asker's own records,
/// which no section knows.
const MARGIN: f32 = 0.02;
const THEIRS: f32 = 0.05;

/// Verbs for stopping an order, and for ending a filing.
const STOP: &[&str] = &["撤", "取消", "放弃", "终止", "作废", "withdr", "cancel", "abandon"];
const END: &[&str] = &["注销", "deregist"];
/// What somebody wants to cancel when it is an order, and when it is not.
const ORDERS: &[&str] = &["订单", "单子", "这单", "那单", "order"];
const ACCESS: &[&str] = &[
    "接入",
    "网站",
    "站",
    "备案号",
    "服务器",
    "解析",
    "域名",
    "服务商",
    "access",
    "website",
    "site",
    "server",
    "domain",
    "number",
];

/// How much less likely an intent is when the message says that it is not wanted, or has happened.
const NOT_MEANT: f32 = 0.3;

/// The score of an order's status where it is all that is left to be asked.
const HOW_IT_STANDS: f32 = 0.4;

/// Whether a message that denies or tells of stopping says nothing else: 先别撤, 已经取消了.
fn asks_how_it_stands(text: &str, action: Option<&str>, asker: &Asker) -> bool {
    const BARE: usize = 12;
    let said = matches!(Stance::of(text, STOP), Stance::Unwanted | Stance::Happened);
    let about_stopping = matches!(action, None | Some("can_cancel_order" | "order_status"));
    let latin = text.is_ascii();
    let length = if latin { text.split(' ').count() * 2 } else { text.chars().count() };
    asker.is_linked()
        && said
        && !ACCESS.iter().any(|word| text.contains(word))
        && (about_stopping && length <= 3 * BARE || length <= BARE)
}

/// What the message says of stopping and ending speaks for and against the intents that are about it.
fn by_stance(intent: &str, text: &str, asker: &Asker) -> f32 {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let of_an_order = says(ORDERS) || !says(ACCESS);
    match (intent, Stance::of(text, STOP)) {
        ("can_cancel_order", Stance::Open) if of_an_order && says(&["取消", "cancel"]) => 0.1,
        ("can_cancel_order", Stance::Unwanted | Stance::Happened)
        | ("cancel_access_effects", Stance::Unwanted) => -NOT_MEANT,
        ("cancel_access_effects", _) if of_an_order && !says(&["接入", "access"]) => -NOT_MEANT,
        // Who doesn't want it stopped, or asks whether it is, wants to know how it stands.
        ("order_status", Stance::Unwanted | Stance::Happened) if asker.is_linked() && of_an_order => 0.2,
        ("deregister_effects", _) if Stance::of(text, END) == Stance::Unwanted => -NOT_MEANT,
        _ => 0.0,
    }
}

/// Ranks what may be meant.
pub fn rank(reading: &Reading, slots: &Slots, text: &Normalised, asker: &Asker, mind: &Mind) -> Ranked {
    // The words of a notice may also come up in passing.
    const PASTES: &[&str] = &[
        "提示",
        "通知",
        "驳回",
        "退回",
        "打回",
        "不合格",
        "不通过",
        "没通过",
        "未通过",
        "reject",
        "notice",
        "message",
        "says",
    ];
    let nearest_section = reading.best_asked();
    let notice = pasted_notice(text, mind);
    let mut ranked = Ranked { notice, ..Ranked::default() };
    let pasted = notice && PASTES.iter().any(|word| text.folded.contains(word));
    let mut best_other: Option<(String, f32)> = None;
    for candidate in &reading.intents {
        let name = &candidate.intent;
        let mut score = candidate.score;
        if let Some(action) = actions::find(name) {
            score += fit(action, slots, text, asker) + by_stance(name, &text.folded, asker);
            if name == "why_rejected" && notice {
                score += if pasted { 0.35 } else { 0.1 };
            }
            if ranked.action.as_ref().is_none_or(|(_, best)| score > *best) {
                ranked.action = Some((name.clone(), score));
            }
        } else if best_other.as_ref().is_none_or(|(_, best)| score > *best) {
            best_other = Some((name.clone(), score));
        }
    }
    if notice && ranked.action.is_none() {
        ranked.action = Some(("why_rejected".to_owned(), 0.6));
    }
    if asks_how_it_stands(&text.folded, ranked.action.as_ref().map(|(intent, _)| intent.as_str()), asker) {
        ranked.action = Some(("order_status".to_owned(), HOW_IT_STANDS));
        ranked.act = true;
        return ranked;
    }
    let action_score = ranked.action.as_ref().map_or(0.0, |(_, score)| *score);
    // The words alone must say something too: a province in a sentence makes no question of it.
    let words = ranked.action.as_ref().map_or(0.0, |(intent, _)| words(reading, intent));
    let least = if action_score > words { LEAST_FITTING } else { LEAST };
    let rival =
        ranked.action.as_ref().and_then(|(name, _)| actions::find(name)).map_or(nearest_section, |action| {
            let theirs = action.needs_record() && asker.is_linked();
            let names_a_record = ["order", "instance"]
                .iter()
                .any(|slot| slots.contains_key(*slot) && action.slots().contains(slot));
            rival_section(action, reading, action_score > words, names_a_record)
                - if theirs { THEIRS } else { 0.0 }
        });
    ranked.act = (words >= least || pasted) && action_score >= rival - MARGIN;
    if let Some((name, score)) = best_other {
        let rival = nearest_section.max(words);
        if is_ours(&name) {
            // Small talk is short, so that little nearness is much; a topic outside has to be nearer than any section.
            let talk = name == "handoff" || name.starts_with("chitchat");
            let taken = if talk {
                score >= 0.2 && score >= rival + 0.06
            } else {
                score >= 0.2
                    && score > rival + if name == "evade" && reading.signs.trick { -0.05 } else { 0.02 }
            };
            if taken {
                ranked.small = Some((name, score));
            }
        } else if mind.own.is_none() && score >= 0.5 && score > rival {
            ranked.own_intent = Some(name);
        }
    }
    if reading.own_intent.is_some() {
        ranked.own_intent.clone_from(&reading.own_intent);
        ranked.small = None;
    }
    if ranked.own_intent.is_some() {
        ranked.act = false;
    }
    ranked
}

/// How near the words of the message are to an intent's examples.
fn words(reading: &Reading, intent: &str) -> f32 {
    reading
        .intents
        .iter()
        .find(|candidate| candidate.intent == intent)
        .map_or(0.0, |candidate| candidate.score)
}

/// The nearness of the section that speaks most against the action. Those that state the action's own rule say the same in
/// general: they count less where the message names the case. Who names a record asks about it, whatever a section says.
fn rival_section(
    action: &dyn actions::Action,
    reading: &Reading,
    particular: bool,
    names_a_record: bool,
) -> f32 {
    let own_rule: f32 = if particular { 0.15 } else { 0.0 };
    let record: f32 = if names_a_record { 0.2 } else { 0.0 };
    let own = |anchor: Option<&str>| {
        anchor.is_some_and(|anchor| anchor == action.anchor() || action.states_the_rule().contains(&anchor))
    };
    let rivals = reading.sections.iter().map(|section| {
        let own = own(section.hit.section.anchor.as_deref());
        section.asked() - if own { own_rule.max(record) } else { record }
    });
    rivals.fold(0.0, f32::max)
}

pub fn is_ours(name: &str) -> bool {
    name == "evade" || name == "handoff" || name.starts_with("chitchat") || name.starts_with("outside")
}

/// Examples of an action are many and various, so that each message is less near to all of them than to the few ways to
/// ask for one section: what makes the two comparable.
const BREADTH: f32 = 0.07;

/// What speaks for an action beside the words: what it needs is named, or the asker speaks of what is theirs.
fn fit(action: &dyn actions::Action, slots: &Slots, text: &Normalised, asker: &Asker) -> f32 {
    const MINE: &[&str] = &["我", "这个订单", "这单", "这台", "那台", "名下", "my ", "our ", "mine", " i "];
    const CHANGES: &[&str] =
        &["改", "换", "变更", "更新", "变了", "change", "update", "modify", "replace", "correct"];
    const NAMES: &[&str] = &["名", "叫", "name", "call"];
    let says = |words: &[&str]| words.iter().any(|word| text.folded.contains(word));
    let worth = |slot: &&'static str| match *slot {
        _ if !slots.contains_key(*slot) => 0.0,
        "name" if !says(NAMES) => 0.0,
        "field" if !says(CHANGES) => 0.0,
        "name" => 0.14,
        "order" | "instance" | "format" | "size" => 0.12,
        "province" | "city" | "date" | "field" => 0.1,
        "domain" => 0.08,
        _ => 0.04,
    };
    let named = action.slots().iter().map(worth).fold(0.0, f32::max);
    let said = if says(action.case_words()) { 0.08 } else { 0.0 };
    let mine = match action.needs_record() && asker.is_linked() {
        true if says(MINE) => 0.09,
        true => 0.03,
        false => 0.0,
    };
    // Nothing named and nothing of theirs meant: what is nearest_section is the rule, which knowledge explains.
    if named + mine + said > 0.0 { BREADTH + named + mine + said } else { 0.0 }
}

/// Whether the message holds the words of a rejection or import notice.
fn pasted_notice(text: &Normalised, mind: &Mind) -> bool {
    !reasons_in_notice(&mind.book, &text.folded).reasons.is_empty()
        || !import_prompts_in(&mind.book, &text.folded).is_empty()
}

/// Whether an action that is about records can answer a message without any: a pasted notice.
pub fn answers_anyone(intent: &str, ranked: &Ranked) -> bool {
    intent == "why_rejected" && ranked.notice
}
