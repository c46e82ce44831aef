//! How much server time comes back for the days of the review.

use super::source_line;
use crate::domain::records::{Instance, Order};
use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::gift_time::{GiftBlocker, GiftTime};
use crate::phrases::{Voice, names, steps};

/// `order` is none where the server alone is looked at.
pub fn text(
    voice: Voice,
    book: &RuleBook,
    verdict: &GiftTime,
    instance: &Instance,
    order: Option<&Order>,
) -> String {
    let most = book.terms.gift.at_most_days;
    let id = &instance.id;
    let product = names::product(voice, book, &instance.product);
    let first = match (verdict.eligible, verdict.days) {
        (true, Some(days)) => voice.pick(
            format!("可以，{id}（{product}）能得到 {days} 天赠送时长。"),
            format!("Yes, {id} ({product}) gets {days} day(s) of server time back."),
        ),
        (true, None) => voice.pick(
            format!("可以送，{id}（{product}）目前符合条件，天数要等备案通过才能算。"),
            format!(
                "Yes, {id} ({product}) qualifies so far; the days are counted once the filing is approved."
            ),
        ),
        (false, _) => voice.pick(
            format!("不可以，{id}（{product}）这次不送时长，0 天。"),
            format!("No, {id} ({product}) gets no server time this time: 0 days."),
        ),
    };
    let mut text = format!("{first}\n\n");
    if let Some(order) = order {
        let kind = names::order_type(voice, order.kind);
        let state = names::state(voice, order.state);
        text.push_str(&voice.pick(
            format!("看的是订单 {}（{kind}，{state}）。", order.id),
            format!("This is by order {} ({kind}, {state}).", order.id),
        ));
    } else {
        text.push_str(voice.pick(
            "这台服务器上还没有能算时长的订单，只看了服务器本身。",
            "There is no order on this server to count by; only the server itself was looked at.",
        ));
    }
    if verdict.eligible {
        text.push_str(&counted(voice, verdict, most));
        let hours = book.terms.gift.granted_within_hours;
        text.push_str(voice.pick("\n\n**接下来**：\n\n", "\n\n**What next**:\n\n"));
        text.push_str(&steps(&[
            voice.pick(
                format!("备案成功后 {hours} 小时内自动到账，不用申请。"),
                format!("It arrives by itself within {hours} hours of approval; there is nothing to apply for."),
            ),
            voice.pick(
                "通过之前别让服务器到期，也别退订；账号和服务器不能有违规。".to_owned(),
                "Don't let the server expire or return it before approval; account and server must be free of violations.".to_owned(),
            ),
            voice.pick(
                "超过时间没到账，提交备案售后工单。".to_owned(),
                "If it doesn't come in time, open a ticket.".to_owned(),
            ),
        ]));
    } else {
        text.push_str(voice.pick("原因：\n\n", " Why:\n\n"));
        for blocker in &verdict.blockers {
            text.push_str(&format!("- {}\n", why(voice, book, *blocker, instance)));
        }
        text.push_str(voice.pick("\n**怎样才送**：", "\n**What would qualify**: "));
        text.push_str(&voice.pick(
            format!("中国大陆地域、包年包月的 ECS 或独享云虚拟主机，上面第一个网站的备案通过管局审核，并且通过前没有到期、没有送过；备案用了几天送几天，最多 {most} 天。"),
            format!("an ECS or a dedicated virtual host in the mainland, on subscription, whose first website is approved before it expires and that had no gift yet; as many days as the filing took, {most} at most."),
        ));
    }
    text.push_str("\n\n");
    text.push_str(&source_line(voice, book.terms.gift.origin()));
    text
}

fn counted(voice: Voice, verdict: &GiftTime, most: u32) -> String {
    let evidence = &verdict.evidence;
    let (Some(from), Some(to)) = (&evidence.submitted_at, &evidence.approved_at) else {
        return voice.pick(
            format!("从最后一次提交初审算到备案成功，不足一天算一天，最多 {most} 天。"),
            format!(" Counted from the last submission to approval, a part day as one, {most} days at most."),
        );
    };
    let (from, to) = (from.china_date(), to.china_date());
    let capped = if evidence.capped {
        voice.pick(
            format!("实际用时更长，按上限 {most} 天送。"),
            format!(" It took longer, and {most} days are the most that is given."),
        )
    } else {
        String::new()
    };
    voice.pick(
        format!("从最后一次提交（{from}）算到通过（{to}），不足一天算一天，最多 {most} 天。{capped}"),
        format!(" Counted from the last submission ({from}) to approval ({to}), a part day as one, {most} days at most.{capped}"),
    )
}

fn why(voice: Voice, book: &RuleBook, blocker: GiftBlocker, instance: &Instance) -> String {
    let product = names::product(voice, book, &instance.product);
    match blocker {
        GiftBlocker::NotSubscription => voice.pick(
            "按量付费的服务器不送，只送包年包月的。".to_owned(),
            "It is pay-as-you-go; only subscriptions get time.".to_owned(),
        ),
        GiftBlocker::ProductExcluded => voice.pick(
            format!("{product}不在赠送范围内，只有 ECS 和云虚拟主机送。"),
            format!("{product} takes no part; only ECS and virtual hosts do."),
        ),
        GiftBlocker::PlanExcluded => voice.pick(
            "共享和免费的云虚拟主机不送，独享的才送。".to_owned(),
            "Shared and free virtual hosts get none, only dedicated ones.".to_owned(),
        ),
        GiftBlocker::NotFirstWebsite => voice.pick(
            "不是这台服务器上第一个备案成功的网站。".to_owned(),
            "It isn't the first website that was filed on this server.".to_owned(),
        ),
        GiftBlocker::AlreadyGiven => voice.pick(
            "这台服务器已经送过，每台只送一次。".to_owned(),
            "This server had its time already; each gets it once.".to_owned(),
        ),
        GiftBlocker::ExpiredBeforeApproval => voice.pick(
            format!("服务器 {} 到期，备案那时还没有通过。", instance.expires_on),
            format!("The server expired on {}, before approval.", instance.expires_on),
        ),
        GiftBlocker::OutsideMainland => {
            voice.pick("服务器不在中国大陆地域。".to_owned(), "The server isn't in the mainland.".to_owned())
        }
        GiftBlocker::ChangeOrder => voice.pick(
            "这不是新备一个网站的订单，变更之类的不送。".to_owned(),
            "The order doesn't file a new website; changes and the like get none.".to_owned(),
        ),
    }
}
