//! Row 24 of the threats: random rules of the whole language, over facts with holes, compiled and interpreted.
//!
//! A rule is written from random bytes, so that each is well typed and a shorter one is found when two ways disagree. What
//! is absent, null or of another type must be an error in both.

use std::cell::Cell;
use std::collections::BTreeMap;

use model::{Body, FactSet, Outcome, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use smol_str::SmolStr;

use crate::evaluate;
use crate::tests::strictly::{Interpreter, Theirs, Verdict, subject};
use crate::tests::{NOW, fact_of, instant, kinds, only, read_with, state};

/// Bytes that decide; when they are used up, each choice is the first.
struct Bytes<'b>(std::slice::Iter<'b, u8>);

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        self.0.next().copied().map_or(0, usize::from)
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.next() % choices.len()]
    }
}

/// A rule in the making: the names that stand for ints, strings and bools where it is written.
struct Writer<'b> {
    bytes: Bytes<'b>,
    ints: Vec<String>,
    texts: Vec<String>,
    deep: usize,
    names: usize,
}

const COMPARE: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];
const ORDER: [&str; 4] = ["<", "<=", ">", ">="];

impl Writer<'_> {
    /// Which of so many forms; the first, which is a leaf, when it is deep already.
    fn form(&mut self, forms: usize, leaves: usize) -> usize {
        let chosen = self.bytes.next();
        if self.deep > 5 { chosen % leaves } else { chosen % forms }
    }

    fn within(&mut self, write: impl FnOnce(&mut Self) -> String) -> String {
        self.deep += 1;
        let text = write(self);
        self.deep -= 1;
        text
    }

    fn int(&mut self) -> String {
        self.within(|it| match it.form(15, 6) {
            0 => format!("({} - 9)", it.bytes.next() % 32),
            1 => "it.count".into(),
            2 => it.bytes.of(&["it.tags.len()", "it.name.len()", "it.keys.len()"]).into(),
            3 => "it.nested.deep.value".into(),
            4 | 5 => it.ints[it.bytes.next() % it.ints.len()].clone(),
            6 => format!("({} {} {})", it.int(), it.bytes.of(&["+", "-", "*", "/", "%"]), it.int()),
            7 => format!("(-{})", it.int()),
            8 => format!("{}.count({})", it.list(), it.closure()),
            9 => format!("[{}, {}].{}()", it.int(), it.int(), it.bytes.of(&["largest", "smallest", "first", "last"])),
            10 => format!("(if {} {{ {} }} else {{ {} }})", it.condition(), it.int(), it.int()),
            11 => format!("{}.len()", it.list()),
            12 => format!("{}.parse_int()", it.text()),
            13 => format!("twice({}, {})", it.int(), it.int()),
            _ => format!("(0..{}).map(|i| i * 2).len()", it.bytes.next() % 5),
        })
    }

    fn text(&mut self) -> String {
        self.within(|it| match it.form(20, 8) {
            0 => format!("\"{}\"", it.bytes.of(&["", "a", "b", "ab", "12", " a ", "Ä", "𝄞,"])),
            1 => it.bytes.of(&["it.name", "it.email"]).into(),
            2 => it.bytes.of(&["it.tags[0]", "it.tags[-1]", "it.tags[1]"]).into(),
            3 => it.bytes.of(&["it.keys[0].id", "(it.keys[0].status + \"\")", "it.keys[-1].id"]).into(),
            4 => it.bytes.of(&["it.person.name", "it.person.email", "it.people[0].email"]).into(),
            5..=7 => it.texts[it.bytes.next() % it.texts.len()].clone(),
            8 => format!("({} + {})", it.text(), it.text()),
            9 => format!("`${{{}.to_string()}}-${{{}.to_string()}}`", it.text(), it.int()),
            10 => format!("{}.{}()", it.text(), it.bytes.of(&["to_lower", "to_upper", "trim", "to_string"])),
            11 => format!("{}.replace({}, {})", it.text(), it.text(), it.text()),
            12 => format!("{}.split({})[{}]", it.text(), it.text(), it.bytes.next() % 3),
            13 => format!("{}.join({})", it.list(), it.text()),
            14 => format!("{}.{}()", it.list(), it.bytes.of(&["first", "last", "largest", "smallest", "to_string"])),
            15 => format!("{}.find({})", it.list(), it.closure()),
            16 => format!("(if {} {{ {} }} else {{ {} }})", it.condition(), it.text(), it.text()),
            17 => format!("{}.to_string()", it.instant()),
            18 => format!("{}.to_string()", it.span()),
            _ => format!("said({})", it.text()),
        })
    }

    /// A list of strings.
    fn list(&mut self) -> String {
        self.within(|it| match it.form(10, 3) {
            0 => "it.tags".into(),
            1 => "[\"a\", \"b\"]".into(),
            2 => it.bytes.of(&["it.keys.map(|k| k.id)", "it.people.map(|p| p.email)", "l"]).into(),
            3 => format!("[{}, {}]", it.text(), it.text()),
            4 => format!("{}.filter({})", it.list(), it.closure()),
            5 => format!("{}.{}()", it.list(), it.bytes.of(&["sorted", "unique"])),
            6 => format!("({} + {})", it.list(), it.list()),
            7 => format!("{}.split({})", it.text(), it.text()),
            8 => {
                let closure = it.closure_to(Self::text);
                format!("{}.map({closure})", it.list())
            }
            _ => "it.keys.filter(|k| k.status == \"active\").map(|k| k.id)".into(),
        })
    }

    fn instant(&mut self) -> String {
        self.within(|it| match it.form(4, 2) {
            0 => "it.at".into(),
            1 => "it.keys[0].at".into(),
            2 => format!("({} + {})", it.instant(), it.span()),
            _ => format!("({} - {})", it.instant(), it.span()),
        })
    }

    fn span(&mut self) -> String {
        self.within(|it| match it.form(4, 2) {
            0 => "it.lasts".into(),
            1 => format!("{}({})", it.bytes.of(&["days", "hours", "minutes", "seconds"]), it.bytes.next()),
            2 => format!("({} {} {})", it.span(), it.bytes.of(&["+", "-"]), it.span()),
            _ => format!("days({} % 100)", it.int()),
        })
    }

    fn closure(&mut self) -> String {
        self.closure_to(Self::condition)
    }

    /// A closure over a string.
    fn closure_to(&mut self, body: impl FnOnce(&mut Self) -> String) -> String {
        self.names += 1;
        let name = format!("x{}", self.names);
        self.texts.push(name.clone());
        let early = if self.bytes.next() % 7 == 1 {
            self.bytes.of(&["let y = n; if y > 3 { y -= 1; }", "let y = 1; y += n;", "let y = s; y = \"y\";"])
        } else {
            ""
        };
        let body = body(self);
        self.texts.pop();
        if early.is_empty() { format!("|{name}| {body}") } else { format!("|{name}| {{ {early} {body} }}") }
    }

    fn condition(&mut self) -> String {
        self.within(|it| match it.form(22, 6) {
            0 => it.bytes.of(&["true", "false"]).into(),
            1 => it.bytes.of(&["it.on", "it.person.left", "b"]).into(),
            2 => {
                let fields = ["at", "count", "email", "keys", "lasts", "name", "on", "tags", "nested"];
                format!("it.{}.is_null()", it.bytes.of(&fields))
            }
            3 => it.bytes.of(&["it.has(\"email\")", "it.has(\"on\")", "it.has(\"nested\")", "it.keys[0].has(\"at\")"]).into(),
            4 => it.bytes.of(&["it.person.is_null()", "it.people.is_empty()", "it.tags.is_empty()", "it.name.is_empty()"]).into(),
            5 => it.bytes.of(&["it.nested.is_null()", "it.nested.deep.is_null()", "it.keys[0].at.is_null()"]).into(),
            6 => format!("{} {} {}", it.int(), it.bytes.of(&COMPARE), it.int()),
            7 => format!("{} {} {}", it.text(), it.bytes.of(&COMPARE), it.text()),
            8 => format!("{} in {}", it.text(), it.list()),
            9 => format!("{}.{}({})", it.text(), it.bytes.of(&["contains", "starts_with", "ends_with"]), it.text()),
            10 => format!("{}.{}({})", it.list(), it.bytes.of(&["all", "any", "some"]), it.closure()),
            11 => format!("({} && {})", it.condition(), it.condition()),
            12 => format!("({} || {})", it.condition(), it.condition()),
            13 => format!("!({})", it.condition()),
            14 => format!("(if {} {{ {} }} else {{ {} }})", it.condition(), it.condition(), it.condition()),
            15 => format!("{} {} {}", it.instant(), it.bytes.of(&COMPARE), it.instant()),
            16 => format!("{} {} {}", it.span(), it.bytes.of(&COMPARE), it.span()),
            17 => format!("{}({}) {} {}", it.bytes.of(&["days_ago", "hours_ago"]), it.instant(), it.bytes.of(&ORDER), it.int()),
            18 => {
                format!("{}({}) {} {}", it.bytes.of(&["days_until", "hours_until"]), it.instant(), it.bytes.of(&ORDER), it.span())
            }
            19 => format!("{} {} {}", it.list(), it.bytes.of(&["==", "!="]), it.list()),
            20 => format!("{}.find({}).is_null()", it.list(), it.closure()),
            _ => format!("{} in {}..{}", it.int(), it.bytes.next() % 4, it.bytes.next() % 9),
        })
    }

    fn steps(&mut self, most: usize) -> String {
        let count = self.bytes.next() % (most + 1);
        (0..count).map(|_| self.step()).collect::<Vec<_>>().join(" ")
    }

    fn step(&mut self) -> String {
        self.within(|it| match it.form(13, 6) {
            0 => format!("n = {};", it.int()),
            1 => format!("n {} {};", it.bytes.of(&["+=", "-=", "*="]), it.int()),
            2 => format!("s = {};", it.text()),
            3 => format!("b = {};", it.condition()),
            4 => format!("l = {};", it.list()),
            5 => format!("l += [{}];", it.text()),
            6 => format!("if {} {{ {} }} else {{ {} }}", it.condition(), it.steps(2), it.steps(2)),
            7 => format!("if {} {{ return {}; }}", it.condition(), it.outcome()),
            8 => {
                it.names += 1;
                let (tag, at) = (format!("t{}", it.names), format!("i{}", it.names));
                let list = it.list();
                it.texts.push(tag.clone());
                it.ints.push(at.clone());
                let body = it.steps(2);
                let leave = format!("if {} {{ {}; }}", it.condition(), it.bytes.of(&["break", "continue"]));
                it.texts.pop();
                it.ints.pop();
                format!("for ({tag}, {at}) in {list} {{ {leave} {body} }}")
            }
            9 => {
                it.names += 1;
                let name = format!("i{}", it.names);
                it.ints.push(name.clone());
                let body = it.steps(2);
                it.ints.pop();
                format!("for {name} in 0..{} {{ {body} }}", it.bytes.next() % 4)
            }
            10 => {
                it.names += 1;
                let name = format!("v{}", it.names);
                let value = it.text();
                it.texts.push(name.clone());
                let body = it.steps(3);
                it.texts.pop();
                format!("{{ let {name} = {value}; {body} }}")
            }
            11 => {
                // The same name for another thing, within.
                let (value, body) = (it.int(), it.steps(2));
                format!("{{ let n = {value}; {body} }}")
            }
            _ => format!("for k in it.keys {{ if {} {{ s = k.id; }} }}", it.condition()),
        })
    }

    fn outcome(&mut self) -> String {
        match self.bytes.next() % 4 {
            0 => "pass()".into(),
            1 => format!("not_applicable({})", self.text()),
            2 => format!("inconclusive({})", self.text()),
            _ => format!("fail({})", self.text()),
        }
    }
}

