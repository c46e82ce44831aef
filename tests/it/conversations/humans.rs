//! One speaker: the assistant is silent while a human has a conversation, no message is lost, and one packet waits at a time.

use std::collections::BTreeMap;

use beian::assistant::{Heard, Said, is_a_human_s, is_silence};
use beian::report::Desk;
use beian::store::Conversations as _;
use beian::store::conversations::HandoverState;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn topical(store: &Arc<SqliteStore>) -> Assistant {
    keeping(store, fixed())
        .acting(store.clone())
        .handing_over(vec!["注销主体".to_owned(), "can_transfer".to_owned()])
}

fn packet(store: &SqliteStore) -> Value {
    let waiting = store.handovers_under_way().unwrap();
    let [one] = waiting.as_slice() else { panic!("{} handovers", waiting.len()) };
    serde_json::from_str(&one.packet).unwrap()
}

#[test]
fn the_packet_holds_what_a_human_needs_and_nothing_private() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = topical(&store);
    assistant.answer(&says("20261117001 到哪一步了，我的手机是 13812345678"));
    assistant.answer(&says("管局审核要多久"));
    let reply = assistant.answer(&says("转人工，我的手机是 13812345678"));
    assert_eq!((reply.kind, reply.intent.as_deref()), (Kind::Handoff, Some("handoff")));
    let packet = packet(&store);
    let said = packet["conversation"].as_array().unwrap();
    assert_eq!(said.len(), 3);
    assert!(!packet.to_string().contains("13812345678"), "{packet}");
    assert_eq!(packet["why"], "asked");
    assert!(
        packet["records"].as_array().unwrap().iter().any(|record| record == "order 20261117001"),
        "{packet}"
    );
    assert!(!packet["sections"].as_array().unwrap().is_empty());
    assert!(packet["account"].is_string());
}

#[test]
fn each_reason_opens_one_packet_and_says_why() {
    for (said, why) in [
        (&["转人工"][..], "asked"),
        (&["今天天气怎么样", "红烧肉怎么做"][..], "failures"),
        (&["你们这什么垃圾服务"][..], "anger"),
        (&["我要注销主体怎么弄"][..], "topic: 注销主体"),
        (&["我想把备案转到账号 acc-2，可以吗"][..], "topic: can_transfer"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let store = database(folder.path());
        let assistant = topical(&store);
        let replies: Vec<Reply> = said.iter().map(|text| assistant.answer(&says(text))).collect();
        assert_eq!(replies.last().map(|reply| reply.kind), Some(Kind::Handoff), "{said:?}");
        assert_eq!(packet(&store)["why"], why);
        // It waits: simple questions are answered, and no second packet is opened.
        assert_eq!(assistant.answer(&says("管局审核要多久")).kind, Kind::Answer, "{why}");
        assert_eq!(assistant.answer(&says("转人工")).kind, Kind::Handoff);
        assert_eq!(store.handovers_under_way().unwrap().len(), 1);
        assert_eq!(packet(&store)["why"], why);
    }
}

#[test]
fn a_human_is_the_only_speaker_until_it_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = topical(&store);
    assistant.answer(&says("撤回订单 20261117001"));
    assistant.answer(&says("转人工"));
    let number = assistant.handovers().unwrap()[0].number;
    assert_eq!(
        assistant.take_over(number, "agent-3").unwrap().map(|taken| taken.state),
        Some(HandoverState::Taken)
    );
    assert_eq!(assistant.take_over(number, "agent-4").unwrap(), None);
    for text in ["在吗", "确认撤回", "管局审核要多久", "转人工"] {
        assert_eq!(assistant.hear(&says(text), None), Heard::Human, "{text}");
    }
    // What was said is there for the human, and a yes said to them did nothing.
    assert_eq!(store.turns_of(&key()).unwrap().len(), 6);
    assert!(beian::store::Acts::audit_of(&*store, "20261117001").unwrap().is_empty());
    assert!(assistant.give_back(number).unwrap().is_some());
    assert_eq!(assistant.give_back(number).unwrap(), None);
    assert_eq!(assistant.answer(&says("管局审核要多久")).kind, Kind::Answer);
    // Nothing of before the human is open any more.
    let reply = assistant.answer(&says("确认撤回"));
    assert!(reply.outcome.is_none_or(|outcome| outcome.get("done").is_none()));
    assert!(beian::store::Acts::audit_of(&*store, "20261117001").unwrap().is_empty());
}

