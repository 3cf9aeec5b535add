//! The folds of the algebra: statuses in, one status out.
//!
//! Takes plain statuses and gives the status of what they belong to. Never looks at evidence, order or number: every fold is
//! the same whatever the order, and whether a thing is said once or twice.

use model::{AspectStatus, ControlStatus, RequirementStatus, Strength};

/// Whether a failure, or something that may be one, stands. An open failure is never a pass, so it counts as unknown.
pub(crate) fn is_unknown(status: ControlStatus) -> bool {
    matches!(status, ControlStatus::Unknown | ControlStatus::Open)
}

/// Whether nothing of a control applied.
pub(crate) fn is_idle(status: ControlStatus) -> bool {
    matches!(status, ControlStatus::NotApplicable | ControlStatus::NoOccurrences)
}

/// What is stated of subservice organisations for an aspect, all statements together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Carved {
    /// Nothing.
    No,
    /// That they answer for it, and every report may be relied on.
    Relied,
    /// That they answer for it, and some report may not be relied on.
    Doubted,
}

/// The status of an aspect from the controls that cover it, alternatives folded by [`alternatives`] before.
///
/// A partial edge deviates and leaves in doubt like a full one; it supports, attests and rules out nothing. Where a
/// subservice organisation is to answer and does not, own evidence does not stand in: it shows the own part only.
pub(crate) fn aspect(covering: &[(ControlStatus, Strength)], carved: Carved) -> AspectStatus {
    let full = || covering.iter().filter(|(_, strength)| *strength == Strength::Full).map(|(status, _)| *status);
    if covering.iter().any(|(status, _)| *status == ControlStatus::Failing) {
        AspectStatus::Deviations
    } else if carved == Carved::Doubted || covering.iter().any(|(status, _)| is_unknown(*status)) {
        AspectStatus::Unknown
    } else if full().any(|status| status == ControlStatus::Passing) {
        AspectStatus::Supported
    } else if full().any(|status| status == ControlStatus::Attested) {
        AspectStatus::Attested
    } else if carved == Carved::Relied {
        AspectStatus::CarvedOut
    } else if full().any(is_idle) {
        AspectStatus::NotApplicable
    } else {
        AspectStatus::Missing
    }
}

/// The status of alternatives, of which any one answers the aspect; they then act as one control.
///
/// Only a member with the group's full strength can answer for it, and only by passing: then the failures of the others do
/// not count. The group fails when a member fails and no other could answer: each fails too, or does not apply. Otherwise a
/// failure leaves it unknown, since the alternative was not seen: untested, attested only, or only partly covering.
pub(crate) fn alternatives(members: &[(ControlStatus, Strength)]) -> Option<(ControlStatus, Strength)> {
    let strength = members.iter().map(|(_, strength)| *strength).max()?;
    let strong = || members.iter().filter(|(_, it)| *it == strength).map(|(status, _)| *status);
    let hopeless = |status: ControlStatus| status == ControlStatus::Failing || is_idle(status);
    let fails = members.iter().any(|(status, _)| *status == ControlStatus::Failing);
    let status = if strong().any(|status| status == ControlStatus::Passing) {
        ControlStatus::Passing
    } else if fails && members.iter().all(|(status, _)| hopeless(*status)) {
        ControlStatus::Failing
    } else if fails || members.iter().any(|(status, _)| is_unknown(*status)) {
        ControlStatus::Unknown
    } else {
        let quiet = [ControlStatus::Attested, ControlStatus::NotApplicable, ControlStatus::NoOccurrences];
        quiet.into_iter().find(|it| strong().any(|status| status == *it)).unwrap_or(ControlStatus::Untested)
    };
    Some((status, strength))
}

/// The status of a requirement of its own, from its aspects.
pub(crate) fn requirement(aspects: &[AspectStatus]) -> RequirementStatus {
    let any = |status| aspects.contains(&status);
    let answered = any(AspectStatus::Supported) || any(AspectStatus::Attested) || any(AspectStatus::CarvedOut);
    if any(AspectStatus::Deviations) {
        RequirementStatus::Deviations
    } else if any(AspectStatus::Unknown) {
        RequirementStatus::Unknown
    } else if !answered {
        let idle = any(AspectStatus::NotApplicable) && !any(AspectStatus::Missing);
        if idle { RequirementStatus::NotApplicable } else { RequirementStatus::Uncovered }
    } else if any(AspectStatus::Missing) {
        RequirementStatus::PartlySupported
    } else if any(AspectStatus::Attested) {
        RequirementStatus::Attested
    } else if any(AspectStatus::Supported) {
        RequirementStatus::Supported
    } else {
        RequirementStatus::CarvedOut
    }
}

/// The status of a requirement with parts, from the statuses of its parts. Parts that are out of scope or not applicable
/// say nothing unless all are.
pub(crate) fn parent(parts: &[RequirementStatus]) -> RequirementStatus {
    use RequirementStatus as Status;
    let any = |status| parts.contains(&status);
    let heard = || parts.iter().copied().filter(|status| !matches!(status, Status::OutOfScope | Status::NotApplicable));
    let all = |statuses: &[Status]| heard().all(|status| statuses.contains(&status));
    if any(Status::Deviations) {
        Status::Deviations
    } else if any(Status::Unknown) {
        Status::Unknown
    } else if heard().next().is_none() {
        if any(Status::NotApplicable) { Status::NotApplicable } else { Status::OutOfScope }
    } else if all(&[Status::Uncovered]) {
        Status::Uncovered
    } else if all(&[Status::CarvedOut]) {
        Status::CarvedOut
    } else if all(&[Status::Supported, Status::CarvedOut]) {
        Status::Supported
    } else if all(&[Status::Supported, Status::CarvedOut, Status::Attested]) {
        Status::Attested
    } else {
        Status::PartlySupported
    }
}

/// What other requirements bring to one, by the statuses that travel to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether anything of that status travels here")]
pub(crate) struct Brought {
    pub(crate) deviations: bool,
    pub(crate) unknown: bool,
    pub(crate) supported: bool,
    pub(crate) attested: bool,
}

/// The status of a requirement from its own and what others bring.
///
/// What a requirement shows of itself to be wrong or in doubt stands. A deviation that travels to it makes deviations. So
/// does doubt make doubt: were it otherwise, losing the evidence of the other requirement's failure would mend this one.
/// Support lifts only what is uncovered or partly supported, and never further than the weakest part allows.
pub(crate) fn inherited(own: RequirementStatus, own_attested: bool, brought: Brought) -> RequirementStatus {
    use RequirementStatus as Status;
    let liftable = matches!(own, Status::Uncovered | Status::PartlySupported);
    if own == Status::Deviations || brought.deviations {
        Status::Deviations
    } else if own == Status::Unknown || brought.unknown {
        Status::Unknown
    } else if liftable && brought.supported && !own_attested {
        Status::Supported
    } else if liftable && (brought.supported || brought.attested) {
        Status::Attested
    } else {
        own
    }
}
