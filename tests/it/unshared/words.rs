//! What counts as a word when a phrasing is compared with examples.
//!
//! There is no dictionary here, and none is needed to be strict. Chinese is cut at function words and at the names of the things that
//! every question of the field must name; of what is left, each pair of neighbouring characters counts as a word, and each
//! character that stands alone. Two texts that share a word of two characters or more then share a pair. Latin words count by their
//! stems. Values (domains, numbers, dates, places, what is quoted) don't count: they are what differs from person to person.

use std::collections::BTreeSet;

use beian::domain::rules::book::RuleBook;
use beian::understand::entities::{NameKind, Recogniser, marks};
use beian::understand::features::stem;
use beian::understand::normalise::fold;

/// Pronouns, particles, auxiliaries, question words, negations, prepositions, places in time and space, measure words.
const FUNCTION_WORDS: &str = "
    我 咱 俺 你 您 他 她 它 我们 咱们 你们 他们 自己 谁 之 所
    这 那 哪 这个 那个 这里 那里 哪里 哪儿 这么 那么
    的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛 么 哦 啦 呗 嗯 欸
    能 可 会 要 想 该 可以 能不能 是 有 没 不 别 是不是 是否 行不行 行不 行吗 成不 成吗
    什么 啥 怎么 咋 怎样 如何 为什么 为啥 多少 几
    在 把 被 给 让 从 到 对 为 以 用 于 拿 来 去 和 跟 与 或
    但 就 也 都 还 又 再 才 只 而 且 如 若 还是 已经 现在 时候
    上 下 中 里 前 后 边 一 两 一下 种 条 串 样 些 位 个 年 月 日 号 请 帮 请问 麻烦";

/// What questions of the field are about. A word for stopping an order can differ from that of the examples; that it is an order
/// that is to be stopped has to be said.
const THINGS: &str = "备案 网站 域名 服务器 订单 服务号 主体 账号 接入 管局 公安 空壳 短信";

const LATIN_FUNCTION_WORDS: &str = "
    i me my mine we us our you your he him his she her it its they them
    a an the this that these those here there
    is are was were be been am do does did can could will would should may must have has had
    not no nothing don didn doesn isn can t s
    what when which who why where how whether
    to of for in on at with from by as and or but if so than then because any some just too one please let";

const LATIN_THINGS: &str = "filing icp website site domain server order account ip app sms";

pub(super) struct Words {
    recogniser: Recogniser,
    chinese: Vec<&'static str>,
    latin: BTreeSet<String>,
}

impl Words {
    /// With the places of the tables, whose names are values.
    pub(super) fn new(book: &RuleBook) -> Self {
        let mut recogniser = Recogniser::default();
        for province in &book.provinces.province {
            for name in [&province.name, &province.english].into_iter().chain(&province.aliases) {
                recogniser.gazetteer.add(name, NameKind::Province, &province.name);
            }
        }
        for city in &book.public_security.city {
            recogniser.gazetteer.add(&city.name, NameKind::Province, &city.name);
        }
        recogniser.gazetteer.seal();
        let mut chinese: Vec<&str> =
            [FUNCTION_WORDS, THINGS].iter().flat_map(|list| list.split_whitespace()).collect();
        chinese.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let latin = [LATIN_FUNCTION_WORDS, LATIN_THINGS].iter().flat_map(|list| list.split_whitespace());
        Self { recogniser, chinese, latin: latin.map(stem).collect() }
    }

    /// The words of a text, sorted. `values` are marked in it as such.
    pub(super) fn of(&self, text: &str, values: &[&str]) -> BTreeSet<String> {
        let mut text = text.to_owned();
        for value in values {
            text = text.replacen(value, "|", 1);
        }
        let mut folded = self.without_values(&text);
        for word in &self.chinese {
            folded = folded.replace(word, "|");
        }
        let mut words = BTreeSet::new();
        for run in folded.split(|c: char| !c.is_alphanumeric()).flat_map(runs) {
            if run.starts_with(is_han) {
                words.extend(pairs(&run));
            } else if !self.latin.contains(&stem(&run)) {
                words.insert(stem(&run));
            }
        }
        words
    }

    /// The folded text without what is named or quoted in it.
    fn without_values(&self, text: &str) -> String {
        let folded = fold(text);
        let entities = self.recogniser.recognise(&folded, text);
        let mut left = entities.masked.replace(marks::ALL.map(|(_, mark)| mark), "|");
        for name in entities.quoted.iter().map(|name| fold(name)) {
            left = left.replace(&name, "|");
        }
        let places = self.recogniser.gazetteer.find(&left);
        for place in places.iter().rev() {
            left.replace_range(place.range.clone(), "|");
        }
        left
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

pub(super) fn is_chinese(text: &str) -> bool {
    text.contains(is_han)
}

/// A text without punctuation as runs of Chinese and of Latin letters; numbers are values.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    for character in text.chars() {
        match runs.last_mut() {
            Some(run) if run.starts_with(is_han) == is_han(character) => run.push(character),
            _ => runs.push(character.to_string()),
        }
    }
    runs.retain(|run| !run.contains(|c: char| c.is_ascii_digit()));
    runs
}

/// The pairs of neighbouring characters; the character itself where it is alone.
fn pairs(run: &str) -> Vec<String> {
    let characters: Vec<char> = run.chars().collect();
    if let [alone] = characters.as_slice() {
        return vec![alone.to_string()];
    }
    characters.windows(2).map(|pair| pair.iter().collect()).collect()
}
