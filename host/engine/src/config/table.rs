//! Tables of `engine.toml`, read member by member.
//!
//! Takes parsed TOML, gives values with their places. What is not known, of another type or missing is a problem with its
//! place, and all the rest is read. Says nothing of whether a value makes sense, and never shows one: it may be a secret.

use std::ops::Range;

use model::nearest;
use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::problem::{Problems, Sort};

/// A table that is being read.
pub(super) struct Table<'a> {
    /// As it would be written in brackets, such as `collector.here.grant`; empty for the whole file.
    path: String,
    span: Range<usize>,
    members: &'a DeTable<'a>,
    /// The members that were asked for, which are all that there can be.
    asked: Vec<&'static str>,
}

/// What a member is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Text,
    Number,
    Truth,
    Texts,
    Section,
    Sections,
    RepeatedSections,
}

impl<'a> Table<'a> {
    /// The whole file.
    pub(super) fn whole(root: &'a DeTable<'a>) -> Self {
        Self { path: String::new(), span: 0..0, members: root, asked: Vec::new() }
    }

    pub(super) fn text(&mut self, name: &'static str, problems: &mut Problems) -> Option<Spanned<String>> {
        self.one(name, Wanted::Text, |value| value.as_str().map(str::to_owned), problems)
    }

    /// A whole number; one that is too large for any use is the largest there is.
    pub(super) fn number(&mut self, name: &'static str, problems: &mut Problems) -> Option<Spanned<i64>> {
        let number =
            |value: &DeValue<'_>| value.as_integer().map(|it| i64::from_str_radix(it.as_str(), it.radix()).unwrap_or(i64::MAX));
        self.one(name, Wanted::Number, number, problems)
    }

    pub(super) fn truth(&mut self, name: &'static str, problems: &mut Problems) -> Option<bool> {
        let truth = |value: &DeValue<'_>| if let DeValue::Boolean(it) = value { Some(*it) } else { None };
        self.one(name, Wanted::Truth, truth, problems).map(Spanned::into_inner)
    }

    /// A list of texts; what else is in it is a problem, and left out.
    pub(super) fn texts(&mut self, name: &'static str, problems: &mut Problems) -> Option<Spanned<Vec<Spanned<String>>>> {
        let (_, value) = self.member(name)?;
        let Some(items) = value.get_ref().as_array() else {
            self.mistyped(name, value, Wanted::Texts, problems);
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            if let Some(text) = item.get_ref().as_str() {
                texts.push(Spanned::new(item.span(), text.to_owned()));
                continue;
            }
            let message = format!("`{}` has {} in it, only texts are wanted", self.named(name), shape(item.get_ref()));
            problems.note(Sort::WrongType, item.span(), message, Wanted::Texts.help(name, &self.named(name)));
        }
        Some(Spanned::new(value.span(), texts))
    }

    /// A value of any type.
    pub(super) fn value(&mut self, name: &'static str, problems: &mut Problems) -> Option<Spanned<toml::Value>> {
        let (_, value) = self.member(name)?;
        value_of(value, problems)
    }

    /// A section with members of any name and type.
    pub(super) fn values(&mut self, name: &'static str, problems: &mut Problems) -> Vec<(Spanned<String>, Spanned<toml::Value>)> {
        let Some(section) = self.section(name, problems) else { return Vec::new() };
        let members = section.members.iter();
        members.filter_map(|(name, value)| Some((owned(name), value_of(value, problems)?))).collect()
    }

    /// `[PATH.NAME]`.
    pub(super) fn section(&mut self, name: &'static str, problems: &mut Problems) -> Option<Self> {
        let (key, value) = self.member(name)?;
        let Some(members) = value.get_ref().as_table() else {
            self.mistyped(name, value, Wanted::Section, problems);
            return None;
        };
        Some(Self { path: self.named(name), span: key.span(), members, asked: Vec::new() })
    }

