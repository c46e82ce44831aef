//! `need_filing`: does anything have to be filed at all, and where.

use super::candidates::same_domain;
use super::{Action, Ask, Basis, Done, Request, Step, server_place};
use crate::domain::records::{FiledWith, Instance, Region, Website, WebsiteStatus};
use crate::domain::rules::need_filing::{NeedFacts, need_filing};
use crate::phrases::actions;
use crate::phrases::actions::need_filing::Told;
use crate::store::StoreError;

pub struct NeedFiling;

impl Action for NeedFiling {
    fn intent(&self) -> &'static str {
        "need_filing"
    }

    fn needs_record(&self) -> bool {
        false
    }

    fn anchor(&self) -> &'static str {
        "servers-products-filing"
    }

    fn basis(&self) -> Basis {
        Basis { tables: &["products.toml"], origin: None }
    }

    fn states_the_rule(&self) -> &'static [&'static str] {
        &[
            "servers-hongkong",
            "overseas-no-filing",
            "site-access-ip-only",
            "site-access-hongkong",
            "overseas-hosted-abroad",
            "overseas-ip-only",
            "servers-oss",
            "servers-cdn-waf",
            "servers-antiddos",
            "overseas-cdn",
            "domains-subdomain",
            "getting-started-why",
        ]
    }

    fn slots(&self) -> &'static [&'static str] {
        &["product", "region", "domain", "instance", "city", "province"]
    }

    fn case_words(&self) -> &'static [&'static str] {
        &[
            "只用ip",
            "只有ip",
            "光用ip",
            "ip访问",
            "ip打开",
            "没有域名",
            "香港",
            "境外",
            "海外",
            "国外",
            "新加坡",
            "美国",
            "日本",
            "韩国",
            "overseas",
            "hong kong",
            "singapore",
            "only an ip",
            "ip only",
            "by ip",
        ]
    }

    fn run(&self, request: &Request<'_>) -> Result<Step, StoreError> {
        let own = own_instance(request);
        let shop = request.says(&["旺铺", "企业官网", "诚信通"]);
        let subdomain = is_subdomain(request);
        let product = request.slot("product").or(own.map(|instance| instance.product.as_str()));
        let region = region(request, own).or(shop.then_some(Region::Mainland));
        let filed = filed(request, subdomain && product.is_none() && region.is_none());
        let facts = NeedFacts {
            region: region.or_else(|| filed.is_some_and(|_| subdomain).then_some(Region::Mainland)),
            product: product.filter(|_| !shop),
            other_provider: other_provider(request),
            address_only: address_only(request),
            serves_mainland: serves_mainland(request),
            filed,
        };
        let verdict = need_filing(request.book, &facts);
        if verdict.needed.is_none() {
            return Ok(Step::Ask(Ask {
                slot: "region",
                text: actions::need_filing::where_is_it(request.voice),
                options: actions::need_filing::regions(request.voice).map(str::to_owned).to_vec(),
            }));
        }
        let told =
            Told {
                facts, shop, subdomain, inside: request.says(&["内网", "局域网", "不对外", "intranet"])
            };
        let text = actions::need_filing::text(request.voice, request.book, &verdict, &told);
        let mut done = Done::new(&verdict, text);
        if let Some(product) = product {
            done = done.about("product", product);
        }
        done.anchors.extend(anchors(&told));
        Ok(Step::Done(done))
    }
}

/// The section on the case at hand, beside the table of products.
fn anchors(told: &Told<'_>) -> Option<&'static str> {
    let facts = &told.facts;
    Some(match (facts.product, facts.region) {
        _ if told.shop => "shop",
        _ if facts.address_only => "site-access-ip-only",
        _ if told.subdomain => "domains-subdomain",
        (Some("oss"), _) => "servers-oss",
        (Some("cdn" | "waf"), _) => "servers-cdn-waf",
        (Some("anti_ddos"), _) => "servers-antiddos",
        (_, Some(Region::Hongkong)) => "site-access-hongkong",
        (_, Some(Region::Overseas)) => "overseas-hosted-abroad",
        (_, Some(Region::Mainland)) => "getting-started-why",
        (_, None) => return None,
    })
}

/// The asker's instance: the one named, or the only one where they speak of theirs and name nothing else.
fn own_instance<'a>(request: &Request<'a>) -> Option<&'a Instance> {
    let instances = &request.case?.records.instances;
    if let Some(id) = request.slot("instance") {
        return instances.iter().find(|instance| instance.id.eq_ignore_ascii_case(id));
    }
    let bare = request.slot("product").is_none() && request.slot("domain").is_none();
    match instances.as_slice() {
        [one] if bare && request.says(&["我", "my ", "our "]) => Some(one),
        _ => None,
    }
}

fn region(request: &Request<'_>, own: Option<&Instance>) -> Option<Region> {
    let chosen = match request.slot("region") {
        Some("大陆" | "mainland") => Some(Region::Mainland),
        Some("香港" | "Hong Kong") => Some(Region::Hongkong),
        Some("海外" | "overseas") => Some(Region::Overseas),
        Some(_) | None => None,
    };
    server_place::said(request).or(chosen).or_else(|| own.map(|instance| instance.region))
}

