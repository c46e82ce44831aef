//! An import, inside the transaction of the caller: records that are known are replaced where they stand.
//!
//! Rows go as JSON, thousands to a statement: the server takes them apart by the table's own columns.

use postgres::GenericClient;
use serde_json::{Map, Value, json};

use super::first_text;
use super::session::On;
use super::text::{Text, written};
use crate::domain::records::check::{Known, References};
use crate::domain::records::{Domain, Entity, Instance, Order, RecordSet, Website};
use crate::store::StoreError;
use crate::store::rows::{name, optional_name};

/// Rows of a statement: some hundred kilobytes.
const AT_ONCE: usize = 2000;

/// What the store holds of what a set refers to.
pub(super) fn known(on: &mut On<'_, impl GenericClient>, set: &RecordSet) -> Result<Known, StoreError> {
    let open = References::of(set);
    let mut known = Known::default();
    for (sql, ids, held) in [
        ("SELECT id FROM accounts WHERE id = ANY($1)", &open.accounts, &mut known.accounts),
        ("SELECT id FROM entities WHERE id = ANY($1)", &open.entities, &mut known.entities),
        ("SELECT id FROM instances WHERE id = ANY($1)", &open.instances, &mut known.instances),
    ] {
        let ids: Vec<Text<'_>> = ids.iter().map(|(_, id)| Text(id)).collect();
        for ids in ids.chunks(AT_ONCE) {
            for row in on.query(sql, &[&ids])? {
                held.insert(first_text(&row)?);
            }
        }
    }
    let sql = "SELECT number, used_by FROM service_numbers WHERE number = ANY($1) AND used_by IS NOT NULL";
    for entries in set.service_numbers.chunks(AT_ONCE) {
        let numbers: Vec<Text<'_>> = entries.iter().map(|entry| Text(&entry.number)).collect();
        for row in on.query(sql, &[&numbers])? {
            let used_by: super::Back<'_> = row.try_get(1)?;
            known.used_numbers.insert(first_text(&row)?, used_by.0.into_owned());
        }
    }
    Ok(known)
}

/// Writes a set that was checked. Lists come in the order of their references, so that each finds what it refers to.
pub(super) fn records(on: &mut On<'_, impl GenericClient>, set: &RecordSet) -> Result<(), StoreError> {
    let rows = set.accounts.iter().map(|it| Ok(json!({"id": it.id, "site": name(it.site)?})));
    upsert(on, "accounts", &["id"], rows)?;
    let rows = set.identities.iter().map(|it| {
        let role = name(it.role)?;
        Ok(json!({"channel": it.channel, "user": it.user, "account": it.account, "role": role}))
    });
    upsert(on, "identities", &["channel", "user"], rows)?;
    upsert(on, "entities", &["id"], set.entities.iter().map(entity))?;
    upsert(on, "websites", &["id"], set.websites.iter().map(website))?;
    let ids: Vec<Text<'_>> = set.websites.iter().map(|it| Text(&it.id)).collect();
    on.execute("DELETE FROM website_domains WHERE website = ANY($1)", &[&ids])?;
    let domains = set.websites.iter().flat_map(|website| {
        let names = (0_i64..).zip(&website.domains);
        names.map(|(place, name)| Ok(json!({"website": website.id, "place": place, "name": name})))
    });
    insert(on, "website_domains", domains)?;
    upsert(on, "domains", &["lower(name)"], set.domains.iter().map(domain))?;
    upsert(on, "instances", &["id"], set.instances.iter().map(instance))?;
    let rows = set.service_numbers.iter();
    let rows =
        rows.map(|it| Ok(json!({"number": it.number, "instance": it.instance, "used_by": it.used_by})));
    upsert(on, "service_numbers", &["number"], rows)?;
    upsert(on, "orders", &["id"], set.orders.iter().map(order))?;
    order_parts(on, &set.orders)
}

fn entity(it: &Entity) -> Result<Value, StoreError> {
    Ok(json!({
        "id": it.id,
        "account": it.account,
        "name": it.name,
        "nature": name(it.nature)?,
        "id_type": it.id_type,
        "id_number": it.id_number,
        "province": it.province,
        "icp_number": it.icp_number,
        "status": name(it.status)?,
        "filed_with": optional_name(it.filed_with)?,
        "filed_on": it.filed_on,
        "person_name": it.person.name,
        "person_id_type": it.person.id_type,
        "person_id_number": it.person.id_number,
        "person_phone": it.person.phone,
        "person_legal_representative": it.person.legal_representative,
    }))
}

fn website(it: &Website) -> Result<Value, StoreError> {
    Ok(json!({
        "id": it.id,
        "entity": it.entity,
        "name": it.name,
        "icp_number": it.icp_number,
        "status": name(it.status)?,
        "filed_with": optional_name(it.filed_with)?,
        "filed_on": it.filed_on,
        "resolves_to": name(it.resolves_to)?,
    }))
}

