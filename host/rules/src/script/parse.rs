//! The border to the `rhai` crate, the only module that names it: text in, our own syntax tree out.
//!
//! The text is parsed with the optimizer off and every limit set; it is never run. What
//! rules may not use is refused here, with its place: `try`, `switch`, loops without an end, `?.`, `??`, modules, `eval`,
//! assignment to anything but a local variable, statements outside functions.

use rhai::{AST, ASTFlags, ASTNode, Engine, Expr as Node, FnCallExpr, FnPtr, OptimizationLevel, Position, Stmt, Token};
use smol_str::SmolStr;

use crate::problem::{Draft, ProblemKind};
use crate::script::syntax::{At, Expr, Form, Function, Operator, Script};

/// The longest text of a rule, in bytes.
pub(crate) const MAX_TEXT: usize = 128 * 1024;

/// How deep expressions may nest; the same in debug and release builds.
const MAX_DEPTH: usize = 48;

/// Parses the text of one rule.
pub(crate) fn parse(text: &str) -> Result<Script, Vec<Draft>> {
    if text.len() > MAX_TEXT {
        let message = format!("the text has {} bytes, more than {MAX_TEXT}", text.len());
        return Err(vec![Draft::new(ProblemKind::TooLarge, At::default(), message)]);
    }
    let mut engine = Engine::new_raw();
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_expr_depths(MAX_DEPTH, MAX_DEPTH);
    engine.set_max_functions(256);
    engine.set_max_variables(256);
    let ast = engine.compile(text).map_err(|error| {
        let message = match error.err_type() {
            rhai::ParseErrorType::ExprTooDeep => format!("expressions nest deeper than {MAX_DEPTH}"),
            other => lower_first(&other.to_string()),
        };
        vec![Draft::new(ProblemKind::Syntax, place(error.position()), message)]
    })?;
    Reading { ast: &ast, problems: Vec::new() }.script()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn place(position: Position) -> At {
    let narrow = |number: Option<usize>| number.and_then(|n| u16::try_from(n).ok()).unwrap_or(0);
    match narrow(position.line()) {
        0 => At::default(),
        line => At { line, column: narrow(position.position()).max(1) },
    }
}

fn is_closure(name: &str) -> bool {
    name.starts_with("anon$")
}

struct Reading<'a> {
    ast: &'a AST,
    problems: Vec<Draft>,
}