/// The site is reached by its address alone.
fn address_only(request: &Request<'_>) -> bool {
    const ALONE: &[&str] = &[
        "没有域名",
        "没域名",
        "不用域名",
        "没买域名",
        "不绑域名",
        "只用ip",
        "只用 ip",
        "只通过ip",
        "仅用ip",
        "就拿ip",
        "只有ip",
        "光用ip",
        "用ip访问",
        "用ip打开",
        "ip访问",
        "ip 访问",
        "ip直连",
        "ip直接",
        "直接输ip",
        "直接用ip",
        "ip加端口",
        "ip+端口",
        "without a domain",
        "no domain",
        "only an ip",
        "only the ip",
        "only by ip",
        "only use the ip",
        "just the ip",
        "just an ip",
        "ip address",
        "ip only",
        "by ip",
        "via ip",
    ];
    request.says(ALONE)
}

/// The server is another provider's or the user's own.
fn other_provider(request: &Request<'_>) -> bool {
    const OTHERS: &[&str] = &[
        "别家服务器",
        "别家的服务器",
        "别人家的服务器",
        "服务器在别家",
        "服务器是别家",
        "其他服务商的服务器",
        "别的服务商的服务器",
        "不是你们的服务器",
        "不是阿里云的服务器",
        "自己机房",
        "自己的机房",
        "自建机房",
        "自有机房",
        "自己的服务器",
        "源站不在阿里云",
        "源站在别家",
        "源站在腾讯云",
        "源站在华为云",
        "腾讯云的服务器",
        "腾讯云服务器",
        "华为云服务器",
        "another provider's server",
        "other provider's server",
        "server is with another",
        "servers of another",
        "own data center",
        "own data centre",
        "own machine room",
    ];
    request.says(OTHERS)
}

/// Whom a CDN serves, where that is said.
fn serves_mainland(request: &Request<'_>) -> Option<bool> {
    const OUTSIDE: &[&str] = &[
        "只加速海外",
        "只加速国外",
        "只加速境外",
        "加速海外",
        "加速境外",
        "海外加速",
        "不覆盖大陆",
        "不覆盖内地",
        "不加速大陆",
        "不加速国内",
        "overseas only",
        "outside the mainland only",
        "not cover the mainland",
        "not cover mainland",
    ];
    const INSIDE: &[&str] = &[
        "覆盖大陆",
        "覆盖内地",
        "覆盖国内",
        "加速内地",
        "加速大陆",
        "加速国内",
        "国内加速",
        "大陆加速",
        "内地加速",
        "给大陆用户",
        "给内地用户",
        "给国内用户",
        "mainland users",
        "users in china",
        "users in the mainland",
        "covers the mainland",
        "covers mainland",
    ];
    if request.says(OUTSIDE) {
        return Some(false);
    }
    request.says(INSIDE).then_some(true)
}

/// The question is about a name below a domain.
fn is_subdomain(request: &Request<'_>) -> bool {
    let folded = &request.text.folded;
    let deeper = request.entities.domains.iter().any(|domain| {
        folded.match_indices(domain.as_str()).any(|(at, _)| {
            let label = folded[..at]
                .strip_suffix('.')
                .and_then(|before| before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next());
            label.is_some_and(|label| !label.is_empty() && label != "www")
        })
    });
    deeper || request.says(&["二级域名", "子域名", "三级域名", "下级域名", "subdomain", "sub-domain"])
}

/// With whom the domain is filed: on record for the asker's own, else as the question says. A question about a
/// subdomain alone takes it for granted that the domain above is filed.
fn filed(request: &Request<'_>, presumed: bool) -> Option<FiledWith> {
    const NOT: &[&str] =
        &["没备案", "没备过", "还没备", "未备案", "没有备案", "没备", "not filed", "isn't filed", "unfiled"];
    const ELSEWHERE: &[&str] = &[
        "别家备",
        "别处备",
        "别的地方备",
        "其他服务商备",
        "其它服务商备",
        "别的服务商备",
        "其他平台备",
        "腾讯云备",
        "华为云备",
        "百度云备",
        "西部数码备",
        "其他接入商备",
        "filed with another",
        "filed elsewhere",
        "filed with tencent",
        "filed with huawei",
    ];
    const FILED: &[&str] = &[
        "备过案",
        "备过了",
        "备了案",
        "已备案",
        "已经备案",
        "备案过",
        "备好了",
        "主站备好",
        "有备案号",
        "有号了",
        "已经有备案",
        "already filed",
        "has been filed",
        "is filed",
        "has an icp number",
    ];
    if let Some(website) = own_website(request) {
        return match website.status {
            WebsiteStatus::Filed => website.filed_with,
            WebsiteStatus::AccessCancelled => Some(FiledWith::Other),
            WebsiteStatus::Deregistered | WebsiteStatus::Unfiled => None,
        };
    }
    if request.says(NOT) {
        None
    } else if request.says(ELSEWHERE) {
        Some(FiledWith::Other)
    } else if request.says(FILED) || presumed {
        Some(FiledWith::Provider)
    } else {
        None
    }
}

fn own_website<'a>(request: &Request<'a>) -> Option<&'a Website> {
    let domain = request.slots.get("domain")?;
    let websites = &request.case?.records.websites;
    websites.iter().find(|website| website.domains.iter().any(|name| same_domain(name, domain)))
}
