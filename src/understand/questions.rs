//! Two questions in one message: where one ends and the next begins.
//!
//! Only the cut is made here. Whether both halves are worth an answer is for whoever knows what they mean.

/// Marks that end a sentence.
const ENDS: &[char] = &['?', '。', '!', ';', '\n', '？', '！', '；'];

/// Words that begin another question in the same breath.
const BESIDES: &[&str] = &[
    "另外",
    "还有就是",
    "还有,",
    "还有一个",
    "还有个",
    "以及",
    "顺便",
    "再问",
    "再就是",
    "然后想问",
    "同时想问",
    " and also ",
    " also, ",
    ", also ",
    ". also ",
    "another question",
    "one more question",
    "by the way",
    "besides, ",
];

/// What makes a sentence a question.
const ASKS: &[&str] = &[
    "吗",
    "呢",
    "么",
    "怎",
    "咋",
    "如何",
    "多久",
    "多少",
    "几个",
    "几天",
    "几次",
    "哪",
    "什么",
    "啥",
    "是否",
    "能否",
    "可否",
    "谁",
    "能不能",
    "可不可以",
    "要不要",
    "是不是",
    "会不会",
    "用不用",
    "需不需要",
    "有没有",
    "为何",
    "到没到",
    "行不行",
    "好不好",
];
const ASKS_ENGLISH: &[&str] = &[
    "how", "what", "when", "where", "which", "who", "why", "can", "could", "do", "does", "is", "are", "will",
    "should", "must", "may",
];

/// The two questions of a text as it was typed, each with the sentences that lead up to it; `None` when there are fewer or more.
pub fn two_questions(text: &str) -> Option<[String; 2]> {
    let mut questions: Vec<String> = Vec::new();
    let mut lead = String::new();
    for part in parts(text) {
        let asks = is_question(&part);
        lead.push_str(&part);
        if asks {
            questions.push(std::mem::take(&mut lead));
        }
    }
    if let Some(last) = questions.last_mut() {
        // What follows the last question belongs to it.
        last.push_str(&lead);
    }
    let bare = |question: &String| question.chars().filter(|c| c.is_alphanumeric()).count() >= 3;
    if !questions.iter().all(bare) {
        return None;
    }
    questions.try_into().ok()
}

/// Characters from which on a text is a story with a question in it, and how many letters of English say as much as one.
const STORY: usize = 35;
const LETTERS: usize = 4;
/// Characters that a clause is brought to with what follows it.
const CLAUSE: usize = 18;

/// The parts of a long text that ask something, each a clause with what follows it up to some length or a question mark; the last part,
/// where none does. Nothing for a text that isn't long.
pub fn asking_parts(folded: &str) -> Vec<&str> {
    let size = |text: &str| {
        let characters = text.chars().count();
        if folded.is_ascii() { characters / LETTERS } else { characters }
    };
    if size(folded) <= STORY {
        return Vec::new();
    }
    let ends_clause = |c: char| ENDS.contains(&c) || matches!(c, ',' | '，' | ':' | '：' | '…');
    let clauses: Vec<&str> = folded
        .split_inclusive(ends_clause)
        .filter(|clause| clause.chars().any(char::is_alphanumeric))
        .collect();
    let start = |clause: &str| clause.as_ptr() as usize - folded.as_ptr() as usize;
    let mut parts: Vec<&str> = Vec::new();
    for (at, clause) in clauses.iter().enumerate() {
        let mut end = start(clause) + clause.len();
        for next in &clauses[at + 1..] {
            let part = &folded[start(clause)..end];
            if size(part) >= CLAUSE || part.trim_end().ends_with(['?', '？']) {
                break;
            }
            end = start(next) + next.len();
        }
        parts.push(folded[start(clause)..end].trim());
    }
    let asking: Vec<&str> = parts.iter().copied().filter(|part| is_question(part)).collect();
    if asking.is_empty() { parts.pop().into_iter().collect() } else { asking }
}