#[test]
fn what_a_human_says_is_part_of_the_conversation_and_no_answer_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let store = database(folder.path());
    let assistant = topical(&store);
    assistant.answer(&says("转人工"));
    let number = assistant.handovers().unwrap()[0].number;
    // Nobody has taken it yet.
    assert_eq!(assistant.say_as_human(number, "agent-3", "您好", None).unwrap(), Said::NotTheirs);
    assistant.take_over(number, "agent-3").unwrap();
    assert_eq!(assistant.say_as_human(number, "agent-4", "您好", None).unwrap(), Said::NotTheirs);
    let Said::Kept(turn) =
        assistant.say_as_human(number, "agent-3", " 您好，身份证 110101199003077774 收到 ", None).unwrap()
    else {
        panic!("it is theirs");
    };
    assert!(is_a_human_s(&turn.reply) && !is_silence(&turn.reply));
    assert!(
        turn.reply.text.starts_with("您好，身份证 ") && !turn.reply.text.contains("199003077774"),
        "{turn:?}"
    );
    assert_eq!(assistant.hear(&says("好的"), None), Heard::Human);
    let turns = store.turns_of(&key()).unwrap();
    assert_eq!(turns.len(), 3);
    assert_eq!(turns[1], *turn);
    assert_eq!(turns[1].text, "");
    // The figures count what people asked.
    let report = Desk::new(store.clone(), Arc::new(Timestamp::now)).report(3650).unwrap();
    assert_eq!((report.totals.turns, report.totals.with_human), (2, 1));
    // Sent twice, said once.
    for said_before in [false, true] {
        let said = assistant.say_as_human(number, "agent-3", "好了", Some("agent:1:a")).unwrap();
        assert_eq!(said == Said::Repeated, said_before);
    }
    assert_eq!(store.turns_of(&key()).unwrap().len(), 4);
    assistant.give_back(number).unwrap();
    assert_eq!(assistant.say_as_human(number, "agent-3", "还在吗", None).unwrap(), Said::NotTheirs);
}

/// Something that happens to a conversation.
#[derive(Clone, Debug)]
enum Happening {
    /// The user says something new, which reaches one of the workers.
    Says {
        text: usize,
        worker: usize,
    },
    /// A delivery from before comes once more.
    Again {
        which: usize,
        worker: usize,
    },
    /// What was last answered comes back as if the user had said it.
    Echo {
        worker: usize,
    },
    Take,
    GiveBack,
}

