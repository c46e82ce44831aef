//! Work on many things on every core, with the results in the order of the things. What the work is, is not known here.

use std::sync::mpsc::sync_channel;

/// How many things a thread takes at a time.
const BATCH: usize = 16;
/// How many batches a thread may be ahead of whoever takes the results: bounds the memory.
const AHEAD: usize = 4;

/// Does `work` for each number below `count`, and hands the results to `take` in order.
///
/// The batches go to the threads in turn, so that the next result always comes from a known thread and none has to be kept
/// until its turn.
pub fn in_order<T: Send>(count: usize, work: &(dyn Fn(usize) -> T + Sync), take: &mut dyn FnMut(T)) {
    let batches = count.div_ceil(BATCH);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8).min(batches);
    if threads < 2 {
        (0..count).map(work).for_each(take);
        return;
    }
    std::thread::scope(|scope| {
        let results: Vec<_> = (0..threads)
            .map(|thread| {
                let (sender, receiver) = sync_channel::<Vec<T>>(AHEAD);
                scope.spawn(move || {
                    for batch in (thread..batches).step_by(threads) {
                        let numbers = batch * BATCH..((batch + 1) * BATCH).min(count);
                        if sender.send(numbers.map(work).collect()).is_err() {
                            return;
                        }
                    }
                });
                receiver
            })
            .collect();
        for batch in 0..batches {
            // A thread that panicked sends nothing more; the scope passes its panic on.
            let Ok(done) = results[batch % threads].recv() else { return };
            done.into_iter().for_each(&mut *take);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_result_comes_once_and_in_order() {
        for count in [0, 1, BATCH, BATCH + 1, 1000] {
            let mut taken = Vec::new();
            in_order(count, &|number| number * 2, &mut |double| taken.push(double));
            assert_eq!(taken, (0..count).map(|number| number * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "panicked")]
    fn a_panic_is_passed_on() {
        in_order(1000, &|number| assert!(number != 500, "five hundred"), &mut |()| ());
    }
}
