//! Whether a site is a shell, why, and what mends it.

use super::source_line;
use crate::domain::records::ResolvesTo;
use crate::domain::rules::book::RuleBook;
use crate::domain::rules::shell_site::{ORIGIN, ShellSite};
use crate::phrases::{Voice, steps};

pub fn text(voice: Voice, book: &RuleBook, verdict: &ShellSite) -> String {
    let domain = &verdict.domain;
    let provider = voice.pick(&book.provider.zh.provider, &book.provider.en.provider);
    let first = match verdict.shell {
        Some(true) => voice.pick(
            format!("是的，{domain} 按现在的记录会被判定为空壳网站。"),
            format!("Yes, {domain} counts as a shell site as things stand."),
        ),
        Some(false) => {
            voice.pick(format!("不是，{domain} 不算空壳网站。"), format!("No, {domain} isn't a shell site."))
        }
        None => voice.pick(
            format!("还不能确定，{domain} 还没有备案好的网站，空壳只查已备案的网站。"),
            format!("I can't tell: {domain} has no filed website yet, and only filed sites are checked."),
        ),
    };
    let rule = voice.pick(
        format!("空壳核查看两条：域名解析到{provider}大陆境内的服务器；域名有效（没过期、已实名）。两条都满足才不是空壳。"),
        format!("Two things count: the domain points to a server of {provider} in the mainland, and the domain is valid (not expired, real-name verified). Both have to hold."),
    );
    let mut text = format!("{first}\n\n");
    for line in found(voice, provider, verdict) {
        text.push_str(&format!("- {line}\n"));
    }
    text.push_str(&format!("\n{rule}"));
    let mends = mends(voice, provider, verdict);
    if !mends.is_empty() {
        text.push_str(voice.pick("\n\n**怎么整改**：\n\n", "\n\n**How to mend it**:\n\n"));
        text.push_str(&steps(&mends));
        text.push_str(voice.pick(
            "\n\n要在通知写的整改期内改完；超期会被自动取消接入，备案号还在，但没有别的接入商的话可能被管局注销。",
            "\n\nDo it within the time that the notice gives. After that the access is cancelled; the ICP number stays, but without another provider the administration may deregister it.",
        ));
    }
    text.push_str("\n\n");
    text.push_str(&source_line(voice, ORIGIN));
    text
}

fn found(voice: Voice, provider: &str, verdict: &ShellSite) -> Vec<String> {
    let evidence = &verdict.evidence;
    let mut lines = Vec::new();
    match evidence.resolves_to {
        Some(ResolvesTo::ProviderMainland) => lines.push(voice.pick(
            format!("解析：指向{provider}大陆境内的服务器，符合要求。"),
            format!("Points to: a server of {provider} in the mainland, as it should."),
        )),
        Some(ResolvesTo::ProviderOverseas) => lines.push(voice.pick(
            format!("解析：指向{provider}中国大陆以外（如香港）的服务器，不算。"),
            format!("Points to: a server of {provider} outside the mainland (such as Hong Kong), which doesn't count."),
        )),
        Some(ResolvesTo::Elsewhere) => lines.push(voice.pick(
            format!("解析：指向别家的服务器，不是{provider}的。"),
            format!("Points to: a server of another provider, not of {provider}."),
        )),
        Some(ResolvesTo::None) => lines.push(
            voice.pick("解析：没有解析到任何服务器。".to_owned(), "Points to: no server at all.".to_owned()),
        ),
        None => {}
    }
    if let Some(day) = evidence.expired_on {
        lines.push(voice.pick(format!("域名：{day} 已过期。"), format!("Domain: it expired on {day}.")));
    }
    if evidence.not_verified {
        lines.push(voice.pick(
            "域名：还没有通过实名认证。".to_owned(),
            "Domain: it isn't real-name verified.".to_owned(),
        ));
    }
    if evidence.expired_on.is_none() && !evidence.not_verified && verdict.shell == Some(false) {
        lines.push(
            voice.pick("域名：没有发现失效。".to_owned(), "Domain: nothing wrong is on record.".to_owned()),
        );
    }
    lines
}

fn mends(voice: Voice, provider: &str, verdict: &ShellSite) -> Vec<String> {
    let evidence = &verdict.evidence;
    let mut mends = Vec::new();
    if evidence.expired_on.is_some() {
        mends.push(voice.pick(
            "给域名续费；过了续费期的先赎回。".to_owned(),
            "Renew the domain; redeem it if it is past renewal.".to_owned(),
        ));
    }
    if evidence.not_verified {
        mends.push(
            voice.pick(
                "完成域名实名认证。".to_owned(),
                "Finish the domain's real-name verification.".to_owned(),
            ),
        );
    }
    if matches!(
        evidence.resolves_to,
        Some(ResolvesTo::ProviderOverseas | ResolvesTo::Elsewhere | ResolvesTo::None)
    ) {
        mends.push(voice.pick(
            format!("还用{provider}：把域名解析到大陆境内服务器的 IP，并保证服务器上有访问记录；接入已被取消的，重新提交接入备案。"),
            format!("Staying with {provider}: point the domain to a mainland server and see that it is visited; if the access was cancelled, file the access again."),
        ));
        mends.push(voice.pick(
            "不用了：到现在的服务商那里办接入备案。".to_owned(),
            "Leaving: file the access with your present provider.".to_owned(),
        ));
    }
    mends
}
