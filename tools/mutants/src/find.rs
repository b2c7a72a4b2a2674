//! Finds the mutation points of a source file. Constants, patterns, types, macros and tests have none.

use std::ops::Range;

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, BinOp, Block, Expr, ExprBinary, ExprIf, ExprMatch, ExprMethodCall, ExprRange,
    ExprStruct, ExprUnary, ExprWhile, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemTrait, Lit, Pat,
    RangeLimits, Signature, Stmt, TraitItemFn, UnOp,
};

use super::point::{Change, Point, Shape};
use super::values;

/// The points of a file, in order of their place; where one lies in another, the outer one first.
///
/// # Errors
/// The text is not Rust.
pub fn points(text: &str) -> Result<Vec<Point>, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let mut finder = Finder { text, found: Vec::new(), names: Vec::new() };
    finder.visit_file(&file);
    let mut found = finder.found;
    found.sort_by_key(|point| (point.range.start, std::cmp::Reverse(point.range.end)));
    Ok(found)
}

struct Finder<'a> {
    text: &'a str,
    found: Vec<Point>,
    names: Vec<String>,
}

impl Finder<'_> {
    fn raw(&self, of: &impl Spanned) -> &str {
        &self.text[of.span().byte_range()]
    }

    fn add(&mut self, range: Range<usize>, shape: Shape, changes: Vec<(String, String)>) {
        // Points outside functions are in constants.
        if changes.is_empty() || self.names.is_empty() {
            return;
        }
        let changes = changes.into_iter().map(|(text, what)| Change { text, what }).collect();
        let function = self.names.join("::");
        let same = |point: &&mut Point| point.range == range && point.shape == shape;
        match self.found.iter_mut().find(same) {
            Some(point) => point.changes.extend::<Vec<Change>>(changes),
            None => self.found.push(Point { range, shape, changes, function }),
        }
    }

    fn expression(&mut self, of: &impl Spanned, changes: Vec<(String, String)>) {
        self.add(of.span().byte_range(), Shape::Expression, changes);
    }

    fn function(&mut self, signature: &Signature, block: &Block) {
        self.names.push(signature.ident.to_string());
        let open = block.brace_token.span.open().byte_range().end;
        let body = self.raw(block).trim_matches(['{', '}']).trim().to_string();
        let plain = |text: &str| text.chars().filter(|it| !it.is_whitespace()).collect::<String>();
        let values = values::of_return(&signature.output).into_iter();
        let changes = values.filter(|value| plain(value) != plain(&body) && !body.is_empty());
        let changes = changes.map(|value| (value.clone(), format!("returns {value}")));
        self.add(open..open, Shape::Body, changes.collect());
        self.visit_block(block);
        self.names.pop();
    }

    /// A condition that is no comparison, which has changes of its own: the opposite.
    fn condition(&mut self, condition: &Expr) {
        match condition {
            Expr::Binary(_) | Expr::Unary(_) | Expr::Let(_) | Expr::Lit(_) | Expr::Macro(_) => {}
            it => {
                let text = format!("!({})", self.raw(it));
                self.expression(it, vec![(text, "condition negated".into())]);
            }
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = attribute.to_token_stream().to_string();
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg") && text.contains("test"))
    })
}

/// What an operator becomes.
fn others(operator: &BinOp) -> &'static [&'static str] {
    match operator {
        BinOp::Eq(_) => &["!="],
        BinOp::Ne(_) => &["=="],
        BinOp::Lt(_) => &["<=", "==", ">"],
        BinOp::Gt(_) => &[">=", "==", "<"],
        BinOp::Le(_) => &["<", ">"],
        BinOp::Ge(_) => &[">", "<"],
        BinOp::And(_) => &["||"],
        BinOp::Or(_) => &["&&"],
        BinOp::Add(_) => &["-", "*"],
        BinOp::Sub(_) => &["+", "/"],
        BinOp::Mul(_) => &["+", "/"],
        BinOp::Div(_) => &["*", "%"],
        BinOp::Rem(_) => &["/", "+"],
        BinOp::Shl(_) => &[">>"],
        BinOp::Shr(_) => &["<<"],
        BinOp::BitAnd(_) => &["|", "^"],
        BinOp::BitOr(_) => &["&", "^"],
        BinOp::BitXor(_) => &["|", "&"],
        BinOp::AddAssign(_) => &["-=", "*="],
        BinOp::SubAssign(_) => &["+=", "/="],
        BinOp::MulAssign(_) => &["+=", "/="],
        BinOp::DivAssign(_) => &["*=", "%="],
        BinOp::RemAssign(_) => &["/=", "+="],
        BinOp::BitXorAssign(_) => &["|=", "&="],
        BinOp::BitAndAssign(_) => &["|="],
        BinOp::BitOrAssign(_) => &["&="],
        BinOp::ShlAssign(_) => &[">>="],
        BinOp::ShrAssign(_) => &["<<="],
        _ => &[],
    }
}

