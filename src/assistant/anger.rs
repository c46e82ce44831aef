//! Whether a message is angry at us: a few words, and what they may also mean.

use std::sync::LazyLock;

use crate::understand::word_list::WordList;

/// Words that are said in anger at whoever answers.
const ANGRY: &[&str] = &[
    "垃圾",
    "滚",
    "妈的",
    "他妈",
    "tmd",
    "傻逼",
    "sb",
    "智障",
    "弱智",
    "白痴",
    "脑残",
    "废物",
    "骗子",
    "气死",
    "火大",
    "投诉你",
    "我要投诉",
    "要投诉",
    "什么破",
    "破系统",
    "破平台",
    "烂透",
    "太烂",
    "坑人",
    "坑爹",
    "忍无可忍",
    "受够了",
    "听不懂人话",
    "答非所问",
    "一问三不知",
    "没用的东西",
    "耍我",
    "玩我呢",
    "有完没完",
    "浪费我时间",
    "浪费时间",
    "你是不是有病",
    "去死",
    "useless",
    "stupid",
    "idiot",
    "garbage",
    "rubbish",
    "bullshit",
    "wtf",
    "fuck",
    "fucking",
    "shit",
    "damn",
    "ridiculous",
    "pathetic",
    "terrible service",
    "waste of time",
    "wasting my time",
    "i'm furious",
    "i am furious",
    "fed up",
    "sick of this",
    "complaint against you",
    "file a complaint",
    "worst service",
];

/// Where the words are a subject and not a feeling: a site's content, a message received, somebody else.
const SUBJECTS: &[&str] = &[
    "垃圾短信",
    "垃圾邮件",
    "垃圾分类",
    "垃圾处理",
    "垃圾回收",
    "垃圾箱",
    "垃圾网站",
    "滚动",
    "滚筒",
    "翻滚",
    "摇滚",
    "遇到骗子",
    "是骗子",
    "防骗子",
    "骗子网站",
    "骗子公司",
    "骗子冒充",
    "投诉电话",
    "投诉渠道",
    "投诉处理",
    "被投诉",
    "投诉网站",
    "投诉类",
    "有人投诉",
    "用户投诉",
    "废物回收",
    "废物利用",
    "废物处理",
    "spam",
    "garbage collection",
    "garbage disposal",
    "rubbish collection",
    "rubbish removal",
    "damn small",
];

/// Whether somebody is angry.
pub fn is_angry(folded: &str) -> bool {
    static ANY: LazyLock<WordList> = LazyLock::new(|| WordList::of(ANGRY.iter().copied()));
    // Hardly any message has such a word, and to look at what each means costs a pass for each.
    if ANY.find(folded).next().is_none() {
        return false;
    }
    let mut text = folded.to_owned();
    for subject in SUBJECTS {
        text = text.replace(subject, " ");
    }
    ANGRY.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            // A Latin word stands alone: sb is no part of usb.
            let glued = |c: Option<char>| word.is_ascii() && c.is_some_and(|c| c.is_ascii_alphanumeric());
            !glued(text[..at].chars().next_back()) && !glued(text[at + word.len()..].chars().next())
        })
    }) && !names_a_site(&text)
}

/// Whether the words stand in a name that is asked about: 网站叫“破烂”可以吗.
fn names_a_site(text: &str) -> bool {
    ["网站名", "网站叫", "名称叫", "名字叫", "site name", "called \""]
        .iter()
        .any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::normalise::fold;

    #[test]
    fn anger_is_told_from_its_words() {
        for text in [
            "你们这什么垃圾服务",
            "滚，别再发这些了",
            "我要投诉你们",
            "答非所问，你是智障吗",
            "有完没完啊，问三遍了",
            "This is useless, you stupid bot",
            "What a waste of time!",
            "I'm fed up with this",
        ] {
            assert!(is_angry(&fold(text)), "{text}");
        }
        for text in [
            "收到垃圾短信怎么办",
            "网站有滚动字幕要备案吗",
            "做垃圾分类的网站属于什么行业",
            "网站被投诉了会影响备案吗",
            "投诉电话是多少",
            "遇到骗子说能代备案",
            "网站名称叫“废物中心”可以吗",
            "USB 接口的设备要备案吗",
            "Is a site on garbage collection subject to approval?",
            "我很着急，备案怎么还没下来",
            "为什么又被驳回了",
        ] {
            assert!(!is_angry(&fold(text)), "{text}");
        }
    }
}
