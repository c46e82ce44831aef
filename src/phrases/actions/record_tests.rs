//! The first sentence of each verdict on records, in both languages, and nothing of the program in any text.

use jiff::civil::date;

use crate::domain::order::{OrderState, OrderType};
use crate::domain::records::{Billing, Instance, Order, Region, ResolvesTo};
use crate::domain::rules::book::{AsOf, RuleBook, TransferBlocker};
use crate::domain::rules::effects::{Ending, effects};
use crate::domain::rules::filing_type::{DomainFiling, EntityFiling, FilingFacts, Wish, filing_type};
use crate::domain::rules::gift_time::{GiftBlocker, GiftEvidence, GiftTime};
use crate::domain::rules::order_status::{StatusFacts, order_status};
use crate::domain::rules::server::check_server;
use crate::domain::rules::shell_site::{ShellEvidence, ShellReason, ShellSite};
use crate::domain::rules::start_order::{CanStart, StartBlocker};
use crate::domain::rules::transfer::CanTransfer;
use crate::phrases::Voice;
use crate::phrases::actions as words;

fn book() -> RuleBook {
    crate::rulebook::built_in().unwrap()
}

/// Both texts begin as they should, and read as sentences.
fn begins(text: impl Fn(Voice) -> String, chinese: &str, english: &str) {
    for (voice, start) in [(Voice::Chinese, chinese), (Voice::English, english)] {
        let text = text(voice);
        assert!(text.starts_with(start), "expected `{start}` at the start of:\n{text}");
        assert!(!text.contains("{{"), "{text}");
        let code =
            text.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).find(|word| word.contains('_'));
        assert_eq!(code, None, "{text}");
        assert!(!text.contains('！'), "{text}");
        assert!(text.contains("资料日期") || text.contains("as of"), "{text}");
        if voice == Voice::English {
            assert!(!text.chars().any(crate::understand::script::is_chinese), "{text}");
        }
    }
}

fn instance() -> Instance {
    Instance {
        id: "i-1".into(),
        account: "a".into(),
        product: "ecs".into(),
        region: Region::Mainland,
        billing: Billing::Subscription,
        months: 12,
        expires_on: date(2020, 3, 1),
        public_bandwidth: true,
        amount_yuan: None,
        plan: None,
    }
}

fn order(kind: OrderType, state: OrderState) -> Order {
    Order {
        id: "20190812001".into(),
        account: "a".into(),
        entity: None,
        kind,
        domains: vec!["example.com".into()],
        province: "浙江".into(),
        state,
        instance: None,
        waiting_for: None,
        rejections: Vec::new(),
        events: Vec::new(),
    }
}

#[test]
fn servers() {
    let book = book();
    let today = date(2019, 8, 20);
    let fine = check_server(&book, &instance(), 2, today);
    begins(
        |voice| words::check_server::text(voice, &book, &fine),
        "可以，i-1（云服务器 ECS）能用来备案，还剩 3 个名额",
        "Yes, i-1",
    );
    let mut bad = instance();
    (bad.months, bad.public_bandwidth, bad.expires_on) = (1, false, date(2019, 8, 1));
    let bad = check_server(&book, &bad, 0, today);
    begins(|voice| words::check_server::text(voice, &book, &bad), "不可以，i-1", "No, i-1");
    let text = words::check_server::text(Voice::Chinese, &book, &bad);
    assert!(["带宽", "续费", "3 个月", "2019-08-01"].iter().all(|part| text.contains(part)), "{text}");
    let mut unlisted = instance();
    unlisted.product = "rds".into();
    let unlisted = check_server(&book, &unlisted, 0, today);
    begins(|voice| words::check_server::text(voice, &book, &unlisted), "不可以，i-1", "No, i-1");
}

