//! `beian serve` killed while it answers: every reply that anybody got is kept, and the next server gives it again.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

use beian::channels::Key;
use beian::store::Database;
use beian::store::keys::{ApiKey, Scope};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Chance, runs};
use crate::places::{Keeper, on_each_database};

on_each_database!(a_reply_that_was_given_is_kept_and_given_again_after_a_kill);

/// A key for programs, on record in the store.
pub(crate) fn key(store: &dyn Database) -> Key {
    let key = Key::new().unwrap();
    let kept = ApiKey {
        handle: key.handle().to_owned(),
        key_hash: key.hash(),
        label: String::new(),
        scopes: vec![Scope::Channel],
        channel: "shop".to_owned(),
        user: None,
        created_at: Timestamp::UNIX_EPOCH,
        revoked_at: None,
    };
    assert!(store.add_key(&kept).unwrap());
    key
}

/// Asks a server that may be gone any moment.
pub(crate) fn ask(addr: SocketAddr, key: &Key, message: &Value) -> io::Result<(u16, Value)> {
    let body = message.to_string();
    let mut socket = TcpStream::connect(addr)?;
    socket.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(
        socket,
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let broken = || io::Error::other(format!("{} bytes of a response", bytes.len()));
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(broken)?;
    Ok((status, serde_json::from_str(body).map_err(|_| broken())?))
}

const SAYS: [&str; 4] = ["你好", "浙江要短信核验吗", "那四川呢", "备案要多久"];

/// A message and what was answered.
type Exchange = (Value, Value);

/// Messages of one asker: with as many asked again they stay below what a user may ask in a minute, however fast the server is.
const MOST: usize = 25;

/// Asks one thing after the other in a conversation of one's own until the server is gone, and notes what was answered.
fn keep_asking(addr: SocketAddr, key: &Key, name: &str, answered: &Mutex<Vec<Exchange>>) {
    for count in 0..MOST {
        let message = json!({"text": SAYS[count % SAYS.len()], "user": name, "conversation": name,
            "delivery": format!("{name}-{count}")});
        match ask(addr, key, &message) {
            Ok((200, reply)) => answered.lock().unwrap().push((message, reply)),
            Ok((status, reply)) => panic!("{status}: {reply}"),
            Err(_) => return,
        }
    }
}

fn a_reply_that_was_given_is_kept_and_given_again_after_a_kill(keeper: Keeper) {
    let Some(place) = keeper.place() else { return };
    let mut chance = Chance::new();
    let start = || place.serve();
    let mut program = start();
    let kills = runs().div_ceil(6);
    let mut kept = 0;
    for kill in 0..kills {
        // One for each life: what a server has taken of a key's limit and not handed out is lost with it, until the minute is over.
        let key = key(&*place.open());
        let (addr, answered) = (program.addr, Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for number in 0..4 {
                let (answered, key) = (&answered, &key);
                scope.spawn(move || keep_asking(addr, key, &format!("u{kill}-{number}"), answered));
            }
            while answered.lock().unwrap().is_empty() {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(chance.below(600)));
            program.kill();
        });
        program = start();
        place.sound(&format!("kill {kill}"));
        let answered = answered.into_inner().unwrap();
        kept += answered.len();
        let store = place.open();
        for (message, reply) in &answered {
            let id = reply["id"].as_str().unwrap_or_else(|| panic!("a reply without an id: {reply}"));
            let turn = store.turn(id).unwrap().unwrap_or_else(|| panic!("kill {kill}: {message} is lost"));
            assert_eq!(turn.text, message["text"], "kill {kill}");
        }
        // Nothing is answered twice: the same delivery gets the same turn from the next server.
        let last: BTreeMap<&str, &Exchange> =
            answered.iter().map(|both| (both.0["user"].as_str().unwrap(), both)).collect();
        for (message, reply) in last.values() {
            let (status, again) = ask(program.addr, &key, message).unwrap();
            assert_eq!((status, &again["id"]), (200, &reply["id"]), "kill {kill}: {message}");
        }
    }
    eprintln!("{}: {kills} kills of a server, {kept} replies all kept", keeper.name());
}
