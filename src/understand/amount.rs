//! Questions for an amount, how long or how many times, and whether a text holds one: a text that holds none can't be the answer,
//! however near its words come.

use std::sync::LazyLock;

use regex::Regex;

use super::normalise::fold;

/// What a message asks the amount of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// How long something takes or lasts: 要几天, 多久, how many days.
    Time,
    /// How many times: 能转几次, how often.
    Times,
}

/// Before 几天 what makes it a length that is told (好几天, 前几天), behind it the same (几天前, 几天没开).
static ASKS_TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "(?:^|[^好这那前后过没])(?:几|多少)个?(?:工作日|小时|钟头|分钟|天|月|年|周|星期|礼拜)(?:$|[^前后没以之内里来的]|[之以]?内)\
         |(?:^|[^好这那前后过没])多(?:久|长时间)(?:$|[^以之]|[之以]内)\
         |(?-u:\\b)how (?:long|soon|quickly)(?-u:\\b)\
         |(?-u:\\b)how many (?:(?:working|business|calendar) )?(?:minutes|hours|days|weeks|months|years)(?-u:\\b)",
    )
    .ok()
});

static ASKS_TIMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("(?:^|[^好这那])(?:几|多少)[次回]|(?-u:\\b)how (?:many times|often)(?-u:\\b)").ok()
});

/// A length of time, no date: a number of units, or one of the words that stand for one.
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "(?:^|[^0-9.月])(?:[0-9]{1,3}|[一二两三四五六七八九十百半几数]+) ?多?(?:个 ?(?:工作日|小时|钟头|月|星期|礼拜)|工作日|小时|钟头|分钟|天|日[之以]?内|年|周|星期)\
         |尽快|当[天日]|同一天|次日|立即|立刻|即时|实时|马上|随时|长期|永久|不限时|不固定|没有固定|时间不(?:一|同|定)\
         |(?-u:\\b)(?:[0-9]+|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|half an?|an?|a few|several)[ -]\
         (?:(?:to|or|and) [0-9]+ )?(?:(?:working|business|calendar|full) )?(?:minute|hour|day|week|month|year)s?(?-u:\\b)\
         |(?-u:\\b)(?:immediately|instantly|at once|right away|same day|next day|as soon as|at any time|real time|permanently|depends on)(?-u:\\b)",
    )
    .ok()
});

static TIMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        "(?:[0-9]|[一二两三四五六七八九十几])\\s*[次回]|次数|不限|限制|只能|每次|多次|重复\
         |(?-u:\\b)(?:once|twice|times|only|limits?|limited|unlimited|again)(?-u:\\b)",
    )
    .ok()
});

impl Amount {
    /// What a folded message asks the amount of; the first in the order above, where it asks for two.
    pub fn asked_in(folded: &str) -> Option<Self> {
        [(Self::Time, &ASKS_TIME), (Self::Times, &ASKS_TIMES)]
            .into_iter()
            .find(|(_, asks)| matches(asks, folded))
            .map(|(amount, _)| amount)
    }

    /// Whether a text as it is written holds such an amount.
    pub fn is_in(self, text: &str) -> bool {
        matches(if self == Self::Time { &TIME } else { &TIMES }, &fold(text))
    }
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_can_be_read() {
        for pattern in [&ASKS_TIME, &ASKS_TIMES, &TIME, &TIMES] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn a_length_of_time_is_asked_for_or_told() {
        let asked = [
            "备案要多久",
            "要几天",
            "幾個工作日能好",
            "几天之内能撤销",
            "多久内要补",
            "北京到西安几个小时",
            "管局那头看多少天",
            "多长时间能好",
            "How long does it take?",
            "within how many working days",
        ];
        for text in asked {
            assert_eq!(Amount::asked_in(&fold(text)), Some(Amount::Time), "{text}");
        }
        let told = [
            "等了好几天",
            "前几天被退了",
            "送的那几天能挪吗",
            "几天前交的",
            "开了没多久",
            "几天没打开",
            "备案怎么办",
            "for how much",
        ];
        for text in told {
            assert_eq!(Amount::asked_in(&fold(text)), None, "{text}");
        }
    }

    #[test]
    fn a_number_of_times_is_asked_for_or_told() {
        for text in ["一天能提几回", "一年最多可以轉移幾次", "How often may I try?"] {
            assert_eq!(Amount::asked_in(&fold(text)), Some(Amount::Times), "{text}");
        }
        for text in ["打来好几回", "试了好几次", "这几次都不行"] {
            assert_eq!(Amount::asked_in(&fold(text)), None, "{text}");
        }
    }

    #[test]
    fn dates_are_no_lengths_of_time() {
        let lengths = [
            "要 1～2 个工作日",
            "20 天内",
            "通过后 30 日内",
            "三个月以上",
            "半年",
            "当天就能提交",
            "請儘快辦理",
            "3 to 5 working days",
            "within a month",
        ];
        for text in lengths {
            assert!(Amount::Time.is_in(text), "{text}");
        }
        for text in ["2019 年 8 月 20 日起", "2018-11-19", "管理权限归新账号", "on 20 August 2019", "第 2 步"]
        {
            assert!(!Amount::Time.is_in(text), "{text}");
        }
        assert!(Amount::Times.is_in("每年最多 3 次") && Amount::Times.is_in("Only once."));
        assert!(!Amount::Times.is_in("这次的订单"));
    }
}
