//! From one set of facts to what it means; the same code for a live run, a report on a recorded one, and a replay.

use std::collections::{BTreeMap, BTreeSet};

use crosswalk::{AssessScope, CarveOut, Evidence};
use facts::KindSet;
use model::{
    Assessment, Catalog, Exit, FactSet, FindingId, FindingSet, FrameworkId, KindId, Outcome, Precedent, RuleHeader, RunHeader,
    SourceSet, Summary, Timestamp, Transcript,
};
use report::Report;
use rules::{Evaluation, RuleSet, RuleSettings};
use smol_str::SmolStr;
use store::{Closure, Outline, Run, Store};

use super::carved::{carve_outs, check_carve_outs};
use super::collected::Collected;
use super::live::kinds_of;
use super::prepared::Prepared;
use super::recorded::{CollectorSettings, Earlier, RecordedGrant, RunSettings};
use super::{Recorded, RunError};
use crate::clock::Clock;
use crate::config::Settings;

/// This engine, as the header of a run names it.
pub(super) const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What facts mean.
pub struct Decided {
    /// What they were read against.
    pub catalog: Catalog,
    /// The rules, with the parameters in force.
    pub rules: Vec<RuleHeader>,
    /// What the rules concluded.
    pub findings: FindingSet,
    /// How many outcomes were taken over from an earlier run.
    pub taken_over: usize,
    /// What that means for controls and requirements.
    pub assessment: Assessment,
    /// How the run ends.
    pub exit: Exit,
    /// What would end it with 3 if nothing failed.
    pub doubts: Vec<String>,
    /// What the operator switched off or set otherwise than it ships.
    pub changes: Vec<report::OperatorChange>,
}

/// A run that was made, or read back: everything that a report says.
pub struct Evaluated {
    /// What is kept of it beside its evidence.
    pub header: RunHeader,
    /// Its facts.
    pub facts: FactSet,
    /// What they mean.
    pub decided: Decided,
    /// Since when each failing finding fails, where an earlier run knows.
    pub failing_since: BTreeMap<FindingId, Timestamp>,
    /// What its collectors saw.
    pub transcripts: Vec<Transcript>,
    closure: Closure,
}

/// The settings of rules as the rules crate takes them.
pub(crate) fn rule_settings(settings: &Settings) -> RuleSettings {
    settings.rule_settings()
}

/// Reads the rules with the operator's settings.
///
/// # Errors
/// [`RunError::Rules`] with every problem.
pub fn rule_set(sources: &SourceSet, kinds: &KindSet, settings: &Settings) -> Result<RuleSet, RunError> {
    Ok(RuleSet::read(sources, kinds.kinds(), &rule_settings(settings))?)
}

/// Reads the catalog with the operator's settings.
///
/// # Errors
/// [`RunError`] with every problem of the catalog, or a setting for a control that is not there.
pub fn catalog(sources: &SourceSet, settings: &Settings) -> Result<Catalog, RunError> {
    let mut catalog = crosswalk::read_catalog(sources)?;
    for (id, setting) in &settings.controls {
        let Some(control) = catalog.controls.get_mut(id) else {
            return Err(RunError::UnknownName {
                message: format!("engine.toml has settings for the control `{id}`, which is not there"),
                help: "`engine control list` shows the controls".to_owned(),
            });
        };
        control.owner = setting.owner.clone().or(control.owner.take());
        control.enabled &= !setting.disabled;
        control.within = setting.within.or(control.within);
    }
    Ok(catalog)
}

