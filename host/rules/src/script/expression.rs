//! The compiler's part for expressions: fields, operators, conditions.

use model::{Value, nearest};
use smol_str::SmolStr;

use crate::problem::ProblemKind;
use crate::script::compile::{Compiler, Place, Type, Typed};
use crate::script::program::{If, Node};
use crate::script::schema::Schema;
use crate::script::syntax::{At, Expr, Form, Operator};

impl<'s> Compiler<'s, '_> {
    /// One expression or statement.
    pub(crate) fn expression(&mut self, expr: &'s Expr) -> Typed<'s> {
        self.deeper(expr.at, |compiler| compiler.form(expr))
    }

    fn form(&mut self, expr: &'s Expr) -> Typed<'s> {
        let at = expr.at;
        match &expr.form {
            Form::Unit => Typed::new(Node::Unit, Type::Unit),
            Form::Bool(value) => Typed::new(Node::Bool(*value), Type::Bool),
            Form::Int(value) => Typed::new(Node::Int(*value), Type::Int),
            Form::Text(text) => Typed::new(Node::Text(text.as_str().into()), Type::Text(&[])),
            Form::Interpolated(parts) => self.interpolated(parts),
            Form::List(items) => self.list(items),
            Form::Map(_) => {
                self.report(ProblemKind::NotAllowed, at, "a map can only stand in `describe()`", Some("use variables"));
                Typed::new(Node::Unit, Type::Any)
            }
            Form::Variable(name) => self.variable(name, at),
            Form::Field(record, name) => self.field(record, name, at),
            Form::Index(whole, index) => self.index(whole, index, at),
            Form::Call { name, method, arguments } => self.call(name, *method, arguments, at),
            Form::Not(operand) => {
                let operand = self.condition(operand);
                Typed::new(Node::Not(Box::new(operand), at), Type::Bool)
            }
            Form::Negate(operand) => {
                let operand = self.expression(operand);
                self.expect(&operand.ty, &Type::Int, at, "`-`");
                Typed::new(Node::Negate(Box::new(operand.node), at), Type::Int)
            }
            Form::Binary(operator, left, right) => self.binary(*operator, left, right, at),
            Form::And(operands) => Typed::new(Node::And(self.conditions(operands)), Type::Bool),
            Form::Or(operands) => Typed::new(Node::Or(self.conditions(operands)), Type::Bool),
            Form::Closure { .. } => {
                let help = "closures are the argument of `all`, `any`, `filter`, `map`, `count` and `find`";
                self.report(ProblemKind::NotAllowed, at, "a closure cannot stand here", Some(help));
                Typed::new(Node::Unit, Type::Any)
            }
            Form::Block(body) => self.block(body),
            Form::If { condition, then, otherwise } => self.choice(condition, then, otherwise.as_deref(), at),
            _ => self.statement(expr),
        }
    }

    /// Statements in a scope of their own; the value is the last one's.
    pub(crate) fn block(&mut self, body: &'s [Expr]) -> Typed<'s> {
        let length = self.scope.len();
        let mut steps = Vec::with_capacity(body.len());
        let mut ty = Type::Unit;
        let mut left = false;
        for expr in body {
            if left {
                self.advise(expr.at, "this is never reached", "remove it, or what returns before it");
            }
            let step = self.expression(expr);
            left = matches!(step.node, Node::Return(_) | Node::Break | Node::Continue);
            steps.push(step.node);
            ty = step.ty;
        }
        self.leave(length);
        match <[Node; 1]>::try_from(steps) {
            Ok([only]) => Typed::new(only, ty),
            Err(steps) => Typed::new(Node::Block(steps.into()), ty),
        }
    }

    fn choice(&mut self, condition: &'s Expr, then: &'s [Expr], otherwise: Option<&'s [Expr]>, at: At) -> Typed<'s> {
        let condition = self.condition(condition);
        let leaves =
            |body: &[Expr]| matches!(body.last().map(|it| &it.form), Some(Form::Return(_) | Form::Break | Form::Continue));
        let then_leaves = leaves(then);
        let then = self.block(then);
        let other_leaves = otherwise.is_some_and(leaves);
        let otherwise = otherwise.map(|body| self.block(body));
        let other_type = otherwise.as_ref().map_or(Type::Unit, |made| made.ty.clone());
        let ty = match (then_leaves, other_leaves) {
            (true, _) => other_type,
            (_, true) => then.ty,
            _ => then.ty.or(other_type),
        };
        let parts = If { condition, then: then.node, otherwise: otherwise.map(|made| made.node) };
        Typed::new(Node::If(Box::new(parts), at), ty)
    }

    fn interpolated(&mut self, parts: &'s [Expr]) -> Typed<'s> {
        let mut nodes = Vec::with_capacity(parts.len());
        for part in parts {
            let made = self.expression(part);
            if matches!(made.ty, Type::Age | Type::Unit | Type::Verdict | Type::Record(_) | Type::Subject | Type::Parameters) {
                let message = format!("{} cannot be written into a string", made.ty.named());
                let help = match made.ty {
                    Type::Age => "write the timestamp itself: an age would change with every run",
                    _ => "write one of its fields",
                };
                self.report(ProblemKind::Types, part.at, message, Some(help));
            }
            nodes.push((made.node, part.at));
        }
        Typed::new(Node::Interpolate(nodes.into()), Type::Text(&[]))
    }

    fn list(&mut self, items: &'s [Expr]) -> Typed<'s> {
        let mut ty: Option<Type<'s>> = None;
        let mut nodes = Vec::with_capacity(items.len());
        for item in items {
            let made = self.expression(item);
            ty = Some(match ty {
                Some(ty) => ty.or(made.ty),
                None => made.ty,
            });
            nodes.push(made.node);
        }
        Typed::new(list_of(nodes), Type::list_of(ty.unwrap_or(Type::Any)))
    }

    fn variable(&mut self, name: &SmolStr, at: At) -> Typed<'s> {
        let base = self.base;
        let Some(variable) = self.scope.iter_mut().skip(base).rev().find(|variable| variable.name == *name) else {
            let near = self.nearest_variable(name);
            self.unknown(ProblemKind::UnknownName, at, format!("`{name}` stands for nothing here"), near.as_deref());
            return Typed::new(Node::Unit, Type::Any);
        };
        variable.read = true;
        let node = match variable.local {
            Place::Local(local) => Node::Local(local),
            Place::Subject => Node::Subject,
            Place::Parameters => Node::Unit,
        };
        Typed::new(node, variable.ty.clone())
    }

    fn field(&mut self, record: &'s Expr, name: &SmolStr, at: At) -> Typed<'s> {
        let record = self.expression(record);
        self.field_of(record, name, at)
    }

    fn field_of(&mut self, record: Typed<'s>, name: &SmolStr, at: At) -> Typed<'s> {
        match &record.ty {
            Type::Subject => self.subject_field(name, at),
            Type::Parameters => self.parameter(name, at),
            Type::Record(schema) => {
                let schema: &'s Schema = schema;
                match schema.find(name) {
                    Some((slot, found)) => Typed::new(Node::Field(Box::new(record.node), slot, at), Type::of(&found.shape)),
                    None => self.no_field(schema, name, at),
                }
            }
            Type::Any => Typed::new(Node::FieldNamed(Box::new(record.node), name.clone(), at), Type::Any),
            other => {
                let message = format!("{} has no field `{name}`", other.named());
                let help = (other.word() == "list").then_some("take an item, or use `all`, `any`, `map`");
                self.report(ProblemKind::UnknownField, at, message, help);
                Typed::new(Node::Unit, Type::Any)
            }
        }
    }

    fn no_field(&mut self, schema: &Schema, name: &str, at: At) -> Typed<'s> {
        let near = nearest(name, schema.names()).map(SmolStr::new);
        self.unknown(ProblemKind::UnknownField, at, format!("there is no field `{name}`"), near.as_deref());
        Typed::new(Node::Unit, Type::Any)
    }

    fn subject_field(&mut self, name: &SmolStr, at: At) -> Typed<'s> {
        if let Some((index, (_, schema, many))) = self.context.joins.iter().enumerate().find(|(_, join)| join.0 == *name) {
            self.used_joins.push(index);
            let record = Type::Record(schema);
            let ty = if *many { Type::List(Box::new(record)) } else { record };
            return Typed::new(Node::Joined(index, at), ty);
        }
        if let Some((slot, found)) = self.context.subject.find(name) {
            self.interest.push(slot);
            return Typed::new(Node::SubjectField(slot, at), Type::of(&found.shape));
        }
        let joins = self.context.joins.iter().map(|join| join.0.as_str());
        let near = nearest(name, self.context.subject.names().chain(joins)).map(SmolStr::new);
        let message = format!("{} has no field `{name}`", self.context.subject_name);
        self.unknown(ProblemKind::UnknownField, at, message, near.as_deref());
        Typed::new(Node::Unit, Type::Any)
    }

    fn parameter(&mut self, name: &SmolStr, at: At) -> Typed<'s> {
        self.used_parameters.push(name.clone());
        let parameters = self.context.parameters;
        let Some(value) = parameters.get(name) else {
            let near = nearest(name, parameters.keys().map(SmolStr::as_str)).map(SmolStr::new);
            self.unknown(ProblemKind::UnknownName, at, format!("the rule has no parameter `{name}`"), near.as_deref());
            return Typed::new(Node::Unit, Type::Any);
        };
        constant(value)
    }

    fn index(&mut self, whole: &'s Expr, index: &'s Expr, at: At) -> Typed<'s> {
        let whole = self.expression(whole);
        if let Form::Text(name) = &index.form {
            return self.field_of(whole, name, at);
        }
        let index = self.expression(index);
        self.expect(&index.ty, &Type::Int, at, "an index");
        let ty = match whole.ty {
            Type::List(item) => *item,
            Type::Any => Type::Any,
            other => {
                let message = format!("{} has no items by number", other.named());
                self.report(ProblemKind::Types, at, message, Some("only lists have"));
                Type::Any
            }
        };
        Typed::new(Node::Index(Box::new(whole.node), Box::new(index.node), at), ty)
    }

    fn conditions(&mut self, operands: &'s [Expr]) -> Box<[(Node, At)]> {
        operands.iter().map(|operand| (self.condition(operand), operand.at)).collect()
    }

    /// Something that must be true or false.
    pub(crate) fn condition(&mut self, expr: &'s Expr) -> Node {
        let made = self.expression(expr);
        self.expect(&made.ty, &Type::Bool, expr.at, "a condition");
        made.node
    }

    pub(crate) fn expect(&mut self, found: &Type<'s>, wanted: &Type<'s>, at: At, what: &str) {
        if *found != Type::Any && found.word() != wanted.word() {
            let message = format!("{what} takes {}, and this is {}", wanted.named(), found.named());
            let help = (*wanted == Type::Bool).then_some("compare it with something, or ask `is_empty()`, `is_null()`");
            self.report(ProblemKind::Types, at, message, help);
        }
    }

    fn binary(&mut self, operator: Operator, left: &'s Expr, right: &'s Expr, at: At) -> Typed<'s> {
        let literal = |expr: &'s Expr| match &expr.form {
            Form::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let (text_left, text_right) = (literal(left), literal(right));
        let left = self.expression(left);
        let right = self.expression(right);
        let ty = self.operated(operator, &left.ty, &right.ty, at);
        if operator.compares() {
            self.listed(&left.ty, text_right, at);
            self.listed(&right.ty, text_left, at);
        }
        Typed::new(Node::Binary(operator, Box::new((left.node, right.node)), at), ty)
    }

    /// A string that is compared with a field of a closed list must be on it.
    pub(crate) fn listed(&mut self, ty: &Type<'s>, text: Option<&str>, at: At) {
        if let (Type::Text(values), Some(text)) = (ty, text)
            && !values.is_empty()
            && !values.iter().any(|value| value == text)
        {
            let list: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            let message = format!("this can never be `{text}`");
            self.report(ProblemKind::Types, at, message, Some(&format!("it is one of {}", list.join(", "))));
        }
    }

    /// The type of what an operator gives; the check of what it takes.
    pub(crate) fn operated(&mut self, operator: Operator, left: &Type<'s>, right: &Type<'s>, at: At) -> Type<'s> {
        let help = match operator {
            _ if *left == Type::Any || *right == Type::Any => None,
            Operator::Range | Operator::RangeTo => {
                (*left != Type::Int || *right != Type::Int).then_some("a range is from an int to an int")
            }
            _ if operator.compares() => compared(operator, left, right),
            Operator::Add => match (left, right) {
                (Type::Int, Type::Int)
                | (Type::Text(_), Type::Text(_))
                | (Type::List(_), Type::List(_))
                | (Type::Duration | Type::Instant, Type::Duration) => None,
                (Type::Text(_), _) | (_, Type::Text(_)) => Some("write values into a string: `` `${value} days` ``"),
                _ => Some("ints, strings, lists and durations can be added to their own"),
            },
            Operator::Subtract => match (left, right) {
                (Type::Int, Type::Int) | (Type::Duration | Type::Instant, Type::Duration) => None,
                (Type::Instant, Type::Instant) => Some("use `days_ago()`, or compare the timestamps themselves"),
                _ => Some("only ints and durations can be subtracted"),
            },
            _ => (*left != Type::Int || *right != Type::Int).then_some("only ints"),
        };
        if let Some(help) = help {
            let message = format!("`{}` between {} and {}", operator.sign(), left.named(), right.named());
            self.report(ProblemKind::Types, at, message, Some(help));
        }
        match operator {
            Operator::Range | Operator::RangeTo => Type::Range,
            _ if operator.compares() => Type::Bool,
            Operator::Add if matches!(left, Type::List(_)) => left.clone().or(right.clone()),
            Operator::Add if matches!(left, Type::Text(_)) => Type::Text(&[]),
            Operator::Add | Operator::Subtract => left.clone(),
            _ => Type::Int,
        }
    }
}

