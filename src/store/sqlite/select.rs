//! Records out of the tables, in the order in which they came in: all of them, or one account's.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::text::{date, moment, optional_date, optional_number, optional_variant, variant};
use crate::domain::records::{
    Account, Domain, Entity, Holder, Identity, Instance, Order, OrderEvent, Person, RealName, RecordSet,
    Rejection, ServiceNumber, Website,
};
use crate::store::StoreError;

/// Which records.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    All,
    Account(&'a str),
}

const ENTITIES: &str = "SELECT * FROM entities";
const WEBSITES: &str = "SELECT * FROM websites";
pub(super) const DOMAINS: &str = "SELECT * FROM domains";
const INSTANCES: &str = "SELECT * FROM instances";
const SERVICE_NUMBERS: &str = "SELECT number, instance, used_by FROM service_numbers";
const ORDERS: &str = "SELECT * FROM orders";

/// One account's websites and instances, for what hangs on them.
const ITS_WEBSITES: &str =
    "SELECT id FROM websites WHERE entity IN (SELECT id FROM entities WHERE account = ?1)";
const ITS_INSTANCES: &str = "SELECT id FROM instances WHERE account = ?1";
const ITS_ORDERS: &str = "SELECT id FROM orders WHERE account = ?1";

/// The records of a scope. One account's have no identities: who speaks for it isn't part of its case.
pub(super) fn records(connection: &Connection, scope: Scope<'_>) -> Result<RecordSet, StoreError> {
    let by_account = "account = ?1";
    let from = |table: &str, condition: &str| match scope {
        Scope::All => format!("{table} ORDER BY position"),
        Scope::Account(_) => format!("{table} WHERE {condition} ORDER BY position"),
    };
    let its_domains = format!(
        "name IN (SELECT name FROM website_domains WHERE website IN ({ITS_WEBSITES}) \
         UNION SELECT name FROM order_domains WHERE order_id IN ({ITS_ORDERS}))"
    );
    let mut set = RecordSet {
        accounts: list(connection, scope, &from("SELECT id, site FROM accounts", "id = ?1"), account)?,
        identities: match scope {
            Scope::All => list(
                connection,
                scope,
                &from("SELECT channel, user, account, role FROM identities", ""),
                identity,
            )?,
            Scope::Account(_) => Vec::new(),
        },
        entities: list(connection, scope, &from(ENTITIES, by_account), entity)?,
        websites: list(connection, scope, &from(WEBSITES, &format!("id IN ({ITS_WEBSITES})")), website)?,
        domains: list(connection, scope, &from(DOMAINS, &its_domains), domain)?,
        instances: list(connection, scope, &from(INSTANCES, by_account), instance)?,
        service_numbers: list(
            connection,
            scope,
            &from(SERVICE_NUMBERS, &format!("instance IN ({ITS_INSTANCES})")),
            service_number,
        )?,
        orders: list(connection, scope, &from(ORDERS, by_account), order)?,
    };
    fill_websites(connection, scope, &mut set.websites)?;
    fill_orders(connection, scope, ITS_ORDERS, &mut set.orders)?;
    Ok(set)
}

/// One order with everything of it.
pub(super) fn one_order(connection: &Connection, id: &str) -> Result<Option<Order>, StoreError> {
    // The id stands where an account's does otherwise: it is the only parameter.
    let by_id = Scope::Account(id);
    let mut found = list(connection, by_id, &format!("{ORDERS} WHERE id = ?1"), order)?;
    fill_orders(connection, by_id, "?1", &mut found)?;
    Ok(found.pop())
}

/// The domains of the websites, which stand in a table of their own.
fn fill_websites(
    connection: &Connection,
    scope: Scope<'_>,
    websites: &mut [Website],
) -> Result<(), StoreError> {
    let sql = parts("SELECT website, name FROM website_domains", "website", ITS_WEBSITES, scope);
    let mut domains = grouped(connection, scope, &sql, |row| Ok(row.get(1)?))?;
    for website in websites {
        website.domains = domains.remove(&website.id).unwrap_or_default();
    }
    Ok(())
}

/// The domains, rejections and events of the orders; `its` says which where the scope is one account's.
fn fill_orders(
    connection: &Connection,
    scope: Scope<'_>,
    its: &str,
    orders: &mut [Order],
) -> Result<(), StoreError> {
    let of_orders = |select: &str| parts(select, "order_id", its, scope);
    let sql = of_orders("SELECT order_id, name FROM order_domains");
    let mut domains = grouped(connection, scope, &sql, |row| Ok(row.get(1)?))?;
    let sql = of_orders("SELECT order_id, stage, reason, note, at FROM order_rejections");
    let mut rejections = grouped(connection, scope, &sql, rejection)?;
    let sql = of_orders("SELECT order_id, at, event FROM order_events");
    let mut events = grouped(connection, scope, &sql, event)?;
    for order in orders {
        order.domains = domains.remove(&order.id).unwrap_or_default();
        order.rejections = rejections.remove(&order.id).unwrap_or_default();
        order.events = events.remove(&order.id).unwrap_or_default();
    }
    Ok(())
}

