//! Where an order is: what it waits for, until when, and what the applicant does now.

use jiff::civil::Date;

use super::source_line;
use crate::domain::order::{OrderState, OrderType};
use crate::domain::records::Order;
use crate::domain::rules::book::{RuleBook, Sourced as _};
use crate::domain::rules::order_status::{NextStep, OrderStatus};
use crate::phrases::{Voice, names, row, steps};

/// What of the order is shown beside the verdict.
pub struct Shown<'a> {
    pub order: &'a Order,
    pub today: Date,
    /// The time for the SMS code has run out.
    pub sms_overdue: bool,
}

pub fn text(voice: Voice, book: &RuleBook, verdict: &OrderStatus, shown: &Shown<'_>) -> String {
    let order = shown.order;
    let first = first(voice, book, verdict, shown);
    let kind = names::order_type(voice, order.kind);
    let state = names::state(voice, verdict.state);
    let domains = row(voice, &order.domains);
    let about = if domains.is_empty() {
        String::new()
    } else {
        voice.pick(format!("，{domains}"), format!(", {domains}"))
    };
    let facts = voice.pick(
        format!("订单 {}（{kind}{about}）现在是“{state}”。", order.id),
        format!("Order {} ({kind}{about}) is {state}.", order.id),
    );
    let next = steps(&next(voice, book, verdict, shown));
    let head = voice.pick("接下来：", "What next:");
    let source = source_line(voice, book.terms.administration_review.origin());
    format!("{first}\n\n{facts}\n\n**{head}**\n\n{next}\n\n{source}")
}

/// No order is there.
pub fn none(voice: Voice, domain: Option<&str>) -> String {
    match domain {
        Some(domain) => voice.pick(
            format!("{domain} 没有备案订单，所以没有进度可查。\n\n要备案就新建一个订单；已经备好的，可以在备案信息里看到。"),
            format!("There is no order for {domain}, so there is no progress to show.\n\nStart an order to file it; if it is filed already, it is among your filings."),
        ),
        None => voice.pick(
            "你名下没有备案订单，所以没有进度可查。\n\n如果是用别的账号提交的，请换那个账号；还没提交的话，新建一个订单就能开始。".to_owned(),
            "There is no order in your account, so there is no progress to show.\n\nIf it was submitted from another account, use that one; otherwise start an order.".to_owned(),
        ),
    }
}

fn first(voice: Voice, book: &RuleBook, verdict: &OrderStatus, shown: &Shown<'_>) -> String {
    let id = &verdict.order;
    let days = verdict.evidence.working_days.unwrap_or(1);
    match verdict.next_step {
        Some(NextStep::ApplicantPostsPapers) => {
            return voice.pick(
                format!("订单 {id} 在等你邮寄纸质资料。"),
                format!("Order {id} waits for you to post the papers."),
            );
        }
        Some(NextStep::ApplicantAddsDocuments) => {
            return voice.pick(
                format!("订单 {id} 在等你补传资料。"),
                format!("Order {id} waits for you to add documents."),
            );
        }
        _ => {}
    }
    match verdict.state {
        OrderState::Draft => voice.pick(
            format!("订单 {id} 还是草稿，没有提交，在等你填完提交。"),
            format!("Order {id} is a draft: it waits for you to fill it in and submit it."),
        ),
        OrderState::ProviderReview => voice.pick(
            format!("订单 {id} 在初审，提交后约 {days} 个工作日有结果。"),
            format!("Order {id} is in the provider's review, which takes about {days} working day(s)."),
        ),
        OrderState::ProviderRejected => voice.pick(
            format!("订单 {id} 被初审驳回了，在等你改好重新提交。"),
            format!("Order {id} was rejected by the provider and waits for your correction."),
        ),
        OrderState::VerificationPending => voice.pick(
            format!("订单 {id} 初审已通过，在等负责人做人脸核验或幕布拍照核验。"),
            format!("Order {id} has passed the provider's review and waits for the person in charge's face or backdrop check."),
        ),
        OrderState::VerificationReview => voice.pick(
            format!("订单 {id} 的核验照片在审，约 {days} 个工作日有结果。"),
            format!("The check of order {id} is being looked at, which takes about {days} working day(s)."),
        ),
        OrderState::Verified => voice.pick(
            format!("订单 {id} 核验已通过，{days} 个工作日内会转交管局。"),
            format!("Order {id} is verified and goes to the administration within {days} working day(s)."),
        ),
        OrderState::SmsPending if shown.sms_overdue => voice.pick(
            format!("订单 {id} 的短信核验已经超过 {} 小时，多半会退回草稿。", book.terms.sms_code.deadline_hours),
            format!("The {} hours for the SMS code of order {id} are over; it will go back to a draft.", book.terms.sms_code.deadline_hours),
        ),
        OrderState::SmsPending => voice.pick(
            format!("订单 {id} 在等你做短信核验，收到短信后 {} 小时内要完成。", book.terms.sms_code.deadline_hours),
            format!("Order {id} waits for you to confirm the SMS code, within {} hours.", book.terms.sms_code.deadline_hours),
        ),
        OrderState::AdministrationReview => administration(voice, book, verdict, shown),
        OrderState::AdministrationRejected => voice.pick(
            format!("订单 {id} 被管局驳回了，在等你改好重新提交。"),
            format!("Order {id} was rejected by the administration and waits for your correction."),
        ),
        OrderState::Approved => voice.pick(
            format!("订单 {id} 已经通过了。"),
            format!("Order {id} has been approved."),
        ),
        OrderState::Abandoned => voice.pick(
            format!("订单 {id} 已经放弃，不会再往下走了。"),
            format!("Order {id} was abandoned and goes no further."),
        ),
    }
}

