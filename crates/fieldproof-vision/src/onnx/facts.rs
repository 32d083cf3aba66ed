//! What exporters write into their files, as far as it says how a model is to be used.

use std::collections::HashSet;

use fieldproof_domain::application::{Channels, InputType, Layout, ModelFacts};

use super::{Element, OnnxFile, python};

/// Most labels that an application may have, most characters, and longest of each, in bytes. A file with more says nothing.
const MOST_LABELS: usize = 1000;
const MOST_CHARACTERS: usize = 30_000;
const LONGEST: usize = 200;
/// Longest side that is taken for one; a photo is not larger.
const LONGEST_SIDE: usize = 4096;

impl OnnxFile<'_> {
    /// What an application need not say about the model, because its file does: in the shape and type of its input, in
    /// the keys that Ultralytics writes (`names`, `imgsz`) and RapidOCR (`character`), and in those that the ONNX standard has for images.
    pub fn facts(&self) -> ModelFacts {
        let mut facts = ModelFacts::default();
        let said = |key: &str| self.metadata.get(key).map(String::as_str);
        let are_few = |texts: &Vec<String>, most: usize| {
            (1..=most).contains(&texts.len()) && texts.iter().all(|text| text.len() <= LONGEST)
        };
        facts.labels =
            said("names").and_then(python::texts).filter(|labels| are_few(labels, MOST_LABELS)).map(distinct);
        // One in each line, as RapidOCR has it.
        let characters = said("character").map(|lines| lines.lines().map(str::to_owned).collect::<Vec<_>>());
        facts.characters = characters.filter(|characters| are_few(characters, MOST_CHARACTERS));
        if let [input] = &self.inputs[..] {
            facts.numbers = match input.element {
                Some(Element::Float32) => Some(InputType::Float32),
                Some(Element::Uint8) => Some(InputType::Uint8),
                _ => None,
            };
            (facts.layout, facts.size) = input.shape.as_deref().map(layout_and_size).unwrap_or_default();
        }
        facts.size = facts.size.or_else(|| said("imgsz").and_then(image_size));
        // RapidOCR writes it into PaddleOCR's models, which are trained on what OpenCV reads, from -1 to 1.
        let usual = facts.characters.is_some().then_some(([0.5; 3], Channels::Bgr));
        facts.channels = match said("Image.BitmapPixelFormat") {
            Some(format) if format.starts_with("Bgr") => Some(Channels::Bgr),
            Some(format) if format.starts_with("Rgb") => Some(Channels::Rgb),
            _ => usual.map(|(_, channels)| channels),
        };
        // Colours go from 0 to 1 here before the mean is taken off.
        (facts.mean, facts.std) = match said("Image.NominalPixelRange") {
            Some("NominalRange_0_255") => (Some([0.0; 3]), Some([1.0 / 255.0; 3])),
            Some("Normalized_0_1") => (Some([0.0; 3]), Some([1.0; 3])),
            Some("Normalized_1_1") => (Some([0.5; 3]), Some([0.5; 3])),
            _ => (usual.map(|(half, _)| half), usual.map(|(half, _)| half)),
        };
        facts
    }
}

/// The order of the dimensions, which the three colours tell, and the width and height if they are fixed.
fn layout_and_size(shape: &[Option<usize>]) -> (Option<Layout>, Option<[u32; 2]>) {
    let (layout, height, width) = match *shape {
        [_, Some(3), height, width] => (Layout::Nchw, height, width),
        [_, height, width, Some(3)] => (Layout::Nhwc, height, width),
        _ => return (None, None),
    };
    let side = |side: Option<usize>| u32::try_from(side.filter(|side| *side <= LONGEST_SIDE)?).ok();
    (Some(layout), side(width).zip(side(height)).map(|(width, height)| [width, height]))
}

/// `[height, width]`, or the side of a square.
fn image_size(text: &str) -> Option<[u32; 2]> {
    let sides: Option<Vec<u32>> =
        text.trim_matches(['[', ']', '(', ')', ' ']).split(',').map(|side| side.trim().parse().ok()).collect();
    let sides = sides?;
    let [height, width] = match sides[..] {
        [side] => [side, side],
        [height, width] => [height, width],
        _ => return None,
    };
    let is_side = |side: u32| side >= 1 && side as usize <= LONGEST_SIDE;
    (is_side(width) && is_side(height)).then_some([width, height])
}

/// Labels of which each is there once, because scores are told by them. ImageNet has two cranes: the second, number
/// 517, is called `crane (517)`.
fn distinct(labels: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut name = |(number, label): (usize, String)| {
        let label = label.trim();
        let mut name = label.to_owned();
        while name.is_empty() || seen.contains(&name) {
            name = format!("{name} ({number})").trim().to_owned();
        }
        seen.insert(name.clone());
        name
    };
    labels.into_iter().enumerate().map(&mut name).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::both("[480, 640]", Some([640, 480]))]
    #[case::square("640", Some([640, 640]))]
    #[case::tuple("(32, 64)", Some([64, 32]))]
    #[case::three("[1, 2, 3]", None)]
    #[case::none("[]", None)]
    #[case::zero("[0, 640]", None)]
    #[case::huge("[640, 100000]", None)]
    #[case::words("large", None)]
    fn image_sizes(#[case] text: &str, #[case] expected: Option<[u32; 2]>) {
        assert_eq!(image_size(text), expected);
    }

    #[rstest]
    #[case::pytorch(&[None, Some(3), Some(32), Some(64)], (Some(Layout::Nchw), Some([64, 32])))]
    #[case::tensorflow(&[Some(1), Some(32), Some(64), Some(3)], (Some(Layout::Nhwc), Some([64, 32])))]
    #[case::any_size(&[None, Some(3), None, Some(64)], (Some(Layout::Nchw), None))]
    #[case::any_colours(&[None, None, None, None], (None, None))]
    #[case::huge(&[Some(1), Some(3), Some(usize::MAX), Some(64)], (Some(Layout::Nchw), None))]
    #[case::a_vector(&[Some(1), Some(3)], (None, None))]
    fn shapes(#[case] shape: &[Option<usize>], #[case] expected: (Option<Layout>, Option<[u32; 2]>)) {
        assert_eq!(layout_and_size(shape), expected);
    }

    #[test]
    fn labels_become_distinct() {
        let named = |labels: &[&str]| distinct(labels.iter().map(|&label| label.to_owned()).collect());
        assert_eq!(named(&["crane", "", "crane", "crane"]), ["crane", "(1)", "crane (2)", "crane (3)"]);
        assert_eq!(named(&["door", "door "]), ["door", "door (1)"]);
        assert_eq!(named(&["a (2)", "a", "a"]), ["a (2)", "a", "a (2) (2)"]);
    }
}
