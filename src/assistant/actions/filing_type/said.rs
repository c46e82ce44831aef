//! What a question says of its domain and its organizer: filed here, filed elsewhere, never filed; and what is wanted.
//!
//! Read clause by clause: each clause is about a site, an organizer, both, or goes on about the one before.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{ASKS, ELSEWHERE, ENDS_WITHOUT, FILED, HERE, LEGACY, MOVES, NEW, NOT, ORGANIZER, SITE};
use crate::domain::rules::filing_type::Wish;
use crate::understand::Entities;

/// Where something is filed, as far as the question says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Nowhere,
    Here,
    Elsewhere,
    /// Filed, and where isn't said.
    Somewhere,
    /// The access was cancelled.
    Cancelled,
    /// An organizer left without websites.
    Empty,
}

/// Everything said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub wish: Wish,
    pub domain: Option<Place>,
    pub entity: Option<Place>,
    /// The server is outside the mainland.
    pub abroad: bool,
    /// The filing was made on the provider's former platform.
    pub legacy: bool,
}

impl Said {
    /// Reads a folded question. `provider` are the names of this provider.
    pub(super) fn read(text: &str, provider: &[String], entities: &Entities) -> Self {
        let mut said = Self {
            wish: wish(text, entities),
            abroad: abroad(text),
            legacy: has(text, LEGACY),
            ..Self::default()
        };
        let mut subjects = (false, false);
        for clause in clauses(text) {
            said.clause(&clause, provider, &mut subjects);
        }
        // A domain that is filed elsewhere leaves the organizer filed somewhere; whether here isn't said.
        said
    }

    fn clause(&mut self, clause: &str, provider: &[String], subjects: &mut (bool, bool)) {
        let (mut site, mut organizer) = (has(clause, SITE), has(clause, ORGANIZER));
        let both =
            site && organizer && has(clause, &["和", "与", "跟", "及", "都", " and ", "neither", "both"]);
        if has(clause, NEW) && !has(clause, ELSEWHERE) {
            self.domain = Some(Place::Nowhere);
            *subjects = (true, false);
            if has(clause, NOT) || !has(clause, FILED) {
                return;
            }
        }
        if has(
            clause,
            &[
                "取消接入了",
                "取消了接入",
                "被取消接入",
                "接入被取消",
                "接入取消",
                "已取消接入",
                "lost its access",
                "access was cancelled",
                "access was canceled",
            ],
        ) {
            self.domain = Some(Place::Cancelled);
            return;
        }
        if has(
            clause,
            &[
                "没有网站",
                "没网站",
                "没有了网站",
                "没站",
                "网站没了",
                "空主体",
                "是空的",
                "no website",
                "without website",
                "without a website",
            ],
        ) {
            let known = self.entity.is_some() || has(clause, &["主体", "备案", "entity", "organizer"]);
            if known {
                self.entity = Some(Place::Empty);
            }
            return;
        }
        if has(clause, &["注销过", "被注销", "注销了", "注销掉了", "was deregistered"]) {
            if !site {
                self.entity = Some(Place::Nowhere);
            }
            self.domain = Some(Place::Nowhere);
            return;
        }
        let Some(place) = place(clause, provider) else {
            if site || organizer {
                *subjects = (site, organizer);
            }
            return;
        };
        if !both && site && organizer {
            // 公司在这里备过一个站 is about the company, 公司的网站在别家备的 about the site.
            let counted = has(clause, &["个网站", "个站", "个博客"]);
            (site, organizer) =
                if counted { (false, true) } else { (has_site_last(clause), !has_site_last(clause)) };
        }
        if site && !organizer && counts_a_filed_site(clause) && place != Place::Elsewhere {
            (site, organizer) = (false, true);
        }
        if !site && !organizer && has(clause, &["都", "两个", "both", "neither"]) {
            (site, organizer) = (true, true);
        }
        if !site && !organizer {
            (site, organizer) = match (*subjects, place) {
                ((false, false), Place::Nowhere) => (true, true),
                ((false, false), _) => (true, false),
                (before, _) => before,
            };
        }
        *subjects = (site, organizer);
        if site {
            self.domain = Some(settled(self.domain, place));
        }
        if organizer {
            self.entity = Some(settled(self.entity, place));
        }
    }
}

/// A place that is named stands against "not here".
fn settled(before: Option<Place>, now: Place) -> Place {
    match (before, now) {
        (Some(Place::Empty), _) => Place::Empty,
        (Some(Place::Elsewhere), Place::Nowhere) => Place::Elsewhere,
        (_, now) => now,
    }
}

/// Where a clause says that something is filed; none where it says nothing of it.
fn place(clause: &str, provider: &[String]) -> Option<Place> {
    let filed_at = first(clause, FILED)
        .or_else(|| first(clause, &["备案"]).filter(|_| has(clause, &["已经在", "已在"])));
    let not = has(clause, NOT) && has(clause, &["备", "filed", "filing", "icp"]);
    let here = || HERE.iter().copied().chain(provider.iter().map(String::as_str));
    // 域名没有, after 主体在你们这有备案.
    let without = filed_at.is_none() && ENDS_WITHOUT.iter().any(|word| clause.trim_end().ends_with(word));
    if not || without && (has(clause, SITE) || has(clause, ORGANIZER)) {
        return Some(Place::Nowhere);
    }
    if has(clause, &["不在"]) && here().any(|word| clause.contains(word)) {
        return Some(Place::Elsewhere);
    }
    let Some(filed_at) = filed_at else {
        // 主体在这边, 网站在腾讯云: only where nothing is moved or asked.
        if has(clause, MOVES)
            || has(clause, ASKS)
            || !has(clause, &["在", " is "])
            || !has(clause, SITE) && !has(clause, ORGANIZER)
        {
            return None;
        }
        return if has(clause, ELSEWHERE) {
            Some(Place::Elsewhere)
        } else if here().any(|word| clause.contains(word)) {
            Some(Place::Here)
        } else {
            None
        };
    };
    let here = nearest(clause, here(), filed_at);
    let elsewhere = nearest(clause, ELSEWHERE.iter().copied(), filed_at);
    Some(match (here, elsewhere) {
        (Some(here), Some(elsewhere)) if here < elsewhere => Place::Here,
        (_, Some(_)) => Place::Elsewhere,
        (Some(_), None) => Place::Here,
        (None, None) => Place::Somewhere,
    })
}