pub(super) fn scope_of(catalog: &Catalog, settings: &Settings) -> Result<AssessScope, RunError> {
    let mut scope = AssessScope::default_of(catalog);
    if settings.frameworks.is_empty() {
        return Ok(scope);
    }
    let mut frameworks = BTreeMap::new();
    for (id, categories) in &settings.frameworks {
        let Some(framework) = catalog.frameworks.get(id) else {
            return Err(unknown(&format!("framework `{id}`"), catalog.frameworks.keys()));
        };
        let known: BTreeSet<_> = framework.requirements.iter().map(|it| it.category.clone()).collect();
        if let Some(wrong) = categories.iter().find(|it| !known.contains(*it)) {
            return Err(unknown(&format!("category `{}` of `{id}`", wrong.escape_debug()), known.iter()));
        }
        let default = scope.frameworks.remove(id).unwrap_or_default();
        frameworks.insert(id.clone(), if categories.is_empty() { default } else { categories.clone() });
    }
    Ok(AssessScope { frameworks })
}

fn unknown<T: ToString>(what: &str, known: impl Iterator<Item = T>) -> RunError {
    let known: Vec<_> = known.map(|it| it.to_string()).collect();
    RunError::UnknownName { message: format!("there is no {what}"), help: format!("known are: {}", known.join(", ")) }
}

/// Everything that [`decide`] reads beside facts, read once before anything is collected.
pub(super) fn check_sources(sources: &SourceSet, kinds: &KindSet, settings: &Settings) -> Result<(), RunError> {
    rule_set(sources, kinds, settings)?;
    let catalog = catalog(sources, settings)?;
    scope_of(&catalog, settings)?;
    check_carve_outs(&catalog, settings)
}

/// What earlier runs know that a decision takes in.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Since when each failing finding fails.
    pub failing_since: &'a BTreeMap<FindingId, Timestamp>,
    /// The run whose outcomes may be taken over where they cannot have changed; none to evaluate every fact.
    pub precedent: Option<&'a Precedent>,
}

/// Evaluates and assesses facts. The same sources, settings, facts and instant give the same result, on any machine and
/// any number of threads, whatever is taken over from a precedent.
///
/// # Errors
/// [`RunError`] when the sources cannot be read.
pub fn decide(
    sources: &SourceSet,
    settings: &RunSettings,
    facts: &FactSet,
    known: Known<'_>,
    now: Timestamp,
    threads: usize,
) -> Result<Decided, RunError> {
    let kinds = KindSet::read(sources)?;
    let rules = rule_set(sources, &kinds, &settings.settings)?;
    let catalog = catalog(sources, &settings.settings)?;
    let scope = scope_of(&catalog, &settings.settings)?;
    let Evaluation { findings, taken_over } = match known.precedent {
        Some(precedent) => rules::evaluate_after(facts, &rules, precedent, now, threads),
        None => Evaluation { findings: rules::evaluate(facts, &rules, now, threads), taken_over: 0 },
    };
    let outcomes: usize = findings.rules().iter().map(|it| it.outcomes.len()).sum();
    tracing::debug!(outcomes, taken_over, "evaluated");
    let since = since_when(&catalog, facts, rules.headers(), &findings, known.failing_since);
    let failing_since = |id: &FindingId| since.get(id).copied();
    let carve_outs = carve_outs(&catalog, &settings.settings, facts, now)?;
    let evidence = evidence_of(facts, &findings, rules.headers(), &carve_outs, &failing_since, now);
    let assessment = crosswalk::assess(&catalog, &scope, &evidence);
    let exit = crosswalk::exit(&assessment, facts.gaps(), settings.previous.as_deref());
    let doubts = crosswalk::doubts(&assessment, facts.gaps(), settings.previous.as_deref().unwrap_or_default());
    let changes = super::changed::operator_changes(&catalog, sources, &settings.settings);
    Ok(Decided { catalog, rules: rules.headers().to_vec(), findings, taken_over, assessment, exit, doubts, changes })
}

/// What an assessment rests on.
pub(super) fn evidence_of<'a>(
    facts: &'a FactSet,
    findings: &'a FindingSet,
    rules: &'a [RuleHeader],
    carve_outs: &'a [CarveOut],
    failing_since: &'a dyn Fn(&FindingId) -> Option<Timestamp>,
    now: Timestamp,
) -> Evidence<'a> {
    Evidence { facts, findings, rules, waivers: &[], attestations: &[], carve_outs, failing_since, now }
}

