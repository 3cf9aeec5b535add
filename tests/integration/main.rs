//! The tests of the whole engine: the built command on real input. One binary, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "test code: a failure here is the report"
)]
#![allow(missing_docs, unreachable_pub, reason = "test code")]

mod aws;
mod carve_outs;
mod command_line;
mod coverage;
mod demo;
mod desk;
mod disk;
mod earlier_runs;
mod example;
mod given_facts;
mod inert;
mod kills;
mod linux_host;
mod malformed;
mod many_collectors;
mod mistakes;
mod moto;
mod plan;
mod registers;
mod replay;
mod signed;
mod survival;
mod taken_over;
mod tidy;
mod worlds;
