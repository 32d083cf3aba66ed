//! Where things lie below the address that an export goes to (contract section 5).

use crate::{
    export::ExportType,
    ids::{InputId, SiteId},
};

/// How a data file is made smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::None, Self::Gzip, Self::Zstd];

    /// The word in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// That with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|compression| compression.as_str() == word)
    }

    /// What it adds to a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }
}

/// `<site_id>/data/<export_type>`.
pub fn data_folder(site: SiteId, kind: ExportType) -> String {
    format!("{site}/data/{}", kind.as_str())
}

/// `<site_id>/data/<export_type>/<name>.json`.
pub fn data_key(site: SiteId, kind: ExportType, name: &str, compression: Compression) -> String {
    format!("{}/{name}.json{}", data_folder(site, kind), compression.ending())
}

/// Beside the data file: `<name>.manifest.json`.
pub fn manifest_key(site: SiteId, kind: ExportType, name: &str) -> String {
    format!("{}/{name}.manifest.json", data_folder(site, kind))
}

/// `<site_id>/inputs/<input id><extension>`, where the extension has its dot.
pub fn photo_key(site: SiteId, input: InputId, extension: &str) -> String {
    format!("{site}/inputs/{input}{extension}")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn everything_lies_where_it_is_documented() {
        let site = SiteId(Uuid::from_u128(0x433a_60f6_9756_473e_b1e9_9e89_e24b_b787));
        let name = "2025-03-16_00:00:00_2025-03-17_00:00:00";
        let key = |compression| data_key(site, ExportType::States, name, compression);
        let folder = "433a60f6-9756-473e-b1e9-9e89e24bb787/data/work-orders-states";
        assert_eq!(key(Compression::None), format!("{folder}/{name}.json"));
        assert_eq!(key(Compression::Gzip), format!("{folder}/{name}.json.gz"));
        assert_eq!(key(Compression::Zstd), format!("{folder}/{name}.json.zst"));
        assert_eq!(manifest_key(site, ExportType::States, name), format!("{folder}/{name}.manifest.json"));
        let input = InputId(Uuid::from_u128(0x67dd_3441_bdee_4deb_9a48_f766_3637_ed78));
        let photo = "433a60f6-9756-473e-b1e9-9e89e24bb787/inputs/67dd3441-bdee-4deb-9a48-f7663637ed78.png";
        assert_eq!(photo_key(site, input, ".png"), photo);
    }
}
