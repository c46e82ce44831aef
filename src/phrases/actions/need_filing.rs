//! Whether anything has to be filed at all, and through whom.

use crate::domain::records::{FiledWith, Region};
use crate::domain::rules::book::{Access, RuleBook, Sourced as _};
use crate::domain::rules::need_filing::{FileThrough, NeedFacts, NeedFiling};
use crate::phrases::{Voice, names};

/// The facts behind the verdict.
pub struct Told<'a> {
    pub facts: NeedFacts<'a>,
    /// A shop of Alibaba, which has a filing system of its own.
    pub shop: bool,
    pub subdomain: bool,
    /// The site is said to be for an internal network.
    pub inside: bool,
}

pub fn text(voice: Voice, book: &RuleBook, verdict: &NeedFiling, told: &Told<'_>) -> String {
    let facts = &told.facts;
    let product = facts.product.and_then(|key| book.products.get(key));
    let access = product.map(|product| product.access);
    let mut text = if told.shop {
        shop(voice)
    } else if verdict.needed == Some(false) {
        not_needed(voice, book, told, access)
    } else if verdict.through == Some(FileThrough::Administration) {
        address_only(voice, book)
    } else {
        needed(voice, book, *verdict, facts, access)
    };
    if told.inside {
        text.push_str(voice.pick(
            "\n\n规定管的是对外开放访问的网站；只在内网、外面打不开的系统，资料里没有单独说明，请问一下当地管局。",
            "\n\nThe rule is for sites open to the public. Nothing in the sources is about a system reachable from inside only; ask the local administration.",
        ));
    }
    let origin = product.map_or_else(|| book.products.origin(), |product| product.origin());
    text.push_str("\n\n");
    text.push_str(&super::dated(voice, origin));
    text
}

fn not_needed(voice: Voice, book: &RuleBook, told: &Told<'_>, access: Option<Access>) -> String {
    let provider = &voice.pick(&book.provider.zh, &book.provider.en).provider;
    match (told.facts.region, access) {
        (_, Some(Access::Origin)) if told.facts.serves_mainland == Some(false) => voice.pick(
            "不用备案，加速范围不包括中国内地。\n\n以后要给内地用户加速，域名就必须先备案。",
            "No filing is needed: the acceleration leaves out the mainland.\n\nTo serve users in the mainland later, the domain has to be filed first.",
        ).to_owned(),
        (Some(Region::Hongkong | Region::Overseas), _) => {
            let place = if told.facts.region == Some(Region::Hongkong) {
                voice.pick("香港", "Hong Kong")
            } else {
                voice.pick("中国大陆以外", "outside mainland China")
            };
            voice.pick(
                format!("不用备案，服务器在{place}，网站可以直接访问。\n\n只有域名指向中国大陆节点、对外开放的网站才必须备案。两种情况要注意：\n\n- 以后把域名指回大陆服务器，要先备案。\n- 用 CDN 给内地用户加速的，域名也要备案。"),
                format!("No, you do not need a filing: the server is {}{place}, and the site opens without one.\n\nOnly sites open to the public on servers in mainland China must be filed. Two cases to watch:\n\n- Before you point the domain at a mainland server, file it.\n- A CDN that serves users in the mainland needs the domain filed, too.", if told.facts.region == Some(Region::Hongkong) { "in " } else { "" }),
            )
        }
        _ if told.subdomain => voice.pick(
            format!("不用再备，主域名（顶级域名）备案成功后，二级域名和其他子域名都不需要单独备案，可以直接指向服务器。\n\n前提是主域名已在{provider}备案：\n\n- 主域名是在别家备的：把主域名接入{provider}（接入备案），不影响原来那家。\n- 主域名还没备案：先给主域名备案。"),
            format!("No, it needs no filing of its own: once the domain above it is filed, subdomains can point at the server as they are.\n\nThat is if the domain is filed with {provider}:\n\n- Filed with another provider: file the access of the domain with {provider}; the other one isn't affected.\n- Not filed: file the domain first."),
        ),
        _ => voice.pick(
            format!("不用再备，这个域名已在{provider}备案。\n\n换{provider}的另一台服务器，或者加子域名，都不用重新备案；信息有变化时记得变更备案。"),
            format!("No new filing is needed: the domain is already filed with {provider}.\n\nAnother server of {provider} or a new subdomain changes nothing; if your details change, change the filing."),
        ),
    }
}

fn address_only(voice: Voice, book: &RuleBook) -> String {
    let provider = &voice.pick(&book.provider.zh, &book.provider.en).provider;
    voice.pick(
        format!("要备案，但不能在{provider}办，要到当地通信管理局（管局）办。\n\n{provider}的备案系统只受理域名。只用 IP 访问的网站：\n\n1. 登录主办单位所在省、自治区或直辖市通信管理局的网站备案系统。\n2. 按“IP 地址报备流程”提交，流程在工信部备案管理系统 beian.miit.gov.cn 的“备案流程”里看。\n\n服务器在香港或海外的，不用备案。"),
        format!("Yes, it has to be filed, but with the local administration instead of {provider}.\n\n{provider} files domains only. For a site that is reached by its IP address:\n\n1. Sign in to the filing system of the communications administration of your province.\n2. Follow its procedure for IP addresses; it is described on the ministry's site, beian.miit.gov.cn.\n\nOn a server in Hong Kong or abroad nothing has to be filed."),
    )
}

