//! Whether a message consents to what was put to it: to that, explicitly, and without a question or a doubt in it.

use super::form::asks;
use crate::domain::rules::cancel_order::Way;

/// What a message says to “shall I?”.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// An explicit yes to this.
    Yes,
    No,
    /// Not now: 等等, let me think.
    Hold,
    /// 嗯, 好的, 取消: may be a yes to somebody, and is none here.
    Unclear,
    /// Something else.
    Other,
}

/// Nothing that consents by itself, and nothing against it either.
const FILLERS: &[&str] = &[
    "好",
    "好的",
    "好吧",
    "嗯",
    "嗯嗯",
    "行",
    "行吧",
    "可以",
    "哦",
    "噢",
    "恩",
    "谢谢",
    "麻烦了",
    "麻烦你了",
    "知道了",
    "明白",
    "没问题",
    "ok",
    "okay",
    "sure",
    "thanks",
    "thank you",
    "please",
    "alright",
    "all right",
    "fine",
    "i see",
    "got it",
    "well",
];
const ASSENTS: &[&str] = &[
    "确认",
    "确定",
    "确认了",
    "是",
    "是的",
    "对",
    "对的",
    "没错",
    "同意",
    "yes",
    "yep",
    "yeah",
    "yes please",
    "confirm",
    "confirmed",
    "i confirm",
    "go ahead",
    "do it",
    "yes do it",
    "yes go ahead",
];
const REFUSALS: &[&str] = &[
    "不撤",
    "不放弃",
    "不要",
    "不用",
    "不确认",
    "不同意",
    "不想",
    "不了",
    "不是",
    "不对",
    "不可以",
    "不行",
    "先不",
    "先别",
    "别撤",
    "别放弃",
    "别动",
    "别弄",
    "别取消",
    "别急",
    "千万别",
    "算了",
    "暂时不",
    "还是留着",
    "留着",
    "没想",
    "没说要",
    "don't",
    "dont",
    "do not",
    "not now",
    "keep it",
    "never mind",
    "nevermind",
    "stop",
    "no way",
    "rather not",
    "won't",
    "didn't",
];
const PLAIN_REFUSALS: &[&str] = &["不", "否", "别", "no", "nope", "no thanks", "no thank you", "no keep it"];
const HOLDS: &[&str] = &[
    "等等",
    "等一下",
    "等会",
    "等下",
    "稍等",
    "慢着",
    "且慢",
    "想想",
    "想一下",
    "考虑",
    "再说",
    "再看看",
    "再问问",
    "不确定",
    "没想好",
    "犹豫",
    "hold on",
    "wait",
    "let me think",
    "not yet",
    "not sure",
    "a moment",
    "a minute",
    "a second",
    "later",
    "maybe",
];
/// Words that stop an order to one and this conversation to another.
const EITHER: &[&str] = &["取消", "取消吧", "取消了", "cancel", "cancel it", "终止", "停", "停止"];

/// Reads a message that answers whether `order` is to be stopped this `way`.
pub fn consent(folded: &str, way: Way, order: &str) -> Consent {
    if folded.contains(['?', '？']) || asks(folded) {
        let nothing_more = FILLERS.contains(&folded.trim_matches(|c: char| !c.is_alphanumeric()));
        return if nothing_more { Consent::Unclear } else { Consent::Other };
    }
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let without = folded.replace(order, " ");
    let clauses: Vec<&str> = without
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, ' ' | '\'')))
        .map(str::trim)
        .filter(|clause| !clause.is_empty())
        .collect();
    let held = says(HOLDS);
    let refused = says(REFUSALS) || clauses.iter().any(|clause| PLAIN_REFUSALS.contains(clause));
    let mut assents = clauses.iter().filter(|clause| assents(clause, way)).peekable();
    let assented = assents.peek().is_some();
    let nothing_else = clauses.iter().all(|clause| assents_or_fills(clause, way));
    match (assented && nothing_else, held, refused) {
        (true, false, false) => Consent::Yes,
        (_, true, _) => Consent::Hold,
        (_, false, true) if assented => Consent::Unclear,
        (_, false, true) => Consent::No,
        (_, false, false) if assented => Consent::Other,
        _ if !clauses.is_empty()
            && clauses.iter().all(|clause| FILLERS.contains(clause) || EITHER.contains(clause)) =>
        {
            Consent::Unclear
        }
        _ => Consent::Other,
    }
}

