//! Which kind of filing is needed, why, and what comes first.

use super::source_line;
use crate::domain::order::OrderType;
use crate::domain::rules::book::RuleBook;
use crate::domain::rules::filing_type::{
    DomainFiling, EntityFiling, FilingFacts, FilingType, FirstStep, Needed, ORIGIN, Wish,
};
use crate::phrases::{Voice, names, steps};

pub fn text(
    voice: Voice,
    book: &RuleBook,
    verdict: FilingType,
    facts: &FilingFacts,
    domain: Option<&str>,
) -> String {
    let provider = voice.pick(&book.provider.zh.provider, &book.provider.en.provider);
    let mut text = first(voice, provider, verdict, facts);
    text.push_str("\n\n");
    text.push_str(&why(voice, provider, verdict, facts, domain));
    text.push_str(voice.pick("\n\n**接下来**：\n\n", "\n\n**What next**:\n\n"));
    text.push_str(&steps(&next(voice, provider, verdict, facts)));
    text.push_str("\n\n");
    text.push_str(&source_line(voice, ORIGIN));
    text
}

fn first(voice: Voice, provider: &str, verdict: FilingType, facts: &FilingFacts) -> String {
    match verdict.kind {
        Needed::Nothing(_) if !facts.server_in_mainland => voice.pick(
            "不用备案，网站放在中国大陆以外的服务器上。".to_owned(),
            "You need no filing: the site is on a server outside the mainland.".to_owned(),
        ),
        Needed::Nothing(_) => voice.pick(
            format!("不用再办备案，这个域名已经在{provider}备过了。"),
            format!("You need no further filing: the domain is filed with {provider} already."),
        ),
        Needed::Order(kind) => {
            let name = names::order_type(voice, kind);
            match verdict.first_step {
                Some(FirstStep::DeregisterOffline) => voice.pick(
                    format!("先线下注销原来的主体，再办“{name}”。"),
                    format!("Deregister the old entity offline first, then do this: {name}."),
                ),
                Some(FirstStep::Claim) => voice.pick(
                    format!("先认领原来的备案，再办“{name}”。"),
                    format!("Claim the old filing first, then do this: {name}."),
                ),
                Some(FirstStep::Import) => voice.pick(
                    format!("先导入原来的备案，再办“{name}”。"),
                    format!("Import the old filing first, then do this: {name}."),
                ),
                None => voice.pick(format!("你要办“{name}”。"), format!("What you need is this: {name}.")),
            }
        }
    }
}

fn why(
    voice: Voice,
    provider: &str,
    verdict: FilingType,
    facts: &FilingFacts,
    domain: Option<&str>,
) -> String {
    if !facts.server_in_mainland {
        return voice.pick(
            "只有指向中国大陆服务器的网站要备案；以后换到大陆服务器再办。".to_owned(),
            "Only sites on mainland servers are filed; do it when you move to one.".to_owned(),
        );
    }
    if facts.wish != Wish::OpenSite {
        let kind = match verdict.kind {
            Needed::Order(kind) => wish(voice, kind),
            Needed::Nothing(_) => "",
        };
        return kind.to_owned();
    }
    let name = domain.map_or_else(|| voice.pick("域名", "the domain").to_owned(), ToOwned::to_owned);
    let domain = match facts.domain {
        DomainFiling::Unfiled => voice.pick(format!("{name} 没有备过案"), format!("{name} isn't filed")),
        DomainFiling::Here => {
            voice.pick(format!("{name} 在{provider}备过案"), format!("{name} is filed with {provider}"))
        }
        DomainFiling::Elsewhere => {
            voice.pick(format!("{name} 在别的服务商备过案"), format!("{name} is filed with another provider"))
        }
        DomainFiling::AccessCancelled => voice.pick(
            format!("{name} 有备案号，但在{provider}的接入已经取消"),
            format!("{name} has an ICP number, but its access with {provider} was cancelled"),
        ),
    };
    let entity = match facts.entity {
        EntityFiling::Unfiled => voice
            .pick(format!("主体没有在{provider}备过"), format!("the entity was never filed with {provider}")),
        EntityFiling::Here => voice.pick(
            format!("主体在{provider}有备案成功的记录"),
            format!("the entity has a filing with {provider}"),
        ),
        EntityFiling::Elsewhere => voice.pick(
            "主体是在别的服务商备的".to_owned(),
            "the entity was filed with another provider".to_owned(),
        ),
        EntityFiling::WithoutWebsites => voice.pick(
            "主体有备案，但名下没有网站了".to_owned(),
            "the entity is filed but has no website left".to_owned(),
        ),
    };
    voice.pick(
        format!("我是这样判断的：{domain}，{entity}。要是情况不一样，告诉我域名和主体分别在哪里备过。"),
        format!("This is what I go by: {domain}, and {entity}. If that is not so, tell me where the domain and the entity were filed."),
    )
}

