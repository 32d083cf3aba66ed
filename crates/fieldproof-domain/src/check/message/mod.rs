//! What the worker reads: what is wrong, and what to do next. One file for each language.

mod de;
mod en;
mod es;
mod fr;

use std::borrow::Cow;

use super::{Finding, Problem};
use crate::text::Language;

impl Finding {
    /// The `message` of the contract, in `language`; says what to do next.
    pub fn message(&self, language: Language) -> Cow<'static, str> {
        let text = wording(self.problem, language);
        let text = match text.contains("{}") {
            true => Cow::Owned(text.replacen("{}", &self.named(language), 1)),
            false => Cow::Borrowed(text),
        };
        match self.page {
            Some(page) => Cow::Owned(format!("{} {page}: {text}", page_word(language))),
            None => text,
        }
    }

    /// What stands for `{}`: the program, or what was measured, in its unit.
    fn named(&self, language: Language) -> String {
        if let Some(detail) = &self.detail {
            return detail.clone();
        }
        let value = self.value.unwrap_or_default();
        match self.problem {
            Problem::FarAway if value < 1000.0 => format!("{value:.0} m"),
            Problem::FarAway if value < 10_000.0 => {
                let kilometres = format!("{:.1} km", value / 1000.0);
                if language == Language::En { kilometres } else { kilometres.replace('.', ",") }
            }
            Problem::FarAway => format!("{:.0} km", value / 1000.0),
            _ => format!("{value:.0}"),
        }
    }
}

fn page_word(language: Language) -> &'static str {
    match language {
        Language::En | Language::Fr => "Page",
        Language::De => "Seite",
        Language::Es => "Página",
    }
}

fn wording(problem: Problem, language: Language) -> &'static str {
    match language {
        Language::En => en::wording(problem),
        Language::Fr => fr::wording(problem),
        Language::De => de::wording(problem),
        Language::Es => es::wording(problem),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::check::Level;

    fn finding(problem: Problem, value: f64, detail: Option<&str>) -> Finding {
        let detail = detail.map(str::to_owned);
        Finding {
            problem,
            level: Level::Error,
            value: Some(value),
            threshold: Some(0.0),
            region: None,
            detail,
            page: None,
        }
    }

    #[test]
    fn every_problem_has_its_own_wording_in_every_language() {
        let mut seen = std::collections::HashSet::new();
        for problem in Problem::ALL {
            let names = Language::ALL.map(|language| wording(problem, language).contains("{}"));
            assert_eq!(names, [names[0]; 4], "{problem:?}");
            for language in Language::ALL {
                assert!(seen.insert(wording(problem, language)), "{problem:?} {language:?}");
            }
        }
    }

    #[rstest]
    #[case(740.4, Language::En, "740 m")]
    #[case(3_240.0, Language::En, "3.2 km")]
    #[case(3_240.0, Language::Fr, "3,2 km")]
    #[case(878_000.0, Language::De, "878 km")]
    fn distances_are_told_as_people_do(#[case] metres: f64, #[case] language: Language, #[case] expected: &str) {
        let message = finding(Problem::FarAway, metres, None).message(language);
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn pages_are_named_before_what_is_wrong_with_them() {
        let photo = finding(Problem::Blurred, 3.0, None);
        let page = Finding { page: Some(2), ..photo.clone() };
        for (language, start) in [(Language::En, "Page 2: "), (Language::De, "Seite 2: "), (Language::Es, "Página 2: ")]
        {
            assert_eq!(page.message(language), format!("{start}{}", photo.message(language)));
        }
    }

    #[test]
    fn programs_are_named_as_they_are() {
        let message = finding(Problem::EditedBySoftware, 0.0, Some("{} GIMP")).message(Language::Es);
        assert!(message.contains("{} GIMP"), "{message}");
    }
}