fn assents_or_fills(clause: &str, way: Way) -> bool {
    assents(clause, way) || FILLERS.contains(&clause)
}

/// Whether a clause is a yes to this way and to no other.
fn assents(clause: &str, way: Way) -> bool {
    if ASSENTS.contains(&clause) {
        return true;
    }
    let mut bare = clause;
    for word in [
        "好的",
        "嗯",
        "那就",
        "那",
        "是的",
        "对",
        "我要",
        "我",
        "请",
        "帮我",
        "麻烦",
        "现在",
        "马上",
        "直接",
        "就",
        "确认要",
        "确定要",
        "确认",
        "确定",
    ] {
        bare = bare.strip_prefix(word).unwrap_or(bare).trim();
    }
    for word in [
        "谢谢",
        "吧",
        "了",
        "啊",
        "它",
        "掉",
        "这个订单",
        "这个",
        "该订单",
        "订单",
        " please",
        " now",
        " it",
        " the order",
        " order",
        " this order",
    ] {
        bare = bare.strip_suffix(word).unwrap_or(bare).trim();
    }
    let verbs: &[&str] = match way {
        Way::Withdraw => &[
            "撤回",
            "撤",
            "withdraw",
            "yes withdraw",
            "i confirm withdraw",
            "confirm withdraw",
            "please withdraw",
        ],
        Way::Abandon => {
            &["放弃", "abandon", "yes abandon", "i confirm abandon", "confirm abandon", "please abandon"]
        }
    };
    verbs.contains(&bare)
}

/// Whether a message is a yes that names its way, with nothing put to it: a second click, or one that came too late.
pub fn names_its_way(folded: &str, order: &str) -> Option<Way> {
    [Way::Withdraw, Way::Abandon].into_iter().find(|way| {
        let explicit = match way {
            Way::Withdraw => ["确认撤回", "确定撤回", "withdraw it"],
            Way::Abandon => ["确认放弃", "确定放弃", "abandon it"],
        };
        explicit.iter().any(|words| folded.contains(words)) && consent(folded, *way, order) == Consent::Yes
    })
}

/// An order to stop an order, in so many words: 撤回订单 20190812001, 那就放弃吧.
pub fn command(folded: &str, order: Option<&str>) -> Option<Way> {
    if asks(folded)
        || REFUSALS.iter().chain(HOLDS).any(|word| folded.contains(word))
        || folded.chars().count() > 40
    {
        return None;
    }
    let text = order.map_or_else(|| folded.to_owned(), |order| folded.replace(order, " "));
    let text: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let mut bare = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Particles come in any order; each pass takes one of each end.
    for _ in 0..4 {
        for word in [
            "好的",
            "好",
            "嗯",
            "那么",
            "那就",
            "那",
            "就",
            "请你",
            "请",
            "麻烦你",
            "麻烦",
            "你",
            "帮我把",
            "帮我",
            "给我",
            "替我",
            "我要",
            "直接",
            "现在",
            "马上",
            "把",
            "这个",
            "我的",
            "订单",
            "备案",
            "please ",
            "ok ",
            "then ",
            "i want to ",
            "just ",
        ] {
            bare = bare.strip_prefix(word).unwrap_or(&bare).trim().to_owned();
        }
        for word in [
            "吧", "了", "掉", "啊", "它", "谢谢", "这个", "这单", "该", "我的", "订单", "备案", " please",
            " it", " order", " the", " my", " this", " then", " now",
        ] {
            bare = bare.strip_suffix(word).unwrap_or(&bare).trim().to_owned();
        }
    }
    match bare.as_str() {
        "撤回" | "撤" | "撤销" | "withdraw" => Some(Way::Withdraw),
        "放弃" | "abandon" => Some(Way::Abandon),
        _ => None,
    }
}

#[cfg(test)]
#[path = "consent_tests.rs"]
mod tests;
