//! The interpreter of compiled rules: one subject, one program, one answer.
//!
//! Takes a program and the cells of a subject; gives a value or a fault. It reads no clock (the instant is the run's), has
//! no effect on anything, and stops at its budget: every step, every item of a list and every 16 bytes of a new string
//! count as an operation, so the budget bounds time and memory at once.

use std::rc::Rc;

use model::{FactSet, Timestamp};

use crate::evaluate::body::{Cell, Cells};
use crate::evaluate::join::Index;
use crate::evaluate::operate::{Said, null};
use crate::evaluate::value::{Instant, Record, Value};
use crate::script::compile::named;
use crate::script::program::{Node, Program};
use crate::script::syntax::At;

/// Operations of one evaluation of one rule.
pub(crate) const OPERATIONS: u64 = 1_000_000;

/// Why a rule could not come to a conclusion.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The field at this place was not collected.
    Missing(u32),
    /// Something else than a field is not known: its name, and why.
    Unknown(Box<(String, String)>),
    /// The rule made a mistake, or met a value that it cannot take.
    Wrong(Box<(String, At)>),
}

impl Fault {
    pub(crate) fn said(message: impl Into<String>) -> Self {
        Self::Wrong(Box::new((message.into(), At::default())))
    }

    pub(crate) fn unknown(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unknown(Box::new((name.into(), reason.into())))
    }

    /// The fault with the place where it came up, unless it has one.
    pub(crate) fn at(self, at: At) -> Self {
        match self {
            Self::Wrong(mut parts) => {
                if parts.1 == At::default() {
                    parts.1 = at;
                }
                Self::Wrong(parts)
            }
            other => other,
        }
    }
}

/// What leaves a step other than by its end.
pub(crate) enum Stop<'a> {
    Return(Value<'a>),
    Break,
    Continue,
    Fault(Fault),
}

impl From<Fault> for Stop<'_> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

pub(crate) type Step<'a> = Result<Value<'a>, Stop<'a>>;

/// Facts of a join that were taken up for the subject.
pub(crate) struct Taken<'a> {
    pub(crate) name: &'a str,
    pub(crate) position: usize,
    pub(crate) record: Record<'a>,
}

