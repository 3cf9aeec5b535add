//! What a rule says of itself: `describe()`, one constant map, read and never run.
//!
//! Takes the syntax tree and the known kinds; gives the header without settings applied, or every problem with its place.

use std::collections::BTreeMap;

use model::{
    ControlId, Digest, FieldType, Join, Kind, KindId, RuleHeader, RuleId, RuleOrigin, Seconds, Severity, Value, nearest,
};
use smol_str::SmolStr;

use crate::problem::{Draft, ProblemKind};
use crate::script::syntax::{At, Expr, Form, Script};

const KEYS: [&str; 9] = ["title", "kind", "controls", "severity", "fresh_for", "parameters", "remediation", "join", "group_by"];

/// The file that a header is read from.
pub(crate) struct Origin<'a> {
    pub(crate) id: &'a RuleId,
    pub(crate) author: RuleOrigin,
    pub(crate) text: &'a str,
}

/// Reads `describe()`.
pub(crate) fn read(script: &Script, origin: &Origin<'_>, kinds: &BTreeMap<KindId, Kind>) -> Result<RuleHeader, Vec<Draft>> {
    let mut reading = Reading { kinds, problems: Vec::new() };
    let header = reading.header(script, origin);
    match header {
        Some(header) if reading.problems.is_empty() => Ok(header),
        _ => Err(reading.problems),
    }
}

struct Reading<'a> {
    kinds: &'a BTreeMap<KindId, Kind>,
    problems: Vec<Draft>,
}

