//! Languages, and texts that exist in several of them.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The languages of the contract's `Accept-Language` (section 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English
    En,
    /// French
    Fr,
    /// German
    De,
    /// Spanish
    Es,
}

impl Language {
    /// Every language, English first.
    pub const ALL: [Self; 4] = [Self::En, Self::Fr, Self::De, Self::Es];

    /// The two letters of ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::De => "de",
            Self::Es => "es",
        }
    }

    /// Reads `fr`, `fr-CA`, `FR_be`: the part before the first `-` or `_` decides.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The best language of an `Accept-Language` header: highest `q`, then first named.
    /// `None` when it names no language we have (or only `*`), so that the caller's default applies.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for item in header.split(',') {
            let mut parts = item.split(';');
            let Some(language) = parts.next().and_then(Self::from_tag) else { continue };
            let quality =
                parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if quality > 0.0 && best.is_none_or(|(_, q)| quality > q) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// A text that is the same in every language, or has one wording for each of some languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// One wording for all.
    Same(String),
    /// Wordings by language, in the order written; never empty once checked.
    ByLanguage(IndexMap<Language, String>),
}

impl Text {
    /// The wording in `language`, else the first one written.
    pub fn get(&self, language: Language) -> &str {
        match self {
            Self::Same(text) => text,
            Self::ByLanguage(texts) => {
                texts.get(&language).or_else(|| texts.values().next()).map_or("", String::as_str)
            }
        }
    }

    /// Every wording put through `change`, languages kept.
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Same(text) => Self::Same(change(text)),
            Self::ByLanguage(texts) => {
                Self::ByLanguage(texts.iter().map(|(language, text)| (*language, change(text))).collect())
            }
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Same(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_takes_the_best_known_one() {
        for (header, expected) in [
            ("fr", Some(Language::Fr)),
            ("fr-CA,fr;q=0.9,en;q=0.8", Some(Language::Fr)),
            ("en;q=0.2, de;q=0.9", Some(Language::De)),
            ("pt, es;q=0.5", Some(Language::Es)),
            ("pt-BR", None),
            ("*", None),
            ("", None),
            ("en;q=0", None),
            (";;q=,,", None),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header}");
        }
    }

    #[test]
    fn a_missing_language_falls_back_to_the_first_written() {
        let text = Text::ByLanguage([(Language::De, "Tür".to_owned()), (Language::En, "Door".to_owned())].into());
        assert_eq!(text.get(Language::En), "Door");
        assert_eq!(text.get(Language::Fr), "Tür");
    }
}
