//! What an expression can cost at worst, known before it is evaluated.
//!
//! CEL always ends, but "always" may be after hours: nested loops multiply, and `[x].map(t, t + t).map(t, t + t)…`
//! doubles with every step. So the worst case is added up over the expression: every list as long as it may be, every
//! text as long as it may be, every branch taken.

use cel::{
    Value as Cel,
    common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, operators},
    objects::Key,
};

use super::environment::Environment;

/// Most steps of one expression: two nested loops over 300 detections each, with a few comparisons inside. A step was
/// measured at 0.1 to 0.2 µs without optimisation, for loops, comparisons, copies and patterns alike.
pub(super) const MOST_STEPS: u64 = 20_000_000;
/// Most steps of all expressions of an application together.
pub(super) const MOST_STEPS_IN_ALL: u64 = 200_000_000;

/// An upper bound of how large a value is. Scalars have size 1, texts one more for every 8 bytes, lists and maps the sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Items of the list or entries of the map.
    pub(super) len: u64,
    /// Size of the largest item.
    pub(super) item: u64,
    /// Size of it all.
    pub(super) total: u64,
}

impl Shape {
    const SCALAR: Self = Self { len: 1, item: 1, total: 1 };

    /// The shape of a value.
    pub(super) fn of(value: &Cel) -> Self {
        let children = |sizes: &mut dyn Iterator<Item = u64>| {
            sizes.fold(Self { len: 0, item: 0, total: 1 }, |sum, size| Self {
                len: sum.len + 1,
                item: sum.item.max(size),
                total: sum.total + size,
            })
        };
        match value {
            Cel::List(items) => children(&mut items.iter().map(|item| Self::of(item).total)),
            Cel::Map(map) => children(&mut map.map.iter().map(|(key, value)| {
                let key = if let Key::String(name) = key { text_size(name) } else { 1 };
                key + Self::of(value).total
            })),
            Cel::String(text) => Self { total: text_size(text), ..Self::SCALAR },
            _ => Self::SCALAR,
        }
    }

    /// Whether a value of this shape is no larger than assumed.
    pub(super) fn fits(self, assumed: Self) -> bool {
        self.len <= assumed.len && self.item <= assumed.item && self.total <= assumed.total
    }

    /// The shape of any one item, of which nothing but the size is known.
    fn any_item(self) -> Self {
        Self { len: self.item, item: self.item, total: self.item }
    }

    /// Large enough for either.
    fn or(self, other: Self) -> Self {
        Self { len: self.len.max(other.len), item: self.item.max(other.item), total: self.total.max(other.total) }
    }

    /// One joined to the other.
    fn and(self, other: Self) -> Self {
        Self {
            len: self.len.saturating_add(other.len),
            item: self.item.max(other.item),
            total: self.total.saturating_add(other.total),
        }
    }
}

/// Keys of one letter cost 1, so that no fact is counted smaller than it is.
fn text_size(text: &str) -> u64 {
    1 + text.len() as u64 / 8
}

/// The steps that an expression takes at most.
pub(super) fn steps(expression: &IdedExpr, environment: &Environment<'_>) -> u64 {
    Estimate { environment, scope: Vec::new() }.of(expression).0
}

struct Estimate<'e> {
    environment: &'e Environment<'e>,
    /// Variables of the loops around, innermost last.
    scope: Vec<(&'e str, Shape)>,
}

