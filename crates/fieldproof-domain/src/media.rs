//! What a file holds, by the end of its name.

/// The media type of a file that this program has named.
pub fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("jpeg" | "jpg") => "image/jpeg",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("pdf") => "application/pdf",
        Some("json") if name.ends_with(".manifest.json") => "application/json",
        Some("json") => "application/jsonl",
        Some("gz") => "application/gzip",
        Some("zst") => "application/zstd",
        Some("txt") => "text/plain",
        _ => "application/octet-stream",
    }
}
