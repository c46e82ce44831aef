//! Which of what may be meant is taken: small talk, an action, a topic outside, or a section.

use super::Mind;
use super::acting::{self, Case};
use super::actions::{self, Slots};
use super::asker::Asker;
use super::in_meaning;
use super::knowledge_answer::{Band, judge};
use super::meaning::{Candidate, Reading, SectionScore, is_evasion, is_outside, is_talk, is_topic_outside};
use crate::knowledge::Language;
use crate::understand::{Entities, Normalised, Stance};

/// What is taken.
#[derive(Clone, Debug, Default)]
pub struct Ranked {
    /// Small talk, `handoff`, `evade` or a topic outside, when it is nearer than everything else.
    pub small: Option<(String, f32)>,
    /// The likeliest action with how likely it is wanted.
    pub action: Option<(String, f64)>,
    /// Whether the action is taken before a section.
    pub act: bool,
    /// Whether the message holds the words of a rejection or import notice.
    pub notice: bool,
    /// The likeliest intent when it is neither an action's nor ours.
    pub own_intent: Option<String>,
}

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

/// What somebody says who would undo what they have handed in.
const REGRETS: &[&str] = &[
    "反悔",
    "后悔",
    "改主意",
    "拦住",
    "拦下",
    "拦得",
    "拦回",
    "追回",
    "撤回",
    "撤得回",
    "收回",
    "收得回",
    "有救",
    "来得及",
    "手滑",
    "点错",
    "误点",
    "手抖",
    "undo",
    "take it back",
    "changed my mind",
    "change my mind",
    "by mistake",
    "by accident",
];

/// What is ended for good.
const ENDED: &[&str] = &["取消接入", "注销", "access", "deregist"];

/// How much less likely an intent is when the message says that it is not wanted, or has happened.
const NOT_MEANT: f32 = 0.3;

/// The score of an order's status where it is all that is left to be asked.
const HOW_IT_STANDS: f64 = 0.4;

/// Whether a message that denies or tells of stopping says nothing else: 先别撤, 已经取消了.
fn asks_how_it_stands(text: &str, stop: Stance, action: Option<&str>, asker: &Asker) -> bool {
    const BARE: usize = 12;
    let said = matches!(stop, Stance::Unwanted | Stance::Happened);
    let about_stopping = matches!(action, None | Some("can_cancel_order" | "order_status"));
    let latin = text.is_ascii();
    let length = if latin { text.split(' ').count() * 2 } else { text.chars().count() };
    asker.is_linked()
        && said
        && !ACCESS.iter().any(|word| text.contains(word))
        && (about_stopping && length <= 3 * BARE || length <= BARE)
}

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// What the message says of stopping and ending speaks for and against the intents that are about it.
fn by_stance(intent: &str, text: &str, asker: &Asker, stop: Stance, undone: bool) -> f32 {
    if stop == Stance::Silent
        && !undone
        && intent != "cancel_access_effects"
        && intent != "deregister_effects"
    {
        return 0.0;
    }
    let of_an_order = says(text, ORDERS) || !says(text, ACCESS);
    match (intent, stop) {
        ("can_cancel_order", _) if undone => 0.15,
        ("cancel_access_effects" | "deregister_effects", _) if undone => -NOT_MEANT,
        ("can_cancel_order", Stance::Unwanted | Stance::Happened)
        | ("cancel_access_effects", Stance::Unwanted) => -NOT_MEANT,
        ("can_cancel_order", Stance::Open) if of_an_order && says(text, &["取消", "cancel"]) => 0.1,
        ("cancel_access_effects", _) if of_an_order && !says(text, &["接入", "access"]) => -NOT_MEANT,
        // Who doesn't want it stopped, or asks whether it is, wants to know how it stands.
        ("order_status", Stance::Unwanted | Stance::Happened) if asker.is_linked() && of_an_order => 0.2,
        ("deregister_effects", _) if Stance::of(text, END) == Stance::Unwanted => -NOT_MEANT,
        _ => 0.0,
    }
}

/// A message, who says it, and what it says beside what it is near to.
pub struct Said<'a> {
    slots: &'a Slots,
    text: &'a Normalised,
    asker: &'a Asker,
    spoken: Spoken,
    stop: Stance,
    /// Whoever is known would undo an ending: what comes of it is asked before, and after it whether it can still be stopped.
    undone: bool,
    /// It holds the words of a notice, and says that it is one.
    notice: bool,
    pasted: bool,
}

/// What speaks for an action.
#[derive(Clone, Copy)]
pub struct Speaks {
    pub stance: f32,
    /// All together.
    pub score: f32,
}