impl<'e> Estimate<'e> {
    /// Steps and shape of the result.
    fn of(&mut self, node: &'e IdedExpr) -> (u64, Shape) {
        match &node.expr {
            Expr::Unspecified => (1, Shape::SCALAR),
            Expr::Literal(LiteralValue::String(text)) => (1, Shape { total: text_size(text.inner()), ..Shape::SCALAR }),
            Expr::Literal(_) => (1, Shape::SCALAR),
            Expr::Ident(name) => {
                let bound = self.scope.iter().rev().find(|(bound, _)| bound == name).map(|(_, shape)| *shape);
                (1, bound.or_else(|| self.environment.shape(name)).unwrap_or(Shape::SCALAR))
            }
            Expr::Select(select) => {
                let (steps, shape) = self.of(&select.operand);
                (steps.saturating_add(1), if select.test { Shape::SCALAR } else { shape.any_item() })
            }
            Expr::List(list) => self.joined(list.elements.iter().map(|element| vec![element]).collect()),
            Expr::Map(map) => self.joined(map.entries.iter().map(|entry| entry_parts(&entry.expr)).collect()),
            Expr::Struct(literal) => {
                self.joined(literal.entries.iter().map(|entry| entry_parts(&entry.expr)).collect())
            }
            Expr::Call(call) => {
                let operands: Vec<_> =
                    call.target.iter().map(|target| &**target).chain(&call.args).map(|arg| self.of(arg)).collect();
                let steps = operands.iter().fold(1_u64, |sum, (steps, _)| sum.saturating_add(*steps));
                let all = operands.iter().map(|(_, shape)| *shape).reduce(Shape::and).unwrap_or(Shape::SCALAR);
                let first = operands.first().map_or(Shape::SCALAR, |(_, shape)| *shape);
                match call.func_name.as_str() {
                    operators::CONDITIONAL => {
                        let either = operands.iter().skip(1).map(|(_, shape)| *shape).reduce(Shape::or);
                        (steps, either.unwrap_or(Shape::SCALAR))
                    }
                    operators::INDEX => (steps, first.any_item()),
                    operators::LOGICAL_AND
                    | operators::LOGICAL_OR
                    | operators::LOGICAL_NOT
                    | operators::NOT_STRICTLY_FALSE
                    | "size" => (steps, Shape::SCALAR),
                    operators::EQUALS
                    | operators::NOT_EQUALS
                    | operators::IN
                    | operators::LESS
                    | operators::LESS_EQUALS
                    | operators::GREATER
                    | operators::GREATER_EQUALS => (steps.saturating_add(all.total), Shape::SCALAR),
                    // A pattern is compiled anew at every evaluation.
                    "matches" => (steps.saturating_add(all.total).saturating_add(2000), Shape::SCALAR),
                    // Groups take the slower way through a text.
                    "capture" => (steps.saturating_add(all.total).saturating_add(20_000), first),
                    // Sorting compares, and copies, each item some ten times.
                    "left_to_right" | "top_to_bottom" => (steps.saturating_add(all.total.saturating_mul(10)), first),
                    "count" | "iou" | "overlap" | "inside" | "same_text" | "similarity" | "distance"
                    | "days_between" => (steps.saturating_add(all.total).saturating_add(10), Shape::SCALAR),
                    _ => (steps.saturating_add(all.total), all),
                }
            }
            Expr::Comprehension(each) => {
                let (range_steps, range) = self.of(&each.iter_range);
                let (init_steps, init) = self.of(&each.accu_init);
                let outer = self.scope.len();
                self.scope.push((&each.iter_var, range.any_item()));
                if let Some(second) = &each.iter_var2 {
                    self.scope.push((second, range.any_item()));
                }
                self.scope.push((&each.accu_var, init));
                let condition_steps = self.of(&each.loop_cond).0;
                let (step_steps, step) = self.of(&each.loop_step);
                // CEL's own macros only ever append to what is accumulated, so every round adds as much as the first.
                let grown =
                    |init: u64, step: u64| init.saturating_add(range.len.saturating_mul(step.saturating_sub(init)));
                let accumulated = Shape {
                    len: grown(init.len, step.len),
                    item: init.item.max(step.item),
                    total: grown(init.total, step.total),
                };
                self.scope.truncate(outer);
                self.scope.push((&each.accu_var, accumulated));
                let (result_steps, result) = self.of(&each.result);
                self.scope.truncate(outer);
                let round = condition_steps.saturating_add(step_steps).saturating_add(range.item);
                let steps = range.len.saturating_mul(round);
                let steps = steps.saturating_add(range_steps).saturating_add(init_steps).saturating_add(result_steps);
                (steps, result)
            }
        }
    }

    /// A literal list or map whose items consist of these parts.
    fn joined(&mut self, items: Vec<Vec<&'e IdedExpr>>) -> (u64, Shape) {
        let mut steps = 1_u64;
        let mut shape = Shape { len: 0, item: 0, total: 1 };
        for parts in items {
            let mut size = 0_u64;
            for part in parts {
                let (part_steps, part_shape) = self.of(part);
                steps = steps.saturating_add(part_steps);
                size = size.saturating_add(part_shape.total);
            }
            // Items are copied in.
            steps = steps.saturating_add(size);
            shape = shape.and(Shape { len: 1, item: size, total: size });
        }
        (steps, shape)
    }
}

fn entry_parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

