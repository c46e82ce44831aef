//! Which conversation a request belongs to. The interface has no name for one: each request brings what was said before.
//!
//! What we have answered is remembered by what stood before it, so that the next request, which brings all that and our answer, is known
//! again. A request that nothing stands before begins a conversation. Where nothing is remembered (after a restart, in another process,
//! when the front end has changed what was said) the first exchange names the conversation: what was said in it is then gone once and
//! not mixed with another's.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::request::Said;
use crate::channels::hex::hex;

/// How many conversations are remembered.
const MOST: usize = 20_000;

/// For how long: longer than the assistant remembers what was said, where nobody sets that higher.
const SPAN: SignedDuration = SignedDuration::from_hours(24);

type Hash = [u8; 32];

/// What was answered, and in which conversation.
#[derive(Default)]
pub struct Threads {
    kept: Mutex<HashMap<Hash, (String, Timestamp)>>,
}

impl Threads {
    /// The conversation of what was said before. `who` keeps keys and their users apart; `new` is its name if it begins here.
    pub fn find(&self, who: &str, before: &[Said], new: impl FnOnce() -> String) -> String {
        if before.iter().all(|said| said.by_user) {
            return new();
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((conversation, _)) = kept.get(&hash(who, before.iter())) {
            return conversation.clone();
        }
        let first_answer = before.iter().position(|said| !said.by_user).unwrap_or_default();
        name(&hash(who, before[..=first_answer].iter()))
    }

    /// Remembers an answer by all that the next request will bring.
    pub fn keep(
        &self,
        who: &str,
        before: Vec<Said>,
        question: String,
        answer: &str,
        conversation: &str,
        now: Timestamp,
    ) {
        let mut said = before;
        said.push(Said { by_user: true, text: question });
        said.push(Said { by_user: false, text: answer.to_owned() });
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            let fresh = |at: &Timestamp| now.duration_since(*at) < SPAN;
            kept.retain(|_, (_, at)| fresh(at));
            // Still too many: the older half goes.
            if kept.len() >= MOST {
                let mut times: Vec<Timestamp> = kept.values().map(|(_, at)| *at).collect();
                times.sort_unstable();
                let middle = times[times.len() / 2];
                kept.retain(|_, (_, at)| *at > middle);
            }
        }
        kept.insert(hash(who, said.iter()), (conversation.to_owned(), now));
    }
}

/// The name of a conversation that a front end has named itself.
pub fn named(who: &str, given: &str) -> String {
    name(
        &Sha256::new()
            .chain_update("named\0")
            .chain_update(who)
            .chain_update([0])
            .chain_update(given)
            .finalize(),
    )
}

fn name(hash: &[u8]) -> String {
    format!("chat-{}", hex(&hash[..16]))
}

/// What was said and by whom, without spaces around it: front ends take them off.
fn hash<'a>(who: &str, said: impl Iterator<Item = &'a Said>) -> Hash {
    let mut hash = Sha256::new().chain_update("said\0").chain_update(who);
    for said in said {
        let text = said.text.trim();
        let mark = [0, u8::from(said.by_user)];
        hash.update(mark);
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(texts: &[&str]) -> Vec<Said> {
        let mut by_user = false;
        texts
            .iter()
            .map(|text| {
                by_user = !by_user;
                Said { by_user, text: (*text).to_owned() }
            })
            .collect()
    }

    #[test]
    fn a_conversation_is_known_again_by_what_was_said() {
        let threads = Threads::default();
        let find = |who: &str, texts: &[&str]| threads.find(who, &said(texts), || "new".to_owned());
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(find("k", &[]), "new");
        threads.keep("k", Vec::new(), "你好".to_owned(), "您好", "one", at);
        assert_eq!(find("k", &["你好", " 您好\n"]), "one");
        threads.keep("k", said(&["你好", "您好"]), "备案".to_owned(), "三天", "one", at);
        assert_eq!(find("k", &["你好", "您好", "备案", "三天"]), "one");
        // Another key, another answer, the same words of others: not this one.
        let other = find("other", &["你好", "您好"]);
        assert!(other.starts_with("chat-") && other != find("k", &["你好", "别的"]));
        // Nothing is remembered of it, and it keeps its name from here on.
        assert_eq!(find("k", &["a", "b", "c", "d"]), find("k", &["a", "b"]));
        assert_eq!(find("k", &[]), "new");
    }

    #[test]
    fn not_more_is_remembered_than_there_is_room_for() {
        let threads = Threads::default();
        for number in 0..MOST + 5 {
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::try_from(number).unwrap());
            threads.keep("k", Vec::new(), number.to_string(), "x", "c", at);
        }
        let kept = threads.kept.lock().unwrap();
        assert!(kept.len() <= MOST && kept.len() > MOST / 3, "{}", kept.len());
    }
}
