//! The table of registers: the name of each, the kind of its lines, and which columns tell its lines apart. Every other part of
//! the collector, and the guide, has it from here.

/// A register that a company may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register {
    /// Its name, which is the name of its file and stands in `registers:NAME`.
    pub name: &'static str,
    /// The kind of its lines.
    pub kind: &'static str,
    /// What tells its lines apart, in the order of the subject.
    pub subject: &'static [Part],
}

/// A part of the subject of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The value of a column that no line may leave empty.
    Column(&'static str),
    /// The value of a column, where the line has one.
    Where(&'static str),
    /// The first of these columns that the line has a day in.
    FirstOf(&'static str, &'static str),
    /// The value of a column, or a word where the line has none.
    Or(&'static str, &'static str),
}

/// The kind that says which registers there are.
pub const OF_REGISTERS: &str = "organisation.register@1";

use Part::{Column, FirstOf, Or, Where};

/// Every register, in the order of the guide.
pub const REGISTERS: &[Register] = &[
    of("people", "person.employment@1", &[Column("email")]),
    of("onboarding", "person.onboarding@1", &[Column("email"), Column("started_at")]),
    of("offboarding", "person.offboarding@1", &[Column("email"), Column("left_at")]),
    of("roles", "organisation.role@1", &[Column("role"), Or("email", "vacant")]),
    of("acknowledgements", "person.acknowledgement@1", &[Column("email"), Column("document"), Where("version")]),
    of("performance-reviews", "person.performance-review@1", &[Column("email"), Column("period")]),
    of("training", "person.training@1", &[Column("email"), Column("course"), Where("assigned_at")]),
    of("screening", "person.screening@1", &[Column("email"), Where("requested_at")]),
    of("policies", "policy.document@1", &[Column("document")]),
    of("access-reviews", "access.review@1", &[Column("system"), Column("period")]),
    of("systems", "asset.system@1", &[Column("system")]),
    of("devices", "device.endpoint@1", &[Column("device")]),
    of("log-sources", "logging.source@1", &[Column("system"), Column("source")]),
    of("vendors", "vendor.profile@1", &[Column("vendor")]),
    of("vendor-reports", "vendor.report@1", &[Column("vendor"), Column("report_type"), Column("period_end_at")]),
    of("agreements", "vendor.baa@1", &[Column("vendor"), Where("signed_at")]),
    of("risks", "risk.entry@1", &[Column("risk")]),
    of("incidents", "incident.record@1", &[Column("incident")]),
    of("changes", "code.change@1", &[Column("change")]),
    of(
        "recovery-tests",
        "continuity.recovery-test@1",
        &[Column("system"), Column("test_type"), FirstOf("performed_at", "due_at")],
    ),
    of("exercises", "exercise.tabletop@1", &[Column("scenario"), FirstOf("held_at", "due_at")]),
    of("penetration-tests", "security.penetration-test@1", &[Column("test")]),
    of("scans", "security.vulnerability-scan@1", &[Column("target"), Column("performed_at")]),
    of("data-inventory", "privacy.data-inventory@1", &[Column("category"), Column("purpose")]),
    of("privacy-requests", "privacy.request@1", &[Column("request")]),
    of("meetings", "governance.meeting@1", &[Column("body"), FirstOf("held_at", "due_at")]),
];

const fn of(name: &'static str, kind: &'static str, subject: &'static [Part]) -> Register {
    Register { name, kind, subject }
}

impl Register {
    /// The register of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        REGISTERS.iter().find(|register| register.name == name)
    }

    /// The register whose lines are of a kind, with or without its version.
    pub fn holding(kind: &str) -> Option<&'static Self> {
        REGISTERS.iter().find(|register| register.kind == kind || register.kind.strip_suffix("@1") == Some(kind))
    }

    /// The columns without which no line can be told from another.
    pub fn told_apart_by(&self) -> impl Iterator<Item = &'static str> {
        self.subject.iter().filter_map(|part| match part {
            Column(name) | Or(name, _) => Some(*name),
            Where(_) | FirstOf(..) => None,
        })
    }
}

