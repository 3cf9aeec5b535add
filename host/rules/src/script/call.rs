//! The compiler's part for calls: functions of the rule, of the vocabulary, and those that take a closure.

use model::nearest;
use smol_str::SmolStr;

use crate::problem::ProblemKind;
use crate::script::compile::{Compiler, Type, Typed};
use crate::script::program::{EachOf, Node};
use crate::script::syntax::{At, Expr, Form};
use crate::vocabulary::{self, EACH, Each, Entry, FUNCTIONS, Sort};

impl<'s> Compiler<'s, '_> {
    /// A call in either form: `f(x, y)` or `x.f(y)`.
    pub(crate) fn call(&mut self, name: &SmolStr, method: bool, arguments: &'s [Expr], at: At) -> Typed<'s> {
        let script = self.context.script;
        if let Some(function) = script.functions.iter().find(|it| it.name == *name && it.parameters.len() == arguments.len()) {
            if method {
                let message = format!("`{name}` is a function of the rule, not a method");
                self.report(ProblemKind::NotAllowed, at, message, Some("write `f(x)`, not `x.f()`"));
                return Typed::new(Node::Unit, Type::Any);
            }
            let arguments = arguments.iter().map(|argument| self.expression(argument)).collect();
            return self.inline(function, arguments, at);
        }
        if name == "has" {
            return self.has(arguments, at);
        }
        if let Some((_, each)) = EACH.iter().find(|(known, _)| known == name) {
            return self.each(*each, name, arguments, at);
        }
        let Some(entry) = FUNCTIONS.iter().find(|entry| entry.name == name && entry.takes.len() == arguments.len()) else {
            return self.unknown_function(name, arguments.len(), at);
        };
        self.plain_call(entry, arguments, at)
    }

    fn unknown_function(&mut self, name: &str, argument_count: usize, at: At) -> Typed<'s> {
        let own = self.context.script.functions.iter();
        let counts: Vec<usize> = own
            .clone()
            .filter(|it| it.name == *name)
            .map(|it| it.parameters.len())
            .chain(FUNCTIONS.iter().filter(|entry| entry.name == name).map(|entry| entry.takes.len()))
            .collect();
        if let Some(count) = counts.first() {
            let message =
                format!("`{name}` takes {count} argument{}, and here are {argument_count}", if *count == 1 { "" } else { "s" });
            self.report(ProblemKind::UnknownFunction, at, message, None);
        } else {
            let message = format!("there is no function `{name}`");
            let mut known: Vec<&str> = vocabulary::names().collect();
            known.extend(own.map(|it| it.name.as_str()));
            let near = nearest(name, known).map(SmolStr::new);
            match vocabulary::instead(name) {
                Some(instead) => self.report(ProblemKind::UnknownFunction, at, message, Some(instead)),
                None => self.unknown(ProblemKind::UnknownFunction, at, message, near.as_deref()),
            }
        }
        Typed::new(Node::Unit, Type::Any)
    }

    fn has(&mut self, arguments: &'s [Expr], at: At) -> Typed<'s> {
        let [record, Expr { form: Form::Text(name), .. }] = arguments else {
            let help = "such as `user.has(\"email\")`: the name is checked before the rule runs";
            let message = "`has` takes a record and the name of a field, as a literal";
            self.report(ProblemKind::Types, at, message, Some(help));
            return Typed::new(Node::Bool(false), Type::Bool);
        };
        let record = self.expression(record);
        let schema = match &record.ty {
            Type::Subject => {
                let subject = self.context.subject;
                self.interest.extend(subject.find(name).map(|(slot, _)| slot));
                subject
            }
            Type::Record(schema) => schema,
            Type::Any => return Typed::new(Node::Has(Box::new(record.node), name.clone(), at), Type::Bool),
            other => {
                let message = format!("{} has no fields to ask for", other.named());
                self.report(ProblemKind::Types, at, message, None);
                return Typed::new(Node::Bool(false), Type::Bool);
            }
        };
        if schema.find(name).is_none() {
            let near = nearest(name, schema.names()).map(SmolStr::new);
            self.unknown(ProblemKind::UnknownField, at, format!("there is no field `{name}`"), near.as_deref());
        }
        Typed::new(Node::Has(Box::new(record.node), name.clone(), at), Type::Bool)
    }

    fn each(&mut self, each: Each, name: &str, arguments: &'s [Expr], at: At) -> Typed<'s> {
        let [list, Expr { form: Form::Closure { parameters, body }, .. }] = arguments else {
            let message = format!("`{name}` takes a list and a closure");
            self.report(ProblemKind::Types, at, message, Some("such as `keys.filter(|key| key.status == \"active\")`"));
            return Typed::new(Node::Unit, Type::Any);
        };
        let Some((parameter, captured)) = parameters.split_last() else {
            self.report(ProblemKind::Types, at, format!("the closure of `{name}` takes one item"), Some("such as `|key| …`"));
            return Typed::new(Node::Unit, Type::Any);
        };
        if captured.iter().any(|outer| self.nearest_exact(outer).is_none()) && captured.len() == 1 {
            self.report(ProblemKind::Types, at, format!("the closure of `{name}` takes one item"), Some("such as `|key| …`"));
            return Typed::new(Node::Unit, Type::Any);
        }
        let list = self.expression(list);
        let item = match list.ty.clone() {
            Type::List(item) => *item,
            Type::Range => Type::Int,
            Type::Any => Type::Any,
            other => {
                self.report(ProblemKind::Types, at, format!("`{name}` takes a list, and this is {}", other.named()), None);
                Type::Any
            }
        };
        let length = self.scope.len();
        self.forget_assigned(body);
        let local = self.declare(parameter, item.clone(), true, at);
        let returned = self.returned.take();
        let own = std::mem::replace(&mut self.own, length);
        let made = self.block(body);
        self.own = own;
        let result = match std::mem::replace(&mut self.returned, returned) {
            Some(early) if made.ty == Type::Unit => early,
            Some(early) => early.or(made.ty),
            None => made.ty,
        };
        self.leave(length);
        if each != Each::Map {
            self.expect(&result, &Type::Bool, at, "the answer of the closure");
        }
        let ty = match each {
            Each::Map => Type::list_of(result),
            Each::Filter => Type::List(Box::new(item)),
            Each::Find => item,
            Each::All | Each::Any => Type::Bool,
            Each::Count => Type::Int,
        };
        let of = EachOf { what: each, list: list.node, local, body: made.node };
        Typed::new(Node::Each(Box::new(of), at), ty)
    }

    fn nearest_exact(&self, name: &str) -> Option<usize> {
        self.scope.iter().skip(self.base).position(|variable| variable.name == name)
    }

    fn plain_call(&mut self, entry: &'static Entry, arguments: &'s [Expr], at: At) -> Typed<'s> {
        let mut nodes = Vec::with_capacity(arguments.len());
        let mut first = Type::Any;
        for (position, (argument, sort)) in arguments.iter().zip(entry.takes).enumerate() {
            let made = self.expression(argument);
            if !fits(&made.ty, *sort) {
                let message = format!("`{}` takes {} here, and this is {}", entry.name, word(*sort), made.ty.named());
                let help = (made.ty.word() == "record").then_some("name one of its fields");
                self.report(ProblemKind::Types, argument.at, message, help);
            }
            if position == 1 && entry.name == "contains" {
                self.contained(&first, &made.ty, argument);
            }
            if position == 0 {
                first = made.ty;
            }
            nodes.push(made.node);
        }
        let gives = match entry.gives {
            Sort::Item => match first {
                Type::List(item) => *item,
                _ => Type::Any,
            },
            Sort::Same => first,
            Sort::Texts => Type::List(Box::new(Type::Text(&[]))),
            Sort::Bool => Type::Bool,
            Sort::Int => Type::Int,
            Sort::Text => Type::Text(&[]),
            Sort::Duration => Type::Duration,
            Sort::Age => Type::Age,
            Sort::Instant => Type::Instant,
            Sort::Verdict => Type::Verdict,
            Sort::Anything | Sort::Sequence | Sort::Whole | Sort::List => Type::Any,
        };
        Typed::new(Node::Call(entry.function, nodes.into(), at), gives)
    }

    fn contained(&mut self, whole: &Type<'s>, part: &Type<'s>, argument: &Expr) {
        let wanted = match whole {
            Type::List(item) => (**item).clone(),
            Type::Text(_) => Type::Text(&[]),
            Type::Range => Type::Int,
            _ => Type::Any,
        };
        if wanted != Type::Any && *part != Type::Any && wanted.word() != part.word() {
            let message = format!("{} is looked for where only {}s are", part.named(), wanted.word());
            self.report(ProblemKind::Types, argument.at, message, None);
        }
        if let Form::Text(text) = &argument.form
            && matches!(whole, Type::List(_))
        {
            self.listed(&wanted, Some(text), argument.at);
        }
    }
}

