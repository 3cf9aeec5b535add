//! A small world: facts as they were said, admitted the way the engine admits them, rules that are one lookup, a catalog.
//!
//! Gives what `assess` takes. The expected set is part of the world and stays fixed, whatever is taken away.

use std::collections::{BTreeMap, BTreeSet};

use engine_crosswalk::{AssessScope, BRIDGE, CURRENT_FOR, CarveOut, Evidence, SubserviceStatement, assess};
use model::{
    AnyOf, Aspect, Assessment, Attestation, Basis, Body, Catalog, Completeness, Control, ControlAssessment, ControlStatus,
    Digest, Edge, Fact, FactSet, FindingId, FindingSet, Framework, Frequency, Gap, GapCode, Join, KindId, Note, Obligation,
    Outcome, Relation, Relationship, Requirement, RequirementAssessment, RequirementKind, RequirementStatus, RuleFindings,
    RuleHeader, RuleOrigin, ScopeState, Seconds, Severity, Strength, Subjects, Timestamp, Waiver,
};

pub(crate) const DAY: i64 = 86_400;

/// The time of every run here.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// So many days before it.
pub(crate) fn ago(days: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 - days * DAY).unwrap()
}

/// One fact as it was said: the outcome that each rule gives it, by the rule's id; else it passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) kind: &'static str,
    pub(crate) scope: &'static str,
    pub(crate) subject: String,
    pub(crate) outcomes: BTreeMap<String, Outcome>,
    /// What it states; `{}` where only its outcomes matter.
    pub(crate) body: String,
}

/// An expected scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) kind: &'static str,
    pub(crate) scope: &'static str,
    /// How many subjects were claimed when it was said to be complete; `None` when that was never said.
    pub(crate) claimed: Option<u64>,
    pub(crate) seen_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) controls: Vec<String>,
    /// A kind whose fact on the same subject the rule needs: without one the outcome is `absent`, or inconclusive when not
    /// all of that kind was seen.
    pub(crate) joined: Option<(&'static str, Outcome)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) expected: Vec<Expected>,
    pub(crate) facts: Vec<Said>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) catalog: Catalog,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) attestations: Vec<Attestation>,
    pub(crate) statements: Vec<SubserviceStatement>,
    /// What is missing of a scope of a kind beside what the claims tell.
    pub(crate) gaps: Vec<(&'static str, &'static str, GapCode)>,
    /// For how many days a finding has been failing, by rule and subject.
    pub(crate) failing_days: BTreeMap<(String, String), i64>,
}

impl World {
    /// Facts, scopes and gaps as admission gives them.
    pub(crate) fn admitted(&self) -> FactSet {
        let facts = self.facts.iter().map(admit).collect();
        let (mut scopes, mut gaps) = (Vec::new(), Vec::new());
        for it in &self.expected {
            let found = self.facts.iter().filter(|fact| (fact.kind, fact.scope) == (it.kind, it.scope));
            let count = found.map(|fact| &fact.subject).collect::<BTreeSet<_>>().len() as u64;
            let told = self.gaps.iter().find(|(kind, scope, _)| (*kind, *scope) == (it.kind, it.scope));
            let code = match it.claimed {
                _ if told.is_some() => told.map(|(_, _, code)| code.clone()),
                Some(claimed) if claimed == count => None,
                Some(_) => Some(GapCode::COUNT_MISMATCH),
                None => Some(GapCode::MISSING),
            };
            let completeness = match &code {
                None => Completeness::Complete { count, observed_at: it.seen_at },
                Some(_) => Completeness::Incomplete,
            };
            let (collector, kind, scope) = ("c".parse().unwrap(), kind(it.kind), it.scope.parse().unwrap());
            gaps.extend(code.map(|code| Gap { collector, kind, scope, subject: None, code, message: String::new() }));
            scopes.push(ScopeState {
                collector: "c".parse().unwrap(),
                kind: kind_of(it),
                scope: it.scope.parse().unwrap(),
                completeness,
                basis: Basis::Collected,
            });
        }
        FactSet::new(facts, scopes, gaps)
    }