impl<'a> Said<'a> {
    pub fn of(slots: &'a Slots, text: &'a Normalised, asker: &'a Asker, mind: &Mind) -> Self {
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
        let notice = pasted_notice(text, mind);
        Self {
            slots,
            text,
            asker,
            spoken: Spoken::of(text, asker),
            stop: Stance::of(&text.folded, STOP),
            undone: asker.is_linked() && says(&text.folded, REGRETS) && says(&text.folded, ENDED),
            notice,
            pasted: notice && says(&text.folded, PASTES),
        }
    }

    /// What speaks for an action to whose examples the message is as near as `score` says, and as `in_meaning` does.
    pub fn speaks_for(&self, action: &dyn actions::Action, score: f32, in_meaning: f32) -> Speaks {
        let name = action.intent();
        let stance = by_stance(name, &self.text.folded, self.asker, self.stop, self.undone);
        let mut score = score + (fit(action, self.slots, self.text, &self.spoken) + stance);
        score += in_meaning;
        if name == "why_rejected" && self.notice {
            score += if self.pasted { 0.35 } else { 0.1 };
        }
        Speaks { stance, score }
    }
}

/// The action that the message is likeliest to want, so far.
struct Likeliest<'a> {
    action: &'a dyn actions::Action,
    candidate: &'a Candidate,
    speaks: Speaks,
}

/// Reads a message, and ranks what it may mean.
pub fn read(said: &Said<'_>, entities: &Entities, mind: &Mind, language: Language) -> (Reading, Ranked) {
    let beside = |action: &dyn actions::Action, score: f32| said.speaks_for(action, score, 0.0).score;
    let mut reading = mind.glance(&said.text.folded, entities, language, Some(&beside));
    let ranked = rank(&mut reading, said, mind, language);
    (reading, ranked)
}

/// Ranks what may be meant. Sections are told apart in the reading where it takes that: where it is neither small talk nor an action.
fn rank(reading: &mut Reading, said: &Said<'_>, mind: &Mind, language: Language) -> Ranked {
    let (mut ranked, rival) = likeliest_action(reading.telling(), said);
    let Some(rival) = rival else { return ranked };
    ranked.small = small_talk(reading.telling(), rival);
    if ranked.small.is_none() && !ranked.act {
        mind.look_closer(reading, language);
        ranked.small = declined(reading, rival);
    }
    own_intent(&mut ranked, reading.telling(), rival, mind);
    if reading.own_intent.is_some() {
        ranked.own_intent.clone_from(&reading.own_intent);
        ranked.small = None;
    }
    if ranked.own_intent.is_some() {
        ranked.act = false;
    }
    ranked
}

/// The likeliest action, whether it is taken, and how near what it competes with comes; `None` where nothing competes.
fn likeliest_action(reading: &Reading, said: &Said<'_>) -> (Ranked, Option<f32>) {
    let Said { slots, text, asker, stop, notice, pasted, .. } = *said;
    let mut ranked = Ranked { notice, ..Ranked::default() };
    let mut likeliest: Option<Likeliest<'_>> = None;
    for candidate in &reading.intents {
        if let Some(action) = actions::find(&candidate.intent) {
            let in_meaning = in_meaning::adds_to_action(reading, &candidate.intent);
            let speaks = said.speaks_for(action, candidate.score, in_meaning);
            if likeliest.as_ref().is_none_or(|best| speaks.score > best.speaks.score) {
                likeliest = Some(Likeliest { action, candidate, speaks });
            }
        }
    }
    if let Some(Likeliest { action, candidate, speaks }) = likeliest {
        let case = Case { slots, text, asker, notice, pasted, stance: speaks.stance };
        let by_words = acting::probability(action, candidate, reading, case);
        // A notice is near to the section about it by its very words, which says nothing of what its reader wants.
        let probability =
            if notice { by_words } else { in_meaning::acts(by_words, &candidate.intent, reading) };
        ranked.action = Some((candidate.intent.to_string(), probability));
        ranked.act = probability >= 0.5;
    } else if notice {
        ranked.action = Some(("why_rejected".to_owned(), 0.6));
        ranked.act = true;
    }
    let likely = ranked.action.as_ref().map(|(intent, _)| intent.as_str());
    if asks_how_it_stands(&text.folded, stop, likely, asker) {
        ranked.action = Some(("order_status".to_owned(), HOW_IT_STANDS));
        ranked.act = true;
        return (ranked, None);
    }
    let words = likeliest.map_or(0.0, |likeliest| likeliest.candidate.nearness());
    let nearest_section = reading.sections.iter().map(SectionScore::nearness).fold(0.0, f32::max);
    (ranked, Some(nearest_section.max(words)))
}

