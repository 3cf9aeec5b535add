//! A compiled rule: a tree with every name resolved to a place.
//!
//! Functions are compiled into the place of their call (none may call itself), closures into the function they are given
//! to: a program has one frame of local variables and no calls of its own, so its depth is known before it runs.

use smol_str::SmolStr;

use crate::script::syntax::{At, Operator};
use crate::vocabulary::{Each, Function};

/// A compiled `evaluate`.
#[derive(Debug)]
pub(crate) struct Program {
    /// What to run.
    pub(crate) body: Node,
    /// How many local variables there are.
    pub(crate) local_count: usize,
    /// Which slots of the subject it can read, as positions in its schema.
    pub(crate) interest: Vec<usize>,
}

/// One step.
#[derive(Debug)]
pub(crate) enum Node {
    Unit,
    Bool(bool),
    Int(i64),
    Text(Box<str>),
    /// A list of strings that are written in the rule.
    Texts(Box<[Box<str>]>),
    Local(usize),
    SetLocal(usize, Box<Node>),
    /// The subject as a record.
    Subject,
    /// A field of the subject.
    SubjectField(usize, At),
    /// A field of a record whose schema was known.
    Field(Box<Node>, usize, At),
    /// A field of a record whose schema is known only when it runs.
    FieldNamed(Box<Node>, SmolStr, At),
    /// Whether a field was collected.
    Has(Box<Node>, SmolStr, At),
    /// The facts of a declared join, by its position in the header.
    Joined(usize, At),
    Index(Box<Node>, Box<Node>, At),
    Interpolate(Box<[(Node, At)]>),
    List(Box<[Node]>),
    Not(Box<Node>, At),
    Negate(Box<Node>, At),
    Binary(Operator, Box<(Node, Node)>, At),
    And(Box<[(Node, At)]>),
    Or(Box<[(Node, At)]>),
    Block(Box<[Node]>),
    If(Box<If>, At),
    For(Box<For>, At),
    Each(Box<EachOf>, At),
    Return(Option<Box<Node>>),
    Break,
    Continue,
    /// The body of a function: a `return` within it ends here.
    Inlined(Box<Node>),
    Call(Function, Box<[Node]>, At),
}

/// `if`.
#[derive(Debug)]
pub(crate) struct If {
    pub(crate) condition: Node,
    pub(crate) then: Node,
    pub(crate) otherwise: Option<Node>,
}

/// `for … in`.
#[derive(Debug)]
pub(crate) struct For {
    pub(crate) local: usize,
    pub(crate) counter: Option<usize>,
    pub(crate) over: Node,
    pub(crate) body: Node,
}

/// A function of lists that is given a closure.
#[derive(Debug)]
pub(crate) struct EachOf {
    pub(crate) what: Each,
    pub(crate) list: Node,
    pub(crate) local: usize,
    pub(crate) body: Node,
}
