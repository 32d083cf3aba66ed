//! How large a tree is: what bounds the stack and the time that looking at it takes.

use cel::common::ast::{EntryExpr, Expr, IdedExpr};

/// How large a tree is.
#[derive(Default)]
pub(super) struct Size {
    pub(super) nodes: usize,
    /// Of nested nodes.
    pub(super) depth: usize,
    /// Of nested loops.
    pub(super) loops: usize,
}

impl Size {
    pub(super) fn of(tree: &IdedExpr) -> Self {
        let mut size = Self::default();
        size.measure(tree, 1, 0);
        size
    }

    fn measure(&mut self, node: &IdedExpr, depth: usize, loops: usize) {
        self.nodes += 1;
        self.depth = self.depth.max(depth);
        self.loops = self.loops.max(loops);
        let depth = depth + 1;
        match &node.expr {
            Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
            Expr::Select(select) => self.measure(&select.operand, depth, loops),
            Expr::Call(call) => {
                call.target.iter().for_each(|target| self.measure(target, depth, loops));
                call.args.iter().for_each(|arg| self.measure(arg, depth, loops));
            }
            Expr::List(list) => list.elements.iter().for_each(|element| self.measure(element, depth, loops)),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr, depth, loops)),
            Expr::Struct(literal) => literal.entries.iter().for_each(|entry| self.entry(&entry.expr, depth, loops)),
            Expr::Comprehension(each) => {
                self.measure(&each.iter_range, depth, loops);
                self.measure(&each.accu_init, depth, loops);
                for part in [&each.loop_cond, &each.loop_step, &each.result] {
                    self.measure(part, depth, loops + 1);
                }
            }
        }
    }

    fn entry(&mut self, entry: &EntryExpr, depth: usize, loops: usize) {
        match entry {
            EntryExpr::StructField(field) => self.measure(&field.value, depth, loops),
            EntryExpr::MapEntry(entry) => {
                self.measure(&entry.key, depth, loops);
                self.measure(&entry.value, depth, loops);
            }
        }
    }
}