impl Reading<'_> {
    fn script(mut self) -> Result<Script, Vec<Draft>> {
        if let Some(first) = self.ast.statements().iter().find(|stmt| !stmt.is_noop()) {
            let at = place(first.position());
            self.problems.push(
                Draft::new(ProblemKind::NotAllowed, at, "a statement stands outside of every function")
                    .help("a rule is `fn describe()` and `fn evaluate(subject)`; put constants into `parameters`"),
            );
        }
        let mut functions = Vec::new();
        for found in self.ast.iter_functions().filter(|found| !is_closure(found.name)) {
            if found.this_type.is_some() {
                let message = format!("the function `{}` is bound to a type", found.name);
                self.problems.push(Draft::new(ProblemKind::NotAllowed, At::default(), message));
                continue;
            }
            let (body, at) = self.body_of(found.name, found.params.len());
            let parameters = found.params.iter().map(SmolStr::new).collect();
            functions.push(Function { name: found.name.into(), parameters, body, at });
        }
        functions.sort_by(|a, b| (&a.name, a.parameters.len()).cmp(&(&b.name, b.parameters.len())));
        if self.problems.is_empty() { Ok(Script { functions }) } else { Err(self.problems) }
    }

    /// The statements of one function, and where the first stands.
    fn body_of(&mut self, name: &str, parameter_count: usize) -> (Vec<Expr>, At) {
        // Not `clone_functions_only_filtered`: in 1.27 it does not filter when it begins with an empty module.
        let mut only = self.ast.clone_functions_only();
        only.retain_functions(|_, _, it, count| it == name && count == parameter_count);
        let mut body = Vec::new();
        only.walk(&mut |path: &[ASTNode<'_>]| {
            if let [ASTNode::Stmt(stmt)] = path {
                body.extend(self.statement(stmt));
            }
            true
        });
        let at = body.first().map(|first| first.at).unwrap_or_default();
        (body, at)
    }

    fn refuse(&mut self, at: At, message: impl Into<String>, help: &str) -> Expr {
        self.problems.push(Draft::new(ProblemKind::NotAllowed, at, message).help(help));
        Expr { at, form: Form::Unit }
    }

    fn statements<'s>(&mut self, statements: impl IntoIterator<Item = &'s Stmt>) -> Vec<Expr> {
        statements.into_iter().filter_map(|stmt| self.statement(stmt)).collect()
    }

    fn statement(&mut self, stmt: &Stmt) -> Option<Expr> {
        let at = place(stmt.position());
        let form = match stmt {
            Stmt::Noop(_) | Stmt::Share(_) => return None,
            Stmt::Expr(expr) => return Some(self.expression(expr)),
            Stmt::FnCall(call, position) => return Some(self.call(call, place(*position))),
            Stmt::Block(block) => Form::Block(self.statements(block.iter())),
            Stmt::If(flow, _) => Form::If {
                condition: Box::new(self.expression(&flow.expr)),
                then: self.statements(flow.body.iter()),
                otherwise: (!flow.branch.is_empty()).then(|| self.statements(flow.branch.iter())),
            },
            Stmt::For(parts, _) => {
                let (name, counter, flow) = &**parts;
                Form::For {
                    name: name.name.as_str().into(),
                    counter: counter.as_ref().map(|counter| counter.name.as_str().into()),
                    over: Box::new(self.expression(&flow.expr)),
                    body: self.statements(flow.body.iter()),
                }
            }
            Stmt::Var(parts, flags, _) => {
                let (name, value, _) = &**parts;
                let value = (!matches!(value, Node::Unit(_))).then(|| Box::new(self.expression(value)));
                Form::Let { name: name.name.as_str().into(), value, constant: flags.contains(ASTFlags::CONSTANT) }
            }
            Stmt::Assignment(parts) => return Some(self.assignment(&parts.0, &parts.1.lhs, &parts.1.rhs)),
            Stmt::Return(value, flags, _) if !flags.contains(ASTFlags::BREAK) => {
                Form::Return(value.as_ref().map(|value| Box::new(self.expression(value))))
            }
            Stmt::BreakLoop(None, flags, _) => {
                if flags.contains(ASTFlags::BREAK) {
                    Form::Break
                } else {
                    Form::Continue
                }
            }
            other => {
                let (what, help) = refused_statement(other);
                return Some(self.refuse(at, format!("rules have no {what}"), help));
            }
        };
        Some(Expr { at, form })
    }

    fn assignment(&mut self, operation: &rhai::OpAssignment, target: &Node, value: &Node) -> Expr {
        let at = place(target.start_position());
        let Node::Variable(variable, ..) = target else {
            return self.refuse(at, "only a local variable can be assigned to", "facts never change; build a new value instead");
        };
        let operator = match operation.get_op_assignment_info() {
            None => None,
            Some((.., token, sign)) => match operator(token) {
                Some(found) => Some(found),
                None => {
                    return self.refuse(at, format!("rules have no operator `{sign}=`"), "use `+=`, `-=`, `*=`, `/=` or `%=`");
                }
            },
        };
        let value = Box::new(self.expression(value));
        Expr { at, form: Form::Assign { name: variable.1.as_str().into(), operator, value } }
    }

    fn expressions<'s>(&mut self, nodes: impl IntoIterator<Item = &'s Node>) -> Vec<Expr> {
        nodes.into_iter().map(|node| self.expression(node)).collect()
    }

    fn expression(&mut self, node: &Node) -> Expr {
        let at = place(node.start_position());
        let form = match node {
            Node::Unit(_) => Form::Unit,
            Node::BoolConstant(value, _) => Form::Bool(*value),
            Node::IntegerConstant(value, _) => Form::Int(*value),
            Node::StringConstant(text, _) => Form::Text(text.as_str().into()),
            Node::CharConstant(c, _) => Form::Text(c.encode_utf8(&mut [0; 4]).into()),
            Node::InterpolatedString(parts, _) => Form::Interpolated(self.expressions(parts.iter())),
            Node::Array(items, _) => Form::List(self.expressions(items.iter())),
            Node::Map(entries, _) => {
                let entry = |(name, value): &(rhai::Ident, Node)| (SmolStr::new(&name.name), self.expression(value));
                Form::Map(entries.0.iter().map(entry).collect())
            }
            Node::Variable(variable, ..) => Form::Variable(variable.1.as_str().into()),
            Node::DynamicConstant(value, _) => match value.read_lock::<FnPtr>() {
                Some(pointer) => return self.closure(pointer.fn_name(), at),
                None => return self.refuse(at, "this constant cannot be used in a rule", "write it as a literal"),
            },
            Node::Stmt(block) => return self.block(block.statements(), at),
            Node::FnCall(call, position) => return self.call(call, place(*position)),
            Node::Dot(..) | Node::Index(..) => return self.chain(node),
            Node::And(operands, _) => Form::And(self.expressions(operands.iter())),
            Node::Or(operands, _) => Form::Or(self.expressions(operands.iter())),
            Node::Coalesce(_, position) => {
                let help = "ask with `is_null()` and say what then";
                return self.refuse(place(*position), "rules have no `??`", help);
            }
            _ => return self.refuse(at, "this expression cannot be used in a rule", "see the guide to rules for the language"),
        };
        Expr { at, form }
    }

    /// A block within an expression; a closure that uses variables around it is written by the parser as one too.
    fn block(&mut self, statements: &[Stmt], at: At) -> Expr {
        if let [Stmt::Share(_), Stmt::Expr(made)] = statements
            && let Node::FnCall(call, _) = &**made
            && call.name == "curry"
            && let Some(Node::DynamicConstant(value, position)) = call.args.first()
            && let Some(pointer) = value.read_lock::<FnPtr>()
        {
            return self.closure(pointer.fn_name(), place(*position));
        }
        let mut body = self.statements(statements);
        match (body.len(), body.pop()) {
            (1, Some(only)) if matches!(only.form, Form::If { .. }) => only,
            (_, last) => Expr { at, form: Form::Block(body.into_iter().chain(last).collect()) },
        }
    }

    /// A closure: its captured variables keep their names, so only its own parameters are kept here.
    fn closure(&mut self, name: &str, at: At) -> Expr {
        let Some(found) = self.ast.iter_functions().find(|found| found.name == name) else {
            return self.refuse(at, "a function cannot be used as a value", "write a closure, such as `|key| key.id`");
        };
        let parameters: Vec<SmolStr> = found.params.iter().map(SmolStr::new).collect();
        let (body, _) = self.body_of(name, parameters.len());
        Expr { at, form: Form::Closure { parameters, body } }
    }

    /// A call, or an operator; the parser writes `x in y` as `contains(y, x)` and `x !in y` as its opposite.
    fn call(&mut self, call: &FnCallExpr, at: At) -> Expr {
        if call.capture_parent_scope {
            return self.refuse(at, "rules have no `!` calls", "pass what the function needs as arguments");
        }
        let mut arguments = self.expressions(call.args.iter());
        let Some(token) = &call.op_token else {
            return Expr { at, form: Form::Call { name: call.name.as_str().into(), method: false, arguments } };
        };
        let form = match (token, arguments.len()) {
            (Token::Bang, 1) => arguments.pop().map(|operand| Form::Not(Box::new(operand))),
            (Token::Minus | Token::UnaryMinus, 1) => arguments.pop().map(|operand| Form::Negate(Box::new(operand))),
            (token, 2) => operator(token).and_then(|found| pair(arguments, |left, right| Form::Binary(found, left, right))),
            _ => None,
        };
        match form {
            Some(form) => Expr { at, form },
            None => self.refuse(at, format!("rules have no operator `{}`", call.name), "see the guide to rules for the language"),
        }
    }

    /// A chain such as `user.access_keys[0].status`, which the parser nests to the right, nested to the left.
    fn chain(&mut self, node: &Node) -> Expr {
        let (Node::Dot(parts, flags, position) | Node::Index(parts, flags, position)) = node else {
            return self.expression(node);
        };
        let mut whole = self.expression(&parts.lhs);
        let mut dotted = matches!(node, Node::Dot(..));
        let (mut rest, mut flags, mut position) = (&parts.rhs, *flags, *position);
        loop {
            if flags.contains(ASTFlags::NEGATED) {
                let help = "ask with `is_null()` or `has(\"field\")` and say what then";
                return self.refuse(place(position), "rules have no `?.` and no `?[`", help);
            }
            match rest {
                Node::Dot(next, next_flags, next_position) | Node::Index(next, next_flags, next_position)
                    if !flags.contains(ASTFlags::BREAK) =>
                {
                    whole = self.link(whole, &next.lhs, dotted);
                    dotted = matches!(rest, Node::Dot(..));
                    (rest, flags, position) = (&next.rhs, *next_flags, *next_position);
                }
                last => return self.link(whole, last, dotted),
            }
        }
    }

    fn link(&mut self, whole: Expr, part: &Node, dotted: bool) -> Expr {
        let at = place(part.start_position());
        let form = match part {
            Node::Property(property, _) if dotted => Form::Field(Box::new(whole), property.2.as_str().into()),
            Node::MethodCall(call, _) if dotted => {
                let mut arguments = vec![whole];
                arguments.extend(self.expressions(call.args.iter()));
                Form::Call { name: call.name.as_str().into(), method: true, arguments }
            }
            index => Form::Index(Box::new(whole), Box::new(self.expression(index))),
        };
        Expr { at, form }
    }
}

