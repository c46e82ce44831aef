//! What every store of conversations must do, in memory or in a database. The tests take one that is empty.

use beian::domain::reply::{Kind, Reply};
use beian::store::conversations::{
    Commit, Committed, Conversation, Feedback, HandoverState, Key, Removed, SpeakerRole, Turn,
};
use beian::store::{Conversations, MemoryConversations, SqliteStore};
use jiff::{SignedDuration, Timestamp};

/// The store in memory is no database, but does the same.
macro_rules! conversations {
    ($($test:ident),+ $(,)?) => {
        stores!($($test),+);
        mod without_a_database {
            $(#[test]
            fn $test() {
                super::$test(&super::MemoryConversations::default());
            })+
        }
    };
}

conversations!(
    nothing_is_known_of_a_new_conversation,
    a_turn_is_kept_as_it_was,
    the_second_of_two_workers_is_told,
    many_workers_lose_no_turn,
    a_delivery_is_answered_once,
    a_delivery_of_another_channel_is_another,
    only_the_context_may_be_kept,
    turns_come_in_order,
    a_begun_conversation_is_nobody_elses,
    a_handover_is_opened_once_and_silences_the_assistant,
    a_handover_of_a_conversation_that_was_never_written,
    the_newest_opinion_counts,
    purging_keeps_what_is_newer,
    purging_keeps_what_waits_for_a_human,
    forgetting_removes_one_person_and_no_other,
);

fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2019-08-20T02:00:00.000001Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

fn key(user: &str, conversation: &str) -> Key {
    let user = Some(user.to_owned()).filter(|user| !user.is_empty());
    Key { channel: "web".to_owned(), user, conversation: conversation.to_owned() }
}

fn turn(key: &Key, ordinal: u64, minutes: i64) -> Turn {
    let mut reply = Reply::new(Kind::Answer, format!("第 {ordinal} 句"));
    reply.id = Some(format!("{key:?}{ordinal}"));
    reply.intent = Some("order_status".to_owned());
    reply.confidence = 0.93;
    reply.elapsed_us = 840;
    Turn {
        id: format!("{key:?}{ordinal}"),
        key: key.clone(),
        ordinal,
        at: at(minutes),
        text: "'; DROP TABLE turns; -- \u{0}".to_owned(),
        reply,
        receipt: r#"{"folded":"x"}"#.to_owned(),
        delivery: None,
    }
}

/// Takes the next turn of a conversation as a worker does.
fn say(store: &dyn Conversations, key: &Key, minutes: i64) -> Turn {
    let before = store.conversation(key).unwrap();
    let turn = turn(key, before.turns + 1, minutes);
    assert_eq!(store.commit_turn(&commit(&turn, before.version)).unwrap(), Committed::Done);
    turn
}

fn commit(turn: &Turn, expected: u64) -> Commit<'_> {
    Commit { key: &turn.key, expected, at: turn.at, context: Some("{}"), turn: Some(turn) }
}

fn nothing_is_known_of_a_new_conversation(store: &dyn Conversations) {
    assert_eq!(store.conversation(&key("a", "1")).unwrap(), Conversation::default());
    assert_eq!(store.turn("x").unwrap(), None);
    assert_eq!(store.turns_of(&key("a", "1")).unwrap(), []);
    assert_eq!(store.turns_since(at(0)).unwrap(), []);
    assert_eq!(store.delivered("web", "d").unwrap(), None);
    assert_eq!(store.handovers_under_way().unwrap(), []);
    assert_eq!(store.take_handover(1, "h", at(0)).unwrap(), None);
    assert_eq!(store.close_handover(1, at(0)).unwrap(), None);
    assert_eq!(store.purge(at(9)).unwrap(), Removed::default());
    assert_eq!(store.forget("web", "a").unwrap(), Removed::default());
}

fn a_turn_is_kept_as_it_was(store: &dyn Conversations) {
    let key = key("a", "1");
    let said = say(store, &key, 3);
    assert_eq!(store.turn(&said.id).unwrap(), Some(said.clone()));
    assert_eq!(store.turns_of(&key).unwrap(), [said]);
    let after = store.conversation(&key).unwrap();
    assert_eq!((after.version, after.turns, after.updated_at), (1, 1, Some(at(3))));
    assert_eq!((after.context.as_deref(), after.speaker), (Some("{}"), SpeakerRole::Assistant));
    // The same name under another person, or nobody, is another conversation.
    for other in [self::key("b", "1"), self::key("", "1")] {
        assert_eq!(store.conversation(&other).unwrap(), Conversation::default());
    }
    assert_eq!(store.conversations_named("1").unwrap(), [key]);
}

