//! The document of a policy: takes its text, gives its statements, and what each allows or denies.

use std::collections::BTreeSet;

use engine_sdk::Fault;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// What a policy says.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) statements: Vec<Statement>,
}

/// One sentence of a policy.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) is_allow: bool,
    pub(crate) condition: Condition,
    /// The conditions as they are written.
    pub(crate) conditions: Map<String, Value>,
    /// Whom it is about, in policies of what is asked; null in those of who asks.
    pub(crate) principal: Value,
    pub(crate) is_not_principal: bool,
    actions: Words,
    resources: Words,
}

/// Whether a condition stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// There is none.
    None,
    /// Whoever asks decides whether it is met: by a second factor, or by TLS.
    Chosen,
    /// Whether it is met is not known here.
    Unknown,
}

/// What is named, or all but what is named.
#[derive(Debug)]
enum Words {
    These(Vec<String>),
    AllBut(Vec<String>),
}

/// Conditions that whoever asks can meet or not meet as he likes.
const CHOSEN: [&str; 3] = ["aws:multifactorauthage", "aws:multifactorauthpresent", "aws:securetransport"];

impl Document {
    /// A document as AWS gives it: in percent-encoding, or as it is.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let invalid = |why: &str| Fault::invalid(format!("a policy is not of the form expected: {why}"));
        let text = text.trim();
        let json = if text.starts_with('{') {
            text.into()
        } else {
            percent_decode_str(text).decode_utf8().map_err(|_| invalid("it is not UTF-8"))?
        };
        let whole: Value = serde_json::from_str(&json).map_err(|error| invalid(&error.to_string()))?;
        let statements = match whole.get("Statement") {
            Some(Value::Array(statements)) => statements.as_slice(),
            Some(statement) => core::slice::from_ref(statement),
            None => return Err(invalid("it has no `Statement`")),
        };
        let statements = statements.iter().map(|it| Statement::of(it).ok_or_else(|| invalid("a statement says nothing known")));
        Ok(Self { statements: statements.collect::<Result<_, _>>()? })
    }

    /// One statement allows everything, and no condition narrows it.
    pub(crate) fn grants_everything(&self) -> bool {
        self.open().any(|it| matches!(&it.actions, Words::These(words) if words.iter().any(|it| is_all(it))))
    }

    /// The services of which every action on everything is allowed, `*` for all of them; `None` where a statement allows all
    /// but what it names, so that they cannot be listed.
    pub(crate) fn wildcard_services(&self) -> Option<Vec<String>> {
        let mut services = BTreeSet::new();
        for statement in self.open() {
            let Words::These(words) = &statement.actions else { return None };
            for word in words {
                if is_all(word) {
                    services.insert("*".to_owned());
                } else if let Some((service, action)) = word.split_once(':')
                    && is_all(action)
                {
                    services.insert(service.to_owned());
                }
            }
        }
        Some(services.into_iter().collect())
    }

    /// What is allowed on everything without a condition.
    fn open(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|it| it.is_allow && it.condition == Condition::None && it.is_of_everything())
    }
}

impl Statement {
    fn of(value: &Value) -> Option<Self> {
        let conditions = match value.get("Condition") {
            None => Map::new(),
            Some(conditions) => conditions.as_object()?.clone(),
        };
        let resources = Words::of(value, "Resource", "NotResource")?;
        let mut actions = Words::of(value, "Action", "NotAction")?;
        let (Words::These(words) | Words::AllBut(words)) = &mut actions;
        for word in words {
            word.make_ascii_lowercase();
        }
        Some(Self {
            is_allow: match value.get("Effect")?.as_str()? {
                "Allow" => true,
                "Deny" => false,
                _ => return None,
            },
            condition: condition(&conditions)?,
            conditions,
            principal: value.get("Principal").or_else(|| value.get("NotPrincipal")).cloned().unwrap_or_default(),
            is_not_principal: value.get("NotPrincipal").is_some(),
            actions,
            resources,
        })
    }

    /// Whether it speaks of an action, which is in lower case.
    pub(crate) fn is_about(&self, action: &str) -> bool {
        self.actions.has(action)
    }

    /// Whether it speaks of a resource.
    pub(crate) fn is_of(&self, arn: &str) -> bool {
        self.resources.has(arn)
    }

    /// Whether it speaks of everything there is.
    pub(crate) fn is_of_everything(&self) -> bool {
        match &self.resources {
            Words::These(words) => words.iter().any(|it| is_all(it)),
            Words::AllBut(words) => words.is_empty(),
        }
    }