/// All that an evaluation needs; one for each thread, used for one subject after the other.
pub(crate) struct Machine<'a> {
    pub(crate) cells: Cells<'a>,
    pub(crate) facts: &'a FactSet,
    pub(crate) subject: Record<'a>,
    /// The joins of the rule being evaluated.
    pub(crate) joins: &'a [Index<'a>],
    pub(crate) taken: Vec<Taken<'a>>,
    /// The earliest instant (Unix seconds) at which the outcome may change; [`i64::MAX`] for never.
    pub(crate) valid_until: i64,
    /// The places read, when they are wanted.
    pub(crate) trace: Option<Vec<u32>>,
    now: Instant,
    operations: u64,
    locals: Vec<Value<'a>>,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(facts: &'a FactSet, subject: Record<'a>, now: Timestamp) -> Self {
        Self {
            cells: Cells::default(),
            facts,
            subject,
            joins: &[],
            taken: Vec::new(),
            valid_until: i64::MAX,
            trace: None,
            now: Instant::of(now),
            operations: 0,
            locals: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    /// Evaluates a program over the subject that is in the cells.
    pub(crate) fn run(&mut self, program: &'a Program) -> Result<Value<'a>, Fault> {
        self.operations = OPERATIONS;
        self.valid_until = i64::MAX;
        self.locals.clear();
        self.locals.resize(program.local_count, Value::Unit);
        match self.step(&program.body) {
            Ok(value) | Err(Stop::Return(value)) => Ok(value),
            Err(Stop::Break | Stop::Continue) => Err(Fault::said("`break` outside of a loop")),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// Takes operations from the budget.
    pub(crate) fn charge(&mut self, operations: usize) -> Said<()> {
        match self.operations.checked_sub(operations as u64) {
            Some(left) => {
                self.operations = left;
                Ok(())
            }
            None => Err(Fault::said(format!("the rule needs more than {OPERATIONS} operations"))),
        }
    }

    pub(crate) fn step(&mut self, node: &'a Node) -> Step<'a> {
        self.charge(1)?;
        match node {
            Node::SubjectField(slot, at) => self.read(self.subject.first.saturating_add(narrow(*slot)), *at),
            Node::Bool(value) => Ok(Value::Bool(*value)),
            Node::Int(value) => Ok(Value::Int(*value)),
            Node::Text(text) => Ok(Value::Text(text)),
            Node::Texts(texts) => Ok(Value::Texts(texts)),
            Node::Unit => Ok(Value::Unit),
            Node::Local(local) => Ok(self.locals.get(*local).cloned().unwrap_or(Value::Unit)),
            Node::SetLocal(local, value) => {
                let value = self.step(value)?;
                self.set(*local, value);
                Ok(Value::Unit)
            }
            Node::If(parts, at) => {
                let otherwise = parts.otherwise.as_ref();
                if self.truth(&parts.condition, *at)? {
                    self.step(&parts.then)
                } else {
                    otherwise.map_or(Ok(Value::Unit), |node| self.step(node))
                }
            }
            Node::Block(nodes) => self.block(nodes),
            Node::Binary(operator, operands, at) => {
                let left = self.step(&operands.0)?;
                let right = self.step(&operands.1)?;
                self.operate(*operator, &left, &right).map_err(|fault| fault.at(*at).into())
            }
            Node::Not(operand, at) => Ok(Value::Bool(!self.truth(operand, *at)?)),
            Node::And(operands) => self.all_of(operands),
            Node::Or(operands) => self.any_of(operands),
            Node::Return(value) => {
                let value = value.as_ref().map_or(Ok(Value::Unit), |value| self.step(value))?;
                Err(Stop::Return(value))
            }
            Node::Call(function, arguments, at) => self.call(*function, arguments, *at),
            Node::Each(each, at) => self.each(each, *at),
            Node::For(parts, at) => self.iterate(parts, *at),
            other => self.rarer(other),
        }
    }

    /// Steps that stand in few rules, or in the messages of what fails.
    fn rarer(&mut self, node: &'a Node) -> Step<'a> {
        match node {
            Node::Field(record, slot, at) => match self.step(record)? {
                Value::Record(record) => self.read(record.first.saturating_add(narrow(*slot)), *at),
                other => Err(no_field(&other, *at)),
            },
            Node::FieldNamed(record, name, at) => match self.step(record)? {
                Value::Record(record) => match record.schema.find(name) {
                    Some((slot, _)) => self.read(record.first.saturating_add(narrow(slot)), *at),
                    None => Err(Fault::said(format!("there is no field `{name}`")).at(*at).into()),
                },
                other => Err(no_field(&other, *at)),
            },
            Node::Has(record, name, at) => self.has(record, name, *at),
            Node::Subject => Ok(Value::Record(self.subject)),
            Node::Joined(join, at) => self.joined(*join).map_err(|fault| fault.at(*at).into()),
            Node::Index(whole, index, at) => {
                let whole = self.step(whole)?;
                let index = self.step(index)?;
                self.item(&whole, &index).map_err(|fault| fault.at(*at).into())
            }
            Node::Interpolate(parts) => {
                let mut out = String::new();
                for (part, at) in parts {
                    let value = self.step(part)?;
                    self.write(&value, &mut out).map_err(|fault| fault.at(*at))?;
                }
                Ok(self.made_text(out)?)
            }
            Node::List(nodes) => {
                let items = nodes.iter().map(|node| self.step(node)).collect::<Result<Vec<_>, _>>()?;
                Ok(self.made_list(items)?)
            }
            Node::Negate(operand, at) => match self.step(operand)? {
                Value::Int(number) => {
                    let negated = number.checked_neg().ok_or_else(|| Fault::said("the number is too large").at(*at))?;
                    Ok(Value::Int(negated))
                }
                other => Err(Fault::said(format!("`-` makes no sense before {}", other.named())).at(*at).into()),
            },
            Node::Inlined(body) => match self.step(body) {
                Err(Stop::Return(value)) => Ok(value),
                other => other,
            },
            Node::Break => Err(Stop::Break),
            Node::Continue => Err(Stop::Continue),
            _ => Err(Fault::said("the rule has a step that cannot be run").into()),
        }
    }

    pub(crate) fn set(&mut self, local: usize, value: Value<'a>) {
        if let Some(place) = self.locals.get_mut(local) {
            *place = value;
        }
    }

    fn block(&mut self, nodes: &'a [Node]) -> Step<'a> {
        let Some((last, before)) = nodes.split_last() else { return Ok(Value::Unit) };
        for node in before {
            self.step(node)?;
        }
        self.step(last)
    }

    fn truth(&mut self, node: &'a Node, at: At) -> Result<bool, Stop<'a>> {
        match self.step(node)? {
            Value::Bool(value) => Ok(value),
            Value::Null => null("a condition").map_err(|fault: Fault| fault.at(at).into()),
            other => Err(Fault::said(format!("a condition is true or false, not {}", other.named())).at(at).into()),
        }
    }

    fn all_of(&mut self, operands: &'a [(Node, At)]) -> Step<'a> {
        for (operand, at) in operands {
            if !self.truth(operand, *at)? {
                return Ok(Value::Bool(false));
            }
        }
        Ok(Value::Bool(true))
    }

    fn any_of(&mut self, operands: &'a [(Node, At)]) -> Step<'a> {
        for (operand, at) in operands {
            if self.truth(operand, *at)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }

    fn call(&mut self, function: crate::vocabulary::Function, arguments: &'a [Node], at: At) -> Step<'a> {
        let result = match arguments {
            [] => self.apply(function, &[]),
            [only] => {
                let only = self.step(only)?;
                self.apply(function, &[only])
            }
            [first, second] => {
                let values = [self.step(first)?, self.step(second)?];
                self.apply(function, &values)
            }
            several => {
                let values = several.iter().map(|node| self.step(node)).collect::<Result<Vec<_>, _>>()?;
                self.apply(function, &values)
            }
        };
        result.map_err(|fault| fault.at(at).into())
    }

    /// The cell at a place, as a value.
    pub(crate) fn read(&mut self, place: u32, at: At) -> Step<'a> {
        if let Some(trace) = &mut self.trace {
            trace.push(place);
        }
        let value = match self.cells.get(place) {
            Some(Cell::Bool(value)) => Value::Bool(*value),
            Some(Cell::Int(value)) => Value::Int(*value),
            Some(Cell::Text(text)) => Value::Text(text),
            Some(Cell::Instant(instant)) => Value::Instant(*instant),
            Some(Cell::List { first, count }) => Value::Cells { first: *first, count: *count },
            Some(Cell::Null) => Value::Null,
            Some(Cell::Record { first, schema }) => Value::Record(Record { first: *first, schema }),
            Some(Cell::Made(text)) => Value::Made(Rc::clone(text)),
            Some(Cell::Duration(seconds)) => Value::Duration(*seconds),
            Some(Cell::Wrong { found, wanted }) => {
                let message = format!("`{}` should be {} and is {}", self.path(place), named(wanted.text()), named(found.text()));
                return Err(Fault::said(message).at(at).into());
            }
            Some(Cell::Absent) => return Err(Fault::Missing(place).into()),
            Some(Cell::Partial) => {
                return Err(Fault::unknown(self.path(place), "not all of its scope was seen").into());
            }
            Some(Cell::Unread) | None => return Err(Fault::said("the rule reads a field that was not taken up").at(at).into()),
        };
        Ok(value)
    }

    fn has(&mut self, record: &'a Node, name: &str, at: At) -> Step<'a> {
        let record = match self.step(record)? {
            Value::Record(record) => record,
            other => return Err(no_field(&other, at)),
        };
        let Some((slot, _)) = record.schema.find(name) else {
            return Err(Fault::said(format!("there is no field `{name}`")).at(at).into());
        };
        let place = record.first.saturating_add(narrow(slot));
        if let Some(trace) = &mut self.trace {
            trace.push(place);
        }
        Ok(Value::Bool(!matches!(self.cells.get(place), Some(Cell::Absent) | None)))
    }
}

pub(crate) fn narrow(slot: usize) -> u32 {
    u32::try_from(slot).unwrap_or(u32::MAX)
}

fn no_field<'a>(value: &Value<'_>, at: At) -> Stop<'a> {
    let fault = match value {
        Value::Null => Fault::said("null has no fields: ask `is_null()` first"),
        other => Fault::said(format!("{} has no fields", other.named())),
    };
    fault.at(at).into()
}
