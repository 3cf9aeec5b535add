//! Deriving a recorded run again: takes what the store kept, collects from the transcripts with no network and no files,
//! and compares facts, findings, assessment and report with what was recorded. Never writes.

use std::fmt;
use std::sync::Arc;

use facts::{Expected, Input, KindSet};
use miette::Diagnostic;
use model::{Basis, ClockMode, CollectorName, Digest, FactSet, RunId, SEMANTICS, Transcript};
use plugin::{CollectRequest, Grant, Limits, PluginFile, Source};
use store::Store;
use thiserror::Error;

use crate::pipeline::{
    Absent, Decided, Evaluated, Known, Recorded, RunError, RunSettings, decide, failure_of, loader, recorded_part, silent,
    told_of,
};
use crate::progress::Progress;

/// What was derived again, and agreed.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The collectors that ran again over their transcripts, with the number of answers each was given.
    pub collectors: Vec<(CollectorName, usize)>,
    /// Those whose facts were given, and were taken from the store as they are.
    pub given: Vec<CollectorName>,
    /// How many facts agree.
    pub fact_count: usize,
    /// How many outcomes agree.
    pub outcome_count: usize,
    /// The digest of the report, the same as recorded.
    pub content_digest: Option<Digest>,
}

/// The first place where a replay and the record differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs, such as a fact's subject or a rule.
    pub what: String,
    /// What was recorded.
    pub recorded: String,
    /// What the replay gave.
    pub replayed: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: recorded {}, replayed {}", self.what, self.recorded, self.replayed)
    }
}

/// A run could not be derived again, or came out otherwise.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum ReplayError {
    /// The run, its sources or its settings cannot be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
    /// The store failed, or its evidence was changed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] store::StoreError),
    /// It was recorded under another meaning.
    #[error("{id} was recorded under semantics {recorded}, this engine has {SEMANTICS}")]
    #[diagnostic(code(engine::verify::semantics), help("byte equality holds within one semantics version: use engine {version}"))]
    Semantics {
        /// The run.
        id: RunId,
        /// Its semantics.
        recorded: u32,
        /// The engine that recorded it.
        version: smol_str::SmolStr,
    },
    /// The bodies were pruned.
    #[error("the component of `{collector}` was not kept, so {id} is not replayable")]
    #[diagnostic(code(engine::verify::not_replayable), help("`engine verify {id}` still checks what was kept"))]
    NotReplayable {
        /// The run.
        id: RunId,
        /// The collector.
        collector: CollectorName,
    },
    /// The replay came out otherwise.
    #[error("the replay of {id} differs from the record at {difference}")]
    #[diagnostic(
        code(engine::verify::differs),
        help("the evidence, the component or the engine is not what it was, or the collector is not deterministic")
    )]
    Differs {
        /// The run.
        id: RunId,
        /// The first difference.
        difference: Difference,
    },
}

/// Collects a run again from its transcripts and recomputes everything that follows.
///
/// # Errors
/// [`ReplayError::Differs`] with the first difference, or why it could not be done.
pub async fn replay(store: &Store, id: RunId, threads: usize, progress: &Progress) -> Result<Replayed, ReplayError> {
    let recorded = Recorded::load(store, id)?;
    let header = &recorded.run.header;
    if header.semantics != SEMANTICS {
        return Err(ReplayError::Semantics { id, recorded: header.semantics, version: header.engine_version.clone() });
    }
    let mut replayed = Replayed::default();
    let facts = collect_again(&recorded, store, threads, progress, &mut replayed).await?;
    same_facts(id, &recorded.run.facts, &facts)?;
    replayed.fact_count = facts.facts().len();
    progress.stage("evaluating again");
    let closure = &recorded.run.closure;
    // Nothing is taken over here: what is compared with the record must not come from it.
    let known = Known { failing_since: &recorded.run.first_failed, precedent: None };
    let decided = decide(&closure.sources, &recorded.settings, &facts, known, header.started_at, threads)?;
    same_result(id, &recorded, &decided)?;
    replayed.outcome_count = decided.findings.rules().iter().map(|it| it.outcomes.len()).sum();
    let recorded_digest = header.content_digest;
    let again = Evaluated::of_replay(recorded, facts, decided);
    let digest = report::content_digest(&again.report());
    same(id, "the digest of the report", &recorded_digest, &digest)?;
    replayed.content_digest = Some(digest);
    Ok(replayed)
}

