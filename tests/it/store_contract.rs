//! What every store must do. The tests take a [`Store`] that is empty; each database runs all of them, by `stores!`.

/// Runs each test of the contract on each database; `after` is done to one before its test.
macro_rules! stores {
    (after $first:ident: $($test:ident),+ $(,)?) => {
        mod in_memory {
            $(#[test]
            fn $test() {
                let store = beian::store::SqliteStore::in_memory().unwrap();
                super::$first(&store);
                super::$test(&store);
            })+
        }
        mod in_a_file {
            $(#[test]
            fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let store = beian::store::SqliteStore::open(&folder.path().join("beian.db")).unwrap();
                super::$first(&store);
                super::$test(&store);
            })+
        }
        mod in_postgres {
            $(#[test]
            fn $test() {
                crate::store_contract::postgres::with_a_store(|store| {
                    super::$first(store);
                    super::$test(store);
                });
            })+
        }
    };
    ($($test:ident),+ $(,)?) => {
        fn nothing(_: &dyn beian::store::Database) {}
        stores!(after nothing: $($test),+);
    };
}

mod acts;
mod conversations;
mod generate;
mod injections;
pub(crate) mod postgres;
mod queue;
mod upkeep;
mod versions;

use beian::domain::records::RecordSet;
use beian::store::{Imported, SqliteStore, Store, StoreError, open, read_record_bytes, read_record_set};
use proptest::prelude::*;
use serde_json::{Value, json};

stores!(
    an_empty_store_knows_nothing,
    an_export_is_what_was_imported,
    texts_are_kept_as_they_were_written,
    importing_twice_changes_nothing,
    a_known_record_is_replaced_where_it_stands,
    a_set_may_refer_to_what_is_already_there,
    an_import_is_all_or_nothing,
    a_used_service_number_stays_used,
    people_are_found_by_channel_and_user,
    a_case_file_is_one_account_and_no_more,
    owners_are_found,
    domains_are_found_whatever_their_case,
    hostile_text_is_only_text,
);

fn demo() -> RecordSet {
    read_record_bytes(include_bytes!("../../demo/records.json")).unwrap()
}

fn set(value: &Value) -> RecordSet {
    read_record_set(&value.to_string()).unwrap()
}

fn json_of(set: &RecordSet) -> Value {
    serde_json::to_value(set).unwrap()
}

fn an_empty_store_knows_nothing(store: &dyn Store) {
    assert_eq!(store.export().unwrap(), RecordSet::default());
    assert_eq!(store.import(&RecordSet::default()).unwrap(), Imported::default());
    assert_eq!(store.case_file("a").unwrap(), RecordSet::default());
    assert_eq!(store.account("a").unwrap(), None);
    assert_eq!(store.owner_of_order("20190812001").unwrap(), None);
    assert_eq!(store.owner_of_instance("i-1").unwrap(), None);
    assert_eq!(store.owners_of_domain("a.com").unwrap(), Vec::<String>::new());
    assert_eq!(store.domain("a.com").unwrap(), None);
}

fn an_export_is_what_was_imported(store: &dyn Store) {
    let demo = demo();
    let imported = store.import(&demo).unwrap();
    assert_eq!((imported.accounts, imported.orders, imported.total()), (3, 4, 33));
    assert_eq!(json_of(&store.export().unwrap()), json_of(&demo));
}

