//! Whether an order can be stopped.

use crate::domain::order::{OrderState, OrderType};
use crate::domain::rules::cancel_order::{CanCancel, CancelReason, ORIGIN};
use crate::phrases::{Voice, names};

pub fn text(voice: Voice, verdict: &CanCancel, kind: OrderType, domains: &[String]) -> String {
    let order = &verdict.order;
    let state = names::state(voice, verdict.state);
    let kind_name = names::order_type(voice, kind);
    let about = if domains.is_empty() { String::new() } else { format!("，{}", domains.join("、")) };
    let about_english = if domains.is_empty() { String::new() } else { format!(", {}", domains.join(", ")) };
    let facts = voice.pick(
        format!("订单 {order}（{kind_name}{about}）现在是“{state}”。"),
        format!("Order {order} ({kind_name}{about_english}) is {state}."),
    );
    let (first, why, next) = match verdict.reason {
        CancelReason::BeforeVerification if verdict.ways.len() > 1 => voice.pick(
            (
                "可以，这个订单现在还能停，撤回或放弃都行。",
                "人脸核验或幕布拍照核验还没有通过，在这之前都可以终止。",
                "- **撤回**：订单回到草稿，改好后可以重新提交。\n- **放弃**：订单作废，要备案得重新开始。\n\n登录备案系统，在这个订单上操作即可。",
            ),
            (
                "Yes, this order can still be stopped: withdraw it or abandon it.",
                "The face or backdrop check hasn't been passed, and until then it can be ended.",
                "- **Withdraw**: it becomes a draft again, to be changed and resubmitted.\n- **Abandon**: it ends here, and a filing starts afresh.\n\nSign in to the filing system and do it on the order.",
            ),
        ),
        CancelReason::BeforeVerification if verdict.state == OrderState::AdministrationRejected => voice.pick(
            (
                "可以停，但只能放弃，不能撤回。",
                "管局已经驳回，这一轮审核结束了，没有可撤回的提交。",
                "- 还想备案：按驳回原因改好，重新提交。\n- 不备了：选**放弃**，订单作废。",
            ),
            (
                "Yes, but only by abandoning it; there is nothing to withdraw.",
                "The administration has rejected it, so this round is over.",
                "- To go on: correct it by the reasons given and resubmit.\n- To stop: **abandon** it.",
            ),
        ),
        CancelReason::BeforeVerification => voice.pick(
            ("可以停，订单还是草稿，直接放弃就行。", "草稿还没有提交，谈不上撤回。", "- 选**放弃**，订单作废；不管它也不会进入审核。"),
            ("Yes: it is still a draft, so abandon it.", "A draft hasn't been submitted, so there is nothing to withdraw.", "- **Abandon** ends it; left alone, it never goes to review."),
        ),
        CancelReason::VerificationPassed => voice.pick(
            (
                "不可以，这个订单现在不能终止，撤回和放弃都不行。",
                "人脸核验或幕布拍照核验已经通过，通过之后就不能停了。",
                "- 等这一轮审核出结果。\n- 如果被驳回或退回，那时可以修改或放弃；如果通过了又不想要，可以再办取消接入或注销。",
            ),
            (
                "No, this order can't be stopped now, neither withdrawn nor abandoned.",
                "The face or backdrop check has been passed, and from then on it can't be ended.",
                "- Wait for the result of this round.\n- If it is rejected or returned you can change or abandon it then; if it is approved after all, cancel the access or deregister.",
            ),
        ),
        CancelReason::Irrevocable => voice.pick(
            ("不可以，这类申请一旦提交就不能撤回。", "取消接入、注销、认领、导入、转移提交之后都收不回来。", "- 如果是误操作，等它完成后重新办备案或接入备案。"),
            ("No, a request of this kind can't be taken back once submitted.", "That holds for cancelling access, deregistering, claims, imports and transfers.", "- If it was a mistake, file again (or file the access again) when it is done."),
        ),
        CancelReason::Finished => match verdict.state {
            OrderState::Approved => voice.pick(
                ("不可以，订单已经通过，没有可停的了。", "审核已经结束。", "- 不想要这个备案了，可以办取消接入或注销备案。"),
                ("No, the order has been approved; there is nothing left to stop.", "The review is over.", "- If you no longer want the filing, cancel the access or deregister it."),
            ),
            _ => voice.pick(
                ("不用停，这个订单已经放弃了。", "放弃之后订单就结束了。", "- 还想备案的话，重新提交一个订单。"),
                ("There is nothing to stop: this order has been abandoned.", "An abandoned order is over.", "- To file after all, start a new order."),
            ),
        },
    };
    let heads = voice.pick(("原因", "接下来"), ("Why", "What next"));
    let open = voice.pick("：", ": ");
    let source = super::source_line(voice, ORIGIN);
    format!("{first}\n\n{facts}\n\n**{}**{open}{why}\n\n**{}**{open}\n\n{next}\n\n{source}", heads.0, heads.1)
}
