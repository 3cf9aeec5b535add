//! A run of an invented company, large enough to show every part of a report.
//!
//! Gives the parts of a [`Report`] by hand, so that the reports are tested without the stages before them.

use std::collections::BTreeMap;

use engine_report::{OperatorChange, Report};
use model::{
    Aspect, AspectAssessment, AspectStatus, Assessment, Basis, Body, Catalog, ClockMode, CollectorRun, CollectorStatus,
    Completeness, Control, ControlAssessment, ControlStatus, Digest, Edge, Exit, Fact, FactSet, FindingId, FindingSet, Framework,
    FrameworkAssessment, Frequency, Gap, GapCode, Note, Obligation, Outcome, Population, ReadFrom, Relation, Relationship,
    Requirement, RequirementAssessment, RequirementKind, RequirementStatus, RuleFindings, RuleHeader, RuleOrigin, RunHeader,
    RunId, ScopeState, Seconds, Severity, SourceClass, Step, Strength, Subjects, Summary, Timestamp, Via,
};

/// All that a report borrows.
pub struct World {
    pub run: RunHeader,
    pub catalog: Catalog,
    pub rules: Vec<RuleHeader>,
    pub facts: FactSet,
    pub findings: FindingSet,
    pub assessment: Assessment,
    pub failing_since: BTreeMap<FindingId, Timestamp>,
    pub operator_changes: Vec<OperatorChange>,
}

