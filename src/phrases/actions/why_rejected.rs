//! Why an order was rejected, and what mends it.

use crate::domain::records::{Order, Stage};
use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::rejection::WhyRejected;
use crate::phrases::{Voice, names};

pub fn text(voice: Voice, book: &RuleBook, verdict: &WhyRejected, order: Option<&Order>) -> String {
    let count = verdict.reasons.len();
    let mut text = match order {
        Some(order) => {
            let who = match verdict.reasons.first().and_then(|reason| reason.stage) {
                Some(Stage::Provider) => voice.pick("初审", "the provider's review"),
                Some(Stage::Administration) => voice.pick("管局审核", "the administration"),
                None => voice.pick("审核", "the review"),
            };
            let kind = names::order_type(voice, order.kind);
            voice.pick(
                format!("订单 {}（{kind}）被{who}驳回，原因有 {count} 条，改好后可以重新提交：", order.id),
                format!("Order {} ({kind}) was rejected by {who} for {count} reason(s); correct them and resubmit:", order.id),
            )
        }
        None => voice.pick(
            format!("你贴的提示说的是下面 {count} 个问题，改好后可以重新提交："),
            format!("The notice names {count} problem(s); correct them and resubmit:"),
        ),
    };
    for (number, given) in (1..).zip(&verdict.reasons) {
        let Some(reason) = book.rejections.get(given.code) else { continue };
        let words = voice.pick(&reason.zh, &reason.en);
        text.push_str(&format!("\n\n**{number}. {}**\n\n{}", words.title, words.cause));
        if let Some(note) = given.note.as_deref().filter(|note| !note.trim().is_empty()) {
            text.push_str(
                &voice.pick(format!("\n\n审核备注：{note}"), format!("\n\nReviewer's note: {note}")),
            );
        }
        text.push_str(voice.pick("\n\n怎么改：\n\n", "\n\nWhat to do:\n\n"));
        for step in &words.mend {
            text.push_str(&format!("- {step}\n"));
        }
        text.truncate(text.trim_end().len());
        let origin = reason.origin();
        text.push_str(
            &voice
                .pick(format!("\n\n（资料日期 {}）", origin.as_of), format!("\n\n(As of {}.)", origin.as_of)),
        );
    }
    text
}

/// The order isn't in a rejected state.
pub fn none(voice: Voice, order: Option<&Order>) -> String {
    match order {
        Some(order) => {
            let state = names::state(voice, order.state);
            voice.pick(
                format!("订单 {} 没有被驳回，现在是“{state}”，不用修改。", order.id),
                format!("Order {} has not been rejected; it is {state}. There is nothing to correct.", order.id),
            )
        }
        None => voice
            .pick("你名下没有被驳回的订单。如果收到了驳回或核查通知，把提示原文发给我，我告诉你怎么改。", "None of your orders is rejected at the moment. If you got a notice, paste its words and I tell you what to do.")
            .to_owned(),
    }
}

/// An import prompt was pasted.
pub fn import_prompt(voice: Voice, book: &RuleBook, keys: &[&str]) -> String {
    let mut text = String::new();
    for prompt in keys.iter().filter_map(|key| book.import_prompts.get(key)) {
        let words = voice.pick(&prompt.zh, &prompt.en);
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&words.meaning);
        for step in &words.mend {
            text.push_str(&format!("\n- {step}"));
        }
        text.push_str("\n\n");
        text.push_str(&super::dated(voice, prompt.origin()));
    }
    text
}