/// A rule.
fn rule(bytes: &[u8]) -> String {
    let ints = vec!["n".to_owned()];
    let texts = vec!["s".to_owned()];
    let mut writer = Writer { bytes: Bytes(bytes.iter()), ints, texts, deep: 0, names: 0 };
    let steps = writer.steps(5);
    let (last, then) = (writer.condition(), writer.outcome());
    format!(
        "fn twice(a, b) {{ if a == b {{ return a; }} a * 2 }} fn said(a) {{ a + \"!\" }} fn evaluate(it) {{ let n = 1; let s = \"\"; let b = false; let l = [\"\"]; {steps} if {last} {{ return {then}; }} fail(`${{n.to_string()}} ${{s.to_string()}} ${{l.len()}}`) }}"
    )
}

/// A value, null, or nothing; or a value of another type.
fn perhaps(bytes: &mut Bytes<'_>, value: impl FnOnce(&mut Bytes<'_>) -> Value) -> Option<Value> {
    match bytes.next() % 12 {
        1 => None,
        2 => Some(Value::Null),
        3 => Some(Value::Record(BTreeMap::new())),
        _ => Some(value(bytes)),
    }
}

fn put(fields: &mut BTreeMap<SmolStr, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        fields.insert(name.into(), value);
    }
}

fn word(bytes: &mut Bytes<'_>) -> Value {
    Value::String(bytes.of(&["a", "b", "ab", "", "12", "A", " x", "ä", "𝄞,"]).into())
}

