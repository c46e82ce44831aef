//! Orders that are stopped in conversation: once, in time, after a yes, and never by looking at a turn again.

use std::sync::Barrier;

use beian::domain::moment::Moment;
use beian::domain::order::{Event, OrderState};
use beian::store::Acts as _;
use beian::store::acts::{Acted, AuditRow, OrderAct};

use super::*;

/// An order of `demo-1` that waits for verification.
const ORDER: &str = "20261117001";

fn acting(store: &Arc<SqliteStore>, clock: Clock) -> Assistant {
    keeping(store, clock).acting(store.clone())
}

fn rows(store: &SqliteStore) -> Vec<AuditRow> {
    store.audit_of(ORDER).unwrap()
}

/// A clock that the test moves.
fn moving() -> (Arc<AtomicI64>, Clock) {
    let minutes = Arc::new(AtomicI64::new(0));
    let read = minutes.clone();
    (minutes, Arc::new(move || start() + SignedDuration::from_mins(read.load(Ordering::SeqCst))))
}

fn done(reply: &Reply) -> Option<&str> {
    reply.outcome.as_ref().and_then(|outcome| outcome["done"].as_str())
}

fn withdraw() -> Incoming {
    says(&format!("撤回订单 {ORDER}"))
}

#[test]
fn a_yes_withdraws_and_leaves_a_row_that_says_who() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = acting(&store, fixed());
    assert_eq!(assistant.answer(&withdraw()).kind, Kind::Clarify);
    assert!(rows(&store).is_empty());
    let reply = assistant.answer(&says("确认撤回"));
    assert_eq!((reply.kind, done(&reply)), (Kind::Action, Some("withdrawn")));
    let rows = rows(&store);
    let [row] = rows.as_slice() else { panic!("{} rows", rows.len()) };
    assert_eq!(
        (row.channel.as_str(), row.user.as_deref(), row.action.as_str()),
        ("web", Some("demo-1"), "withdraw")
    );
    assert_eq!((row.before.state, row.after.state), (OrderState::VerificationPending, OrderState::Draft));
    assert_eq!(row.at.timestamp(), start());
}

#[test]
fn a_restart_between_question_and_yes_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    acting(&database(folder.path()), fixed()).answer(&withdraw());
    let store = Arc::new(SqliteStore::open(&folder.path().join("beian.db")).unwrap());
    let reply = acting(&store, fixed()).answer(&says("确认撤回"));
    assert_eq!(done(&reply), Some("withdrawn"));
    assert_eq!(rows(&store).len(), 1);
}

#[test]
fn the_question_lapses_after_ten_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let (minutes, clock) = moving();
    let assistant = acting(&store, clock);
    assistant.answer(&withdraw());
    minutes.store(11, Ordering::SeqCst);
    let late = assistant.answer(&says("确认撤回"));
    assert_eq!((late.kind, done(&late)), (Kind::Clarify, None));
    assert!(late.text.contains("作废") && late.text.contains(ORDER), "{}", late.text);
    assert!(rows(&store).is_empty());
    // It was put to them again, and ten minutes are still in time.
    minutes.store(21, Ordering::SeqCst);
    assert_eq!(done(&assistant.answer(&says("确认撤回"))), Some("withdrawn"));
    assert_eq!(rows(&store).len(), 1);
}

#[test]
fn a_plain_yes_that_comes_too_late_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let (minutes, clock) = moving();
    let assistant = acting(&store, clock);
    assistant.answer(&withdraw());
    minutes.store(11, Ordering::SeqCst);
    assert_eq!(done(&assistant.answer(&says("是的"))), None);
    assert!(rows(&store).is_empty());
}

#[test]
fn an_order_that_moved_since_the_question_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = acting(&store, fixed());
    assistant.answer(&withdraw());
    let moved = OrderAct {
        order: ORDER,
        event: Event::VerificationSubmitted,
        at: Moment::of(start()),
        sms_required: true,
        channel: "provider",
        user: None,
        action: "verification",
        key: "elsewhere",
    };
    assert!(matches!(store.record_event(&moved).unwrap(), Acted::Done(_)));
    let reply = assistant.answer(&says("确认撤回"));
    assert_eq!(done(&reply), None);
    assert!(reply.text.contains("状态变了"), "{}", reply.text);
    assert_eq!(rows(&store).len(), 1);
    assert_eq!(rows(&store)[0].after.state, OrderState::VerificationReview);
}

/// Two clicks that reach two workers at the same time.
#[test]
fn two_workers_that_hear_the_same_yes_do_it_once() {
    for _ in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        database(folder.path());
        let path = folder.path().join("beian.db");
        let open = || Arc::new(SqliteStore::open(&path).unwrap());
        acting(&open(), fixed()).answer(&withdraw());
        let barrier = Barrier::new(2);
        let replies: Vec<Reply> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let worker = acting(&open(), fixed());
                        barrier.wait();
                        worker.answer(&says("确认撤回"))
                    })
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        assert_eq!(rows(&open()).len(), 1);
        for reply in replies {
            assert_eq!(done(&reply), Some("withdrawn"), "{}", reply.text);
        }
    }
}

#[test]
fn the_same_delivery_twice_is_one_yes() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = acting(&store, fixed());
    assistant.answer_delivery(&withdraw(), "1");
    let first = assistant.answer_delivery(&says("确认撤回"), "2");
    let second = assistant.answer_delivery(&says("确认撤回"), "2");
    assert_eq!((first.id, done(&second)), (second.id.clone(), Some("withdrawn")));
    assert_eq!(rows(&store).len(), 1);
}

#[test]
fn looking_at_a_turn_again_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = acting(&store, fixed());
    let put = turn_of(&store, &assistant.answer(&withdraw()));
    let refused = turn_of(&store, &assistant.answer(&says("不撤了")));
    // As if the person had said yes: the turn is kept, and played where nothing was done.
    let yes = Turn { text: "确认撤回".to_owned(), ..refused.clone() };
    let played = assistant.rehearse(&yes, &receipt(&refused));
    assert_eq!(done(&played.reply), None);
    assert!(rows(&store).is_empty());
    assert_eq!(assistant.rehearse(&put, &receipt(&put)).reply.text, put.reply.text);

    assistant.answer(&withdraw());
    let kept = turn_of(&store, &assistant.answer(&says("确认撤回")));
    assert_eq!(assistant.rehearse(&kept, &receipt(&kept)).reply.text, kept.reply.text);
    assert_eq!(rows(&store).len(), 1);
}

#[test]
fn without_leave_to_write_nothing_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = keeping(&store, fixed());
    for text in [format!("撤回订单 {ORDER}"), "确认撤回".to_owned(), "是的".to_owned()] {
        assert_eq!(done(&assistant.answer(&says(&text))), None);
    }
    assert!(rows(&store).is_empty());
}