/// A select of the parts of records, in their places.
fn parts(select: &str, owner: &str, its: &str, scope: Scope<'_>) -> String {
    match scope {
        Scope::All => format!("{select} ORDER BY {owner}, place"),
        Scope::Account(_) => format!("{select} WHERE {owner} IN ({its}) ORDER BY {owner}, place"),
    }
}

fn each(
    connection: &Connection,
    scope: Scope<'_>,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = match scope {
        Scope::All => statement.query([])?,
        Scope::Account(account) => statement.query([account])?,
    };
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

fn list<T>(
    connection: &Connection,
    scope: Scope<'_>,
    sql: &str,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut all = Vec::new();
    each(connection, scope, sql, |row| {
        all.push(read(row)?);
        Ok(())
    })?;
    Ok(all)
}

/// Parts of records by the record they belong to, which is the first column.
fn grouped<T>(
    connection: &Connection,
    scope: Scope<'_>,
    sql: &str,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<HashMap<String, Vec<T>>, StoreError> {
    let mut all: HashMap<String, Vec<T>> = HashMap::new();
    each(connection, scope, sql, |row| {
        all.entry(row.get(0)?).or_default().push(read(row)?);
        Ok(())
    })?;
    Ok(all)
}

pub(super) fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account { id: row.get("id")?, site: variant(row, "site")? })
}

pub(super) fn identity(row: &Row<'_>) -> Result<Identity, StoreError> {
    Ok(Identity {
        channel: row.get("channel")?,
        user: row.get("user")?,
        account: row.get("account")?,
        role: variant(row, "role")?,
    })
}

fn entity(row: &Row<'_>) -> Result<Entity, StoreError> {
    Ok(Entity {
        id: row.get("id")?,
        account: row.get("account")?,
        name: row.get("name")?,
        nature: variant(row, "nature")?,
        id_type: row.get("id_type")?,
        id_number: row.get("id_number")?,
        province: row.get("province")?,
        icp_number: row.get("icp_number")?,
        status: variant(row, "status")?,
        filed_with: optional_variant(row, "filed_with")?,
        filed_on: optional_date(row, "filed_on")?,
        person: Person {
            name: row.get("person_name")?,
            id_type: row.get("person_id_type")?,
            id_number: row.get("person_id_number")?,
            phone: row.get("person_phone")?,
            legal_representative: row.get("person_legal_representative")?,
        },
    })
}

fn website(row: &Row<'_>) -> Result<Website, StoreError> {
    Ok(Website {
        id: row.get("id")?,
        entity: row.get("entity")?,
        name: row.get("name")?,
        domains: Vec::new(),
        icp_number: row.get("icp_number")?,
        status: variant(row, "status")?,
        filed_with: optional_variant(row, "filed_with")?,
        filed_on: optional_date(row, "filed_on")?,
        resolves_to: variant(row, "resolves_to")?,
    })
}

pub(super) fn domain(row: &Row<'_>) -> Result<Domain, StoreError> {
    Ok(Domain {
        name: row.get("name")?,
        registrar: row.get("registrar")?,
        registrar_approved: row.get("registrar_approved")?,
        expires_on: date(row, "expires_on")?,
        holder: Holder {
            name: row.get("holder_name")?,
            id_type: row.get("holder_id_type")?,
            id_number: row.get("holder_id_number")?,
        },
        real_name: RealName {
            status: variant(row, "real_name_status")?,
            verified_on: optional_date(row, "real_name_verified_on")?,
        },
    })
}

fn instance(row: &Row<'_>) -> Result<Instance, StoreError> {
    Ok(Instance {
        id: row.get("id")?,
        account: row.get("account")?,
        product: row.get("product")?,
        region: variant(row, "region")?,
        billing: variant(row, "billing")?,
        months: row.get("months")?,
        expires_on: date(row, "expires_on")?,
        public_bandwidth: row.get("public_bandwidth")?,
        amount_yuan: optional_number(row, "amount_yuan")?,
        plan: optional_variant(row, "plan")?,
    })
}

fn service_number(row: &Row<'_>) -> Result<ServiceNumber, StoreError> {
    Ok(ServiceNumber {
        number: row.get("number")?,
        instance: row.get("instance")?,
        used_by: row.get("used_by")?,
    })
}

fn order(row: &Row<'_>) -> Result<Order, StoreError> {
    Ok(Order {
        id: row.get("id")?,
        account: row.get("account")?,
        entity: row.get("entity")?,
        kind: variant(row, "type")?,
        domains: Vec::new(),
        province: row.get("province")?,
        state: variant(row, "state")?,
        instance: row.get("instance")?,
        waiting_for: optional_variant(row, "waiting_for")?,
        rejections: Vec::new(),
        events: Vec::new(),
    })
}

fn rejection(row: &Row<'_>) -> Result<Rejection, StoreError> {
    Ok(Rejection {
        stage: variant(row, "stage")?,
        reason: variant(row, "reason")?,
        note: row.get("note")?,
        at: moment(row, "at")?,
    })
}

fn event(row: &Row<'_>) -> Result<OrderEvent, StoreError> {
    Ok(OrderEvent { at: moment(row, "at")?, event: variant(row, "event")? })
}