fn wish(voice: Voice, kind: OrderType) -> &'static str {
    match kind {
        OrderType::ChangeEntity => voice.pick(
            "主体的名称、证件、负责人、电话、邮箱、地址有变，都走变更主体。",
            "Name, documents, person in charge, phone, mail or address of the entity change by this order.",
        ),
        OrderType::ChangeWebsite => voice.pick(
            "网站名称、网站负责人等网站上的信息有变，走变更网站。",
            "The site's name, its person in charge and other details change by this order.",
        ),
        OrderType::CancelAccess => voice.pick(
            "换到别的服务商，备案号要留着，所以是取消接入，不是注销。",
            "You change providers and keep the ICP number: so the access is cancelled, and nothing is deregistered.",
        ),
        OrderType::DeregisterWebsite => voice.pick(
            "网站不再办了，才注销网站；主体和别的网站会保留。",
            "A site that is given up is deregistered; the entity and its other sites stay.",
        ),
        OrderType::DeregisterEntity => voice.pick(
            "主体和名下所有网站都不要了，才注销主体。",
            "The entity is deregistered when it and all its sites are given up.",
        ),
        _ => voice.pick(
            "备案要换一个账号管理，走备案转移。",
            "A filing that goes to another account is transferred.",
        ),
    }
}

fn next(voice: Voice, provider: &str, verdict: FilingType, facts: &FilingFacts) -> Vec<String> {
    let own = |chinese: &str, english: &str| voice.pick(chinese, english).to_owned();
    let mut lines = Vec::new();
    match verdict.first_step {
        Some(FirstStep::DeregisterOffline) => lines.push(own(
            "向主体所在省的管局线下提交注销申请，把空主体注销掉。",
            "Hand in the deregistration to the province's administration offline, so that the empty entity is gone.",
        )),
        Some(FirstStep::Claim) => lines.push(own("登录备案系统认领原来的备案。", "Claim the old filing in the filing system.")),
        Some(FirstStep::Import) => lines.push(own("登录备案系统导入原来的备案。", "Import the old filing in the filing system.")),
        None => {}
    }
    match verdict.kind {
        Needed::Nothing(_) if !facts.server_in_mainland => {
            lines.push(own("把域名解析到那台服务器就行。", "Point the domain to that server; that is all."));
        }
        Needed::Nothing(_) => lines.push(voice.pick(
            format!("换{provider}的另一台大陆服务器，把域名解析改到新服务器就行；换到别家，要去那边办接入。"),
            format!("For another mainland server of {provider}, point the DNS to it; with another provider, file the access there."),
        )),
        Needed::Order(kind) => {
            match kind {
                OrderType::First
                | OrderType::AddAccess
                | OrderType::ResumeAccess
                | OrderType::AddWebsite
                | OrderType::AddWebsiteElsewhere => {
                    lines.push(own(
                        "登录备案系统，填域名和证件信息；系统会自己判断类型，和上面不一样就先核对填的信息。",
                        "Sign in to the filing system and enter domain and documents; it settles the type by itself. If it differs, check what you entered.",
                    ));
                    lines.push(own(
                        "备好符合条件的大陆服务器（或备案服务号），选它做产品验证。",
                        "Have an eligible mainland server (or a service number) ready for the product check.",
                    ));
                }
                OrderType::CancelAccess => lines.push(own(
                    "先到新的服务商那里办好接入备案，再来取消接入，免得网站中断。",
                    "File the access with the new provider first, then cancel it here, so that the site stays up.",
                )),
                OrderType::ChangeEntity
                | OrderType::ChangeWebsite
                | OrderType::DeregisterEntity
                | OrderType::DeregisterWebsite
                | OrderType::Claim
                | OrderType::Import
                | OrderType::Transfer => lines.push(own(
                    "登录备案系统，在备案信息里点对应的按钮提交。",
                    "Sign in to the filing system and use the button at the filing.",
                )),
            }
            if matches!(kind, OrderType::AddAccess | OrderType::AddWebsiteElsewhere) {
                lines.push(own(
                    "主体信息要和工信部备案的一致，可能要用到备案密码。",
                    "The entity's details must match the ministry's record; the ICP password may be needed.",
                ));
            }
        }
    }
    lines
}
