//! An import, inside the transaction of the caller: records that are known are replaced where they stand.

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::records::check::{Known, References};
use crate::domain::records::{Domain, Entity, Instance, Order, RecordSet, Website};
use crate::store::StoreError;
use crate::store::rows::{name, optional_name};

/// What the store holds of what a set refers to.
pub(super) fn known(connection: &Connection, set: &RecordSet) -> Result<Known, StoreError> {
    let open = References::of(set);
    let mut known = Known::default();
    for (sql, ids, held) in [
        ("SELECT id FROM accounts WHERE id = ?1", &open.accounts, &mut known.accounts),
        ("SELECT id FROM entities WHERE id = ?1", &open.entities, &mut known.entities),
        ("SELECT id FROM instances WHERE id = ?1", &open.instances, &mut known.instances),
    ] {
        let mut statement = connection.prepare_cached(sql)?;
        for (_, id) in ids {
            held.extend(statement.query_row([id], |row| row.get::<_, String>(0)).optional()?);
        }
    }
    let mut statement = connection
        .prepare_cached("SELECT used_by FROM service_numbers WHERE number = ?1 AND used_by IS NOT NULL")?;
    for entry in &set.service_numbers {
        if let Some(order) = statement.query_row([&entry.number], |row| row.get(0)).optional()? {
            known.used_numbers.insert(entry.number.clone(), order);
        }
    }
    Ok(known)
}

/// Writes a set that was checked. Lists come in the order of their references, so that each finds what it refers to.
pub(super) fn records(connection: &Connection, set: &RecordSet) -> Result<(), StoreError> {
    for account in &set.accounts {
        connection
            .prepare_cached(
                "INSERT INTO accounts (id, site) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET site = excluded.site",
            )?
            .execute(params![account.id, name(account.site)?])?;
    }
    for identity in &set.identities {
        connection
            .prepare_cached(
                "INSERT INTO identities (channel, user, account, role) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (channel, user) DO UPDATE SET account = excluded.account, role = excluded.role",
            )?
            .execute(params![identity.channel, identity.user, identity.account, name(identity.role)?])?;
    }
    set.entities.iter().try_for_each(|entity| write_entity(connection, entity))?;
    set.websites.iter().try_for_each(|website| write_website(connection, website))?;
    set.domains.iter().try_for_each(|domain| write_domain(connection, domain))?;
    set.instances.iter().try_for_each(|instance| write_instance(connection, instance))?;
    for entry in &set.service_numbers {
        connection
            .prepare_cached(
                "INSERT INTO service_numbers (number, instance, used_by) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (number) DO UPDATE SET instance = excluded.instance, used_by = excluded.used_by",
            )?
            .execute(params![entry.number, entry.instance, entry.used_by])?;
    }
    set.orders.iter().try_for_each(|order| write_order(connection, order))
}

fn write_entity(connection: &Connection, entity: &Entity) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO entities (id, account, name, nature, id_type, id_number, province, icp_number, status, \
             filed_with, filed_on, person_name, person_id_type, person_id_number, person_phone, \
             person_legal_representative) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
             ON CONFLICT (id) DO UPDATE SET account = excluded.account, name = excluded.name, \
             nature = excluded.nature, id_type = excluded.id_type, id_number = excluded.id_number, \
             province = excluded.province, icp_number = excluded.icp_number, status = excluded.status, \
             filed_with = excluded.filed_with, filed_on = excluded.filed_on, person_name = excluded.person_name, \
             person_id_type = excluded.person_id_type, person_id_number = excluded.person_id_number, \
             person_phone = excluded.person_phone, \
             person_legal_representative = excluded.person_legal_representative",
        )?
        .execute(params![
            entity.id,
            entity.account,
            entity.name,
            name(entity.nature)?,
            entity.id_type,
            entity.id_number,
            entity.province,
            entity.icp_number,
            name(entity.status)?,
            optional_name(entity.filed_with)?,
            entity.filed_on.map(|date| date.to_string()),
            entity.person.name,
            entity.person.id_type,
            entity.person.id_number,
            entity.person.phone,
            entity.person.legal_representative,
        ])?;
    Ok(())
}

