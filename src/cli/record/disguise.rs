//! Invented names for real ones, the same everywhere: in the records that a conversation touched, and in what was typed.
//!
//! What a rule looks at stays: suffixes of domains, provinces, dates, states, products.

use std::collections::BTreeMap;

use crate::domain::records::RecordSet;
use crate::understand::entities::registrable;

/// Real names with the invented ones that stand for them.
#[derive(Debug, Default)]
pub(super) struct Disguise {
    names: BTreeMap<String, String>,
    /// How many of each kind there are.
    counts: BTreeMap<&'static str, usize>,
}

/// What a name is a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Account,
    User,
    Entity,
    EntityName,
    Person,
    IdNumber,
    Phone,
    Website,
    WebsiteName,
    Domain,
    Registrar,
    Instance,
    ServiceNumber,
    Order,
    IcpNumber,
}

impl Disguise {
    /// The invented name for a real one.
    pub(super) fn of(&mut self, kind: Kind, real: &str) -> String {
        if real.is_empty() {
            return String::new();
        }
        if let Some(known) = self.names.get(real) {
            return known.clone();
        }
        let invented = match kind {
            Kind::Domain => self.domain(real),
            Kind::Account => format!("account-{}", self.next("account")),
            Kind::User => format!("user-{}", self.next("user")),
            Kind::Entity => format!("entity-{}", self.next("entity")),
            Kind::EntityName => format!("示例主体{}", self.next("entity name")),
            Kind::Person => format!("示例人{}", self.next("person")),
            // No division of the country has these, so that they are nobody's.
            Kind::IdNumber => format!("9900{:014}", self.next("id number")),
            Kind::Phone => format!("120{:08}", self.next("phone")),
            Kind::Website => format!("website-{}", self.next("website")),
            Kind::WebsiteName => format!("示例网站{}", self.next("website name")),
            Kind::Registrar => format!("示例注册商{}", self.next("registrar")),
            Kind::Instance => format!("i-example{:03}", self.next("instance")),
            Kind::ServiceNumber => format!("example-sn-{:03}", self.next("service number")),
            Kind::Order => format!("9900{:07}", self.next("order")),
            Kind::IcpNumber => format!("示例ICP备9900{:04}号", self.next("icp number")),
        };
        self.names.insert(real.to_owned(), invented.clone());
        invented
    }

    fn next(&mut self, kind: &'static str) -> usize {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        *count
    }

    /// Another name under the same suffix, with the same labels before it.
    fn domain(&mut self, real: &str) -> String {
        let lower = real.to_lowercase();
        let own = registrable(&lower).unwrap_or_else(|| lower.clone());
        if own != lower
            && let Some(below) = lower.strip_suffix(&own)
        {
            let above = self.of(Kind::Domain, &own);
            return format!("{below}{above}");
        }
        let suffix = own.split_once('.').map_or("example", |(_, suffix)| suffix).to_owned();
        let number = self.next("domain");
        format!("example{number}.{suffix}")
    }

