//! What cancelling the access, or deregistering, does to site, number and quota.

use super::source_line;
use crate::domain::rules::book::{RuleBook, Suffix};
use crate::domain::rules::effects::{Effects, Ending, ORIGIN};
use crate::phrases::{Voice, row};

pub fn text(
    voice: Voice,
    book: &RuleBook,
    ending: Ending,
    verdict: &Effects,
    domain: Option<&str>,
) -> String {
    let provider = voice.pick(&book.provider.zh.provider, &book.provider.en.provider);
    let mut text = first(voice, provider, ending, domain);
    text.push_str(voice.pick("\n\n会发生这些：\n\n", "\n\nWhat happens:\n\n"));
    for line in lines(voice, provider, ending) {
        text.push_str(&format!("- {line}\n"));
    }
    text.push_str(&format!("- {}\n", suffixes(voice, book, verdict)));
    text.push_str(voice.pick("\n**接下来**：\n\n", "\n**What next**:\n\n"));
    text.push_str(next(voice, ending));
    text.push_str("\n\n");
    text.push_str(&source_line(voice, ORIGIN));
    text
}

fn first(voice: Voice, provider: &str, ending: Ending, domain: Option<&str>) -> String {
    let site = domain.map_or_else(
        || voice.pick("网站", "the site").to_owned(),
        |domain| voice.pick(format!("{domain} "), domain.to_owned()),
    );
    match ending {
        Ending::CancelAccess => voice.pick(
            format!("取消接入后，{site}不能再通过{provider}访问，但备案号还保留，不会删掉。"),
            format!("After cancelling the access, {site} can't be reached through {provider} any more, but the ICP number is kept."),
        ),
        Ending::DeregisterWebsite => voice.pick(
            format!("注销网站后，{site}打不开，它的备案号也没有了；主体和其他网站还在。"),
            format!("After deregistering the website, {site} can't be reached and its ICP number is gone; the entity and its other websites stay."),
        ),
        Ending::DeregisterEntity => voice.pick(
            "注销主体后，主体和它下面的所有网站都会注销，全部打不开，备案号也都没有了。".to_owned(),
            "After deregistering the entity, it and all its websites are gone: none can be reached, and the ICP numbers are removed.".to_owned(),
        ),
    }
}

fn lines(voice: Voice, provider: &str, ending: Ending) -> Vec<String> {
    let number = voice.pick(
        "用掉的备案服务号不会退回，也不能再用。",
        "The service number that was used isn't returned and can't be used again.",
    );
    match ending {
        Ending::CancelAccess => vec![
            voice.pick(
                format!("域名不能再指向{provider}的服务器，放在那里的网站会打不开。"),
                format!("The domain may no longer point to {provider}'s servers; the site there can't be opened."),
            ),
            voice.pick(
                "备案号仍在工信部；但一直没有接入商，可能被管局注销。".to_owned(),
                "The ICP number stays with the ministry; without any provider the administration may deregister it.".to_owned(),
            ),
            number.to_owned(),
            voice.pick("申请一提交就不能撤回。".to_owned(), "The request can't be taken back once submitted.".to_owned()),
        ],
        Ending::DeregisterWebsite => vec![
            voice.pick("管局审核通过时生效，这个网站随后不能访问。".to_owned(), "It takes effect when the administration approves; then the site can't be reached.".to_owned()),
            voice.pick("工信部的备案信息被删除，还想用要重新备案。".to_owned(), "The ministry's record is removed; to use the site again, file anew.".to_owned()),
            number.to_owned(),
            voice.pick("主体的备案信息保留。".to_owned(), "The entity's own filing is kept.".to_owned()),
            voice.pick("申请一提交就不能撤回。".to_owned(), "The request can't be taken back once submitted.".to_owned()),
        ],
        Ending::DeregisterEntity => vec![
            voice.pick("管局审核通过时生效，名下网站随后都不能访问。".to_owned(), "It takes effect when the administration approves; then none of the websites can be reached.".to_owned()),
            voice.pick("主体和全部网站的备案信息被删除，还想用要从首次备案做起。".to_owned(), "The records of the entity and all websites are removed; to go on, start from a first filing.".to_owned()),
            number.to_owned(),
            voice.pick("申请一提交就不能撤回。".to_owned(), "The request can't be taken back once submitted.".to_owned()),
            voice.pick("只想停一个站就选“注销网站”，主体会保留。".to_owned(), "To close one site only, deregister the website: the entity is kept.".to_owned()),
        ],
    }
}

/// What the suffix means for filing again.
fn suffixes(voice: Voice, book: &RuleBook, verdict: &Effects) -> String {
    let evidence = &verdict.evidence;
    if !evidence.not_approved.is_empty() {
        let names = row(voice, &evidence.not_approved);
        return voice.pick(
            format!("**{names} 的后缀没有工信部批复，之后可能不能再备案**，请谨慎操作。"),
            format!("**The suffix of {names} isn't approved by the ministry: it can't be filed again afterwards.** Think twice."),
        );
    }
    if !evidence.unknown.is_empty() {
        let names = row(voice, &evidence.unknown);
        return voice.pick(
            format!("{names} 的后缀有没有获批我查不到，没获批的以后不能再备案，操作前先到工信部网站核对。"),
            format!("Whether the suffix of {names} is approved I can't tell; one that isn't can't be filed again. Look it up on the ministry's site first."),
        );
    }
    let refused: Vec<String> =
        book.suffixes.suffix.iter().filter(|suffix| !suffix.approved).map(name).collect();
    let refused = row(voice, &refused);
    voice.pick(
        format!("没有工信部批复的后缀（如 {refused}）之后不能再备案，获批的后缀可以。"),
        format!("Suffixes that the ministry hasn't approved (such as {refused}) can't be filed again afterwards; approved ones can."),
    )
}

fn name(suffix: &Suffix) -> String {
    format!(".{}", suffix.name.trim_start_matches('.'))
}

fn next(voice: Voice, ending: Ending) -> &'static str {
    match ending {
        Ending::CancelAccess => voice.pick(
            "1. 网站还要用：先到现在的服务商那里办好接入备案，再取消。\n2. 想回来：重新做接入备案即可，不用从头备案。",
            "1. If the site goes on: file the access with the present provider first, then cancel.\n2. To come back later: file the access again; it need not be filed anew.",
        ),
        Ending::DeregisterWebsite | Ending::DeregisterEntity => voice.pick(
            "1. 只是换服务商就不要注销，办取消接入，备案号能留着。\n2. 确定不要了，再登录备案系统在线注销。",
            "1. If you only change providers, don't deregister: cancel the access, which keeps the ICP number.\n2. If you are sure, sign in to the filing system and deregister online.",
        ),
    }
}
