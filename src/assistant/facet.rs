//! Questions that mean something only of what was just said: why, how, how long, how much, more, in another language.
//!
//! Read from the words alone. What they are answered with is decided in [`super::about`].

use crate::understand::{Normalised, Script};

/// What is asked about the last reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    Why,
    How,
    HowLong,
    HowMuch,
    /// The same at greater length.
    Detail,
    /// What comes next.
    More,
    /// The same in another language.
    In(Script),
}

/// The ways to ask, bare: without the particles and politeness around them.
const WAYS: &[(Facet, &[&str])] = &[
    (
        Facet::Why,
        &[
            "为什么",
            "为啥",
            "为何",
            "为什么不能",
            "为什么不行",
            "为什么不可以",
            "为什么会这样",
            "怎么会这样",
            "咋回事",
            "怎么回事",
            "是怎么回事",
            "什么原因",
            "是什么原因",
            "原因",
            "什么道理",
            "凭什么",
            "怎么算",
            "怎么算的",
            "怎么算出来的",
            "怎么得出的",
            "怎么知道的",
            "依据",
            "根据什么",
            "how is that calculated",
            "how is it counted",
            "why",
            "why not",
            "why is that",
            "why so",
            "how come",
            "what is the reason",
            "what's the reason",
            "for what reason",
        ],
    ),
    (
        Facet::How,
        &[
            "怎么弄",
            "怎么办",
            "怎么操作",
            "怎么做",
            "怎么解决",
            "怎么处理",
            "怎么搞",
            "咋弄",
            "咋办",
            "咋整",
            "咋搞",
            "如何操作",
            "如何处理",
            "如何解决",
            "如何办理",
            "怎么改",
            "怎么转",
            "怎么办理",
            "怎么补救",
            "怎么整改",
            "怎么申请",
            "怎么查",
            "在哪弄",
            "在哪办",
            "去哪办",
            "具体怎么做",
            "具体怎么操作",
            "具体步骤",
            "步骤",
            "流程",
            "how",
            "how so",
            "how do i do that",
            "how do i do it",
            "how do i fix it",
            "how do i fix that",
            "how to fix it",
            "how to do it",
            "how is it done",
            "what should i do",
            "what do i do",
            "what do i do now",
            "what now",
            "what can i do",
        ],
    ),
    (
        Facet::HowLong,
        &[
            "要多久",
            "多久",
            "需要多久",
            "得多久",
            "多长时间",
            "要多长时间",
            "需要多长时间",
            "几天",
            "要几天",
            "多少天",
            "要多少天",
            "什么时候能好",
            "多久能好",
            "什么时候好",
            "多久之内要弄完",
            "多久内要弄完",
            "多久之内弄完",
            "多久内完成",
            "时限",
            "期限",
            "什么时候",
            "how long",
            "how long does it take",
            "how long will it take",
            "how long does that take",
            "how long will that take",
            "how many days",
            "when",
        ],
    ),
    (
        Facet::HowMuch,
        &[
            "多少钱",
            "要多少钱",
            "要钱",
            "要花钱",
            "收费",
            "要收费",
            "费用",
            "费用多少",
            "贵",
            "免费",
            "how much",
            "how much is it",
            "how much does it cost",
            "how much is that",
            "what does it cost",
            "is it free",
            "is that free",
        ],
    ),
    (
        Facet::Detail,
        &[
            "详细点",
            "详细一点",
            "详细些",
            "说详细点",
            "说详细一点",
            "讲详细点",
            "讲详细一点",
            "具体点",
            "具体一点",
            "说具体点",
            "说具体一点",
            "具体说说",
            "详细说说",
            "详细说明",
            "展开说说",
            "展开讲讲",
            "仔细说说",
            "细说",
            "more detail",
            "more details",
            "in more detail",
            "in detail",
            "tell me more",
            "elaborate",
            "explain more",
            "explain",
            "be more specific",
            "more specific",
        ],
    ),
    (
        Facet::More,
        &[
            "还有",
            "还有别的",
            "还有其他",
            "还有其他的",
            "还有什么",
            "其他的",
            "别的",
            "接着说",
            "继续",
            "继续说",
            "然后",
            "下一条",
            "more",
            "anything else",
            "what else",
            "go on",
            "and then",
            "continue",
            "next",
        ],
    ),
    (
        Facet::In(Script::Latin),
        &[
            "英文",
            "英语",
            "用英文",
            "用英语",
            "用英文说",
            "用英语说",
            "说英文",
            "说英语",
            "英文版",
            "英文怎么说",
            "英语怎么说",
            "翻译成英文",
            "翻译成英语",
            "译成英文",
            "换成英文",
            "换英文",
            "用英文回答",
            "用英语回答",
            "in english",
            "english",
            "say it in english",
            "say that in english",
            "the same in english",
            "english version",
        ],
    ),
    (
        Facet::In(Script::Simplified),
        &[
            "中文",
            "用中文",
            "用中文说",
            "说中文",
            "中文版",
            "中文怎么说",
            "翻译成中文",
            "译成中文",
            "换成中文",
            "换中文",
            "用汉语说",
            "用中文回答",
            "简体",
            "用简体",
            "in chinese",
            "chinese",
            "say it in chinese",
            "say that in chinese",
            "the same in chinese",
            "chinese version",
        ],
    ),
    (
        Facet::In(Script::Traditional),
        &[
            "繁体",
            "用繁体",
            "繁体版",
            "换成繁体",
            "繁体中文",
            "用繁体说",
            "in traditional chinese",
            "traditional chinese",
        ],
    ),
];

