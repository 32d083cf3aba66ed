//! What files say of changes after the photo was taken.

use std::io::Cursor;

use exif::{Field, In, Tag, Value, experimental::Writer};
use fieldproof_domain::check::EditTraces;
use jpeg_encoder::{ColorType, Encoder};

use crate::{
    files::{Jpeg, jpeg},
    read,
    scene::Picture,
};

const XMP: &[u8] =
    b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description xmp:CreatorTool='Snapseed 2.0'/></x:xmpmeta>";

/// An EXIF block that names a program and holds a small picture.
pub(crate) fn exif_with(software: &str, small: &[u8]) -> Vec<u8> {
    let field = |tag, ifd_num, value| Field { tag, ifd_num, value };
    let fields = [
        field(Tag::Software, In::PRIMARY, Value::Ascii(vec![software.as_bytes().to_vec()])),
        field(Tag::Compression, In::THUMBNAIL, Value::Short(vec![6])),
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    writer.set_jpeg(small, In::THUMBNAIL);
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).unwrap();
    block.into_inner()
}

/// A JPEG file with a C2PA manifest, cut into segments of a few bytes as long ones are, and an XMP packet.
pub(crate) fn signed_jpeg(picture: &Picture) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 80);
    encoder.add_app_segment(1, XMP.to_vec()).unwrap();
    let boxes = manifest();
    let (header, content) = boxes.split_at(8);
    for (number, part) in (1_u32..).zip(content.chunks(40)) {
        let segment = [b"JP\0\x01", &number.to_be_bytes()[..], header, part].concat();
        encoder.add_app_segment(11, segment).unwrap();
    }
    encoder.encode(&picture.rgb, picture.width as u16, picture.height as u16, ColorType::Rgb).unwrap();
    file
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

fn labelled(label: &str, content: &[u8]) -> Vec<u8> {
    let description = [&[0; 16][..], &[3], label.as_bytes(), &[0]].concat();
    boxed(b"jumb", &[boxed(b"jumd", &description), content.to_vec()].concat())
}

/// `{"actions": [{"action": "c2pa.edited"}]}` in CBOR.
fn manifest() -> Vec<u8> {
    let actions = b"\xA1\x67actions\x81\xA1\x66action\x6Bc2pa.edited";
    labelled("c2pa", &labelled("c2pa.assertions", &labelled("c2pa.actions", &boxed(b"cbor", actions))))
}

fn traces(file: &[u8]) -> EditTraces {
    read(file).unwrap().edit_traces(file)
}

#[test]
fn a_photo_as_the_camera_saved_it() {
    let scene = Picture::scene(3, 640, 480);
    let exif = exif_with("Camera 1.0", &jpeg(&Picture::scene(3, 160, 120), 80));
    let traces = traces(&Jpeg { exif, ..Jpeg::default() }.file(&scene));
    assert_eq!(traces.software, ["Camera 1.0"]);
    assert!(traces.thumbnail.is_some_and(|thumbnail| thumbnail.share < 0.02), "{traces:?}");
    assert_eq!((traces.claims, traces.source_type), (None, None));
}

#[test]
fn another_picture_behind_the_small_one() {
    let exif = exif_with("x", &jpeg(&Picture::scene(4, 160, 120), 80));
    let traces = traces(&Jpeg { exif, ..Jpeg::default() }.file(&Picture::scene(3, 640, 480)));
    assert!(traces.thumbnail.is_some_and(|thumbnail| thumbnail.share > 0.1), "{traces:?}");
}

#[test]
fn packets_and_manifests_in_segments() {
    let traces = traces(&signed_jpeg(&Picture::scene(3, 64, 48)));
    assert_eq!(traces.software, ["Snapseed 2.0"]);
    assert_eq!(traces.claims.unwrap().actions, ["c2pa.edited"]);
}

#[test]
fn a_photo_that_says_nothing() {
    assert_eq!(traces(&jpeg(&Picture::scene(3, 64, 48), 80)), EditTraces::default());
    let exif = exif_with("x", b"no picture");
    assert_eq!(traces(&Jpeg { exif, ..Jpeg::default() }.file(&Picture::scene(3, 64, 48))).thumbnail, None);
}