    /// Whether it may speak of something whose name begins so and is not known yet; what names `except` does not.
    pub(crate) fn may_be_of(&self, beginning: &str, except: &str) -> bool {
        match &self.resources {
            Words::AllBut(_) => true,
            Words::These(words) => words.iter().any(|word| {
                let literal = word.split(['*', '?', '$']).next().unwrap_or_default();
                (literal.starts_with(beginning) || beginning.starts_with(literal))
                    && (except.is_empty() || !word.contains(except))
            }),
        }
    }

    /// The same with a user's name in the place of the variable for it.
    pub(crate) fn said_to(&self, user: &str) -> Option<Vec<String>> {
        let Words::These(words) = &self.resources else { return None };
        let named = words.iter().filter(|it| it.contains("${aws:username}"));
        let named: Vec<_> = named.map(|it| it.replace("${aws:username}", user)).collect();
        (!named.is_empty()).then_some(named)
    }
}

impl Words {
    fn of(value: &Value, these: &str, all_but: &str) -> Option<Self> {
        match (value.get(these), value.get(all_but)) {
            (Some(words), None) => Some(Self::These(texts(words)?)),
            (None, Some(words)) => Some(Self::AllBut(texts(words)?)),
            // A policy of who may take a role on is about that role alone.
            (None, None) if these == "Resource" => Some(Self::AllBut(Vec::new())),
            _ => None,
        }
    }

    fn has(&self, text: &str) -> bool {
        match self {
            Self::These(words) => words.iter().any(|it| fits(it, text)),
            Self::AllBut(words) => !words.iter().any(|it| fits(it, text)),
        }
    }
}

fn condition(conditions: &Map<String, Value>) -> Option<Condition> {
    let mut found = Condition::None;
    for keys in conditions.values() {
        for key in keys.as_object()?.keys() {
            let is_chosen = CHOSEN.contains(&key.to_ascii_lowercase().as_str()) && found != Condition::Unknown;
            found = if is_chosen { Condition::Chosen } else { Condition::Unknown };
        }
    }
    Some(found)
}

/// One text, or a list of nothing but texts.
pub(crate) fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => items.iter().map(|it| it.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn is_all(word: &str) -> bool {
    word.contains('*') && word.bytes().all(|it| it == b'*' || it == b':')
}

/// Whether a text is what a pattern says: `*` stands for anything, `?` for one character.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Where to go on when what follows the last `*` does not fit.
    let mut retry = None;
    loop {
        match (pattern.clone().next(), text.clone().next()) {
            (Some('*'), _) => {
                pattern.next();
                retry = Some((pattern.clone(), text.clone()));
            }
            (None, None) => return true,
            (Some(wanted), Some(letter)) if wanted == '?' || wanted == letter => {
                pattern.next();
                text.next();
            }
            _ => {
                let Some((after, from)) = &mut retry else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after.clone(), from.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_with_stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("iam:*", "iam:putuserpolicy", true),
            ("iam:put*policy", "iam:putuserpolicy", true),
            ("iam:put*policy", "iam:putuserpolicies", false),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXcX", false),
            ("s?", "s3", true),
            ("s?", "s", false),
            ("", "x", false),
            ("**", "x", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn everything_is_one_open_statement_and_services_are_named() {
        let of = |statement: &str| Document::parse(&format!("{{\"Statement\":{statement}}}")).unwrap();
        let check = |statement: &str, everything: bool, services: Option<&[&str]>| {
            let document = of(statement);
            assert_eq!(document.grants_everything(), everything, "{statement}");
            assert_eq!(
                document.wildcard_services().as_deref(),
                services
                    .map(<[&str]>::to_vec)
                    .as_deref()
                    .map(|it| { it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>() })
                    .as_deref(),
                "{statement}"
            );
        };
        check(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#, true, Some(&["*"]));
        check(r#"[{"Effect":"Allow","Action":["s3:*","iam:Get*"],"Resource":["*"]}]"#, false, Some(&["s3"]));
        check(r#"{"Effect":"Allow","Action":"*:*","Resource":"arn:aws:s3:::x"}"#, false, Some(&[]));
        check(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#, false, None);
        check(r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#, false, Some(&[]));
        let condition = r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#;
        check(condition, false, Some(&[]));
    }

    #[test]
    fn what_is_not_a_policy_is_said_and_an_encoded_one_is_read() {
        assert_eq!(Document::parse("%7B%22Statement%22%3A%5B%5D%7D").unwrap().statements.len(), 0);
        for text in [
            "",
            "{}",
            "{\"Statement\":[{\"Effect\":\"Maybe\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
            "%FF",
            "{\"Statement\":[1]}",
        ] {
            assert!(Document::parse(text).is_err(), "{text}");
        }
    }
}