fn texts_are_kept_as_they_were_written(store: &dyn Store) {
    let written = json!({
        "accounts": [{"id": "z", "site": "international"}, {"id": "a", "site": "china"}],
        "instances": [
            {"id": "i-2", "account": "z", "product": "nat_gateway", "region": "hongkong", "billing": "subscription",
             "months": 1, "expires_on": "2027-01-01", "public_bandwidth": false, "amount_yuan": 99.50},
            {"id": "i-1", "account": "z", "product": "of the future", "region": "overseas", "billing": "pay_as_you_go",
             "months": 4_294_967_295_u32, "expires_on": "2027-01-01", "public_bandwidth": true, "amount_yuan": 1e20,
             "plan": "free"}
        ],
        "orders": [{"id": "20190812001", "account": "a", "type": "first", "domains": ["b.com", "a.com"], "province": "广东",
            "state": "draft", "waiting_for": "more_documents",
            "rejections": [{"stage": "provider", "reason": "phone_reused", "note": "", "at": "2019-08-12T02:00:00.5Z"}],
            "events": [{"at": "2019-08-12T01:00:00-01:00", "event": "created"},
                       {"at": "2019-08-12T10:00:00+08:00", "event": "verification_passed"}]}]
    });
    store.import(&set(&written)).unwrap();
    let read = json_of(&store.export().unwrap());
    assert_eq!(read, json_of(&set(&written)));
    assert_eq!(read["orders"][0]["events"][0]["at"], "2019-08-12T01:00:00-01:00");
    assert_eq!(read["instances"][0]["amount_yuan"].to_string(), "99.5");
    assert_eq!(read["accounts"][0]["id"], "z");
}

fn importing_twice_changes_nothing(store: &dyn Store) {
    store.import(&demo()).unwrap();
    store.import(&demo()).unwrap();
    assert_eq!(json_of(&store.export().unwrap()), json_of(&demo()));
}

fn a_known_record_is_replaced_where_it_stands(store: &dyn Store) {
    store.import(&demo()).unwrap();
    let mut expected = demo();
    expected.accounts[0].site = beian::domain::records::Site::International;
    expected.websites[0].domains = vec!["new-demo-example.com".to_owned()];
    expected.identities[0].role = beian::domain::records::Role::Admin;
    expected.domains[0].registrar = "另一家示例公司".into();
    expected.instances[0].months = 24;
    expected.orders[1].events.truncate(2);
    expected.orders[1].state = beian::domain::order::OrderState::ProviderReview;
    expected.orders[2].rejections.truncate(1);
    expected.entities[0].person.phone = "12000000009".into();
    expected.service_numbers[2].used_by = Some("20261117001".to_owned());
    let changed = RecordSet {
        accounts: vec![expected.accounts[0].clone()],
        identities: vec![expected.identities[0].clone()],
        entities: vec![expected.entities[0].clone()],
        websites: vec![expected.websites[0].clone()],
        domains: vec![expected.domains[0].clone()],
        instances: vec![expected.instances[0].clone()],
        service_numbers: vec![expected.service_numbers[2].clone()],
        // Another order than before within the file: their places in the store stay.
        orders: vec![expected.orders[2].clone(), expected.orders[1].clone()],
    };
    store.import(&changed).unwrap();
    assert_eq!(json_of(&store.export().unwrap()), json_of(&expected));
}

fn a_set_may_refer_to_what_is_already_there(store: &dyn Store) {
    store.import(&demo()).unwrap();
    let later = json!({
        "identities": [{"channel": "discord", "user": "1001", "account": "demo-account-1", "role": "applicant"}],
        "websites": [{"id": "w9", "entity": "demo-entity-1", "name": "示例站", "domains": [], "status": "unfiled",
            "resolves_to": "none"}],
        "service_numbers": [{"number": "n9", "instance": "i-demo1web01", "used_by": "an order nobody knows"}],
        "orders": [{"id": "20261122009", "account": "demo-account-1", "entity": "demo-entity-1", "type": "first",
            "province": "浙江", "state": "approved", "instance": "i-demo1web02"}]
    });
    assert_eq!(store.import(&set(&later)).unwrap().total(), 4);
    assert_eq!(store.owner_of_order("20261122009").unwrap().as_deref(), Some("demo-account-1"));
}

fn an_import_is_all_or_nothing(store: &dyn Store) {
    let before = set(&json!({"accounts": [{"id": "a", "site": "china"}]}));
    store.import(&before).unwrap();
    let mut bad = demo();
    bad.orders.last_mut().unwrap().state = beian::domain::order::OrderState::Approved;
    let refused = store.import(&bad).unwrap_err();
    assert!(matches!(refused, StoreError::Refused(_)), "{refused:?}");
    assert!(refused.to_string().starts_with("orders[3].state: "), "{refused}");
    assert_eq!(store.export().unwrap(), before);
    assert_eq!(store.identity("web", "demo-1").unwrap(), None);
}