fn shop(voice: Voice) -> String {
    voice.pick(
        "要备案，旺铺和企业官网绑定自己的域名后都要备案，在旺铺备案系统办。\n\n不用申请备案服务号：\n\n1. 把域名解析、绑定到旺铺或企业官网。\n2. 到旺铺备案系统 icpbeian.aliyun.com 提交申请。",
        "Yes, a shop or company site with a domain of its own has to be filed, in the filing system for shops.\n\nNo service number is needed:\n\n1. Point the domain at the shop and bind it.\n2. Submit the filing at icpbeian.aliyun.com.",
    ).to_owned()
}

fn needed(
    voice: Voice,
    book: &RuleBook,
    verdict: NeedFiling,
    facts: &NeedFacts<'_>,
    access: Option<Access>,
) -> String {
    let provider = &voice.pick(&book.provider.zh, &book.provider.en).provider;
    let name = facts.product.map_or("", |key| names::product(voice, book, key));
    match access {
        Some(Access::No) => voice.pick(
            format!("要备案，用{name}的域名必须有备案号，但不用接入{provider}。\n\n- 域名已经通过别的服务商备案：可以直接用。\n- 域名还没备案：先办备案。"),
            format!("Yes, a domain used with {name} has to be filed, but access with {provider} is not needed.\n\n- Filed through another provider: use it as it is.\n- Not filed yet: file it first."),
        ),
        Some(Access::Origin) => {
            let by_origin = match verdict.access_needed {
                Some(true) => voice.pick(format!("源站在{provider}大陆主机上，要在{provider}备案或接入。"), format!("The source server is {provider}'s in the mainland, so the filing or its access has to be with {provider}.")),
                Some(false) => voice.pick(format!("源站不在{provider}大陆主机上，域名有备案号就行，不用接入{provider}。"), format!("The source server is not {provider}'s in the mainland, so any filing will do; access with {provider} is not needed.")),
                None => voice.pick("要不要接入，看源站放在哪里。".to_owned(), "Whether access is needed depends on the source server.".to_owned()),
            };
            voice.pick(
                format!("要备案，{name}在大陆使用，域名必须有备案号。\n\n{by_origin}\n\n- 源站有{provider}大陆主机：在{provider}备案；已在别家备案的，办接入备案。\n- 源站没有{provider}大陆主机：在哪家备案都可以，不用接入。\n- 加速只覆盖海外：不用备案。"),
                format!("Yes, to use {name} in the mainland the domain has to be filed.\n\n{by_origin}\n\n- A source server of {provider} in the mainland: file with {provider}, or file the access if it is filed elsewhere.\n- None there: a filing through any provider will do.\n- Serving users abroad only: no filing."),
            )
        }
        Some(Access::Depends) => voice.pick(
            format!("要备案，{name}（大陆）后面的网站域名必须有备案号；要不要接入{provider}视情况而定。\n\n请看高防 IP 网站备案的具体说明，或打客服 {} 确认。", book.provider.phone),
            format!("Yes, a site behind {name} in the mainland has to be filed; whether access with {provider} is needed depends on the case.\n\nSee the product's own notes on filing, or call {}.", book.provider.phone),
        ),
        Some(Access::Yes) | None if facts.other_provider => voice.pick(
            format!("要备案，服务器在大陆就必须备案，通过你的服务器提供商办，不用在{provider}办。\n\n备案由服务器所在的服务商提交；只有用{provider}的大陆服务器时才需要在{provider}备案或接入。"),
            format!("Yes, a site on a mainland server has to be filed, through the provider of that server rather than {provider}.\n\nOnly when you use a mainland server of {provider} do you file, or file the access, here."),
        ),
        Some(Access::Yes) | None if facts.filed == Some(FiledWith::Other) => voice.pick(
            format!("要办，不过不是重新备案，是把已有的备案接入{provider}（接入备案）。\n\n域名在别家备过，现在用{provider}的大陆服务器，接入商变了，就要接入。一个域名可以有多家接入商，原来那家不受影响。"),
            format!("Yes, but an access filing, not a new one: add {provider} to the filing that you have.\n\nThe domain is filed through another provider and now uses a mainland server of {provider}. A domain may have several providers, and the first isn't affected."),
        ),
        Some(Access::Yes) | None => {
            let what = if name.is_empty() { voice.pick("服务器在中国大陆", "The server is in mainland China") } else { name };
            voice.pick(
                format!("要备案，{what}{}，备好才能开通访问，在{provider}办。\n\n个人网站和单位网站都一样，规模小、不盈利也要备。\n\n1. 准备已实名认证的域名和符合条件的大陆服务器。\n2. 登录 {} 提交备案；域名已在别家备案的，办接入备案。\n\n服务器在香港或海外的，不用备案。", if name.is_empty() { "" } else { "的大陆节点放网站" }, book.provider.console),
                format!("Yes, it has to be filed before the site may open, with {provider}. {what}{}.\n\nThat holds for individuals and organisations alike, however small the site.\n\n1. Have a real-name verified domain and an eligible mainland server.\n2. File at {}; if the domain is filed with another provider, file its access.\n\nOn a server in Hong Kong or abroad nothing has to be filed.", if name.is_empty() { "" } else { " serves the site from the mainland" }, book.provider.console),
            )
        }
    }
}

/// It isn't said where the server stands.
pub fn where_is_it(voice: Voice) -> String {
    voice
        .pick(
            "看服务器在哪里：在中国大陆要备案，在香港或海外不用。你的网站服务器在哪里？",
            "It depends on where the server stands: a site on a mainland server has to be filed, one in Hong Kong or abroad doesn't. Where is yours?",
        )
        .to_owned()
}

/// The answers to that, in the order of [`Region`].
pub fn regions(voice: Voice) -> [&'static str; 3] {
    voice.pick(["大陆", "香港", "海外"], ["mainland", "Hong Kong", "overseas"])
}
