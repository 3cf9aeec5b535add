//! Lists: their items, loops over them, and the functions that take a closure.

use crate::evaluate::machine::{Fault, Machine, Step, Stop};
use crate::evaluate::operate::{Said, null};
use crate::evaluate::value::Value;
use crate::script::program::{EachOf, For};
use crate::script::syntax::At;
use crate::vocabulary::Each;

impl<'a> Machine<'a> {
    /// The items of a list or range, each charged.
    pub(crate) fn items(&mut self, list: &Value<'a>) -> Said<Vec<Value<'a>>> {
        match list {
            Value::Cells { first, count } => {
                self.charge(*count as usize)?;
                (0..*count).map(|index| self.cell_item(first.saturating_add(index))).collect()
            }
            Value::List(items, _) => {
                self.charge(items.len())?;
                Ok(items.to_vec())
            }
            Value::Texts(texts) => {
                self.charge(texts.len())?;
                Ok(texts.iter().map(|text| Value::Text(text)).collect())
            }
            Value::Range(from, to) => {
                let count = to.saturating_sub(*from).max(0);
                self.charge(usize::try_from(count).unwrap_or(usize::MAX))?;
                Ok((*from..*to).map(Value::Int).collect())
            }
            Value::Null => null("a list"),
            other => Err(Fault::said(format!("a list is wanted, and this is {}", other.named()))),
        }
    }

    pub(crate) fn cell_item(&mut self, place: u32) -> Said<Value<'a>> {
        self.read(place, At::default()).map_err(|stop| match stop {
            Stop::Fault(fault) => fault,
            _ => Fault::said("a list cannot be read"),
        })
    }

    pub(crate) fn item(&mut self, whole: &Value<'a>, index: &Value<'a>) -> Said<Value<'a>> {
        let (Value::Int(index), length) = (index, length(whole)?) else {
            return Err(Fault::said(format!("an item has an int for its number, not {}", index.named())));
        };
        let position = if *index < 0 { index.checked_add(length) } else { Some(*index) };
        let Some(position) = position.filter(|at| (0..length).contains(at)) else {
            return Err(Fault::said(format!("the list has {length} items, and no item {index}")));
        };
        match whole {
            Value::Cells { first, .. } => self.cell_item(first.saturating_add(u32::try_from(position).unwrap_or(u32::MAX))),
            Value::List(items, _) => {
                Ok(usize::try_from(position).ok().and_then(|at| items.get(at)).cloned().unwrap_or(Value::Unit))
            }
            Value::Texts(texts) => {
                let text = usize::try_from(position).ok().and_then(|at| texts.get(at));
                Ok(text.map_or(Value::Unit, |text| Value::Text(text)))
            }
            _ => Ok(Value::Unit),
        }
    }

    pub(crate) fn iterate(&mut self, parts: &'a For, at: At) -> Step<'a> {
        let over = self.step(&parts.over)?;
        let items = self.items(&over).map_err(|fault| fault.at(at))?;
        for (index, item) in items.into_iter().enumerate() {
            self.charge(1)?;
            self.set(parts.local, item);
            if let Some(counter) = parts.counter {
                self.set(counter, Value::Int(i64::try_from(index).unwrap_or(i64::MAX)));
            }
            match self.step(&parts.body) {
                Ok(_) | Err(Stop::Continue) => {}
                Err(Stop::Break) => break,
                Err(other) => return Err(other),
            }
        }
        Ok(Value::Unit)
    }

    pub(crate) fn each(&mut self, each: &'a EachOf, at: At) -> Step<'a> {
        let list = self.step(&each.list)?;
        if let Value::Cells { first, count } = list {
            return self.each_cell(each, first, count, at);
        }
        let items = self.items(&list).map_err(|fault| fault.at(at))?;
        let mut answer = Answer::new(each.what);
        for item in items {
            self.one(each, item, &mut answer, at)?;
            if answer.done {
                break;
            }
        }
        self.answered(answer, at)
    }

    /// As for any list, without a copy of it.
    fn each_cell(&mut self, each: &'a EachOf, first: u32, count: u32, at: At) -> Step<'a> {
        let mut answer = Answer::new(each.what);
        for index in 0..count {
            let item = self.cell_item(first.saturating_add(index)).map_err(|fault| fault.at(at))?;
            self.one(each, item, &mut answer, at)?;
            if answer.done {
                break;
            }
        }
        self.answered(answer, at)
    }

    fn one(&mut self, each: &'a EachOf, item: Value<'a>, answer: &mut Answer<'a>, at: At) -> Result<(), Stop<'a>> {
        self.set(each.local, item.clone());
        let given = match self.step(&each.body) {
            Ok(value) | Err(Stop::Return(value)) => value,
            Err(other) => return Err(other),
        };
        if each.what == Each::Map {
            answer.items.push(given);
            return Ok(());
        }
        let holds = match given {
            Value::Bool(value) => value,
            Value::Null => return null("what a closure gives").map_err(|fault: Fault| fault.at(at).into()),
            other => {
                let message = format!("the closure gives true or false, not {}", other.named());
                return Err(Fault::said(message).at(at).into());
            }
        };
        match each.what {
            Each::All if !holds => answer.end(false),
            Each::Any if holds => answer.end(true),
            Each::Find if holds => {
                answer.items.push(item);
                answer.done = true;
            }
            Each::Filter if holds => answer.items.push(item),
            Each::Count => answer.count += i64::from(holds),
            _ => {}
        }
        Ok(())
    }

    fn answered(&mut self, mut answer: Answer<'a>, at: At) -> Step<'a> {
        Ok(match answer.what {
            Each::All | Each::Any => Value::Bool(answer.holds),
            Each::Count => Value::Int(answer.count),
            Each::Find => answer.items.pop().unwrap_or(Value::Null),
            Each::Filter | Each::Map => self.made_list(answer.items).map_err(|fault| fault.at(at))?,
        })
    }
}

/// What a function of a list has found so far.
struct Answer<'a> {
    what: Each,
    holds: bool,
    done: bool,
    count: i64,
    items: Vec<Value<'a>>,
}

impl Answer<'_> {
    fn new(what: Each) -> Self {
        Self { what, holds: what == Each::All, done: false, count: 0, items: Vec::new() }
    }

    fn end(&mut self, holds: bool) {
        self.holds = holds;
        self.done = true;
    }
}

fn length(whole: &Value<'_>) -> Said<i64> {
    match whole {
        Value::Cells { count, .. } => Ok(i64::from(*count)),
        Value::List(items, _) => Ok(i64::try_from(items.len()).unwrap_or(i64::MAX)),
        Value::Texts(texts) => Ok(i64::try_from(texts.len()).unwrap_or(i64::MAX)),
        Value::Null => null("an index"),
        other => Err(Fault::said(format!("{} has no items by number", other.named()))),
    }
}
