//! What a model is, for someone who has only its file.

use fieldproof_domain::application::{InputType, ModelFacts, ModelKind, ModelSpec};

use super::{
    Model, blank,
    check::{MAX_SIDE, check_inputs, check_spec},
    format::{self, Outputs},
    preprocess,
};
use crate::{Engine, ModelError, OnnxFile, Session, Tensor, TensorInfo};

/// Sides that exporters use where a file leaves the size open, the likeliest first.
const USUAL_SIDES: [u32; 6] = [640, 224, 320, 512, 416, 256];

/// As many labels as COCO counts, which most models are first trained with.
const MADE_UP: usize = 91;

/// Width and height of the lines that text models are trained with, the likeliest first.
const USUAL_LINES: [[u32; 2]; 2] = [[320, 48], [320, 32]];
/// What is taken from the colours of text models, and divides them, where the file does not say: they go from -1 to 1.
const USUAL_LINE_COLOURS: [f32; 3] = [0.5; 3];

/// What was understood of a file, tried on a blank picture.
#[derive(Debug)]
pub struct Understood {
    /// What the file says of itself.
    pub facts: ModelFacts,
    /// A description that fits the model.
    pub spec: ModelSpec,
    /// Where its labels are from.
    pub labels: LabelSource,
    /// The shapes that it gave, in the order of its outputs.
    pub shapes: Vec<Vec<usize>>,
    /// The model, ready to look at photos.
    pub model: Model,
}

/// Where labels are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelSource {
    /// The file names them.
    File,
    /// Their number is in the shape of an output; they are called `label_0` and so on.
    Shape,
    /// Not even their number is known; enough of them are made up.
    Nowhere,
}

impl Understood {
    /// Finds the description that fits the model best.
    ///
    /// # Errors
    /// Every [`ModelError`]; [`ModelError::Output`] where the outputs are of no known kind.
    pub fn of(engine: &dyn Engine, file: &OnnxFile<'_>) -> Result<Self, ModelError> {
        let facts = file.facts();
        let session = engine.load(file)?;
        let (size, tensors) = tried(session.as_ref(), &file.inputs, &facts)?;
        let outputs = Outputs::new(size, &file.outputs, tensors);
        let guess = format::guess(file, &outputs)?;
        let named = if guess.kind == ModelKind::Text { &facts.characters } else { &facts.labels };
        // With a space behind the characters, there is one more.
        let fits = |number: usize, labels: &[String]| {
            number == labels.len() || (guess.kind == ModelKind::Text && number == labels.len() + 1)
        };
        let labels = named.clone().filter(|labels| guess.labels.is_none_or(|number| fits(number, labels)));
        let source = match (&labels, guess.labels) {
            (Some(_), _) => LabelSource::File,
            (None, Some(_)) => LabelSource::Shape,
            (None, None) => LabelSource::Nowhere,
        };
        let made_up = || (0..guess.labels.unwrap_or(MADE_UP)).map(|number| format!("label_{number}")).collect();
        let mut input = facts.input(guess.kind.usual_fit());
        input.size = size;
        if guess.kind == ModelKind::Text && input.numbers == InputType::Float32 {
            input.mean = facts.mean.unwrap_or(USUAL_LINE_COLOURS);
            input.std = facts.std.unwrap_or(USUAL_LINE_COLOURS);
        }
        let spec = ModelSpec {
            file: String::new(),
            kind: guess.kind,
            labels: labels.unwrap_or_else(made_up),
            characters_file: None,
            references: Default::default(),
            input,
            format: Some(guess.format.to_owned()),
        };
        check_spec(&spec)?;
        let model = Model::of_session(session, file, &spec)?;
        Ok(Self { facts, spec, labels: source, shapes: outputs.shapes(), model })
    }
}

/// The height of an input that has any width, as text models do.
fn height_of_lines(input: &TensorInfo) -> Option<u32> {
    match input.shape.as_deref() {
        Some([_, Some(3), Some(height), None] | [_, Some(height), None, Some(3)]) => {
            u32::try_from(*height).ok().filter(|height| *height <= MAX_SIDE)
        }
        _ => None,
    }
}

/// The size that the model takes, and what it gives for a blank picture of it.
fn tried(
    session: &dyn Session,
    inputs: &[TensorInfo],
    facts: &ModelFacts,
) -> Result<([u32; 2], Vec<Tensor>), ModelError> {
    let squares = USUAL_SIDES.map(|side| [side; 2]);
    let [[width, usual_height], _] = USUAL_LINES;
    let sizes = match (facts.size, inputs.first().and_then(height_of_lines)) {
        (Some(size), _) => vec![size],
        (None, Some(height)) => vec![[(height * width / usual_height).min(MAX_SIDE), height]],
        (None, None) if facts.characters.is_some() => USUAL_LINES.into_iter().chain(squares).collect(),
        (None, None) => squares.into_iter().chain(USUAL_LINES).collect(),
    };
    let mut first_error = None;
    for size in sizes {
        // How the picture is fitted makes no difference to the shapes.
        let mut input = facts.input(ModelKind::Classification.usual_fit());
        input.size = size;
        let run = check_inputs(inputs, &input).and_then(|()| session.run(preprocess::tensor(&blank(), &input).0));
        match run {
            Ok(tensors) => return Ok((size, tensors)),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| ModelError::Run { reason: "it takes no size".to_owned() }))
}