fn administration(voice: Voice, book: &RuleBook, verdict: &OrderStatus, shown: &Shown<'_>) -> String {
    let id = &verdict.order;
    let span = &book.terms.administration_review;
    let (least, most) = (span.earliest_working_days, span.latest_working_days);
    match verdict.eta {
        Some(eta) if eta.latest < shown.today => voice.pick(
            format!("订单 {id} 在管局审核中，按 {most} 个工作日算，{} 就该有结果了，现在已经超过。", eta.latest),
            format!("Order {id} is in the administration's review, and overdue: {most} working days ended on {}.", eta.latest),
        ),
        Some(eta) => voice.pick(
            format!("订单 {id} 在管局审核中，预计 {} 到 {} 之间有结果（{least} 到 {most} 个工作日）。", eta.earliest, eta.latest),
            format!("Order {id} is in the administration's review; expect the result between {} and {} ({least} to {most} working days).", eta.earliest, eta.latest),
        ),
        None if verdict.calendar_unknown => voice.pick(
            format!("订单 {id} 在管局审核中，要 {least} 到 {most} 个工作日；那一年的放假安排我还没有，算不出具体日期。"),
            format!("Order {id} is in the administration's review, {least} to {most} working days; the holiday calendar of that year is unknown, so I can't give a date."),
        ),
        None => voice.pick(
            format!("订单 {id} 在管局审核中，一般要 {least} 到 {most} 个工作日。"),
            format!("Order {id} is in the administration's review, which takes {least} to {most} working days."),
        ),
    }
}

