//! From bytes to the tree, within bounds.

use std::collections::HashMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use super::{
    limits::{DEEPEST, LARGEST_FILE, MOST_NODES},
    node::{Content, Node},
    scalar::{Layout, Scalar},
};
use crate::application::problem::{Place, Problem};

/// Reads a file that holds one document.
pub(crate) fn read(text: &str) -> Result<Node, Problem> {
    if text.len() > LARGEST_FILE {
        return Err(whole_file(
            format!("The file has {} bytes.", text.len()),
            format!("{LARGEST_FILE} at most: keep photos and models in files of their own."),
        ));
    }
    let options = granit_parser::options! { flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
    let mut builder = Builder { text, open: Vec::new(), anchors: HashMap::new(), root: None, nodes: 0 };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            at(
                place(error.marker()),
                format!("This is not valid YAML: {}.", error.info()),
                "Check the indentation, the quotes and the brackets here.",
            )
        })?;
        builder.take(event, span)?;
    }
    builder.root.ok_or_else(|| {
        whole_file("The file is empty.".to_owned(), "Write the keys of the reference into it.".to_owned())
    })
}

/// A list or map that is not closed yet.
struct Open {
    at: Place,
    anchor: usize,
    children: Vec<Node>,
    is_map: bool,
}

struct Builder<'t> {
    text: &'t str,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    nodes: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let start = place(&span.start);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err(at(
                start,
                "A second document starts here.".to_owned(),
                "Keep one document in the file: take the '---' out.",
            )),
            Event::Scalar(value, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && !refuse_tag(tag.as_deref(), start)?;
                let layout = self.layout(&value, style, &span);
                let scalar = Scalar { text: value.into_owned(), plain, layout };
                self.close(Node { at: start, content: Content::Scalar(scalar), nodes: 1, levels: 0 }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => self.start(start, anchor, tag.as_deref(), false),
            Event::MappingStart(_, anchor, tag) => self.start(start, anchor, tag.as_deref(), true),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => {
                let Some(target) = self.anchors.get(&anchor) else {
                    return Err(at(
                        start,
                        "This alias stands inside what it repeats.".to_owned(),
                        "Write the part out.",
                    ));
                };
                // Counted before it is cloned: a bomb must not go off while it is looked at.
                self.nodes += target.nodes;
                self.check_size(start, target.levels)?;
                let node = target.clone();
                self.attach(node);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, at: Place, anchor: usize, tag: Option<&Tag>, is_map: bool) -> Result<(), Problem> {
        refuse_tag(tag, at)?;
        self.open.push(Open { at, anchor, children: Vec::new(), is_map });
        self.check_size(at, 0)
    }

    fn end(&mut self) -> Result<(), Problem> {
        let Some(done) = self.open.pop() else { return Ok(()) };
        let nodes = 1 + done.children.iter().map(|child| child.nodes).sum::<usize>();
        let levels = 1 + done.children.iter().map(|child| child.levels).max().unwrap_or(0);
        let content = if done.is_map {
            let mut entries = Vec::with_capacity(done.children.len() / 2);
            let mut children = done.children.into_iter();
            while let (Some(key), Some(value)) = (children.next(), children.next()) {
                entries.push((key, value));
            }
            Content::Map(entries)
        } else {
            Content::List(done.children)
        };
        self.close(Node { at: done.at, content, nodes, levels }, done.anchor)
    }

    fn close(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        self.nodes += 1;
        self.check_size(node.at, 0)?;
        if anchor != 0 {
            // The copy kept for aliases counts too: it takes the same memory.
            self.nodes += node.nodes;
            self.check_size(node.at, 0)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.attach(node);
        Ok(())
    }

    fn attach(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.root = Some(node),
        }
    }

    fn check_size(&self, place: Place, levels: usize) -> Result<(), Problem> {
        if self.open.len() + levels > DEEPEST {
            return Err(at(place, format!("Lists and maps are nested more than {DEEPEST} deep."), "Write it flatter."));
        }
        if self.nodes > MOST_NODES {
            return Err(at(
                place,
                format!("The file has more than {MOST_NODES} values, aliases followed."),
                "Split the application in two, or repeat less.",
            ));
        }
        Ok(())
    }

    fn layout(&self, value: &str, style: ScalarStyle, span: &Span) -> Layout {
        let start = place(&span.start);
        let source = span.byte_range().and_then(|range| self.text.get(range)).unwrap_or_default();
        match style {
            ScalarStyle::Plain if source == value => Layout::OneLine(start),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let inner = source.get(1..source.len().saturating_sub(1)).unwrap_or_default();
                if inner == value {
                    Layout::OneLine(Place { column: start.column + 1, ..start })
                } else {
                    Layout::Unknown
                }
            }
            // The marker stands at the first line's text; blank lines before it would belong to the value.
            ScalarStyle::Literal if !value.starts_with(['\n', ' ']) => Layout::Block(start),
            _ => Layout::Unknown,
        }
    }
}

/// Whether the tag is `!!str`, which makes a text of anything; other tags are refused.
fn refuse_tag(tag: Option<&Tag>, start: Place) -> Result<bool, Problem> {
    match tag {
        None => Ok(false),
        Some(tag) if tag.is_yaml_core_schema_tag("str") => Ok(true),
        Some(_) => Err(at(start, "YAML tags ('!...') are not supported.".to_owned(), "Take the tag out.")),
    }
}

fn place(marker: &Marker) -> Place {
    Place { line: count(marker.line()), column: count(marker.col()) + 1 }
}

/// Lines and columns of a file of at most 1 MiB.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX - 1)
}

fn at(place: Place, message: String, fix: &str) -> Problem {
    Problem { line: Some(place.line), column: Some(place.column), message, fix: fix.to_owned() }
}

fn whole_file(message: String, fix: String) -> Problem {
    Problem { line: None, column: None, message, fix }
}
