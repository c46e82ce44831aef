//! Records out of the tables, in the order in which they came in: all of them, one account's, or one order.
//!
//! All in one question: each kind of row comes as JSON, so that a case file costs one round trip and is of one moment.

use std::collections::HashMap;

use postgres::GenericClient;

use super::fields::JsonRow;
use super::session::On;
use super::text::Text;
use crate::domain::records::{Order, RecordSet};
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

/// The tables in the order of [`RecordSet`]'s lists, then the parts of websites and orders: each with the column that orders its
/// rows, and the condition under which they are an account's.
const PARTS: [(&str, &str, &str); 12] = [
    ("accounts", "position", "id = $1"),
    ("identities", "position", "false"), // who speaks for an account isn't part of its case
    ("entities", "position", "account = $1"),
    ("websites", "position", "id IN (SELECT id FROM its_websites)"),
    (
        "domains",
        "position",
        "lower(name) IN (SELECT lower(name) FROM website_domains WHERE website IN (SELECT id FROM its_websites) \
         UNION SELECT lower(name) FROM order_domains WHERE order_id IN (SELECT id FROM its_orders))",
    ),
    ("instances", "position", "account = $1"),
    ("service_numbers", "position", "instance IN (SELECT id FROM instances WHERE account = $1)"),
    ("orders", "position", "account = $1"),
    ("website_domains", "place", "website IN (SELECT id FROM its_websites)"),
    ("order_domains", "place", "order_id IN (SELECT id FROM its_orders)"),
    ("order_rejections", "place", "order_id IN (SELECT id FROM its_orders)"),
    ("order_events", "place", "order_id IN (SELECT id FROM its_orders)"),
];

/// One account's websites and orders, for what hangs on them.
const ITS: &str = "WITH its_websites AS MATERIALIZED \
     (SELECT w.id FROM websites w JOIN entities e ON e.id = w.entity WHERE e.account = $1), \
     its_orders AS MATERIALIZED (SELECT id FROM orders WHERE account = $1) ";

/// An order with its parts.
const ONE_ORDER: [(usize, &str); 4] =
    [(7, "id = $1"), (9, "order_id = $1"), (10, "order_id = $1"), (11, "order_id = $1")];

/// The rows of each of [`PARTS`].
type Found = [Vec<JsonRow>; 12];

fn select(part: usize, condition: &str) -> String {
    let (table, place, _) = PARTS[part];
    format!("SELECT {part}, {place}, row_to_json(t)::text FROM {table} t WHERE {condition}")
}

fn find(on: &mut On<'_, impl GenericClient>, sql: &str, id: Option<&str>) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let rows = match id {
        Some(id) => on.query(sql, &[&Text(id)])?,
        None => on.query(sql, &[])?,
    };
    for row in rows {
        let part: i32 = row.try_get(0)?;
        if let Some(rows) = usize::try_from(part).ok().and_then(|part| found.get_mut(part)) {
            rows.push(JsonRow::parse(row.try_get(2)?)?);
        }
    }
    Ok(found)
}

/// The records of a scope.
pub(super) fn records(
    on: &mut On<'_, impl GenericClient>,
    scope: Scope<'_>,
) -> Result<RecordSet, StoreError> {
    let selects = (0..PARTS.len()).map(|part| match scope {
        Scope::All => select(part, "true"),
        Scope::Account(_) => select(part, PARTS[part].2),
    });
    let selects = selects.collect::<Vec<_>>().join(" UNION ALL ");
    let found = match scope {
        Scope::All => find(on, &format!("{selects} ORDER BY 1, 2"), None)?,
        Scope::Account(id) => find(on, &format!("{ITS}{selects} ORDER BY 1, 2"), Some(id))?,
    };
    let mut names = grouped(&found[8], "website", domain_name)?;
    let mut websites = list(&found[3], website)?;
    for website in &mut websites {
        website.domains = names.remove(&website.id).unwrap_or_default();
    }
    Ok(RecordSet {
        accounts: list(&found[0], account)?,
        identities: list(&found[1], identity)?,
        entities: list(&found[2], entity)?,
        websites,
        domains: list(&found[4], domain)?,
        instances: list(&found[5], instance)?,
        service_numbers: list(&found[6], service_number)?,
        orders: orders(&found)?,
    })
}

/// One order with everything of it.
pub(super) fn one_order(on: &mut On<'_, impl GenericClient>, id: &str) -> Result<Option<Order>, StoreError> {
    let selects = ONE_ORDER.map(|(part, condition)| select(part, condition)).join(" UNION ALL ");
    let found = find(on, &format!("{selects} ORDER BY 1, 2"), Some(id))?;
    Ok(orders(&found)?.pop())
}

fn orders(found: &Found) -> Result<Vec<Order>, StoreError> {
    let mut domains = grouped(&found[9], "order_id", domain_name)?;
    let mut rejections = grouped(&found[10], "order_id", rejection)?;
    let mut events = grouped(&found[11], "order_id", event)?;
    let mut orders = list(&found[7], order)?;
    for order in &mut orders {
        order.domains = domains.remove(&order.id).unwrap_or_default();
        order.rejections = rejections.remove(&order.id).unwrap_or_default();
        order.events = events.remove(&order.id).unwrap_or_default();
    }
    Ok(orders)
}

fn list<T>(
    rows: &[JsonRow],
    read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(|row| read(row)).collect()
}

/// Parts of records by the record they belong to, which the column `owner` names.
fn grouped<T>(
    rows: &[JsonRow],
    owner: &'static str,
    read: impl Fn(&dyn Fields) -> Result<T, StoreError>,
) -> Result<HashMap<String, Vec<T>>, StoreError> {
    let mut all: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        all.entry(text(row, owner)?).or_default().push(read(row)?);
    }
    Ok(all)
}