#[test]
fn every_state_of_an_order() {
    let book = book();
    for (state, chinese, english) in [
        (OrderState::Draft, "还是草稿", "is a draft"),
        (OrderState::ProviderReview, "在初审，提交后约 1 个工作日", "is in the provider's review"),
        (OrderState::ProviderRejected, "被初审驳回", "was rejected by the provider"),
        (OrderState::VerificationPending, "初审已通过", "has passed"),
        (OrderState::VerificationReview, "的核验照片在审", "The check of order"),
        (OrderState::Verified, "核验已通过，1 个工作日", "is verified"),
        (OrderState::SmsPending, "在等你做短信核验，收到短信后 48 小时", "waits for you to confirm"),
        (
            OrderState::AdministrationReview,
            "在管局审核中，预计 2019-08-22 到 2019-09-17",
            "is in the administration's review; expect",
        ),
        (OrderState::AdministrationRejected, "被管局驳回", "was rejected by the administration"),
        (OrderState::Approved, "已经通过", "has been approved"),
        (OrderState::Abandoned, "已经放弃", "was abandoned"),
    ] {
        let order = order(OrderType::First, state);
        let sent_at = Some("2019-08-19T02:00:00Z".parse().unwrap());
        let facts = StatusFacts { order: &order, reached_administration: Some(date(2019, 8, 19)), sent_at };
        let verdict = order_status(&book, &facts);
        let shown =
            words::order_status::Shown { order: &order, today: date(2019, 8, 20), sms_overdue: false };
        let text = |voice| words::order_status::text(voice, &book, &verdict, &shown);
        begins(
            text,
            &format!("订单 20190812001 {chinese}"),
            if english.starts_with("The") { "The check of order 20190812001" } else { "Order 20190812001" },
        );
        assert!(text(Voice::English).contains(english), "{state:?}");
    }
}

#[test]
fn an_overdue_review_says_so() {
    let book = book();
    let order = order(OrderType::First, OrderState::AdministrationReview);
    let facts = StatusFacts { order: &order, reached_administration: Some(date(2019, 7, 1)), sent_at: None };
    let verdict = order_status(&book, &facts);
    let shown = words::order_status::Shown { order: &order, today: date(2019, 8, 20), sms_overdue: false };
    let text = words::order_status::text(Voice::Chinese, &book, &verdict, &shown);
    assert!(text.contains("已经超过") && text.contains("95187"), "{text}");
}

#[test]
fn kinds_of_filing() {
    use DomainFiling as D;
    use EntityFiling as E;
    let book = book();
    for (domain, entity, mainland, chinese, english) in [
        (D::Unfiled, E::Unfiled, true, "你要办“首次备案”", "What you need is this: first filing"),
        (D::Elsewhere, E::Here, true, "你要办“继续接入”", "What you need is this: access filing"),
        (D::Here, E::Here, true, "不用再办备案", "You need no further filing"),
        (D::Unfiled, E::Unfiled, false, "不用备案", "You need no filing"),
        (D::Unfiled, E::WithoutWebsites, true, "先线下注销", "Deregister the old entity offline"),
    ] {
        let facts = FilingFacts {
            wish: Wish::OpenSite,
            domain,
            entity,
            server_in_mainland: mainland,
            legacy_filed_on: None,
        };
        let verdict = filing_type(&book, &facts);
        begins(
            |voice| words::filing_type::text(voice, &book, verdict, &facts, Some("example.com")),
            chinese,
            english,
        );
    }
}

#[test]
fn what_ending_does() {
    let book = book();
    for (ending, chinese, english) in [
        (Ending::CancelAccess, "取消接入后，a.tv 不能再通过", "After cancelling the access, a.tv"),
        (Ending::DeregisterWebsite, "注销网站后，a.tv 打不开", "After deregistering the website, a.tv"),
        (Ending::DeregisterEntity, "注销主体后，", "After deregistering the entity"),
    ] {
        let verdict = effects(&book, ending, &["a.tv"], AsOf::Newest);
        let text = |voice| words::effects::text(voice, &book, ending, &verdict, Some("a.tv"));
        begins(text, chinese, english);
        assert!(text(Voice::Chinese).contains("a.tv 的后缀没有工信部批复"), "{ending:?}");
    }
}