    /// The findings of every rule on the admitted facts.
    pub(crate) fn evaluated(&self, facts: &FactSet) -> FindingSet {
        FindingSet::new(self.rules.iter().map(|rule| self.findings(rule, facts)).collect())
    }

    fn findings(&self, rule: &Rule, facts: &FactSet) -> RuleFindings {
        let kind = kind(rule.kind);
        let outcomes: Vec<Outcome> = facts.of_kind(&kind).iter().map(|fact| self.outcome(rule, fact, facts)).collect();
        let not_passing = outcomes.iter().enumerate().filter(|(_, outcome)| **outcome != Outcome::Pass);
        let note = |index| Note { index, message: "m".into(), missing: None, joined: vec![] };
        let notes = not_passing.map(|(index, _)| note(index)).collect();
        let subjects = Subjects::Facts(facts.range_of(&kind));
        RuleFindings { rule: rule.id.parse().unwrap(), subjects, outcomes, notes, valid_until: vec![] }
    }

    fn outcome(&self, rule: &Rule, fact: &Fact, facts: &FactSet) -> Outcome {
        if let Some((joined, absent)) = rule.joined {
            let joined = kind(joined);
            let scopes = facts.scopes_of(&joined);
            let whole = !scopes.is_empty() && scopes.iter().all(|it| it.completeness != Completeness::Incomplete);
            if !facts.of_kind(&joined).iter().any(|other| other.subject == fact.subject) {
                return if whole { absent } else { Outcome::Inconclusive };
            }
        }
        let said = self.facts.iter().find(|it| {
            (kind(it.kind), it.scope, it.subject.as_str()) == (fact.kind.clone(), fact.scope.as_str(), fact.subject.as_str())
        });
        said.and_then(|it| it.outcomes.get(&rule.id)).copied().unwrap_or(Outcome::Pass)
    }

    pub(crate) fn headers(&self) -> Vec<RuleHeader> {
        self.rules.iter().map(header).collect()
    }

    pub(crate) fn assess(&self) -> Assessment {
        self.assess_with(&self.admitted(), &self.headers())
    }

    pub(crate) fn assess_with(&self, facts: &FactSet, rules: &[RuleHeader]) -> Assessment {
        let findings = self.evaluated(facts);
        self.with_evidence(facts, &findings, rules, |evidence| {
            assess(&self.catalog, &AssessScope::default_of(&self.catalog), evidence)
        })
    }

