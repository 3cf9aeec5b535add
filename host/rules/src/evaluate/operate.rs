//! Operators on values: strict, so that no comparison is false only because it makes no sense.
//!
//! Values of different types are never compared, null is an error everywhere, overflow is an error.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::evaluate::machine::{Fault, Machine};
use crate::evaluate::value::{Age, Instant, Value};
use crate::script::syntax::Operator;

/// The longest string that a rule can make, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// How deep the lists that a rule makes may nest: what goes through them goes as deep into the stack.
pub(crate) const MAX_LISTS: u8 = 32;

/// What is wrong, without a place.
pub(crate) type Said<T> = Result<T, Fault>;

fn said<T>(message: impl Into<String>) -> Said<T> {
    Err(Fault::said(message))
}

impl<'a> Machine<'a> {
    /// One operator of two operands.
    pub(crate) fn operate(&mut self, operator: Operator, left: &Value<'a>, right: &Value<'a>) -> Said<Value<'a>> {
        if operator.compares() {
            return self.compare(operator, left, right).map(Value::Bool);
        }
        match (operator, left, right) {
            (_, Value::Null, _) | (_, _, Value::Null) => null(operator.sign()),
            (Operator::Range, Value::Int(from), Value::Int(to)) => Ok(Value::Range(*from, *to)),
            (Operator::RangeTo, Value::Int(from), Value::Int(to)) => Ok(Value::Range(*from, to.saturating_add(1))),
            (Operator::Add, Value::Instant(at), Value::Duration(seconds)) => Ok(Value::Instant(at.plus(*seconds))),
            (Operator::Subtract, Value::Instant(at), Value::Duration(seconds)) => {
                Ok(Value::Instant(at.plus(seconds.saturating_neg())))
            }
            (Operator::Add | Operator::Subtract, Value::Duration(a), Value::Duration(b)) => {
                calculate(operator, *a, *b).map(Value::Duration)
            }
            (_, Value::Int(a), Value::Int(b)) => calculate(operator, *a, *b).map(Value::Int),
            (Operator::Add, a, b) if a.is_list() && b.is_list() => {
                let mut items = self.items(left)?;
                items.extend(self.items(right)?);
                self.made_list(items)
            }
            _ => match (operator, left.text(), right.text()) {
                (Operator::Add, Some(a), Some(b)) => {
                    let both = [a, b].concat();
                    self.made_text(both)
                }
                _ => mismatch(operator, left, right),
            },
        }
    }

    /// Whether a comparison holds.
    pub(crate) fn compare(&mut self, operator: Operator, left: &Value<'a>, right: &Value<'a>) -> Said<bool> {
        let order = match (left, right) {
            (Value::Int(a), Value::Int(b)) | (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
            (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
            (Value::Null, _) | (_, Value::Null) => return null(operator.sign()),
            (Value::Age(age), other) => self.age_order(operator, *age, other)?,
            (other, Value::Age(age)) => self.age_order(operator, *age, other)?.reverse(),
            (Value::Bool(a), Value::Bool(b)) if equality(operator) => a.cmp(b),
            (a, b) if a.is_list() && b.is_list() && equality(operator) => {
                let (a, b) = (self.items(left)?, self.items(right)?);
                if self.same_items(&a, &b)? { Ordering::Equal } else { Ordering::Less }
            }
            _ => match (left.text(), right.text()) {
                (Some(a), Some(b)) => {
                    self.charge(a.len().min(b.len()) / 64)?;
                    a.cmp(b)
                }
                _ => return mismatch(operator, left, right),
            },
        };
        Ok(match operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            _ => order.is_ge(),
        })
    }

    fn same_items(&mut self, a: &[Value<'a>], b: &[Value<'a>]) -> Said<bool> {
        let mut same = a.len() == b.len();
        for (a, b) in a.iter().zip(b) {
            same &= self.compare(Operator::Equal, a, b)?;
        }
        Ok(same)
    }

    /// How an age stands to a number of its units or to a duration; notes when that changes.
    fn age_order(&mut self, operator: Operator, age: Age, limit: &Value<'a>) -> Said<Ordering> {
        if equality(operator) {
            return said("an age is never exactly a number of days: compare it with `<`, `<=`, `>` or `>=`");
        }
        let seconds = match limit {
            Value::Int(number) => number.checked_mul(age.unit()),
            Value::Duration(seconds) => Some(*seconds),
            other => return said(format!("an age cannot be compared with {}", other.named())),
        };
        let Some(seconds) = seconds else { return said("the number of days is too large") };
        let turn = age.at().plus(if age.until { seconds.saturating_neg() } else { seconds });
        self.note_turn(turn);
        let now = self.now();
        Ok(if age.until { turn.cmp(&now) } else { now.cmp(&turn) })
    }

    /// Notes an instant at which the outcome may change.
    pub(crate) fn note_turn(&mut self, turn: Instant) {
        if turn >= self.now() {
            self.valid_until = self.valid_until.min(turn.seconds);
        }
    }

    /// Whether a list holds an item, or a string another.
    pub(crate) fn contains(&mut self, whole: &Value<'a>, part: &Value<'a>) -> Said<bool> {
        match (whole, part) {
            (Value::Null, _) | (_, Value::Null) => null("contains"),
            (Value::Range(from, to), Value::Int(number)) => Ok((from..to).contains(&number)),
            (Value::Texts(texts), part) if part.text().is_some() => {
                self.charge(texts.len())?;
                Ok(texts.iter().any(|text| part.text() == Some(text)))
            }
            // Every item is compared, so that one of another type is never passed over.
            (Value::Cells { first, count }, _) => {
                let mut found = false;
                for index in 0..*count {
                    self.charge(1)?;
                    let item = self.cell_item(first.saturating_add(index))?;
                    found |= self.compare(Operator::Equal, &item, part)?;
                }
                Ok(found)
            }
            (list, _) if list.is_list() => {
                let items = self.items(list)?;
                let mut found = false;
                for item in &items {
                    self.charge(1)?;
                    found |= self.compare(Operator::Equal, item, part)?;
                }
                Ok(found)
            }
            _ => match (whole.text(), part.text()) {
                (Some(whole), Some(part)) => {
                    self.charge(whole.len() / 16)?;
                    Ok(whole.contains(part))
                }
                _ => said(format!("{} cannot hold {}", whole.named(), part.named())),
            },
        }
    }

    /// A string that the rule made, within its limits.
    pub(crate) fn made_text(&mut self, text: impl Into<Rc<str>> + AsRef<str>) -> Said<Value<'a>> {
        let length = text.as_ref().len();
        fits(length)?;
        self.charge(1 + length / 16)?;
        Ok(Value::Made(text.into()))
    }

    /// A list that the rule made, within its limits: every item counts as an operation.
    pub(crate) fn made_list(&mut self, items: Vec<Value<'a>>) -> Said<Value<'a>> {
        self.charge(1 + items.len())?;
        let depth = items.iter().map(Value::depth).max().unwrap_or(0);
        if depth >= MAX_LISTS {
            return said(format!("lists nest deeper than {MAX_LISTS}"));
        }
        Ok(Value::List(items.into(), depth + 1))
    }

    /// A value as it stands in a message.
    pub(crate) fn write(&mut self, value: &Value<'a>, out: &mut String) -> Said<()> {
        use core::fmt::Write as _;
        match value {
            Value::Int(number) => {
                let _ = write!(out, "{number}");
            }
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Instant(at) => out.push_str(&at.text()),
            Value::Duration(seconds) => {
                let _ = write!(out, "{}", model::Seconds(*seconds));
            }
            list if list.is_list() => {
                for (index, item) in self.items(value)?.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    self.write(item, out)?;
                }
            }
            Value::Null => return null("writing it into a string"),
            other => match other.text() {
                Some(text) => out.push_str(text),
                None => return said(format!("{} cannot be written into a string", other.named())),
            },
        }
        fits(out.len())
    }
}

/// Whether a string may be so long.
pub(crate) fn fits(length: usize) -> Said<()> {
    if length > MAX_TEXT { said(format!("a string of {length} bytes is longer than {MAX_TEXT}")) } else { Ok(()) }
}

fn equality(operator: Operator) -> bool {
    matches!(operator, Operator::Equal | Operator::NotEqual)
}

/// Null met an operator or function.
pub(crate) fn null<T>(what: &str) -> Said<T> {
    said(format!("null has no meaning for {what}: ask `is_null()` first"))
}

fn mismatch<T>(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Said<T> {
    said(format!("`{}` makes no sense between {} and {}", operator.sign(), left.named(), right.named()))
}

fn calculate(operator: Operator, a: i64, b: i64) -> Said<i64> {
    let result = match operator {
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        Operator::Divide | Operator::Modulo if b == 0 => return said("division by zero"),
        Operator::Divide => a.checked_div(b),
        Operator::Modulo => a.checked_rem(b),
        _ => return said(format!("`{}` makes no sense between ints", operator.sign())),
    };
    result.map_or_else(|| said(format!("`{a} {} {b}` is too large", operator.sign())), Ok)
}
