//! The compiler's part for statements: variables, loops, and what leaves a block.

use smol_str::SmolStr;

use crate::problem::ProblemKind;
use crate::script::compile::{Compiler, Place, Type, Typed};
use crate::script::program::{For, Node};
use crate::script::syntax::{At, Expr, Form, Operator};

impl<'s> Compiler<'s, '_> {
    /// A statement that is not an expression too.
    pub(crate) fn statement(&mut self, expr: &'s Expr) -> Typed<'s> {
        let node = match &expr.form {
            Form::Let { name, value, constant } => {
                let value = value.as_ref().map(|value| self.expression(value));
                let (node, ty) = value.map_or((Node::Unit, Type::Any), |made| (made.node, made.ty));
                let local = self.declare(name, plain(ty), *constant, expr.at);
                Node::SetLocal(local, Box::new(node))
            }
            Form::Assign { name, operator, value } => self.assign(name, *operator, value, expr.at),
            Form::For { name, counter, over, body } => self.each_of(name, counter.as_ref(), over, body, expr.at),
            Form::Return(value) => {
                let value = value.as_ref().map(|value| self.expression(value));
                let ty = value.as_ref().map_or(Type::Unit, |made| made.ty.clone());
                self.returned = Some(match self.returned.take() {
                    Some(before) => before.or(ty),
                    None => ty,
                });
                Node::Return(value.map(|made| Box::new(made.node)))
            }
            Form::Break => Node::Break,
            Form::Continue => Node::Continue,
            _ => Node::Unit,
        };
        Typed::new(node, Type::Unit)
    }

    fn assign(&mut self, name: &SmolStr, operator: Option<Operator>, value: &'s Expr, at: At) -> Node {
        let value = self.expression(value);
        let base = self.base;
        let Some((position, variable)) = self.scope.iter().enumerate().skip(base).rev().find(|(_, it)| it.name == *name) else {
            let near = self.nearest_variable(name);
            self.unknown(ProblemKind::UnknownName, at, format!("`{name}` stands for nothing here"), near.as_deref());
            return Node::Unit;
        };
        let (Place::Local(local), false) = (variable.local, variable.constant) else {
            self.report(
                ProblemKind::NotAllowed,
                at,
                format!("`{name}` cannot be changed"),
                Some("use a variable of your own: `let`"),
            );
            return Node::Unit;
        };
        let before = variable.ty.clone();
        if position < self.own {
            let help = "a closure gives a value and changes nothing around it: use `filter`, `map` or `count`, or a `for` loop";
            self.report(ProblemKind::NotAllowed, at, format!("`{name}` cannot be changed within a closure"), Some(help));
            return Node::Unit;
        }
        let (node, ty) = match operator {
            None => (value.node, value.ty),
            Some(operator) => {
                let ty = self.operated(operator, &before, &value.ty, at);
                (Node::Binary(operator, Box::new((Node::Local(local), value.node)), at), ty)
            }
        };
        // In a loop an earlier use may see the later value, so a changed type is no longer known.
        if let Some(variable) = self.scope.get_mut(position)
            && variable.ty != ty
        {
            variable.ty = before.or(plain(ty));
        }
        Node::SetLocal(local, Box::new(node))
    }

    fn each_of(&mut self, name: &SmolStr, counter: Option<&SmolStr>, over: &'s Expr, body: &'s [Expr], at: At) -> Node {
        let over = self.expression(over);
        let item = match over.ty {
            Type::List(item) => *item,
            Type::Range => Type::Int,
            Type::Any => Type::Any,
            other => {
                let message = format!("`for` goes over a list or a range, and this is {}", other.named());
                self.report(ProblemKind::Types, at, message, None);
                Type::Any
            }
        };
        let length = self.scope.len();
        // What the loop changes has no known type in it: the next round sees what this one leaves.
        self.forget_assigned(body);
        let local = self.declare(name, item, true, at);
        let counter = counter.map(|counter| self.declare(counter, Type::Int, true, at));
        let body = self.block(body);
        self.leave(length);
        Node::For(Box::new(For { local, counter, over: over.node, body: body.node }), at)
    }

    /// Variables to which something of another type may be assigned within are of unknown type from here on.
    pub(crate) fn forget_assigned(&mut self, body: &[Expr]) {
        let mut names = Vec::new();
        assigned(body, &mut names);
        let base = self.base;
        for variable in self.scope.iter_mut().skip(base) {
            if names.contains(&variable.name) && matches!(variable.ty, Type::List(_)) {
                variable.ty = Type::List(Box::new(Type::Any));
            }
        }
    }
}

/// A variable may hold what is not on the closed list of a field.
fn plain(ty: Type<'_>) -> Type<'_> {
    match ty {
        Type::Text(_) => Type::Text(&[]),
        Type::Unit => Type::Any,
        other => other,
    }
}

/// The names that are assigned to anywhere within.
fn assigned(body: &[Expr], names: &mut Vec<SmolStr>) {
    for expr in body {
        match &expr.form {
            Form::Assign { name, .. } => names.push(name.clone()),
            Form::Block(body) | Form::For { body, .. } => assigned(body, names),
            Form::If { then, otherwise, .. } => {
                assigned(then, names);
                assigned(otherwise.as_deref().unwrap_or_default(), names);
            }
            _ => {}
        }
    }
}
