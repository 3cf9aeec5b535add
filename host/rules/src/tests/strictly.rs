//! A second way to evaluate rules: the interpreter of the `rhai` crate, unoptimised, made as strict as the language of rules.
//!
//! Control flow, scopes, closures and calls are the interpreter's; each operator and function of the vocabulary is written
//! here once more, over values that have the types of their kinds. Takes a rule's text and a subject; gives an outcome with
//! its message, or nothing where the rule is in error. It shares no code with the evaluation that it is compared to.

use model::{FactSet, FieldType, Kind, KindId, Outcome, Timestamp, Value};
use rhai::{
    AST, Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, Map, NativeCallContext, OptimizationLevel, Scope,
};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::set::Rule;

/// An instant, in nanoseconds.
#[derive(Clone)]
struct Moment(i128);

/// A duration, in seconds.
#[derive(Clone)]
struct Span(i64);

/// How long ago an instant was, or how long it is until then, with the seconds of its unit.
#[derive(Clone)]
struct Elapsed {
    at: i128,
    unit: i128,
    until: bool,
}

/// What a rule gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict(pub(crate) Outcome, pub(crate) String);

type Given<T> = Result<T, Box<EvalAltResult>>;

const SECOND: i128 = 1_000_000_000;
const HAS: &str = "$has";

fn wrong<T>(what: &str) -> Given<T> {
    Err(what.into())
}

fn nanos(at: Timestamp) -> i128 {
    at.as_nanosecond()
}

/// What the interpreter gives.
#[derive(Debug, PartialEq)]
pub(crate) enum Theirs {
    /// What the rule gave; nothing when it is in error.
    Gave(Option<Verdict>),
    /// It stopped because a closure reads a variable whose list is being gone through, which it calls a data race. Here it
    /// is none.
    Race,
}

/// The interpreter with the vocabulary, at an instant.
pub(crate) struct Interpreter(Engine);