/// Methods that are easily taken for one another.
const PAIRS: [(&str, &str); 12] = [
    ("min", "max"),
    ("any", "all"),
    ("is_some", "is_none"),
    ("is_ok", "is_err"),
    ("first", "last"),
    ("front", "back"),
    ("push_back", "push_front"),
    ("pop_front", "pop_back"),
    ("floor", "ceil"),
    ("starts_with", "ends_with"),
    ("is_some_and", "is_none_or"),
    ("min_by_key", "max_by_key"),
];

/// Calls that can be left out where a chain goes on.
const LINKS: [&str; 2] = ["trim", "abs"];

fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        Expr::Paren(inner) => has_let(&inner.expr),
        _ => false,
    }
}

/// Whether a statement is a call that could be left out without breaking the flow of the function.
fn can_go(expression: &Expr) -> Option<String> {
    match expression {
        Expr::MethodCall(call) => Some(format!("no call of {}", call.method)),
        Expr::Call(call) => Some(format!("no call of {}", squeezed(&call.func.to_token_stream()))),
        Expr::Assign(assign) => Some(format!("no {} =", squeezed(&assign.left.to_token_stream()))),
        Expr::Try(inner) => can_go(&inner.expr),
        Expr::Binary(binary)
            if others(&binary.op).iter().any(|it| it.ends_with('=') && it.len() > 1) =>
        {
            matches!(
                binary.op,
                BinOp::AddAssign(_)
                    | BinOp::SubAssign(_)
                    | BinOp::BitOrAssign(_)
                    | BinOp::BitAndAssign(_)
            )
            .then(|| format!("no {}", squeezed(&binary.to_token_stream())))
        }
        _ => None,
    }
}