    /// `[PATH.NAME.ANYTHING]`, in the order of their names.
    pub(super) fn sections(&mut self, name: &'static str, problems: &mut Problems) -> Vec<(Spanned<String>, Self)> {
        let Some((_, value)) = self.member(name) else { return Vec::new() };
        let Some(all) = value.get_ref().as_table() else {
            self.mistyped(name, value, Wanted::Sections, problems);
            return Vec::new();
        };
        let path = self.named(name);
        let mut sections = Vec::new();
        for (key, value) in all {
            let path = dotted(&path, key.get_ref());
            if let Some(members) = value.get_ref().as_table() {
                sections.push((owned(key), Self { path, span: key.span(), members, asked: Vec::new() }));
            } else {
                let message = format!("`{path}` is {}, a section is wanted", shape(value.get_ref()));
                problems.note(Sort::WrongType, value.span(), message, format!("write it as a section: `[{path}]`"));
            }
        }
        sections
    }

    /// `[[NAME]]`, in the order of the file.
    pub(super) fn repeated(&mut self, name: &'static str, problems: &mut Problems) -> Vec<Self> {
        let Some((key, value)) = self.member(name) else { return Vec::new() };
        let items = value.get_ref().as_array();
        let tables = items.filter(|items| items.iter().all(|it| it.get_ref().is_table()));
        let Some(tables) = tables else {
            self.mistyped(name, value, Wanted::RepeatedSections, problems);
            return Vec::new();
        };
        let path = self.named(name);
        let of = |item: &'a Spanned<DeValue<'a>>| {
            let members = item.get_ref().as_table()?;
            // The first of them begins where its name stands; of the others only the whole is known.
            let span = if tables.len() == 1 { key.span() } else { item.span() };
            Some(Self { path: path.clone(), span, members, asked: Vec::new() })
        };
        tables.iter().filter_map(of).collect()
    }

    /// Notes that something is missing when it was not written at all; one of another type was noted already.
    pub(super) fn require(&self, name: &str, help: &str, problems: &mut Problems) {
        if !self.members.contains_key(name) {
            problems.note(Sort::MissingKey, self.span.clone(), format!("`{}` has no `{name}`", self.path), help);
        }
    }

    /// Notes every member that was not asked for.
    pub(super) fn finish(self, problems: &mut Problems) {
        for key in self.members.keys() {
            let word = key.get_ref().as_ref();
            if self.asked.contains(&word) {
                continue;
            }
            let place = if self.path.is_empty() { String::new() } else { format!(" in `[{}]`", self.path) };
            let known = self.asked.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
            let help = match nearest(word, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known there are {known}"),
            };
            problems.note(Sort::UnknownKey, key.span(), format!("`{}` is not known{place}", word.escape_debug()), help);
        }
    }

    fn member(&mut self, name: &'static str) -> Option<(&'a Key<'a>, &'a Spanned<DeValue<'a>>)> {
        self.asked.push(name);
        self.members.get_key_value(name)
    }

    fn one<T>(
        &mut self,
        name: &'static str,
        wanted: Wanted,
        take: impl FnOnce(&DeValue<'_>) -> Option<T>,
        problems: &mut Problems,
    ) -> Option<Spanned<T>> {
        let (_, value) = self.member(name)?;
        let taken = take(value.get_ref());
        if taken.is_none() {
            self.mistyped(name, value, wanted, problems);
        }
        taken.map(|it| Spanned::new(value.span(), it))
    }

    fn mistyped(&self, name: &str, value: &Spanned<DeValue<'_>>, wanted: Wanted, problems: &mut Problems) {
        let named = self.named(name);
        let message = format!("`{named}` is {}, {} is wanted", shape(value.get_ref()), wanted.words());
        problems.note(Sort::WrongType, value.span(), message, wanted.help(name, &named));
    }

    fn named(&self, name: &str) -> String {
        dotted(&self.path, name)
    }
}

type Key<'a> = Spanned<toml::de::DeString<'a>>;

impl Wanted {
    fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a whole number",
            Self::Truth => "`true` or `false`",
            Self::Texts => "a list of texts",
            Self::Section => "a section",
            Self::Sections => "a section for each",
            Self::RepeatedSections => "a section in double brackets for each",
        }
    }

    /// How it is written.
    fn help(self, name: &str, named: &str) -> String {
        match self {
            Self::Text => format!("put it into quotation marks: `{name} = \"…\"`"),
            Self::Number => format!("write it without quotation marks and fraction: `{name} = 4`"),
            Self::Truth => format!("write `{name} = true` or `{name} = false`"),
            Self::Texts => format!("write `{name} = [\"…\", \"…\"]`"),
            Self::Section => format!("write `[{named}]` above its settings"),
            Self::Sections => format!("write `[{named}.NAME]` above the settings of each"),
            Self::RepeatedSections => format!("write `[[{named}]]` above the settings of each"),
        }
    }
}

