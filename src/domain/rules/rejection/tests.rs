//! Rounds of an order, and notices in the platform's words or nearly.

use serde_json::json;

use super::*;
use crate::order::{OrderState, OrderType};
use crate::rules::book::tests::book;
use crate::rules::samples::{event, moment, order};
use RejectionReason::*;

fn rejection(stage: Stage, reason: RejectionReason, at: &str) -> Rejection {
    Rejection { stage, reason, note: Some("note".into()), at: moment(at) }
}

fn notices() -> PastedNotices {
    PastedNotices::of(book())
}

/// Rejected twice by the provider, then by the administration.
fn rejected(state: OrderState) -> Order {
    let mut order = order("20190812001", OrderType::First, state);
    order.events = vec![
        event("2019-08-01T09:00:00+08:00", Event::Submitted),
        event("2019-08-02T09:00:00+08:00", Event::ProviderRejected),
        event("2019-08-03T09:00:00+08:00", Event::Resubmitted),
        event("2019-08-04T09:00:00+08:00", Event::ProviderRejected),
    ];
    order.rejections = vec![
        rejection(Stage::Provider, DocumentInvalid, "2019-08-02T09:00:00+08:00"),
        rejection(Stage::Provider, WebsiteNameInvalid, "2019-08-04T09:00:00+08:00"),
        rejection(Stage::Provider, PhoneInvalid, "2019-08-04T08:59:00+08:00"),
    ];
    order
}

