//! Files made to hurt: a problem is told, nothing hangs, nothing falls over.

use fieldproof_domain::application::{Problem, load, parse};
use proptest::prelude::*;

const GOOD: &str = include_str!("fibre-cabinet.yaml");

fn first(yaml: &str) -> Problem {
    let Err(mut problems) = parse(yaml, &|_| None) else { panic!("nothing is wrong with it") };
    problems.remove(0)
}

#[test]
fn the_size_is_bounded() {
    let problem = first(&" ".repeat(1024 * 1024 + 1));
    assert!(problem.message.contains("1048577 bytes"), "{problem}");
}

#[test]
fn the_depth_is_bounded() {
    for yaml in [
        "[".repeat(500_000),
        "{a: ".repeat(200_000),
        "- ".repeat(300_000),
        "? ".repeat(300_000),
        (0..700).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
    ] {
        let problem = first(&yaml);
        assert!(problem.line.is_some(), "{problem}");
    }
    let nested = format!("{}{}", "[".repeat(49), "]".repeat(49));
    assert!(first(&nested).message.contains("YAML"), "{}", first(&nested));
}

#[test]
fn aliases_do_not_explode() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let before = level - 1;
        let uses = vec![format!("*a{before}"); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{uses}]\n"));
    }
    assert!(first(&bomb).message.contains("more than 100000 values"), "{}", first(&bomb));

    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..60 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(first(&chain).message.contains("nested more than 48 deep"), "{}", first(&chain));
    assert!(first("a: &a [*a]").message.contains("stands inside what it repeats"));
}

#[test]
fn long_lists_of_mistakes_end() {
    let keys: String = (0..60_000).map(|number| format!("key{number}: 1\n")).collect();
    let twice = "name: a\n".repeat(80_000);
    let groups: String = (0..30_000).map(|number| format!("  - {{name: g{number}}}\n")).collect();
    let groups = format!("name: a\nversion: \"1.0\"\ntask_groups:\n{groups}");
    let ignored: String = (0..90)
        .map(|number| {
            let unknown = (0..400).map(|other| format!("group{other}")).collect::<Vec<_>>().join(",");
            format!("  - {{name: g{number}, checks: {{duplicate: {{level: error, ignore_groups: [{unknown}]}}}}}}\n")
        })
        .collect();
    let ignored = format!("name: a\nversion: \"1.0\"\ntask_groups:\n{ignored}");
    for yaml in [keys, twice, groups, ignored] {
        let problems = parse(&yaml, &|_| None).expect_err("problems");
        assert!(problems.len() <= 101, "{}", problems.len());
    }
}

#[test]
fn an_empty_file_and_other_shapes_are_problems() {
    for yaml in [
        "",
        "# nothing",
        "---",
        "null",
        "a",
        "[a]",
        "- a: b",
        "12",
        "\u{0}",
        "\u{feff}",
        "%YAML 1.2\n---\n",
        "a: b: c",
        "'",
    ] {
        assert!(!parse(yaml, &|_| None).expect_err(yaml).is_empty());
    }
}

/// An application whose only rule is this expression.
fn with_rule(rule: &str) -> String {
    let rule = rule.replace('\'', "''").replace(['\n', '\r'], " ");
    format!(
        "name: a\nversion: \"1.0\"\nmodels:\n  cab: {{file: m.onnx, kind: detection, labels: [a, b], input: {{size: [9, 9]}}}}\n\
         task_groups:\n  - name: g\n    observe: [cab]\n    tasks:\n      - {{name: t, type: Boolean, value: '{rule}'}}\n"
    )
}

#[test]
fn rules_cannot_take_the_server_down() {
    for rule in [
        "(".repeat(1900),
        "[".repeat(1900),
        "{1:".repeat(600),
        "!".repeat(1900),
        format!("{}1", "-".repeat(1900)),
        format!("{}1", "1+".repeat(950)),
        format!("{}1", "true?1:".repeat(280)),
        format!("metadata{}", ".a".repeat(900)),
        format!("metadata{}", "[0]".repeat(600)),
        format!("1{}", ".a()".repeat(450)),
        format!("r'\\'{}", "(".repeat(1800)),
        format!("'\\q{}", "(".repeat(1800)),
        format!("// '\\n{}", "(".repeat(1800)),
        format!("[[1]]{}", ".map(t,t+t)".repeat(150)),
        format!("['aaaaaaaa']{}", ".map(t,t+t)".repeat(150)),
        "cab.map(a, cab.map(b, cab.map(c, cab)))".to_owned(),
        "cab.exists(a, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa'.matches('(a+)+(a+)+(a+)+b'))".to_owned(),
        "9223372036854775807 + 1 == 0".to_owned(),
        "(-9223372036854775807 - 1) / -1 == 0".to_owned(),
        "(-9223372036854775807 - 1) % -1 == 0".to_owned(),
        "-(-9223372036854775807 - 1) == 0".to_owned(),
        "duration('2562047h') + duration('2562047h') + duration('2562047h') == duration('1h')".to_owned(),
        "timestamp('9999-12-31T23:59:59Z') + duration('2562047h') == timestamp('2026-01-01T00:00:00Z')".to_owned(),
        "[1, 2][-1] == 1 || [1, 2][9223372036854775807] == 1".to_owned(),
        "{1: 1, 1: 2}[1] == 1".to_owned(),
    ] {
        // Whether it is refused is for the table of mistakes: here it only has to come back.
        let _ = load(&with_rule(&rule), &|_| None);
    }
}

