//! Embedding models: which reference a photo is like. The model tells how far the mean of each colour is from grey.

use fieldproof_domain::{
    application::{ModelInput, ModelKind, ModelSpec, ResizeFit},
    observation::{BoundingBox, Detection, Observation},
};
use fieldproof_vision::{Details, Limits, Model, OnnxFile, RtenEngine, Understood};

use crate::{files::png, read, scene::Picture};

const COLOUR: &[u8] = include_bytes!("../models/embedding.onnx");

fn plain(rgb: [u8; 3]) -> Vec<u8> {
    png(&Picture::of(64, 48, |_, _| rgb))
}

/// Knows red, in two shades, and blue.
fn model() -> Model {
    let spec = ModelSpec {
        file: String::new(),
        kind: ModelKind::Embedding,
        labels: Vec::new(),
        characters_file: None,
        references: Default::default(),
        input: ModelInput::new([16, 16], ResizeFit::Stretch),
        format: None,
    };
    let mut model = Model::load(&RtenEngine, &spec, COLOUR).unwrap();
    for (name, rgb) in [("red", [255, 0, 0]), ("red", [255, 90, 90]), ("blue", [0, 0, 255])] {
        model.add_reference(name, &read(&plain(rgb)).unwrap()).unwrap();
    }
    model
}

#[test]
fn a_photo_is_like_the_nearest_photo_of_each_reference() {
    let seen = model().observe(&read(&plain([255, 90, 90])).unwrap(), 0.5).unwrap();
    let Observation::Embedding { vector, scores } = seen else { panic!("no vector") };
    let length = vector.iter().map(|number| number * number).sum::<f32>();
    assert!((length - 1.0).abs() < 1e-6 && vector[0] > 0.9, "{vector:?}");
    assert_eq!(scores.keys().collect::<Vec<_>>(), ["blue", "red"]);
    assert!((scores["red"] - 1.0).abs() < 1e-6 && scores["blue"] < 0.0, "{scores:?}");
}

#[test]
fn regions_are_compared_too() {
    // Red at the left, blue at the right.
    let file = png(&Picture::of(64, 48, |x, _| if x < 32 { [255, 0, 0] } else { [0, 0, 255] }));
    let photo = read(&file).unwrap();
    let half = |xmin: f64| Detection {
        page: None,
        bbox: BoundingBox { xmin, ymin: 0.0, xmax: xmin + 0.5, ymax: 1.0 },
        score: 0.9,
        concept: "half".to_owned(),
    };
    let details = Details::new(&photo, &file, &Limits::default());
    let seen = model().observe_regions(&details, &[half(0.5), half(0.0)], 0.0, 0.5).unwrap();
    let Observation::Regions(seen) = seen else { panic!("no regions") };
    let likeness: Vec<_> = seen
        .iter()
        .map(|(_, seen)| match seen {
            Observation::Embedding { scores, .. } => [scores["blue"] > 0.99, scores["red"] > 0.99],
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(likeness, [[true, false], [false, true]]);
}

#[test]
fn it_is_known_by_its_shape() {
    let found = Understood::of(&RtenEngine, &OnnxFile::read(COLOUR).unwrap()).unwrap();
    assert_eq!((found.spec.kind, found.spec.labels.len()), (ModelKind::Embedding, 0));
    assert_eq!(found.shapes, [[1, 3, 1, 1]]);
}