const BEFORE: &[&str] = &[
    "那么",
    "那",
    "请问",
    "请",
    "麻烦",
    "能不能",
    "可不可以",
    "可以",
    "能",
    "再",
    "你",
    "所以",
    "那个",
    "这个",
    "这",
    "要",
    "该",
    "应该",
    "需要",
    "得",
    "我",
    "呃",
    "嗯",
    "又是",
    "是",
    "and ",
    "so ",
    "but ",
    "ok ",
    "okay ",
    "please ",
    "can you ",
    "could you ",
    "then ",
];
const AFTER: &[&str] = &[
    "一下",
    "一遍",
    "谢谢",
    "呢",
    "啊",
    "吧",
    "呀",
    "吗",
    "嘛",
    "哦",
    "的",
    "了",
    " please",
    " then",
    " now",
    " thanks",
    " thank you",
];

/// What a message asks about the last reply, if it asks nothing else.
pub fn facet(folded: &str) -> Option<Facet> {
    // Nobody asks these in more.
    if folded.chars().count() > 40 {
        return None;
    }
    let folded: String = folded.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '\'')).collect();
    let mut candidates = vec![folded.trim().to_owned()];
    let mut at = 0;
    // Particles are taken off one after the other in every order: 那要怎么弄呢 is 怎么弄.
    while let Some(text) = candidates.get(at).cloned() {
        if let Some((facet, _)) = WAYS.iter().find(|(_, ways)| ways.contains(&text.as_str())) {
            return Some(*facet);
        }
        let shorter = BEFORE
            .iter()
            .filter_map(|word| text.strip_prefix(word))
            .chain(AFTER.iter().filter_map(|word| text.strip_suffix(word)));
        for text in shorter.map(str::trim).filter(|text| !text.is_empty()) {
            if candidates.len() < 60 && !candidates.iter().any(|known| known == text) {
                candidates.push(text.to_owned());
            }
        }
        at += 1;
    }
    None
}

/// The message as it is to be answered: in the language that it asks for.
pub fn in_language(text: Normalised) -> Normalised {
    match facet(&text.folded) {
        Some(Facet::In(script)) => Normalised { script: Some(script), ..text },
        _ => text,
    }
}

#[cfg(test)]
#[path = "facet_tests.rs"]
mod tests;
