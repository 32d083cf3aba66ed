//! What a C2PA manifest claims: CBOR in JUMBF boxes (C2PA specification 2.1, sections 11 and 18). Signatures are not
//! verified.

use ciborium::Value;
use fieldproof_domain::check::Claims;

use super::{Names, last_part};

/// Deepest box and deepest value that are looked into.
const MAX_DEPTH: usize = 16;

/// Most boxes of a manifest.
const MAX_BOXES: usize = 2000;

/// `None`: it is no manifest.
pub(super) fn read(boxes: &[u8]) -> Option<Claims> {
    let mut found = Found::default();
    found.walk(boxes, "", 0);
    found.is_manifest.then_some(Claims {
        generator: found.generator,
        actions: found.actions.0,
        source_types: found.source_types.0,
    })
}

#[derive(Default)]
struct Found {
    boxes: usize,
    is_manifest: bool,
    generator: Option<String>,
    actions: Names,
    source_types: Names,
}

impl Found {
    /// The boxes in `bytes`, which lie in a box with that label. `None`: they end too early.
    fn walk(&mut self, mut bytes: &[u8], label: &str, depth: usize) -> Option<()> {
        while depth < MAX_DEPTH && self.boxes < MAX_BOXES {
            self.boxes += 1;
            let (kind, content, rest) = next_box(bytes)?;
            match kind {
                b"jumb" => {
                    let (_, description, inner) = next_box(content)?;
                    let label = label_of(description).unwrap_or_default();
                    self.is_manifest |= label == "c2pa";
                    self.walk(inner, label, depth + 1);
                }
                b"cbor" => self.note(label, content),
                _ => {}
            }
            bytes = rest;
        }
        None
    }

    fn note(&mut self, label: &str, content: &[u8]) {
        let is =
            |name: &str| label == name || label.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '_']));
        if !(is("c2pa.claim") || is("c2pa.actions")) {
            return;
        }
        let Ok(value) = ciborium::de::from_reader_with_recursion_limit::<Value, _>(content, MAX_DEPTH) else { return };
        if is("c2pa.actions") {
            self.note_actions(&value);
        } else if let Some(name) = generator(&value) {
            // Manifests come in the order of their making, and the last is of the file as it is.
            self.generator = super::clean(&name);
        }
    }

    fn note_actions(&mut self, assertion: &Value) {
        for action in get(assertion, "actions").and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = get(action, "action").and_then(Value::as_text) {
                self.actions.add(name);
            }
            if let Some(kind) = get(action, "digitalSourceType").and_then(Value::as_text).and_then(last_part) {
                self.source_types.add(&kind);
            }
        }
    }
}

/// Kind and content of the first box, and what comes behind it (ISO 19566-5, section 4.2).
fn next_box(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let (length, header, rest) = match u32::from_be_bytes(*length) {
        // To the end.
        0 => return Some((kind, rest, &[])),
        1 => {
            let (length, rest) = rest.split_first_chunk::<8>()?;
            (usize::try_from(u64::from_be_bytes(*length)).ok()?, 16, rest)
        }
        length => (length as usize, 8, rest),
    };
    let (content, rest) = rest.split_at_checked(length.checked_sub(header)?)?;
    Some((kind, content, rest))
}

/// Of a description box: a type of 16 bytes, toggles, and the label when they say so.
fn label_of(description: &[u8]) -> Option<&str> {
    const HAS_LABEL: u8 = 2;
    let (toggles, rest) = description.get(16..)?.split_first()?;
    let label = rest.split(|byte| *byte == 0).next().filter(|_| toggles & HAS_LABEL != 0)?;
    std::str::from_utf8(label).ok()
}

/// `claim_generator_info` (a map, or a list of maps, with `name` and `version`), else `claim_generator`.
fn generator(claim: &Value) -> Option<String> {
    let info = get(claim, "claim_generator_info");
    let info = info.and_then(|info| info.as_array().map_or(Some(info), |list| list.first()));
    let text = |key| info.and_then(|info| get(info, key)).and_then(Value::as_text);
    match (text("name"), text("version")) {
        (Some(name), Some(version)) => Some(format!("{name} {version}")),
        (Some(name), None) => Some(name.to_owned()),
        _ => get(claim, "claim_generator").and_then(Value::as_text).map(str::to_owned),
    }
}

fn get<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.as_map()?.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
    }

    fn labelled(label: &str, content: &[u8]) -> Vec<u8> {
        let description = [&[0; 16][..], &[3], label.as_bytes(), &[0]].concat();
        boxed(b"jumb", &[boxed(b"jumd", &description), content.to_vec()].concat())
    }

    fn cbor(value: serde_json::Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(&value, &mut bytes).unwrap();
        boxed(b"cbor", &bytes)
    }

    fn manifest() -> Vec<u8> {
        let actions = cbor(serde_json::json!({"actions": [
            {"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"},
            {"action": "c2pa.edited"},
        ]}));
        let claim = cbor(serde_json::json!({"claim_generator_info": [{"name": "Some Editor", "version": "2.1"}]}));
        let assertions = labelled("c2pa.assertions", &labelled("c2pa.actions.v2", &actions));
        let inner = [assertions, labelled("c2pa.claim.v2", &claim)].concat();
        labelled("c2pa", &labelled("urn:c2pa:1", &inner))
    }

    #[test]
    fn claims_of_a_manifest() {
        let claims = read(&manifest()).unwrap();
        assert_eq!(claims.generator.as_deref(), Some("Some Editor 2.1"));
        assert_eq!(claims.actions, ["c2pa.created", "c2pa.edited"]);
        assert_eq!(claims.source_types, ["digitalCapture"]);
    }

    #[test]
    fn older_claims_name_their_generator_in_one_text() {
        let claim = labelled("c2pa.claim", &cbor(serde_json::json!({"claim_generator": "Old 1"})));
        assert_eq!(read(&labelled("c2pa", &claim)).unwrap().generator.as_deref(), Some("Old 1"));
    }

    #[test]
    fn what_is_broken_or_something_else() {
        assert_eq!(read(b""), None);
        assert_eq!(read(&labelled("other", &[])), None);
        let manifest = manifest();
        for length in 0..manifest.len() {
            read(&manifest[..length]);
        }
        // Boxes in boxes, and lists in lists.
        let deep = (0..200).fold(Vec::new(), |inner, _| labelled("c2pa", &inner));
        assert_eq!(read(&deep), Some(Claims::default()));
        let lists = boxed(b"cbor", &[vec![0x81; 10_000], vec![0x00]].concat());
        assert_eq!(read(&labelled("c2pa", &labelled("c2pa.actions", &lists))), Some(Claims::default()));
    }
}