impl Interpreter {
    pub(crate) fn at(now: Timestamp) -> Self {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::None);
        engine.set_max_expr_depths(512, 512);
        engine.set_max_call_levels(64);
        engine.set_fast_operators(false);
        engine.set_fail_on_invalid_map_property(true);
        outcomes(&mut engine);
        operators(&mut engine, nanos(now));
        texts(&mut engine);
        lists(&mut engine);
        times(&mut engine, nanos(now));
        closures::<Array>(&mut engine);
        closures::<Range<i64>>(&mut engine);
        Self(engine)
    }

    pub(crate) fn compile(&self, text: &str) -> AST {
        self.0.compile(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// What `evaluate` gives.
    pub(crate) fn run(&self, ast: &AST, subject: Dynamic, parameters: Option<Dynamic>) -> Theirs {
        let mut scope = Scope::new();
        let given = match parameters {
            Some(parameters) => self.0.call_fn::<Dynamic>(&mut scope, ast, "evaluate", (subject, parameters)),
            None => self.0.call_fn::<Dynamic>(&mut scope, ast, "evaluate", (subject,)),
        };
        match given {
            Err(error) if matches!(error.unwrap_inner(), EvalAltResult::ErrorDataRace(..)) => Theirs::Race,
            Err(_) => Theirs::Gave(None),
            Ok(given) => Theirs::Gave(given.flatten().try_cast::<Verdict>().filter(|it| it.0 != Outcome::Inconclusive)),
        }
    }
}

fn outcomes(engine: &mut Engine) {
    engine.register_fn("pass", || Verdict(Outcome::Pass, String::new()));
    for (name, outcome) in
        [("fail", Outcome::Fail), ("not_applicable", Outcome::NotApplicable), ("inconclusive", Outcome::Inconclusive)]
    {
        engine.register_fn(name, move |message: ImmutableString| Verdict(outcome, message.to_string()));
    }
    engine.register_fn("is_null", |value: Dynamic| value.flatten().is_unit());
    engine.register_fn("has", |record: Map, name: ImmutableString| -> Given<bool> {
        let names = record.get(HAS).and_then(|names| names.clone().try_cast::<Array>());
        names.map_or_else(|| wrong("no record"), |names| Ok(names.iter().any(|it| it.clone().cast::<ImmutableString>() == name)))
    });
}

fn lasting(value: &Dynamic, unit: i128) -> Given<i128> {
    if let Some(number) = value.clone().try_cast::<i64>() {
        return number.checked_mul(i64::try_from(unit).unwrap()).map_or_else(|| wrong("too large"), |it| Ok(i128::from(it)));
    }
    value.clone().try_cast::<Span>().map_or_else(|| wrong("no duration"), |span| Ok(i128::from(span.0)))
}

/// How two values stand to each other; values of different types do not.
fn order(a: &Dynamic, b: &Dynamic, equality: bool, now: i128) -> Given<Ordering> {
    let (a, b) = (a.flatten_clone(), b.flatten_clone());
    if a.is_unit() || b.is_unit() {
        return wrong("null");
    }
    if let Some(age) = a.clone().try_cast::<Elapsed>() {
        return age_order(&age, &b, equality, now);
    }
    if let Some(age) = b.clone().try_cast::<Elapsed>() {
        return age_order(&age, &a, equality, now).map(Ordering::reverse);
    }
    macro_rules! same {
        ($($ty:ty => $part:expr),*) => {$(
            if let (Some(a), Some(b)) = (a.clone().try_cast::<$ty>(), b.clone().try_cast::<$ty>()) {
                return Ok($part(a).cmp(&$part(b)));
            }
        )*};
    }
    same!(i64 => |it: i64| it, Moment => |it: Moment| it.0, Span => |it: Span| it.0, ImmutableString => |it: ImmutableString| it.to_string());
    if !equality {
        return wrong("no order");
    }
    same!(bool => |it: bool| it);
    match (a.try_cast::<Array>(), b.try_cast::<Array>()) {
        (Some(a), Some(b)) => {
            let mut same = a.len() == b.len();
            for (a, b) in a.iter().zip(&b) {
                same &= order(a, b, true, now)?.is_eq();
            }
            Ok(if same { Ordering::Equal } else { Ordering::Less })
        }
        _ => wrong("different types"),
    }
}

fn age_order(age: &Elapsed, limit: &Dynamic, equality: bool, now: i128) -> Given<Ordering> {
    if equality {
        return wrong("an age is never exactly anything");
    }
    let limit = lasting(limit, age.unit)? * SECOND;
    let elapsed = if age.until { age.at - now } else { now - age.at };
    Ok(elapsed.cmp(&limit))
}

fn operators(engine: &mut Engine, now: i128) {
    for sign in ["==", "!=", "<", "<=", ">", ">="] {
        let compare = move |a: Dynamic, b: Dynamic| -> Given<bool> {
            let found = order(&a, &b, matches!(sign, "==" | "!="), now)?;
            Ok(match sign {
                "==" => found.is_eq(),
                "!=" => found.is_ne(),
                "<" => found.is_lt(),
                "<=" => found.is_le(),
                ">" => found.is_gt(),
                _ => found.is_ge(),
            })
        };
        engine.register_fn(sign, compare);
        engine.register_fn(sign, move |a: Array, b: Array| compare(a.into(), b.into()));
        engine.register_fn(sign, |(): (), (): ()| -> Given<bool> { wrong("null") });
    }
    for sign in ["+", "-", "*", "/", "%"] {
        let calculate = move |a: Dynamic, b: Dynamic| calculated(sign, &a.flatten(), &b.flatten());
        engine.register_fn(sign, calculate);
        engine.register_fn(sign, move |a: ImmutableString, b: Dynamic| calculate(a.into(), b));
        engine.register_fn(sign, move |a: Dynamic, b: ImmutableString| calculate(a, b.into()));
        engine.register_fn(sign, move |a: Array, b: Dynamic| calculate(a.into(), b));
        // Rhai would put nothing before or behind a text.
        engine.register_fn(sign, |(): (), _: ImmutableString| -> Given<Dynamic> { wrong("null") });
        engine.register_fn(sign, |_: ImmutableString, (): ()| -> Given<Dynamic> { wrong("null") });
    }
    engine.register_fn("-", |a: i64| -> Given<i64> { a.checked_neg().map_or_else(|| wrong("too large"), Ok) });
}

fn calculated(sign: &str, a: &Dynamic, b: &Dynamic) -> Given<Dynamic> {
    macro_rules! both {
        ($a:ty, $b:ty) => {
            a.clone().try_cast::<$a>().zip(b.clone().try_cast::<$b>())
        };
    }
    let whole = |a: i64, b: i64| match sign {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    if let Some((a, b)) = both!(i64, i64) {
        return whole(a, b).map_or_else(|| wrong("too large"), |it| Ok(it.into()));
    }
    if let (Some((a, b)), "+" | "-") = (both!(Span, Span), sign) {
        return whole(a.0, b.0).map_or_else(|| wrong("too large"), |it| Ok(Dynamic::from(Span(it))));
    }
    if let (Some((at, span)), "+" | "-") = (both!(Moment, Span), sign) {
        let by = i128::from(span.0) * SECOND;
        return Ok(Dynamic::from(Moment(if sign == "+" { at.0 + by } else { at.0 - by })));
    }
    if sign == "+" {
        if let Some((a, b)) = both!(ImmutableString, ImmutableString) {
            return Ok(format!("{a}{b}").into());
        }
        if let Some((mut a, b)) = both!(Array, Array) {
            a.extend(b);
            return Ok(a.into());
        }
    }
    wrong("these types")
}

/// A value as it stands in a string.
fn written(value: &Dynamic) -> Given<String> {
    let value = value.flatten_clone();
    if let Some(list) = value.clone().try_cast::<Array>() {
        return Ok(list.iter().map(written).collect::<Given<Vec<_>>>()?.join(", "));
    }
    if let Some(at) = value.clone().try_cast::<Moment>() {
        return Ok(Timestamp::from_nanosecond(at.0).unwrap().to_string());
    }
    if let Some(span) = value.clone().try_cast::<Span>() {
        return Ok(model::Seconds(span.0).to_string());
    }
    if value.is_int() || value.is_bool() || value.is_string() { Ok(value.to_string()) } else { wrong("not text") }
}

fn texts(engine: &mut Engine) {
    engine.register_fn("to_string", |value: Dynamic| written(&value));
    engine.register_fn("to_string", |value: Array| written(&value.into()));
    engine.register_fn("to_string", |(): ()| -> Given<String> { wrong("null") });
    engine.register_fn("contains", |whole: ImmutableString, part: Dynamic| -> Given<bool> {
        let part = part.flatten().try_cast::<ImmutableString>();
        part.map_or_else(|| wrong("no string"), |part| Ok(whole.as_str().contains(part.as_str())))
    });
    engine.register_fn("trim", |text: ImmutableString| text.trim().to_owned());
    engine.register_fn("to_upper", |text: ImmutableString| text.to_uppercase());
    engine.register_fn("to_lower", |text: ImmutableString| text.to_lowercase());
    engine.register_fn("parse_int", |text: ImmutableString| -> Given<i64> {
        text.parse::<i64>().map_or_else(|_| wrong("no number"), Ok)
    });
    engine.register_fn("split", |text: ImmutableString, by: ImmutableString| -> Given<Array> {
        if by.is_empty() { wrong("nothing") } else { Ok(text.split(by.as_str()).map(|part| part.to_owned().into()).collect()) }
    });
    engine.register_fn("replace", |text: ImmutableString, part: ImmutableString, by: ImmutableString| -> Given<String> {
        if part.is_empty() { wrong("nothing") } else { Ok(text.replace(part.as_str(), by.as_str())) }
    });
}

fn lists(engine: &mut Engine) {
    engine.register_fn("contains", |list: Array, item: Dynamic| -> Given<bool> {
        if item.flatten_clone().is_unit() {
            return wrong("null");
        }
        list.iter().try_fold(false, |found, it| Ok(found | order(it, &item, true, 0)?.is_eq()))
    });
    engine.register_fn("join", |list: Array, between: ImmutableString| -> Given<String> {
        Ok(list.iter().map(written).collect::<Given<Vec<_>>>()?.join(&between))
    });
    let only = |item: Option<&Dynamic>| item.cloned().map_or_else(|| wrong("empty"), Ok);
    engine.register_fn("first", move |list: Array| only(list.first()));
    engine.register_fn("last", move |list: Array| only(list.last()));
    engine.register_fn("smallest", move |list: Array| only(sorted(list)?.first()));
    engine.register_fn("largest", move |list: Array| only(sorted(list)?.last()));
    engine.register_fn("sorted", sorted);
    engine.register_fn("unique", |list: Array| -> Given<Array> {
        let mut kept = Array::new();
        for item in sorted(list)? {
            let same = kept.last().map_or(Ok(false), |last| Ok::<_, Box<EvalAltResult>>(order(last, &item, true, 0)?.is_eq()))?;
            if !same {
                kept.push(item);
            }
        }
        Ok(kept)
    });
}

fn sorted(list: Array) -> Given<Array> {
    let mut sorted = Array::new();
    for item in list {
        let mut at = sorted.len();
        for (index, other) in sorted.iter().enumerate().rev() {
            if order(other, &item, false, 0)?.is_gt() {
                at = index;
            }
        }
        sorted.insert(at, item);
    }
    Ok(sorted)
}

fn times(engine: &mut Engine, now: i128) {
    for (name, unit) in [("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1)] {
        engine.register_fn(name, move |number: i64| -> Given<Span> {
            number.checked_mul(unit).map_or_else(|| wrong("too large"), |it| Ok(Span(it)))
        });
    }
    for (name, unit, until) in
        [("days_ago", 86_400, false), ("hours_ago", 3_600, false), ("days_until", 86_400, true), ("hours_until", 3_600, true)]
    {
        engine.register_fn(name, move |at: Moment| -> Given<Elapsed> {
            if !until && at.0 - 300 * SECOND > now { wrong("in the future") } else { Ok(Elapsed { at: at.0, unit, until }) }
        });
    }
}

/// The functions that take a closure, over anything with items.
fn closures<L>(engine: &mut Engine)
where
    L: rhai::Variant + Clone + IntoIterator,
    L::Item: Into<Dynamic>,
{
    /// The items that a closure answers with true, up to `most` of them, and how many it was asked about.
    fn asked<L>(context: &NativeCallContext<'_>, list: L, closure: &FnPtr, until: Option<bool>) -> Given<(Array, bool)>
    where
        L: IntoIterator,
        L::Item: Into<Dynamic>,
    {
        let mut kept = Array::new();
        for item in list {
            let item: Dynamic = item.into();
            let given = closure.call_within_context::<Dynamic>(context, (item.clone(),))?.flatten();
            let Some(holds) = given.try_cast::<bool>() else { return wrong("no answer") };
            if holds {
                kept.push(item);
            }
            if until == Some(holds) {
                return Ok((kept, true));
            }
        }
        Ok((kept, false))
    }
    engine.register_fn("all", |context: NativeCallContext<'_>, list: L, closure: FnPtr| -> Given<bool> {
        Ok(!asked(&context, list, &closure, Some(false))?.1)
    });
    for name in ["any", "some"] {
        engine.register_fn(name, |context: NativeCallContext<'_>, list: L, closure: FnPtr| -> Given<bool> {
            Ok(asked(&context, list, &closure, Some(true))?.1)
        });
    }
    engine.register_fn("filter", |context: NativeCallContext<'_>, list: L, closure: FnPtr| -> Given<Array> {
        Ok(asked(&context, list, &closure, None)?.0)
    });
    engine.register_fn("count", |context: NativeCallContext<'_>, list: L, closure: FnPtr| -> Given<i64> {
        Ok(i64::try_from(asked(&context, list, &closure, None)?.0.len()).unwrap())
    });
    engine.register_fn("find", |context: NativeCallContext<'_>, list: L, closure: FnPtr| -> Given<Dynamic> {
        Ok(asked(&context, list, &closure, Some(true))?.0.pop().unwrap_or(Dynamic::UNIT))
    });
    engine.register_fn("map", |context: NativeCallContext<'_>, list: L, closure: FnPtr| -> Given<Array> {
        list.into_iter().map(|item| closure.call_within_context::<Dynamic>(&context, (item.into(),))).collect()
    });
}