fn fits(ty: &Type<'_>, sort: Sort) -> bool {
    match ty {
        Type::Unit => false,
        Type::Any => true,
        _ if matches!(sort, Sort::Anything | Sort::Item | Sort::Same) => true,
        Type::List(_) => matches!(sort, Sort::Sequence | Sort::Whole | Sort::List | Sort::Texts),
        Type::Text(_) => matches!(sort, Sort::Sequence | Sort::Whole | Sort::Text),
        Type::Range => sort == Sort::Whole,
        Type::Bool => sort == Sort::Bool,
        Type::Int => sort == Sort::Int,
        Type::Instant => sort == Sort::Instant,
        Type::Duration => sort == Sort::Duration,
        Type::Age => sort == Sort::Age,
        Type::Verdict => sort == Sort::Verdict,
        Type::Record(_) | Type::Subject | Type::Parameters => false,
    }
}

fn word(sort: Sort) -> &'static str {
    match sort {
        Sort::Bool => "a bool",
        Sort::Int => "an int",
        Sort::Text => "a string",
        Sort::Sequence => "a string or list",
        Sort::Whole => "a string, list or range",
        Sort::List | Sort::Texts | Sort::Same => "a list",
        Sort::Instant => "a timestamp",
        Sort::Duration => "a duration",
        Sort::Age => "an age",
        Sort::Verdict => "an outcome",
        Sort::Anything | Sort::Item => "a value",
    }
}
