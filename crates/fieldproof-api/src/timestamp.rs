//! Times on the wire: UTC, microseconds, `Z` (contract section 1.2).

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, SchemaFormat, Type},
};

/// A time that is written like `2023-05-29T12:12:11.584841Z`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timestamp(pub(crate) DateTime<Utc>);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.format("%Y-%m-%dT%H:%M:%S%.6fZ"))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time)
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<utoipa::openapi::schema::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2023-05-29T12:12:11.584841Z"])
            .into()
    }
}

impl ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_six_digits() {
        let time = |micros| serde_json::to_value(Timestamp(DateTime::from_timestamp_micros(micros).unwrap())).unwrap();
        assert_eq!(time(1_685_362_331_584_841), "2023-05-29T12:12:11.584841Z");
        assert_eq!(time(1_685_362_331_000_000), "2023-05-29T12:12:11.000000Z");
    }
}
