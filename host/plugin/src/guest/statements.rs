//! What the guest says through `facts`, held until the run ends. Nothing of it is trusted here; only sizes are checked.
//!
//! What is too large becomes a gap, so that it is never silently lost.

use std::collections::BTreeSet;

use model::{Fault, Record, Timestamp};

use super::cut::Cut;
use crate::answer::fault;
use crate::limits::Limits;

const MAX_KIND: usize = 256;
const MAX_SCOPE: usize = 1_024;
const MAX_TEXT: usize = 64 * 1024;
const MAX_FAULT_TEXT: usize = 4_096;
const MAX_REFUSALS: usize = 10_000;
const OVERHEAD: u64 = 128;

/// The records of a run so far, each with the number of the last call that was answered when it was made.
#[derive(Debug)]
pub(crate) struct Statements {
    records: Vec<(u64, Record)>,
    record_limit: u64,
    batch_limit: u64,
    left: u64,
    refused: BTreeSet<(String, String)>,
}

/// Answers a statement: `Ok` when it was taken, a fault when it was not.
pub(crate) type Taken = Result<Result<(), Fault>, Cut>;

impl Statements {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            records: Vec::new(),
            record_limit: limits.record,
            batch_limit: limits.batch,
            left: limits.facts,
            refused: BTreeSet::new(),
        }
    }

    pub(crate) fn expect(&mut self, call: u64, kind: String, scope: String) -> Taken {
        self.take(call, 0, &kind.clone(), &scope.clone(), || Record::Expect { kind, scope })
    }

    pub(crate) fn emit(&mut self, call: u64, at: Timestamp, place: (String, String), encoding: String, batch: Vec<u8>) -> Taken {
        let (kind, scope) = place;
        let size = batch.len() as u64;
        if encoding != "ndjson" {
            let shown: String = encoding.chars().take(40).collect();
            return self.refuse(
                call,
                &kind,
                &scope,
                fault("invalid", format!("the encoding `{shown}` is not known: `ndjson` is")),
            );
        }
        if size > self.batch_limit {
            let message = format!(
                "the batch holds {size} bytes, at most {} are allowed: raise `batch` in the collector's limits in engine.toml",
                self.batch_limit
            );
            return self.refuse(call, &kind, &scope, fault("too-large", message));
        }
        let longest = batch.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or(0) as u64;
        if longest > self.record_limit {
            let message = format!(
                "a record holds {longest} bytes, at most {} are allowed: raise `record` in the collector's limits in engine.toml",
                self.record_limit
            );
            return self.refuse(call, &kind, &scope, fault("too-large", message));
        }
        self.take(call, size, &kind.clone(), &scope.clone(), || Record::Emit { kind, scope, encoding, batch, at })
    }

    pub(crate) fn complete(&mut self, call: u64, at: Timestamp, kind: String, scope: String, claim: String) -> Taken {
        if claim.len() > MAX_TEXT {
            return self.refuse(call, &kind, &scope, fault("too-large", "the claim is larger than 64 KiB"));
        }
        let size = claim.len() as u64;
        self.take(call, size, &kind.clone(), &scope.clone(), || Record::Complete { kind, scope, claim, at })
    }

    pub(crate) fn gap(&mut self, call: u64, kind: String, scope: String, reason: Fault) -> Taken {
        let reason = shortened(reason);
        let size = (reason.code.len() + reason.message.len() + reason.more.len()) as u64;
        self.take(call, size, &kind.clone(), &scope.clone(), || Record::Gap { kind, scope, fault: reason })
    }

    fn take(&mut self, call: u64, size: u64, kind: &str, scope: &str, record: impl FnOnce() -> Record) -> Taken {
        if kind.len() > MAX_KIND || scope.len() > MAX_SCOPE {
            return self.refuse(call, kind, scope, fault("too-large", "the name of the kind or of the scope is too long"));
        }
        let cost = size.saturating_add((kind.len() + scope.len()) as u64).saturating_add(OVERHEAD);
        if cost > self.left {
            return self.refuse(
                call,
                kind,
                scope,
                fault(
                    "too-large",
                    "the run said more than its limit of facts: raise `facts` in the collector's limits in engine.toml",
                ),
            );
        }
        self.left -= cost;
        self.records.push((call, record()));
        Ok(Ok(()))
    }

    /// Notes the refusal as a gap, once for each kind and scope.
    fn refuse(&mut self, call: u64, kind: &str, scope: &str, fault: Fault) -> Taken {
        let (mut kind, mut scope) = (kind.to_owned(), scope.to_owned());
        cut_text(&mut kind, MAX_KIND);
        cut_text(&mut scope, MAX_SCOPE);
        if self.refused.insert((kind.clone(), scope.clone())) {
            if self.refused.len() > MAX_REFUSALS {
                return Err(Cut::new("facts", "it went on after too many of its statements were refused"));
            }
            self.records.push((call, Record::Gap { kind, scope, fault: fault.clone() }));
        }
        Ok(Err(fault))
    }

    /// All records, or of a run that was cut off only those that do not depend on when exactly it was: the ones made
    /// before the last answered call was asked.
    pub(crate) fn finish(self, cut_at: Option<u64>) -> Vec<Record> {
        let kept = |call: u64| cut_at.is_none_or(|last| call < last);
        self.records.into_iter().filter(|(call, _)| kept(*call)).map(|(_, record)| record).collect()
    }
}

