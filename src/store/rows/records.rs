//! Rows of the record set as types. What stands in tables of its own (domains, rejections, events) is filled in by the caller.

use super::{
    Fields, date, moment, optional_date, optional_number, optional_text, optional_variant, small_count, text,
    variant,
};
use crate::domain::records::{
    Account, Domain, Entity, Holder, Identity, Instance, Order, OrderEvent, Person, RealName, Rejection,
    ServiceNumber, Website,
};
use crate::store::StoreError;

pub(in crate::store) fn account(row: &dyn Fields) -> Result<Account, StoreError> {
    Ok(Account { id: text(row, "id")?, site: variant(row, "site")? })
}

pub(in crate::store) fn identity(row: &dyn Fields) -> Result<Identity, StoreError> {
    Ok(Identity {
        channel: text(row, "channel")?,
        user: text(row, "user")?,
        account: optional_text(row, "account")?,
        role: variant(row, "role")?,
    })
}

pub(in crate::store) fn entity(row: &dyn Fields) -> Result<Entity, StoreError> {
    Ok(Entity {
        id: text(row, "id")?,
        account: optional_text(row, "account")?,
        name: text(row, "name")?,
        nature: variant(row, "nature")?,
        id_type: text(row, "id_type")?,
        id_number: text(row, "id_number")?,
        province: text(row, "province")?,
        icp_number: optional_text(row, "icp_number")?,
        status: variant(row, "status")?,
        filed_with: optional_variant(row, "filed_with")?,
        filed_on: optional_date(row, "filed_on")?,
        person: Person {
            name: text(row, "person_name")?,
            id_type: text(row, "person_id_type")?,
            id_number: text(row, "person_id_number")?,
            phone: text(row, "person_phone")?,
            legal_representative: row.boolean("person_legal_representative")?,
        },
    })
}

pub(in crate::store) fn website(row: &dyn Fields) -> Result<Website, StoreError> {
    Ok(Website {
        id: text(row, "id")?,
        entity: text(row, "entity")?,
        name: text(row, "name")?,
        domains: Vec::new(),
        icp_number: optional_text(row, "icp_number")?,
        status: variant(row, "status")?,
        filed_with: optional_variant(row, "filed_with")?,
        filed_on: optional_date(row, "filed_on")?,
        resolves_to: variant(row, "resolves_to")?,
    })
}

pub(in crate::store) fn domain(row: &dyn Fields) -> Result<Domain, StoreError> {
    Ok(Domain {
        name: text(row, "name")?,
        registrar: text(row, "registrar")?,
        registrar_approved: row.boolean("registrar_approved")?,
        expires_on: date(row, "expires_on")?,
        holder: Holder {
            name: text(row, "holder_name")?,
            id_type: text(row, "holder_id_type")?,
            id_number: text(row, "holder_id_number")?,
        },
        real_name: RealName {
            status: variant(row, "real_name_status")?,
            verified_on: optional_date(row, "real_name_verified_on")?,
        },
    })
}

pub(in crate::store) fn instance(row: &dyn Fields) -> Result<Instance, StoreError> {
    Ok(Instance {
        id: text(row, "id")?,
        account: text(row, "account")?,
        product: text(row, "product")?,
        region: variant(row, "region")?,
        billing: variant(row, "billing")?,
        months: small_count(row, "months")?,
        expires_on: date(row, "expires_on")?,
        public_bandwidth: row.boolean("public_bandwidth")?,
        amount_yuan: optional_number(row, "amount_yuan")?,
        plan: optional_variant(row, "plan")?,
    })
}

pub(in crate::store) fn service_number(row: &dyn Fields) -> Result<ServiceNumber, StoreError> {
    Ok(ServiceNumber {
        number: text(row, "number")?,
        instance: text(row, "instance")?,
        used_by: optional_text(row, "used_by")?,
    })
}

pub(in crate::store) fn order(row: &dyn Fields) -> Result<Order, StoreError> {
    Ok(Order {
        id: text(row, "id")?,
        account: text(row, "account")?,
        entity: optional_text(row, "entity")?,
        kind: variant(row, "type")?,
        domains: Vec::new(),
        province: text(row, "province")?,
        state: variant(row, "state")?,
        instance: optional_text(row, "instance")?,
        waiting_for: optional_variant(row, "waiting_for")?,
        rejections: Vec::new(),
        events: Vec::new(),
    })
}

pub(in crate::store) fn rejection(row: &dyn Fields) -> Result<Rejection, StoreError> {
    Ok(Rejection {
        stage: variant(row, "stage")?,
        reason: variant(row, "reason")?,
        note: optional_text(row, "note")?,
        at: moment(row, "at")?,
    })
}

pub(in crate::store) fn event(row: &dyn Fields) -> Result<OrderEvent, StoreError> {
    Ok(OrderEvent { at: moment(row, "at")?, event: variant(row, "event")? })
}

/// A name in a list of domains.
pub(in crate::store) fn domain_name(row: &dyn Fields) -> Result<String, StoreError> {
    text(row, "name")
}
