//! Whether a province confirms orders by a code sent to a mobile phone.

use crate::domain::rules::book::{AsOf, RuleBook, Sourced as _};
use crate::domain::rules::sms::{self, SmsRequired};
use crate::phrases::{Voice, names, row};

/// What goes with the verdict.
pub struct Told<'a> {
    /// The province is the asker's own, not named in the question.
    pub own: bool,
    pub as_of: AsOf,
    /// Verdicts on further provinces of the question.
    pub others: &'a [SmsRequired],
}

pub fn text(voice: Voice, book: &RuleBook, verdict: &SmsRequired, told: &Told<'_>) -> String {
    let province = names::province(voice, book, &verdict.province);
    let then = match told.as_of {
        AsOf::Newest => None,
        AsOf::On(day) => Some(day).filter(|_| book.sms.on(told.as_of) != book.sms.on(AsOf::Newest)),
    };
    let mut text = match (then, verdict.required) {
        (None, true) => voice.pick(
            format!("要，{province}备案要做短信核验，收到验证码后 {} 小时内完成。", hours(book)),
            format!("Yes, a filing in {province} needs SMS verification, within {} hours of the code.", hours(book)),
        ),
        (None, false) => voice.pick(
            format!("不用，{province}备案不需要短信核验，初审通过后直接交管局审核。"),
            format!("No, {province} has no SMS verification: after the provider's review the order goes straight to the administration."),
        ),
        (Some(day), true) => voice.pick(
            format!("要，按 {day} 时的规定，{province}备案就要短信核验，{} 小时内完成。", hours(book)),
            format!("Yes, by the rule of {day} a filing in {province} needed SMS verification, within {} hours.", hours(book)),
        ),
        (Some(day), false) => voice.pick(
            format!("不用，按 {day} 时的规定，{province}备案不需要短信核验。"),
            format!("No, by the rule of {day} {province} had no SMS verification."),
        ),
    };
    if told.own {
        text.push_str(&voice.pick(
            format!("\n\n你的备案在{province}，我按这个省回答。"),
            format!("\n\nYour filing is in {province}, so I answered for it."),
        ));
    }
    for other in told.others {
        let name = names::province(voice, book, &other.province);
        text.push_str(&if other.required {
            voice.pick(format!("\n\n{name}：要。"), format!("\n\n{name}: yes."))
        } else {
            voice.pick(format!("\n\n{name}：不用。"), format!("\n\n{name}: no."))
        });
    }
    text.push_str("\n\n");
    if verdict.required {
        text.push_str(&how(voice, book));
    } else {
        text.push_str(&list(voice, book, told.as_of));
    }
    if then.is_some() {
        let now = sms::sms_required(book, &verdict.province, AsOf::Newest);
        text.push_str(&if now.required {
            voice.pick(
                format!("\n\n注意：这是旧规定，现在{province}要做短信核验，{} 小时内完成。", hours(book)),
                format!(
                    "\n\nThat rule is old: today {province} needs SMS verification, within {} hours.",
                    hours(book)
                ),
            )
        } else {
            voice.pick(
                format!("\n\n这是旧规定，现在{province}也不用短信核验。"),
                format!("\n\nThat rule is old; today {province} has no SMS verification either."),
            )
        });
    }
    if let Some(list) = book.sms.on(told.as_of) {
        text.push_str("\n\n");
        text.push_str(&super::dated(voice, list.origin()));
    }
    text
}

fn hours(book: &RuleBook) -> u32 {
    book.terms.sms_code.deadline_hours
}

fn how(voice: Voice, book: &RuleBook) -> String {
    let (minutes, hours) = (book.terms.sms_code.sent_within_minutes, hours(book));
    let phone = &book.provider.phone;
    voice.pick(
        format!("首次备案、接入备案、变更备案都要做：\n\n1. {}把订单交给管局后 {minutes} 分钟内，工信部的验证码会发到备案负责人的手机上。\n2. 打开短信里给的管局网址，填验证码和负责人证件号码的后六位。\n3. 在 {hours} 小时内完成，之后才进入管局审核。过期或没通过，订单会退回草稿，要重新提交。\n\n一直没收到，先核对手机号、看看有没有被拦截，再打客服 {phone}。", book.provider.zh.provider),
        format!("First filings, access filings and changes all need it:\n\n1. Within {minutes} minutes of the order going to the administration, the ministry sends a code to the mobile phone of the person in charge.\n2. Open the administration's page named in the message; enter the code and the last six digits of the ID number.\n3. Do it within {hours} hours; only then the review starts. Too late or failed, the order comes back as a draft and is submitted again.\n\nNo message? Check the number and your phone's filter, then call {phone}."),
    )
}

fn list(voice: Voice, book: &RuleBook, as_of: AsOf) -> String {
    let Some(list) = book.sms.on(as_of) else { return String::new() };
    let provinces: Vec<&str> = list.provinces.iter().map(|name| names::province(voice, book, name)).collect();
    let count = provinces.len();
    let provinces = row(voice, &provinces);
    voice.pick(
        format!("要做短信核验的是这 {count} 个省、自治区、直辖市：{provinces}。其他地方没有这一步。"),
        format!("SMS verification is for these {count}: {provinces}. Elsewhere there is no such step."),
    )
}
