//! The compiler: from the syntax tree of one rule to its program, with the checks that need types.
//!
//! Takes functions, the schemas of the subject and of joined kinds, and the parameters in force; gives a program, or
//! problems with their places. A type that cannot be known here is `Any`, and is checked when the rule runs: nothing here
//! makes the evaluation less strict.

use std::collections::BTreeMap;

use model::{Value, nearest};
use smol_str::SmolStr;

use crate::evaluate::operate::MAX_LISTS;
use crate::problem::{Draft, ProblemKind};
use crate::script::program::{Node, Program};
use crate::script::schema::{Schema, Shape};
use crate::script::syntax::{At, Function, Script};
use crate::vocabulary;

/// The most steps of one program, functions repeated at every call.
const MAX_STEPS: usize = 50_000;

/// How deep functions may call each other.
const MAX_CALLS: usize = 16;

/// How deep a program may nest, over all the functions that were put into their calls.
const MAX_NESTING: usize = 256;

/// What is known of a value before the rule runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type<'s> {
    /// Nothing.
    Any,
    Unit,
    Bool,
    Int,
    /// With the closed list of what it may be; empty for any text.
    Text(&'s [SmolStr]),
    Instant,
    Duration,
    Age,
    Range,
    Verdict,
    List(Box<Type<'s>>),
    Record(&'s Schema),
    /// The subject: a record to which joined facts belong.
    Subject,
    /// The second argument of `evaluate`.
    Parameters,
}

impl<'s> Type<'s> {
    pub(crate) fn of(shape: &'s Shape) -> Self {
        match shape {
            Shape::Record(schema) => Self::Record(schema),
            Shape::List(item) => Self::List(Box::new(Self::of(item))),
            Shape::Text(values) => Self::Text(values),
            Shape::Int => Self::Int,
            Shape::Bool => Self::Bool,
            Shape::Instant => Self::Instant,
            Shape::Duration => Self::Duration,
        }
    }

    /// A list of such items; of what nests deeper than values may, nothing is known.
    pub(crate) fn list_of(item: Self) -> Self {
        let lists = std::iter::successors(Some(&item), |ty| match ty {
            Self::List(item) => Some(item),
            _ => None,
        });
        if lists.count() > usize::from(MAX_LISTS) { Self::Any } else { Self::List(Box::new(item)) }
    }

    /// Its word in messages.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Any => "value",
            Self::Unit => "nothing",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Text(_) => "string",
            Self::Instant => "timestamp",
            Self::Duration => "duration",
            Self::Age => "age",
            Self::Range => "range",
            Self::Verdict => "outcome",
            Self::List(_) => "list",
            Self::Record(_) | Self::Subject | Self::Parameters => "record",
        }
    }

    /// Its word with an article.
    pub(crate) fn named(&self) -> String {
        named(self.word())
    }

    /// What is known when a value is one of two.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Text(_), Self::Text(_)) => Self::Text(&[]),
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.or(*b))),
            _ => Self::Any,
        }
    }
}

/// What a rule is compiled against.
pub(crate) struct Context<'s> {
    pub(crate) script: &'s Script,
    pub(crate) subject: &'s Schema,
    pub(crate) subject_name: &'s str,
    pub(crate) joins: Vec<(SmolStr, &'s Schema, bool)>,
    pub(crate) parameters: &'s BTreeMap<SmolStr, Value>,
}

pub(crate) struct Variable<'s> {
    pub(crate) name: SmolStr,
    pub(crate) local: Place,
    pub(crate) ty: Type<'s>,
    pub(crate) constant: bool,
    pub(crate) at: At,
    pub(crate) read: bool,
}

/// Where the value of a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Local(usize),
    Subject,
    Parameters,
}

pub(crate) struct Compiler<'s, 'c> {
    pub(crate) context: &'c Context<'s>,
    pub(crate) problems: Vec<Draft>,
    pub(crate) scope: Vec<Variable<'s>>,
    /// Where the names of the function being compiled begin in `scope`.
    pub(crate) base: usize,
    /// The variables before this one stand around a closure, which may read them alone.
    pub(crate) own: usize,
    pub(crate) local_count: usize,
    pub(crate) calls: Vec<(SmolStr, usize)>,
    pub(crate) interest: Vec<usize>,
    pub(crate) used_parameters: Vec<SmolStr>,
    pub(crate) used_functions: Vec<(SmolStr, usize)>,
    pub(crate) used_joins: Vec<usize>,
    pub(crate) returned: Option<Type<'s>>,
    steps: usize,
    nesting: usize,
}

/// A compiled step with what is known of its value.
pub(crate) struct Typed<'s> {
    pub(crate) node: Node,
    pub(crate) ty: Type<'s>,
}

impl<'s> Typed<'s> {
    pub(crate) fn new(node: Node, ty: Type<'s>) -> Self {
        Self { node, ty }
    }
}