fn codes(outcome: &WhyRejected) -> Vec<RejectionReason> {
    outcome.reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn only_the_last_round_counts() {
    let outcome = why_rejected(&rejected(OrderState::ProviderRejected));
    assert_eq!(
        serde_json::to_value(&outcome).unwrap(),
        json!({"order": "20190812001", "reasons": [
            {"code": "website_name_invalid", "stage": "provider"},
            {"code": "phone_invalid", "stage": "provider"},
        ]})
    );
    assert_eq!(outcome.reasons[0].note.as_deref(), Some("note"));
}

#[test]
fn the_stage_is_that_of_the_state() {
    let mut order = rejected(OrderState::AdministrationRejected);
    order.rejections.push(rejection(Stage::Administration, CrossProvince, "2019-08-09T09:00:00+08:00"));
    assert_eq!(codes(&why_rejected(&order)), [CrossProvince]);
}

#[test]
fn a_rejection_at_the_moment_of_submission_belongs_to_the_round() {
    let mut order = rejected(OrderState::ProviderRejected);
    order.rejections = vec![
        rejection(Stage::Provider, DocumentInvalid, "2019-08-03T08:59:59+08:00"),
        rejection(Stage::Provider, PhoneReused, "2019-08-03T09:00:00+08:00"),
        rejection(Stage::Provider, PhoneReused, "2019-08-03T10:00:00+08:00"),
    ];
    assert_eq!(codes(&why_rejected(&order)), [PhoneReused]);
}

#[test]
fn without_events_the_youngest_rejections_are_the_round() {
    let mut order = rejected(OrderState::ProviderRejected);
    order.events.clear();
    assert_eq!(codes(&why_rejected(&order)), [WebsiteNameInvalid]);
    order.rejections.clear();
    let outcome = why_rejected(&order);
    assert_eq!((outcome.order.as_deref(), outcome.reasons.len()), (Some("20190812001"), 0));
}

#[test]
fn an_order_that_is_not_rejected_now_has_no_reasons() {
    for state in [
        OrderState::Draft,
        OrderState::ProviderReview,
        OrderState::VerificationPending,
        OrderState::VerificationReview,
        OrderState::Verified,
        OrderState::SmsPending,
        OrderState::AdministrationReview,
        OrderState::Approved,
        OrderState::Abandoned,
    ] {
        let outcome = why_rejected(&rejected(state));
        assert_eq!(
            serde_json::to_value(outcome).unwrap(),
            json!({"order": null, "reasons": []}),
            "{state:?}"
        );
    }
}

#[test]
fn every_notice_word_for_word_is_recognised_as_its_own_code() {
    for reason in &book().rejections.reason {
        for notice in &reason.notices {
            let outcome = notices().reasons_in(&format!("您好，您的备案{notice}，请修改。"));
            assert_eq!(codes(&outcome), [reason.code], "{notice}");
            assert_eq!((outcome.order, outcome.reasons[0].stage), (None, None));
        }
    }
}

#[test]
fn notices_nearly_in_the_platform_s_words() {
    for (text, expected) in [
        ("域名持有者与备案主体不一致", DomainHolderMismatch),
        ("域名的所有者信息跟主体对不上，域名所有者不符", DomainHolderMismatch),
        ("The domain owner does not match the entity", DomainHolderMismatch),
        ("网站名字不符合要求", WebsiteNameInvalid),
        ("网站名称不规范", WebsiteNameInvalid),
        ("属于跨省，不能备", CrossProvince),
        ("网站的内容不合规", WebsiteContentInvalid),
        ("证件图片不清晰", DocumentInvalid),
        ("营业执照模糊", DocumentInvalid),
        ("主体负责人不是法定代表人", PersonNotLegalRepresentative),
        ("负责人不是法人", PersonNotLegalRepresentative),
        ("电话无人接听", PhoneInvalid),
        ("负责人手机打不通", PhoneInvalid),
        ("核验单填写不规范", VerificationFormInvalid),
        ("手机号码备案频率大于 1", PhoneReused),
        ("该手机号已被其他主体使用", PhoneReused),
        ("备案类型选错", FilingTypeWrong),
        ("接入的主体与原来不一致", EntityMismatch),
        ("短信核验失败", SmsContactMismatch),
        ("网站已被注销", Deregistered),
        ("接入商的信息不相符", ProviderInfoMismatch),
        ("网站打不开", WebsiteProblem),
        ("网站底部没有备案号，底部备案号不对", WebsiteProblem),
        ("没有提供前置审批文件", PreApprovalMissing),
        ("ICP密码不正确", IcpPasswordWrong),
        ("主办单位名称不合格 证件已经吊销", OrganizerNameInvalid),
        ("单位名称已变更", OrganizerNameInvalid),
        ("主办单位证件号不合格，已经三证合一", OrganizerIdInvalid),
        ("主体负责人姓名不合格（非法定代表人）", PersonNameInvalid),
        ("网站负责人手机号不合格", ContactPhoneInvalid),
        ("网站负责人的办公电话不合格", ContactPhoneInvalid),
        ("网站域名已过期", DomainExpired),
        ("网站内容与备案主体不相符", ContentMismatch),
        ("个人网站涉及企业内容", ContentMismatch),
    ] {
        assert_eq!(codes(&notices().reasons_in(text)), [expected], "{text}");
    }
}

#[test]
fn several_reasons_in_one_notice() {
    let outcome = notices().reasons_in("1、网站名称不合格；2、证件不合格；3、电话号码问题");
    assert_eq!(codes(&outcome), [WebsiteNameInvalid, DocumentInvalid, PhoneInvalid]);
}

#[test]
fn other_texts_name_no_reason() {
    for text in ["", "备案要多久", "我的主体负责人是法定代表人", "域名怎么过户", "hello", "服务号还剩几个"]
    {
        assert_eq!(notices().reasons_in(text), WhyRejected::default(), "{text}");
    }
}

#[test]
fn import_prompts_word_for_word_and_nearly() {
    for prompt in &book().import_prompts.prompt {
        for notice in &prompt.notices {
            assert_eq!(
                notices().prompts_in(&format!("提示“{notice}”怎么办")),
                [prompt.key.as_str()],
                "{notice}"
            );
        }
        assert_eq!(book().import_prompts.get(&prompt.key), Some(prompt), "what it means is found by its key");
    }
    assert_eq!(book().import_prompts.get("unknown"), None);
    for (text, key) in [
        ("您的备案信息已经导入阿里云账号,此备案平台已停止使用", "already_imported"),
        ("此账号没有备案信息，请换账号", "no_filing_in_account"),
        ("这个账号没激活", "not_activated"),
        ("需通过验证原备案账号 abc@example.com，将备案信息导入后继续备案", "verify_former_account"),
        ("原账号没有备案主体,无需转移", "only_open_order"),
    ] {
        assert_eq!(notices().prompts_in(text), [key], "{text}");
    }
    assert!(notices().prompts_in("怎么导入备案").is_empty());
}
