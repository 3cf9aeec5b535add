//! A rule's text: parsed, read and compiled, once.
//!
//! Takes the text of one rule and the kinds of facts; gives its header and a program, or every problem with its place.
//! Nothing here runs a rule.

pub(crate) mod assign;
pub(crate) mod call;
pub(crate) mod compile;
pub(crate) mod expression;
pub(crate) mod header;
pub(crate) mod parse;
pub(crate) mod program;
pub(crate) mod schema;
pub(crate) mod syntax;