/// What a value is.
fn shape(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn value_of(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Spanned<toml::Value>> {
    let read = toml::Value::deserialize(ValueDeserializer::from(value.clone()));
    let read = read.map_err(|error| error.message().to_owned());
    problems.keep(value.span(), read).map(|it| Spanned::new(value.span(), it))
}

fn owned(key: &Key<'_>) -> Spanned<String> {
    Spanned::new(key.span(), key.get_ref().to_string())
}

/// A name beneath a path, quoted where TOML wants that.
fn dotted(path: &str, name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
    let name = if is_bare { name.to_owned() } else { format!("\"{}\"", name.escape_debug()) };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use miette::Diagnostic as _;

    use crate::config::resolve::resolve;

    /// Each problem with its line.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let error = resolve(text, None, PathBuf::from("/folder")).unwrap_err();
        let problems = error.related().unwrap().map(|problem| {
            let at = problem.labels().unwrap().next().unwrap().offset();
            format!("{}: {problem}", text[..at].matches('\n').count() + 1)
        });
        assert_eq!(problems.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_value_of_another_type_is_named_with_both_types_and_never_shown() {
        check(
            "store = 7\nthreads = 1.5\nrules = \"rules\"\ncontrols = [\"a\", 3]\nframework = 1\nretired = {}\n[rule.\"a/b\"]\nenabled = \"s3cret\"\n\
             [control]\n\"a/b\" = 2019-01-01\n",
            &[
                "1: `store` is a whole number, a text is wanted",
                "2: `threads` is a number with a fraction, a whole number is wanted",
                "3: `rules` is a text, a list of texts is wanted",
                "4: `/folder/a` cannot be read: No such file or directory (os error 2)",
                "4: `controls` has a whole number in it, only texts are wanted",
                "5: `framework` is a whole number, a section for each is wanted",
                "6: `retired` is a table, a section in double brackets for each is wanted",
                "8: `rule.\"a/b\".enabled` is a text, `true` or `false` is wanted",
                "10: `control.\"a/b\"` is a time, a section is wanted",
            ],
        );
    }

    #[test]
    fn what_a_section_lacks_and_what_it_does_not_know_is_told_beside_the_rest() {
        check(
            "[collector.a]\nkinds = []\nplugn = \"x\"\n[[retired]]\nscope = \"*\"\n[[retired]]\nscpe = \"x\"\ncollector = \"a\"\n",
            &[
                "1: `collector.a` has no `plugin`",
                "3: `plugn` is not known in `[collector.a]`",
                "4: `retired` has no `collector`",
                "7: `scpe` is not known in `[retired]`",
            ],
        );
    }

    #[test]
    fn a_file_that_is_no_toml_gives_nothing_but_that() {
        let error = resolve("stroe = 1\nthreads =\n", None, PathBuf::from("/folder")).unwrap_err();
        let codes: Vec<String> = error.related().unwrap().map(|it| it.code().unwrap().to_string()).collect();
        assert_eq!(codes, ["engine::config::syntax"]);
    }
}
