//! Puts names in place of what differs from run to run: ids (the same name for the same id), times, hosts, signatures.

use serde_json::{Map, Value};

/// A copy that is the same in every run.
pub(crate) fn redact(value: &Value) -> Value {
    Redaction::default().value(value)
}

#[derive(Default)]
struct Redaction {
    ids: Vec<String>,
}

impl Redaction {
    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(key, value)| (key.clone(), self.value(value)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            // Measures may differ in the last digits from one processor to the next.
            Value::Number(number) if number.is_f64() => {
                let number = number.as_f64().unwrap();
                let digits = if number.abs() <= 1.0 { 100.0 } else { 10.0 };
                Value::from((number * digits).round() / digits)
            }
            other => other.clone(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        if is_time(text) {
            return "[time]".to_owned();
        }
        let mut text = text.to_owned();
        if let Some((path, _)) = text.split_once("?Expires=") {
            let path = path.split_once("/files/").expect("a link to a file").1;
            text = format!("[server]/files/{path}?Expires=[time]&Signature=[signature]");
        }
        // Ids stand between characters that are no part of one.
        let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
        let words: Vec<&str> = text.split_inclusive(|c| !is_part(c)).collect();
        let named = words.iter().map(|word| {
            let id = word.trim_end_matches(|c| !is_part(c));
            if is_id(id) { word.replace(id, &self.name(id)) } else { (*word).to_owned() }
        });
        named.collect()
    }

    fn name(&mut self, id: &str) -> String {
        let position = self.ids.iter().position(|known| known == id).unwrap_or_else(|| {
            self.ids.push(id.to_owned());
            self.ids.len() - 1
        });
        format!("[id {}]", position + 1)
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

/// `2023-05-29T12:12:11.584841Z`, and nothing else.
fn is_time(text: &str) -> bool {
    let pattern = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            wanted => byte == wanted,
        })
}