/// A value as its field has it; nothing where it has another type.
fn typed(value: &Value, ty: &FieldType) -> Option<Dynamic> {
    Some(match (value, ty) {
        (Value::Null, _) => Dynamic::UNIT,
        (Value::Bool(value), FieldType::Bool) => (*value).into(),
        (Value::Int(value), FieldType::Int) => (*value).into(),
        (Value::Int(value), FieldType::Duration) => Dynamic::from(Span(*value)),
        (Value::String(text), FieldType::String { .. }) => text.to_string().into(),
        (Value::String(text), FieldType::Timestamp) => Dynamic::from(Moment(nanos(text.parse().ok()?))),
        (Value::List(items), FieldType::List(item)) => items.iter().map(|it| typed(it, item)).collect::<Option<Array>>()?.into(),
        (Value::Record(values), FieldType::Record(fields)) => record(values, fields).into(),
        _ => return None,
    })
}

fn record(values: &BTreeMap<smol_str::SmolStr, Value>, fields: &[model::Field]) -> Map {
    let mut map = Map::new();
    let mut has = Array::new();
    for field in fields {
        let Some(value) = values.get(&field.name) else { continue };
        has.push(field.name.to_string().into());
        if let Some(value) = typed(value, &field.ty) {
            map.insert(field.name.as_str().into(), value);
        }
    }
    map.insert(HAS.into(), has.into());
    map
}