async fn collect_again(
    recorded: &Recorded,
    store: &Store,
    threads: usize,
    progress: &Progress,
    replayed: &mut Replayed,
) -> Result<FactSet, ReplayError> {
    let kinds = KindSet::read(&recorded.run.closure.sources).map_err(RunError::from)?;
    let mut parts = Vec::new();
    for (name, settings) in &recorded.settings.collectors {
        if !settings.plugin {
            is_given(recorded, name)?;
            parts.push(recorded_part(&recorded.run.facts, name));
            replayed.given.push(name.clone());
            continue;
        }
        progress.stage(&format!("replaying {name}"));
        let id = recorded.run.header.id;
        let found = recorded.run.transcripts.iter().find(|it| &it.collector == name);
        let transcript = found.ok_or_else(|| ReplayError::NotReplayable { id, collector: name.clone() })?;
        let file = file_of(recorded, name)?;
        let collected = run_again(transcript, &file, &settings.limits, store, progress).await?;
        same(id, &format!("the transcript of `{name}`"), &transcript.digest(), &collected.transcript.digest())?;
        same_end(recorded, name, &collected.transcript)?;
        replayed.collectors.push((name.clone(), transcript.entries.len()));
        let expected: Vec<Expected> = expected_of(recorded, name);
        let input = Input {
            collector: name.clone(),
            basis: file.manifest().basis,
            kinds: settings.kinds.clone(),
            records: collected.records,
            ended: failure_of(&collected.transcript.ended),
        };
        let started_at = recorded.run.header.started_at;
        parts.push(facts::admit(input, &expected, &kinds, &facts::Limits::default(), started_at, threads));
    }
    parts.extend(silent(&absent(recorded)));
    Ok(facts::merge(parts))
}

/// What ran as a plugin cannot be passed off as given: only a run under `--as-of` takes it from an earlier one.
fn is_given(recorded: &Recorded, name: &CollectorName) -> Result<(), ReplayError> {
    let header = &recorded.run.header;
    let has_transcript = header.collectors.iter().any(|it| &it.name == name && it.transcript.is_some());
    if has_transcript && header.clock != ClockMode::AsOf {
        return Err(ReplayError::NotReplayable { id: header.id, collector: name.clone() });
    }
    Ok(())
}

fn all_expected(recorded: &Recorded) -> Vec<Expected> {
    let expected = recorded.settings.expected.iter();
    expected
        .map(|(collector, kind, scope)| Expected { collector: collector.clone(), kind: kind.clone(), scope: scope.clone() })
        .collect()
}

/// What was expected of collectors that took no part. A run that was recorded before the basis was kept called it collected.
fn absent(recorded: &Recorded) -> Vec<Absent> {
    let RunSettings { collectors, absent, .. } = &recorded.settings;
    let gone = all_expected(recorded).into_iter().filter(|it| !collectors.contains_key(&it.collector));
    gone.map(|expected| Absent { basis: absent.get(&expected.collector).copied().unwrap_or(Basis::Collected), expected })
        .collect()
}

fn expected_of(recorded: &Recorded, name: &CollectorName) -> Vec<Expected> {
    all_expected(recorded).into_iter().filter(|it| &it.collector == name).collect()
}

/// The component that ran, as it was kept with the run.
fn file_of(recorded: &Recorded, name: &CollectorName) -> Result<PluginFile, ReplayError> {
    let id = recorded.run.header.id;
    let component = recorded.run.closure.components.get(name);
    let component = component.ok_or_else(|| ReplayError::NotReplayable { id, collector: name.clone() })?;
    let no_plugin = |source| RunError::File { collector: name.clone(), source };
    Ok(PluginFile::from_bytes(Arc::clone(component)).map_err(no_plugin)?)
}

