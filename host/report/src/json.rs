//! The JSON report, its digest, and findings one a line.
//!
//! Takes a [`Report`] and writes each record as it is made: only the positions of what is listed are held. Fact values
//! stand whole; characters that would act on a terminal are written as JSON escapes, which read back as the same text.

use std::cell::Cell;
use std::io::{self, Write};

use model::Digest;
use serde::{Serialize, Serializer};
use serde_json::ser::{CompactFormatter, Formatter};
use sha2::{Digest as _, Sha256};

use crate::index::{Finding, Index};
use crate::inert_json::write_escaped;
use crate::shape::Document;
use crate::{Report, SCHEMA_VERSION, row, statement};

/// How many findings a rule are listed unless every one is asked for.
pub(crate) const LISTED: usize = 1_000;

/// Which findings a JSON report lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Findings {
    /// Those that fail or are inconclusive, at most 1,000 a rule; what is left out is counted.
    Listed,
    /// Every one, whatever its outcome.
    All,
}

/// The digest over what a report says: the plain SHA-256 of its JSON without `run` and `content_digest`, with
/// [`Findings::Listed`].
///
/// It is the same for two runs of the same evidence, whenever and on however many threads they ran.
pub fn content_digest(report: &Report<'_>) -> Digest {
    digest_of(&Index::of(report))
}

pub(crate) fn digest_of(index: &Index<'_>) -> Digest {
    let mut hash = HashWriter(Sha256::new());
    let mut json = serde_json::Serializer::with_formatter(&mut hash, CompactFormatter);
    let listed = Listed::of(index, Findings::Listed);
    // Hashing never fails, and the records hold nothing that JSON cannot: an error cannot come.
    let _ = write_document(index, &listed, None, &mut json);
    Digest::from_bytes(hash.0.finalize().into())
}

/// Writes the JSON report, and a line end.
///
/// # Errors
/// Whatever the writer fails with.
pub fn json(report: &Report<'_>, out: &mut dyn Write, findings: Findings) -> io::Result<()> {
    let index = Index::of(report);
    let digest = digest_of(&index);
    let listed = Listed::of(&index, findings);
    let mut json = serde_json::Serializer::with_formatter(&mut *out, InertFormatter);
    write_document(&index, &listed, Some(digest), &mut json)?;
    out.write_all(b"\n")
}

/// Writes any value as compact JSON in which nothing acts on a terminal.
pub(crate) fn write_inert(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut json = serde_json::Serializer::with_formatter(out, InertFormatter);
    Ok(value.serialize(&mut json)?)
}

/// Writes every finding, whatever its outcome, one JSON object a line, by rule and then in the order of the facts.
///
/// # Errors
/// Whatever the writer fails with.
pub fn findings_ndjson(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    for header in report.findings.rules().iter().filter_map(|it| index.rule(&it.rule)) {
        for finding in index.findings_of(header, |_| true) {
            let mut json = serde_json::Serializer::with_formatter(&mut *out, InertFormatter);
            row::finding(&index, &finding).serialize(&mut json)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// The findings that a report lists, by severity and then subject.
pub(crate) fn listed<'a>(index: &Index<'a>, which: Findings) -> Vec<Finding<'a>> {
    let mut findings: Vec<_> = match which {
        Findings::Listed => index.rules().flat_map(|header| index.shown(header, LISTED)).collect(),
        Findings::All => index.rules().flat_map(|header| index.findings_of(header, |_| true)).collect(),
    };
    findings.sort_by(|a, b| index.compare(a, b));
    findings
}

/// What a document lists, by position.
struct Listed<'a> {
    findings: Vec<Finding<'a>>,
    /// Of each fact, whether a listed finding cites it.
    cited: Vec<bool>,
    most: usize,
}

impl<'a> Listed<'a> {
    fn of(index: &Index<'a>, which: Findings) -> Self {
        let report = &index.report;
        let findings = listed(index, which);
        let mut cited = vec![false; report.facts.facts().len()];
        for position in findings.iter().flat_map(|finding| finding.cited(report).0) {
            if let Some(mark) = cited.get_mut(position) {
                *mark = true;
            }
        }
        let most = if which == Findings::All { usize::MAX } else { LISTED };
        Self { findings, cited, most }
    }
}

fn write_document<S: Serializer>(
    index: &Index<'_>,
    listed: &Listed<'_>,
    digest: Option<Digest>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let report = &index.report;
    let facts = report.facts.facts();
    Document {
        schema_version: SCHEMA_VERSION,
        statement: statement(report.facts),
        content_digest: digest.map(|digest| digest.to_string()),
        run: digest.map(|_| row::run(index)),
        engagement: report.engagement.map(row::engagement),
        frameworks: Rows::new(report.assessment.frameworks.iter().map(|it| row::framework(index, it))),
        controls: Rows::new(report.assessment.controls.iter().map(|it| row::control(index, it))),
        rules: Rows::new(index.rules().map(|header| {
            let counts = index.counts(&header.id);
            row::rule(header, counts, (counts.fail + counts.inconclusive).saturating_sub(listed.most))
        })),
        findings: Rows::new(listed.findings.iter().map(|it| row::finding(index, it))),
        gaps: Rows::new(report.facts.gaps().iter().map(|it| row::gap(index, it))),
        evidence: Rows::new(
            facts
                .iter()
                .zip(&listed.cited)
                .enumerate()
                .filter_map(|(at, (fact, cited))| if *cited { Some(row::evidence(index.evidence_id(at)?, fact)) } else { None }),
        ),
        operator_changes: report.operator_changes,
        exit: row::exit(report),
    }
    .serialize(serializer)
}

/// Records that are made while they are written.
struct Rows<I>(Cell<Option<I>>);

impl<I> Rows<I> {
    fn new(rows: I) -> Self {
        Self(Cell::new(Some(rows)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Rows<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

struct HashWriter(Sha256);

impl Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Compact JSON in which every character that acts on a terminal is an escape.
struct InertFormatter;

impl Formatter for InertFormatter {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_escaped(fragment, writer, |_| true)
    }
}
