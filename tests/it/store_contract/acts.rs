//! What every database must do when an order is moved or a speaker linked. The tests take one with the sample records.

use beian::domain::moment::Moment;
use beian::domain::order::{Event, OrderState};
use beian::domain::records::Role;
use beian::store::acts::{Acted, AuditRow, LinkCode, Linked, OrderAct};
use beian::store::{Database, SqliteStore};
use jiff::{SignedDuration, Timestamp};

use super::{demo, json_of, set};

stores!(after with_records:
    an_event_moves_the_order_and_leaves_a_row,
    an_illegal_event_changes_nothing,
    the_same_key_is_done_once,
    only_one_of_many_workers_acts,
    an_order_that_is_not_there_is_said,
    what_was_recorded_can_be_exported_and_imported,
    an_order_without_events_moves_by_its_state,
    an_event_is_never_before_the_last,
    forgetting_takes_the_name_off_the_audit,
    a_right_code_links_once,
    a_code_is_worn_out_by_wrong_tries,
    a_code_expires,
    no_code_makes_an_agent_an_applicant,
);

/// An order of the sample records that waits for verification: it can be stopped.
const STOPPABLE: &str = "20261117001";

fn with_records(store: &dyn Database) {
    store.import(&demo()).unwrap();
}

fn act<'a>(order: &'a str, event: Event, key: &'a str) -> OrderAct<'a> {
    OrderAct {
        order,
        event,
        at: Moment::parse("2026-11-30T10:00:00+08:00").unwrap(),
        sms_required: false,
        channel: "web",
        user: Some("demo-1"),
        action: "withdraw",
        key,
    }
}

fn done(acted: Acted) -> AuditRow {
    match acted {
        Acted::Done(row) => *row,
        other => panic!("{other:?}"),
    }
}

/// An order's state as the database has it.
fn state(store: &dyn Database, id: &str) -> OrderState {
    store.export().unwrap().orders.iter().find(|order| order.id == id).unwrap().state
}

fn stoppable() -> &'static str {
    let order = demo().orders.into_iter().find(|order| order.id == STOPPABLE).unwrap();
    assert_eq!(order.state, OrderState::VerificationPending, "the sample records have changed");
    STOPPABLE
}

fn an_event_moves_the_order_and_leaves_a_row(store: &dyn Database) {
    let row = done(store.record_event(&act(stoppable(), Event::Withdrawn, "k1")).unwrap());
    assert_eq!((row.before.state, row.after.state), (OrderState::VerificationPending, OrderState::Draft));
    assert_eq!(row.after.events.len(), row.before.events.len() + 1);
    assert_eq!((row.user.as_deref(), row.action.as_str()), (Some("demo-1"), "withdraw"));
    assert_eq!(state(store, STOPPABLE), OrderState::Draft);
    assert_eq!(store.audit_of(STOPPABLE).unwrap(), std::slice::from_ref(&row));
    let owned = store.case_file(&row.after.account).unwrap();
    assert!(owned.orders.contains(&row.after));
    // Nothing else has moved.
    let others = |orders: &[beian::domain::records::Order]| {
        orders.iter().filter(|order| order.id != STOPPABLE).cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&store.export().unwrap().orders), others(&demo().orders));
}

fn an_illegal_event_changes_nothing(store: &dyn Database) {
    let Acted::Illegal(illegal) =
        store.record_event(&act(stoppable(), Event::AdministrationApproved, "k1")).unwrap()
    else {
        panic!("it cannot be approved from there");
    };
    assert_eq!(illegal.state(), OrderState::VerificationPending);
    assert_eq!(json_of(&store.export().unwrap()), json_of(&demo()));
    assert_eq!(store.audit_of(STOPPABLE).unwrap(), []);
    // The key was not spent.
    done(store.record_event(&act(STOPPABLE, Event::Abandoned, "k1")).unwrap());
}

fn the_same_key_is_done_once(store: &dyn Database) {
    let first = done(store.record_event(&act(stoppable(), Event::Withdrawn, "k1")).unwrap());
    for event in [Event::Withdrawn, Event::Abandoned] {
        let again = store.record_event(&act(STOPPABLE, event, "k1")).unwrap();
        assert_eq!(again, Acted::Repeated(Box::new(first.clone())));
    }
    assert_eq!(store.audit_of(STOPPABLE).unwrap(), [first]);
}

