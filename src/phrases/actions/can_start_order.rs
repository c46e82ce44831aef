//! Whether an order can be started now, and why its button is missing.

use super::source_line;
use crate::domain::order::OrderType;
use crate::domain::records::Order;
use crate::domain::rules::start_order::{CanStart, ORIGIN, StartBlocker};
use crate::phrases::{Voice, names, steps};

/// `open` are the orders in progress that stand in the way; `stoppable`: each of them can still be abandoned.
pub fn text(voice: Voice, verdict: &CanStart, open: &[&Order], stoppable: bool) -> String {
    let kind = names::order_type(voice, verdict.kind);
    let mut text = if verdict.allowed {
        voice.pick(
            format!("可以，现在能提交“{kind}”，没有查到挡着的事。"),
            format!("Yes, you can start this now: {kind}. Nothing stands in the way."),
        )
    } else {
        voice.pick(
            format!("不可以，现在还不能提交“{kind}”，所以页面上没有这个按钮。"),
            format!("No, you can't start this now: {kind}. That is why the button is missing."),
        )
    };
    text.push_str("\n\n");
    if verdict.allowed {
        text.push_str(voice.pick(
            "名下没有别的进行中的订单，备案状态也允许。\n\n**接下来**：\n\n",
            "There is no other order in progress, and the filing allows it.\n\n**What next**:\n\n",
        ));
        text.push_str(&steps(&[
            voice.pick(
                "登录备案系统，在首页或备案信息里点这个按钮。",
                "Sign in to the filing system and use the button on the home page or at the filing.",
            ),
            voice.pick(
                "还是看不到，可能是管局不允许这种操作：先注销原备案，再重新备案；或换成备案时用的账号登录。",
                "If it isn't there all the same, the administration may not allow it (then deregister and file anew), or the filing is in another account.",
            ),
        ]));
    } else {
        for blocker in &verdict.blockers {
            text.push_str(&format!("- {}\n", why(voice, *blocker, open)));
        }
        text.push_str(voice.pick("\n**怎样才可以**：\n\n", "\n**What would make it possible**:\n\n"));
        let mends: Vec<String> =
            verdict.blockers.iter().map(|blocker| mend(voice, verdict.kind, *blocker, stoppable)).collect();
        text.push_str(&steps(&mends));
    }
    text.push_str("\n\n");
    text.push_str(&source_line(voice, ORIGIN));
    text
}

fn why(voice: Voice, blocker: StartBlocker, open: &[&Order]) -> String {
    match blocker {
        StartBlocker::OrderInProgress => {
            let list: Vec<String> = open
                .iter()
                .map(|order| {
                    let (kind, state) =
                        (names::order_type(voice, order.kind), names::state(voice, order.state));
                    voice.pick(
                        format!("{}（{kind}，{state}）", order.id),
                        format!("{} ({kind}, {state})", order.id),
                    )
                })
                .collect();
            let list = list.join(voice.pick("、", ", "));
            voice.pick(
                format!("主体下有进行中的订单：{list}。同一时间只能办一个。"),
                format!("An order of the entity is in progress: {list}. There can be one at a time."),
            )
        }
        StartBlocker::NotFiledHere => voice.pick(
            "这个备案不在这里，这里办不了。".to_owned(),
            "The filing isn't here, so this can't be done here.".to_owned(),
        ),
        StartBlocker::AccessCancelled => voice.pick(
            "网站已经取消接入，不能直接变更。".to_owned(),
            "The access of the website was cancelled, so it can't be changed directly.".to_owned(),
        ),
        StartBlocker::AdministrationForbids => voice.pick(
            "所在省的管局不允许这种操作。".to_owned(),
            "The province's administration doesn't allow it.".to_owned(),
        ),
    }
}

fn mend(voice: Voice, kind: OrderType, blocker: StartBlocker, stoppable: bool) -> String {
    match blocker {
        StartBlocker::OrderInProgress if stoppable => voice.pick(
            "等进行中的订单办完（通过管局审核），或者放弃它，按钮就会出来。".to_owned(),
            "Wait until the order in progress is approved, or abandon it; then the button appears.".to_owned(),
        ),
        StartBlocker::OrderInProgress => voice.pick(
            "等进行中的订单办完，它现在不能撤回也不能放弃；办完按钮就会出来。".to_owned(),
            "Wait until the order in progress is done; it can't be withdrawn or abandoned now. Then the button appears.".to_owned(),
        ),
        StartBlocker::NotFiledHere => match kind {
            OrderType::DeregisterEntity | OrderType::DeregisterWebsite => voice.pick(
                "到原来的服务商那里注销，或者先把备案接入这里。".to_owned(),
                "Deregister with the provider where it was filed, or file the access here first.".to_owned(),
            ),
            _ => voice.pick(
                "先把备案接入或备到这里；如果本来就在这里备的，换成备案时用的账号登录，或先认领、导入。".to_owned(),
                "File the access here first; if it was filed here, sign in with that account, or claim or import it.".to_owned(),
            ),
        },
        StartBlocker::AccessCancelled => voice.pick(
            "先重新办接入备案再变更；急着改的，先注销原备案，再用新信息重新备案。".to_owned(),
            "File the access again, then change it; or deregister the filing and file anew with the new details.".to_owned(),
        ),
        StartBlocker::AdministrationForbids => voice.pick(
            "先注销原备案，再重新备案；注意没有获批的后缀（如 .org、.cc）注销后不能再备。".to_owned(),
            "Deregister the filing and file anew; suffixes that aren't approved (such as .org, .cc) can't be filed again.".to_owned(),
        ),
    }
}
