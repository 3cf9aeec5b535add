//! The functions that rules can call: a closed list, with a version.
//!
//! Names, numbers of arguments and types stand here; what each does stands in [`crate::evaluate::call`]. A rule cannot
//! add to it, and no function of it reads anything but its arguments and the instant of the run.

/// The version of the vocabulary; it grows when a function is added or changes what it gives.
pub const VOCABULARY: u32 = 1;

/// What this build of the evaluation is made of: a digest over its sources, the versions of what they use, and the compiler.
///
/// Evaluations with the same name conclude the same of the same facts; of others nothing is known.
pub const EVALUATOR: &str = env!("ENGINE_EVALUATOR");

/// A function of plain arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Pass,
    Fail,
    NotApplicable,
    Inconclusive,
    IsNull,
    DaysAgo,
    HoursAgo,
    DaysUntil,
    HoursUntil,
    Days,
    Hours,
    Minutes,
    Seconds,
    Length,
    IsEmpty,
    Contains,
    StartsWith,
    EndsWith,
    ToLower,
    ToUpper,
    Trim,
    Split,
    Replace,
    ParseInt,
    Join,
    First,
    Last,
    Unique,
    Sorted,
    Smallest,
    Largest,
    ToText,
}

/// A function of a list and a closure of one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Each {
    All,
    Any,
    Filter,
    Map,
    Count,
    Find,
}

/// What a function takes and gives, for the check before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Anything,
    Bool,
    Int,
    Text,
    /// A string or a list.
    Sequence,
    /// A string, a list or a range.
    Whole,
    List,
    Instant,
    Duration,
    Age,
    Verdict,
    /// An item of the list that is the first argument.
    Item,
    /// The same list.
    Same,
    /// A list of strings.
    Texts,
}

/// One line of the vocabulary.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) function: Function,
    pub(crate) takes: &'static [Sort],
    pub(crate) gives: Sort,
}

const fn entry(name: &'static str, function: Function, takes: &'static [Sort], gives: Sort) -> Entry {
    Entry { name, function, takes, gives }
}

/// Every function of plain arguments. One name may stand twice with different numbers of arguments.
pub(crate) const FUNCTIONS: &[Entry] = &[
    entry("pass", Function::Pass, &[], Sort::Verdict),
    entry("fail", Function::Fail, &[Sort::Text], Sort::Verdict),
    entry("not_applicable", Function::NotApplicable, &[Sort::Text], Sort::Verdict),
    entry("inconclusive", Function::Inconclusive, &[Sort::Text], Sort::Verdict),
    entry("is_null", Function::IsNull, &[Sort::Anything], Sort::Bool),
    entry("days_ago", Function::DaysAgo, &[Sort::Instant], Sort::Age),
    entry("hours_ago", Function::HoursAgo, &[Sort::Instant], Sort::Age),
    entry("days_until", Function::DaysUntil, &[Sort::Instant], Sort::Age),
    entry("hours_until", Function::HoursUntil, &[Sort::Instant], Sort::Age),
    entry("days", Function::Days, &[Sort::Int], Sort::Duration),
    entry("hours", Function::Hours, &[Sort::Int], Sort::Duration),
    entry("minutes", Function::Minutes, &[Sort::Int], Sort::Duration),
    entry("seconds", Function::Seconds, &[Sort::Int], Sort::Duration),
    entry("len", Function::Length, &[Sort::Sequence], Sort::Int),
    entry("is_empty", Function::IsEmpty, &[Sort::Sequence], Sort::Bool),
    entry("contains", Function::Contains, &[Sort::Whole, Sort::Anything], Sort::Bool),
    entry("starts_with", Function::StartsWith, &[Sort::Text, Sort::Text], Sort::Bool),
    entry("ends_with", Function::EndsWith, &[Sort::Text, Sort::Text], Sort::Bool),
    entry("to_lower", Function::ToLower, &[Sort::Text], Sort::Text),
    entry("to_upper", Function::ToUpper, &[Sort::Text], Sort::Text),
    entry("trim", Function::Trim, &[Sort::Text], Sort::Text),
    entry("split", Function::Split, &[Sort::Text, Sort::Text], Sort::Texts),
    entry("replace", Function::Replace, &[Sort::Text, Sort::Text, Sort::Text], Sort::Text),
    entry("parse_int", Function::ParseInt, &[Sort::Text], Sort::Int),
    entry("join", Function::Join, &[Sort::List, Sort::Text], Sort::Text),
    entry("first", Function::First, &[Sort::List], Sort::Item),
    entry("last", Function::Last, &[Sort::List], Sort::Item),
    entry("unique", Function::Unique, &[Sort::List], Sort::Same),
    entry("sorted", Function::Sorted, &[Sort::List], Sort::Same),
    entry("smallest", Function::Smallest, &[Sort::List], Sort::Item),
    entry("largest", Function::Largest, &[Sort::List], Sort::Item),
    entry("to_string", Function::ToText, &[Sort::Anything], Sort::Text),
];

/// Every function of a list and a closure.
pub(crate) const EACH: &[(&str, Each)] = &[
    ("all", Each::All),
    ("any", Each::Any),
    ("some", Each::Any),
    ("filter", Each::Filter),
    ("map", Each::Map),
    ("count", Each::Count),
    ("find", Each::Find),
];

/// Every name that can be called, for messages and completion.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|entry| entry.name).chain(EACH.iter().map(|(name, _)| *name)).chain(["has"])
}

/// Names of plain Rhai and of other languages, with what to write instead.
pub(crate) fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "eval" | "import" | "Fn" | "call" | "curry" => "rules run no text and no function values: write the function out",
        "print" | "debug" => "put what you want to see into the message of `fail`, or run `engine rule test`",
        "now" | "timestamp" | "today" => "rules do not see the clock: compare `days_ago(instant)` with a number of days",
        "type_of" => "fields have the type that their kind gives them; ask `is_null()` or `has(\"field\")`",
        "is_def_var" | "is_def_fn" | "is_shared" => "names are checked before the rule runs",
        "push" | "insert" | "pop" | "remove" | "clear" => "lists never change: use `list += [item]`, `filter` or `map`",
        "sort" | "order" => "use `sorted()`, which gives a new list",
        "size" | "length" => "use `len()`",
        "to_int" | "parse" => "use `parse_int()`",
        "skip" | "na" => "use `not_applicable(\"why\")`",
        "exists" | "defined" => "use `has(\"field\")`",
        "index_of" => "use `contains()` or `find()`",
        _ => return None,
    })
}
