//! The policy, as users read it: `docs/api-design.md` holds the whole table, and this holds it to the code.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use fieldproof_domain::{policy::Action, role::Role};

const DOCUMENT: &str = include_str!("../../../docs/api-design.md");

fn line<'a>(first: &'a str, cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells = cells.into_iter().map(|cell| if cell.is_empty() { " |".to_owned() } else { format!(" {cell} |") });
    format!("| {first} |{}\n", cells.collect::<String>())
}

#[test]
fn the_documented_table_is_the_one_that_is_asked() {
    let mut table = line("", Role::ALL.map(Role::as_str)) + "|---|---|---|---|---|---|\n";
    for action in Action::ALL {
        table += &line(action.describe(), Role::ALL.map(|role| if role.may(*action) { "yes" } else { "" }));
    }
    let start = DOCUMENT.find("|  | org-admin |").expect("the table of roles");
    let documented: String = DOCUMENT[start..].split_inclusive('\n').take_while(|line| line.starts_with('|')).collect();
    assert_eq!(documented, table, "docs/api-design.md, section 'Roles', is not the policy:\n{table}");
}