impl World {
    pub fn report(&self) -> Report<'_> {
        Report {
            run: &self.run,
            catalog: &self.catalog,
            rules: &self.rules,
            facts: &self.facts,
            findings: &self.findings,
            assessment: &self.assessment,
            failing_since: &self.failing_since,
            waivers: None,
            operator_changes: &self.operator_changes,
            further: &[],
            engagement: None,
            is_example: false,
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const SEEN: &str = "2026-11-23T10:00:00Z";

pub fn fact(collector: &str, kind: &str, scope: &str, subject: &str, body: &str, call: u64) -> Fact {
    let (kind, scope, subject) = (kind.parse().unwrap(), scope.parse().unwrap(), subject.parse().unwrap());
    let body = Body::parse(body.as_bytes()).unwrap();
    Fact {
        collector: collector.parse().unwrap(),
        observed_at: at(SEEN),
        digest: Fact::digest_of(&kind, &scope, &subject, body.as_str()),
        from: vec![ReadFrom { call, offset: 40 * call, length: 44 }],
        field_gaps: vec![],
        kind,
        scope,
        subject,
        body,
    }
}

fn scope(collector: &str, kind: &str, scope: &str, count: Option<u64>) -> ScopeState {
    ScopeState {
        collector: collector.parse().unwrap(),
        kind: kind.parse().unwrap(),
        scope: scope.parse().unwrap(),
        completeness: count.map_or(Completeness::Incomplete, |count| Completeness::Complete { count, observed_at: at(SEEN) }),
        basis: Basis::Collected,
    }
}

fn gap(collector: &str, kind: &str, scope: &str, code: &str, message: &str) -> Gap {
    Gap {
        collector: collector.parse().unwrap(),
        kind: kind.parse().unwrap(),
        scope: scope.parse().unwrap(),
        subject: None,
        code: GapCode::from_guest(code),
        message: message.to_owned(),
    }
}

pub fn rule(id: &str, kind: &str, control: &str, severity: Severity, title: &str, remediation: &str) -> RuleHeader {
    RuleHeader {
        id: id.parse().unwrap(),
        title: title.to_owned(),
        kind: kind.parse().unwrap(),
        controls: vec![control.parse().unwrap()],
        severity,
        fresh_for: Seconds(86_400),
        parameters: BTreeMap::new(),
        joins: vec![],
        group_by: vec![],
        remediation: remediation.to_owned(),
        origin: RuleOrigin::Shipped,
        digest: Digest::of(id.as_bytes()),
    }
}

/// Findings of a rule over the facts of its kind, by a function from the subject to outcome and message.
pub fn findings(facts: &FactSet, header: &RuleHeader, decide: impl Fn(&Fact) -> (Outcome, String)) -> RuleFindings {
    let range = facts.range_of(&header.kind);
    let decided: Vec<_> = facts.of_kind(&header.kind).iter().map(decide).collect();
    let notes =
        decided.iter().enumerate().filter(|(_, (outcome, _))| *outcome != Outcome::Pass).map(|(index, (outcome, message))| {
            Note {
                index,
                message: message.as_str().into(),
                missing: (*outcome == Outcome::Inconclusive).then(|| "access_keys".into()),
                joined: vec![],
            }
        });
    RuleFindings {
        rule: header.id.clone(),
        subjects: Subjects::Facts(range),
        notes: notes.collect(),
        outcomes: decided.iter().map(|(outcome, _)| *outcome).collect(),
        valid_until: vec![],
    }
}

const USERS: [(&str, bool, bool); 6] = [
    ("alice", true, false),
    ("bob", true, true),
    ("carol", true, true),
    ("deploy", false, false),
    ("erin", true, true),
    ("legacy-ci", false, false),
];

fn facts() -> FactSet {
    let account = "aws:123456789012";
    let mut facts: Vec<_> = USERS
        .iter()
        .zip(1..)
        .map(|((name, console, mfa), call)| {
            let body = format!(r#"{{"console_access":{console},"mfa_enabled":{mfa},"name":"{name}"}}"#);
            fact("aws", "identity.user@1", account, &format!("aws:iam::123456789012:user/{name}"), &body, call)
        })
        .collect();
    for (n, host) in ["web-1", "web-2", "db-1"].iter().enumerate() {
        for (setting, value) in [("PermitRootLogin", if n == 2 { "yes" } else { "no" }), ("PasswordAuthentication", "no")] {
            let body = format!(r#"{{"name":"{setting}","value":"{value}"}}"#);
            facts.push(fact(
                "linux-host",
                "host.setting@1",
                &format!("host:{host}"),
                &format!("host:{host}/sshd/{setting}"),
                &body,
                7,
            ));
        }
    }
    let scopes = vec![
        scope("aws", "identity.user@1", account, Some(6)),
        scope("linux-host", "host.setting@1", "host:web-1", Some(2)),
        scope("linux-host", "host.setting@1", "host:web-2", Some(2)),
        scope("linux-host", "host.setting@1", "host:db-1", Some(2)),
        scope("aws", "storage.bucket@1", account, None),
        scope("linux-host", "host.package@1", "host:db-1", None),
        scope("linux-host", "host.package@1", "host:web-1", None),
    ];
    let gaps = vec![
        gap("aws", "storage.bucket@1", account, "denied", "s3:ListAllMyBuckets is not allowed for role/monitoring"),
        gap(
            "linux-host",
            "host.package@1",
            "host:db-1",
            "denied",
            "add `files = [\"/var/lib/dpkg/status\"]` to `collector.linux-host.grant`",
        ),
        gap("linux-host", "host.package@1", "host:web-1", "cut-off", "stopped after 5 minutes (`wall`), last completed call 118"),
    ];
    FactSet::new(facts, scopes, gaps)
}

fn rules() -> Vec<RuleHeader> {
    vec![
        rule(
            "host/packages-patched",
            "host.package@1",
            "vulnerability/patching",
            Severity::High,
            "No security update is pending",
            "Install pending security updates.",
        ),
        rule(
            "host/ssh-root-login",
            "host.setting@1",
            "access/remote-login",
            Severity::Critical,
            "Nobody signs in to a machine as root over SSH",
            "Set `PermitRootLogin no` in /etc/ssh/sshd_config and reload sshd; sign in by name and use sudo.",
        ),
        rule(
            "identity/access-key-rotation",
            "identity.user@1",
            "access/key-rotation",
            Severity::Medium,
            "No active access key is older than 90 days",
            "Make a new key, move what uses the old one over, and delete the old key.",
        ),
        rule(
            "identity/mfa-enforced",
            "identity.user@1",
            "access/mfa",
            Severity::High,
            "Everyone who signs in with a password uses a second factor",
            "Enrol a second factor for each person named, and add a policy that denies actions without one, so that it stays so.",
        ),
        rule(
            "identity/unused-credentials",
            "identity.user@1",
            "access/unused-accounts",
            Severity::Low,
            "Passwords that nobody used for 90 days are switched off",
            "Disable the password, or remove the account.",
        ),
        rule(
            "storage/bucket-private",
            "storage.bucket@1",
            "data/private-storage",
            Severity::High,
            "No bucket can be read by everyone",
            "Block public access on the account.",
        ),
    ]
}

fn finding_set(facts: &FactSet, rules: &[RuleHeader]) -> FindingSet {
    let name = |fact: &Fact| fact.subject.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    let decide = |header: &RuleHeader, fact: &Fact| -> (Outcome, String) {
        let name = name(fact);
        match (header.id.as_str(), name.as_str()) {
            ("identity/mfa-enforced", "alice") => (Outcome::Fail, "alice signs in with a password alone".into()),
            ("identity/mfa-enforced", "deploy" | "legacy-ci") => (Outcome::NotApplicable, "no password sign-in".into()),
            ("identity/access-key-rotation", "deploy") => (Outcome::Fail, "the key AKIA…7Q of deploy is 412 days old".into()),
            ("identity/access-key-rotation", "erin" | "legacy-ci") => {
                (Outcome::Inconclusive, "`access_keys` was not collected: iam:ListAccessKeys is not allowed".into())
            }
            ("host/ssh-root-login", "PermitRootLogin") if fact.body.as_str().contains("yes") => {
                (Outcome::Fail, "PermitRootLogin is `yes` on db-1".into())
            }
            ("host/ssh-root-login", "PasswordAuthentication") => (Outcome::NotApplicable, "not this setting".into()),
            _ => (Outcome::Pass, String::new()),
        }
    };
    FindingSet::new(rules.iter().map(|header| findings(facts, header, |fact| decide(header, fact))).collect())
}

type Row = (
    &'static str,
    &'static str,
    &'static str,
    RequirementStatus,
    &'static [(&'static str, &'static str, AspectStatus, &'static [&'static str])],
);

use AspectStatus as A;
use RequirementStatus as R;

const SOC2: &[Row] = &[
    ("CC6", "", "Logical and physical access", R::Deviations, &[]),
    (
        "CC6.1",
        "CC6",
        "Access to systems and data is restricted by technical means",
        R::Deviations,
        &[
            (
                "authentication",
                "People and programs prove who they are before they get in",
                A::Deviations,
                &["access/mfa", "access/remote-login"],
            ),
            ("credentials", "Keys and passwords are issued, changed and withdrawn", A::Deviations, &["access/key-rotation"]),
            ("inventory", "What must be protected is known", A::Missing, &[]),
        ],
    ),
    (
        "CC6.2",
        "CC6",
        "Accounts are approved before they are made and removed when no longer needed",
        R::PartlySupported,
        &[
            ("removal", "Accounts that nobody uses are switched off", A::Supported, &["access/unused-accounts"]),
            ("approval", "A new account is approved by someone who may", A::Missing, &[]),
        ],
    ),
    (
        "CC6.4",
        "CC6",
        "Buildings and rooms are entered only by those who may",
        R::Uncovered,
        &[("entry", "Entry is limited", A::Missing, &[])],
    ),
    (
        "CC6.7",
        "CC6",
        "Data that is moved or kept elsewhere is protected",
        R::Unknown,
        &[("storage", "Stored data is closed to the public", A::Unknown, &["data/private-storage"])],
    ),
    ("CC7", "", "System operations", R::Unknown, &[]),
    (
        "CC7.1",
        "CC7",
        "Weaknesses are looked for and mended",
        R::Unknown,
        &[("patching", "Known weaknesses are patched in time", A::Unknown, &["vulnerability/patching"])],
    ),
    (
        "CC7.4",
        "CC7",
        "Incidents are answered by a plan",
        R::Attested,
        &[("response", "A response is planned and practised", A::Attested, &["incident/response-plan"])],
    ),
    ("A1", "", "Availability", R::OutOfScope, &[]),
    ("A1.2", "A1", "Backups and power keep systems available", R::OutOfScope, &[]),
];

const ISO: &[Row] = &[
    ("A.8", "", "Technological controls", R::Deviations, &[]),
    (
        "A.8.5",
        "A.8",
        "Sign-in is secure",
        R::Deviations,
        &[("authentication", "Strong authentication is used", A::Deviations, &["access/mfa"])],
    ),
    (
        "A.8.8",
        "A.8",
        "Technical vulnerabilities are managed",
        R::Unknown,
        &[("patching", "Patches are applied in time", A::Unknown, &["vulnerability/patching"])],
    ),
    ("A.8.18", "A.8", "Powerful utility programs are limited", R::Uncovered, &[]),
    ("A.5", "", "Organisational controls", R::Supported, &[]),
    (
        "A.5.18",
        "A.5",
        "Access rights are reviewed and removed",
        R::Supported,
        &[("removal", "Rights that are not needed are withdrawn", A::Supported, &["access/unused-accounts"])],
    ),
];

const HIPAA: &[Row] = &[
    ("164.308(a)(3)(i)", "", "Only those who may see electronic health information can", R::PartlySupported, &[]),
    (
        "164.308(a)(3)(ii)(C)",
        "164.308(a)(3)(i)",
        "Access ends when someone leaves",
        R::Supported,
        &[("termination", "Access is withdrawn", A::Missing, &[])],
    ),
    (
        "164.312(d)",
        "",
        "A person is who they claim to be",
        R::Deviations,
        &[("authentication", "Identity is verified", A::Deviations, &["access/mfa"])],
    ),
    ("164.310(a)(1)", "", "Facilities are entered only by those who may", R::Uncovered, &[]),
];

fn requirement(framework: &str, row: &Row, rows: &[Row]) -> Requirement {
    let (id, parent, title, _, aspects) = row;
    let full = format!("{framework}:{id}");
    let leaf = !rows.iter().any(|other| other.1 == *id);
    Requirement {
        parent: (!parent.is_empty()).then(|| format!("{framework}:{parent}").parse().unwrap()),
        kind: match framework {
            _ if !leaf && framework != "hipaa" => RequirementKind::Group,
            "soc2" => RequirementKind::Criterion,
            "iso27001" => RequirementKind::Control,
            _ if id.contains(")(ii)") => RequirementKind::ImplementationSpecification,
            _ => RequirementKind::Standard,
        },
        obligation: if id.contains("(ii)") { Obligation::Addressable } else { Obligation::Required },
        category: if id.starts_with("A1") { "availability" } else { "security" }.into(),
        title: (*title).to_owned(),
        guidance: "An assessor looks for the rule itself, for who applies it, and for evidence that it is applied to everything it should be.".to_owned(),
        aspects: aspects.iter().map(|(word, title, _, _)| Aspect { id: format!("{full}#{word}").parse().unwrap(), title: (*title).to_owned(), subservice: false }).collect(),
        sources: if aspects.is_empty() { vec![SourceClass::Registers, SourceClass::Attestation] } else { vec![SourceClass::IdentityProvider, SourceClass::Host] },
        leaf,
        id: full.parse().unwrap(),
    }
}

fn assessed(framework: &str, row: &Row) -> RequirementAssessment {
    let (id, _, _, status, aspects) = row;
    let full = format!("{framework}:{id}");
    let reason = match status {
        R::Deviations => "1 of 4 fails: access/mfa",
        R::Unknown => "vulnerability/patching is unknown: 2 of 3 scopes are not complete",
        R::PartlySupported => "1 of 2 aspects is supported; approval of new accounts is not shown",
        R::Supported => "every aspect is supported",
        R::Attested => "incident/response-plan is attested until 2027-01-31",
        R::Uncovered => "no control covers it",
        _ => "the engagement leaves availability out",
    };
    let via = (full == "hipaa:164.308(a)(3)(ii)(C)").then(|| Via {
        from: "iso27001:A.5.18".parse().unwrap(),
        relation: Relation::SupersetOf,
        status: R::Supported,
        carries: true,
        path: vec![
            Step { relation: Relation::EquivalentTo, to: "soc2:CC6.2".parse().unwrap() },
            Step { relation: Relation::SupersetOf, to: full.parse().unwrap() },
        ],
    });
    RequirementAssessment {
        id: full.parse().unwrap(),
        status: *status,
        basis: match status {
            R::Attested => vec![Basis::Attested],
            R::Uncovered | R::OutOfScope => vec![],
            _ => vec![Basis::Collected],
        },
        reason: reason.to_owned(),
        aspects: aspects
            .iter()
            .map(|(word, _, status, controls)| AspectAssessment {
                id: format!("{full}#{word}").parse().unwrap(),
                status: *status,
                controls: controls.iter().map(|id| id.parse().unwrap()).collect(),
                basis: (*status != A::Missing).then_some(Basis::Collected),
            })
            .collect(),
        via: via.into_iter().collect(),
        remaining: if *status == R::PartlySupported {
            vec!["A new account is approved by someone who may".to_owned()]
        } else {
            vec![]
        },
    }
}

fn summary(requirements: &[Requirement], found: &[RequirementAssessment]) -> Summary {
    let mut sum = Summary::default();
    for (_, it) in requirements.iter().zip(found).filter(|(of, _)| of.leaf) {
        *match it.status {
            R::Supported => &mut sum.supported,
            R::PartlySupported => &mut sum.partly_supported,
            R::Deviations => &mut sum.deviations,
            R::Unknown => &mut sum.unknown,
            R::Attested => &mut sum.attested,
            R::CarvedOut => &mut sum.carved_out,
            R::Uncovered => &mut sum.uncovered,
            R::NotApplicable => &mut sum.not_applicable,
            R::OutOfScope => &mut sum.out_of_scope,
        } += 1;
        sum.catalog_total += 1;
        sum.total += u32::from(it.status != R::OutOfScope);
    }
    sum
}

type ControlRow = (&'static str, &'static str, ControlStatus, [u64; 5], &'static str, &'static [&'static str]);

const CONTROLS: &[ControlRow] = &[
    (
        "access/key-rotation",
        "Access keys are replaced every 90 days",
        ControlStatus::Failing,
        [6, 3, 1, 2, 0],
        "1 of 4 fails",
        &["identity/access-key-rotation"],
    ),
    (
        "access/mfa",
        "Everyone who signs in uses a second factor",
        ControlStatus::Failing,
        [6, 3, 1, 0, 2],
        "1 of 4 fails",
        &["identity/mfa-enforced"],
    ),
    (
        "access/remote-login",
        "Nobody signs in to a machine as root",
        ControlStatus::Failing,
        [6, 2, 1, 0, 3],
        "1 of 3 fails",
        &["host/ssh-root-login"],
    ),
    (
        "access/unused-accounts",
        "Accounts that nobody uses are switched off",
        ControlStatus::Passing,
        [6, 6, 0, 0, 0],
        "6 of 6 pass",
        &["identity/unused-credentials"],
    ),
    (
        "data/private-storage",
        "Stored data is closed to the public",
        ControlStatus::Unknown,
        [0, 0, 0, 0, 0],
        "1 of 1 scope is not complete: denied",
        &["storage/bucket-private"],
    ),
    (
        "incident/response-plan",
        "Incidents are answered by a practised plan",
        ControlStatus::Attested,
        [0, 0, 0, 0, 0],
        "attested by J. Moreau until 2027-01-31",
        &[],
    ),
    (
        "people/background-check",
        "New people are checked before they begin",
        ControlStatus::Untested,
        [0, 0, 0, 0, 0],
        "no rule tests it",
        &[],
    ),
    (
        "vulnerability/patching",
        "Security updates are installed in time",
        ControlStatus::Unknown,
        [0, 0, 0, 0, 0],
        "2 of 2 scopes are not complete: cut-off, denied",
        &["host/packages-patched"],
    ),
];

fn control(row: &ControlRow, frameworks: &[(&str, &[Row])]) -> Control {
    let (id, title, ..) = row;
    let edges = frameworks.iter().flat_map(|(framework, rows)| {
        rows.iter().flat_map(move |(local, _, _, _, aspects)| {
            aspects.iter().filter(|(.., controls)| controls.contains(id)).map(move |(word, ..)| Edge {
                requirement: format!("{framework}:{local}").parse().unwrap(),
                aspects: vec![format!("{framework}:{local}#{word}").parse().unwrap()],
                rationale: "The control observes exactly what the aspect asks, on every account that the directory knows."
                    .to_owned(),
                strength: Strength::Full,
                leaves_open: if *word == "authentication" { "accounts outside the directory".to_owned() } else { String::new() },
            })
        })
    });
    Control {
        id: id.parse().unwrap(),
        title: (*title).to_owned(),
        description: "Operated by the platform team; exceptions are not granted.".replace("exceptions are", "a departure is"),
        owner: id.starts_with("access/").then(|| "Head of platform".to_owned()),
        frequency: Frequency::Continuous,
        within: None,
        edges: edges.collect(),
        enabled: true,
    }
}

fn controlled(row: &ControlRow) -> ControlAssessment {
    let (id, _, status, [expected, pass, fail, inconclusive, not_applicable], reason, rules) = row;
    ControlAssessment {
        id: id.parse().unwrap(),
        status: *status,
        basis: match status {
            ControlStatus::Attested => Some(Basis::Attested),
            ControlStatus::Untested | ControlStatus::Unknown => None,
            _ => Some(Basis::Collected),
        },
        population: Population {
            expected: *expected,
            assessed: pass + fail + inconclusive + not_applicable,
            pass: *pass,
            fail: *fail,
            inconclusive: *inconclusive,
            not_applicable: *not_applicable,
            waived: 0,
        },
        reason: (*reason).to_owned(),
        rules: rules.iter().map(|id| id.parse().unwrap()).collect(),
    }
}

fn run() -> RunHeader {
    let collector = |name: &str, version: &str, status, message: &str| CollectorRun {
        name: name.parse().unwrap(),
        digest: Some(Digest::of(name.as_bytes())),
        version: version.into(),
        status,
        message: message.to_owned(),
        transcript: None,
    };
    RunHeader {
        id: RunId(12),
        started_at: at("2026-11-23T10:00:07Z"),
        recorded_at: at("2026-11-23T10:00:09Z"),
        clock: ClockMode::Live,
        engine_version: "0.1.0".into(),
        semantics: 1,
        collectors: vec![
            collector("aws", "1.4.2", CollectorStatus::Ok, ""),
            collector("linux-host", "0.1.0", CollectorStatus::CutOff, "stopped after 5 minutes (`wall`)"),
        ],
        content_digest: Digest::of(b""),
        exit: Exit {
            code: 1,
            reason: "3 requirements have deviations (soc2:CC6.1, iso27001:A.8.5, hipaa:164.312(d)); 3 more are unknown"
                .to_owned(),
        },
    }
}

/// The invented company's run.
pub fn world() -> World {
    let sets: [(&str, &[Row]); 3] = [("hipaa", HIPAA), ("iso27001", ISO), ("soc2", SOC2)];
    let names = [
        ("HIPAA", "45 CFR part 164"),
        ("ISO/IEC 27001", "2022, with Amd 1:2024"),
        ("SOC 2", "2017, revised points of focus 2022"),
    ];
    let mut catalog = Catalog::default();
    let mut assessment = Assessment::default();
    for ((framework, rows), (title, version)) in sets.iter().zip(names) {
        let requirements: Vec<_> = rows.iter().map(|row| requirement(framework, row, rows)).collect();
        let found: Vec<_> = rows.iter().map(|row| assessed(framework, row)).collect();
        let id: model::FrameworkId = framework.parse().unwrap();
        assessment.frameworks.push(FrameworkAssessment {
            id: id.clone(),
            summary: summary(&requirements, &found),
            requirements: found,
        });
        catalog.frameworks.insert(
            id.clone(),
            Framework {
                id,
                title: title.to_owned(),
                version: version.to_owned(),
                source: "ids only".to_owned(),
                default_categories: vec!["security".into()],
                apart: vec![],
                requirements,
            },
        );
    }
    for row in CONTROLS {
        let control = control(row, &sets);
        catalog.controls.insert(control.id.clone(), control);
        assessment.controls.push(controlled(row));
    }
    catalog.relationships.push(Relationship {
        from: "iso27001:A.5.18".parse().unwrap(),
        relation: Relation::EquivalentTo,
        to: "soc2:CC6.2".parse().unwrap(),
        rationale: "Both ask that access is given, reviewed and withdrawn.".to_owned(),
    });
    let (facts, rules) = (facts(), rules());
    let findings = finding_set(&facts, &rules);
    let operator_changes =
        vec![OperatorChange { subject: "control access/login-banner".to_owned(), change: "switched off".to_owned() }];
    World { run: run(), catalog, rules, facts, findings, assessment, failing_since: BTreeMap::new(), operator_changes }
}