fn squeezed(tokens: &proc_macro2::TokenStream) -> String {
    tokens.to_string().replace(" . ", ".").replace(" :: ", "::").replace("& ", "&")
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, it: &'ast ItemFn) {
        if !is_test(&it.attrs) {
            self.function(&it.sig, &it.block);
        }
    }

    fn visit_impl_item_fn(&mut self, it: &'ast ImplItemFn) {
        if !is_test(&it.attrs) {
            self.function(&it.sig, &it.block);
        }
    }

    fn visit_trait_item_fn(&mut self, it: &'ast TraitItemFn) {
        if let Some(block) = &it.default {
            self.function(&it.sig, block);
        }
    }

    fn visit_item_impl(&mut self, it: &'ast ItemImpl) {
        if is_test(&it.attrs) {
            return;
        }
        let of = it
            .trait_
            .as_ref()
            .map(|(_, path, _)| path.segments.last().map(|last| last.ident.to_string()));
        // What a debugger shows is nobody's result.
        if of == Some(Some("Debug".into())) {
            return;
        }
        let name = it.self_ty.to_token_stream().to_string();
        let names = std::mem::take(&mut self.names);
        for item in &it.items {
            self.names = vec![name.split([' ', '<']).next().unwrap_or_default().to_string()];
            if let syn::ImplItem::Fn(function) = item {
                self.visit_impl_item_fn(function);
            }
        }
        self.names = names;
    }

    fn visit_item_trait(&mut self, it: &'ast ItemTrait) {
        let names = std::mem::take(&mut self.names);
        for item in &it.items {
            self.names = vec![it.ident.to_string()];
            if let syn::TraitItem::Fn(function) = item {
                self.visit_trait_item_fn(function);
            }
        }
        self.names = names;
    }

    fn visit_item_mod(&mut self, it: &'ast ItemMod) {
        if !is_test(&it.attrs) {
            visit::visit_item_mod(self, it);
        }
    }

    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_item_struct(&mut self, _: &'ast syn::ItemStruct) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast Pat) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_generics(&mut self, _: &'ast syn::Generics) {}
    fn visit_path_arguments(&mut self, _: &'ast syn::PathArguments) {}

    fn visit_expr_repeat(&mut self, it: &'ast syn::ExprRepeat) {
        // The length is a constant.
        self.visit_expr(&it.expr);
    }

    fn visit_expr_binary(&mut self, it: &'ast ExprBinary) {
        let operator = self.raw(&it.op).to_string();
        let (left, right) = (self.raw(&it.left).to_string(), self.raw(&it.right).to_string());
        if !has_let(&it.left) && !has_let(&it.right) {
            let changes = others(&it.op).iter().map(|other| {
                let text = if other.len() > 1
                    && other.ends_with('=')
                    && !matches!(*other, "==" | "!=" | "<=" | ">=")
                {
                    format!("{left} {other} {right}")
                } else {
                    format!("({left}) {other} ({right})")
                };
                (text, format!("{operator} to {other}"))
            });
            self.expression(it, changes.collect());
        }
        visit::visit_expr_binary(self, it);
    }

    fn visit_expr_unary(&mut self, it: &'ast ExprUnary) {
        let inner = self.raw(&it.expr).to_string();
        match it.op {
            UnOp::Not(_) => self.expression(it, vec![(format!("({inner})"), "no !".into())]),
            UnOp::Neg(_) if !matches!(&*it.expr, Expr::Lit(_)) => {
                self.expression(it, vec![(format!("({inner})"), "no -".into())]);
            }
            _ => {}
        }
        visit::visit_expr_unary(self, it);
    }

    fn visit_expr_if(&mut self, it: &'ast ExprIf) {
        self.condition(&it.cond);
        visit::visit_expr_if(self, it);
    }

    fn visit_expr_while(&mut self, it: &'ast ExprWhile) {
        self.condition(&it.cond);
        visit::visit_expr_while(self, it);
    }

    fn visit_expr_lit(&mut self, it: &'ast syn::ExprLit) {
        if let Lit::Int(number) = &it.lit
            && let Ok(value) = number.base10_parse::<u64>()
        {
            let suffix = number.suffix();
            let text = format!("{}{suffix}", value.wrapping_add(1));
            self.expression(it, vec![(text, format!("{value} to {}", value.wrapping_add(1)))]);
        }
    }

    fn visit_expr_method_call(&mut self, it: &'ast ExprMethodCall) {
        let method = it.method.to_string();
        let range = it.span().byte_range();
        let name = it.method.span().byte_range();
        let other = PAIRS.iter().find_map(|(one, two)| match method.as_str() {
            name if name == *one => Some(*two),
            name if name == *two => Some(*one),
            _ => None,
        });
        if let Some(other) = other {
            let text = format!(
                "{}{other}{}",
                &self.text[range.start..name.start],
                &self.text[name.end..range.end]
            );
            self.expression(it, vec![(text, format!("{method} to {other}"))]);
        }
        if LINKS.contains(&method.as_str()) {
            let text = format!("({})", self.raw(&it.receiver));
            self.expression(it, vec![(text, format!("no {method}"))]);
        }
        visit::visit_expr_method_call(self, it);
    }

    fn visit_expr_range(&mut self, it: &'ast ExprRange) {
        if let (Some(start), Some(end)) = (&it.start, &it.end) {
            let (from, to) = (self.raw(start).to_string(), self.raw(end).to_string());
            // Both kinds of range have a type of their own: the other end is moved instead.
            let text = match it.limits {
                RangeLimits::HalfOpen(_) => format!("({from})..(({to}) + 1)"),
                RangeLimits::Closed(_) => format!("({from})..=(({to}) - 1)"),
            };
            self.expression(it, vec![(text, "range ends one off".into())]);
        }
        visit::visit_expr_range(self, it);
    }

    fn visit_expr_struct(&mut self, it: &'ast ExprStruct) {
        if let Some(rest) = &it.rest {
            let base = format!("({} {{ ..{} }})", self.raw(&it.path), self.raw(rest));
            for field in it.fields.iter().filter(|field| field.colon_token.is_some()) {
                let member = self.raw(&field.member).to_string();
                let change = (format!("{base}.{member}"), format!("{member} left to the base"));
                self.add(field.expr.span().byte_range(), Shape::Expression, vec![change]);
            }
        }
        visit::visit_expr_struct(self, it);
    }

    fn visit_expr_match(&mut self, it: &'ast ExprMatch) {
        let catches_all = |pat: &Pat| match pat {
            Pat::Wild(_) => true,
            Pat::Ident(ident) => {
                ident.subpat.is_none()
                    && ident.ident.to_string().starts_with(|c: char| c.is_lowercase())
            }
            _ => false,
        };
        let last = it.arms.iter().position(|arm| arm.guard.is_none() && catches_all(&arm.pat));
        for (at, arm) in it.arms.iter().enumerate() {
            let gone = (
                format!("arm {} never taken", squeezed(&arm.pat.to_token_stream())),
                last.is_some_and(|last| at < last),
            );
            match &arm.guard {
                Some((_, guard)) => {
                    let mut changes = vec![
                        ("true".to_string(), "guard true".to_string()),
                        ("false".to_string(), "guard false".to_string()),
                    ];
                    if matches!(&**guard, Expr::Let(_)) || has_let(guard) {
                        changes.clear();
                    }
                    self.add(guard.span().byte_range(), Shape::Guard, changes);
                }
                None if gone.1 => {
                    let end = arm.pat.span().byte_range().end;
                    self.add(end..end, Shape::Arm, vec![(String::new(), gone.0)]);
                }
                None => {}
            }
        }
        visit::visit_expr_match(self, it);
    }

    fn visit_stmt(&mut self, it: &'ast Stmt) {
        if let Stmt::Expr(expression, Some(semicolon)) = it
            && let Some(what) = can_go(expression)
        {
            let range = expression.span().byte_range().start..semicolon.span.byte_range().end;
            self.add(range, Shape::Statement, vec![(String::new(), what)]);
        }
        visit::visit_stmt(self, it);
    }
}
