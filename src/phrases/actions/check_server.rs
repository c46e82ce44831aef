//! Whether a server can be used for a filing, what stands in the way, and what mends it.

use super::service_numbers_left::blocked;
use super::source_line;
use crate::domain::rules::book::{Origin, RuleBook, Sourced as _};
use crate::domain::rules::server::{CheckServer, ServerBlocker};
use crate::phrases::{Voice, names, steps};

pub fn text(voice: Voice, book: &RuleBook, verdict: &CheckServer) -> String {
    let id = &verdict.instance;
    let evidence = &verdict.evidence;
    let product = names::product(voice, book, &evidence.product);
    let mut text = if verdict.eligible {
        let limit = evidence.quota.unwrap_or(0);
        let left = limit.saturating_sub(evidence.used);
        let mut text = voice.pick(
            format!("可以，{id}（{product}）能用来备案，还剩 {left} 个名额（共 {limit} 个）。"),
            format!("Yes, {id} ({product}) can be used for a filing; {left} of its {limit} places are left."),
        );
        text.push_str("\n\n");
        text.push_str(&why_it_fits(voice, verdict));
        text.push_str(&nothing_shown(voice, book, verdict));
        text
    } else {
        let count = verdict.blockers.len();
        let mut text = voice.pick(
            format!("不可以，{id}（{product}）现在不能用来备案，所以没有“申请”按钮，原因有 {count} 个：\n\n"),
            format!("No, {id} ({product}) can't be used for a filing as it stands, hence no apply button; {count} reason(s):\n\n"),
        );
        for blocker in &verdict.blockers {
            text.push_str(&format!("- {}\n", blocked(voice, *blocker, evidence)));
        }
        text.push_str(voice.pick("\n**怎么办**：\n\n", "\n**What to do**:\n\n"));
        text.push_str(&steps(&mends(voice, verdict)));
        text
    };
    text.push_str("\n\n");
    text.push_str(&source_line(voice, origin(book, verdict)));
    text
}

fn origin<'a>(book: &'a RuleBook, verdict: &CheckServer) -> Origin<'a> {
    book.products.get(&verdict.evidence.product).map_or_else(|| book.products.origin(), |row| row.origin())
}

fn why_it_fits(voice: Voice, verdict: &CheckServer) -> String {
    let evidence = &verdict.evidence;
    let needed = evidence.months_needed.unwrap_or(0);
    let until = evidence.expires_on.map_or_else(String::new, |day| day.to_string());
    let mut text = voice.pick(
        format!("它在中国大陆，买了 {} 个月（要求 {needed} 个月以上），用到 {until}。", evidence.months),
        format!(
            "It stands in the mainland, {} months were bought ({needed} or more needed), and it runs until {until}.",
            evidence.months
        ),
    );
    if evidence.runs_out_soon {
        text.push_str(&voice.pick(
            format!("不过剩余时间已经不到 {needed} 个月：要是页面上没有“申请”按钮，先续费。"),
            format!(" Less than {needed} months are still to run, though: if the apply button is missing, renew first."),
        ));
    }
    if evidence.amount_unknown {
        let amount = evidence.amount_needed.unwrap_or(0);
        text.push_str(&voice.pick(
            format!("我查不到订单金额，首购需要 {amount} 元以上。"),
            format!(" I can't see what was paid; the first purchase must be {amount} yuan or more."),
        ));
    }
    text
}

/// The server is fine and the page shows nothing all the same.
fn nothing_shown(voice: Voice, book: &RuleBook, verdict: &CheckServer) -> String {
    let host = verdict.evidence.product == "virtual_host";
    let phone = &book.provider.phone;
    let mut lines = vec![voice.pick(
        "页面上看不到“申请”按钮：先看登录的是不是买这台服务器的账号。".to_owned(),
        "No apply button on the page: check that you are signed in with the account that bought the server."
            .to_owned(),
    )];
    if host {
        lines.push(voice.pick(
            "云虚拟主机不用申请服务号，产品验证时填主机用户名和密码。".to_owned(),
            "A virtual host needs no service number: the product check asks for its user name and password."
                .to_owned(),
        ));
    }
    lines.push(
        voice.pick(format!("还是不行就打 {phone}。"), format!("If it still doesn't work, call {phone}.")),
    );
    let list: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    format!("\n\n{}", list.join("\n"))
}

fn mends(voice: Voice, verdict: &CheckServer) -> Vec<String> {
    let needed = verdict.evidence.months_needed.unwrap_or(0);
    let mut mends: Vec<String> = Vec::new();
    // A server that can't be mended is replaced, whatever else is wrong with it.
    let replace = verdict.blockers.iter().any(|blocker| {
        matches!(
            blocker,
            ServerBlocker::OutsideMainland | ServerBlocker::ProductUnsupported | ServerBlocker::QuotaUsedUp
        )
    });
    if replace {
        return vec![voice.pick(
            "换一台中国大陆、包年包月、名额没用完的服务器来备案，例如满 3 个月且有公网带宽的 ECS。".to_owned(),
            "Take another server: in the mainland, on subscription, with places left, such as an ECS of 3 months or more with public bandwidth.".to_owned(),
        )];
    }
    for blocker in &verdict.blockers {
        let mend = match blocker {
            ServerBlocker::PayAsYouGo => voice.pick(
                format!("在控制台把按量付费转为包年包月，包 {needed} 个月或以上。"),
                format!("Change it from pay-as-you-go to a subscription of {needed} months or more in the console."),
            ),
            ServerBlocker::NoPublicBandwidth => voice.pick(
                "给实例开通公网带宽；没有公网 IP 时会提示“该ECS实例无可备案的IP”。".to_owned(),
                "Buy public bandwidth for it; without a public IP address the page says that no IP can be filed.".to_owned(),
            ),
            ServerBlocker::TermTooShort if verdict.evidence.first_purchase => voice.pick(
                format!("首次购买就要满 {needed} 个月，这台补不了，另买一份满足的。"),
                format!("The first purchase has to be {needed} months, which can't be made up for: buy another."),
            ),
            ServerBlocker::TermTooShort => voice.pick(
                format!("续费，累计买满 {needed} 个月。"),
                format!("Renew until {needed} months have been bought in all."),
            ),
            ServerBlocker::Expired => voice.pick(
                "先续费，过期的服务器不能申请服务号。".to_owned(),
                "Renew first: an expired server gets no service number.".to_owned(),
            ),
            ServerBlocker::AmountTooLow => {
                let amount = verdict.evidence.amount_needed.unwrap_or(0);
                voice.pick(
                    format!("另买一份 {amount} 元或以上的产品，这一份金额不够。"),
                    format!("Buy a product of {amount} yuan or more; this one was cheaper."),
                )
            }
            ServerBlocker::OutsideMainland
            | ServerBlocker::ProductUnsupported
            | ServerBlocker::QuotaUsedUp => continue,
        };
        mends.push(mend);
    }
    mends.push(voice.pick(
        "弄好后再回来申请备案服务号，或在产品验证时直接选这台。".to_owned(),
        "Then apply for a service number, or pick the server in the product check.".to_owned(),
    ));
    mends
}