/// The parameters in force.
pub(crate) fn parameters(rule: &Rule) -> Option<Dynamic> {
    fn plain(value: &Value) -> Dynamic {
        match value {
            Value::Bool(value) => (*value).into(),
            Value::Int(value) => (*value).into(),
            Value::String(text) => text.to_string().into(),
            Value::List(items) => items.iter().map(plain).collect::<Array>().into(),
            Value::Null | Value::Record(_) => Dynamic::UNIT,
        }
    }
    let takes = rule.text.split("fn evaluate(").nth(1)?.split(')').next()?.contains(',');
    let map: Map = rule.header.parameters.iter().map(|(name, value)| (name.as_str().into(), plain(value))).collect();
    takes.then(|| map.into())
}

fn fields_of(body: &model::Body) -> BTreeMap<smol_str::SmolStr, Value> {
    match body.value() {
        Ok(Value::Record(fields)) => fields,
        other => panic!("{other:?} is no body"),
    }
}

/// The first subject of a rule's kind as the interpreter sees it, with what is joined. All scopes that there are must be
/// complete. `None` for a group of which it is not known which it is.
pub(crate) fn subject(facts: &FactSet, rule: &Rule, kinds: &BTreeMap<KindId, Kind>) -> Option<Dynamic> {
    let kind = &kinds[&rule.header.kind];
    let bodies: Vec<_> = facts.of_kind(&kind.id).iter().map(|fact| fields_of(&fact.body)).collect();
    let first = bodies.first()?;
    let mut map = record(first, &kind.fields);
    if !rule.header.group_by.is_empty() {
        let key = |body: &BTreeMap<smol_str::SmolStr, Value>| -> Option<Vec<Value>> {
            rule.header.group_by.iter().map(|name| body.get(name).cloned()).collect()
        };
        let placed = |name: &smol_str::SmolStr| map.contains_key(name.as_str());
        if !rule.header.group_by.iter().all(placed) || bodies.iter().any(|body| key(body).is_none() || key(body) != key(first)) {
            return None;
        }
        map.retain(|name, _| rule.header.group_by.iter().any(|field| field == name.as_str()));
        let mut has: Array = map.keys().map(|name| name.to_string().into()).collect();
        has.push("members".into());
        let members: Array = bodies.iter().map(|body| record(body, &kind.fields).into()).collect();
        map.insert("members".into(), members.into());
        map.insert(HAS.into(), has.into());
    }
    for join in &rule.header.joins {
        if let Some(joined) = joined(facts, first, kind, join, &kinds[&join.kind]) {
            map.insert(join.name.as_str().into(), joined);
        }
    }
    Some(map.into())
}