/// How near a word stands to a position: a word before it is nearer than any after it.
fn nearest<'a>(clause: &str, words: impl Iterator<Item = &'a str>, at: usize) -> Option<usize> {
    words
        .flat_map(|word| clause.match_indices(word).map(|(start, _)| start))
        .map(|start| if start <= at { at - start } else { clause.len() + start - at })
        .min()
}

/// 备案了一个网站, 有两个网站备过案: an organizer with a filed site, not the site that is asked about.
fn counts_a_filed_site(clause: &str) -> bool {
    let site =
        ["一个网站", "一个站", "个网站", "个站", "个博客"].iter().filter_map(|word| clause.find(word)).min();
    let filed = first(clause, FILED).or_else(|| clause.find("备案"));
    match (site, filed) {
        (Some(site), Some(filed)) => {
            !has(clause, &["另一个", "这个", "那个", "另外", "有个"])
                && (filed < site || has(clause, &["我有", "已经有", "已有"]))
        }
        _ => false,
    }
}

/// Whether the site is named after the organizer, and so is what the clause is about.
fn has_site_last(clause: &str) -> bool {
    let last = |words: &[&str]| words.iter().filter_map(|word| clause.rfind(word)).max();
    last(SITE) > last(ORGANIZER)
}

fn wish(text: &str, entities: &Entities) -> Wish {
    let whole = has(text, &["主体", "全部", "整个", "entity"]);
    if has(
        text,
        &[
            "另一个账号",
            "别的账号",
            "换账号",
            "换个账号",
            "其他账号",
            "新账号",
            "转到账号",
            "another account",
        ],
    ) {
        Wish::MoveAccount
    } else if has(
        text,
        &[
            "不用你们",
            "不再用",
            "不想用你们",
            "离开你们",
            "搬走",
            "搬去",
            "搬到别",
            "迁走",
            "转到别家",
            "换到别家",
            "换去别家",
            "迁到别",
            "leave you",
            "leaving you",
            "moving away",
            "to another provider",
        ],
    ) {
        Wish::LeaveProvider
    } else if has(
        text,
        &[
            "不要了",
            "不做了",
            "关站",
            "关掉网站",
            "关闭网站",
            "停掉网站",
            "不办了",
            "shut down",
            "close my site",
            "close the site",
        ],
    ) {
        if whole { Wish::CloseEntity } else { Wish::CloseSite }
    } else if changes(text, entities) {
        let of_site = entities.fields.iter().any(|field| field == "website_name")
            || has(text, &["网站负责人", "网站信息", "网站名"])
            || renames(text) && !has(text, ORGANIZER);
        if of_site { Wish::ChangeWebsite } else { Wish::ChangeEntity }
    } else {
        Wish::OpenSite
    }
}

/// Whether a detail of the filing is to be changed; another domain or province is no change but another filing.
fn changes(text: &str, entities: &Entities) -> bool {
    let detail = entities
        .fields
        .iter()
        .any(|field| !matches!(field.as_str(), "domain" | "province" | "entity_nature"));
    renames(text)
        || has(text, &["换法人", "法人换"])
        || detail && has(text, &["换", "改", "变", "change", "update", "new "])
}

/// Whether something has, or gets, another name: 公司换了名字, 博客改个名, the company was renamed.
fn renames(text: &str) -> bool {
    static RENAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new("(?:换|改|更)(?:了|过|掉|成)?(?:个|一个|新)*名|renam|(?:new|another|different) name").ok()
    });
    RENAMED.as_ref().is_some_and(|renamed| renamed.is_match(text))
}

fn abroad(text: &str) -> bool {
    has(text, &["香港", "海外", "境外", "国外", "新加坡", "hong kong", "overseas", "singapore"])
        && has(text, &["服务器", "主机", "节点", "实例", "server", "instance", "host"])
        && !has(
            text,
            &["境外企业", "境外公司", "海外公司", "从香港", "从海外", "from hong kong", "overseas company"],
        )
}

fn clauses(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    for joint in ["但是", "不过", "可是", "然而", " but ", " and ", "而主体", "而公司"] {
        let rest = joint.trim_start_matches('而');
        text = text.replace(joint, &if rest == joint { "，".to_owned() } else { format!("，{rest}") });
    }
    text.split(|c: char| {
        matches!(
            c,
            '，' | ',' | '。' | '；' | ';' | '？' | '?' | '！' | '!' | '：' | ':' | '、' | '\n' | '但'
        )
    })
    .map(str::trim)
    .filter(|clause| !clause.is_empty())
    .map(ToOwned::to_owned)
    .collect()
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

fn first(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().filter_map(|word| text.find(word)).min()
}

#[cfg(test)]
#[path = "said_tests.rs"]
mod tests;
