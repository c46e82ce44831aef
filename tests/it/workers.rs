//! Three servers on one store, one of them killed in the middle of a load: no message is lost and none answered twice, because
//! everything that must be known of a conversation is in the store.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Duration;

use beian::store::conversations::Key as Conversation;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::crash::server::{ask, key};
use crate::places::{Keeper, on_each_database};
use crate::program::Program;

on_each_database!(
    with_one_of_three_killed_nothing_is_lost_and_nothing_answered_twice,
    who_speaks_is_the_same_on_every_worker,
);

/// Who ask at once, and how much each.
const PEOPLE: usize = 6;
const MESSAGES: usize = 16;

const SAYS: [&str; 4] = ["浙江要短信核验吗", "那四川呢", "你好", "bmp 格式的图片为什么传不上去"];

fn conversation(name: &str) -> Conversation {
    Conversation { channel: "shop".to_owned(), user: Some(name.to_owned()), conversation: name.to_owned() }
}

/// Delivers a message until some worker has answered; gives the reply.
fn deliver(workers: &[SocketAddr], key: &beian::channels::Key, message: &Value, first: usize) -> Value {
    for attempt in first..first + 200 {
        match ask(workers[attempt % workers.len()], key, message) {
            Ok((200, reply)) => return reply,
            Ok((503, _)) | Err(_) => std::thread::sleep(Duration::from_millis(50)),
            Ok((status, reply)) => panic!("{status}: {reply}"),
        }
    }
    panic!("nobody answers {message}");
}

fn with_one_of_three_killed_nothing_is_lost_and_nothing_answered_twice(keeper: Keeper) {
    let Some(place) = keeper.place() else { return };
    let key = key(&*place.open());
    let mut programs = [place.serve(), place.serve(), place.serve()];
    let workers = programs.each_ref().map(|program| program.addr);
    let (answered, replies) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for person in 0..PEOPLE {
            let (key, answered, replies) = (&key, &answered, &replies);
            scope.spawn(move || {
                let name = format!("u{person}");
                for count in 0..MESSAGES {
                    let delivery = format!("{name}-{count}");
                    let message = json!({"text": SAYS[count % SAYS.len()], "user": name, "conversation": name,
                        "delivery": delivery});
                    // Delivered to two workers at the same moment, as a platform does that was too impatient.
                    let both = Barrier::new(2);
                    let [one, other] = std::thread::scope(|scope| {
                        [0, 1]
                            .map(|second| {
                                let (both, message) = (&both, &message);
                                scope.spawn(move || {
                                    both.wait();
                                    deliver(&workers, key, message, person + count + second)
                                })
                            })
                            .map(|asked| asked.join().unwrap())
                    });
                    assert_eq!(one["id"], other["id"], "answered twice: {message}\n{one}\n{other}");
                    replies.lock().unwrap().insert(delivery, one);
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while answered.load(Ordering::SeqCst) < PEOPLE * MESSAGES / 3 {
            std::thread::sleep(Duration::from_millis(5));
        }
        programs[1].kill();
    });
    let (store, replies) = (place.open(), replies.into_inner().unwrap());
    for person in 0..PEOPLE {
        let name = format!("u{person}");
        let turns = store.turns_of(&conversation(&name)).unwrap();
        // Every message once, in the order in which it was sent.
        let texts: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
        assert_eq!(texts, SAYS.iter().copied().cycle().take(MESSAGES).collect::<Vec<_>>(), "{name}");
        for (count, turn) in turns.iter().enumerate() {
            assert_eq!(replies[&format!("{name}-{count}")]["id"], turn.id, "{name} {count}");
        }
        // What was said before counted, whichever worker heard it.
        let follow_ups = (1..MESSAGES).step_by(SAYS.len());
        for reply in follow_ups.map(|count| &replies[&format!("{name}-{count}")]) {
            assert_eq!(reply["outcome"]["province"], "四川", "{name}: {reply}");
        }
    }
}

fn who_speaks_is_the_same_on_every_worker(keeper: Keeper) {
    let Some(place) = keeper.place() else { return };
    let store = place.open();
    let key = key(&*store);
    let programs = [place.serve(), place.serve()];
    let say = |program: &Program, text: &str| {
        let message = json!({"text": text, "user": "u", "conversation": "u"});
        ask(program.addr, &key, &message).unwrap().1
    };
    assert_eq!(say(&programs[0], "转人工")["kind"], "handoff");
    assert_eq!(say(&programs[1], "转人工")["kind"], "handoff");
    let waiting = store.handovers_under_way().unwrap();
    assert_eq!(waiting.len(), 1, "one packet, whoever heard it: {waiting:?}");
    store.take_handover(waiting[0].number, "agent-1", Timestamp::now()).unwrap().expect("it was open");
    for program in &programs {
        assert_eq!(say(program, "在吗"), json!({"reply": null, "speaker": "human"}));
    }
    store.close_handover(waiting[0].number, Timestamp::now()).unwrap().expect("it was taken");
    for program in &programs {
        assert_eq!(say(program, "你好")["kind"], "chitchat");
    }
    let kept: Vec<String> =
        store.turns_of(&conversation("u")).unwrap().into_iter().map(|turn| turn.text).collect();
    assert_eq!(kept, ["转人工", "转人工", "在吗", "在吗", "你好", "你好"]);
}
