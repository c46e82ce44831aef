//! What the bot itself says on Discord: simplified and traditional Chinese and English side by side.

/// What somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    Simplified,
    Traditional,
    English,
}

impl Tongue {
    /// By the language that somebody has set in Discord.
    pub fn of_locale(locale: &str) -> Self {
        match locale {
            "" | "zh-CN" => Self::Simplified,
            other if other.starts_with("zh") => Self::Traditional,
            _ => Self::English,
        }
    }

    /// By what somebody writes; Chinese where it shows nothing.
    pub fn of_text(text: &str) -> Self {
        if text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}')) {
            if fast2s::convert(text) == text { Self::Simplified } else { Self::Traditional }
        } else if text.chars().any(char::is_alphabetic) {
            Self::English
        } else {
            Self::Simplified
        }
    }

    /// One of three wordings.
    pub fn pick<T>(self, simplified: T, traditional: T, english: T) -> T {
        match self {
            Self::Simplified => simplified,
            Self::Traditional => traditional,
            Self::English => english,
        }
    }

    /// One of three wordings in a row.
    pub fn of<T: Copy>(self, [simplified, traditional, english]: [T; 3]) -> T {
        self.pick(simplified, traditional, english)
    }
}

/// Too many ask, or answering failed.
pub(super) fn busy(tongue: Tongue) -> &'static str {
    tongue.pick(
        "现在答不上来，请过一会儿再问。",
        "現在答不上來，請過一會兒再問。",
        "I can't answer just now. Please ask again in a while.",
    )
}

/// In a public place, where the answer went to the asker alone.
pub(super) fn answered_in_private(tongue: Tongue) -> &'static str {
    tongue.pick(
        "涉及你的备案记录，已私信回复你。",
        "涉及你的備案紀錄，已私訊回覆你。",
        "This is about your own records: I have answered you by direct message.",
    )
}

/// In a public place, where the asker takes no direct messages.
pub(super) fn use_the_command(tongue: Tongue) -> &'static str {
    tongue.pick(
        "涉及你的备案记录，不在公开频道里说，又没法私信你。请用命令 /问 再问一次，回复只有你看得到；或者在隐私设置里允许私信。",
        "涉及你的備案紀錄，不在公開頻道裡說，又沒法私訊你。請用指令 /問 再問一次，回覆只有你看得到；或者在隱私設定裡允許私訊。",
        "This is about your own records, so I don't say it in public, and you take no direct messages. Ask again with the command /ask, which only you can see, or allow direct messages.",
    )
}

/// Under a ticket, where posts without a mention can't be read.
pub(super) fn mention_me(tongue: Tongue) -> &'static str {
    tongue.pick("接着问请 @我。", "接著問請 @我。", "Mention me to go on.")
}

/// Before the section that an answer comes from.
pub(super) fn source(tongue: Tongue, heading: &str, as_of: Option<String>) -> String {
    let date =
        as_of.map(|date| tongue.pick(format!("（{date}）"), format!("（{date}）"), format!(" ({date})")));
    let date = date.unwrap_or_default();
    tongue.pick(
        format!("依据：{heading}{date}"),
        format!("依據：{heading}{date}"),
        format!("Source: {heading}{date}"),
    )
}

/// Over a menu of what can be chosen.
pub(super) fn choose(tongue: Tongue) -> &'static str {
    tongue.pick("请选择", "請選擇", "Choose one")
}

/// On the button that opens [`link_title`].
pub(super) fn link_button(tongue: Tongue) -> &'static str {
    tongue.pick("绑定账号", "綁定帳號", "Link my account")
}

pub(super) fn link_title(tongue: Tongue) -> &'static str {
    tongue.pick("绑定备案账号", "綁定備案帳號", "Link your account")
}

pub(super) fn link_label(tongue: Tongue) -> &'static str {
    tongue.pick("绑定码", "綁定碼", "Link code")
}

pub(super) fn linked(tongue: Tongue) -> &'static str {
    tongue.pick(
        "绑定好了。现在可以直接问：我的订单到哪一步了。",
        "綁定好了。現在可以直接問：我的訂單到哪一步了。",
        "You are linked. Now you can ask: where is my order?",
    )
}

pub(super) fn wrong_code(tongue: Tongue, tries_left: u32) -> String {
    tongue.pick(
        format!("绑定码不对，还可以试 {tries_left} 次。"),
        format!("綁定碼不對，還可以試 {tries_left} 次。"),
        format!("That code is wrong. Tries left: {tries_left}."),
    )
}

pub(super) fn code_gone(tongue: Tongue) -> &'static str {
    tongue.pick(
        "没有这个绑定码，或者它已经用过、过期、试错太多次。请重新取一个。",
        "沒有這個綁定碼，或者它已經用過、過期、試錯太多次。請重新取一個。",
        "There is no such code, or it was used, is too old, or was tried too often. Please get a new one.",
    )
}

pub(super) fn not_an_applicant(tongue: Tongue) -> &'static str {
    tongue.pick(
        "你是客服或管理员，不需要绑定。",
        "你是客服或管理員，不需要綁定。",
        "You are an agent or admin and need no link.",
    )
}

pub(super) fn rated(tongue: Tongue, good: bool) -> &'static str {
    if good {
        tongue.pick("谢谢，记下了。", "謝謝，記下了。", "Thank you, noted.")
    } else {
        tongue.pick(
            "谢谢，记下了。可以换个说法再问，或者用 /人工。",
            "謝謝，記下了。可以換個說法再問，或者用 /人工。",
            "Thank you, noted. Try other words, or /human.",
        )
    }
}

/// Somebody else's reply, or one that isn't kept any more.
pub(super) fn not_yours_to_rate(tongue: Tongue) -> &'static str {
    tongue.pick(
        "这条回复不是给你的，或者已经不在了，没法评价。",
        "這條回覆不是給你的，或者已經不在了，沒法評價。",
        "That reply was for somebody else or is gone, so it can't be rated.",
    )
}

/// A button or command of an earlier version.
pub(super) fn outdated(tongue: Tongue) -> &'static str {
    tongue.pick(
        "这个按钮或命令已经失效，请直接提问。",
        "這個按鈕或指令已經失效，請直接提問。",
        "That button or command is out of date. Please just ask.",
    )
}

/// What to ask of an attached file.
pub(super) fn picture_question(tongue: Tongue, format: &str, size: &str) -> String {
    tongue.pick(
        format!("{format} 格式、{size} 的图片能上传吗"),
        format!("{format} 格式、{size} 的圖片能上傳嗎"),
        format!("Can I upload a {format} picture of {size}?"),
    )
}

/// Asks for a human.
pub(super) const HUMAN: [&str; 3] = ["转人工", "轉人工", "Talk to a person"];
