//! Texts for people: one for all languages, or one for each.

use indexmap::IndexMap;

use super::{Context, scalars};
use crate::{
    application::{
        suggest::did_you_mean,
        yaml::{Content, Node},
    },
    text::{Language, Text},
};

/// A text or a map by language that holds at least the application's first language.
pub(super) fn localised(node: &Node, what: &str, context: &mut Context) -> Option<Text> {
    let Content::Map(entries) = &node.content else {
        return scalars::text(node, what, &mut context.problems).map(Text::from);
    };
    let mut texts = IndexMap::new();
    for (key, value) in entries {
        if context.problems.is_full() {
            break;
        }
        let code = key.scalar().map_or("", |scalar| scalar.text.as_str());
        let Some(language) = from_code(code) else {
            let fix = did_you_mean(code, Language::ALL.map(Language::code), "");
            context.problems.add(key.at, format!("{what} has the unknown language '{}'.", shortened(code)), fix);
            continue;
        };
        if !context.languages.is_empty() && !context.languages.contains(&language) {
            let fix = format!("Add {code} to the application's 'languages', or take the text out.");
            context.problems.add(
                key.at,
                format!("{what} is given in {code}, which the application does not have."),
                fix,
            );
        }
        let text = scalars::text(value, &format!("{what} in {code}"), &mut context.problems).unwrap_or_default();
        if texts.insert(language, text.to_owned()).is_some() {
            context.problems.add(key.at, format!("{what} is given twice in {code}."), "Keep one of them.");
        }
    }
    if let Some(first) = context.languages.first()
        && !texts.contains_key(first)
    {
        let code = first.code();
        let fix =
            format!("Add {code}: it is the application's first language, and stands in for those without a text.");
        context.problems.add(node.at, format!("{what} has no text in {code}."), fix);
    }
    Some(Text::ByLanguage(texts))
}

/// As [`localised`], for a text in which `{}` stands for the value, and no other brace is possible.
pub(super) fn message(node: &Node, what: &str, context: &mut Context) -> Option<Text> {
    let text = localised(node, what, context)?;
    let wrong = |wording: &str| wording.replace("{}", "").contains(['{', '}']);
    let found = match &text {
        Text::Same(wording) => wrong(wording),
        Text::ByLanguage(wordings) => wordings.values().any(|wording| wrong(wording)),
    };
    if found {
        let fix = "Write {} where the value goes; nothing else can be put in.";
        context.problems.add(node.at, format!("{what} holds a brace that is not {{}}."), fix);
    }
    Some(text)
}

/// The languages of the application, the default first.
pub(super) fn languages(node: &Node, context: &mut Context) -> Vec<Language> {
    let problems = &mut context.problems;
    let before = problems.len();
    let mut languages = Vec::new();
    for item in scalars::items(node, "'languages'", problems) {
        let code = item.scalar().map_or("", |scalar| scalar.text.as_str());
        match from_code(code) {
            Some(language) if languages.contains(&language) => {
                problems.add(item.at, format!("The language '{code}' stands twice."), "Keep one of them.");
            }
            Some(language) => languages.push(language),
            None => {
                let fix = did_you_mean(code, Language::ALL.map(Language::code), "");
                problems.add(item.at, format!("The language '{}' is unknown.", shortened(code)), fix);
            }
        }
    }
    if problems.len() > before {
        // Texts are not held against a list that is not right itself.
        return Vec::new();
    }
    if languages.is_empty() {
        problems.add(
            node.at,
            "'languages' is empty.",
            "Name at least one of: en, fr, de, es; the first is the default.",
        );
    }
    languages
}

fn from_code(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.code() == code)
}

fn shortened(code: &str) -> String {
    code.chars().take(40).collect()
}
