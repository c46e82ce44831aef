//! The hands: a few threads on which what was asked is worked out, in the order in which it came.
//!
//! Whoever is done takes the next piece of work that waits, without being woken for it. On the runtime's own threads for work that
//! blocks each piece would wake one anew, and the one that makes room for it would be woken before: a quarter of a server's time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Sender, unbounded};
use tokio::sync::oneshot;

use super::Busy;

type Piece = Box<dyn FnOnce() + Send>;

/// Threads that work until this is dropped and what waits is done.
pub(super) struct Hands {
    waiting: Sender<Piece>,
}

impl Hands {
    pub fn new(count: usize) -> Self {
        let (waiting, taken) = unbounded::<Piece>();
        for number in 0..count {
            let taken = taken.clone();
            let work = move || taken.into_iter().for_each(|piece| piece());
            let thread = std::thread::Builder::new().name(format!("answer-{number}")).spawn(work);
            if let Err(error) = thread {
                tracing::error!(%error, "a thread that answers can't be started; there are {number}");
                break;
            }
        }
        Self { waiting }
    }

    /// Does a piece of work, unless nobody has begun it within `patience`. What was begun is done to its end, even when the asker has
    /// hung up.
    pub async fn work<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (done, mut result) = oneshot::channel();
        // Set by whoever is first: who begins, or who won't wait any longer.
        let settled = Arc::new(AtomicBool::new(false));
        let begun = Arc::clone(&settled);
        let piece = Box::new(move || {
            if done.is_closed() || begun.swap(true, Ordering::AcqRel) {
                return;
            }
            match catch_unwind(AssertUnwindSafe(work)) {
                // Nobody hears it where the asker has hung up meanwhile.
                Ok(worked) => drop(done.send(worked)),
                // The panic was logged where it happened.
                Err(_) => drop(done),
            }
        });
        self.waiting.send(piece).map_err(|_| Busy::Failed)?;
        let result = match tokio::time::timeout(patience, &mut result).await {
            Ok(result) => result,
            Err(_) if !settled.swap(true, Ordering::AcqRel) => return Err(Busy::Waiting),
            Err(_) => result.await,
        };
        result.map_err(|_| {
            tracing::error!("answering failed");
            Busy::Failed
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn what_was_begun_is_waited_for_and_what_was_not_is_given_up() {
        let hands = Hands::new(1);
        let (free, stuck) = mpsc::channel::<()>();
        let first = hands.work(Duration::from_millis(50), move || stuck.recv().map_err(drop));
        let second = async {
            // Handed in behind the first one, which holds the only hand.
            let given_up = hands.work(Duration::from_millis(200), || "second").await;
            free.send(()).unwrap();
            given_up
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!(first, Ok(Ok(())), "longer than its patience");
        assert_eq!(second, Err(Busy::Waiting));
        assert_eq!(hands.work(LONG, || "third").await, Ok("third"));
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_no_hand() {
        let hands = Hands::new(1);
        assert_eq!(hands.work(LONG, || panic!("on purpose")).await.map(|(): ()| ()), Err(Busy::Failed));
        assert_eq!(hands.work(LONG, || 1).await, Ok(1));
    }

    #[tokio::test]
    async fn nothing_is_begun_for_who_has_hung_up() {
        let hands = Hands::new(1);
        let (free, stuck) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let first = hands.work(LONG, move || stuck.recv().map_err(drop));
        {
            let gone = hands.work(LONG, move || tell.send(()).map_err(drop));
            // Asked for, and given up before there was a hand.
            tokio::select! {
                biased;
                _ = first => panic!("nobody has let it go"),
                _ = gone => panic!("there is no hand"),
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
        free.send(()).unwrap();
        assert_eq!(hands.work(LONG, || 1).await, Ok(1));
        assert!(told.try_recv().is_err());
    }
}
