//! The store from outside: what was recorded comes back, whatever happens in between.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod damage;
mod formats;
mod history;
mod precedent;
mod processes;
mod round_trip;
mod sample;