/// What is joined; nothing where reading it is an error.
fn joined(
    facts: &FactSet,
    subject: &BTreeMap<smol_str::SmolStr, Value>,
    kind: &Kind,
    join: &model::Join,
    other: &Kind,
) -> Option<Dynamic> {
    /// The values that are joined on, where all are there and of their type.
    fn key(body: &BTreeMap<smol_str::SmolStr, Value>, kind: &Kind, on: &[smol_str::SmolStr]) -> Option<Vec<Value>> {
        let value = |name: &smol_str::SmolStr| {
            let value = body.get(name)?;
            typed(value, &kind.field(name)?.ty).map(|_| value.clone())
        };
        on.iter().map(value).collect()
    }
    let wanted = key(subject, kind, &join.on).filter(|key| !key.contains(&Value::Null))?;
    let mut open = facts.scopes_of(&other.id).is_empty();
    let mut found = Array::new();
    for fact in facts.of_kind(&other.id) {
        let body = fields_of(&fact.body);
        match key(&body, other, &join.on) {
            None => open = true,
            Some(key) if key == wanted => found.push(record(&body, &other.fields).into()),
            Some(_) => {}
        }
    }
    match (open, found.len(), join.many) {
        (false, 0, false) => Some(Dynamic::UNIT),
        (_, 1, false) => found.pop(),
        (true, ..) | (_, _, false) => None,
        (false, _, true) => Some(found.into()),
    }
}