    pub(crate) fn with_evidence<T>(
        &self,
        facts: &FactSet,
        findings: &FindingSet,
        rules: &[RuleHeader],
        then: impl FnOnce(&Evidence<'_>) -> T,
    ) -> T {
        let since: BTreeMap<FindingId, Timestamp> =
            self.rules.iter().flat_map(|rule| self.facts.iter().filter_map(|fact| self.since(rule, fact))).collect();
        let failing_since = |id: &FindingId| since.get(id).copied();
        let carve_outs: Vec<_> = self.statements.iter().map(|it| CarveOut::of(it, facts, now())).collect();
        then(&Evidence {
            facts,
            findings,
            rules,
            waivers: &self.waivers,
            attestations: &self.attestations,
            carve_outs: &carve_outs,
            failing_since: &failing_since,
            now: now(),
        })
    }

    fn since(&self, rule: &Rule, fact: &Said) -> Option<(FindingId, Timestamp)> {
        let days = self.failing_days.get(&(rule.id.clone(), fact.subject.clone()))?;
        let (collector, scope, subject) = ("c".parse().unwrap(), fact.scope.parse().unwrap(), fact.subject.parse().unwrap());
        Some((FindingId::of(&rule.id.parse().unwrap(), &collector, &kind(fact.kind), &scope, &subject), ago(*days)))
    }

    /// The result for one control.
    pub(crate) fn control(&self, id: &str) -> ControlAssessment {
        self.assess().controls.into_iter().find(|it| it.id.as_str() == id).unwrap()
    }

    /// The result for one requirement.
    pub(crate) fn requirement(&self, id: &str) -> RequirementAssessment {
        let assessment = self.assess();
        let mut requirements = assessment.frameworks.into_iter().flat_map(|it| it.requirements);
        requirements.find(|it| it.id.as_str() == id).unwrap()
    }

    /// Adds a kind with one complete scope `s` that holds these subjects, each with its outcome under the rule `r/KIND`, a
    /// rule of that name, and a control of that name which it tests.
    pub(crate) fn tested(&mut self, control: &str, kind: &'static str, outcomes: &[(&str, Outcome)]) -> &mut Control {
        let rule = format!("r/{}", kind.replace(['.', '@'], "-"));
        for (subject, outcome) in outcomes {
            let outcomes = BTreeMap::from([(rule.clone(), *outcome)]);
            self.facts.push(Said { kind, scope: "s", subject: (*subject).to_owned(), outcomes, body: "{}".into() });
        }
        self.expected.push(Expected { kind, scope: "s", claimed: Some(outcomes.len() as u64), seen_at: now() });
        self.rules.push(Rule { id: rule, kind, controls: vec![control.to_owned()], joined: None });
        self.control_named(control)
    }

    /// Adds a control that nothing tests.
    pub(crate) fn control_named(&mut self, id: &str) -> &mut Control {
        let control = Control {
            id: id.parse().unwrap(),
            title: "t".into(),
            description: String::new(),
            owner: None,
            frequency: Frequency::Continuous,
            within: None,
            edges: vec![],
            enabled: true,
        };
        self.catalog.controls.entry(id.parse().unwrap()).or_insert(control)
    }

    /// Adds a leaf with these aspects, named `framework:local#word`, to its framework.
    pub(crate) fn leaf(&mut self, id: &str, parent: Option<&str>, category: &str, aspects: &[&str]) {
        let (framework, _) = id.split_once(':').unwrap();
        let entry = self.catalog.frameworks.entry(framework.parse().unwrap()).or_insert_with(|| Framework {
            id: framework.parse().unwrap(),
            title: "T".into(),
            version: "1".into(),
            source: "s".into(),
            default_categories: vec!["in".into()],
            apart: vec![],
            requirements: vec![],
        });
        if let Some(parent) = parent.and_then(|parent| entry.requirements.iter_mut().find(|it| it.id.as_str() == parent)) {
            parent.leaf = false;
        }
        let aspect = |word: &&str| Aspect {
            id: format!("{id}#{word}").parse().unwrap(),
            title: format!("title of {word}"),
            subservice: false,
        };
        entry.requirements.push(Requirement {
            id: id.parse().unwrap(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            kind: RequirementKind::Criterion,
            obligation: Obligation::Required,
            category: category.into(),
            title: "t".into(),
            guidance: String::new(),
            aspects: aspects.iter().map(aspect).collect(),
            sources: vec![],
            leaf: true,
        });
    }

    pub(crate) fn edge(&mut self, control: &str, aspect: &str, strength: Strength) {
        let edge = edge(aspect, strength, "");
        self.control_named(control).edges.push(edge);
    }

    pub(crate) fn any_of(&mut self, aspect: &str, controls: &[&str]) {
        let controls = controls.iter().map(|id| id.parse().unwrap()).collect();
        self.catalog.any_of.push(AnyOf { aspect: aspect.parse().unwrap(), controls, rationale: "r".into() });
    }

    pub(crate) fn relate(&mut self, from: &str, relation: Relation, to: &str) {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        self.catalog.relationships.push(Relationship { from, relation, to, rationale: "r".into() });
    }

    /// States that `org` answers for these requirements and aspects.
    pub(crate) fn carve_out(&mut self, requirements: &[&str], aspects: &[&str]) -> &mut SubserviceStatement {
        self.statements.push(SubserviceStatement {
            organisation: "Org".into(),
            requirements: requirements.iter().map(|id| id.parse().unwrap()).collect(),
            aspects: aspects.iter().map(|id| id.parse().unwrap()).collect(),
            report_types: vec!["soc2-type2".into()],
            current_for: CURRENT_FOR,
            bridge: BRIDGE,
        });
        self.statements.last_mut().unwrap()
    }

    /// Expects the register of reports, whole, with these reports.
    pub(crate) fn reports(&mut self, bodies: &[Report]) {
        for (at, body) in bodies.iter().enumerate() {
            let (subject, body) = (format!("report{at}"), body.0.to_string());
            self.facts.push(Said { kind: REPORT, scope: "s", subject, outcomes: BTreeMap::new(), body });
        }
        self.expected.push(Expected { kind: REPORT, scope: "s", claimed: Some(bodies.len() as u64), seen_at: now() });
    }

    pub(crate) fn attest(&mut self, control: &str, from_days_ago: i64, until_days_ago: i64) {
        self.attestations.push(Attestation {
            control: control.parse().unwrap(),
            by: "a".into(),
            stated_at: ago(from_days_ago),
            expires_at: ago(until_days_ago),
            statement: "s".into(),
        });
    }
}

pub(crate) const REPORT: &str = engine_crosswalk::REPORT_KIND;

/// A report of `org`, as a register has it.
#[derive(Debug, Clone)]
pub(crate) struct Report(serde_json::Value);

impl Report {
    /// One that may be relied on: its period ended so many days ago.
    pub(crate) fn ended(days_ago: i64) -> Self {
        Self(serde_json::json!({
            "register": "vendor-reports", "vendor": "org", "report_type": "soc2-type2",
            "period_start_at": ago(days_ago + 365).to_string(), "period_end_at": ago(days_ago).to_string(),
            "opinion": "unqualified", "exception_count": 0, "cuec_count": 12, "cuec_mapped_count": 12,
            "reviewed_at": ago((days_ago - 30).max(0)).to_string(), "reviewer_email": "a@example.com",
        }))
    }

    /// The same with another field.
    pub(crate) fn with(mut self, field: &str, value: impl Into<serde_json::Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    /// The same without a field.
    pub(crate) fn without(mut self, field: &str) -> Self {
        self.0.as_object_mut().unwrap().remove(field);
        self
    }
}

pub(crate) fn edge(aspect: &str, strength: Strength, leaves_open: &str) -> Edge {
    let aspect: model::AspectId = aspect.parse().unwrap();
    Edge {
        requirement: aspect.requirement(),
        aspects: vec![aspect],
        rationale: "r".into(),
        strength,
        leaves_open: leaves_open.into(),
    }
}

pub(crate) fn kind(text: &str) -> KindId {
    text.parse().unwrap()
}

fn kind_of(expected: &Expected) -> KindId {
    kind(expected.kind)
}

pub(crate) fn digest_of(said: &Said) -> Digest {
    Digest::of(format!("{said:?}").as_bytes())
}

fn admit(said: &Said) -> Fact {
    Fact {
        collector: "c".parse().unwrap(),
        kind: kind(said.kind),
        scope: said.scope.parse().unwrap(),
        subject: said.subject.parse().unwrap(),
        observed_at: now(),
        body: Body::parse(said.body.as_bytes()).unwrap(),
        digest: digest_of(said),
        from: vec![],
        field_gaps: vec![],
    }
}

fn header(rule: &Rule) -> RuleHeader {
    RuleHeader {
        id: rule.id.parse().unwrap(),
        title: "t".into(),
        kind: kind(rule.kind),
        controls: rule.controls.iter().map(|id| id.parse().unwrap()).collect(),
        severity: Severity::High,
        fresh_for: Seconds(DAY),
        parameters: BTreeMap::new(),
        joins: rule.joined.iter().map(|(joined, _)| join(joined)).collect(),
        group_by: vec![],
        remediation: "r".into(),
        origin: RuleOrigin::Shipped,
        digest: Digest::of(b""),
    }
}

fn join(joined: &str) -> Join {
    Join { name: "joined".into(), kind: kind(joined), on: vec!["id".into()], many: false }
}

/// Whether a control says that something is wrong or not known.
pub(crate) fn is_bad(status: ControlStatus) -> bool {
    matches!(status, ControlStatus::Failing | ControlStatus::Unknown | ControlStatus::Open)
}

/// Whether a requirement says that something is wrong or not known.
pub(crate) fn is_bad_requirement(status: RequirementStatus) -> bool {
    matches!(status, RequirementStatus::Deviations | RequirementStatus::Unknown)
}