fn time(bytes: &mut Bytes<'_>) -> Value {
    let times =
        ["2026-11-22T00:00:00Z", NOW, "2026-11-23T00:04:59Z", "2026-12-24T00:00:00Z", "2020-02-29T23:59:59Z", "not a time"];
    Value::String(bytes.of(&times).into())
}

/// A body of the kind with a field of every type.
fn thing(bytes: &mut Bytes<'_>) -> Value {
    let mut fields = BTreeMap::new();
    put(&mut fields, "at", perhaps(bytes, time));
    put(&mut fields, "count", perhaps(bytes, |it| Value::Int(i64::try_from(it.next()).unwrap() - 120)));
    put(&mut fields, "email", perhaps(bytes, word));
    put(&mut fields, "lasts", perhaps(bytes, |it| Value::Int(i64::try_from(it.next()).unwrap() * 3_600)));
    put(&mut fields, "name", perhaps(bytes, word));
    put(&mut fields, "on", perhaps(bytes, |it| Value::Bool(it.next() % 2 == 0)));
    let tags = |it: &mut Bytes<'_>| {
        let count = it.next() % 4;
        Value::List((0..count).map(|_| if it.next() % 16 == 1 { Value::Null } else { word(it) }).collect())
    };
    put(&mut fields, "tags", perhaps(bytes, tags));
    let key = |it: &mut Bytes<'_>| {
        let mut fields = BTreeMap::new();
        put(&mut fields, "at", perhaps(it, time));
        put(&mut fields, "id", perhaps(it, word));
        put(&mut fields, "status", perhaps(it, |it| Value::String(it.of(&["active", "inactive"]).into())));
        Value::Record(fields)
    };
    put(&mut fields, "keys", perhaps(bytes, |it| Value::List((0..it.next() % 3).map(|_| key(it)).collect())));
    let deep = |it: &mut Bytes<'_>| {
        let mut fields = BTreeMap::new();
        put(&mut fields, "value", perhaps(it, |it| Value::Int(i64::try_from(it.next()).unwrap())));
        Value::Record([("deep".into(), Value::Record(fields))].into())
    };
    put(&mut fields, "nested", perhaps(bytes, deep));
    Value::Record(fields)
}

