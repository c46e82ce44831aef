//! The names of states, types and products as people read them.

use super::Voice;
use crate::domain::order::{OrderState, OrderType};
use crate::domain::rules::book::RuleBook;

pub fn state(voice: Voice, state: OrderState) -> &'static str {
    let (chinese, english) = match state {
        OrderState::Draft => ("草稿", "draft"),
        OrderState::ProviderReview => ("初审中", "in the provider's review"),
        OrderState::ProviderRejected => ("初审驳回", "rejected by the provider"),
        OrderState::VerificationPending => {
            ("待核验（人脸或幕布拍照）", "waiting for the face or backdrop check")
        }
        OrderState::VerificationReview => ("核验审核中", "verification under review"),
        OrderState::Verified => ("核验通过，待提交管局", "verified, about to go to the administration"),
        OrderState::SmsPending => ("待短信核验", "waiting for the SMS code"),
        OrderState::AdministrationReview => ("管局审核中", "in the administration's review"),
        OrderState::AdministrationRejected => ("管局驳回", "rejected by the administration"),
        OrderState::Approved => ("已通过", "approved"),
        OrderState::Abandoned => ("已放弃", "abandoned"),
    };
    voice.pick(chinese, english)
}

pub fn order_type(voice: Voice, kind: OrderType) -> &'static str {
    let (chinese, english) = match kind {
        OrderType::First => ("首次备案", "first filing"),
        OrderType::AddAccess => ("新增接入", "access filing (new here)"),
        OrderType::ResumeAccess => ("继续接入", "access filing (entity known here)"),
        OrderType::AddWebsite => ("新增网站", "adding a website"),
        OrderType::AddWebsiteElsewhere => {
            ("新增网站（原备案不在本平台）", "adding a website (entity filed elsewhere)")
        }
        OrderType::ChangeEntity => ("变更主体", "change of entity"),
        OrderType::ChangeWebsite => ("变更网站", "change of website"),
        OrderType::CancelAccess => ("取消接入", "cancelling access"),
        OrderType::DeregisterEntity => ("注销主体", "deregistering the entity"),
        OrderType::DeregisterWebsite => ("注销网站", "deregistering a website"),
        OrderType::Claim => ("认领", "claim"),
        OrderType::Import => ("导入", "import"),
        OrderType::Transfer => ("转移", "transfer"),
    };
    voice.pick(chinese, english)
}

/// A product by its key; the key itself where the table doesn't know it.
pub fn product<'a>(voice: Voice, book: &'a RuleBook, key: &'a str) -> &'a str {
    book.products.get(key).map_or(key, |product| voice.pick(product.name.as_str(), product.english.as_str()))
}

/// A province by its short name; the name itself where the table doesn't know it.
pub fn province<'a>(voice: Voice, book: &'a RuleBook, name: &'a str) -> &'a str {
    let known = book.provinces.province.iter().find(|province| province.name == name);
    known.map_or(name, |province| voice.pick(province.name.as_str(), province.english.as_str()))
}