fn pair(arguments: Vec<Expr>, make: impl FnOnce(Box<Expr>, Box<Expr>) -> Form) -> Option<Form> {
    let [left, right] = <[Expr; 2]>::try_from(arguments).ok()?;
    Some(make(Box::new(left), Box::new(right)))
}

fn refused_statement(stmt: &Stmt) -> (&'static str, &'static str) {
    match stmt {
        Stmt::While(..) | Stmt::Do(..) => {
            ("`while`, `loop` or `do`", "use `for … in` over a list or a range, or `all`, `any`, `filter`")
        }
        Stmt::TryCatch(..) => ("`try`", "an error makes the finding inconclusive, which is what it should be"),
        Stmt::Switch(..) => ("`switch`", "use `if … else if …`, which never takes null for something else"),
        Stmt::Return(..) => ("`throw`", "use `return inconclusive(\"why\")`"),
        Stmt::BreakLoop(..) => ("`break` with a value", "set a variable, then `break`"),
        _ => ("such statement", "see the guide to rules for the language"),
    }
}

fn operator(token: &Token) -> Option<Operator> {
    Some(match token {
        Token::Plus => Operator::Add,
        Token::Minus => Operator::Subtract,
        Token::Multiply => Operator::Multiply,
        Token::Divide => Operator::Divide,
        Token::Modulo => Operator::Modulo,
        Token::EqualsTo => Operator::Equal,
        Token::NotEqualsTo => Operator::NotEqual,
        Token::LessThan => Operator::Less,
        Token::LessThanEqualsTo => Operator::LessOrEqual,
        Token::GreaterThan => Operator::Greater,
        Token::GreaterThanEqualsTo => Operator::GreaterOrEqual,
        Token::ExclusiveRange => Operator::Range,
        Token::InclusiveRange => Operator::RangeTo,
        _ => return None,
    })
}
