//! What is said again in the same words is understood once: greetings, questions that we offer as buttons, what many ask.
//!
//! What a message may mean follows from its words and from what is known, and neither changes while it is known, so that it can be
//! kept. Nobody's words are: a message is known by a hash, whose key is drawn anew at each start, and what it may mean is kept from
//! the second time on, so that what one person says once leaves nothing behind.

use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::meaning::{Reading, SectionScore};
use crate::knowledge::Language;

/// Of so many messages it is kept what they may mean; about 10 kB each.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// Of about so many it is known that they were said.
const HEARD: usize = 1024;
/// Characters beyond which nobody says the same twice.
const LONGEST: usize = 100;

/// A message as it is known: two hashes of its words, which no two messages share.
type Key = (u64, u64);

/// What was said, and what of it was said again.
pub(super) struct Repeated {
    hashes: [RandomState; 2],
    heard: Box<[AtomicU64]>,
    kept: Mutex<LruCache<Key, Arc<Understood>>>,
}

/// What a message may mean, at a first look and at a second one.
#[derive(Debug)]
pub(super) struct Understood {
    glance: Reading,
    /// Nothing where the first look was the only one.
    pub looked: Option<Looked>,
}

/// What a second look changes.
#[derive(Debug)]
pub(super) struct Looked {
    pub sections: Vec<SectionScore>,
    pub asks_outside: f32,
}

/// What is known of a message before it is worked out what it may mean.
pub(super) enum Before {
    /// Nothing.
    Unheard,
    /// It was said before, and is worth keeping now.
    Heard(Key),
    Understood(Arc<Understood>),
}

impl Repeated {
    pub fn new() -> Self {
        Self {
            hashes: [RandomState::new(), RandomState::new()],
            heard: (0..HEARD).map(|_| AtomicU64::new(0)).collect(),
            kept: Mutex::new(LruCache::new(KEPT)),
        }
    }

    /// Looks a message up, and takes note that it was said.
    pub fn hear(&self, language: Language, folded: &str, masked: &str) -> Before {
        if folded.chars().nth(LONGEST).is_some() {
            return Before::Unheard;
        }
        let words = (language, folded, masked);
        let key = (self.hashes[0].hash_one(words), self.hashes[1].hash_one(words));
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).map(Arc::clone);
        if let Some(understood) = kept {
            return Before::Understood(understood);
        }
        // One of those that share a place pushes the other out: it is kept a time later.
        let place = usize::try_from(key.0 % HEARD as u64).unwrap_or_default();
        if self.heard[place].swap(key.1, Ordering::Relaxed) == key.1 {
            Before::Heard(key)
        } else {
            Before::Unheard
        }
    }

    /// Keeps what a message may mean, given as it is at a first look and at a second one.
    pub fn keep(&self, key: Key, glance: Reading, looked: Reading) -> Arc<Understood> {
        let Reading { sections, asks_outside, .. } = looked;
        let looked = (!glance.is_looked_at()).then_some(Looked { sections, asks_outside });
        let understood = Arc::new(Understood { glance: glance.without_words(), looked });
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).put(key, Arc::clone(&understood));
        understood
    }
}

impl Understood {
    /// What the message may mean at a first look; the second one costs nothing any more.
    pub fn reading(self: Arc<Self>) -> Reading {
        let glance = self.glance.clone();
        if self.looked.is_some() { glance.looked_up_in(self) } else { glance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(repeated: &Repeated, text: &str) -> Before {
        repeated.hear(Language::Chinese, text, text)
    }

    #[test]
    fn what_is_said_again_is_kept_and_what_was_said_once_is_not() {
        let repeated = Repeated::new();
        assert!(matches!(heard(&repeated, "你好"), Before::Unheard));
        let Before::Heard(key) = heard(&repeated, "你好") else { panic!("the second time") };
        repeated.keep(key, Reading::default(), Reading::default());
        assert!(matches!(heard(&repeated, "你好"), Before::Understood(_)), "the third time");
        assert!(matches!(repeated.hear(Language::English, "你好", "你好"), Before::Unheard));
        assert!(matches!(repeated.hear(Language::Chinese, "你好", "<name>"), Before::Unheard));
    }

    #[test]
    fn long_stories_are_not_kept_and_only_so_many_are() {
        let repeated = Repeated::new();
        let story = "我的网站".repeat(LONGEST);
        for _ in 0..3 {
            assert!(matches!(heard(&repeated, &story), Before::Unheard));
        }
        for number in 0..3 * KEPT.get() as u64 {
            repeated.keep((number, number), Reading::default(), Reading::default());
        }
        assert_eq!(repeated.kept.lock().unwrap().len(), KEPT.get());
    }
}
