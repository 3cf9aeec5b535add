//! What is stated about a scope: that something is expected, that all of it came, that something could not be had.
//!
//! Takes a line of NDJSON or a claim, gives a [`Statement`]. Never judges it: counts are compared when all is in.

use model::{Claim, GapCode, KindId, ScopeId, SubjectId, Timestamp};
use serde::Deserialize;

use crate::kind_set::KindSet;
use crate::line::{BadForm, Members, bad};
use crate::wording::{capped, quoted};

/// One statement about a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// As given: without a version it is the newest.
    pub(crate) kind: KindName,
    pub(crate) scope: ScopeId,
    pub(crate) says: Says,
}

/// The name of a kind, with its version or without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KindName(String);

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Says {
    Expect,
    Complete { claim: Claim, observed_at: Option<Timestamp> },
    Gap { subject: Option<SubjectId>, code: GapCode, message: String },
}

impl KindName {
    /// Checks the form of a name.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let full = if text.contains('@') { KindId::new(text) } else { KindId::new(format!("{text}@1")) };
        match full {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(format!("`kind`: {error}")),
        }
    }

    /// The id of the kind: known, or else as it was given, version 1 when it had none.
    pub(crate) fn id(&self, kinds: &KindSet) -> KindId {
        let known = kinds.resolve(&self.0).cloned();
        let named = || KindId::new(self.0.as_str()).or_else(|_| KindId::new(format!("{}@1", self.0)));
        known.or_else(|| named().ok()).unwrap_or_else(unreadable_kind)
    }
}

/// The kind under which stands what was stated about no readable kind. No file of kinds may define it.
pub(crate) fn unreadable_kind() -> KindId {
    const UNREADABLE: &str = "engine.unreadable@1";
    match KindId::new(UNREADABLE) {
        Ok(id) => id,
        Err(error) => unreachable!("{error}"),
    }
}

/// Kind and scope of a line; a line whose kind or scope has no legal form has no known form.
pub(crate) fn kind_and_scope(line: &str, members: &Members<'_>, kinds: &KindSet) -> Result<(KindId, ScopeId), BadForm> {
    let (kind, scope) = names(line, members)?;
    Ok((kind.id(kinds), scope))
}

fn names(line: &str, members: &Members<'_>) -> Result<(KindName, ScopeId), BadForm> {
    let place = |name: &str, reason: String| match members.get(name) {
        Some(value) => bad(line, value, reason),
        None => BadForm { column: 1, reason },
    };
    let kind = KindName::new(&members.text(line, "kind")?).map_err(|reason| place("kind", reason))?;
    let scope = ScopeId::new(members.text(line, "scope")?).map_err(|error| place("scope", format!("`scope`: {error}")))?;
    Ok((kind, scope))
}

/// Reads `{"expect":…}`, `{"complete":…}` and `{"gap":…}`; `None` when the line has none of these members.
pub(crate) fn read(line: &str, members: &Members<'_>) -> Result<Option<Statement>, BadForm> {
    const FORMS: [&str; 3] = ["expect", "complete", "gap"];
    let Some((form, value)) = FORMS.into_iter().find_map(|form| members.get(form).map(|value| (form, value))) else {
        return Ok(None);
    };
    members.only(line, &[form])?;
    let inner = Members::read(value.get()).map_err(|_| bad(line, value, format!("`{form}`: expected a record")))?;
    let known: &[&str] = match form {
        "expect" => &["kind", "scope"],
        "complete" => &["kind", "scope", "count", "observed_at", "from", "to", "query", "source_count"],
        _ => &["kind", "scope", "subject", "code", "message"],
    };
    inner.only(line, known)?;
    let (kind, scope) = names(line, &inner)?;
    let says = match form {
        "expect" => Says::Expect,
        "complete" => complete(line, value, &inner)?,
        _ => gap(line, &inner)?,
    };
    Ok(Some(Statement { kind, scope, says }))
}

/// The members of `complete`; their names were checked.
#[derive(Deserialize)]
struct CompleteLine {
    count: u64,
    observed_at: Option<String>,
    from: Option<String>,
    to: Option<String>,
    query: Option<String>,
    source_count: Option<u64>,
}

fn complete(line: &str, value: &serde_json::value::RawValue, members: &Members<'_>) -> Result<Says, BadForm> {
    let complete: CompleteLine =
        serde_json::from_str(value.get()).map_err(|error| bad(line, value, format!("`complete`: {}", plain(&error))))?;
    let instant = |name: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => crate::instant::parse(&text).map(Some).ok_or_else(|| {
            let reason = format!("`{name}`: expected a timestamp such as `2026-11-23T10:00:00Z`, found {}", quoted(&text));
            members.get(name).map_or(BadForm { column: 1, reason: reason.clone() }, |value| bad(line, value, reason))
        }),
    };
    let observed_at = instant("observed_at", complete.observed_at)?;
    let (from, to) = (instant("from", complete.from)?, instant("to", complete.to)?);
    let claim = Claim { count: complete.count, from, to, query: complete.query, source_count: complete.source_count };
    Ok(Says::Complete { claim, observed_at })
}

fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").and_then(|at| text.get(..at)).unwrap_or(&text).to_owned()
}

fn gap(line: &str, members: &Members<'_>) -> Result<Says, BadForm> {
    let subject = match members.get("subject") {
        None => None,
        Some(value) => {
            let subject = SubjectId::new(members.text(line, "subject")?);
            Some(subject.map_err(|error| bad(line, value, format!("`subject`: {error}")))?)
        }
    };
    let code = members.text(line, "code")?;
    let message = match members.get("message") {
        None => String::new(),
        Some(_) => members.text(line, "message")?.into_owned(),
    };
    let (code, message) = gap_of(&code, &message);
    Ok(Says::Gap { subject, code, message })
}

/// Code and message as a gap holds them; a code that is no lower-case word is kept in the message.
pub(crate) fn gap_of(given: &str, message: &str) -> (GapCode, String) {
    let code = GapCode::from_guest(given);
    let message = if code.as_str() == given { capped(message) } else { capped(&format!("{}: {message}", quoted(given))) };
    (code, message)
}

/// Reads the claim of a collector.
pub(crate) fn claim(json: &str) -> Result<Claim, String> {
    serde_json::from_str(json).map_err(|error| format!("the claim of completeness cannot be read: {}", plain(&error)))
}
