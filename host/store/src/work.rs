//! The same work on many items, on every core, with the results in the order of the items.
//!
//! Takes a slice and a pure function. Never lets the number of threads show in a result.

use std::num::NonZero;
use std::thread;

/// Maps every item; `state` is made once for each thread. A thread is worth its start for `grain` items.
pub(crate) fn map<T: Sync, S, R: Send>(
    items: &[T],
    grain: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(8).min(items.len().div_ceil(grain.max(1))).max(1);
    let run = |part: &[T]| {
        let mut state = state();
        part.iter().map(|item| work(&mut state, item)).collect::<Vec<R>>()
    };
    if threads == 1 {
        return run(items);
    }
    thread::scope(|scope| {
        let run = &run;
        let parts: Vec<_> = items.chunks(items.len().div_ceil(threads)).map(|part| scope.spawn(move || run(part))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1_001).collect();
        let squares = super::map(&items, 8, || (), |(), item| item * item);
        assert!(squares.iter().zip(&items).all(|(square, item)| *square == item * item));
        assert_eq!(squares.len(), items.len());
        assert!(super::map(&[] as &[u64], 8, || (), |(), item| *item).is_empty());
    }
}