#[test]
fn shells() {
    let book = book();
    for (shell, chinese, english) in [
        (Some(true), "是的，a.com", "Yes, a.com counts"),
        (Some(false), "不是，a.com", "No, a.com isn't"),
        (None, "还不能确定，a.com", "I can't tell: a.com"),
    ] {
        let verdict = ShellSite {
            domain: "a.com".into(),
            shell,
            reasons: if shell == Some(true) { vec![ShellReason::ResolvesElsewhere] } else { Vec::new() },
            evidence: ShellEvidence {
                resolves_to: shell
                    .map(|shell| if shell { ResolvesTo::Elsewhere } else { ResolvesTo::ProviderMainland }),
                expired_on: None,
                not_verified: false,
            },
        };
        begins(|voice| words::shell_site_check::text(voice, &book, &verdict), chinese, english);
    }
}

#[test]
fn transfers() {
    let book = book();
    for (blockers, chinese, english) in [
        (vec![], "可以，你的备案能转移到账号 b", "Yes, your filing can be moved to account b"),
        (vec![TransferBlocker::TargetHasOrder, TransferBlocker::TargetHasEntity], "不可以，", "No, "),
        (vec![TransferBlocker::InternationalSite], "不可以，", "No, "),
    ] {
        let verdict = CanTransfer { allowed: blockers.is_empty(), blockers };
        begins(|voice| words::can_transfer::text(voice, &book, &verdict, "b"), chinese, english);
    }
}

#[test]
fn gifts() {
    let book = book();
    let order = order(OrderType::First, OrderState::Approved);
    let all = [
        GiftBlocker::NotSubscription,
        GiftBlocker::ProductExcluded,
        GiftBlocker::PlanExcluded,
        GiftBlocker::NotFirstWebsite,
        GiftBlocker::AlreadyGiven,
        GiftBlocker::ExpiredBeforeApproval,
        GiftBlocker::OutsideMainland,
        GiftBlocker::ChangeOrder,
    ];
    for (days, blockers, chinese, english) in [
        (Some(12), vec![], "可以，i-1（云服务器 ECS）能得到 12 天", "Yes, i-1"),
        (None, vec![], "可以送，i-1", "Yes, i-1"),
        (Some(0), all.to_vec(), "不可以，i-1", "No, i-1"),
    ] {
        let verdict =
            GiftTime { eligible: blockers.is_empty(), days, blockers, evidence: GiftEvidence::default() };
        begins(
            |voice| words::gift_time::text(voice, &book, &verdict, &instance(), Some(&order)),
            chinese,
            english,
        );
    }
}

#[test]
fn starts() {
    let open = order(OrderType::First, OrderState::Draft);
    for (blockers, chinese, english) in [
        (vec![], "可以，现在能提交“变更网站”", "Yes, you can start this now"),
        (
            vec![StartBlocker::OrderInProgress],
            "不可以，现在还不能提交“变更网站”",
            "No, you can't start this now",
        ),
        (
            vec![
                StartBlocker::NotFiledHere,
                StartBlocker::AccessCancelled,
                StartBlocker::AdministrationForbids,
            ],
            "不可以，",
            "No, ",
        ),
    ] {
        let verdict = CanStart {
            kind: OrderType::ChangeWebsite,
            allowed: blockers.is_empty(),
            blockers,
            open_orders: Vec::new(),
        };
        for stoppable in [true, false] {
            let text = |voice| words::can_start_order::text(voice, &verdict, &[&open], stoppable);
            begins(text, chinese, english);
            let blocked = verdict.blockers.contains(&StartBlocker::OrderInProgress);
            assert_eq!(text(Voice::Chinese).contains("或者放弃它"), blocked && stoppable);
        }
    }
}