fn the_second_of_two_workers_is_told(store: &dyn Conversations) {
    let key = key("", "1");
    for round in 0..2 {
        let seen = store.conversation(&key).unwrap();
        let mut first = turn(&key, seen.turns + 1, round);
        let mut second = first.clone();
        first.id.push('1');
        second.id.push('2');
        assert_eq!(store.commit_turn(&commit(&first, seen.version)).unwrap(), Committed::Done);
        assert_eq!(store.commit_turn(&commit(&second, seen.version)).unwrap(), Committed::Conflict);
        assert_eq!(store.turn(&second.id).unwrap(), None);
    }
    assert_eq!(store.conversation(&key).unwrap().turns, 2);
}

fn many_workers_lose_no_turn(store: &dyn Conversations) {
    let key = key("a", "1");
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let key = &key;
            scope.spawn(move || {
                for _ in 0..10 {
                    loop {
                        let seen = store.conversation(key).unwrap();
                        let mut turn = turn(key, seen.turns + 1, worker);
                        turn.id.push_str(&format!(" by {worker}"));
                        if store.commit_turn(&commit(&turn, seen.version)).unwrap() == Committed::Done {
                            break;
                        }
                    }
                }
            });
        }
    });
    let ordinals: Vec<u64> = store.turns_of(&key).unwrap().iter().map(|turn| turn.ordinal).collect();
    assert_eq!(ordinals, (1..=40).collect::<Vec<_>>());
}

fn a_delivery_is_answered_once(store: &dyn Conversations) {
    let mut first = turn(&key("a", "1"), 1, 0);
    first.delivery = Some("message-7".to_owned());
    assert_eq!(store.commit_turn(&commit(&first, 0)).unwrap(), Committed::Done);
    let mut again = turn(&key("a", "1"), 2, 1);
    again.delivery.clone_from(&first.delivery);
    let answered = Committed::AlreadyDelivered(Box::new(first.reply.clone()));
    // Whether the worker had read the conversation before or after the first one wrote it.
    for expected in [0, 1] {
        assert_eq!(store.commit_turn(&commit(&again, expected)).unwrap(), answered);
    }
    assert_eq!(store.conversation(&key("a", "1")).unwrap().turns, 1);
    assert_eq!(store.delivered("web", "message-7").unwrap(), Some(first.reply.clone()));
    assert_eq!(store.turn(&first.id).unwrap(), Some(first));
}

fn a_delivery_of_another_channel_is_another(store: &dyn Conversations) {
    let mut first = turn(&key("a", "1"), 1, 0);
    first.delivery = Some("7".to_owned());
    let mut other = turn(&Key { channel: "ticket".to_owned(), ..key("a", "1") }, 1, 0);
    other.delivery = Some("7".to_owned());
    for turn in [&first, &other] {
        assert_eq!(store.commit_turn(&commit(turn, 0)).unwrap(), Committed::Done);
    }
    assert_eq!(store.delivered("ticket", "7").unwrap(), Some(other.reply));
}

fn only_the_context_may_be_kept(store: &dyn Conversations) {
    let key = key("a", "1");
    let first = Commit { key: &key, expected: 0, at: at(0), context: Some("{\"a\":1}"), turn: None };
    assert_eq!(store.commit_turn(&first).unwrap(), Committed::Done);
    let after = store.conversation(&key).unwrap();
    assert_eq!((after.version, after.turns, after.context.as_deref()), (1, 0, Some("{\"a\":1}")));
    let second = Commit { expected: 1, context: None, ..first };
    assert_eq!(store.commit_turn(&second).unwrap(), Committed::Done);
    assert_eq!(store.conversation(&key).unwrap().context, None);
}

fn turns_come_in_order(store: &dyn Conversations) {
    let (a, b) = (key("a", "1"), key("b", "2"));
    let (late, early, later) = (say(store, &a, 20), say(store, &b, 10), say(store, &a, 30));
    assert_eq!(store.turns_since(at(0)).unwrap(), [early.clone(), late.clone(), later.clone()]);
    assert_eq!(store.turns_since(at(20)).unwrap(), [late.clone(), later.clone()]);
    assert_eq!(store.turns_of(&a).unwrap(), [late, later]);
    assert_eq!(store.turns_of(&b).unwrap(), [early]);
}