/// Since when each failing finding fails: as an earlier run knows, else since its fact was observed. Only controls with a
/// time limit ask, so nothing is made where there is none.
pub(super) fn since_when(
    catalog: &Catalog,
    facts: &FactSet,
    rules: &[RuleHeader],
    findings: &FindingSet,
    known: &BTreeMap<FindingId, Timestamp>,
) -> BTreeMap<FindingId, Timestamp> {
    let mut since = BTreeMap::new();
    let is_limited = |id| catalog.controls.get(id).is_some_and(|control| control.within.is_some());
    for rule in rules.iter().filter(|it| it.controls.iter().any(is_limited)) {
        let Some(found) = findings.of_rule(&rule.id) else { continue };
        let failing = found.outcomes.iter().enumerate().filter(|(_, it)| **it == Outcome::Fail);
        for (index, _) in failing {
            let Some((collector, scope, subject)) = found.subject(index, facts) else { continue };
            let id = FindingId::of(&rule.id, collector, &rule.kind, scope, subject);
            let observed_at = || found.members(index, facts).iter().map(|(_, fact)| fact.observed_at).min();
            if let Some(at) = known.get(&id).copied().or_else(observed_at) {
                since.insert(id, at);
            }
        }
    }
    since
}

/// What a fact's digest leaves out, for the store.
pub(super) fn volatile_fields(kinds: &KindSet) -> BTreeMap<KindId, BTreeSet<SmolStr>> {
    let fields = |kind: &model::Kind| kind.fields.iter().filter(|it| it.volatile).map(|it| it.name.clone()).collect();
    kinds.iter().filter(|it| it.has_volatile()).map(|it| (it.id.clone(), fields(it))).collect()
}

impl Prepared {
    pub(super) fn settings_of(
        &self,
        previous: Option<Vec<(FrameworkId, Summary)>>,
        collected: &Collected,
        afresh_at: Timestamp,
    ) -> RunSettings {
        let mut collectors: BTreeMap<_, _> = collected
            .runs
            .iter()
            .map(|run| {
                (
                    run.name.clone(),
                    CollectorSettings {
                        kinds: Vec::new(),
                        plugin: false,
                        limits: plugin::Limits::default(),
                        files_root: String::new(),
                        grant: RecordedGrant::default(),
                    },
                )
            })
            .collect();
        for it in &self.collectors {
            let (limits, grant) = (it.config.limits.clone(), RecordedGrant::of(&it.config.grant));
            let settings = CollectorSettings {
                kinds: kinds_of(it),
                plugin: true,
                limits,
                files_root: it.config.files_root.display().to_string(),
                grant,
            };
            collectors.insert(it.name.clone(), settings);
        }
        RunSettings {
            settings: self.config.settings.clone(),
            expected: collected.expected.iter().map(|it| (it.collector.clone(), it.kind.clone(), it.scope.clone())).collect(),
            collectors,
            previous: previous.filter(|it| !it.is_empty()),
            absent: collected.absent.clone(),
            evaluator: SmolStr::new_static(rules::EVALUATOR),
            afresh_at: Some(afresh_at),
        }
    }
}

impl Evaluated {
    pub(super) fn new(
        decided: Decided,
        collected: Collected,
        settings: &RunSettings,
        prepared: &Prepared,
        earlier: Earlier,
        clock: &dyn Clock,
        started_at: Timestamp,
    ) -> Self {
        let header = RunHeader {
            id: earlier.id,
            started_at,
            recorded_at: clock.now(),
            clock: clock.mode(),
            engine_version: SmolStr::new_static(ENGINE_VERSION),
            semantics: model::SEMANTICS,
            collectors: collected.runs,
            content_digest: model::Digest::of(b""),
            exit: decided.exit.clone(),
        };
        let closure = Closure {
            sources: prepared.sources.clone(),
            components: collected.components,
            settings: serde_json::to_string(settings).unwrap_or_default(),
            volatile: volatile_fields(&prepared.kinds),
        };
        let failing_since = earlier.failing_since;
        let mut evaluated =
            Self { header, facts: collected.facts, decided, failing_since, transcripts: collected.transcripts, closure };
        evaluated.header.content_digest = report::content_digest(&evaluated.report());
        evaluated
    }