fn person(bytes: &mut Bytes<'_>) -> Value {
    let mut fields = BTreeMap::new();
    put(&mut fields, "email", perhaps(bytes, word));
    put(&mut fields, "name", perhaps(bytes, word));
    put(&mut fields, "left", perhaps(bytes, |it| Value::Bool(it.next() % 2 == 0)));
    Value::Record(fields)
}

const JOINS: &str = r#", join: #{ person: #{ kind: "test.person@1", on: ["email"], many: false }, people: #{ kind: "test.person@1", on: ["name"], many: true } }"#;

fn facts(bytes: &[u8]) -> FactSet {
    let mut bytes = Bytes(bytes.iter());
    let text = |value: &Value| Body::from_value(value).unwrap().as_str().to_owned();
    let mut facts = vec![fact_of("test.thing@1", "s", "thing", &text(&thing(&mut bytes)))];
    let persons = bytes.next() % 4;
    facts.extend((0..persons).map(|at| fact_of("test.person@1", "s", &format!("person/{at}"), &text(&person(&mut bytes)))));
    FactSet::new(facts, vec![state("test.thing@1", "s", true), state("test.person@1", "s", true)], Vec::new())
}

/// A message as a finding has it.
fn capped(verdict: Verdict) -> Verdict {
    if verdict.1.chars().count() <= 1_024 {
        return verdict;
    }
    Verdict(verdict.0, verdict.1.chars().take(1_023).chain(['…']).collect())
}