fn a_begun_conversation_is_nobody_elses(store: &dyn Conversations) {
    let first = store.begin("console", None, "ask", at(0)).unwrap();
    assert!(first.conversation.starts_with("ask-") && first.user.is_none(), "{first:?}");
    let said = say(store, &first, 1);
    let second = store.begin("console", None, "ask", at(2)).unwrap();
    assert_ne!(first, second);
    assert_eq!(store.turns_of(&second).unwrap(), []);
    assert_eq!(store.turns_of(&first).unwrap(), [said]);
}

fn a_handover_is_opened_once_and_silences_the_assistant(store: &dyn Conversations) {
    let key = key("a", "1");
    say(store, &key, 0);
    let opened = store.open_handover(&key, at(1), "asked", "{}").unwrap();
    assert_eq!((opened.state, &opened.key), (HandoverState::Open, &key));
    assert_eq!(store.open_handover(&key, at(2), "angry", "{}").unwrap(), opened);
    assert_eq!(store.handovers_under_way().unwrap(), std::slice::from_ref(&opened));
    // A turn that was begun before the human took over isn't written after it.
    let seen = store.conversation(&key).unwrap();
    let taken = store.take_handover(opened.number, "agent-3", at(3)).unwrap().unwrap();
    assert_eq!((taken.state, taken.taken_by.as_deref()), (HandoverState::Taken, Some("agent-3")));
    assert_eq!(store.take_handover(opened.number, "agent-4", at(3)).unwrap(), None);
    let begun = turn(&key, seen.turns + 1, 3);
    assert_eq!(store.commit_turn(&commit(&begun, seen.version)).unwrap(), Committed::Conflict);
    let held = store.conversation(&key).unwrap();
    assert_eq!((held.speaker, held.holder.as_deref()), (SpeakerRole::Human, Some("agent-3")));
    let closed = store.close_handover(opened.number, at(4)).unwrap().unwrap();
    assert_eq!((closed.state, closed.closed_at), (HandoverState::Closed, Some(at(4))));
    assert_eq!(store.close_handover(opened.number, at(5)).unwrap(), None);
    assert_eq!(store.conversation(&key).unwrap().speaker, SpeakerRole::Assistant);
    assert_eq!(store.handovers_under_way().unwrap(), []);
    // And again: another one.
    let next = store.open_handover(&key, at(6), "asked", "{}").unwrap();
    assert_ne!(next.number, opened.number);
}

fn a_handover_of_a_conversation_that_was_never_written(store: &dyn Conversations) {
    let key = key("", "1");
    let opened = store.open_handover(&key, at(1), "asked", "{\"a\":1}").unwrap();
    assert_eq!(store.handovers_under_way().unwrap(), [opened]);
    assert_eq!(store.conversation(&key).unwrap().version, 1);
}

fn the_newest_opinion_counts(store: &dyn Conversations) {
    let said = say(store, &key("a", "1"), 0);
    let given = |user: &str, minutes: i64, good: bool| Feedback {
        turn: said.id.clone(),
        channel: "web".to_owned(),
        user: Some(user.to_owned()),
        at: at(minutes),
        good,
        reason: (!good).then(|| "答非所问".to_owned()),
    };
    assert!(!store.give_feedback(&Feedback { turn: "none".to_owned(), ..given("a", 0, true) }).unwrap());
    for opinion in [given("a", 1, false), given("b", 2, true), given("a", 3, true)] {
        assert!(store.give_feedback(&opinion).unwrap());
    }
    assert_eq!(store.feedback_since(at(0)).unwrap(), [given("b", 2, true), given("a", 3, true)]);
    assert_eq!(store.feedback_since(at(3)).unwrap(), [given("a", 3, true)]);
}

fn purging_keeps_what_is_newer(store: &dyn Conversations) {
    let mut old = turn(&key("a", "1"), 1, 0);
    old.delivery = Some("d".to_owned());
    store.commit_turn(&commit(&old, 0)).unwrap();
    let goes_on = say(store, &key("a", "1"), 100);
    say(store, &key("b", "2"), 1);
    let opinion = Feedback {
        turn: old.id.clone(),
        channel: "web".to_owned(),
        user: None,
        at: at(200),
        good: true,
        reason: None,
    };
    store.give_feedback(&opinion).unwrap();
    let removed = store.purge(at(100)).unwrap();
    assert_eq!(removed, Removed { conversations: 1, turns: 2, feedback: 1, ..Removed::default() });
    assert_eq!(store.turns_since(at(0)).unwrap(), [goes_on]);
    assert_eq!(store.feedback_since(at(0)).unwrap(), []);
    assert_eq!(store.delivered("web", "d").unwrap(), None);
    // The conversation goes on where it was: no id comes twice.
    assert_eq!(store.conversation(&key("a", "1")).unwrap().turns, 2);
    assert_eq!(store.conversation(&key("b", "2")).unwrap(), Conversation::default());
    assert_eq!(store.purge(at(100)).unwrap(), Removed::default());
}