    /// A run that was recorded, read with what decided it then.
    ///
    /// # Errors
    /// [`RunError`] when its sources cannot be read by this engine.
    pub fn of_recorded(recorded: Recorded) -> Result<Self, RunError> {
        let Recorded { run, settings } = recorded;
        let catalog = catalog(&run.closure.sources, &settings.settings)?;
        let previous = settings.previous.as_deref().unwrap_or_default();
        let doubts = crosswalk::doubts(&run.assessment, run.facts.gaps(), previous);
        let changes = super::changed::operator_changes(&catalog, &run.closure.sources, &settings.settings);
        let decided = Decided {
            changes,
            catalog,
            doubts,
            rules: run.rules,
            findings: run.findings,
            taken_over: 0,
            assessment: run.assessment,
            exit: run.header.exit.clone(),
        };
        Ok(Self {
            header: run.header,
            facts: run.facts,
            decided,
            failing_since: run.first_failed,
            transcripts: run.transcripts,
            closure: run.closure,
        })
    }

    /// A recorded run with facts and result that were derived again.
    pub(crate) fn of_replay(recorded: Recorded, facts: FactSet, decided: Decided) -> Self {
        let Recorded { run, .. } = recorded;
        Self {
            header: run.header,
            facts,
            decided,
            failing_since: run.first_failed,
            transcripts: run.transcripts,
            closure: run.closure,
        }
    }

    /// The id of a rule's finding on the subject at `index`.
    pub fn finding_id(&self, rule: &RuleHeader, index: usize) -> Option<FindingId> {
        let findings = self.decided.findings.of_rule(&rule.id)?;
        let (collector, scope, subject) = findings.subject(index, &self.facts)?;
        Some(FindingId::of(&rule.id, collector, &rule.kind, scope, subject))
    }

    /// Records the run: once this returns it is kept. The outline is of its facts.
    pub(super) fn record(self, store: &Store, clock: &dyn Clock, outline: Option<&Outline>) -> Result<Self, RunError> {
        let mut evaluated = self;
        evaluated.header.recorded_at = clock.now();
        store.record(&Run {
            header: &evaluated.header,
            facts: &evaluated.facts,
            findings: &evaluated.decided.findings,
            assessment: &evaluated.decided.assessment,
            rules: &evaluated.decided.rules,
            transcripts: &evaluated.transcripts,
            closure: &evaluated.closure,
            outline,
        })?;
        Ok(evaluated)
    }

    /// What a report is made of.
    pub fn report(&self) -> Report<'_> {
        Report {
            run: &self.header,
            catalog: &self.decided.catalog,
            rules: &self.decided.rules,
            facts: &self.facts,
            findings: &self.decided.findings,
            assessment: &self.decided.assessment,
            failing_since: &self.failing_since,
            waivers: None,
            operator_changes: &self.decided.changes,
            further: &[],
            engagement: None,
            is_example: false,
        }
    }

    /// Everything beside sources, evidence and time that decided it.
    ///
    /// # Errors
    /// [`RunError::ForeignSettings`] when another engine wrote them.
    pub(super) fn settings(&self) -> Result<RunSettings, RunError> {
        RunSettings::parse(&self.closure.settings, &self.header)
    }

    /// The sources that decided it.
    pub fn sources(&self) -> &SourceSet {
        &self.closure.sources
    }

    /// The frameworks that were reported on.
    pub fn frameworks(&self) -> impl Iterator<Item = &FrameworkId> {
        self.decided.assessment.frameworks.iter().map(|it| &it.id)
    }
}
