//! Whether a website may be named so.

use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::website_name::{NameViolation, WebsiteNameCheck};
use crate::phrases::{Voice, row};

pub fn text(voice: Voice, book: &RuleBook, check: &WebsiteNameCheck) -> String {
    let name = &check.name;
    let rules = &book.website_names;
    let least = rules.min_chinese_characters;
    let mut text = if check.valid {
        voice.pick(
            format!("可以，“{name}”符合网站命名的通用规则。\n\n还要注意：\n\n- 名称要和网站内容有关。\n- 涉及行业或企业的名称，不能按个人备案，要按单位备案。\n- 部分省市对个人网站名称限制更多，填的时候看该栏右侧的提示。"),
            format!("Yes, “{name}” keeps the general rules for names.\n\nStill:\n\n- The name has to fit what the site is about.\n- A name of a trade or a company can't be filed by an individual, only by an organisation.\n- Some provinces are stricter with names of personal sites; mind the hint beside the field."),
        )
    } else {
        voice.pick(
            format!("不可以，“{name}”不符合网站命名的规则：\n"),
            format!("No, “{name}” breaks the rules for names:\n"),
        )
    };
    for violation in &check.violations {
        text.push_str(&format!("\n- {}", why(voice, check, *violation, least)));
    }
    if !check.valid {
        let prefixes = row(voice, &rules.national_prefixes);
        let words = row(voice, &rules.sensitive_words);
        text.push_str(&voice.pick(
            format!("\n\n怎么改：起一个和网站内容有关、{least} 个汉字或以上的名称；不要只有数字或字母，不带特殊符号，不直接用域名；国家级单位以外不用{prefixes}开头；不含敏感词（{words}等）。改好再发给我看。"),
            format!("\n\nWhat to do: take a name of {least} Chinese characters or more that fits the site; not only digits or letters, no special characters, not a domain; not beginning with {prefixes} unless a national body files it; no sensitive word ({words} and the like). Send me the new one to check."),
        ));
    }
    text.push_str("\n\n");
    text.push_str(&super::dated(voice, rules.origin()));
    text
}

fn why(voice: Voice, check: &WebsiteNameCheck, violation: NameViolation, least: usize) -> String {
    let evidence = &check.evidence;
    match violation {
        NameViolation::TooShort => voice.pick(
            format!("太短：要 {least} 个汉字或以上，现在是 {} 个", evidence.chinese_characters),
            format!(
                "too short: {least} Chinese characters or more are needed, it has {}",
                evidence.chinese_characters
            ),
        ),
        NameViolation::OnlyDigits => voice.pick("只有数字", "digits only").to_owned(),
        NameViolation::OnlyLatin => voice.pick("只有英文字母", "Latin letters only").to_owned(),
        NameViolation::SpecialCharacters => {
            let special: Vec<String> = evidence.special.iter().map(char::to_string).collect();
            let special = special.join(" ");
            voice.pick(format!("含特殊符号：{special}"), format!("special characters: {special}"))
        }
        NameViolation::NationalPrefix => {
            let prefix = evidence.prefix.as_deref().unwrap_or_default();
            voice.pick(
                format!("以“{prefix}”开头，只有国家级单位能用"),
                format!("it begins with “{prefix}”, which only national bodies may use"),
            )
        }
        NameViolation::IsDomain => voice.pick("直接用了域名", "it is a domain").to_owned(),
        NameViolation::SensitiveWord => {
            let words = row(voice, &evidence.words);
            voice.pick(format!("含敏感词：{words}"), format!("sensitive word: {words}"))
        }
    }
}

/// No name is said.
pub fn which_name(voice: Voice) -> String {
    voice
        .pick(
            "想用的网站名称是什么？加上引号发给我，例如“青山读书会”。",
            "What is the name? Send it to me in quotation marks, such as “Green Hill Readers”.",
        )
        .to_owned()
}
