//! The canonical line of a row.

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{Table, catalogue::Column};
use crate::{
    StoreError,
    db::{Kind, Row, Value},
};

/// The row as a line, with its end.
pub(super) fn write(table: &Table, row: &Row) -> Result<Vec<u8>, StoreError> {
    let mut object = Map::with_capacity(table.columns.len());
    for (at, column) in table.columns.iter().enumerate() {
        let value = match row.value(at, column.kind)? {
            Value::Null => Json::Null,
            Value::Integer(value) => value.into(),
            Value::Text(text) => text.into(),
            Value::Bytes(bytes) => hex(&bytes).into(),
            Value::Id(id) => hex(id.as_bytes()).into(),
        };
        object.insert(column.name.clone(), value);
    }
    let mut line = serde_json::to_vec(&object).map_err(|error| refuse(table, &error))?;
    line.push(b'\n');
    Ok(line)
}

/// The values of a line, in the order of the table's columns.
pub(super) fn read(table: &Table, line: &[u8]) -> Result<Vec<Value>, StoreError> {
    let mut object: Map<String, Json> = serde_json::from_slice(line).map_err(|error| refuse(table, &error))?;
    let mut values = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let value = object.remove(&column.name).and_then(|json| value(column, json));
        values.push(value.ok_or_else(|| refuse(table, &format_args!("a row has no fitting {}", column.name)))?);
    }
    match object.keys().next() {
        Some(other) => Err(refuse(table, &format_args!("a row has {other}, which the table has not"))),
        None => Ok(values),
    }
}

fn value(column: &Column, json: Json) -> Option<Value> {
    Some(match (column.kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Integer, Json::Number(number)) => Value::Integer(number.as_i64()?),
        (Kind::Text, Json::String(text)) => Value::Text(text),
        (Kind::Bytes, Json::String(text)) => Value::Bytes(unhex(&text)?),
        (Kind::Id, Json::String(text)) => Value::Id(Uuid::from_slice(&unhex(&text)?).ok()?),
        _ => return None,
    })
}

fn refuse(table: &Table, reason: &dyn std::fmt::Display) -> StoreError {
    StoreError::NotCopied { table: table.name.clone(), reason: reason.to_string() }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(kind: Kind) -> Table {
        let column = Column { name: "x".into(), kind, is_identity: false };
        Table { name: "t".into(), references: vec![], columns: vec![column.clone()], key: vec![column] }
    }

    #[test]
    fn a_line_that_does_not_fit_its_table_is_refused() {
        let text = table(Kind::Text);
        assert!(matches!(read(&text, b"{\"x\":\"a\"}").unwrap()[..], [Value::Text(_)]));
        for line in [&b"{\"x\":1}"[..], b"{}", b"{\"x\":\"a\",\"y\":1}", b"{\"x\":\"a\"", b"", b"[]"] {
            assert!(read(&text, line).is_err(), "{}", String::from_utf8_lossy(line));
        }
        assert!(read(&table(Kind::Integer), b"{\"x\":1.5}").is_err());
        assert!(read(&table(Kind::Bytes), b"{\"x\":\"abc\"}").is_err(), "half a byte");
        assert!(read(&table(Kind::Id), b"{\"x\":\"abcd\"}").is_err(), "an id of two bytes");
    }

    #[test]
    fn hex_comes_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unhex(&hex(&bytes)).unwrap(), bytes);
        assert_eq!(hex(&[0, 171, 255]), "00abff");
        assert_eq!(unhex("xy"), None);
    }
}
