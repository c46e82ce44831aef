//! `website_name_check`: may a website be named so.

use std::sync::LazyLock;

use regex::Regex;

use super::{Action, Ask, Basis, Done, Request, Step};
use crate::domain::rules::website_name::website_name_check;
use crate::phrases::actions;
use crate::store::StoreError;
use crate::understand::script::simplify;

pub struct WebsiteNameCheck;

impl Action for WebsiteNameCheck {
    fn intent(&self) -> &'static str {
        "website_name_check"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "filling-in-website-name"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["website_names.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &["rejected-site-name-rules", "rejected-site-name"]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let named = request.slot("name").map(str::to_owned);
        let Some(name) = named.or_else(|| unquoted(&request.text.original)) else {
            if request.says(&["规定", "规则", "要求", "怎么起", "怎么取", "怎么填", "rules", "requirements"])
            {
                return Ok(Step::General);
            }
            return Ok(Step::Ask(Ask {
                slot: "name",
                text: actions::website_name_check::which_name(request.voice),
                options: Vec::new(),
            }));
        };
        let national =
            request.says(&["国家级单位", "国家机关", "中央机关", "部委", "national-level", "national body"]);
        let mut verdict = website_name_check(request.book, &simplify(&name), national);
        verdict.name.clone_from(&name);
        let text = actions::website_name_check::text(request.voice, request.book, &verdict);
        let mut done = Done::new(&verdict, text).about("name", name);
        if !verdict.valid {
            done.anchors.push("rejected-site-name-rules");
        }
        Ok(Step::Done(done))
    }
}

/// Where a name without quotation marks may stand, and what comes after it.
static PLACES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    const ENDS: &str = r"(?:这个|这名|这样|能不能|能否|能通过|能过|能用|能行|能备|会不会|有没有|可不可以|可以|行不|行吗|行么|是否|合规|合格|合适|没问题|通得过|怎么样|咋样|如何|成不|中不|中吗|妥不|要得|得不得|ok|吗|[，,。?？！!；;]|$)";
    const ENDS_ENGLISH: &str = r"(?: all right| ok\b| okay| allowed| valid| fine| acceptable| be accepted| be rejected| for | work| pass|[,?!;]|$)";
    [
        format!(r"(?:叫做|想叫|叫|取名为|取名叫|取名|起名字?|命名为|(?:网站名称|网站名字|网站名|站点名称|站名|名称|名字)(?:我|想|就|直接|打算|准备)*(?:定为|写成|填成|改成|[用是为填写叫:：]|\s))\s*[:：]?\s*(.+?)\s*{ENDS}"),
        r"^(?:您好|你好|请问|帮我|帮忙|麻烦|看看|看一下|检查|一下|验|[，, ])*(.+?)(?:能不能|能|可以)?(?:这个|这)?(?:作为|用作|作|做|当)?(?:名字|网站名称|网站名|站名|名称)".to_owned(),
        format!(r"(?i)(?:site|website) name (?:is |to be |to )?(.+?){ENDS_ENGLISH}"),
        format!(r"(?i)call (?:my|our|the) (?:web)?site (.+?){ENDS_ENGLISH}"),
        format!(r"(?i)(?:named|titled|called) (.+?){ENDS_ENGLISH}"),
        r"(?i)(?:is|would|will|does) (.+?) (?:be )?(?:accepted |rejected |work )?(?:as )?(?:a |an )?(?:valid )?(?:site|website)? ?name".to_owned(),
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// The name of a question that doesn't quote it: 网站名称叫小王的博客可以吗.
fn unquoted(original: &str) -> Option<String> {
    /// What such places hold when no name is said.
    const NOT_NAMES: &[&str] = &[
        "什么",
        "啥",
        "我的网站",
        "网站",
        "网",
        "站点",
        "站",
        "这",
        "我的",
        "备案",
        "怎么",
        "哪些",
        "这个",
        "我",
        "my",
        "the",
        "it",
        "what",
        "this",
    ];
    let original = original.trim();
    PLACES
        .iter()
        .filter_map(|place| place.captures(original)?.get(1))
        .map(|found| found.as_str().trim_matches([' ', '"', '“', '”', ':', '：']))
        .find(|name| {
            let count = name.chars().count();
            (1..=40).contains(&count)
                && !NOT_NAMES.iter().any(|word| name.eq_ignore_ascii_case(word))
                && !["什么", "我的", "备案", "网站名"].iter().any(|word| name.contains(word))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_without_quotation_marks() {
        assert_eq!(PLACES.len(), 6, "every pattern compiles");
        for (text, name) in [
            ("网站名称叫小王的博客可以吗", Some("小王的博客")),
            ("我想叫ABC，能过吗", Some("ABC")),
            ("网站名称：晴天手作，帮看看", Some("晴天手作")),
            ("网站名我就写 HAPPY 中不中", Some("HAPPY")),
            ("站名 8848 ？", Some("8848")),
            ("人民购物这个网站名可以不", Some("人民购物")),
            ("88888能作网站名吗", Some("88888")),
            ("can I call my site ABC?", Some("ABC")),
            ("is the website name Happy Home all right", Some("Happy Home")),
            ("网站名称有什么规定", None),
            ("我的网站名称可以吗", None),
        ] {
            assert_eq!(unquoted(text).as_deref(), name, "{text}");
        }
    }
}