async fn run_again(
    transcript: &Transcript,
    file: &PluginFile,
    limits: &Limits,
    store: &Store,
    progress: &Progress,
) -> Result<plugin::Collected, ReplayError> {
    let name = &transcript.collector;
    let unusable = |source| RunError::Plugin { collector: name.clone(), source };
    let plugin = loader().and_then(|it| it.load(file)).map_err(unusable)?;
    let request = CollectRequest {
        collector: name.clone(),
        config: serde_json::Value::Null,
        kinds: Vec::new(),
        scopes: Vec::new(),
        started_at: transcript.started_at,
        seed: transcript.seed,
    };
    let source = Source::Replay { transcript: transcript.clone(), archive: store.archive() };
    // How long it took is the recording machine's affair; what it could use is not.
    let limits = Limits { cpu: limits.cpu * SLOWER, wall: limits.wall * SLOWER, ..limits.clone() };
    let bar = progress.collector(name);
    Ok(plugin::collect(&plugin, request, &Grant::default(), &limits, source, bar).await)
}

/// How many times slower than the machine that recorded a run one may be that derives it again.
const SLOWER: u32 = 20;

/// What the header says of a collector is what its transcript says.
fn same_end(recorded: &Recorded, name: &CollectorName, transcript: &Transcript) -> Result<(), ReplayError> {
    let header = &recorded.run.header;
    let said = header.collectors.iter().find(|it| &it.name == name).map(|it| (it.status, it.message.clone()));
    let told = |it: Option<(model::CollectorStatus, String)>| {
        it.map_or_else(String::new, |(status, message)| format!("{status:?} {message}"))
    };
    same(header.id, &format!("how `{name}` ended"), &told(said), &told(Some(told_of(&transcript.ended))))
}

fn same<T: PartialEq + fmt::Display>(id: RunId, what: &str, recorded: &T, replayed: &T) -> Result<(), ReplayError> {
    if recorded == replayed {
        return Ok(());
    }
    let difference = Difference { what: what.to_owned(), recorded: recorded.to_string(), replayed: replayed.to_string() };
    Err(ReplayError::Differs { id, difference })
}

/// Names the first element at which two ordered lists differ.
fn same_list<T: PartialEq>(
    id: RunId,
    recorded: &[T],
    replayed: &[T],
    what: impl Fn(&T) -> String,
    shown: impl Fn(&T) -> String,
) -> Result<(), ReplayError> {
    let length = recorded.len().max(replayed.len());
    for at in 0..length {
        let (left, right) = (recorded.get(at), replayed.get(at));
        if left == right {
            continue;
        }
        let or_none = |it: Option<&T>| it.map_or_else(|| "nothing".to_owned(), &shown);
        let name = left.or(right).map(&what).unwrap_or_default();
        let difference = Difference { what: name, recorded: or_none(left), replayed: or_none(right) };
        return Err(ReplayError::Differs { id, difference });
    }
    Ok(())
}

fn same_facts(id: RunId, recorded: &FactSet, replayed: &FactSet) -> Result<(), ReplayError> {
    same_list(
        id,
        recorded.facts(),
        replayed.facts(),
        |it| format!("the fact {} {}", it.kind, it.subject),
        |it| format!("{it:?}"),
    )?;
    same_list(
        id,
        recorded.scopes(),
        replayed.scopes(),
        |it| format!("the scope {} {}", it.kind, it.scope),
        |it| format!("{it:?}"),
    )?;
    same_list(id, recorded.gaps(), replayed.gaps(), |it| format!("the gap {} {}", it.kind, it.scope), |it| format!("{it:?}"))
}

fn same_result(id: RunId, recorded: &Recorded, decided: &Decided) -> Result<(), ReplayError> {
    let run = &recorded.run;
    same_list(
        id,
        run.findings.rules(),
        decided.findings.rules(),
        |it| format!("the findings of `{}`", it.rule),
        |it| {
            let notes = report::counted(it.notes.len(), "note", "notes");
            format!("{}, {notes}", report::counted(it.outcomes.len(), "outcome", "outcomes"))
        },
    )?;
    let (before, after) = (&run.assessment, &decided.assessment);
    same_list(id, &before.controls, &after.controls, |it| format!("the control `{}`", it.id), |it| it.reason.clone())?;
    same_list(
        id,
        &before.frameworks,
        &after.frameworks,
        |it| format!("the framework `{}`", it.id),
        |it| format!("{:?}", it.summary),
    )?;
    same(id, "the exit code", &run.header.exit.code, &decided.exit.code)?;
    same(id, "the reason of the exit code", &run.header.exit.reason, &decided.exit.reason)
}
