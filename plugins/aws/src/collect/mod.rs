//! What is asked of each service, one file each.

pub(crate) mod account;
pub(crate) mod cloudtrail;
pub(crate) mod ec2;
pub(crate) mod iam;
pub(crate) mod kms;
pub(crate) mod logs;
pub(crate) mod s3;
pub(crate) mod sts;

use engine_sdk::Fault;

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

/// A key by the name that `crypto.key@1` gives it: its ARN without `arn:`.
pub(crate) fn key_name(arn: &str) -> String {
    arn.strip_prefix("arn:").unwrap_or(arn).to_owned()
}
