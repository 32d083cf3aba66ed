//! `input` of a model: how a photo becomes what it is given.

use super::scalars::{items, number, whole, word};
use crate::application::{
    Channels, InputType, Layout, ModelFacts, ModelInput, ResizeFit,
    problem::Problems,
    yaml::{Content, Fields, Node},
};

/// Largest input side, in pixels.
const LARGEST_SIDE: u32 = 4096;

/// Reads the key `input` of a model onto what its file says.
pub(super) fn read(
    model: &mut Fields<'_>,
    name: &str,
    facts: &ModelFacts,
    input: &mut ModelInput,
    problems: &mut Problems,
) {
    const FIX: &str = "Write the size, which the model's file does not fix: input: {size: [width, height]}, in pixels.";
    let node = if facts.size.is_none() { model.require("input", FIX, problems) } else { model.get("input") };
    let Some(mut fields) = node.and_then(|node| Fields::open(node, format!("'input' of model '{name}'"), problems))
    else {
        return;
    };
    let size_node = if facts.size.is_none() { fields.require("size", FIX, problems) } else { fields.get("size") };
    input.size = size_node.and_then(|node| size(node, problems)).unwrap_or(input.size);
    if let Some(fit) = fields.get("fit") {
        let words = [
            ("letterbox", ResizeFit::Letterbox),
            ("stretch", ResizeFit::Stretch),
            ("crop", ResizeFit::Crop),
            ("line", ResizeFit::Line),
        ];
        input.fit = word(fit, "'fit'", &words, problems).unwrap_or(input.fit);
    }
    if let Some(numbers) = fields.get("type") {
        let words = [("float32", InputType::Float32), ("uint8", InputType::Uint8)];
        input.numbers = word(numbers, "'type'", &words, problems).unwrap_or(input.numbers);
    }
    let normalisation = [("mean", (-1000.0, 1000.0), &mut input.mean), ("std", (0.000_001, 1000.0), &mut input.std)];
    for (key, range, target) in normalisation {
        let Some(node) = fields.get(key) else { continue };
        if input.numbers == InputType::Uint8 {
            let fix = "Take it out: a model of bytes is given them as they are, 0 to 255.";
            problems.add(node.at, format!("'{key}' is of no use to model '{name}', whose input is uint8."), fix);
        }
        *target = channels(node, &format!("'{key}'"), range, problems).unwrap_or(*target);
    }
    if let Some(order) = fields.get("channels") {
        let words = [("rgb", Channels::Rgb), ("bgr", Channels::Bgr)];
        input.channels = word(order, "'channels'", &words, problems).unwrap_or(input.channels);
    }
    if let Some(layout) = fields.get("layout") {
        let words = [("nchw", Layout::Nchw), ("nhwc", Layout::Nhwc)];
        input.layout = word(layout, "'layout'", &words, problems).unwrap_or(input.layout);
    }
    fields.finish(problems);
}

fn size(node: &Node, problems: &mut Problems) -> Option<[u32; 2]> {
    let sides: Vec<u32> = items(node, "'size'", problems)
        .iter()
        .filter_map(|side| whole(side, "A side of 'size'", (1, LARGEST_SIDE), problems))
        .collect();
    if let Content::List(list) = &node.content
        && list.len() != 2
    {
        problems.add(node.at, format!("'size' has {} entries.", list.len()), "Write [width, height].");
    }
    <[u32; 2]>::try_from(sides).ok()
}

fn channels(node: &Node, what: &str, range: (f64, f64), problems: &mut Problems) -> Option<[f32; 3]> {
    let list = items(node, what, problems);
    if list.len() != 3 {
        if matches!(node.content, Content::List(_)) {
            problems.add(node.at, format!("{what} has {} entries.", list.len()), "Write [red, green, blue].");
        }
        return None;
    }
    let values: Vec<f32> =
        list.iter().filter_map(|item| number(item, what, range, problems)).map(|n| n as f32).collect();
    <[f32; 3]>::try_from(values).ok()
}
