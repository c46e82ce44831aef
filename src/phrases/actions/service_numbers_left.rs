//! How many service numbers are left, and what stands in the way of each server.

use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::server::{ServerBlocker, ServerEvidence};
use crate::domain::rules::service_numbers::NumbersLeft;
use crate::phrases::{Voice, names};

pub fn text(voice: Voice, book: &RuleBook, verdict: &NumbersLeft) -> String {
    let left = verdict.left;
    let mut text = match (left, verdict.instances.len()) {
        (0, 1) => voice.pick(
            "没有了，这台服务器还剩 0 个备案服务号可用。".to_owned(),
            "None: this server has 0 service numbers left.".to_owned(),
        ),
        (0, _) => voice.pick(
            "没有了，你名下的服务器还剩 0 个备案服务号可用。".to_owned(),
            "None: your servers have 0 service numbers left.".to_owned(),
        ),
        (_, 1) => {
            voice.pick(format!("还剩 {left} 个备案服务号可用。"), format!("{left} service number(s) left."))
        }
        (_, several) => voice.pick(
            format!("还剩 {left} 个备案服务号可用，分布在你的 {several} 个实例上。"),
            format!("{left} service number(s) left over your {several} instances."),
        ),
    };
    text.push_str(voice.pick(
        "\n\n| 实例 | 产品 | 上限 | 已用 | 还剩 | 说明 |\n|---|---|---|---|---|---|\n",
        "\n\n| Instance | Product | Limit | Used | Left | Note |\n|---|---|---|---|---|---|\n",
    ));
    for item in &verdict.instances {
        let product = names::product(voice, book, &item.product);
        let mut notes: Vec<String> =
            item.blockers.iter().map(|blocker| blocked(voice, *blocker, &item.evidence)).collect();
        if let Some(shared) = item.shared_left.filter(|_| item.eligible) {
            notes.push(voice.pick(
                format!("全账号共用，还剩 {shared} 个"),
                format!("shared over the account, {shared} left"),
            ));
        }
        if item.evidence.runs_out_soon && item.eligible {
            notes.push(
                voice.pick(
                    "剩余时长快不够了，建议续费".to_owned(),
                    "little time left, better renew".to_owned(),
                ),
            );
        }
        if notes.is_empty() {
            notes.push(voice.pick("可用".to_owned(), "usable".to_owned()));
        }
        text.push_str(&format!(
            "| {} | {product} | {} | {} | {} | {} |\n",
            item.instance,
            item.limit,
            item.used,
            item.left,
            notes.join(voice.pick("；", "; "))
        ));
    }
    text.push_str(voice.pick(
        "\n服务号用过就不能再用，注销或取消接入也不会退回。不够用时，换一台符合条件的大陆服务器再申请。",
        "\nA used number stays used, even after deregistering or cancelling access. When they run out, take another eligible mainland server.",
    ));
    text.push_str("\n\n");
    text.push_str(&super::dated(voice, book.products.origin()));
    text
}

/// What stands in the way, and what would make it a yes.
pub fn blocked(voice: Voice, blocker: ServerBlocker, evidence: &ServerEvidence) -> String {
    let needed = evidence.months_needed.unwrap_or(0);
    let bought = evidence.months;
    match blocker {
        ServerBlocker::PayAsYouGo => voice.pick(
            format!("按量付费不能备案，需转为包年包月，且 {needed} 个月以上"),
            format!("pay-as-you-go can't be used: change to a subscription of {needed} months or more"),
        ),
        ServerBlocker::NoPublicBandwidth => {
            voice.pick("没有公网带宽，需先开通".to_owned(), "no public bandwidth: buy it first".to_owned())
        }
        ServerBlocker::TermTooShort if evidence.first_purchase => voice.pick(
            format!("首次购买须满 {needed} 个月，现在是 {bought} 个月"),
            format!("the first purchase must be {needed} months, it was {bought}"),
        ),
        ServerBlocker::TermTooShort => voice.pick(
            format!("时长不够：要 {needed} 个月以上，已买 {bought} 个月，需续费"),
            format!("term too short: {needed} months needed, {bought} bought; renew"),
        ),
        ServerBlocker::Expired => {
            let day = evidence
                .expires_on
                .map_or_else(String::new, |day| voice.pick(format!("（{day}）"), format!(" ({day})")));
            voice.pick(format!("已到期{day}，需先续费"), format!("expired{day}: renew first"))
        }
        ServerBlocker::OutsideMainland => voice.pick(
            "不在中国大陆，用它的网站不用备案，也不能用来备案".to_owned(),
            "outside the mainland: a site on it needs no filing, and it can't be used for one".to_owned(),
        ),
        ServerBlocker::AmountTooLow => {
            let amount = evidence.amount_needed.unwrap_or(0);
            voice.pick(format!("订单金额不足 {amount} 元"), format!("the order was below {amount} yuan"))
        }
        ServerBlocker::QuotaUsedUp => voice.pick(
            "名额用完了，换一台服务器".to_owned(),
            "the quota is used up: take another server".to_owned(),
        ),
        ServerBlocker::ProductUnsupported => voice
            .pick("这类产品不能用来备案".to_owned(), "this product can't be used for a filing".to_owned()),
    }
}