/// An intent of somebody's own, where no classifier tells them apart and it is nearer than everything else.
fn own_intent(ranked: &mut Ranked, reading: &Reading, rival: f32, mind: &Mind) {
    if mind.own.is_none()
        && reading.knows_own
        && let Some(own) = reading.nearest(super::is_own)
        && own.nearness() >= 0.5
        && own.nearness() > rival
    {
        ranked.own_intent = Some(own.intent.to_string());
    }
}

/// Greetings, thanks, and asking for a person. Small talk is short, so that little nearness is much.
fn small_talk(reading: &Reading, rival: f32) -> Option<(String, f32)> {
    const LEAST: f32 = 0.2;
    const AHEAD: f32 = 0.06;
    const SAID: f32 = 0.12;
    let talk = reading.nearest(is_talk)?;
    let said = &*talk.intent == "handoff" && reading.signs.human;
    let outside = reading.nearest(is_outside).map_or(0.0, Candidate::nearness);
    let score = talk.nearness() + if said { SAID } else { 0.0 };
    (score >= LEAST && score >= rival + AHEAD && score >= outside).then(|| (talk.intent.to_string(), score))
}

/// What isn't answered and has a name: a request to get round the rules, or a topic outside. Whether a section answers though one of
/// these is near is judged with everything that speaks for it.
fn declined(found: &Reading, rival: f32) -> Option<(String, f32)> {
    const LEAST: f32 = 0.2;
    let reading = found.telling();
    let outside = reading.nearest(is_topic_outside);
    let evade = reading.nearest(is_evasion).map_or(0.0, Candidate::nearness);
    let unknown = judge(found).band == Band::No;
    let beside = outside.map_or(0.0, Candidate::nearness);
    let tricky = reading.signs.trick && (unknown || evade > rival - 0.05);
    if tricky || unknown && evade >= LEAST && evade >= beside {
        return Some(("evade".to_owned(), evade.max(LEAST)));
    }
    outside.filter(|_| unknown && beside >= LEAST).map(|topic| (topic.intent.to_string(), beside))
}

pub fn is_ours(name: &str) -> bool {
    is_talk(name) || is_outside(name)
}

/// Examples of an action are many and various, so that each message is less near to all of them than to the few ways to
/// ask for one section: what makes the two comparable.
const BREADTH: f32 = 0.07;

/// What a message says of what is theirs, of changes, and of names, whichever action it is about.
#[expect(clippy::struct_excessive_bools, reason = "each is said or not, independent of the others")]
struct Spoken {
    mine: bool,
    changes: bool,
    names: bool,
    linked: bool,
}

impl Spoken {
    fn of(text: &Normalised, asker: &Asker) -> Self {
        const MINE: &[&str] =
            &["我", "这个订单", "这单", "这台", "那台", "名下", "my ", "our ", "mine", " i "];
        const CHANGES: &[&str] = &[
            "改", "换", "变更", "更新", "变了", "订正", "更正", "修正", "修订", "接任", "顶替", "change",
            "update", "modify", "replace", "correct", "amend",
        ];
        const NAMES: &[&str] = &["名", "叫", "name", "call"];
        let says = |words| says(&text.folded, words);
        Self { mine: says(MINE), changes: says(CHANGES), names: says(NAMES), linked: asker.is_linked() }
    }
}

/// What speaks for an action beside the words: what it needs is named, or the asker speaks of what is theirs.
fn fit(action: &dyn actions::Action, slots: &Slots, text: &Normalised, spoken: &Spoken) -> f32 {
    let worth = |slot: &&'static str| match *slot {
        _ if !slots.contains_key(*slot) => 0.0,
        "name" if !spoken.names => 0.0,
        "field" if !spoken.changes => 0.0,
        "name" => 0.14,
        "order" | "instance" | "format" | "size" => 0.12,
        "province" | "city" | "date" | "field" => 0.1,
        "domain" => 0.08,
        _ => 0.04,
    };
    let named = action.slots().iter().map(worth).fold(0.0, f32::max);
    let said = if action.case_words().iter().any(|word| text.folded.contains(word)) { 0.08 } else { 0.0 };
    let mine = match action.needs_record() && spoken.linked {
        true if spoken.mine => 0.09,
        true => 0.03,
        false => 0.0,
    };
    // Nothing named and nothing of theirs meant: what is nearest_section is the rule, which knowledge explains.
    if named + mine + said > 0.0 { BREADTH + named + mine + said } else { 0.0 }
}

/// Whether the message holds the words of a rejection or import notice.
fn pasted_notice(text: &Normalised, mind: &Mind) -> bool {
    mind.notices.any_in(&text.folded)
}

/// Whether an action that is about records can answer a message without any: a pasted notice.
pub fn answers_anyone(intent: &str, ranked: &Ranked) -> bool {
    intent == "why_rejected" && ranked.notice
}
