//! Text on regions that another model found, at full resolution, against what onnxruntime reads (`tests/models/reading.py`).

use fieldproof_domain::{
    application::{ModelKind, ModelSpec},
    observation::{BoundingBox, Detection, Observation},
};
use fieldproof_vision::{Details, LabelSource, Limits, Model, OnnxFile, Photo, RtenEngine, Understood};
use rstest::rstest;
use serde::Deserialize;

use crate::{
    files::{jpeg, png},
    read,
    scene::Picture,
};

const PHOTO: &[u8] = include_bytes!("../models/reading/photo.png");
const PLATES: &[u8] = include_bytes!("../models/reading/plates.onnx");
const READER: &[u8] = include_bytes!("../models/reading/reader.onnx");

#[derive(Deserialize)]
struct Golden {
    text: String,
    score: f64,
}

fn golden() -> Vec<Golden> {
    serde_json::from_str(include_str!("../models/reading/golden.json")).unwrap()
}

/// What an application would say of a model, the rest taken from its file.
fn model(kind: ModelKind, onnx: &[u8]) -> Model {
    let facts = OnnxFile::read(onnx).unwrap().facts();
    let mut input = facts.input(kind.usual_fit());
    let mut labels = facts.labels.unwrap_or_default();
    if kind == ModelKind::Text {
        (input.size, input.mean, input.std) = ([160, 16], [0.5; 3], [0.5; 3]);
        labels = facts.characters.unwrap();
    }
    let spec = ModelSpec {
        file: String::new(),
        kind,
        labels,
        characters_file: None,
        references: Default::default(),
        input,
        format: None,
    };
    Model::load(&RtenEngine, &spec, onnx).unwrap()
}

fn plates(photo: &Photo) -> Vec<Detection> {
    match model(ModelKind::Detection, PLATES).observe(photo, 0.5).unwrap() {
        Observation::Detections(found) => found,
        other => panic!("{other:?}"),
    }
}

fn text(seen: &Observation) -> (&str, f64) {
    match seen {
        Observation::Text { text, score } => (text, *score),
        other => panic!("{other:?}"),
    }
}

#[test]
fn plates_are_read_as_they_were_taken() {
    let photo = read(PHOTO).unwrap();
    assert_eq!(photo.working_size(), (1200, 800), "strokes of one pixel are lost in it");
    let regions = plates(&photo);
    let details = Details::new(&photo, PHOTO, &Limits::default());
    let seen = model(ModelKind::Text, READER).observe_regions(&details, &regions, 0.0, 0.5).unwrap();
    let Observation::Regions(seen) = seen else { panic!("no regions") };
    assert_eq!(seen.iter().map(|(region, _)| region.clone()).collect::<Vec<_>>(), regions);
    for ((_, seen), golden) in seen.iter().zip(golden()) {
        let (text, score) = text(seen);
        assert_eq!(text, golden.text);
        assert!((score - golden.score).abs() < 1e-4, "{score} {}", golden.score);
    }
}

#[test]
fn a_whole_photo_can_be_one_line() {
    let photo = read(PHOTO).unwrap();
    let region = &plates(&photo)[0].bbox;
    let details = Details::new(&photo, PHOTO, &Limits::default());
    // The line alone, as a photo of its own.
    let line = line(region);
    let alone = read(&png(&line)).unwrap();
    let reader = model(ModelKind::Text, READER);
    assert_eq!(text(&reader.observe(&alone, 0.5).unwrap()).0, "CMIB-407");
    let Observation::Regions(none) = reader.observe_regions(&details, &[], 0.0, 0.5).unwrap() else {
        panic!("no regions")
    };
    assert!(none.is_empty());
}

/// The pixels of a region of the photo.
fn line(region: &BoundingBox) -> Picture {
    let mut reader = png::Decoder::new(std::io::Cursor::new(PHOTO)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let at = |edge: f64, length: usize| (edge * length as f64).round() as usize;
    let (left, top) = (at(region.xmin, width), at(region.ymin, height));
    Picture::of(at(region.xmax, width) - left, at(region.ymax, height) - top, |x, y| {
        let at = ((top + y) * width + left + x) * 3;
        [rgb[at], rgb[at + 1], rgb[at + 2]]
    })
}

#[test]
fn what_two_regions_show_is_told_once() {
    let file = jpeg(&Picture::of(800, 800, |_, _| [255; 3]), 90);
    let photo = read(&file).unwrap();
    let details = Details::new(&photo, &file, &Limits::default());
    let bbox = BoundingBox { xmin: 0.25, ymin: 0.25, xmax: 0.75, ymax: 0.75 };
    let region = Detection { bbox, score: 0.9, concept: "cabinet".to_owned(), page: None };
    let finder = model(ModelKind::Detection, PLATES);
    let count = |regions: &[Detection]| match finder.observe_regions(&details, regions, 0.0, 0.5).unwrap() {
        Observation::Detections(found) => found.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(count(&[region.clone(), region.clone()]), count(&[region]));
}

/// A detection model in a region of a photo: what it sees lies in that region.
#[rstest]
#[case::as_it_is(0.0, [0.5, 0.25, 0.75, 0.5])]
#[case::with_a_margin(0.5, [0.375, 0.125, 0.875, 0.625])]
#[case::up_to_the_edge(1.0, [0.25, 0.0, 1.0, 0.75])]
fn detections_in_a_region_are_told_on_the_photo(#[case] margin: f64, #[case] region: [f64; 4]) {
    let file = jpeg(&Picture::of(800, 800, |_, _| [255; 3]), 90);
    let photo = read(&file).unwrap();
    let details = Details::new(&photo, &file, &Limits::default());
    let bbox = BoundingBox { xmin: 0.5, ymin: 0.25, xmax: 0.75, ymax: 0.5 };
    let looked_at = Detection { bbox, score: 0.9, concept: "cabinet".to_owned(), page: None };
    let finder = model(ModelKind::Detection, PLATES);
    let Observation::Detections(in_region) = finder.observe_regions(&details, &[looked_at], margin, 0.5).unwrap()
    else {
        panic!("no detections")
    };
    // The model always sees the same places of its input, which is square as the photo and the regions are.
    let Observation::Detections(on_photo) = finder.observe(&photo, 0.5).unwrap() else { panic!("no detections") };
    assert_eq!(in_region.len(), on_photo.len());
    for (found, whole) in in_region.iter().zip(&on_photo) {
        let within = |edge: f64, from: f64, to: f64| from + edge * (to - from);
        let expected = [
            within(whole.bbox.xmin, region[0], region[2]),
            within(whole.bbox.ymin, region[1], region[3]),
            within(whole.bbox.xmax, region[0], region[2]),
            within(whole.bbox.ymax, region[1], region[3]),
        ];
        let edges = [found.bbox.xmin, found.bbox.ymin, found.bbox.xmax, found.bbox.ymax];
        assert!(edges.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{edges:?} {expected:?}");
    }
}

#[test]
fn a_text_model_is_known_by_its_shape() {
    let file = OnnxFile::read(READER).unwrap();
    let found = Understood::of(&RtenEngine, &file).unwrap();
    assert_eq!((found.spec.kind, found.spec.format.as_deref()), (ModelKind::Text, Some("ctc")));
    assert_eq!((found.labels, found.spec.labels.len()), (LabelSource::File, 9));
    assert_eq!(found.spec.input.size, [106, 16]);
}
