//! What each function of the vocabulary does.

use std::rc::Rc;

use model::Outcome;

use crate::evaluate::machine::{Fault, Machine};
use crate::evaluate::operate::{Said, fits, null};
use crate::evaluate::value::{Age, Value};
use crate::script::syntax::Operator;
use crate::vocabulary::Function;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// How far ahead of `now` a time counts as `now`: a run's `now` is its beginning, and what it sees may have happened since then.
/// The same as facts may be observed ahead of it.
const AHEAD_SECONDS: i64 = 300;

fn wrong<T>(value: &Value<'_>) -> Said<T> {
    if matches!(value, Value::Null) {
        return null("this function");
    }
    Err(Fault::said(format!("the function does not take {}", value.named())))
}

fn text<'v>(value: &'v Value<'_>) -> Said<&'v str> {
    value.text().map_or_else(|| wrong(value), Ok)
}

impl<'a> Machine<'a> {
    /// Calls a function with its arguments.
    pub(crate) fn apply(&mut self, function: Function, arguments: &[Value<'a>]) -> Said<Value<'a>> {
        match arguments {
            [] => Ok(Value::Verdict(Outcome::Pass, "")),
            [only] => self.apply_one(function, only),
            [whole, part] => self.apply_two(function, whole, part),
            [whole, part, by] => self.replace(text(whole)?, text(part)?, text(by)?),
            _ => Err(Fault::said("too many arguments")),
        }
    }

    fn apply_one(&mut self, function: Function, value: &Value<'a>) -> Said<Value<'a>> {
        Ok(match function {
            Function::Fail => verdict(Outcome::Fail, value)?,
            Function::NotApplicable => verdict(Outcome::NotApplicable, value)?,
            Function::Inconclusive => verdict(Outcome::Inconclusive, value)?,
            Function::IsNull => match value {
                Value::Unit => return Err(Fault::said("the value was never set")),
                other => Value::Bool(matches!(other, Value::Null)),
            },
            Function::DaysAgo | Function::HoursAgo | Function::DaysUntil | Function::HoursUntil => self.age(function, value)?,
            Function::Days | Function::Hours | Function::Minutes | Function::Seconds => duration(function, value)?,
            Function::Length | Function::IsEmpty => {
                let length = match value {
                    Value::Cells { count, .. } => *count as usize,
                    Value::List(items, _) => items.len(),
                    Value::Texts(texts) => texts.len(),
                    other => {
                        let length = text(other)?.chars().count();
                        self.charge(length / 16)?;
                        length
                    }
                };
                match function {
                    Function::IsEmpty => Value::Bool(length == 0),
                    _ => Value::Int(i64::try_from(length).unwrap_or(i64::MAX)),
                }
            }
            Function::ToLower => self.made_text(text(value)?.to_lowercase())?,
            Function::ToUpper => self.made_text(text(value)?.to_uppercase())?,
            Function::Trim => {
                let text = text(value)?;
                self.charge(text.len() / 16)?;
                self.made_text(text.trim())?
            }
            Function::ParseInt => {
                let text = text(value)?;
                self.charge(text.len() / 16)?;
                let number = text.parse().map_err(|_| Fault::said("the string is not a whole number"))?;
                Value::Int(number)
            }
            Function::ToText => {
                let mut out = String::new();
                self.write(value, &mut out)?;
                self.made_text(out)?
            }
            Function::First | Function::Last => {
                let items = self.items(value)?;
                let item = if function == Function::First { items.first() } else { items.last() };
                item.cloned().ok_or_else(|| Fault::said("the list is empty: ask `is_empty()` first"))?
            }
            _ => self.apply_sorting(function, value)?,
        })
    }

    fn apply_sorting(&mut self, function: Function, value: &Value<'a>) -> Said<Value<'a>> {
        let items = self.items(value)?;
        let mut fault = None;
        let mut sorted = Vec::with_capacity(items.len());
        for item in items {
            // Insertion by halves: the order is strict, and its first mistake ends it.
            let mut compare = |other: &Value<'a>| match self.compare(Operator::LessOrEqual, other, &item) {
                Ok(before) => before,
                Err(error) => {
                    fault.get_or_insert(error);
                    true
                }
            };
            let at = sorted.partition_point(&mut compare);
            let moved = sorted.len() - at;
            sorted.insert(at, item);
            self.charge(2 + moved / 16)?;
        }
        if let Some(fault) = fault {
            return Err(fault);
        }
        match function {
            Function::Smallest | Function::Largest => {
                let item = if function == Function::Smallest { sorted.first() } else { sorted.last() };
                item.cloned().ok_or_else(|| Fault::said("the list is empty: ask `is_empty()` first"))
            }
            Function::Unique => {
                let mut kept: Vec<Value<'a>> = Vec::with_capacity(sorted.len());
                for item in sorted {
                    let same = match kept.last() {
                        Some(last) => self.compare(Operator::Equal, last, &item)?,
                        None => false,
                    };
                    if !same {
                        kept.push(item);
                    }
                }
                self.made_list(kept)
            }
            Function::Sorted => self.made_list(sorted),
            _ => Err(Fault::said("the function takes other arguments")),
        }
    }

    fn apply_two(&mut self, function: Function, whole: &Value<'a>, part: &Value<'a>) -> Said<Value<'a>> {
        Ok(match function {
            Function::Contains => Value::Bool(self.contains(whole, part)?),
            Function::StartsWith | Function::EndsWith => {
                let (whole, part) = (text(whole)?, text(part)?);
                self.charge(part.len() / 64)?;
                Value::Bool(if function == Function::StartsWith { whole.starts_with(part) } else { whole.ends_with(part) })
            }
            Function::Split => {
                let (whole, part) = (text(whole)?, text(part)?);
                if part.is_empty() {
                    return Err(Fault::said("a string cannot be split at nothing"));
                }
                self.charge(whole.len() / 8)?;
                let parts: Vec<Value<'a>> = whole.split(part).map(|piece| Value::Made(piece.into())).collect();
                self.made_list(parts)?
            }
            Function::Join => {
                let between = text(part)?;
                let mut out = String::new();
                for (index, item) in self.items(whole)?.iter().enumerate() {
                    if index > 0 {
                        out.push_str(between);
                    }
                    self.write(item, &mut out)?;
                }
                self.made_text(out)?
            }
            _ => return Err(Fault::said("the function takes other arguments")),
        })
    }

    /// The text with each part replaced; what it would need is known before any of it is made.
    fn replace(&mut self, whole: &str, part: &str, by: &str) -> Said<Value<'a>> {
        if part.is_empty() {
            return Err(Fault::said("nothing cannot be replaced"));
        }
        self.charge(whole.len() / 16)?;
        let count = whole.matches(part).count();
        let length = (whole.len() - count * part.len()).saturating_add(count.saturating_mul(by.len()));
        fits(length)?;
        self.made_text(whole.replace(part, by))
    }

    fn age(&mut self, function: Function, value: &Value<'a>) -> Said<Value<'a>> {
        let Value::Instant(at) = value else { return wrong(value) };
        let until = matches!(function, Function::DaysUntil | Function::HoursUntil);
        let sensible_from = at.plus(-AHEAD_SECONDS);
        if !until && sensible_from > self.now() {
            self.note_turn(sensible_from);
            return Err(Fault::said(format!("{} lies in the future", at.text())));
        }
        let in_hours = matches!(function, Function::HoursAgo | Function::HoursUntil);
        Ok(Value::Age(Age { seconds: at.seconds, nanos: at.nanos, in_hours, until }))
    }
}

fn duration<'a>(function: Function, value: &Value<'a>) -> Said<Value<'a>> {
    let Value::Int(number) = value else { return wrong(value) };
    let unit = match function {
        Function::Days => DAY,
        Function::Hours => HOUR,
        Function::Minutes => 60,
        _ => 1,
    };
    number.checked_mul(unit).map(Value::Duration).ok_or_else(|| Fault::said("the duration is too large"))
}

fn verdict<'a>(outcome: Outcome, message: &Value<'a>) -> Said<Value<'a>> {
    match message {
        Value::Text(text) => Ok(Value::Verdict(outcome, text)),
        Value::Made(text) => Ok(Value::VerdictMade(outcome, Rc::clone(text))),
        other => wrong(other),
    }
}
