//! Records for the tests of the rules: all in order, to be bent by each test.

use jiff::civil::date;

use crate::moment::Moment;
use crate::order::{Event, OrderState, OrderType};
use crate::records::{
    Account, Billing, Domain, Entity, EntityStatus, FiledWith, Holder, Instance, Nature, Order, OrderEvent,
    Person, RealName, RealNameStatus, Region, ResolvesTo, ServiceNumber, Site, Website, WebsiteStatus,
};

/// An enterprise filed with the provider.
pub(crate) fn entity(id: &str) -> Entity {
    Entity {
        id: id.into(),
        account: Some("a1".into()),
        name: "杭州示例有限公司".into(),
        nature: Nature::Enterprise,
        id_type: "营业执照".into(),
        id_number: "91330100TEST00001X".into(),
        province: "浙江".into(),
        icp_number: Some("浙ICP备00000001号".into()),
        status: EntityStatus::Filed,
        filed_with: Some(FiledWith::Provider),
        filed_on: Some(date(2018, 6, 1)),
        person: Person {
            name: "张三".into(),
            id_type: "身份证".into(),
            id_number: "33010019900101001X".into(),
            phone: "13000000000".into(),
            legal_representative: true,
        },
    }
}

/// A domain that belongs to [`entity`] and passes every check on 2019-08-20.
pub(crate) fn domain(name: &str) -> Domain {
    let owner = entity("e1");
    Domain {
        name: name.into(),
        registrar: "Registrar".into(),
        registrar_approved: true,
        expires_on: date(2020, 8, 20),
        holder: Holder { name: owner.name, id_type: owner.id_type, id_number: owner.id_number },
        real_name: RealName { status: RealNameStatus::Verified, verified_on: Some(date(2019, 1, 1)) },
    }
}

/// A website of [`entity`] filed with the provider and pointing at it.
pub(crate) fn website(id: &str) -> Website {
    Website {
        id: id.into(),
        entity: "e1".into(),
        name: "示例网站".into(),
        domains: vec!["example.com".into()],
        icp_number: Some("浙ICP备00000001号-1".into()),
        status: WebsiteStatus::Filed,
        filed_with: Some(FiledWith::Provider),
        filed_on: Some(date(2018, 6, 1)),
        resolves_to: ResolvesTo::ProviderMainland,
    }
}

/// An instance that fulfils every term.
pub(crate) fn instance(id: &str, product: &str) -> Instance {
    Instance {
        id: id.into(),
        account: "a1".into(),
        product: product.into(),
        region: Region::Mainland,
        billing: Billing::Subscription,
        months: 12,
        expires_on: date(2020, 8, 20),
        public_bandwidth: true,
        amount_yuan: Some(99.into()),
        plan: None,
    }
}

pub(crate) fn service_number(number: &str, instance: &str, used_by: Option<&str>) -> ServiceNumber {
    ServiceNumber { number: number.into(), instance: instance.into(), used_by: used_by.map(Into::into) }
}

pub(crate) fn account(id: &str, site: Site) -> Account {
    Account { id: id.into(), site }
}

/// An order without events.
pub(crate) fn order(id: &str, kind: OrderType, state: OrderState) -> Order {
    Order {
        id: id.into(),
        account: "a1".into(),
        entity: Some("e1".into()),
        kind,
        domains: vec!["example.com".into()],
        province: "浙江".into(),
        state,
        instance: Some("i-1".into()),
        waiting_for: None,
        rejections: Vec::new(),
        events: Vec::new(),
    }
}

pub(crate) fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

pub(crate) fn event(at: &str, event: Event) -> OrderEvent {
    OrderEvent { at: moment(at), event }
}