fn purging_keeps_what_waits_for_a_human(store: &dyn Conversations) {
    let key = key("a", "1");
    let opened = store.open_handover(&key, at(0), "asked", "{}").unwrap();
    assert_eq!(store.purge(at(100)).unwrap(), Removed::default());
    assert_eq!(store.handovers_under_way().unwrap().len(), 1);
    store.close_handover(opened.number, at(1)).unwrap();
    let removed = store.purge(at(100)).unwrap();
    assert_eq!(removed, Removed { conversations: 1, handovers: 1, ..Removed::default() });
}

fn forgetting_removes_one_person_and_no_other(store: &dyn Conversations) {
    let theirs = say(store, &key("a", "1"), 0);
    say(store, &key("a", "2"), 1);
    let other = say(store, &key("b", "1"), 2);
    let elsewhere = say(store, &Key { channel: "ticket".to_owned(), ..key("a", "1") }, 3);
    let opinion = |turn: &Turn, user: &str| Feedback {
        turn: turn.id.clone(),
        channel: "web".to_owned(),
        user: Some(user.to_owned()),
        at: at(5),
        good: true,
        reason: None,
    };
    for given in [opinion(&theirs, "b"), opinion(&other, "a"), opinion(&other, "b")] {
        assert!(store.give_feedback(&given).unwrap());
    }
    store.open_handover(&key("a", "1"), at(1), "asked", "{}").unwrap();
    let removed = store.forget("web", "a").unwrap();
    let expected = Removed { conversations: 2, turns: 2, feedback: 2, handovers: 1, audit_without_name: 0 };
    assert_eq!(removed, expected);
    assert_eq!(store.turns_since(at(0)).unwrap(), [other.clone(), elsewhere]);
    assert_eq!(store.feedback_since(at(0)).unwrap(), [opinion(&other, "b")]);
    assert_eq!(store.conversation(&key("a", "1")).unwrap(), Conversation::default());
    assert_eq!(store.handovers_under_way().unwrap(), []);
    assert_eq!(store.forget("web", "a").unwrap(), Removed::default());
}

#[test]
fn memory_lets_the_longest_silent_go() {
    let store = MemoryConversations::at_most(2);
    let (a, b, c) = (key("a", "1"), key("b", "1"), key("c", "1"));
    say(&store, &a, 0);
    say(&store, &b, 1);
    say(&store, &a, 2);
    say(&store, &c, 3);
    assert_eq!(store.conversation(&b).unwrap(), Conversation::default());
    assert_eq!(store.conversation(&a).unwrap().turns, 2);
    assert_eq!(store.turns_since(at(0)).unwrap().len(), 3);
}

/// What only a database in a file can show.
mod files {
    use super::*;

    #[test]
    fn what_is_forgotten_is_in_no_byte_of_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("beian.db");
        let store = SqliteStore::open(&path).unwrap();
        let secret = "青石巷口的那个人";
        for ordinal in 1..=40 {
            let mut turn = turn(&key("a", "1"), ordinal, 0);
            turn.text = format!("{secret}{ordinal}").repeat(40);
            turn.receipt.clone_from(&turn.text);
            let state = store.conversation(&turn.key).unwrap();
            store.commit_turn(&commit(&turn, state.version)).unwrap();
        }
        let planted = || -> usize {
            std::fs::read_dir(folder.path())
                .unwrap()
                .map(|file| std::fs::read(file.unwrap().path()).unwrap())
                .map(|bytes| bytes.windows(secret.len()).filter(|part| *part == secret.as_bytes()).count())
                .sum()
        };
        assert!(planted() > 0);
        store.forget("web", "a").unwrap();
        assert_eq!(planted(), 0);
    }

    #[test]
    fn conversations_are_there_after_a_restart_and_for_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("beian.db");
        let said = say(&SqliteStore::open(&path).unwrap(), &key("a", "1"), 0);
        let (one, other) = (SqliteStore::open(&path).unwrap(), SqliteStore::open(&path).unwrap());
        assert_eq!(one.turn(&said.id).unwrap(), Some(said));
        say(&other, &key("a", "1"), 1);
        assert_eq!(one.conversation(&key("a", "1")).unwrap().turns, 2);
    }
}