/// The sentences of a text, cut behind marks and before words that begin another question.
fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let lower = text.to_lowercase();
    // Lower case may be longer: then the words are looked for as they were typed.
    let lower = if lower.len() == text.len() { lower.as_str() } else { text };
    for (at, character) in text.char_indices() {
        let besides = lower.get(at..).is_some_and(|rest| BESIDES.iter().any(|word| rest.starts_with(word)));
        if besides {
            keep(&mut parts, &mut part);
        }
        part.push(character);
        // Within an address marks end nothing.
        let glued = text[at + character.len_utf8()..].starts_with(|next: char| next.is_ascii_graphic());
        let stop = character == '.' && !glued;
        if stop || ENDS.contains(&character) && !(glued && matches!(character, '?' | '!' | ';')) {
            keep(&mut parts, &mut part);
        }
    }
    keep(&mut parts, &mut part);
    parts
}

fn keep(parts: &mut Vec<String>, part: &mut String) {
    let whole = std::mem::take(part);
    if whole.chars().any(char::is_alphanumeric) {
        parts.push(whole);
    } else if let Some(last) = parts.last_mut() {
        last.push_str(&whole);
    }
}

fn is_question(part: &str) -> bool {
    if part.contains(['?', '？']) || ASKS.iter().any(|word| part.contains(word)) {
        return true;
    }
    // In English the word order asks: it must stand in front, or behind a word or two of leading up where no full stop says
    // that nothing is asked.
    let leading = if part.trim_end().ends_with('.') { 1 } else { 3 };
    let words =
        part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '\'')).filter(|word| !word.is_empty());
    part.is_ascii() && words.take(leading).any(|word| ASKS_ENGLISH.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Option<[String; 2]> {
        two_questions(text)
    }

    #[test]
    fn two_questions_are_cut_at_marks_and_words() {
        for (text, first, second) in [
            ("短信核验要多久？浙江需要吗", "短信核验要多久？", "浙江需要吗"),
            ("服务号还剩几个，另外订单能撤吗", "服务号还剩几个，", "另外订单能撤吗"),
            ("我是个人。域名要实名吗？还有，备案要多久", "我是个人。域名要实名吗？", "还有，备案要多久"),
            ("How long does it take? Can I withdraw it?", "How long does it take?", " Can I withdraw it?"),
            (
                "how long does it take and also can I withdraw",
                "how long does it take",
                " and also can I withdraw",
            ),
            ("备案要多久?\n服务器要买多长时间?谢谢", "备案要多久?\n", "服务器要买多长时间?谢谢"),
        ] {
            assert_eq!(cut(text), Some([first.to_owned(), second.to_owned()]), "{text}");
        }
    }

    #[test]
    fn one_question_with_a_story_is_one() {
        for text in [
            "我上个月买了台服务器。域名是在别家买的。现在要备案，要多久？",
            "备案要多久",
            "I bought a server. The domain is elsewhere. How long does it take?",
            "你好。在吗？",
            "a.b.c 能备案吗",
            "看看 https://a.cn/x?from=ad 有没有问题",
            "",
        ] {
            assert_eq!(cut(text), None, "{text}");
        }
    }

    #[test]
    fn a_story_is_cut_to_what_it_asks() {
        let story = "我们公司去年做了个网站,一直放在别人家的机房里,今年老板说要换到你们这里来,\
                     东西都搬好了。就想问一句,这个要不要重新弄?谢谢";
        let asks = "这个要不要重新弄?";
        let led_up_to = format!("就想问一句,{asks}");
        assert_eq!(asking_parts(story), [&format!("东西都搬好了。{led_up_to}"), &led_up_to, asks]);
        let tells =
            "我们公司去年做了个网站,一直放在别人家的机房里,今年老板说要换到你们这里来,东西都搬好了,求指点";
        assert_eq!(asking_parts(tells), ["求指点"]);
        assert!(asking_parts("备案要多久?").is_empty() && asking_parts("").is_empty());
        assert!(asking_parts(&",".repeat(200)).is_empty());
    }

    #[test]
    fn three_questions_are_left_whole() {
        assert_eq!(cut("备案要多久？要钱吗？能撤吗？"), None);
    }
}
