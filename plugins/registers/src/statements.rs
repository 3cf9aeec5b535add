//! What is said of one register: its facts in batches, its gaps within bounds, and whether it is complete.
//!
//! Kinds come from a table here and not from types, so this speaks to the host itself. It never says that a register is complete
//! of which a line could not be read.

use core::hash::{Hash, Hasher};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::DefaultHasher;

use engine_sdk::{Fault, Host};

use crate::quote::counted;

/// How many facts a batch holds at most.
const BATCH_FACTS: usize = 1_000;
/// How many bytes a batch holds before it is sent.
const BATCH_BYTES: usize = 256 * 1024;
/// How many lines that are wrong are named one by one.
const NAMED: u64 = 100;

/// The statements of one kind in one scope.
pub(crate) struct Statements<'a> {
    host: &'a dyn Host,
    kind: &'a str,
    scope: &'a str,
    batch: Vec<u8>,
    batch_count: usize,
    /// For a digest of each subject the number of its line.
    lines: BTreeMap<u128, u32>,
    stated_count: u64,
    refused_count: u64,
    has_gap: bool,
}

impl<'a> Statements<'a> {
    /// Says that the kind is expected in the scope.
    pub(crate) fn expect(host: &'a dyn Host, kind: &'a str, scope: &'a str) -> Self {
        let mut statements = Self {
            host,
            kind,
            scope,
            batch: Vec::new(),
            batch_count: 0,
            lines: BTreeMap::new(),
            stated_count: 0,
            refused_count: 0,
            has_gap: false,
        };
        if let Err(fault) = host.expect(kind, scope) {
            statements.gap(&fault);
        }
        statements
    }

    /// How many lines could not be read.
    pub(crate) fn refused_count(&self) -> u64 {
        self.refused_count
    }

    /// How many lines there are, those that could not be read included.
    pub(crate) fn line_count(&self) -> u64 {
        self.stated_count + self.refused_count
    }

    /// States a fact, whose line is the JSON of a subject, its body and what stands beside them.
    ///
    /// # Errors
    /// The number of the line that has the subject already.
    pub(crate) fn state(&mut self, subject: &str, line: u64, json: &[u8]) -> Result<Result<(), Fault>, u64> {
        match self.lines.entry(digest(subject)) {
            Entry::Occupied(first) => return Err(u64::from(*first.get())),
            Entry::Vacant(place) => {
                place.insert(u32::try_from(line).unwrap_or(u32::MAX));
            }
        }
        self.stated_count += 1;
        let is_full = self.batch_count > 0 && self.batch.len() + json.len() > BATCH_BYTES;
        if (self.batch_count == BATCH_FACTS || is_full)
            && let Err(fault) = self.flush()
        {
            return Ok(Err(fault));
        }
        self.batch.extend_from_slice(json);
        self.batch.push(b'\n');
        self.batch_count += 1;
        Ok(Ok(()))
    }

    /// Says that a line could not be read, and why. Of very many only the first are named.
    pub(crate) fn refuse(&mut self, code: &str, why: &str) {
        self.refused_count += 1;
        self.has_gap = true;
        if self.refused_count <= NAMED {
            self.gap(&Fault::new(code, why));
        }
    }

    /// Says that something of the register could not be had.
    pub(crate) fn gap(&mut self, fault: &Fault) {
        self.has_gap = true;
        // A host that does not even take a gap leaves the scope without `complete`, which is a gap as well.
        let _ = self.host.gap(self.kind, self.scope, fault);
    }

    /// Says that this was all, or why it was not: without a gap the scope is complete.
    pub(crate) fn end(mut self, read: Result<(), &Fault>) {
        if let Err(fault) = self.flush() {
            self.gap(&fault);
        }
        if let Err(fault) = read {
            self.gap(fault);
        }
        if self.refused_count > NAMED {
            let rest = counted(self.refused_count - NAMED, "more line", "more lines");
            self.gap(&Fault::invalid(format!("{rest} could not be read; the first {NAMED} are named")));
        }
        if self.has_gap {
            return;
        }
        let count = self.stated_count;
        if let Err(fault) = self.host.complete(self.kind, self.scope, &format!("{{\"count\":{count},\"source_count\":{count}}}"))
        {
            self.gap(&fault);
        }
    }

    fn flush(&mut self) -> Result<(), Fault> {
        if self.batch_count == 0 {
            return Ok(());
        }
        self.batch_count = 0;
        let sent = self.host.emit(self.kind, self.scope, "ndjson", &self.batch);
        self.batch.clear();
        sent
    }
}

/// 128 bits of a subject, from two keyed hashes that are the same in every run.
fn digest(subject: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, subject).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(1) << 64) | half(2)
}

#[cfg(test)]
mod tests {
    use engine_sdk::testing::Recorded;

    use super::*;

    #[test]
    fn a_subject_stands_once_and_the_count_is_exact() {
        let host = Recorded::new();
        let mut statements = Statements::expect(&host, "test.a@1", "s");
        for (line, subject) in ["a", "b"].into_iter().enumerate() {
            let json = format!("{{\"subject\":\"{subject}\",\"body\":{{}}}}");
            assert!(statements.state(subject, line as u64 + 2, json.as_bytes()).unwrap().is_ok());
        }
        assert_eq!(statements.state("a", 9, b"{}"), Err(2));
        statements.end(Ok(()));
        assert_eq!(host.complete_counts()["test.a@1 s"], 2);
    }

    #[test]
    fn of_very_many_wrong_lines_the_first_are_named_and_the_rest_counted() {
        let host = Recorded::new();
        let mut statements = Statements::expect(&host, "test.a@1", "s");
        for line in 0..250 {
            statements.refuse("invalid", &format!("line {line}"));
        }
        statements.end(Ok(()));
        let gaps = host.gaps("test.a@1");
        assert_eq!(gaps.len(), 101);
        assert!(gaps[100].message.starts_with("150 more lines"), "{}", gaps[100]);
        assert!(host.complete_counts().is_empty());
    }
}
