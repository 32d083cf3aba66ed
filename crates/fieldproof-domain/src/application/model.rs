//! Models: what `application.yaml` says of them, and what their files say.

use indexmap::IndexMap;

/// A model file and how to feed it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelSpec {
    /// Relative to the application's folder, `/`-separated.
    pub file: String,
    /// What it answers.
    pub kind: ModelKind,
    /// In the order of the model's outputs; of a text model, the characters that it reads; of an embedding model, the names
    /// of its references.
    pub labels: Vec<String>,
    /// The file that lists the characters of a text model, one in each line, if they are in one.
    pub characters_file: Option<String>,
    /// Photos that an embedding model compares with, by name, relative to the application's folder.
    pub references: IndexMap<String, Vec<String>>,
    /// Preprocessing.
    pub input: ModelInput,
    /// How its outputs are to be read, one of [`ModelKind::formats`]; `None`: as they look.
    pub format: Option<String>,
}

/// What a model answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// One label for the photo.
    Classification,
    /// Boxes.
    Detection,
    /// What is written on the photo, one line.
    Text,
    /// A vector, which is near that of a photo of the like.
    Embedding,
}

impl ModelKind {
    /// Its word in an application.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Detection => "detection",
            Self::Text => "text",
            Self::Embedding => "embedding",
        }
    }

    /// What happens to a photo of another shape when nothing else is said.
    pub fn usual_fit(self) -> ResizeFit {
        match self {
            Self::Classification | Self::Embedding => ResizeFit::Stretch,
            Self::Detection => ResizeFit::Letterbox,
            Self::Text => ResizeFit::Line,
        }
    }

    /// The words for how the outputs of such a model can be read (reference: `docs/application.md`, models).
    pub fn formats(self) -> &'static [&'static str] {
        match self {
            Self::Classification => &["scores", "softmax", "logits", "sigmoid", "sigmoid_logits"],
            Self::Detection => &["yolov8", "yolov5", "end_to_end", "torchvision", "ssd", "detr"],
            Self::Text => &["ctc", "ctc_blank_last"],
            Self::Embedding => &["vector"],
        }
    }
}

/// How the photo becomes the model's input tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInput {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// What happens to another aspect ratio.
    pub fit: ResizeFit,
    /// Subtracted from the 0..=1 value of each channel.
    pub mean: [f32; 3],
    /// Divides it after that.
    pub std: [f32; 3],
    /// In which order a pixel's colours come.
    pub channels: Channels,
    /// In which order the dimensions come.
    pub layout: Layout,
    /// What the values are.
    pub numbers: InputType,
}

impl ModelInput {
    /// Colours from 0 to 1, as most exporters have it.
    pub fn new(size: [u32; 2], fit: ResizeFit) -> Self {
        Self {
            size,
            fit,
            mean: [0.0; 3],
            std: [1.0; 3],
            channels: Channels::Rgb,
            layout: Layout::Nchw,
            numbers: InputType::Float32,
        }
    }
}

/// In which order a pixel's colours come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red: what OpenCV reads.
    Bgr,
}

/// In which order the dimensions of a model's input come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Photos, colours, rows, columns: PyTorch.
    Nchw,
    /// Photos, rows, columns, colours: TensorFlow.
    Nhwc,
}

/// What the values of a model's input are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputType {
    /// 32-bit floats, less the mean and divided by the deviation.
    Float32,
    /// Bytes as they are, 0..=255: the model does the rest.
    Uint8,
}

/// What happens to a photo whose aspect ratio is not the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResizeFit {
    /// Scaled to fit, centred, padded with grey 114.
    Letterbox,
    /// Scaled to the size, aspect ratio lost.
    Stretch,
    /// Scaled to cover, and what stands over at two opposite sides is cut off.
    Crop,
    /// Scaled to the height, at the left, and squeezed where it would be wider than the input: how lines of text are read.
    Line,
}

/// A file that a model's description names, as far as it is looked at before the model is loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelFile {
    /// An ONNX file.
    Onnx(ModelFacts),
    /// A text.
    Text(String),
}

/// What a model's file says of itself. What `application.yaml` says goes before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelFacts {
    /// In the order of the model's outputs, each once.
    pub labels: Option<Vec<String>>,
    /// What a text model reads, in the order of its outputs.
    pub characters: Option<Vec<String>>,
    /// Width and height in pixels.
    pub size: Option<[u32; 2]>,
    /// Subtracted from the 0..=1 value of each channel.
    pub mean: Option<[f32; 3]>,
    /// Divides it after that.
    pub std: Option<[f32; 3]>,
    /// In which order a pixel's colours come.
    pub channels: Option<Channels>,
    /// In which order the dimensions come.
    pub layout: Option<Layout>,
    /// What the values are.
    pub numbers: Option<InputType>,
}

impl ModelFacts {
    /// The input that these facts ask for, as far as they go.
    pub fn input(&self, fit: ResizeFit) -> ModelInput {
        let usual = ModelInput::new(self.size.unwrap_or([1, 1]), fit);
        ModelInput {
            mean: self.mean.unwrap_or(usual.mean),
            std: self.std.unwrap_or(usual.std),
            channels: self.channels.unwrap_or(usual.channels),
            layout: self.layout.unwrap_or(usual.layout),
            numbers: self.numbers.unwrap_or(usual.numbers),
            ..usual
        }
    }
}