fn a_used_service_number_stays_used(store: &dyn Store) {
    store.import(&demo()).unwrap();
    for other in [json!("20261117001"), Value::Null] {
        let other_use = json!({"service_numbers": [{"number": "demo-sn-1001", "instance": "i-demo1web01", "used_by": other}]});
        let refused = store.import(&set(&other_use)).unwrap_err().to_string();
        assert!(refused.starts_with("service_numbers[0].used_by: "), "{refused}");
    }
    assert_eq!(json_of(&store.export().unwrap()), json_of(&demo()));
}

fn people_are_found_by_channel_and_user(store: &dyn Store) {
    store.import(&demo()).unwrap();
    let applicant = store.identity("web", "demo-2").unwrap().unwrap();
    assert_eq!(applicant.account.as_deref(), Some("demo-account-2"));
    let agent = store.identity("web", "demo-agent").unwrap().unwrap();
    assert_eq!((agent.account, agent.role), (None, beian::domain::records::Role::Agent));
    assert_eq!(store.identity("discord", "demo-2").unwrap(), None);
    assert_eq!(store.identity("web", "DEMO-2").unwrap(), None);
}

fn a_case_file_is_one_account_and_no_more(store: &dyn Store) {
    store.import(&demo()).unwrap();
    let demo = demo();
    let file = store.case_file("demo-account-3").unwrap();
    let expected = RecordSet {
        accounts: vec![demo.accounts[2].clone()],
        identities: Vec::new(),
        entities: vec![demo.entities[2].clone()],
        websites: demo.websites.clone(),
        domains: demo.domains[2..].to_vec(),
        instances: demo.instances[4..].to_vec(),
        service_numbers: demo.service_numbers[5..].to_vec(),
        orders: vec![demo.orders[3].clone()],
    };
    assert_eq!(json_of(&file), json_of(&expected));
    // The orders of one account among the others', each with its own events.
    let first = store.case_file("demo-account-1").unwrap();
    assert_eq!(json_of(&first)["orders"], json!([demo.orders[0], demo.orders[1]]));
    assert_eq!(first.domains.len(), 1);
}

fn owners_are_found(store: &dyn Store) {
    let mut shared = demo();
    shared.orders[2].domains.push("YUELU-demo-example.org".to_owned());
    // An entity that belongs to no account here has no owner to name.
    let mut elsewhere = shared.entities[0].clone();
    elsewhere.id = "elsewhere".into();
    elsewhere.account = None;
    let mut website = shared.websites[0].clone();
    website.id = "w-elsewhere".into();
    website.entity.clone_from(&elsewhere.id);
    shared.entities.push(elsewhere);
    shared.websites.push(website);
    store.import(&shared).unwrap();
    assert_eq!(store.owner_of_order("20261116002").unwrap().as_deref(), Some("demo-account-2"));
    assert_eq!(store.owner_of_instance("i-demo3host01").unwrap().as_deref(), Some("demo-account-3"));
    let owners = store.owners_of_domain("yuelu-demo-example.org").unwrap();
    assert_eq!(owners, ["demo-account-2", "demo-account-3"]);
    // Named twice by one account's orders: one owner.
    assert_eq!(store.owners_of_domain("qinghe-demo-example.com").unwrap(), ["demo-account-1"]);
    assert_eq!(store.account("demo-account-1").unwrap(), Some(shared.accounts[0].clone()));
}

fn domains_are_found_whatever_their_case(store: &dyn Store) {
    store.import(&demo()).unwrap();
    let found = store.domain("Qinghe-DEMO-example.com").unwrap().unwrap();
    assert_eq!(found, demo().domains[0]);
    assert_eq!(store.domain("qinghe-demo-example").unwrap(), None);
    assert_eq!(store.domain("%").unwrap(), None);
}

