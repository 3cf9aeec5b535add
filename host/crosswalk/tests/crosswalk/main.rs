//! Whole assessments of small worlds: the algebra as a user of the crate sees it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is the test's answer")]

mod carve;
mod control;
mod coverage;
mod exit;
mod plan;
mod random;
mod removal;
mod requirement;
mod shipped;
mod waiver;
mod world;
mod worlds;