/// A guest's fault as it is kept and shown.
pub(crate) fn shortened(mut fault: Fault) -> Fault {
    for text in [&mut fault.code, &mut fault.message, &mut fault.more] {
        cut_text(text, MAX_FAULT_TEXT);
    }
    fault
}

fn cut_text(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emit(statements: &mut Statements, batch: &[u8]) -> Result<(), Fault> {
        let place = ("a.b@1".to_owned(), "s".to_owned());
        statements.emit(0, Timestamp::UNIX_EPOCH, place, "ndjson".to_owned(), batch.to_vec()).unwrap()
    }

    /// Seen to fail with the limits of records and batches off.
    #[test]
    fn threat_3_what_is_too_large_is_a_fault_and_one_gap() {
        let limits = Limits { record: 100, batch: 1_000, facts: 10_000, ..Limits::default() };
        let mut statements = Statements::new(&limits);
        assert!(emit(&mut statements, &[b'x'; 100]).is_ok());
        assert_eq!(emit(&mut statements, &[b'x'; 101]).unwrap_err().code, "too-large");
        assert_eq!(emit(&mut statements, &b"x\n".repeat(501)).unwrap_err().code, "too-large");
        while emit(&mut statements, &b"x\n".repeat(500)).is_ok() {}
        let records = statements.finish(None);
        assert_eq!(records.iter().filter(|record| matches!(record, Record::Gap { .. })).count(), 1);
    }

    /// Seen to fail with `MAX_REFUSALS` off.
    #[test]
    fn threat_3_a_guest_that_goes_on_for_ever_is_cut_off() {
        let limits = Limits { facts: 1_000, ..Limits::default() };
        let mut statements = Statements::new(&limits);
        let cut = (0..1_000_000).find_map(|n| statements.expect(0, "a.b@1".to_owned(), n.to_string()).err());
        assert_eq!(cut.unwrap().cause, "facts");
    }

    #[test]
    fn a_run_that_was_cut_off_keeps_only_what_came_before_its_last_call() {
        let mut statements = Statements::new(&Limits::default());
        for call in 0..4 {
            statements.expect(call, "a.b@1".to_owned(), call.to_string()).unwrap().unwrap();
        }
        let scopes: Vec<_> = statements
            .finish(Some(2))
            .into_iter()
            .map(|record| if let Record::Expect { scope, .. } = record { scope } else { String::new() })
            .collect();
        assert_eq!(scopes, ["0", "1"]);
    }
}
