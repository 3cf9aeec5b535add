//! What is asked of each service, one file each.

pub(crate) mod account;
pub(crate) mod acm;
pub(crate) mod alarm;
pub(crate) mod authorization;
pub(crate) mod backup;
pub(crate) mod cloudtrail;
pub(crate) mod ec2;
pub(crate) mod elb;
pub(crate) mod guardduty;
pub(crate) mod iam;
pub(crate) mod instance;
pub(crate) mod kms;
pub(crate) mod lambda;
pub(crate) mod logs;
pub(crate) mod metric_filter;
pub(crate) mod policy;
pub(crate) mod rds;
pub(crate) mod rds_snapshot;
pub(crate) mod reach;
pub(crate) mod recorder;
pub(crate) mod region;
pub(crate) mod role;
pub(crate) mod runtime;
pub(crate) mod s3;
pub(crate) mod schedule;
pub(crate) mod secrets;
pub(crate) mod snapshot;
pub(crate) mod sns;
pub(crate) mod sts;
pub(crate) mod tags;

use std::collections::BTreeSet;

use engine_sdk::kinds::Nullable;
use engine_sdk::{Fact, Facts, Fault, ReadFrom, Statement};
use serde_json::Value;

use crate::call::is_unsubscribed;
use crate::call::xml::Tree;

/// The fields of a fact that could not be had, and why.
#[derive(Default)]
pub(crate) struct Gaps(pub(crate) Vec<(&'static str, String)>);

impl Gaps {
    /// What was answered, or the fields that hang on it become gaps.
    pub(crate) fn or_gap<T>(&mut self, fields: &[&'static str], answer: Result<T, Fault>) -> Option<T> {
        match answer {
            Ok(value) => Some(value),
            Err(fault) => {
                self.add(fields, &fault.message);
                None
            }
        }
    }

    pub(crate) fn add(&mut self, fields: &[&'static str], why: &str) {
        for field in fields {
            if !self.0.iter().any(|(it, _)| it == field) {
                self.0.push((field, why.to_owned()));
            }
        }
    }
}

/// An answer that may say that there is none.
pub(crate) fn unless<T>(code: &str, answer: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.code == code => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// What a service listed, or that it is absent: that AWS says with certainty only by the codes of [`is_unsubscribed`].
///
/// Of a place that EC2 says is in use such an answer is complete and empty ([`crate::Place::collect`]); of any other, and with any
/// other code, it is a gap. It is asked of listings alone, so that nothing that was stated before is declared to be all.
pub(crate) fn unless_absent<T>(listing: Result<T, Fault>) -> Result<T, Fault> {
    listing.map_err(|fault| if is_unsubscribed(&fault) { Fault { code: ABSENT.to_owned(), ..fault } } else { fault })
}

/// The first of several listings of one service: of a service that is absent the others are not asked for; a listing that
/// failed otherwise takes nothing from them.
pub(crate) fn first_listing<T>(listing: Result<T, Fault>) -> Result<Result<T, Fault>, Fault> {
    match unless_absent(listing) {
        Err(fault) if fault.code == ABSENT => Err(fault),
        listed => Ok(listed),
    }
}

/// The code of the fault that says that an account has none of a service.
pub(crate) const ABSENT: &str = "service-absent";

/// The text of a field of an answer in JSON; `None` for an empty one.
pub(crate) fn text_of<'a>(of: &'a Value, field: &str) -> Option<&'a str> {
    of.get(field).and_then(Value::as_str).filter(|it| !it.is_empty())
}

/// The text of a field that must be there.
pub(crate) fn needed(of: &Value, field: &str, action: &str) -> Result<String, Fault> {
    let text = text_of(of, field).map(str::to_owned);
    text.ok_or_else(|| Fault::invalid(format!("{action}: an item of the answer has no `{field}`")))
}

/// The texts of a list of an answer in JSON, sorted, each once.
pub(crate) fn sorted<'a>(texts: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    let texts = texts.into_iter().filter_map(Value::as_str).map(str::to_owned);
    texts.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The key that encrypts something, from its ARN or id; null for a key of AWS's own, and a gap where an alias names it, which may
/// stand for another key tomorrow.
pub(crate) fn encryption_key(gaps: &mut Gaps, (account, region): (&str, &str), named: Option<&str>) -> Nullable<String> {
    let Some(named) = named else { return Nullable::Null };
    if let Some((_, alias)) = named.rsplit_once("alias/") {
        if !alias.starts_with("aws/") {
            gaps.add(&["encryption_key"], "it names its key by an alias");
        }
        return Nullable::Null;
    }
    let is_arn = named.starts_with("arn:");
    Nullable::Value(if is_arn { key_name(named) } else { format!("aws:kms:{region}:{account}:key/{named}") })
}

/// A thing by the name that facts give it: its ARN without `arn:`, and `aws` whatever its partition is.
pub(crate) fn key_name(arn: &str) -> String {
    let Some(named) = arn.strip_prefix("arn:") else { return arn.to_owned() };
    named.split_once(':').map_or_else(|| named.to_owned(), |(_, rest)| format!("aws:{rest}"))
}

/// The texts of the items of a list within an item, sorted, each once.
pub(crate) fn texts(of: &Tree, list: &str, item: &str, field: &str) -> Vec<String> {
    let items = of.child(list).into_iter().flat_map(|it| it.children(item));
    let found = items.filter_map(|it| if field.is_empty() { Some(it.own_text()) } else { it.text(field) });
    found.filter(|it| !it.is_empty()).map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

/// A fact with what was left out of it.
pub(crate) fn give<F: Fact>(
    facts: &mut Facts<'_, F>,
    subject: &str,
    body: &F,
    from: impl IntoIterator<Item = ReadFrom>,
    gaps: Gaps,
) -> Result<(), Fault> {
    let statement = Statement::new(subject, body).from(from);
    facts.give(&gaps.0.into_iter().fold(statement, |statement, (field, why)| statement.gap(field, why)))
}
