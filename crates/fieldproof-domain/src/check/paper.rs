//! What is not asked of a page of a PDF document: paper is white, a page is a print, and the document came as a whole.

use super::{Check, Reading, brightness};

/// Whether a reading counts for that page of a document, from 1; for a photo (`None`) every reading does.
pub(super) fn counts(reading: &Reading, page: Option<u32>) -> bool {
    let Some(page) = page else { return true };
    match reading.check {
        Check::Brightness => reading.measure == brightness::LIGHT,
        Check::Screen => false,
        // Said once for all pages.
        Check::Location | Check::CaptureTime | Check::Edited => page == 1,
        Check::Blur | Check::Duplicate | Check::Resolution | Check::Framing | Check::Content => true,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::{
        check::{Check, CheckSettings, Level, Problem, judge, testing::Known, testing::lit},
        observation::{PhotoMeasures, Recapture},
    };

    #[rstest]
    #[case::a_photo(None, &[Problem::TooBright, Problem::Recaptured, Problem::PlaceUnknown])]
    #[case::the_first_page(Some(1), &[Problem::PlaceUnknown])]
    #[case::another_page(Some(2), &[])]
    fn white_paper(#[case] page: Option<u32>, #[case] expected: &[Problem]) {
        let mut settings = CheckSettings::default();
        for check in [Check::Brightness, Check::Screen, Check::Location] {
            *settings.level_mut(check) = Level::Error;
        }
        let recapture = Some(Recapture { score: 0.9, region: None });
        let mut known = Known { measures: PhotoMeasures { recapture, ..lit(250.0, 90.0) }, ..Known::default() };
        known.order_metadata.insert("latitude".to_owned(), 48.8.into());
        known.order_metadata.insert("longitude".to_owned(), 2.3.into());
        let found = judge(&crate::check::Evidence { page, ..known.evidence() }, &settings);
        assert!(found.iter().all(|finding| finding.page == page));
        assert_eq!(found.iter().map(|finding| finding.problem).collect::<Vec<_>>(), expected);
    }

    #[rstest]
    #[case(None)]
    #[case(Some(3))]
    fn what_is_dark_is_dark(#[case] page: Option<u32>) {
        let mut settings = CheckSettings::default();
        settings.brightness.level = Level::Warning;
        let known = Known { measures: lit(3.0, 0.0), ..Known::default() };
        let found = judge(&crate::check::Evidence { page, ..known.evidence() }, &settings);
        assert_eq!(found.iter().map(|finding| finding.problem).collect::<Vec<_>>(), [Problem::TooDark]);
    }
}