impl Reading<'_> {
    fn report(&mut self, at: At, message: impl Into<String>, help: &str) {
        self.problems.push(Draft::new(ProblemKind::Header, at, message).help(help));
    }

    fn header(&mut self, script: &Script, origin: &Origin<'_>) -> Option<RuleHeader> {
        let Some(function) = script.functions.iter().find(|it| it.name == "describe") else {
            self.report(At::default(), "the rule has no `fn describe()`", "begin with `fn describe() { #{ title: \"…\", … } }`");
            return None;
        };
        let (entries, at) = match function.body.as_slice() {
            [Expr { form: Form::Map(entries), at }] if function.parameters.is_empty() => (entries, *at),
            _ => {
                let help = "it is read, never run: `fn describe() { #{ title: \"…\", kind: \"…\", … } }`";
                self.report(function.at, "`describe()` must be one constant map and nothing else", help);
                return None;
            }
        };
        for (name, value) in entries {
            if !KEYS.contains(&name.as_str()) {
                let help = nearest(name, KEYS)
                    .map_or_else(|| format!("it has {}", KEYS.join(", ")), |near| format!("did you mean `{near}`?"));
                self.report(value.at, format!("`describe()` has no key `{name}`"), &help);
            }
        }
        let get = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let title = self.sentence(get("title"), "title", at);
        let remediation = self.sentence(get("remediation"), "remediation", at);
        let kind = self.kind(get("kind"), at);
        let severity = self.severity(get("severity"), at);
        let fresh_for = self.fresh_for(get("fresh_for"), at);
        let controls = self.controls(get("controls"), at);
        let parameters = get("parameters").map(|value| self.parameters(value)).unwrap_or_default();
        let known = kind.as_ref().and_then(|kind| self.kinds.get(kind));
        let joins = get("join").map(|value| self.joins(value, known)).unwrap_or_default();
        let group_by = get("group_by").map(|value| self.group_by(value, known)).unwrap_or_default();
        if !group_by.is_empty() && !joins.is_empty() {
            self.report(at, "a rule has either `join` or `group_by`", "write two rules, or join without grouping");
        }
        Some(RuleHeader {
            id: origin.id.clone(),
            title: title?,
            kind: kind?,
            controls: controls?,
            severity: severity?,
            fresh_for: fresh_for?,
            parameters,
            joins,
            group_by,
            remediation: remediation?,
            origin: origin.author,
            digest: Digest::of(origin.text.as_bytes()),
        })
    }

    fn text<'e>(&mut self, value: Option<&'e Expr>, key: &str, at: At) -> Option<(&'e SmolStr, At)> {
        match value {
            Some(Expr { form: Form::Text(text), at }) => Some((text, *at)),
            Some(other) => {
                self.report(other.at, format!("`{key}` must be a string"), "in quotation marks, without `${…}`");
                None
            }
            None => {
                self.report(
                    at,
                    format!("`describe()` lacks `{key}`"),
                    "every rule has title, kind, controls, severity, fresh_for and remediation",
                );
                None
            }
        }
    }

    fn sentence(&mut self, value: Option<&Expr>, key: &str, at: At) -> Option<String> {
        let (text, at) = self.text(value, key, at)?;
        let text = text.trim();
        if text.is_empty() || text.chars().any(|c| c.is_control() && c != '\n') {
            self.report(at, format!("`{key}` must say something, without control characters"), "it is shown in every report");
            return None;
        }
        Some(text.to_owned())
    }

    fn known_kind(&mut self, text: &str, at: At) -> Option<KindId> {
        let id = match KindId::new(text) {
            Ok(id) => id,
            Err(error) => {
                self.report(at, error.to_string(), "a kind stands with its major version");
                return None;
            }
        };
        if self.kinds.contains_key(&id) {
            return Some(id);
        }
        let near = nearest(text, self.kinds.keys().map(KindId::as_str));
        let draft = Draft::new(ProblemKind::UnknownKind, at, format!("the kind `{id}` is not known"));
        self.problems.push(match near {
            Some(near) => draft.help(format!("did you mean `{near}`?")),
            None => draft.help("`engine fact kinds` lists them"),
        });
        None
    }

    fn kind(&mut self, value: Option<&Expr>, at: At) -> Option<KindId> {
        let (text, at) = self.text(value, "kind", at)?;
        self.known_kind(text, at)
    }

    fn severity(&mut self, value: Option<&Expr>, at: At) -> Option<Severity> {
        let (text, at) = self.text(value, "severity", at)?;
        let severity = Severity::parse(text);
        if severity.is_none() {
            self.report(at, format!("`{text}` is not a severity"), "it is one of `low`, `medium`, `high`, `critical`");
        }
        severity
    }

    fn fresh_for(&mut self, value: Option<&Expr>, at: At) -> Option<Seconds> {
        let (text, at) = self.text(value, "fresh_for", at)?;
        match text.parse::<Seconds>() {
            Ok(seconds) if seconds.0 > 0 => Some(seconds),
            _ => {
                self.report(at, format!("`{text}` is not a duration"), "a whole number and d, h, m or s, such as `24h`");
                None
            }
        }
    }

    fn list<'e>(&mut self, value: &'e Expr, key: &str) -> Vec<(&'e SmolStr, At)> {
        let Form::List(items) = &value.form else {
            self.report(value.at, format!("`{key}` must be a list of strings"), "such as `[\"access/mfa\"]`");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(Some(item), key, value.at)).collect()
    }

    fn controls(&mut self, value: Option<&Expr>, at: At) -> Option<Vec<ControlId>> {
        let Some(value) = value else {
            self.report(
                at,
                "`describe()` lacks `controls`",
                "name the controls that the rule tests: `controls: [\"access/mfa\"]`",
            );
            return None;
        };
        let mut controls = Vec::new();
        for (text, at) in self.list(value, "controls") {
            match ControlId::new(text.clone()) {
                Ok(id) if controls.contains(&id) => self.report(at, format!("`{id}` stands twice"), "name each control once"),
                Ok(id) => controls.push(id),
                Err(error) => self.report(at, error.to_string(), "a control is a path such as `access/mfa`"),
            }
        }
        if controls.is_empty() {
            self.report(value.at, "the rule tests no control", "name at least one: `controls: [\"access/mfa\"]`");
        }
        Some(controls)
    }

    fn parameters(&mut self, value: &Expr) -> BTreeMap<SmolStr, Value> {
        let Form::Map(entries) = &value.form else {
            self.report(value.at, "`parameters` must be a map", "such as `#{ max_days: 90 }`");
            return BTreeMap::new();
        };
        let mut parameters = BTreeMap::new();
        for (name, value) in entries {
            match constant(value) {
                Some(constant) => {
                    parameters.insert(name.clone(), constant);
                }
                None => {
                    self.report(value.at, format!("`{name}` must be a constant"), "an int, a bool, a string or a list of these");
                }
            }
        }
        parameters
    }

    fn joins(&mut self, value: &Expr, subject: Option<&Kind>) -> Vec<Join> {
        let Form::Map(entries) = &value.form else {
            let help = "such as `#{ person: #{ kind: \"person.employment@1\", on: [\"email\"], many: false } }`";
            self.report(value.at, "`join` must be a map", help);
            return Vec::new();
        };
        entries.iter().filter_map(|(name, value)| self.join(name, value, subject)).collect()
    }

    fn join(&mut self, name: &SmolStr, value: &Expr, subject: Option<&Kind>) -> Option<Join> {
        let Form::Map(entries) = &value.form else {
            self.report(value.at, format!("the join `{name}` must be a map"), "with `kind`, `on` and `many`");
            return None;
        };
        if subject.is_some_and(|kind| kind.field(name).is_some()) {
            self.report(value.at, format!("the kind has a field `{name}` already"), "give the join another name");
        }
        for (key, value) in entries {
            if !matches!(key.as_str(), "kind" | "on" | "many") {
                self.report(value.at, format!("a join has no `{key}`"), "it has `kind`, `on` and `many`");
            }
        }
        let get = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let kind = self.kind(get("kind"), value.at)?;
        let on = get("on").map(|value| self.list(value, "on")).unwrap_or_default();
        if on.is_empty() {
            self.report(
                value.at,
                format!("the join `{name}` lacks `on`"),
                "name the fields that must be equal: `on: [\"email\"]`",
            );
        }
        let other = self.kinds.get(&kind);
        for (field, at) in &on {
            self.join_field(field, *at, subject, other);
        }
        let many = match get("many").map(|value| (&value.form, value.at)) {
            None => false,
            Some((Form::Bool(many), _)) => *many,
            Some((_, at)) => {
                self.report(at, "`many` is true or false", "true: a list arrives; false: exactly one");
                false
            }
        };
        Some(Join { name: name.clone(), kind, on: on.into_iter().map(|(field, _)| field.clone()).collect(), many })
    }

    /// A join goes over a field of the same name and scalar type in both kinds, a key of the other one.
    fn join_field(&mut self, name: &str, at: At, subject: Option<&Kind>, other: Option<&Kind>) {
        let find = |kind: Option<&Kind>| kind.and_then(|kind| kind.field(name)).map(|field| (field.ty.name(), field.key));
        match (find(subject), find(other)) {
            (Some((ours, _)), Some((theirs, _))) if ours != theirs => {
                self.report(
                    at,
                    format!("`{name}` is a {ours} in one kind and a {theirs} in the other"),
                    "join on fields of one type",
                );
            }
            (Some(("record" | "list", _)), _) => {
                self.report(at, format!("`{name}` is not a single value"), "join on strings, ints, bools or timestamps");
            }
            (Some(_), Some((_, false))) => {
                self.report(
                    at,
                    format!("`{name}` is no key of the other kind"),
                    "join on a field that its kind marks with `key = true`",
                );
            }
            (Some(_), Some(_)) => {}
            _ => self.report(at, format!("there is no field `{name}` in both kinds"), "join on a field that both kinds have"),
        }
    }

    fn group_by(&mut self, value: &Expr, subject: Option<&Kind>) -> Vec<SmolStr> {
        let mut fields = Vec::new();
        for (name, at) in self.list(value, "group_by") {
            match subject.and_then(|kind| kind.field(name)).map(|field| &field.ty) {
                None if subject.is_some() => {
                    self.report(at, format!("there is no field `{name}` to group by"), "name fields of the kind");
                }
                Some(FieldType::Record(_) | FieldType::List(_)) => {
                    self.report(at, format!("`{name}` is not a single value"), "group by strings, ints, bools or timestamps");
                }
                Some(_) if name == "members" => self.report(at, "a group's facts are its `members`", "group by another field"),
                _ => fields.push(name.clone()),
            }
        }
        if fields.is_empty() {
            self.report(value.at, "`group_by` names no field", "leave it out, or name the fields: `group_by: [\"uid\"]`");
        }
        fields
    }
}

/// A constant as a value; a list holds one type.
fn constant(expr: &Expr) -> Option<Value> {
    Some(match &expr.form {
        Form::Bool(value) => Value::Bool(*value),
        Form::Int(value) => Value::Int(*value),
        Form::Negate(inner) => match inner.form {
            Form::Int(value) => Value::Int(value.checked_neg()?),
            _ => return None,
        },
        Form::Text(text) => Value::String(text.clone()),
        Form::List(items) => {
            let items: Vec<Value> = items.iter().map(constant).collect::<Option<_>>()?;
            let mixed = items.windows(2).any(|pair| matches!(pair, [a, b] if a.type_name() != b.type_name()));
            if mixed || items.iter().any(|item| matches!(item, Value::List(_))) {
                return None;
            }
            Value::List(items)
        }
        _ => return None,
    })
}
