//! The encoding of an ONNX file: protocol buffers, as far as such files use them.

/// One field of a message: its number and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
}

/// A field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Number(u64),
    /// A text, a message, packed numbers, or any bytes.
    Bytes(&'a [u8]),
    /// Four or eight bytes that no reader here asks for.
    Fixed,
}

impl<'a> Value<'a> {
    /// The bytes; none of another value.
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Number(_) | Self::Fixed => &[],
        }
    }

    /// The bytes as text; what is none of it is replaced.
    pub(super) fn text(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// The number as the signed one that was written; 0 of another value.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Number(number) => number.cast_signed(),
            Self::Bytes(_) | Self::Fixed => 0,
        }
    }
}

/// The fields of a message, in order, up to the first that is malformed, which is `None`.
pub(super) fn fields(message: &[u8]) -> impl Iterator<Item = Option<Field<'_>>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let read = field(rest);
        rest = read.map_or(&[], |(_, tail)| tail);
        Some(read.map(|(field, _)| field))
    })
}

/// The fields of a message that is known to be well formed.
pub(super) fn sound_fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    fields(message).map_while(|field| field)
}

/// A number of up to 64 bits, seven in each byte, and what follows it.
pub(super) fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7F) << (7 * index);
        if *byte < 0x80 {
            // The tenth byte has room for one bit.
            return (index < 9 || *byte < 2).then_some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

fn field(bytes: &[u8]) -> Option<(Field<'_>, &[u8])> {
    let (key, tail) = number(bytes)?;
    let (value, tail) = match key & 7 {
        0 => number(tail).map(|(value, tail)| (Value::Number(value), tail))?,
        1 => (Value::Fixed, tail.get(8..)?),
        2 => {
            let (length, tail) = number(tail)?;
            let (content, tail) = tail.split_at_checked(usize::try_from(length).ok()?)?;
            (Value::Bytes(content), tail)
        }
        5 => (Value::Fixed, tail.get(4..)?),
        _ => return None,
    };
    Some((Field { number: key >> 3, value }, tail))
}
