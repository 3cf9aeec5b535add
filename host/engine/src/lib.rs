//! The pipeline, its configuration, and the command `engine`.
//!
//! The only crate that knows the others: it turns the noun of one stage into that of the next, and decides nothing that
//! belongs to a stage.

pub mod bundled;
pub mod clock;
pub mod codes;
pub mod command;
pub mod config;
pub mod example;
pub mod pipeline;
pub mod progress;
pub mod replay;
pub mod secrets;

/// The version of the engine.
#[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "cargo accepts no other text")]
pub fn version() -> semver::Version {
    env!("CARGO_PKG_VERSION").parse().expect("cargo checked the version")
}
