//! What is said on chat platforms beside replies: Chinese with English under it.

use crate::channels::linking::CODE_LIFE;
use crate::store::acts::Linked;

pub const ONLY_TEXT: &str = "我现在只能看文字消息，请把问题打成文字发给我。\nI can only read text for now: please type your question.";

pub const TOO_LONG: &str = "这条消息太长了，请只发和问题有关的部分。\nThis message is too long: please send only the part that your question is about.";

pub const SENT_ALONE: &str = "这和您自己的备案信息有关，已经单独发给您了。\nThis is about your own records: I have sent it to you alone.";

pub const ASK_ALONE: &str = "这和您自己的备案信息有关，不方便在群里说，请单独找我聊。\nThis is about your own records, which I don't show in a group: please ask me in a private chat.";

pub const CODE_ALONE: &str = "关联码请单独发给我，不要发在群里。这个码别人也看到了，请重新要一个。\nSend link codes to me alone, never in a group. Others have seen this one: please get a new one.";

pub const FAILED: &str = "刚才出了点问题，没能回答您，请稍后再问一次。\nSomething went wrong and I could not answer: please ask again later.";

/// What came of a link code.
pub fn linked(linked: &Linked) -> String {
    match linked {
        Linked::To { account } => format!(
            "已关联账号 {account}，现在可以问您自己的订单和服务器了。\nLinked to account {account}: you can now ask about your own orders and servers."
        ),
        Linked::Wrong { tries_left } => format!(
            "关联码不对，还可以试 {tries_left} 次。\nThis link code is not right; tries left: {tries_left}."
        ),
        Linked::Gone => {
            let minutes = CODE_LIFE.as_mins();
            format!(
                "关联码无效或已过期（有效期 {minutes} 分钟，只能用一次），请重新要一个。\nThis link code is unknown, used or expired (it holds for {minutes} minutes, once): please get a new one."
            )
        }
        Linked::NotAnApplicant => {
            "您是客服或管理员，不需要关联账号。\nYou are an agent or admin: there is no account to link."
                .to_owned()
        }
    }
}

/// The code in a message that wants to be linked: `绑定 7KQM-X4TBZ2`, `关联 …`, `link …`.
pub fn code_in(text: &str) -> Option<&str> {
    let text = text.trim().trim_start_matches('/');
    ["绑定", "关联", "綁定", "關聯", "link", "Link", "LINK"].iter().find_map(|word| {
        let rest = text.strip_prefix(word)?.trim_start_matches([' ', '\u{3000}', ':', '：', '\t']);
        let length = rest.chars().filter(|c| c.is_alphanumeric()).count();
        // Ten letters and digits are a code or want to be one; 绑定域名要多久 and link two accounts are questions.
        let is_code =
            length == 10 && !rest.chars().any(|c| c.is_alphabetic() && !c.is_ascii() && !is_wide(c));
        is_code.then_some(rest)
    })
}

/// Full-width letters.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_from_a_question() {
        for (text, code) in [
            ("绑定 7KQM-X4TBZ2", "7KQM-X4TBZ2"),
            (" /link 7kqmx4tbz2", "7kqmx4tbz2"),
            ("关联：7KQM X4TBZ2", "7KQM X4TBZ2"),
            ("绑定７ＫＱＭ－Ｘ４ＴＢＺ２", "７ＫＱＭ－Ｘ４ＴＢＺ２"),
        ] {
            assert_eq!(code_in(text), Some(code), "{text}");
        }
        for question in ["绑定域名要多久呢请问一下", "link two accounts", "7KQM-X4TBZ2", "绑定", ""]
        {
            assert_eq!(code_in(question), None, "{question}");
        }
    }
}
