//! Chunks, handed to several workers and put in order again.
//!
//! Takes a feed of chunks, gives what each held, in the order of the feed. How many workers there are shows nowhere: a worker
//! takes the next chunk under a lock, so that when it sees too many facts they all came before.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

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

struct Shared<F, E> {
    feed: F,
    index: usize,
    /// Set once: nothing comes after it.
    ended: Option<Result<(), E>>,
}

/// Reads every chunk with that many threads, at least one.
pub(crate) fn drain<'k, F: Feed<'k>>(feed: F, setting: Setting<'k>, threads: usize) -> Result<Vec<Chunk>, F::Error> {
    let shared = Mutex::new(Shared { feed, index: 0, ended: None });
    let stated = AtomicU64::new(0);
    let mut chunks = if threads <= 1 {
        work(&shared, &stated, setting)
    } else {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (1..threads.min(256)).map(|_| scope.spawn(|| work(&shared, &stated, setting))).collect();
            let mut chunks = work(&shared, &stated, setting);
            for worker in workers {
                match worker.join() {
                    Ok(more) => chunks.extend(more),
                    Err(cause) => std::panic::resume_unwind(cause),
                }
            }
            chunks
        })
    };
    if let Some(Err(error)) = shared.into_inner().unwrap_or_else(PoisonError::into_inner).ended {
        return Err(error);
    }
    chunks.sort_unstable_by_key(|(index, _)| *index);
    Ok(chunks.into_iter().map(|(_, chunk)| chunk).collect())
}

fn work<'k, F: Feed<'k>>(shared: &Mutex<Shared<F, F::Error>>, stated: &AtomicU64, setting: Setting<'k>) -> Vec<(usize, Chunk)> {
    let mut worker = Worker::new(setting);
    let mut buffer = Vec::new();
    let mut chunks = Vec::new();
    loop {
        let mut guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if guard.ended.is_some() {
            return chunks;
        }
        let (bytes, origin) = match guard.feed.next(&mut buffer) {
            Ok(Some(next)) => next,
            ended => {
                guard.ended = Some(ended.map(|_| ()));
                return chunks;
            }
        };
        let index = guard.index;
        guard.index += 1;
        let over = stated.load(Ordering::Acquire) > setting.limits.facts;
        drop(guard);
        let chunk = worker.read(bytes, origin, over);
        stated.fetch_add(chunk.fact_count, Ordering::Release);
        chunks.push((index, chunk));
    }
}
