//! Whether a filing can be moved to another account. What that account holds is said without names.

use super::source_line;
use crate::domain::rules::book::{Origin, RuleBook, Sourced as _, TransferBlocker};
use crate::domain::rules::transfer::CanTransfer;
use crate::phrases::{Voice, steps};

pub fn text(voice: Voice, book: &RuleBook, verdict: &CanTransfer, target: &str) -> String {
    let to = if target.is_empty() {
        voice.pick("那个账号".to_owned(), "that account".to_owned())
    } else {
        voice.pick(format!("账号 {target}"), format!("account {target}"))
    };
    let first = if verdict.allowed {
        voice.pick(format!("可以，你的备案能转移到{to}。"), format!("Yes, your filing can be moved to {to}."))
    } else {
        voice.pick(
            format!("不可以，现在不能把备案转移到{to}。"),
            format!("No, your filing can't be moved to {to} as things stand."),
        )
    };
    let mut text = format!("{first}\n\n");
    if verdict.allowed {
        text.push_str(voice.pick(
            "对方账号下没有进行中的备案订单，也没有别的主体的备案，两边都是中国站账号。",
            "It has no order in progress and no entity of its own, and both accounts are of the China site.",
        ));
        text.push_str(voice.pick("\n\n**接下来**：\n\n", "\n\n**What next**:\n\n"));
        let days = book.terms.offline_transfer.working_days;
        text.push_str(&steps(&[
            voice.pick(
                "能登录原账号的走线上：在备案系统里选“转移备案信息”，验证手机后提交，即时完成。".to_owned(),
                "If you can sign in to the old account: choose to move the filing in the filing system, verify your phone, and submit; it is done at once.".to_owned(),
            ),
            voice.pick(
                format!("登录不了的走线下：提交工单、交资料，资料合格后约 {days} 个工作日。"),
                format!("If you can't: open a ticket and hand in the papers; about {days} working days once they are in order."),
            ),
            voice.pick(
                "提交后不能撤回；转移过程中网站照常访问。".to_owned(),
                "It can't be taken back once submitted; the sites stay up meanwhile.".to_owned(),
            ),
        ]));
    } else {
        for blocker in &verdict.blockers {
            text.push_str(&format!("- {}\n", why(voice, *blocker)));
        }
        text.push_str(voice.pick("\n**怎样才可以**：\n\n", "\n**What would make it possible**:\n\n"));
        let mends: Vec<&str> = verdict.blockers.iter().map(|blocker| mend(voice, *blocker)).collect();
        text.push_str(&steps(&mends));
    }
    text.push_str("\n\n");
    text.push_str(&source_line(voice, origin(book)));
    text
}

fn origin(book: &RuleBook) -> Origin<'_> {
    let newest = book.transfer.condition.iter().max_by_key(|row| row.as_of);
    newest.map_or_else(|| book.transfer.origin(), |row| row.origin())
}

fn why(voice: Voice, blocker: TransferBlocker) -> &'static str {
    match blocker {
        TransferBlocker::TargetHasOrder => {
            voice.pick("转入的账号下有进行中的备案订单。", "The target account has an order in progress.")
        }
        TransferBlocker::TargetHasEntity => voice.pick(
            "转入的账号下已经有主体备案（不管是在哪里备的）。",
            "The target account has a filed entity already (wherever it was filed).",
        ),
        TransferBlocker::InternationalSite => voice.pick(
            "有一边是国际站账号；只有中国站账号之间能互转，国际站转入、转出、互转都不支持。",
            "One of the accounts is of the international site; filings move between accounts of the China site only.",
        ),
    }
}

fn mend(voice: Voice, blocker: TransferBlocker) -> &'static str {
    match blocker {
        TransferBlocker::TargetHasOrder => voice.pick(
            "等那边的订单办完，或先放弃它，再转移。",
            "Wait until that order is done, or have it abandoned, then move the filing.",
        ),
        TransferBlocker::TargetHasEntity => voice.pick(
            "换一个没有备过主体、也没有订单的中国站账号来接收。",
            "Take another account of the China site, with no entity and no order.",
        ),
        TransferBlocker::InternationalSite => {
            voice.pick("两边都用中国站账号，再转移。", "Use accounts of the China site on both sides.")
        }
    }
}