#[cfg(test)]
mod tests {
    use cel::Value;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        application::parse,
        rules::{
            expression::{Expression, context},
            facts::variables,
            trial::trials,
        },
    };

    /// Lists of what there is.
    const LEAVES: [&str; 18] = [
        "cabinet",
        "types",
        "[1, 2]",
        "['aaaaaaaaaaaaaaaaaaaa']",
        "[scene.scores]",
        "[]",
        "serial",
        "serial.map(s, s.text)",
        "[line.text, line.text]",
        "[alike.vector, alike.scores]",
        "left_to_right(cabinet)",
        "top_to_bottom(serial)",
        "[capture(line.text, '([0-9]+)'), capture('a1', '[0-9]')]",
        "[count(cabinet, 'door_open'), similarity(alike.vector, alike.vector)]",
        "serial.filter(s, same_text(s.text, metadata.region))",
        "codes",
        "print.map(l, l.text)",
        "left_to_right(codes.filter(c, c.concept == 'code_128'))",
    ];

    /// Lists made of lists: what can grow.
    fn list() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(LEAVES.to_vec());
        leaf.prop_map(str::to_owned).prop_recursive(4, 12, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
                inner.clone().prop_map(|a| format!("{a}.map(x, [x, x])")),
                inner.clone().prop_map(|a| format!("{a}.map(x, string(x == 1) + 'aaaaaaaaaaaaaaaa')")),
                inner.clone().prop_map(|a| format!("{a}.filter(x, x != 1)")),
                inner.clone().prop_map(|a| format!("[{a}, {a}]")),
                inner.clone().prop_map(|a| format!("{a}.map(x, serial)")),
                inner.clone().prop_map(|a| format!("left_to_right({a})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}.map(x, {b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}.size() > 3 ? {a} : {b})")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("{a}.map(x, {b} + [x])")),
            ]
        })
    }

    /// The example, with models and readers of every kind on one task group.
    fn with_every_kind() -> String {
        const MODELS: &str = r#"models:
  serial: {file: models/reader.onnx, kind: text, characters: "0123456789-", input: {size: [160, 16]}}
  line: {file: models/reader.onnx, kind: text, characters: "0123456789-", input: {size: [160, 16]}}
  alike: {file: models/alike.onnx, kind: embedding, references: {good: [a.jpg], bad: [b.jpg]}, input: {size: [64, 64]}}
"#;
        const READERS: &str = "readers:\n  codes: {kind: codes}\n  print: {kind: text}\nmetadata:\n";
        const OBSERVED: &str = "observe: {cabinet: {min_score: 0.4}}";
        const OBSERVE: &str = "observe: {cabinet: {}, scene: {}, line: {}, alike: {}, serial: {on: cabinet, at_most: 3}, codes: {}, print: {}}";
        let file = include_str!("../../tests/fibre-cabinet.yaml");
        let file = file.replacen("models:\n", MODELS, 1).replacen("metadata:\n", READERS, 1);
        file.replacen(OBSERVED, OBSERVE, 1)
    }

    /// Else the property below would hold of nothing.
    #[test]
    fn the_lists_are_rules() {
        let application = parse(&with_every_kind(), &|_| None).unwrap();
        let environment = Environment::new(&application, application.group("cabinet-after").unwrap());
        for leaf in LEAVES {
            assert!(Expression::compile(leaf, &environment).is_ok(), "{leaf}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_value_is_larger_than_estimated(source in list()) {
            let file = with_every_kind();
            let application = parse(&file, &|_| None).unwrap();
            let group = application.group("cabinet-after").unwrap();
            let environment = Environment::new(&application, group);
            let Ok(expression) = Expression::compile(&source, &environment) else { return Ok(()) };
            let (steps, estimated) = Estimate { environment: &environment, scope: Vec::new() }.of(expression.tree());
            prop_assert!(steps <= MOST_STEPS);
            for trial in trials(&application, group).into_iter().take(4) {
                let mut context = context();
                for (name, value) in variables(&trial.facts(), group, &application) {
                    prop_assert!(environment.shape(name).is_some_and(|assumed| Shape::of(&value).fits(assumed)), "{}", name);
                    context.add_variable_from_value(name, value);
                }
                let value = expression.evaluate(&context).unwrap_or(Value::Null);
                let actual = Shape::of(&value);
                prop_assert!(actual.fits(estimated.or(Shape::SCALAR)), "{source}: {actual:?} {estimated:?}");
            }
        }
    }
}
