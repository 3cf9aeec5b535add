//! The trust border: what is stated becomes a fact or a gap.
//!
//! Takes the kinds, a collector's records or a stream of NDJSON, and gives facts, gaps and the state of every expected scope.
//! There is no clock and no WebAssembly here, and nothing that was stated is ever dropped: what is not admitted is a gap.

mod admit;
mod canonical;
mod chunk;
mod exact;
mod feed;
mod instant;
mod json;
mod kind_file;
mod kind_set;
mod ledger;
mod limits;
mod line;
mod line_fact;
mod merge;
mod ndjson_read;
mod ndjson_write;
mod order;
mod page;
mod schema;
mod sdk;
mod statement;
#[cfg(test)]
mod tests;
mod wording;

pub use admit::{Admitted, EarlyEnd, Expected, Input, admit};
pub use chunk::BadLine;
pub use kind_set::{KindErrors, KindProblem, KindSet};
pub use limits::Limits;
pub use merge::merge;
pub use ndjson_read::{NdjsonError, read_ndjson};
pub use ndjson_write::{Filter, write_ndjson};
pub use page::kinds_page;
pub use schema::{json_schema, line_schema};
pub use sdk::sdk_source;
