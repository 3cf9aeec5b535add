//! The nouns of the engine, in the order of the pipeline.
//!
//! Takes nothing and gives the types that every other crate speaks in. There is no I/O here, no async, no clock, no
//! randomness and no WebAssembly: a value of this crate means the same on every machine.

pub mod archive;
pub mod assessment;
pub mod catalog;
pub mod coverage;
pub mod digest;
pub mod fact;
pub mod finding;
pub mod id;
pub mod kind;
pub mod nearest;
pub mod plan;
pub mod precedent;
pub mod record;
pub mod run;
pub mod sources;
pub mod time;
pub mod transcript;
pub mod value;

pub use archive::{Archive, ArchiveError};
pub use assessment::{
    AspectAssessment, AspectStatus, Assessment, ControlAssessment, ControlStatus, FrameworkAssessment, Population,
    RequirementAssessment, RequirementStatus, Step, Summary, Via,
};
pub use catalog::{
    AnyOf, Aspect, Attestation, Catalog, Control, Edge, Framework, Frequency, Obligation, Relation, Relationship, Requirement,
    RequirementKind, SourceClass, Strength, Waiver, WaiverKind,
};
pub use coverage::{CollectorCoverage, Coverage, CoverageCount, FrameworkCoverage, Further, LeafCoverage, Means};
pub use digest::Digest;
pub use fact::{Basis, Completeness, Fact, FactSet, FieldGap, Gap, GapCode, ReadFrom, ScopeState};
pub use finding::{
    FindingId, FindingIds, FindingSet, Group, Join, Note, Outcome, RuleFindings, RuleHeader, RuleOrigin, Severity, Subjects,
};
pub use id::{AspectId, CollectorName, ControlId, FrameworkId, IdError, KindId, RequirementId, RuleId, ScopeId, SubjectId};
pub use kind::{Field, FieldType, Kind};
pub use nearest::nearest;
pub use plan::{Fix, Plan, Remedy};
pub use precedent::{Kept, Precedent};
pub use record::{Claim, Fault, Record};
pub use run::{ClockMode, CollectorRun, CollectorStatus, Exit, RunHeader, RunId};
pub use sources::SourceSet;
pub use time::{Seconds, Timestamp};
pub use transcript::{Call, Ended, Entry, Transcript};
pub use value::{Body, BodyError, Value};

/// The version of the meaning of a run: byte equality of reports is promised within one value of it.
pub const SEMANTICS: u32 = 1;

/// The sentence that opens every report; `TIME` stands for the instant of the run.
pub const STATEMENT: &str =
    "Management's own monitoring as of TIME. Not an examination, opinion, certification or legal determination.";