/// What is wrong with comparing values of two known types.
fn compared(operator: Operator, left: &Type<'_>, right: &Type<'_>) -> Option<&'static str> {
    let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    match (left, right) {
        (Type::Age, Type::Int | Type::Duration) | (Type::Int | Type::Duration, Type::Age) => {
            equality.then_some("an age is compared with `<`, `<=`, `>` or `>=`: it is never exactly a number of days")
        }
        (Type::Age, _) | (_, Type::Age) => Some("an age is compared with a number of days or hours, or with a duration"),
        (Type::Duration, Type::Int) | (Type::Int, Type::Duration) => Some("write `days(90)`, `hours(24)` or `seconds(60)`"),
        (Type::Bool, Type::Bool) => (!equality).then_some("bools are equal or not"),
        (Type::List(_), Type::List(_)) => (!equality).then_some("lists are equal or not"),
        (Type::Int, Type::Int)
        | (Type::Text(_), Type::Text(_))
        | (Type::Instant, Type::Instant)
        | (Type::Duration, Type::Duration) => None,
        _ => Some("values of different types are never equal and have no order: comparing them is a mistake"),
    }
}

/// A list; one of strings that are written in the rule needs not be made again for every subject.
fn list_of(nodes: Vec<Node>) -> Node {
    if nodes.is_empty() || !nodes.iter().all(|node| matches!(node, Node::Text(_))) {
        return Node::List(nodes.into());
    }
    let texts = nodes.into_iter().filter_map(|node| match node {
        Node::Text(text) => Some(text),
        _ => None,
    });
    Node::Texts(texts.collect())
}

/// A parameter's value: a constant of the program.
fn constant<'s>(value: &Value) -> Typed<'s> {
    match value {
        Value::Bool(value) => Typed::new(Node::Bool(*value), Type::Bool),
        Value::Int(value) => Typed::new(Node::Int(*value), Type::Int),
        Value::String(text) => Typed::new(Node::Text(text.as_str().into()), Type::Text(&[])),
        Value::List(items) => {
            let made: Vec<Typed<'s>> = items.iter().map(constant).collect();
            let ty = made.iter().map(|item| item.ty.clone()).reduce(Type::or).unwrap_or(Type::Any);
            let nodes = made.into_iter().map(|item| item.node).collect();
            Typed::new(list_of(nodes), Type::List(Box::new(ty)))
        }
        Value::Null | Value::Record(_) => Typed::new(Node::Unit, Type::Unit),
    }
}