/// How a text is written, so that registers can be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As it stands.
    AsItIs,
    /// In lower case.
    Lower,
    /// In lower case, with a hyphen between words.
    Hyphens,
}

/// Fields whose text is in lower case with hyphens.
const HYPHENS: &[&str] = &[
    "category",
    "checks",
    "course",
    "document",
    "legal_basis",
    "role",
    "roles",
    "scenario",
    "test",
    "topic",
    "topics",
    "wipe_method",
];
/// Fields whose text is in lower case; those of addresses too.
const LOWER: &[&str] = &[
    "approver",
    "change",
    "controls",
    "data_classes",
    "device",
    "email",
    "incident",
    "people",
    "period",
    "reports_to",
    "request",
    "risk",
    "shared_with",
    "subservice_vendors",
    "system",
    "systems",
    "threatens",
    "vendor",
];

impl Spelling {
    /// How the text of a field is written, by the field's name. Who did a change stands as the repository names them.
    pub fn of(field: &str) -> Self {
        let is_address = field.ends_with("_email") || (field.ends_with("_by") && !matches!(field, "merged_by" | "deployed_by"));
        if HYPHENS.contains(&field) {
            Self::Hyphens
        } else if is_address || LOWER.contains(&field) {
            Self::Lower
        } else {
            Self::AsItIs
        }
    }

    /// Writes a text so.
    ///
    /// ```
    /// use registers::Spelling;
    /// assert_eq!(Spelling::of("course").write(" Security  Awareness "), "security-awareness");
    /// assert_eq!(Spelling::of("owner_email").write("Ada@Example.com"), "ada@example.com");
    /// assert_eq!(Spelling::of("title").write(" A  title "), "A  title");
    /// ```
    pub fn write(self, text: &str) -> String {
        let text = text.trim();
        match self {
            Self::AsItIs => text.to_owned(),
            Self::Lower => text.to_lowercase(),
            Self::Hyphens => {
                let words: Vec<&str> =
                    text.split(|it: char| it.is_whitespace() || it == '_').filter(|it| !it.is_empty()).collect();
                words.join("-").to_lowercase()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::{Holds, Kind};

    #[test]
    fn every_register_has_a_kind_with_the_columns_of_its_subject() {
        for register in REGISTERS {
            let kind = Kind::named(register.kind).unwrap();
            let places = kind.places();
            for part in register.subject {
                let (Column(name) | Where(name) | FirstOf(name, _) | Or(name, _)) = part;
                assert!(places.contains_key(name), "{} has no `{name}`", register.kind);
                if let FirstOf(_, second) = part {
                    assert!(places.contains_key(second), "{} has no `{second}`", register.kind);
                }
            }
        }
    }

    #[test]
    fn a_name_and_a_kind_stand_once() {
        for (at, register) in REGISTERS.iter().enumerate() {
            assert_eq!(REGISTERS.iter().position(|it| it.name == register.name), Some(at));
            assert_eq!(REGISTERS.iter().position(|it| it.kind == register.kind), Some(at));
        }
    }

    #[test]
    fn what_the_kinds_want_in_lower_case_is_written_so() {
        for register in REGISTERS {
            for field in Kind::named(register.kind).unwrap().fields {
                let is_text = matches!(field.holds, Holds::Text | Holds::List);
                let wanted = field.description.contains("lower case") || field.description.contains("by address");
                let by_example =
                    matches!(field.name.as_str(), "period" | "threatens" | "controls" | "roles" | "topics" | "wipe_method");
                let is_lower = Spelling::of(&field.name) != Spelling::AsItIs;
                if is_text && (wanted || is_lower) && !by_example {
                    assert_eq!(is_lower, wanted, "{} `{}`: {}", register.kind, field.name, field.description);
                }
                if is_text && field.description.contains("with hyphens") {
                    assert_eq!(Spelling::of(&field.name), Spelling::Hyphens, "{} `{}`", register.kind, field.name);
                }
            }
        }
    }
}
