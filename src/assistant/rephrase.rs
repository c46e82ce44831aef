//! The last question with other words in it: 接入备案呢 after 备案要多久 is 接入备案要多久.

/// Words that stand in each other's place. The longest that fits is taken.
const PARALLELS: &[&[&str]] = &[
    &["个人", "企业", "公司", "单位", "个体户", "个体工商户"],
    &["personal", "individual", "person", "company", "organisation", "organization"],
    &[
        "首次备案",
        "首次",
        "新增网站",
        "接入备案",
        "新增接入",
        "继续接入",
        "变更备案",
        "变更",
        "取消接入",
        "注销备案",
        "注销",
        "备案转移",
        "转移",
        "认领",
        "导入",
        "经营性备案",
        "公安备案",
    ],
    &["access filing", "change", "transfer", "deregistration", "claim", "import", "first filing"],
    &["阿里云初审", "初审", "管局审核", "管局"],
    &[
        "ecs",
        "云服务器",
        "轻量应用服务器",
        "轻量服务器",
        "轻量",
        "云虚拟主机",
        "虚拟主机",
        "弹性web托管",
        "web托管",
        "建站市场",
        "云市场",
        "nat网关",
        "ipv6转换",
        "ens",
        "oss",
        "cdn",
    ],
    &["香港", "大陆", "内地", "国内", "境外", "海外", "国外"],
    &["hong kong", "mainland", "overseas"],
    &["主体", "网站"],
    &["线上", "线下"],
    &["身份证", "营业执照", "居住证", "护照"],
];

/// The last question with the new words in it: in the place of what they stand beside, else before it, so that they weigh
/// with it.
pub fn rephrased(question: &str, folded: &str) -> String {
    let mut new = folded.trim_end_matches(['?', '？', '。', '.', '!', '！', ' ']);
    for word in [
        "那么",
        "还有",
        "换成",
        "如果是",
        "要是",
        "那",
        "换",
        "what about ",
        "how about ",
        "what if it is ",
        "and for ",
        "and ",
    ] {
        new = new.strip_prefix(word).unwrap_or(new);
    }
    for word in ["呢", "吗", "怎么样", "也一样", "也是", "也要", "那边", "那种", "这种", "的话", "期间", "的"]
    {
        new = new.strip_suffix(word).unwrap_or(new);
    }
    let new = new.trim();
    let new =
        ["a ", "an ", "the "].iter().fold(new, |text, article| text.strip_prefix(article).unwrap_or(text));
    if new.is_empty() {
        return question.to_owned();
    }
    in_place(question, new).or_else(|| overlapping(question, new)).unwrap_or_else(|| {
        let glued = question.starts_with("备案") && !new.is_ascii();
        if glued { format!("{new}{question}") } else { format!("{new} {question}") }
    })
}

/// In the place of a word of the same kind.
fn in_place(question: &str, new: &str) -> Option<String> {
    PARALLELS.iter().find_map(|group| {
        let word = longest(group, new)?;
        let old = longest(group, question)?;
        if old == word {
            return None;
        }
        // What stands around the new word may be in the question already: 注销主体 for 注销网站.
        let around = new.replacen(word, "", 1);
        let known = around.is_empty() || question.contains(around.trim());
        Some(question.replacen(old, if known { word } else { new }, 1))
    })
}

/// Whether a text has a word that may stand in another's place.
pub fn has_parallel(text: &str) -> bool {
    PARALLELS.iter().any(|group| longest(group, text).is_some())
}

fn longest<'a>(group: &[&'a str], text: &str) -> Option<&'a str> {
    group.iter().copied().filter(|word| text.contains(word)).max_by_key(|word| word.chars().count())
}

/// In the place of the word that both end in: 接入备案 for 备案.
fn overlapping(question: &str, new: &str) -> Option<String> {
    let starts = new.char_indices().map(|(at, _)| at).skip(1);
    let shared =
        starts.map(|at| &new[at..]).find(|end| end.chars().count() >= 2 && question.contains(end))?;
    Some(question.replacen(shared, new, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_words_take_the_place_of_old_ones() {
        for (question, new, expected) in [
            ("备案要多久", "接入备案呢", "接入备案要多久"),
            ("备案要多久", "变更的呢", "变更备案要多久"),
            ("个人备案要准备什么证件", "公司的呢", "公司备案要准备什么证件"),
            ("ecs 能备案几个网站", "轻量呢", "轻量 能备案几个网站"),
            ("取消接入后备案服务号能退回吗", "注销呢", "注销后备案服务号能退回吗"),
            ("阿里云初审要多久", "管局的呢", "管局要多久"),
            ("浙江要短信核验吗", "那广东呢", "广东 浙江要短信核验吗"),
            ("注销网站会有什么影响", "那注销主体呢", "注销主体会有什么影响"),
            ("香港服务器要备案吗", "大陆的呢", "大陆服务器要备案吗"),
        ] {
            assert_eq!(rephrased(question, new), expected);
        }
    }
}
