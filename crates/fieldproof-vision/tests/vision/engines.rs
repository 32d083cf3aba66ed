//! Every engine that is there gives the same. `FIELDPROOF_TEST_ONNXRUNTIME` names the library of ONNX Runtime, which
//! `cargo xtask test` fetches.

use std::path::{Path, PathBuf};

use fieldproof_domain::observation::Observation;
use fieldproof_vision::{Engine, ModelError, OnnxFile, OnnxRuntime, RtenEngine, Understood};
use rstest::rstest;

use crate::{files::jpeg, onnx_bytes::OnnxBytes, read, scene::Picture};

/// ONNX Runtime, if it is there.
fn onnxruntime() -> Option<OnnxRuntime> {
    let Some(library) = std::env::var_os("FIELDPROOF_TEST_ONNXRUNTIME") else {
        println!("there is no ONNX Runtime: FIELDPROOF_TEST_ONNXRUNTIME is not set");
        return None;
    };
    Some(OnnxRuntime::open(Path::new(&library)).unwrap())
}

/// The models of the tests and of the demo.
fn models() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/models", "tests/models/formats", "tests/models/reading", "../../apps/demo/models"];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(here.join(folder)).unwrap());
    let mut models: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    models.retain(|file| file.extension().is_some_and(|extension| extension == "onnx"));
    models.sort();
    models
}

/// All numbers of an observation, and all words.
fn parts(seen: &Observation) -> (Vec<String>, Vec<f64>) {
    match seen {
        Observation::Detections(found) => (
            found.iter().map(|seen| seen.concept.clone()).collect(),
            found
                .iter()
                .flat_map(|seen| [seen.score, seen.bbox.xmin, seen.bbox.ymin, seen.bbox.xmax, seen.bbox.ymax])
                .collect(),
        ),
        Observation::Classification { concept, score, scores } => {
            (vec![concept.clone()], [*score].into_iter().chain(scores.values().copied()).collect())
        }
        Observation::Text { text, score } => (vec![text.clone()], vec![*score]),
        Observation::Embedding { vector, .. } => (Vec::new(), vector.iter().map(|number| f64::from(*number)).collect()),
        Observation::Regions(_) | Observation::Inscriptions(_) | Observation::NotRead => panic!("no model says so"),
    }
}

#[test]
fn engines_agree() {
    let Some(other) = onnxruntime() else { return };
    assert!(other.describe().starts_with("ONNX Runtime"), "{}", other.describe());
    let photo = read(&jpeg(&Picture::scene(3, 640, 480), 90)).unwrap();
    let mut compared = 0;
    for file in models() {
        let bytes = std::fs::read(&file).unwrap();
        let file = file.file_name().unwrap().to_string_lossy().into_owned();
        let onnx = OnnxFile::read(&bytes).unwrap();
        let seen = [&RtenEngine as &dyn Engine, &other].map(|engine| {
            let model = Understood::of(engine, &onnx)?.model;
            model.observe(&photo, 0.25)
        });
        match seen {
            [Ok(ours), Ok(theirs)] => {
                let ((our_words, ours), (their_words, theirs)) = (parts(&ours), parts(&theirs));
                assert_eq!(our_words, their_words, "{file}");
                let near = ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-4);
                assert!(ours.len() == theirs.len() && near, "{file}: {ours:?} {theirs:?}");
                compared += 1;
            }
            // Those that are wrong on purpose are wrong on every engine.
            [Err(_), Err(_)] => {}
            [ours, theirs] => panic!("{file}: {ours:?} {theirs:?}"),
        }
    }
    assert!(compared >= 12, "{compared} models were compared");
}

#[test]
fn a_model_is_shared_by_threads_on_onnx_runtime() {
    let Some(engine) = onnxruntime() else { return };
    let onnx = include_bytes!("../models/detector.onnx");
    let onnx = OnnxFile::read(onnx).unwrap();
    let session = engine.load(&onnx).unwrap();
    let run = || {
        let values = fieldproof_vision::Values::Float32(vec![1.0; 3 * 64 * 64]);
        session.run(fieldproof_vision::Input { shape: vec![1, 3, 64, 64], values }).unwrap()
    };
    let expected = run();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(run(), expected)));
        }
    });
}

#[rstest]
#[case::operator(OnnxBytes::new().input("x", 1, None).output("y").node("BlackBox", "x", "y").bytes(), "BlackBox")]
#[case::nothing(OnnxBytes::new().bytes(), "ONNX Runtime cannot load the model")]
fn what_onnx_runtime_refuses_is_told(#[case] file: Vec<u8>, #[case] message: &str) {
    let Some(engine) = onnxruntime() else { return };
    let onnx = OnnxFile::read(&file).unwrap();
    match engine.load(&onnx) {
        Err(error @ ModelError::Load { .. }) => assert!(error.to_string().contains(message), "{error}"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was loaded"),
    }
}

#[test]
fn a_library_that_is_none_is_told() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in [here.join("no-library.so"), here.join("Cargo.toml")] {
        let error = OnnxRuntime::open(&path).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{} cannot be used as ONNX Runtime: ", path.display())), "{error}");
    }
}