const TEXTS: [&str; 9] = [
    "转人工",
    "今天天气怎么样",
    "管局审核要多久",
    "我的订单还能撤回吗",
    "你们这什么垃圾服务",
    "确认撤回",
    "撤回订单 20261117001",
    "谢谢",
    "注销主体怎么弄",
];

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        6 => (0..TEXTS.len(), 0..2_usize).prop_map(|(text, worker)| Happening::Says { text, worker }),
        2 => (0..20_usize, 0..2_usize).prop_map(|(which, worker)| Happening::Again { which, worker }),
        1 => (0..2_usize).prop_map(|worker| Happening::Echo { worker }),
        2 => Just(Happening::Take),
        2 => Just(Happening::GiveBack),
    ];
    proptest::collection::vec(one, 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_deliveries_interleave(happenings in happenings()) {
        let folder = tempfile::tempdir().unwrap();
        database(folder.path());
        let open = || Arc::new(SqliteStore::open(&folder.path().join("beian.db")).unwrap());
        let workers = [topical(&open()), topical(&open())];
        let store = open();
        let mut heard: Vec<(String, Heard)> = Vec::new();
        let mut said: Vec<String> = Vec::new();
        let (mut taken, mut opened) = (None, BTreeMap::new());
        for happening in &happenings {
            match happening {
                Happening::Says { .. } | Happening::Echo { .. } => {
                    let (text, worker) = match happening {
                        Happening::Says { text, worker } => (TEXTS[*text].to_owned(), *worker),
                        Happening::Echo { worker } => {
                            let last = heard.iter().rev().find_map(|(_, heard)| match heard {
                                Heard::Reply(reply) => Some(reply.text.clone()),
                                Heard::Human => None,
                            });
                            let Some(last) = last else { continue };
                            (last, *worker)
                        }
                        _ => continue,
                    };
                    let delivery = format!("d{}", said.len());
                    let came = workers[worker].hear(&says(&text), Some(&delivery));
                    // Never over a human, and never silent without one.
                    match &came {
                        Heard::Human => prop_assert!(taken.is_some(), "{text}"),
                        Heard::Reply(reply) => {
                            prop_assert!(taken.is_none(), "{text}: {}", reply.text);
                            prop_assert!(!reply.text.is_empty());
                            // Whoever is told that a human takes it has a packet waiting.
                            let waiting = store.handovers_under_way().unwrap().len();
                            prop_assert!(reply.kind != Kind::Handoff || waiting == 1);
                        }
                    }
                    said.push(text);
                    heard.push((delivery, came));
                }
                Happening::Again { which, worker } => {
                    let Some((delivery, before)) = heard.get(which % heard.len().max(1)).cloned() else { continue };
                    let again = workers[*worker].hear(&says("别的话"), Some(&delivery));
                    let same = match (&again, &before) {
                        (Heard::Human, Heard::Human) => true,
                        (Heard::Reply(again), Heard::Reply(before)) => again.id == before.id && again.text == before.text,
                        _ => false,
                    };
                    prop_assert!(same, "{again:?} {before:?}");
                }
                Happening::Take => {
                    let waiting = store.handovers_under_way().unwrap();
                    if let Some(one) = waiting.first().filter(|_| taken.is_none()) {
                        taken = workers[0].take_over(one.number, "agent-3").unwrap().map(|taken| taken.number);
                        prop_assert!(taken.is_some());
                    }
                }
                Happening::GiveBack => {
                    if let Some(number) = taken.take() {
                        prop_assert!(workers[1].give_back(number).unwrap().is_some());
                    }
                }
            }
            let waiting = store.handovers_under_way().unwrap();
            prop_assert!(waiting.len() <= 1);
            for one in waiting {
                opened.insert(one.number, one.packet);
            }
        }
        // Every message is there once, answered or left to the human; in order.
        let turns = store.turns_of(&key()).unwrap();
        let deliveries: Vec<_> = turns.iter().map(|turn| turn.delivery.clone().unwrap()).collect();
        let expected: Vec<_> = heard.iter().map(|(delivery, _)| delivery.clone()).collect();
        prop_assert_eq!(deliveries, expected);
        // And each packet has the message that asked for it.
        for packet in opened.values() {
            let packet: Value = serde_json::from_str(packet).unwrap();
            let last = packet["conversation"].as_array().unwrap().last().unwrap()["user"].as_str().unwrap().to_owned();
            prop_assert!(turns.iter().any(|turn| turn.text == last), "{last}");
        }
        prop_assert!(beian::store::Acts::audit_of(&*store, "20261117001").unwrap().len() <= 1);
    }
}

/// Two workers answer while a human takes over: whatever is asked after that is left to them.
#[test]
fn taking_over_stops_workers_in_the_middle_of_it() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path());
    let open = || Arc::new(SqliteStore::open(&folder.path().join("beian.db")).unwrap());
    let first = topical(&open());
    first.answer(&says("转人工"));
    let number = first.handovers().unwrap()[0].number;
    let taken = std::sync::atomic::AtomicBool::new(false);
    let asked = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let (taken, asked, store) = (&taken, &asked, open());
            scope.spawn(move || {
                let assistant = topical(&store);
                for message in 0..12 {
                    let was_taken = taken.load(Ordering::SeqCst);
                    let came = assistant.hear(&says("管局审核要多久"), Some(&format!("{worker}-{message}")));
                    assert!(!was_taken || came == Heard::Human, "talked over a human");
                    asked.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        scope.spawn(|| {
            while asked.load(Ordering::SeqCst) < 6 {
                std::thread::yield_now();
            }
            assert!(first.take_over(number, "agent-3").unwrap().is_some());
            taken.store(true, Ordering::SeqCst);
        });
    });
    let turns = open().turns_of(&key()).unwrap();
    assert_eq!(turns.len(), 25, "a message was lost");
    // From the first that was left to the human on, nothing was answered.
    let silent = turns.iter().position(|turn| turn.reply.text.is_empty()).unwrap();
    assert!(turns[silent..].iter().all(|turn| turn.reply.text.is_empty()));
}