/// Row 24. It found that a closure which changes what stands around it was evaluated in another order: that is refused now.
#[test]
fn threat_24_random_rules_of_the_whole_language_give_what_the_interpreter_gives() {
    let cases = u32::try_from(figures::times(1_500, 60_000)).unwrap();
    let compare = move || {
        let interpreter = Interpreter::at(instant(NOW));
        let kinds = kinds();
        let (compared, concluded) = (Cell::new(0_u64), Cell::new(0_u64));
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let bytes = |most: usize| prop::collection::vec(any::<u8>(), 0..most);
        let run = TestRunner::new(config).run(&(bytes(160), bytes(60)), |(text, body)| {
            let (text, facts) = (rule(&text), facts(&body));
            let rules = match read_with(&text, JOINS) {
                Ok(rules) => rules,
                Err(errors) if errors.problems.iter().all(|it| it.message.contains("nest deeper")) => return Ok(()),
                Err(errors) => return Err(TestCaseError::fail(format!("{text}\n{:?}", errors.problems))),
            };
            let rule = &rules.rules()[0];
            let findings = evaluate(&facts, &rules, instant(NOW), 1);
            let found = only(&findings);
            let message = found.notes.first().map_or("", |note| &*note.message).to_owned();
            let theirs = interpreter.run(&interpreter.compile(&text), subject(&facts, rule, &kinds).unwrap(), None);
            let Theirs::Gave(theirs) = theirs else { return Ok(()) };
            let is_over_budget = ["operations", "longer than", "nest deeper"].iter().any(|limit| message.contains(limit));
            if found.outcomes[0] == Outcome::Inconclusive && is_over_budget {
                return Ok(());
            }
            let ours = (found.outcomes[0] != Outcome::Inconclusive).then(|| Verdict(found.outcomes[0], message.clone()));
            prop_assert_eq!(&ours, &theirs.map(capped), "{}\n{}\n{}", text, facts.facts()[0].body.as_str(), message);
            compared.set(compared.get() + 1);
            concluded.set(concluded.get() + u64::from(ours.is_some()));
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{error}"));
        (compared.get(), concluded.get())
    };
    // The interpreter goes deep into the stack where it is not optimised.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(compare).unwrap();
    let (compared, concluded) = thread.join().unwrap();
    assert!(compared * 10 > u64::from(cases) * 8, "{compared} of {cases} could be compared");
    assert!(concluded * 6 > compared, "{concluded} of {compared} came to a conclusion");
    figures::tried("hostile-rules", compared).unwrap();
}
