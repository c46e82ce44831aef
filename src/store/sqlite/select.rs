//! Records out of the tables, in the order in which they came in: all of them, or one account's.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use crate::domain::records::{Order, RecordSet, Website};
use crate::store::StoreError;
use crate::store::rows::records::{
    account, domain, domain_name, entity, event, identity, instance, order, rejection, service_number,
    website,
};
use crate::store::rows::{Fields, text};

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
    let mut domains = grouped(connection, scope, "website", &sql, domain_name)?;
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
    let mut domains = grouped(connection, scope, "order_id", &sql, domain_name)?;
    let sql = of_orders("SELECT order_id, stage, reason, note, at FROM order_rejections");
    let mut rejections = grouped(connection, scope, "order_id", &sql, rejection)?;
    let sql = of_orders("SELECT order_id, at, event FROM order_events");
    let mut events = grouped(connection, scope, "order_id", &sql, event)?;
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
    read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut all = Vec::new();
    each(connection, scope, sql, |row| {
        all.push(read(row)?);
        Ok(())
    })?;
    Ok(all)
}

/// Parts of records by the record they belong to, which the column `owner` names.
fn grouped<T>(
    connection: &Connection,
    scope: Scope<'_>,
    owner: &'static str,
    sql: &str,
    read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
) -> Result<HashMap<String, Vec<T>>, StoreError> {
    let mut all: HashMap<String, Vec<T>> = HashMap::new();
    each(connection, scope, sql, |row| {
        all.entry(text(row, owner)?).or_default().push(read(row)?);
        Ok(())
    })?;
    Ok(all)
}