fn only_one_of_many_workers_acts(store: &dyn Database) {
    let outcomes: Vec<Acted> = std::thread::scope(|scope| {
        let act = |worker: u32| {
            let key = format!("k{}", worker % 2);
            store.record_event(&act(stoppable(), Event::Abandoned, &key)).unwrap()
        };
        let workers: Vec<_> = (0..6).map(|worker| scope.spawn(move || act(worker))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let count = |fits: fn(&Acted) -> bool| outcomes.iter().filter(|acted| fits(acted)).count();
    assert_eq!(count(|acted| matches!(acted, Acted::Done(_))), 1, "{outcomes:?}");
    // Three had the same key as the one that acted, or came under the other key and were too late.
    assert_eq!(count(|acted| matches!(acted, Acted::Repeated(_))), 2, "{outcomes:?}");
    assert_eq!(count(|acted| matches!(acted, Acted::Illegal(_))), 3, "{outcomes:?}");
    assert_eq!(store.audit_of(STOPPABLE).unwrap().len(), 1);
}

fn an_order_that_is_not_there_is_said(store: &dyn Database) {
    let acted = store.record_event(&act("'; DROP TABLE orders; --", Event::Abandoned, "k1")).unwrap();
    assert_eq!(acted, Acted::NoSuchOrder);
}

fn what_was_recorded_can_be_exported_and_imported(store: &dyn Database) {
    for (number, event) in [Event::Withdrawn, Event::Submitted, Event::ProviderApproved].iter().enumerate() {
        done(store.record_event(&act(stoppable(), *event, &format!("k{number}"))).unwrap());
    }
    let out = store.export().unwrap();
    let other = SqliteStore::in_memory().unwrap();
    beian::store::Store::import(&other, &out).unwrap();
    assert_eq!(state(store, STOPPABLE), OrderState::VerificationPending);
}

fn an_order_without_events_moves_by_its_state(store: &dyn Database) {
    let bare = set(
        &serde_json::json!({"orders": [{"id": "20261130001", "account": "demo-account-1", "type": "first",
        "province": "浙江", "state": "provider_review", "waiting_for": "more_documents"}]}),
    );
    store.import(&bare).unwrap();
    let row = done(store.record_event(&act("20261130001", Event::Withdrawn, "k1")).unwrap());
    assert_eq!((row.after.state, row.after.waiting_for), (OrderState::Draft, None));
    // One event alone would lead nowhere: the record stays one that says where it stands.
    assert_eq!(row.after.events, []);
    beian::store::Store::import(&SqliteStore::in_memory().unwrap(), &store.export().unwrap()).unwrap();
}

fn an_event_is_never_before_the_last(store: &dyn Database) {
    let early = OrderAct {
        at: Moment::parse("2001-01-01T00:00:00Z").unwrap(),
        ..act(stoppable(), Event::Withdrawn, "k1")
    };
    let row = done(store.record_event(&early).unwrap());
    let [.., before, last] = row.after.events.as_slice() else { panic!("two events at least") };
    assert_eq!(last.at, before.at);
    assert_eq!(row.at, early.at);
}

fn forgetting_takes_the_name_off_the_audit(store: &dyn Database) {
    done(store.record_event(&act(stoppable(), Event::Withdrawn, "k1")).unwrap());
    assert_eq!(store.forget("web", "demo-1").unwrap().audit_without_name, 1);
    let [row] = store.audit_of(STOPPABLE).unwrap().try_into().unwrap();
    assert_eq!((row.user, row.action.as_str()), (None, "withdraw"));
}

fn now() -> Timestamp {
    "2026-11-30T02:00:00Z".parse().unwrap()
}

fn issue(store: &dyn Database) {
    let code = LinkCode {
        handle: "k7".to_owned(),
        code_hash: "right".to_owned(),
        account: "demo-account-2".to_owned(),
        issued_by: "web:demo-agent".to_owned(),
        expires_at: now() + SignedDuration::from_mins(10),
        tries_left: 5,
    };
    store.issue_link_code(&code).unwrap();
}

fn a_right_code_links_once(store: &dyn Database) {
    issue(store);
    let enter = |user: &str| store.redeem_link_code("k7", "right", "discord", user, now()).unwrap();
    assert_eq!(enter("1001"), Linked::To { account: "demo-account-2".to_owned() });
    let identity = store.identity("discord", "1001").unwrap().unwrap();
    assert_eq!((identity.account.as_deref(), identity.role), (Some("demo-account-2"), Role::Applicant));
    assert_eq!(enter("2002"), Linked::Gone);
    assert_eq!(store.identity("discord", "2002").unwrap(), None);
}

fn a_code_is_worn_out_by_wrong_tries(store: &dyn Database) {
    issue(store);
    for left in (0..5).rev() {
        let entered = store.redeem_link_code("k7", "wrong", "discord", "1001", now()).unwrap();
        assert_eq!(entered, Linked::Wrong { tries_left: left });
    }
    assert_eq!(store.redeem_link_code("k7", "right", "discord", "1001", now()).unwrap(), Linked::Gone);
    assert_eq!(store.redeem_link_code("k8", "right", "discord", "1001", now()).unwrap(), Linked::Gone);
    assert_eq!(store.identity("discord", "1001").unwrap(), None);
    issue(store);
    assert!(matches!(
        store.redeem_link_code("k7", "right", "discord", "1001", now()).unwrap(),
        Linked::To { .. }
    ));
}

fn a_code_expires(store: &dyn Database) {
    issue(store);
    let late = now() + SignedDuration::from_mins(10);
    assert_eq!(store.redeem_link_code("k7", "right", "discord", "1001", late).unwrap(), Linked::Gone);
}

fn no_code_makes_an_agent_an_applicant(store: &dyn Database) {
    issue(store);
    let entered = store.redeem_link_code("k7", "right", "web", "demo-agent", now()).unwrap();
    assert_eq!(entered, Linked::NotAnApplicant);
    assert_eq!(store.identity("web", "demo-agent").unwrap().unwrap().role, Role::Agent);
    // The code is not spent.
    assert!(matches!(
        store.redeem_link_code("k7", "right", "discord", "1001", now()).unwrap(),
        Linked::To { .. }
    ));
}