fn next(voice: Voice, book: &RuleBook, verdict: &OrderStatus, shown: &Shown<'_>) -> Vec<String> {
    let phones = row(voice, &book.provider.callback_phones);
    let span = &book.terms.administration_review;
    let (least, most) = (span.earliest_working_days, span.latest_working_days);
    let lines: Vec<String> = match verdict.next_step {
        None => vec![voice.pick("还想备案的话，新建一个订单。".to_owned(), "To file after all, start a new order.".to_owned())],
        Some(NextStep::ApplicantPostsPapers) => vec![
            voice.pick("按页面上的地址把纸质资料寄过去。".to_owned(), "Send the papers to the address that the page gives.".to_owned()),
            voice.pick("对方收到后继续审核，你不用重新提交。".to_owned(), "The review goes on when they arrive; there is no need to resubmit.".to_owned()),
        ],
        Some(NextStep::ApplicantAddsDocuments) => vec![voice.pick(
            "按邮件或页面的提示补传资料，传完才会继续审核。".to_owned(),
            "Add the documents that the mail or the page names; the review goes on after that.".to_owned(),
        )],
        Some(NextStep::ApplicantSubmits) => vec![
            voice.pick("填好信息、传好资料，提交订单。".to_owned(), "Fill in the form, upload the documents, and submit.".to_owned()),
            voice.pick(
                format!("订单有效期 {} 天，别放太久。", book.terms.order.valid_days),
                format!("An order is valid for {} days: don't leave it lying.", book.terms.order.valid_days),
            ),
        ],
        Some(NextStep::ProviderReviews) => vec![voice.pick(
            format!("保持电话畅通，可能会打给你核实，来电号码是 {phones}。"),
            format!("Keep your phone at hand: you may be called from {phones}."),
        )],
        Some(NextStep::ApplicantCorrects) => vec![
            voice.pick("看驳回原因（可以问我“为什么被驳回”）。".to_owned(), "Look at the reasons (ask me why it was rejected).".to_owned()),
            voice.pick(
                format!("照着改好，重新提交，会再从初审开始，初审约 {} 个工作日。", book.terms.provider_review.working_days),
                format!("Correct them and resubmit; it starts from the provider's review again, about {} working day(s).", book.terms.provider_review.working_days),
            ),
        ],
        Some(NextStep::ApplicantVerifies) => vec![
            voice.pick(
                format!("请网站负责人本人在{}上刷脸，或用幕布拍照上传。", book.provider.zh.app),
                format!("The person in charge does the face check in the {}, or takes the backdrop photo.", book.provider.en.app),
            ),
            voice.pick(
                "核验没通过之前，订单还可以撤回或放弃。".to_owned(),
                "Until that is passed, the order can still be withdrawn or abandoned.".to_owned(),
            ),
        ],
        Some(NextStep::ProviderReviewsVerification) => vec![voice.pick(
            "等照片审完，通过后会转交管局；没通过就重新核验。".to_owned(),
            "Wait for the result: passed, it goes to the administration; failed, the check is done again.".to_owned(),
        )],
        Some(NextStep::ProviderHandsOver) => vec![voice.pick(
            format!("不用你操作。转交后，部分省份要做短信核验，管局再审 {least} 到 {most} 个工作日。"),
            format!("Nothing for you to do. Then comes the SMS code in some provinces, and {least} to {most} working days at the administration."),
        )],
        Some(NextStep::ApplicantConfirmsSms) => {
            let mut lines = Vec::new();
            if let Some(deadline) = verdict.evidence.sms_deadline {
                let until = crate::domain::moment::Moment::of(deadline);
                let until = until.as_str().get(..16).unwrap_or_default().replace('T', " ");
                lines.push(voice.pick(
                    format!("在 {until}（北京时间）之前，到管局网站填短信里的验证码和证件号后六位。"),
                    format!("By {until} Beijing time, enter the code of the SMS and the last six digits of the ID number on the administration's site."),
                ));
            } else {
                lines.push(voice.pick(
                    "到管局网站填短信里的验证码和证件号后六位。".to_owned(),
                    "Enter the code of the SMS and the last six digits of the ID number on the administration's site.".to_owned(),
                ));
            }
            lines.push(voice.pick(
                "超时或填错，订单会退回草稿，要重新提交。".to_owned(),
                "If the time runs out or the code is wrong, the order goes back to a draft and has to be resubmitted.".to_owned(),
            ));
            lines
        }
        Some(NextStep::AdministrationReviews) => {
            let mut lines = vec![voice.pick(
                "不用你操作，结果会发短信和邮件；电话保持畅通。".to_owned(),
                "Nothing for you to do; the result comes by SMS and mail. Keep your phone reachable.".to_owned(),
            )];
            if verdict.eta.is_some_and(|eta| eta.latest < shown.today) {
                lines.push(voice.pick(
                    format!("已经超时，可以打 {} 问一下。", book.provider.phone),
                    format!("It is overdue: call {} and ask.", book.provider.phone),
                ));
            }
            lines
        }
        Some(NextStep::DataSynchronise) => approved(voice, book, shown.order.kind),
    };
    lines
}

fn approved(voice: Voice, book: &RuleBook, kind: OrderType) -> Vec<String> {
    match kind {
        OrderType::First
        | OrderType::AddAccess
        | OrderType::ResumeAccess
        | OrderType::AddWebsite
        | OrderType::AddWebsiteElsewhere => vec![
            voice.pick(
                "等数据同步，同步完网站就能打开；域名解析现在就可以设好。".to_owned(),
                "The data synchronise, then the site opens; the DNS can be set already.".to_owned(),
            ),
            voice.pick(
                format!("网站开通后 {} 日内办公安备案。", book.terms.public_security.within_days),
                format!("File with public security within {} days of the site's opening.", book.terms.public_security.within_days),
            ),
        ],
        OrderType::ChangeEntity | OrderType::ChangeWebsite => vec![voice.pick(
            "变更已经生效，等数据同步后就能查到新信息。".to_owned(),
            "The change holds; the new details show when the data have synchronised.".to_owned(),
        )],
        OrderType::CancelAccess => vec![voice.pick(
            "接入已经取消，网站还要用的话，尽快到现在的服务商那里办接入备案。".to_owned(),
            "The access is cancelled; if the site goes on, file the access with your present provider soon.".to_owned(),
        )],
        OrderType::DeregisterEntity | OrderType::DeregisterWebsite => vec![voice.pick(
            "备案已经注销，还想用要重新备案。".to_owned(),
            "The filing is deregistered; to use the site again, file anew.".to_owned(),
        )],
        OrderType::Claim | OrderType::Import | OrderType::Transfer => vec![voice.pick(
            "备案信息已经归到账号下，可以在备案信息里查看和变更。".to_owned(),
            "The filing is in the account now, to be seen and changed there.".to_owned(),
        )],
    }
}