#[test]
fn what_is_as_deep_as_accepted_is_also_survived() {
    for rule in [
        format!("{}1{} == 1", "(".repeat(24), ")".repeat(24)),
        format!("{}1{}.size() == 1", "[".repeat(24), "]".repeat(24)),
        format!("{}1{} == 1", "size([".repeat(12), "])".repeat(12)),
        format!("{}true", "true ? true : ".repeat(24)),
        format!("{}1 > 0", "1 + ".repeat(30)),
        format!("cab.all(a, [1].all(b, [1].all(c, {}1 > 0)))", "1 + ".repeat(24)),
    ] {
        load(&with_rule(&rule), &|_| None).unwrap_or_else(|problems| panic!("{rule}: {problems:#?}"));
    }
}

/// What happens to a good file before it is read again.
#[derive(Clone, Debug)]
enum Change {
    Cut(prop::sample::Index, prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
    SwapLines(prop::sample::Index, prop::sample::Index),
    DropLine(prop::sample::Index),
    Insert(prop::sample::Index, String),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), index()).prop_map(|(from, to)| Change::Cut(from, to)),
        (index(), index()).prop_map(|(from, to)| Change::Repeat(from, to)),
        (index(), index()).prop_map(|(one, other)| Change::SwapLines(one, other)),
        index().prop_map(Change::DropLine),
        (index(), "[\\[\\]{}:,&*!|>'\"%@`#\\-? \\n\\ta-z0-9.~é]{1,4}").prop_map(|(at, text)| Change::Insert(at, text)),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.lines().collect();
    let range = |from: &prop::sample::Index, to: &prop::sample::Index| {
        let (from, to) = (from.index(letters.len() + 1), to.index(40));
        from..(from + to).min(letters.len())
    };
    if lines.is_empty() {
        return String::new();
    }
    match change {
        Change::Cut(from, to) => {
            let cut = range(from, to);
            letters.iter().enumerate().filter(|(at, _)| !cut.contains(at)).map(|(_, letter)| letter).collect()
        }
        Change::Repeat(from, to) => {
            let again = range(from, to);
            let (before, after) = letters.split_at(again.end);
            before.iter().chain(&letters[again]).chain(after).collect()
        }
        Change::SwapLines(one, other) => {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
            lines.join("\n")
        }
        Change::DropLine(at) => {
            lines.remove(at.index(lines.len()));
            lines.join("\n")
        }
        Change::Insert(at, inserted) => {
            let (before, after) = letters.split_at(at.index(letters.len() + 1));
            before.iter().copied().chain(inserted.chars()).chain(after.iter().copied()).collect()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_files_are_read_or_refused_with_a_place(changes in prop::collection::vec(change(), 1..6)) {
        let changed = changes.iter().fold(GOOD.to_owned(), |text, change| apply(&text, change));
        if let Err(problems) = parse(&changed, &|_| None) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.line.is_some() || changed.trim().is_empty(), "{}", problem);
                prop_assert!(!problem.message.is_empty() && !problem.fix.is_empty());
            }
        }
    }

    #[test]
    fn anything_at_all_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = parse(&text, &|_| None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_of_random_words_come_back(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "cab", "photo", "state", "metadata", "types", "t", "d", ".", "(", ")", "[", "]", "{", "}", ",", ":", "?",
                "==", "&&", "||", "!", "-", "+", "*", "/", "%", "<", "in", "1", "0", "2.5", "1u", "'a'", "b'a'", "null",
                "true", "exists", "all", "map", "filter", "has", "size", "double", "int", "string", "score", "concept", "bbox", "\\", "'", "`", "§",
                "cab.exists(d, ", "cab.map(d, ", "cab.filter(d, ", ".size()", "cab[0]", "d.score", "state.t.value",
            ]), 1..25)
    ) {
        let _ = load(&with_rule(&words.join(" ")), &|_| None);
        let _ = load(&with_rule(&words.concat()), &|_| None);
    }
}
