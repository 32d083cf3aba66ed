//! A call uses one core, however many the machine has: the caller's pool decides how many run at once. By itself, so
//! that no other test's threads are counted.
#![cfg(target_os = "linux")]

use fieldproof_domain::application::{ModelInput, ModelKind, ModelSpec, ResizeFit};
use fieldproof_vision::{JPEG_DECODER, Limits, Model, RtenEngine, WorkingScale, decode};
use jpeg_encoder::{ColorType, Encoder};

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

#[test]
fn calls_share_one_thread_beside_the_caller() {
    let before = threads();
    let mut file = Vec::new();
    let encoder = Encoder::new(&mut file, 80);
    let pixels: Vec<u8> = (0..800 * 700 * 3).map(|index| (index % 251) as u8).collect();
    encoder.encode(&pixels, 800, 700, ColorType::Rgb).unwrap();
    decode(&file, &Limits::default(), WorkingScale::default()).unwrap();
    // libjpeg-turbo needs none.
    let pool = usize::from(JPEG_DECODER != "libjpeg-turbo");
    assert_eq!(threads(), before + pool);

    // rten makes its own pool as well, once for the process, and leaves it idle where it is given another.
    let spec = ModelSpec {
        file: "models/detector.onnx".to_owned(),
        kind: ModelKind::Detection,
        labels: vec!["door".to_owned(), "plate".to_owned()],
        characters_file: None,
        references: Default::default(),
        input: ModelInput::new([64, 64], ResizeFit::Letterbox),
        format: None,
    };
    let model = Model::load(&RtenEngine, &spec, include_bytes!("models/detector.onnx")).unwrap();
    let after_loading = threads();
    let photo = decode(&file, &Limits::default(), WorkingScale::default()).unwrap();
    for _ in 0..3 {
        decode(&file, &Limits::default(), WorkingScale::default()).unwrap();
        photo.measures();
        photo.perceptual_hash();
        model.observe(&photo, 0.5).unwrap();
    }
    assert_eq!(threads(), after_loading);
}
