//! What a message says of doing something: that it is wanted or asked about, not wanted, or done already. The words are
//! nearly the same (想取消, 不想取消, 已经取消了, 能不能取消, 取消不了), and they mean different things.
//!
//! Which verbs stand for the doing is the caller's to say.

use std::sync::LazyLock;

use regex::Regex;

/// What is said of a verb, over all places where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stance {
    /// The verb doesn't stand there.
    #[default]
    Silent,
    /// Wanted, possible or not, or asked about: 想取消, 能不能取消, 取消不了.
    Open,
    /// 不想取消, 先别取消, 不取消了.
    Unwanted,
    /// It is about whether it has happened: 已经取消了, 还没取消, 取消了吗.
    Happened,
}

/// Chinese that asks by saying both: a negation in it denies nothing.
static BOTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("能不能|可不可以|可以不可以|要不要|想不想|是不是|会不会|该不该|行不行|好不好|需不需要|用不用|能否|可否").ok()
});

/// Right before a verb, with what may stand between: it is not wanted.
static UNWANTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "(?:不想|不要|不打算|不准备|不愿意?|不会去?|不用|不必|不再|没想|没有?要|没打算|不是要|不是想|并非要|并不想|并不是要|可别|先别|千万别|(?:千万|绝对?|决|可|万万)不(?:能|可|可以|许)|别|勿|不)\
         (?:再|去|把|给|我|帮我|就|要|想|真的?|现在|马上|这个|这单|这次|的|它|订单|单子|备案|申请|点|做)*$\
         |(?:don't|do not|dont|didn't|did not|never|not|no need to|rather not|without)\
         (?: (?:really|ever|want|wanted|wish|going|trying|planning|intend|mean|to|you|please|just|yet))*(?: to)? $",
    )
    .ok()
});

/// Right before a verb: it has happened, or not yet.
static HAPPENED_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "(?:已经|已|早就|刚刚|刚才|刚|还没有?|没有?|尚未|未)(?:被|给|把|我|点|点了|点过|申请|申请了|操作|去|过|这个|订单|单子|这单|它|完成)*$\
         |不小心(?:点|按|点了|按了|把|给|它|订单|单子)*$\
         |(?:already|has been|have been|was|just|hasn't been|has not been|not yet|haven't|have not|i|we)(?: (?:been|just|already))* $",
    )
    .ok()
});

/// Right behind a verb: whether it has happened is asked or said.
static HAPPENED_BEHIND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("^(?:回|掉|成功|完)*(?:了吗|了没有?|了么|没有$|没$|成功没有?|成功了)").ok());

/// Right behind a verb: whether it can be done is said, whatever stands before it (已经撤不了了).
static ABLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("^(?:回|掉|下)?(?:不了|不掉|不成|不回|不下|得了|得掉|得回|失败)").ok());

/// English that is said of something done.
static PAST: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("^(?:withdrew|withdrawn|cancell?ed|abandoned|deregistered)").ok());

impl Stance {
    /// What a folded text says of the verbs.
    pub fn of(folded: &str, verbs: &[&str]) -> Self {
        if !verbs.iter().any(|verb| folded.contains(verb)) {
            return Self::Silent;
        }
        let text = BOTH.as_ref().map_or_else(|| folded.into(), |both| both.replace_all(folded, "能"));
        let mut places: Vec<(usize, usize)> = verbs
            .iter()
            .flat_map(|verb| text.match_indices(verb).map(|(at, verb)| (at, at + verb.len())))
            .collect();
        places.sort_unstable();
        let said: Vec<Self> = places.into_iter().map(|(start, end)| at(&text, start, end)).collect();
        [Self::Open, Self::Happened, Self::Unwanted]
            .into_iter()
            .find(|stance| said.contains(stance))
            .unwrap_or_default()
    }
}

/// What is said of the verb at a place: by what stands before it in its clause, and behind it.
fn at(text: &str, start: usize, end: usize) -> Stance {
    const ENDS: &[char] = &[',', '。', ';', '!', '?', '、', '.'];
    let clause = text[..start]
        .rfind(ENDS)
        .map_or(0, |mark| mark + text[mark..].chars().next().map_or(0, char::len_utf8));
    let (before, behind) = (&text[clause..start], &text[end..]);
    let says = |pattern: &LazyLock<Option<Regex>>, part: &str| {
        pattern.as_ref().is_some_and(|pattern| pattern.is_match(part))
    };
    if says(&ABLE, behind) {
        return Stance::Open;
    }
    // 不小心取消了 happened, though it begins like 不取消.
    if says(&HAPPENED_BEFORE, before)
        && (!before.is_ascii() || says(&PAST, &text[start..]) || before.contains("not"))
    {
        Stance::Happened
    } else if says(&UNWANTED, before) {
        Stance::Unwanted
    } else if says(&HAPPENED_BEHIND, behind) {
        Stance::Happened
    } else {
        Stance::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::normalise::fold;

    const STOP: &[&str] = &["撤", "取消", "放弃", "终止", "withdr", "cancel", "abandon"];

    fn all(stance: Stance, texts: &[&str]) {
        for text in texts {
            assert_eq!(Stance::of(&fold(text), STOP), stance, "{text}");
        }
    }

    #[test]
    fn wanting_and_asking_are_open() {
        all(
            Stance::Open,
            &[
                "我想取消订单",
                "能不能取消",
                "取消不了",
                "订单取消不了怎么回事",
                "为什么撤不了",
                "已经撤不了了吗",
                "这个订单是不是撤不了了",
                "要不要撤回",
                "我已经提交了，能撤吗",
                "还没提交能撤吗",
                "撤了吧",
                "我不想备了，帮我撤回",
                "不能取消吗",
                "无法撤回",
                "不小心填错了，能撤回吗",
                "please cancel my order",
                "can't I cancel my order?",
                "my order cannot be cancelled, why",
                "I have not submitted yet, can I abandon it",
                "I want to withdraw",
            ],
        );
    }

    #[test]
    fn not_wanting_is_unwanted() {
        all(
            Stance::Unwanted,
            &[
                "我不想取消订单",
                "不想取消",
                "先别撤",
                "别取消我的订单",
                "我不撤了，审到哪了",
                "我不放弃，继续备",
                "不要撤回",
                "请不要取消我的备案订单",
                "我没有要撤回，只是问进度",
                "我不是要取消，只想问问",
                "别把订单撤了",
                "我不打算放弃这个备案",
                "千万不能撤我的订单",
                "我的订单可不能取消啊",
                "do not withdraw my order",
                "I don't want to cancel, where is my order",
                "please don't cancel it",
                "I am not going to abandon it",
            ],
        );
    }

    #[test]
    fn what_is_done_or_not_yet_has_happened_or_not() {
        all(
            Stance::Happened,
            &[
                "已经取消了",
                "订单已经取消了，还要多久",
                "订单取消了吗",
                "订单还没取消吧",
                "没点撤回",
                "不小心点了撤回",
                "撤回成功了没",
                "刚把订单撤了",
                "撤掉了没有",
                "I already withdrew it",
                "my order has been cancelled",
                "has not been cancelled yet",
            ],
        );
    }

    #[test]
    fn one_open_place_decides() {
        all(Stance::Open, &["不想放弃，能撤回修改吗", "已经撤回一次了，还能再撤吗"]);
        all(Stance::Silent, &["备案要多久", "我不想备案了"]);
    }
}
