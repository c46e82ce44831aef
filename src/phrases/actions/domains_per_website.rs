//! How many domains one website may file in a province.

use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::domains_per_website::DomainsPerWebsiteLimit;
use crate::phrases::{Voice, names, row};

pub fn text(voice: Voice, book: &RuleBook, verdict: &DomainsPerWebsiteLimit) -> String {
    let province = names::province(voice, book, &verdict.province);
    let table = &book.domains_per_website;
    let otherwise = table.otherwise;
    let stricter: Vec<&str> =
        table.province.iter().map(|row| names::province(voice, book, &row.name)).collect();
    let stricter = row(voice, &stricter);
    let origin = table
        .province
        .iter()
        .find(|row| row.name == verdict.province)
        .map_or(table.origin(), |row| row.origin());
    let first = match verdict.limit {
        Some(1) => voice.pick(
            format!("{province}的一个网站只能备 1 个域名。\n\n只有{stricter}这样限制，其他省一个网站一次可以备 {otherwise} 个。\n\n- 还有别的域名要用：给它单独备一个网站，域名之间网站内容要分开。"),
            format!("In {province} one website may file 1 domain only.\n\nThat holds in {stricter}; elsewhere a website may file {otherwise} at once.\n\n- For a further domain, file a further website with content of its own."),
        ),
        Some(limit) => voice.pick(
            format!("{province}的一个网站一次最多可以备 {limit} 个域名。\n\n这些域名要指向同一个网站，每个都要通过域名核验。只有{stricter}限制一个网站 1 个域名。\n\n- 备案时把域名一起填进去：2019 年 4 月 22 日起，备好以后不能再用变更来加域名。"),
            format!("In {province} one website may file up to {limit} domains at once.\n\nThey have to lead to the same site, and each has to pass the domain check. Only {stricter} allow a single one.\n\n- Enter them all when you file: since 2019-04-22 a change can't add domains later."),
        ),
        None => voice.pick(
            format!("{province}不在大陆 ICP 备案的范围内，没有这个限制。\n\n大陆各省：{stricter}一个网站 1 个域名，其他省一次 {otherwise} 个。"),
            format!("The mainland's filing doesn't reach {province}, so there is no limit.\n\nIn the mainland: 1 in {stricter}, {otherwise} at once elsewhere."),
        ),
    };
    format!("{first}\n\n{}", super::dated(voice, origin))
}
