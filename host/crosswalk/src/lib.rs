//! What findings mean: the catalog, the relations between requirements, and the algebra of statuses.
//!
//! Takes the texts of frameworks, controls and relations and gives a checked [`Catalog`](model::Catalog); takes a catalog
//! and the evidence of one run and gives an [`Assessment`](model::Assessment). Never does I/O, never asks a clock, never
//! fails on evidence: what is not known is `unknown`, and no absence of evidence ever makes anything look better.
//!
//! The algebra is an order-free, idempotent join, in four folds: outcomes of subjects into a control ([`assess()`]), controls
//! into an aspect, aspects into a requirement, requirements across frameworks ([`reach`]). With the expected scopes held
//! fixed, removing a fact, a completeness claim or all of a scope never turns `unknown`, `failing` or `deviations` into
//! anything better; `tests/crosswalk/removal.rs` checks it on random worlds.

mod assess;
mod carve;
mod control;
mod coverage;
mod evidence;
mod exit;
mod fold;
mod inherit;
mod kind_evidence;
mod leaf;
mod phrase;
mod plan;
mod read;
mod relation;
mod tally;
mod waive;

pub use assess::assess;
pub use carve::{Answer, BRIDGE, CURRENT_FOR, CarveOut, REPORT_KIND, SubserviceStatement, report_types};
pub use coverage::{Giver, coverage, further};
pub use evidence::{AssessScope, Evidence};
pub use exit::{doubts, exit};
pub use plan::plan;
pub use read::problem::{CatalogErrors, CatalogFault, CatalogProblem, Place};
pub use read::read_catalog;
pub use relation::{Reach, carries_deviation, carries_support, compose, reach};
pub use waive::{Standing, WaiverEffect, Waivers, waivers};
