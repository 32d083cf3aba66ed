//! A CEL expression that is safe to evaluate.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock},
};

use cel::{Context, Env, Value as Cel, common::ast::IdedExpr};

use super::{
    budget::{MOST_STEPS, steps},
    environment::Environment,
    failure::{Cause, Failure, of_error},
    helpers, names,
    parse::{Wrong, parse, place_of},
    size::Size,
};

/// Longest expression, in bytes.
const LONGEST: usize = 2000;
/// Most nodes of the parsed expression.
const MOST_NODES: usize = 600;
/// Deepest nesting of the parsed expression: what bounds the stack that its evaluation takes, which is 40 KiB a level
/// when the interpreter is not optimised. A thread has 2 MiB.
const DEEPEST: usize = 32;
/// Deepest nesting of loops (`exists`, `all`, `filter`, `map`).
const DEEPEST_LOOPS: usize = 3;

/// The standard library without optional values, whose syntax is not part of what is documented.
pub(super) static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib().with_optional_support(false)));

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Expression {
    tree: IdedExpr,
    /// Names it uses, loop variables left out.
    uses: BTreeSet<String>,
    /// What it costs at most.
    pub(super) steps: u64,
}

impl Expression {
    /// Parses an expression, bounds it and checks the names it uses.
    ///
    /// # Errors
    /// Everything that is wrong with it; never empty.
    pub(super) fn compile(source: &str, environment: &Environment<'_>) -> Result<Self, Vec<Wrong>> {
        let one = |message: String, fix: &str| vec![Wrong::new((1, 1), message, fix)];
        if source.len() > LONGEST {
            return Err(one(
                format!("The expression has {} bytes.", source.len()),
                "2000 at most: split the task in two.",
            ));
        }
        let (tree, source_info) = parse(source)?;
        let size = Size::of(&tree);
        if size.nodes > MOST_NODES || size.depth > DEEPEST {
            return Err(one("The expression is too long or too deeply nested.".to_owned(), "Split the task in two."));
        }
        if size.loops > DEEPEST_LOOPS {
            return Err(one(
                format!("The expression nests {} loops.", size.loops),
                "Three at most (exists, all, filter and map are loops).",
            ));
        }
        let uses = names::check(&tree, environment).map_err(|wrongs| {
            let place = |id| place_of(&source_info, id);
            wrongs.into_iter().map(|wrong| Wrong::new(place(wrong.node), wrong.message, wrong.fix)).collect::<Vec<_>>()
        })?;
        let steps = steps(&tree, environment);
        if steps > MOST_STEPS {
            return Err(one(
                "The expression can take too long when many things are seen on a photo.".to_owned(),
                "Nest fewer loops, or loop over shorter lists: each model may see 300 things.",
            ));
        }
        Ok(Self { tree, uses, steps })
    }

    /// The names it uses, loop variables left out.
    pub(super) fn uses(&self) -> impl Iterator<Item = &str> {
        self.uses.iter().map(String::as_str)
    }

    #[cfg(test)]
    pub(super) fn tree(&self) -> &IdedExpr {
        &self.tree
    }

    /// Evaluates it. Never panics.
    pub(super) fn evaluate(&self, context: &Context<'_, '_>) -> Result<Cel, Failure> {
        // The interpreter is another's code fed with rules that people write: should one of them hit a panic in it, that
        // must cost this one value and not the server. Nothing outlives the call that a panic could leave half done.
        let result = catch_unwind(AssertUnwindSafe(|| Cel::resolve(&self.tree, context)));
        match result {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(of_error(&error)),
            Err(_) => Err(Failure::new(Cause::Operand, "The CEL interpreter cannot evaluate this rule.")),
        }
    }
}

/// A context with CEL's standard library and the helpers, and nothing else.
pub(super) fn context() -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::clone(&ENV));
    helpers::add_to(&mut context);
    context
}
