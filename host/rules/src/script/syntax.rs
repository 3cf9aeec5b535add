//! The part of the Rhai language that rules are written in, as a tree of our own.
//!
//! Given by [`crate::script::parse`], taken by the header and the compiler. It names nothing of the `rhai` crate, can be
//! sent to another thread, and has no form for what rules may not do: loops without an end, modules, `try`, `switch`.

use smol_str::SmolStr;

/// A place in the text of a rule: line and column, counted in characters from 1. `0:0` when it is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) line: u16,
    pub(crate) column: u16,
}

/// All functions of a rule; closures stand within the expression that makes them.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) functions: Vec<Function>,
}

/// One function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: SmolStr,
    pub(crate) parameters: Vec<SmolStr>,
    pub(crate) body: Vec<Expr>,
    pub(crate) at: At,
}

/// An expression or a statement: in this language nearly every statement has a value.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) at: At,
    pub(crate) form: Form,
}

/// What an expression is.
#[derive(Debug)]
pub(crate) enum Form {
    Unit,
    Bool(bool),
    Int(i64),
    Text(SmolStr),
    Interpolated(Vec<Expr>),
    List(Vec<Expr>),
    Map(Vec<(SmolStr, Expr)>),
    Variable(SmolStr),
    Field(Box<Expr>, SmolStr),
    Index(Box<Expr>, Box<Expr>),
    /// A call; a method's receiver is its first argument.
    Call {
        name: SmolStr,
        method: bool,
        arguments: Vec<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Closure {
        parameters: Vec<SmolStr>,
        body: Vec<Expr>,
    },
    Block(Vec<Expr>),
    If {
        condition: Box<Expr>,
        then: Vec<Expr>,
        otherwise: Option<Vec<Expr>>,
    },
    For {
        name: SmolStr,
        counter: Option<SmolStr>,
        over: Box<Expr>,
        body: Vec<Expr>,
    },
    Let {
        name: SmolStr,
        value: Option<Box<Expr>>,
        constant: bool,
    },
    Assign {
        name: SmolStr,
        operator: Option<Operator>,
        value: Box<Expr>,
    },
    Return(Option<Box<Expr>>),
    Break,
    Continue,
}

/// An operator of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Range,
    RangeTo,
}

impl Operator {
    /// As it is written.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Range => "..",
            Self::RangeTo => "..=",
        }
    }

    /// Whether it compares.
    pub(crate) fn compares(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual)
    }
}
