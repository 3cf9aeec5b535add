//! Chunks, handed to several workers and put in order again.
//!
//! Takes a feed of chunks, gives what each held to one fold, in the order of the feed. How many workers there are shows nowhere: a
//! worker takes the next chunk under a lock, so that when it sees too many facts they all came before. A chunk is kept only until
//! those before it are folded.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::chunk::{Chunk, Origin, Setting, Worker};

/// Where chunks come from, in order.
pub(crate) trait Feed<'k>: Send {
    /// Why there is no next chunk, though there should be.
    type Error: Send;

    /// The next chunk, which may be placed in the worker's buffer; `None` at the end.
    fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Option<(&'b [u8], Origin<'k>)>, Self::Error>
    where
        'k: 'b;
}

struct Shared<F, E, D> {
    feed: F,
    /// The number of the next chunk of the feed.
    next: usize,
    /// Set once: nothing comes after it.
    ended: Option<Result<(), E>>,
    /// Chunks that were read before one that comes earlier.
    early: BTreeMap<usize, Chunk>,
    /// How many were folded.
    folded: usize,
    fold: D,
}

/// Reads every chunk with that many threads, at least one, and gives each with its number to `fold`.
pub(crate) fn drain<'k, F: Feed<'k>>(
    feed: F,
    setting: Setting<'k>,
    threads: usize,
    fold: impl FnMut(usize, Chunk) + Send,
) -> Result<(), F::Error> {
    let shared = Mutex::new(Shared { feed, next: 0, ended: None, early: BTreeMap::new(), folded: 0, fold });
    let stated = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 1..threads.min(256) {
            scope.spawn(|| work(&shared, &stated, setting));
        }
        work(&shared, &stated, setting);
    });
    shared.into_inner().unwrap_or_else(PoisonError::into_inner).ended.unwrap_or(Ok(()))
}

fn work<'k, F: Feed<'k>, D: FnMut(usize, Chunk)>(
    shared: &Mutex<Shared<F, F::Error, D>>,
    stated: &AtomicU64,
    setting: Setting<'k>,
) {
    let lock = || -> MutexGuard<'_, _> { shared.lock().unwrap_or_else(PoisonError::into_inner) };
    let mut worker = Worker::new(setting);
    let mut buffer = Vec::new();
    loop {
        let mut guard = lock();
        if guard.ended.is_some() {
            return;
        }
        let (bytes, origin) = match guard.feed.next(&mut buffer) {
            Ok(Some(next)) => next,
            ended => {
                guard.ended = Some(ended.map(|_| ()));
                return;
            }
        };
        let number = guard.next;
        guard.next += 1;
        let over = stated.load(Ordering::Acquire) > setting.limits.facts;
        drop(guard);
        let chunk = worker.read(bytes, origin, over);
        stated.fetch_add(chunk.fact_count, Ordering::Release);
        let mut guard = lock();
        let Shared { early, folded, fold, .. } = &mut *guard;
        early.insert(number, chunk);
        while let Some(chunk) = early.remove(folded) {
            fold(*folded, chunk);
            *folded += 1;
        }
    }
}
