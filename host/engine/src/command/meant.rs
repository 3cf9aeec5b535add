//! What was probably meant by a name that nothing has.
//!
//! Takes the name and all the names that there are, gives a sentence with the command that shows what was meant. Never decides
//! in the person's place: a part of a name is not that name.

use model::nearest;

/// How many names that fit are listed.
const LISTED: usize = 5;

/// A name that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Known {
    /// The name.
    pub(super) name: String,
    /// Whether it is the name of a kind, which another command shows.
    pub(super) is_kind: bool,
}

impl Known {
    /// What `engine explain` shows.
    pub(super) fn explained(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_kind: false }
    }

    /// A kind of fact.
    pub(super) fn kind(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_kind: true }
    }

    /// The command that shows it.
    pub(super) fn command(&self) -> String {
        let command = if self.is_kind { "engine fact schema" } else { "engine explain" };
        // A shell would read the brackets.
        let name = if self.name.contains('(') { format!("'{}'", self.name) } else { self.name.clone() };
        format!("{command} {name}")
    }
}

/// What was probably meant: the one name, or some of those, that the text begins or ends, else the nearest name.
pub(super) fn meant(text: &str, known: &[Known]) -> Option<String> {
    let wanted = text.to_lowercase();
    let fits = |name: &str, of: fn(&str, &str) -> bool| !wanted.is_empty() && of(&name.to_lowercase(), &wanted);
    let begun: Vec<&Known> = known.iter().filter(|it| fits(&it.name, |name, wanted| name.starts_with(wanted))).collect();
    let ended: Vec<&Known> = known.iter().filter(|it| fits(&it.name, |name, wanted| name.ends_with(wanted))).collect();
    for (found, end) in [(&begun, "the beginning"), (&ended, "the end")] {
        if let [only] = found.as_slice() {
            let shown = text.escape_debug();
            return Some(format!("`{shown}` is {end} of `{}` alone: `{}`", only.name, only.command()));
        }
    }
    for (found, verb) in [(begun, "begin"), (ended, "end")] {
        if !found.is_empty() {
            return Some(format!("{} names {verb} so: {}", found.len(), listed(&found)));
        }
    }
    // The last part alone may be what was mistyped, and all that was typed.
    let local = |it: &Known| it.name.rsplit_once(['/', ':']).map_or(it.name.clone(), |(_, last)| last.to_owned());
    let whole = nearest(text, known.iter().map(|it| it.name.as_str()));
    let found = whole.and_then(|near| known.iter().find(|it| it.name == near)).or_else(|| {
        let locals: Vec<String> = known.iter().map(local).collect();
        let near = nearest(text, locals.iter().map(String::as_str))?;
        known.iter().find(|it| local(it) == near)
    });
    found.map(|it| format!("did you mean `{}`? `{}`", it.name, it.command()))
}

fn listed(found: &[&Known]) -> String {
    let names: Vec<String> = found.iter().take(LISTED).map(|it| format!("`{}`", it.name)).collect();
    match found.len().saturating_sub(LISTED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let mut known: Vec<Known> =
            ["access/mfa", "access/reviews", "hipaa:164.312(d)", "identity/mfa-enforced", "logging/is-kept", "logging/is-sent"]
                .map(Known::explained)
                .to_vec();
        known.push(Known::kind("identity.user@1"));
        assert_eq!(meant(text, &known).as_deref(), expected);
    }

    #[test]
    fn the_only_name_that_a_text_begins_or_ends_is_said_to_be_the_only_one() {
        check("is-kept", Some("`is-kept` is the end of `logging/is-kept` alone: `engine explain logging/is-kept`"));
        check("HIPAA", Some("`HIPAA` is the beginning of `hipaa:164.312(d)` alone: `engine explain 'hipaa:164.312(d)'`"));
        check(
            "identity.user",
            Some("`identity.user` is the beginning of `identity.user@1` alone: `engine fact schema identity.user@1`"),
        );
    }

    #[test]
    fn several_that_fit_are_listed() {
        check("logging/", Some("2 names begin so: `logging/is-kept`, `logging/is-sent`"));
        check("access/", Some("2 names begin so: `access/mfa`, `access/reviews`"));
    }

    #[test]
    fn a_slip_finds_the_nearest_name_by_its_whole_or_by_its_last_part() {
        check("acess/mfa", Some("did you mean `access/mfa`? `engine explain access/mfa`"));
        check("mfa-enforcde", Some("did you mean `identity/mfa-enforced`? `engine explain identity/mfa-enforced`"));
        check("identity.uesr@1", Some("did you mean `identity.user@1`? `engine fact schema identity.user@1`"));
        check("something-else-altogether", None);
        check("", None);
    }
}