fn hostile_text_is_only_text(store: &dyn Store) {
    let hostile = "'; DROP TABLE accounts; -- \u{0}\u{202e}😀";
    let mut named = demo();
    named.accounts.push(beian::domain::records::Account {
        id: hostile.to_owned(),
        site: beian::domain::records::Site::China,
    });
    named.entities[0].name = hostile.into();
    store.import(&named).unwrap();
    assert_eq!(store.account(hostile).unwrap(), named.accounts.last().cloned());
    assert_eq!(store.case_file(hostile).unwrap().accounts.len(), 1);
    assert_eq!(json_of(&store.export().unwrap()), json_of(&named));
}

fn makes_the_round_trip(store: &dyn Store, set: &RecordSet) -> Result<(), TestCaseError> {
    store.import(set).unwrap();
    let out = store.export().unwrap();
    prop_assert_eq!(json_of(&out), json_of(set));
    // What was written out can be read in again, here and elsewhere.
    let text = serde_json::to_string_pretty(&out).unwrap();
    let read = read_record_set(&text).unwrap();
    store.import(&read).unwrap();
    prop_assert_eq!(json_of(&store.export().unwrap()), json_of(set));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_valid_set_makes_the_round_trip(set in generate::record_set()) {
        makes_the_round_trip(&SqliteStore::in_memory().unwrap(), &set)?;
    }

    #[test]
    fn case_files_share_out_the_records(set in generate::record_set()) {
        let store = SqliteStore::in_memory().unwrap();
        store.import(&set).unwrap();
        let mut orders = 0;
        let mut instances = 0;
        for account in &set.accounts {
            let file = store.case_file(&account.id).unwrap();
            prop_assert!(file.orders.iter().all(|order| order.account == account.id));
            for order in &file.orders {
                prop_assert_eq!(store.owner_of_order(&order.id).unwrap(), Some(account.id.clone()));
            }
            orders += file.orders.len();
            instances += file.instances.len();
        }
        prop_assert_eq!((orders, instances), (set.orders.len(), set.instances.len()));
    }
}

/// What only a database in a file can show.
mod files {
    use super::*;

    #[test]
    fn records_are_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("records.db").display());
        open(&url).unwrap().import(&demo()).unwrap();
        assert_eq!(json_of(&open(&url).unwrap().export().unwrap()), json_of(&demo()));
    }

    #[test]
    fn two_programs_may_use_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.db");
        // Opened at the same time too: one of them makes the tables.
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let store = SqliteStore::open(&path).unwrap();
                    for _ in 0..3 {
                        store.import(&demo()).unwrap();
                    }
                });
            }
        });
        assert_eq!(json_of(&SqliteStore::open(&path).unwrap().export().unwrap()), json_of(&demo()));
    }

    /// Each makes the new file keep a log and makes the tables, unless another one was faster.
    #[test]
    fn programs_may_start_on_a_new_file_at_the_same_moment() {
        for _ in 0..30 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("records.db");
            let together = std::sync::Barrier::new(6);
            std::thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| {
                        together.wait();
                        SqliteStore::open(&path).unwrap()
                    });
                }
            });
        }
    }

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.db");
        SqliteStore::open(&path).unwrap().import(&demo()).unwrap();
        let version = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let latest: i64 = rusqlite::Connection::open(&path)
            .unwrap()
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        version("PRAGMA user_version = 99");
        let error = SqliteStore::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
        version(&format!("PRAGMA user_version = {latest}"));
        assert_eq!(json_of(&SqliteStore::open(&path).unwrap().export().unwrap()), json_of(&demo()));
    }

    #[test]
    fn what_cannot_be_opened_is_one_clear_line() {
        let folder = tempfile::tempdir().unwrap();
        let text_file = folder.path().join("notes.txt");
        std::fs::write(&text_file, "not a database, but long enough to be looked at as one ".repeat(40))
            .unwrap();
        let missing = folder.path().join("no such folder").join("records.db");
        for path in [folder.path().to_path_buf(), text_file.clone(), missing] {
            let error = open(&path.display().to_string()).err().expect("refused").to_string();
            assert!(error.contains(&path.display().to_string()) && !error.contains('\n'), "{error}");
        }
        assert!(std::fs::read_to_string(text_file).unwrap().starts_with("not a database"));
    }
}