    /// The records with every name of somebody replaced; references still resolve.
    pub(super) fn records(&mut self, mut set: RecordSet) -> RecordSet {
        let change = |disguise: &mut Self, kind: Kind, text: &mut String| *text = disguise.of(kind, text);
        for account in &mut set.accounts {
            change(self, Kind::Account, &mut account.id);
        }
        for identity in &mut set.identities {
            change(self, Kind::User, &mut identity.user);
            identity.account.iter_mut().for_each(|account| change(self, Kind::Account, account));
        }
        for entity in &mut set.entities {
            change(self, Kind::Entity, &mut entity.id);
            entity.account.iter_mut().for_each(|account| change(self, Kind::Account, account));
            change(self, Kind::EntityName, &mut entity.name);
            change(self, Kind::IdNumber, &mut entity.id_number);
            entity.icp_number.iter_mut().for_each(|number| change(self, Kind::IcpNumber, number));
            change(self, Kind::Person, &mut entity.person.name);
            change(self, Kind::IdNumber, &mut entity.person.id_number);
            change(self, Kind::Phone, &mut entity.person.phone);
        }
        for website in &mut set.websites {
            change(self, Kind::Website, &mut website.id);
            change(self, Kind::Entity, &mut website.entity);
            change(self, Kind::WebsiteName, &mut website.name);
            website.domains.iter_mut().for_each(|domain| change(self, Kind::Domain, domain));
            website.icp_number.iter_mut().for_each(|number| change(self, Kind::IcpNumber, number));
        }
        for domain in &mut set.domains {
            change(self, Kind::Domain, &mut domain.name);
            change(self, Kind::Registrar, &mut domain.registrar);
            change(self, Kind::EntityName, &mut domain.holder.name);
            change(self, Kind::IdNumber, &mut domain.holder.id_number);
        }
        for instance in &mut set.instances {
            change(self, Kind::Instance, &mut instance.id);
            change(self, Kind::Account, &mut instance.account);
        }
        for order in &mut set.orders {
            change(self, Kind::Order, &mut order.id);
            change(self, Kind::Account, &mut order.account);
            order.entity.iter_mut().for_each(|entity| change(self, Kind::Entity, entity));
            order.instance.iter_mut().for_each(|instance| change(self, Kind::Instance, instance));
            order.domains.iter_mut().for_each(|domain| change(self, Kind::Domain, domain));
            // What a reviewer wrote may name anybody, and no rule reads it.
            order.rejections.iter_mut().for_each(|rejection| rejection.note = None);
        }
        for number in &mut set.service_numbers {
            change(self, Kind::ServiceNumber, &mut number.number);
            change(self, Kind::Instance, &mut number.instance);
            number.used_by.iter_mut().for_each(|order| change(self, Kind::Order, order));
        }
        set
    }

    /// A text with every real name in it replaced, the longest first.
    pub(super) fn text(&self, text: &str) -> String {
        let mut names: Vec<(&String, &String)> = self.names.iter().collect();
        names.sort_by_key(|(real, _)| (std::cmp::Reverse(real.len()), *real));
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let found = names.iter().find(|(real, _)| stands_at(text, at, real));
            if let Some((real, invented)) = found {
                out.push_str(invented);
                at += real.len();
            } else {
                let character = text[at..].chars().next().unwrap_or_default();
                out.push(character);
                at += character.len_utf8().max(1);
            }
        }
        out
    }

    /// Every real name.
    #[cfg(test)]
    fn real(&self) -> std::collections::BTreeSet<&str> {
        // A name that stands for itself hides nothing: a record that was invented already.
        self.names.iter().filter(|(real, invented)| real != invented).map(|(real, _)| real.as_str()).collect()
    }
}

/// Whether a name stands at a place of a text, as a word of its own where it ends in letters or digits. ASCII letters
/// compare without regard to case.
fn stands_at(text: &str, at: usize, name: &str) -> bool {
    let Some(here) = text.as_bytes().get(at..at + name.len()) else { return false };
    if !here.eq_ignore_ascii_case(name.as_bytes()) {
        return false;
    }
    let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let begins_inside = word(name.as_bytes().first()) && at > 0 && word(bytes.get(at - 1));
    let ends_inside = word(name.as_bytes().last()) && word(bytes.get(at + name.len()));
    !begins_inside && !ends_inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store as _;

    #[test]
    fn one_name_is_one_name_everywhere() {
        let mut disguise = Disguise::default();
        assert_eq!(disguise.of(Kind::Domain, "qinghe.com.cn"), "example1.com.cn");
        assert_eq!(disguise.of(Kind::Domain, "www.qinghe.com.cn"), "www.example1.com.cn");
        assert_eq!(disguise.of(Kind::Domain, "other.xyz"), "example2.xyz");
        assert_eq!(disguise.of(Kind::Order, "20190812001"), "99000000001");
        let text = "订单20190812001用的是www.Qinghe.com.cn和QINGHE.com.cn，201908120011不是";
        assert_eq!(
            disguise.text(text),
            "订单99000000001用的是www.example1.com.cn和example1.com.cn，201908120011不是"
        );
    }

    #[test]
    fn the_sample_records_still_hold_when_disguised_and_name_nobody() {
        let text = include_str!("../../../demo/records.json");
        let records = crate::store::read_record_set(text).unwrap();
        let mut disguise = Disguise::default();
        let disguised = disguise.records(records);
        let out = serde_json::to_string(&disguised).unwrap();
        for real in disguise.real() {
            assert!(!out.contains(&format!("\"{real}\"")), "{real}");
        }
        crate::store::SqliteStore::in_memory().unwrap().import(&disguised).unwrap();
    }
}
