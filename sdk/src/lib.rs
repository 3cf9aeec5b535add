//! What the author of a collector plugin adds.
//!
//! Takes a type that implements [`Collector`] and makes a WebAssembly component of it that the engine can run. It never reads
//! a clock, a random number, an environment or a network itself: everything comes from the host, which records each answer.
//!
//! A whole collector:
//!
//! ```
//! use engine_sdk::http::{Request, next_link};
//! use engine_sdk::{Collector, Fact, Fault, Run};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize)]
//! struct Config { team: String }              // `[collector.NAME.config]` of engine.toml
//!
//! #[derive(Deserialize)]
//! struct Member { login: String, two_factor: bool }   // what the service answers
//!
//! #[derive(Serialize)]
//! struct TeamMember { name: String, mfa_enabled: bool }   // what is stated; shared kinds stand in `engine_sdk::kinds`
//! impl Fact for TeamMember { const KIND: &'static str = "example.member@1"; }
//!
//! struct Example;
//!
//! impl Collector for Example {
//!     fn collect(run: &Run<'_>) -> Result<(), Fault> {
//!         let config: Config = run.config()?;
//!         let scope = run.scope(format!("example:{}", config.team));
//!         scope.collect::<TeamMember>(|members| {
//!             let first = Request::get(format!("https://api.example.com/teams/{}/members", config.team)).credential("api");
//!             for page in run.pages(first, next_link) {
//!                 for member in page?.items::<Member>("/members")? {      // `?` makes a gap of this kind and scope
//!                     let Member { login, two_factor } = member.value;
//!                     let subject = format!("{}/member/{login}", scope.id());
//!                     members.state_from(&subject, &TeamMember { name: login, mfa_enabled: two_factor }, member.from)?;
//!                 }
//!             }
//!             Ok(())                                                     // complete, with the exact count
//!         });
//!         Ok(())
//!     }
//! }
//! engine_sdk::export!(Example, manifest = "examples/plugin.toml");
//! # // Natively there is no engine around it, so the test runs it with a host of its own.
//! # let host = engine_sdk::testing::Recorded::new().config(r#"{"team":"core"}"#).answer(
//! #     "GET https://api.example.com/teams/core/members", 200, r#"{"members":[{"login":"ada","two_factor":true}]}"#);
//! # Example::collect(&Run::new(&host).unwrap()).unwrap();
//! # assert_eq!(host.complete_counts()["example.member@1 example:core"], 1);
//! ```

#[doc(hidden)]
pub mod bindings;
mod export;
mod fault;
pub mod files;
mod host;
pub mod http;
pub mod kinds;
mod read_from;
mod run;
mod scope;
pub mod testing;

pub use export::Collector;
#[doc(hidden)]
pub use export::{check, collect};
pub use fault::{Fault, OrAbsent};
pub use host::{Engine, Host};
pub use read_from::ReadFrom;
pub use run::{Period, Run};
pub use scope::{Facts, Scope, Statement};

/// A type of fact: its fields are those of the kind.
///
/// The engine checks each fact against its kind; one that does not fit is a gap.
pub trait Fact: serde::Serialize {
    /// The kind and its major version, such as `identity.user@1`.
    const KIND: &'static str;
}
