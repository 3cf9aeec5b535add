//! What is asked of each service, one file each.

pub(crate) mod account;
pub(crate) mod cloudtrail;
pub(crate) mod ec2;
pub(crate) mod elb;
pub(crate) mod iam;
pub(crate) mod instance;
pub(crate) mod kms;
pub(crate) mod lambda;
pub(crate) mod logs;
pub(crate) mod rds;
pub(crate) mod rds_snapshot;
pub(crate) mod reach;
pub(crate) mod region;
pub(crate) mod runtime;
pub(crate) mod s3;
pub(crate) mod snapshot;
pub(crate) mod sts;
pub(crate) mod tags;

use std::collections::BTreeSet;

use engine_sdk::{Fact, Facts, Fault, ReadFrom, Statement};

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