fn write_website(connection: &Connection, website: &Website) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO websites (id, entity, name, icp_number, status, filed_with, filed_on, resolves_to) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
             ON CONFLICT (id) DO UPDATE SET entity = excluded.entity, name = excluded.name, \
             icp_number = excluded.icp_number, status = excluded.status, filed_with = excluded.filed_with, \
             filed_on = excluded.filed_on, resolves_to = excluded.resolves_to",
        )?
        .execute(params![
            website.id,
            website.entity,
            website.name,
            website.icp_number,
            name(website.status)?,
            optional_name(website.filed_with)?,
            website.filed_on.map(|date| date.to_string()),
            name(website.resolves_to)?,
        ])?;
    connection.prepare_cached("DELETE FROM website_domains WHERE website = ?1")?.execute([&website.id])?;
    let mut statement = connection
        .prepare_cached("INSERT INTO website_domains (website, place, name) VALUES (?1, ?2, ?3)")?;
    for (place, domain) in (0_i64..).zip(&website.domains) {
        statement.execute(params![website.id, place, domain])?;
    }
    Ok(())
}

fn write_domain(connection: &Connection, domain: &Domain) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO domains (name, registrar, registrar_approved, expires_on, holder_name, holder_id_type, \
             holder_id_number, real_name_status, real_name_verified_on) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
             ON CONFLICT (name) DO UPDATE SET name = excluded.name, registrar = excluded.registrar, \
             registrar_approved = excluded.registrar_approved, expires_on = excluded.expires_on, \
             holder_name = excluded.holder_name, holder_id_type = excluded.holder_id_type, \
             holder_id_number = excluded.holder_id_number, real_name_status = excluded.real_name_status, \
             real_name_verified_on = excluded.real_name_verified_on",
        )?
        .execute(params![
            domain.name,
            domain.registrar,
            domain.registrar_approved,
            domain.expires_on.to_string(),
            domain.holder.name,
            domain.holder.id_type,
            domain.holder.id_number,
            name(domain.real_name.status)?,
            domain.real_name.verified_on.map(|date| date.to_string()),
        ])?;
    Ok(())
}

fn write_instance(connection: &Connection, instance: &Instance) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO instances (id, account, product, region, billing, months, expires_on, public_bandwidth, \
             amount_yuan, plan) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
             ON CONFLICT (id) DO UPDATE SET account = excluded.account, product = excluded.product, \
             region = excluded.region, billing = excluded.billing, months = excluded.months, \
             expires_on = excluded.expires_on, public_bandwidth = excluded.public_bandwidth, \
             amount_yuan = excluded.amount_yuan, plan = excluded.plan",
        )?
        .execute(params![
            instance.id,
            instance.account,
            instance.product,
            name(instance.region)?,
            name(instance.billing)?,
            instance.months,
            instance.expires_on.to_string(),
            instance.public_bandwidth,
            instance.amount_yuan.as_ref().map(ToString::to_string),
            optional_name(instance.plan)?,
        ])?;
    Ok(())
}

fn write_order(connection: &Connection, order: &Order) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO orders (id, account, entity, type, province, state, instance, waiting_for) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
             ON CONFLICT (id) DO UPDATE SET account = excluded.account, entity = excluded.entity, \
             type = excluded.type, province = excluded.province, state = excluded.state, \
             instance = excluded.instance, waiting_for = excluded.waiting_for",
        )?
        .execute(params![
            order.id,
            order.account,
            order.entity,
            order.kind.as_str(),
            order.province,
            order.state.as_str(),
            order.instance,
            optional_name(order.waiting_for)?,
        ])?;
    for sql in [
        "DELETE FROM order_domains WHERE order_id = ?1",
        "DELETE FROM order_rejections WHERE order_id = ?1",
        "DELETE FROM order_events WHERE order_id = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([&order.id])?;
    }
    let mut statement =
        connection.prepare_cached("INSERT INTO order_domains (order_id, place, name) VALUES (?1, ?2, ?3)")?;
    for (place, domain) in (0_i64..).zip(&order.domains) {
        statement.execute(params![order.id, place, domain])?;
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO order_rejections (order_id, place, stage, reason, note, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (place, rejection) in (0_i64..).zip(&order.rejections) {
        let (stage, reason) = (name(rejection.stage)?, name(rejection.reason)?);
        statement.execute(params![order.id, place, stage, reason, rejection.note, rejection.at.as_str()])?;
    }
    let mut statement = connection
        .prepare_cached("INSERT INTO order_events (order_id, place, at, event) VALUES (?1, ?2, ?3, ?4)")?;
    for (place, happened) in (0_i64..).zip(&order.events) {
        statement.execute(params![order.id, place, happened.at.as_str(), happened.event.as_str()])?;
    }
    Ok(())
}
