//! A model that people have: PaddleOCR's reader of lines, as RapidOCR exports it. `FIELDPROOF_TEST_PADDLEOCR` names its file,
//! which `cargo xtask test` fetches.

use fieldproof_domain::{application::ModelKind, observation::Observation};
use fieldproof_vision::{LabelSource, OnnxFile, RtenEngine, Understood};

use crate::read;

#[test]
fn a_line_is_read_with_nothing_but_the_file() {
    let Some(file) = std::env::var_os("FIELDPROOF_TEST_PADDLEOCR") else {
        println!("there is no model of PaddleOCR: FIELDPROOF_TEST_PADDLEOCR is not set");
        return;
    };
    let bytes = std::fs::read(file).unwrap();
    let found = Understood::of(&RtenEngine, &OnnxFile::read(&bytes).unwrap()).unwrap();
    assert_eq!((found.spec.kind, found.labels), (ModelKind::Text, LabelSource::File));
    assert_eq!(found.spec.input.size, [320, 48]);
    let line = read(include_bytes!("../photos/line.png")).unwrap();
    match found.model.observe(&line, 0.0).unwrap() {
        Observation::Text { text, score } => {
            assert_eq!(text, "CMIB-G-X-4NOZAJ");
            assert!(score > 0.9, "{score}");
        }
        other => panic!("{other:?}"),
    }
}