#[expect(clippy::unnecessary_wraps, reason = "one shape for all kinds of rows")]
fn domain(it: &Domain) -> Result<Value, StoreError> {
    Ok(json!({
        "name": it.name,
        "registrar": it.registrar,
        "registrar_approved": it.registrar_approved,
        "expires_on": it.expires_on,
        "holder_name": it.holder.name,
        "holder_id_type": it.holder.id_type,
        "holder_id_number": it.holder.id_number,
        "real_name_status": it.real_name.status,
        "real_name_verified_on": it.real_name.verified_on,
    }))
}

fn instance(it: &Instance) -> Result<Value, StoreError> {
    Ok(json!({
        "id": it.id,
        "account": it.account,
        "product": it.product,
        "region": name(it.region)?,
        "billing": name(it.billing)?,
        "months": it.months,
        "expires_on": it.expires_on,
        "public_bandwidth": it.public_bandwidth,
        "amount_yuan": it.amount_yuan.as_ref().map(ToString::to_string),
        "plan": optional_name(it.plan)?,
    }))
}

fn order(it: &Order) -> Result<Value, StoreError> {
    Ok(json!({
        "id": it.id,
        "account": it.account,
        "entity": it.entity,
        "type": it.kind.as_str(),
        "province": it.province,
        "state": it.state.as_str(),
        "instance": it.instance,
        "waiting_for": optional_name(it.waiting_for)?,
    }))
}

fn order_parts(on: &mut On<'_, impl GenericClient>, orders: &[Order]) -> Result<(), StoreError> {
    let ids: Vec<Text<'_>> = orders.iter().map(|it| Text(&it.id)).collect();
    for sql in [
        "DELETE FROM order_domains WHERE order_id = ANY($1)",
        "DELETE FROM order_rejections WHERE order_id = ANY($1)",
        "DELETE FROM order_events WHERE order_id = ANY($1)",
    ] {
        on.execute(sql, &[&ids])?;
    }
    let domains = orders.iter().flat_map(|order| {
        let names = (0_i64..).zip(&order.domains);
        names.map(|(place, name)| Ok(json!({"order_id": order.id, "place": place, "name": name})))
    });
    insert(on, "order_domains", domains)?;
    let rejections = orders.iter().flat_map(|order| {
        (0_i64..).zip(&order.rejections).map(|(place, it)| {
            let (stage, reason) = (name(it.stage)?, name(it.reason)?);
            Ok(json!({"order_id": order.id, "place": place, "stage": stage, "reason": reason, "note": it.note,
                "at": it.at.as_str()}))
        })
    });
    insert(on, "order_rejections", rejections)?;
    let events = orders.iter().flat_map(|order| {
        (0_i64..).zip(&order.events).map(|(place, it)| {
            let event = it.event.as_str();
            Ok(json!({"order_id": order.id, "place": place, "at": it.at.as_str(), "event": event}))
        })
    });
    insert(on, "order_events", events)
}

/// Writes rows that take the place of those with the same key.
fn upsert(
    on: &mut On<'_, impl GenericClient>,
    table: &str,
    key: &[&str],
    rows: impl Iterator<Item = Result<Value, StoreError>>,
) -> Result<(), StoreError> {
    let key_columns: Vec<String> = key.iter().map(|column| quoted(column)).collect();
    write(on, table, rows, |columns| {
        let sets = columns.iter().filter(|column| !key_columns.contains(column));
        let sets: Vec<String> = sets.map(|column| format!("{column} = excluded.{column}")).collect();
        format!("ON CONFLICT ({}) DO UPDATE SET {}", key_columns.join(", "), sets.join(", "))
    })
}

/// Writes rows that are new.
pub(super) fn insert(
    on: &mut On<'_, impl GenericClient>,
    table: &str,
    rows: impl Iterator<Item = Result<Value, StoreError>>,
) -> Result<(), StoreError> {
    write(on, table, rows, |_| String::new())
}

fn write(
    on: &mut On<'_, impl GenericClient>,
    table: &str,
    rows: impl Iterator<Item = Result<Value, StoreError>>,
    conflict: impl Fn(&[String]) -> String,
) -> Result<(), StoreError> {
    let mut rows = rows.map(|row| row.map(storable));
    loop {
        let some: Vec<Map<String, Value>> = rows.by_ref().take(AT_ONCE).collect::<Result<_, _>>()?;
        let Some(first) = some.first() else { return Ok(()) };
        let columns: Vec<String> = first.keys().map(|column| quoted(column)).collect();
        let names = columns.join(", ");
        // A set is read in its order, and numbered as it is read.
        let sql = format!(
            "INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, $1::text::json) {}",
            conflict(&columns)
        );
        on.execute(
            &sql,
            &[&serde_json::to_string(&some).map_err(|error| StoreError::Database(Box::new(error)))?],
        )?;
    }
}

/// `user` is a word of the language.
pub(super) fn quoted(column: &str) -> String {
    if column == "user" { "\"user\"".to_owned() } else { column.to_owned() }
}

/// A row with its texts as PostgreSQL can keep them.
fn storable(row: Value) -> Map<String, Value> {
    let Value::Object(mut row) = row else { return Map::new() };
    for value in row.values_mut() {
        if let Value::String(text) = value
            && let std::borrow::Cow::Owned(other) = written(text)
        {
            *text = other;
        }
    }
    row
}
