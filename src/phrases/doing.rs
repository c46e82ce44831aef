//! Withdrawing and abandoning an order: the offer, the question before it, what came of it.

use super::{Voice, names};
use crate::domain::records::Order;
use crate::domain::rules::cancel_order::Way;

/// What to say to have it done.
pub fn commands(voice: Voice, ways: &[Way], order: &str) -> Vec<String> {
    ways.iter()
        .map(|way| match way {
            Way::Withdraw => voice.pick(format!("撤回订单 {order}"), format!("Withdraw order {order}")),
            Way::Abandon => voice.pick(format!("放弃订单 {order}"), format!("Abandon order {order}")),
        })
        .collect()
}

/// That it can be done here.
pub fn offer(voice: Voice, commands: &[String]) -> String {
    let said = commands
        .iter()
        .map(|command| voice.pick(format!("“{command}”"), format!("“{command}”")))
        .collect::<Vec<_>>();
    let said = said.join(voice.pick("或", " or "));
    voice.pick(
        format!("也可以让我来办：回复{said}。动手之前我会再问你一次。"),
        format!("I can also do it for you: say {said}. I will ask once more before I do."),
    )
}

/// The question: which order, and what becomes of it.
pub fn confirm(voice: Voice, way: Way, order: &Order) -> String {
    let id = &order.id;
    let kind = names::order_type(voice, order.kind);
    let state = names::state(voice, order.state);
    let about = match order.domains.as_slice() {
        [] => String::new(),
        domains => voice.pick(format!("，{}", domains.join("、")), format!(", {}", domains.join(", "))),
    };
    let yes = answers(voice, way)[0];
    match way {
        Way::Withdraw => voice.pick(
            format!(
                "确认要撤回订单 {id}（{kind}{about}，现在是“{state}”）吗？\n\n- 会失去：这一轮审核到此为止，再提交要从头审。\n- 会留下：订单退回草稿，填好的资料还在，改好可以再提交。\n\n要撤回，回复“{yes}”；回复别的都不会动它。"
            ),
            format!(
                "Shall I withdraw order {id} ({kind}{about}, now {state})?\n\n- Lost: this round of review ends here, and the next one starts over.\n- Kept: the order becomes a draft with what you filled in, to be changed and submitted again.\n\nTo withdraw it, answer “{yes}”. Any other answer leaves it alone."
            ),
        ),
        Way::Abandon => voice.pick(
            format!(
                "确认要放弃订单 {id}（{kind}{about}，现在是“{state}”）吗？\n\n- 会失去：这张订单作废，不能恢复；还想备案，要重新建一张订单，从头填写和审核。\n- 会留下：已经办成的备案不受影响。\n\n要放弃，回复“{yes}”；回复别的都不会动它。"
            ),
            format!(
                "Shall I abandon order {id} ({kind}{about}, now {state})?\n\n- Lost: the order ends for good. To file after all you start a new one, form and review included.\n- Kept: filings that are done already stay as they are.\n\nTo abandon it, answer “{yes}”. Any other answer leaves it alone."
            ),
        ),
    }
}

/// Yes and no, as buttons.
pub fn answers(voice: Voice, way: Way) -> [&'static str; 2] {
    match way {
        Way::Withdraw => voice.pick(["确认撤回", "不撤了"], ["Yes, withdraw it", "No, keep it"]),
        Way::Abandon => voice.pick(["确认放弃", "不放弃了"], ["Yes, abandon it", "No, keep it"]),
    }
}

/// It wasn't a plain yes.
pub fn unclear(voice: Voice, way: Way, order: &str) -> String {
    let [yes, no] = answers(voice, way);
    voice.pick(
        format!("订单 {order} 还没动。要办，请回复“{yes}”；不办，回复“{no}”。"),
        format!("Order {order} is as it was. To go ahead, answer “{yes}”; to leave it, answer “{no}”."),
    )
}

/// They want time.
pub fn held(voice: Voice, way: Way, order: &str, minutes: i64) -> String {
    let [yes, _] = answers(voice, way);
    voice.pick(
        format!("不急，订单 {order} 没动。{minutes} 分钟内想好了，回复“{yes}”就行。"),
        format!("No hurry: order {order} is as it was. Within {minutes} minutes “{yes}” will do."),
    )
}

/// They said no.
pub fn kept(voice: Voice, order: &str) -> String {
    voice.pick(
        format!("好，订单 {order} 没动，还和原来一样。"),
        format!("All right, order {order} stays as it is."),
    )
}

/// Before the question comes again, because the last one is too old.
pub fn lapsed(voice: Voice, minutes: i64) -> String {
    voice.pick(
        format!("刚才那次确认过了 {minutes} 分钟，已经作废，订单没动。再问你一次："),
        format!("The last question was more than {minutes} minutes ago and no longer counts; nothing was done. Once more:"),
    )
}

/// The order has moved since the question.
pub fn moved(voice: Voice) -> &'static str {
    voice.pick(
        "我没有动这个订单：问过你之后，它的状态变了。",
        "I left the order alone: its state has changed since I asked.",
    )
}

/// It is done.
pub fn done(voice: Voice, way: Way, after: &Order) -> String {
    let id = &after.id;
    match way {
        Way::Withdraw => voice.pick(
            format!("撤回了，订单 {id} 现在是草稿。\n\n改好资料再提交，会从初审重新开始。"),
            format!("Done: order {id} is withdrawn and a draft again.\n\nCorrect it and submit it again; the review starts over."),
        ),
        Way::Abandon => voice.pick(
            format!("放弃了，订单 {id} 已经作废。\n\n还想备案，新建一张订单就行。"),
            format!("Done: order {id} is abandoned and over.\n\nTo file after all, start a new order."),
        ),
    }
}

/// What one may want to know after it.
pub fn next(voice: Voice, way: Way, order: &str) -> Vec<String> {
    match way {
        Way::Withdraw => {
            vec![voice.pick(format!("订单 {order} 到哪一步了"), format!("Where is order {order}?"))]
        }
        Way::Abandon => {
            vec![voice.pick("备案整个流程要走哪几步", "What are the steps of a filing?").to_owned()]
        }
    }
}