/// Compiles `evaluate`. The drafts may hold advice beside a program; with a fatal one there is no program.
pub(crate) fn compile(context: &Context<'_>) -> (Option<Program>, Vec<Draft>) {
    let mut compiler = Compiler {
        context,
        problems: Vec::new(),
        scope: Vec::new(),
        base: 0,
        own: 0,
        local_count: 0,
        calls: Vec::new(),
        interest: Vec::new(),
        used_parameters: Vec::new(),
        used_functions: Vec::new(),
        used_joins: Vec::new(),
        returned: None,
        steps: 0,
        nesting: 0,
    };
    let body = compiler.entry();
    compiler.unused();
    let Compiler { mut problems, local_count, mut interest, .. } = compiler;
    problems.sort_by_key(|draft| draft.at);
    problems.dedup_by(|a, b| a.at == b.at && a.message == b.message);
    interest.sort_unstable();
    interest.dedup();
    let sound = problems.iter().all(|draft| !draft.fatal);
    (body.filter(|_| sound).map(|body| Program { body, local_count, interest }), problems)
}

impl<'s> Compiler<'s, '_> {
    fn entry(&mut self) -> Option<Node> {
        let entries: Vec<&Function> = self.context.script.functions.iter().filter(|it| it.name == "evaluate").collect();
        let function = match entries.as_slice() {
            [function] if matches!(function.parameters.len(), 1 | 2) => *function,
            [] => {
                self.report(ProblemKind::Header, At::default(), "the rule has no `fn evaluate(subject)`", None);
                return None;
            }
            _ => {
                let message = "there must be one `evaluate`, of the subject or of the subject and the parameters";
                self.report(
                    ProblemKind::Header,
                    At::default(),
                    message,
                    Some("write `fn evaluate(user)` or `fn evaluate(user, parameters)`"),
                );
                return None;
            }
        };
        self.shadows();
        self.used_functions.push((function.name.clone(), function.parameters.len()));
        let places = [(Place::Subject, Type::Subject), (Place::Parameters, Type::Parameters)];
        for (name, (local, ty)) in function.parameters.iter().zip(places) {
            self.scope.push(Variable { name: name.clone(), local, ty, constant: true, at: function.at, read: true });
        }
        self.calls.push((function.name.clone(), function.parameters.len()));
        let body = self.block(&function.body);
        let ty = match self.returned.take() {
            Some(returned) if body.ty == Type::Unit && ends(&function.body) => returned,
            Some(returned) => returned.or(body.ty),
            None => body.ty,
        };
        if !matches!(ty, Type::Verdict | Type::Any) {
            let message = format!("`evaluate` always gives {}, never an outcome", ty.named());
            self.report(ProblemKind::Types, function.at, message, Some("end with `pass()`, `fail(…)` or `not_applicable(…)`"));
        }
        Some(body.node)
    }

    /// Refuses functions with a name of the vocabulary: `fail(…)` must mean the same in every rule that somebody reads.
    fn shadows(&mut self) {
        let script = self.context.script;
        for function in script.functions.iter().filter(|it| vocabulary::names().any(|name| it.name == name)) {
            let message =
                format!("`{}` is a function of the vocabulary, and a rule cannot have another of that name", function.name);
            self.report(ProblemKind::NotAllowed, function.at, message, Some("give it another name"));
        }
    }

    pub(crate) fn report(&mut self, kind: ProblemKind, at: At, message: impl Into<String>, help: Option<&str>) {
        let draft = Draft::new(kind, at, message);
        self.problems.push(match help {
            Some(help) => draft.help(help),
            None => draft,
        });
    }

    /// Reports a name that is not known, with the nearest that is.
    pub(crate) fn unknown(&mut self, kind: ProblemKind, at: At, message: String, near: Option<&str>) {
        let help = near.map(|near| format!("did you mean `{near}`?"));
        self.report(kind, at, message, help.as_deref());
    }

    pub(crate) fn advise(&mut self, at: At, message: impl Into<String>, help: &str) {
        self.problems.push(Draft::new(ProblemKind::Unused, at, message).help(help).advice());
    }

    /// Counts one step; false when the program is too large to go on.
    pub(crate) fn step(&mut self, at: At) -> bool {
        self.steps += 1;
        if self.steps == MAX_STEPS {
            let help = "functions count again at every call: let them call each other less";
            self.report(ProblemKind::TooLarge, at, format!("the rule has more than {MAX_STEPS} steps"), Some(help));
        }
        self.steps < MAX_STEPS
    }

    /// Goes one level deeper for what `make` compiles.
    pub(crate) fn deeper(&mut self, at: At, make: impl FnOnce(&mut Self) -> Typed<'s>) -> Typed<'s> {
        if self.nesting >= MAX_NESTING || !self.step(at) {
            if self.nesting >= MAX_NESTING {
                self.report(ProblemKind::TooLarge, at, format!("the rule nests deeper than {MAX_NESTING}"), None);
            }
            return Typed::new(Node::Unit, Type::Any);
        }
        self.nesting += 1;
        let step = make(self);
        self.nesting -= 1;
        step
    }

    /// A new local variable.
    pub(crate) fn declare(&mut self, name: &SmolStr, ty: Type<'s>, constant: bool, at: At) -> usize {
        let local = self.local_count;
        self.local_count += 1;
        self.scope.push(Variable { name: name.clone(), local: Place::Local(local), ty, constant, at, read: false });
        local
    }

    /// Forgets the names declared since the scope had that length.
    pub(crate) fn leave(&mut self, length: usize) {
        let gone: Vec<Variable<'s>> = self.scope.drain(length..).collect();
        for variable in gone.iter().filter(|variable| !variable.read && !variable.name.starts_with('_')) {
            let message = format!("`{}` is never used", variable.name);
            self.advise(variable.at, message, "remove it, or begin its name with `_`");
        }
    }

    /// Puts a function of the rule into the place of its call.
    pub(crate) fn inline(&mut self, function: &'s Function, arguments: Vec<Typed<'s>>, at: At) -> Typed<'s> {
        let key = (function.name.clone(), function.parameters.len());
        if self.calls.contains(&key) {
            let message = format!("`{}` calls itself", function.name);
            self.report(
                ProblemKind::NotAllowed,
                at,
                message,
                Some("rules have no recursion: use `for`, `all`, `any` or `filter`"),
            );
            return Typed::new(Node::Unit, Type::Any);
        }
        if self.calls.len() >= MAX_CALLS {
            self.report(ProblemKind::TooLarge, at, format!("functions call each other deeper than {MAX_CALLS}"), None);
            return Typed::new(Node::Unit, Type::Any);
        }
        self.used_functions.push(key.clone());
        self.calls.push(key);
        let (length, base, returned) = (self.scope.len(), self.base, self.returned.take());
        let mut steps = Vec::new();
        let mut names = Vec::new();
        for (name, argument) in function.parameters.iter().zip(arguments) {
            // The subject and the parameters stay what they are under the name the function gives them.
            let local = match (&argument.ty, &argument.node) {
                (Type::Subject, Node::Subject) => Place::Subject,
                (Type::Parameters, _) => Place::Parameters,
                _ => {
                    let local = self.local_count;
                    self.local_count += 1;
                    steps.push(Node::SetLocal(local, Box::new(argument.node)));
                    Place::Local(local)
                }
            };
            names.push(Variable { name: name.clone(), local, ty: argument.ty, constant: false, at: function.at, read: true });
        }
        self.base = length;
        self.scope.extend(names);
        let body = self.block(&function.body);
        self.leave(length);
        self.base = base;
        self.calls.pop();
        let ty = match std::mem::replace(&mut self.returned, returned) {
            Some(returned) if body.ty == Type::Unit && ends(&function.body) => returned,
            Some(returned) => returned.or(body.ty),
            None => body.ty,
        };
        steps.push(body.node);
        Typed::new(Node::Inlined(Box::new(Node::Block(steps.into()))), ty)
    }

    /// Advice on what the rule declares and never uses.
    fn unused(&mut self) {
        if self.problems.iter().any(|draft| draft.fatal) {
            return;
        }
        self.leave(0);
        for name in self.context.parameters.keys() {
            if !self.used_parameters.contains(name) {
                self.advise(
                    At::default(),
                    format!("the parameter `{name}` is never used"),
                    "remove it from `describe()`, or use it in `evaluate`",
                );
            }
        }
        for (index, (name, ..)) in self.context.joins.iter().enumerate() {
            if !self.used_joins.contains(&index) {
                self.advise(At::default(), format!("the join `{name}` is never used"), "remove it from `describe()`");
            }
        }
        for function in &self.context.script.functions {
            let key = (function.name.clone(), function.parameters.len());
            if function.name != "describe" && !self.used_functions.contains(&key) {
                self.advise(function.at, format!("the function `{}` is never called", function.name), "remove it");
            }
        }
    }

    /// The nearest name that stands for something here.
    pub(crate) fn nearest_variable(&self, name: &str) -> Option<SmolStr> {
        nearest(name, self.scope.iter().skip(self.base).map(|variable| variable.name.as_str())).map(SmolStr::new)
    }
}

/// A word of the type language with its article.
pub(crate) fn named(word: &str) -> String {
    match word.as_bytes().first() {
        _ if matches!(word, "nothing" | "null") => word.to_owned(),
        Some(b'a' | b'e' | b'i' | b'o') => format!("an {word}"),
        _ => format!("a {word}"),
    }
}

/// Whether the last statement surely leaves the function, so that the block's own value is never reached.
fn ends(body: &[crate::script::syntax::Expr]) -> bool {
    use crate::script::syntax::Form;
    body.last().is_some_and(|last| match &last.form {
        Form::Return(_) => true,
        Form::If { then, otherwise: Some(otherwise), .. } => ends(then) && ends(otherwise),
        Form::Block(body) => ends(body),
        _ => false,
    })
}
