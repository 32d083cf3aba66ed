//! Text: for each step across the line, how likely each character is, and that there is none ("blank"): `[1, steps,
//! characters + 1]` or `[steps, 1, characters + 1]`. A character goes on over several steps; two of one kind have a blank
//! between them. PaddleOCR has a space behind the characters of its list: `characters + 2`.

use fieldproof_domain::observation::{LONGEST_READ, Observation};

use super::scores::{is_distribution, softmax};
use crate::{ModelError, Tensor};

/// Where "none" stands among the characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum Blank {
    /// Before the first: PaddleOCR, EasyOCR.
    First,
    /// Behind the last: docTR, Keras.
    Last,
}

/// The line, by the likeliest character of each step.
pub(super) fn read(output: &Tensor, characters: &[String], blank: Blank) -> Result<Observation, ModelError> {
    let wanted = characters.len() + 1;
    let has_space = |columns: usize| blank == Blank::First && columns == wanted + 1;
    let columns = match output.shape[..] {
        [1, _, columns] | [_, 1, columns] if columns == wanted || has_space(columns) => columns,
        _ => {
            let expected =
                format!("the shape [1, N, {wanted}] or [N, 1, {wanted}]: the characters and \"none\", for N steps");
            return Err(ModelError::Output { expected, found: format!("the shape {:?}", output.shape) });
        }
    };
    let (mut line, mut length, mut before) = (Vec::new(), 0, None);
    for step in output.data.chunks_exact(columns) {
        let numbers: Vec<f64> = step.iter().map(|&number| f64::from(number)).collect();
        // The first of equals; what is no number is never the likeliest.
        let best = numbers.iter().enumerate().filter(|(_, number)| number.is_finite());
        let Some((best, _)) = best.reduce(|best, next| if next.1 > best.1 { next } else { best }) else { continue };
        let character = match blank {
            Blank::First => best.checked_sub(1),
            Blank::Last => (best != characters.len()).then_some(best),
        };
        if let Some(index) = character.filter(|_| before != Some(best)) {
            let character = characters.get(index).map_or(" ", String::as_str);
            length += character.len();
            if length > LONGEST_READ {
                break;
            }
            let shares = if is_distribution(&numbers) { numbers } else { softmax(&numbers) };
            line.push((character, shares.get(best).copied().unwrap_or_default()));
        }
        before = Some(best);
    }
    let line = trimmed(&line);
    let score = line.iter().map(|(_, share)| share).sum::<f64>() / line.len().max(1) as f64;
    let score = if score.is_finite() { score.clamp(0.0, 1.0) } else { 0.0 };
    Ok(Observation::Text { text: line.iter().map(|(character, _)| *character).collect(), score })
}

/// A line without the spaces at its ends, which are the margins of the plate that it stands on.
fn trimmed<'l, 'c>(line: &'l [(&'c str, f64)]) -> &'l [(&'c str, f64)] {
    let is_ink = |(character, _): &(&str, f64)| !character.trim().is_empty();
    let first = line.iter().position(is_ink).unwrap_or(line.len());
    let end = line.iter().rposition(is_ink).map_or(first, |last| last + 1);
    line.get(first..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Steps that are sure of one of `columns` each, 0.9.
    fn steps(columns: usize, best: &[usize]) -> Vec<f32> {
        let share = |step: usize, column: usize| if best[step] == column { 0.9 } else { 0.1 / (columns - 1) as f32 };
        (0..best.len()).flat_map(|step| (0..columns).map(move |column| share(step, column))).collect()
    }

    fn line(shape: [usize; 3], data: Vec<f32>, blank: Blank) -> (String, f64) {
        let characters = ["A", "B", "-"].map(str::to_owned);
        match read(&Tensor { shape: shape.to_vec(), data }, &characters, blank) {
            Ok(Observation::Text { text, score }) => (text, score),
            other => panic!("{other:?}"),
        }
    }

    #[rstest]
    #[case::once(&[1, 2, 3], "AB-")]
    #[case::goes_on(&[1, 1, 1, 2, 2], "AB")]
    #[case::twice(&[1, 0, 1], "AA")]
    #[case::nothing(&[0, 0], "")]
    #[case::edges(&[0, 3, 0, 0, 3, 0], "--")]
    fn blank_first(#[case] best: &[usize], #[case] expected: &str) {
        let (text, score) = line([1, best.len(), 4], steps(4, best), Blank::First);
        assert_eq!(text, expected);
        assert!((score - if expected.is_empty() { 0.0 } else { 0.9 }).abs() < 1e-6, "{score}");
        assert_eq!(line([best.len(), 1, 4], steps(4, best), Blank::First).0, expected);
    }

    #[test]
    fn other_places_of_the_blank_and_a_space() {
        assert_eq!(line([1, 4, 4], steps(4, &[0, 3, 0, 1]), Blank::Last).0, "AAB");
        assert_eq!(line([1, 3, 5], steps(5, &[1, 4, 2]), Blank::First).0, "A B");
    }

    #[test]
    fn spaces_at_the_ends_are_not_part_of_the_line() {
        assert_eq!(line([1, 6, 5], steps(5, &[4, 1, 4, 2, 0, 4]), Blank::First).0, "A B");
        assert_eq!(line([1, 3, 5], steps(5, &[4, 0, 4]), Blank::First), (String::new(), 0.0));
    }

    #[test]
    fn a_text_without_end_is_cut() {
        let best: Vec<usize> = (0..4000).map(|step| 1 + step % 2).collect();
        assert_eq!(line([1, 4000, 4], steps(4, &best), Blank::First).0.len(), LONGEST_READ);
    }

    #[test]
    fn logits_are_made_shares() {
        let (text, score) = line([1, 1, 4], vec![0.0, 8.0, 0.0, 0.0], Blank::First);
        assert_eq!(text, "A");
        assert!((score - 8.0_f64.exp() / (8.0_f64.exp() + 3.0)).abs() < 1e-6);
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        let (text, score) = line(
            [1, 2, 4],
            vec![f32::NAN, 0.9, f32::INFINITY, 0.1, f32::NAN, f32::NAN, f32::NAN, f32::NAN],
            Blank::First,
        );
        assert_eq!(text, "A");
        assert!((0.0..=1.0).contains(&score), "{score}");
    }

    #[rstest]
    #[case(vec![1, 2, 3])]
    #[case(vec![1, 2, 6])]
    #[case(vec![2, 2, 4])]
    #[case(vec![8, 4])]
    fn other_shapes_are_refused(#[case] shape: Vec<usize>) {
        let characters = ["A", "B", "-"].map(str::to_owned);
        let tensor = Tensor { data: vec![0.0; shape.iter().product()], shape };
        let error = read(&tensor, &characters, Blank::First).unwrap_err().to_string();
        assert!(error.contains("[1, N, 4] or [N, 1, 4]"), "{error}");
    }
}
