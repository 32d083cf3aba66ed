//! PDF documents that ask for more than they may have, or are none.

use std::io::Write as _;

use fieldproof_testkit::{PdfDocument, Scene, TestServer};
use flate2::{Compression, write::ZlibEncoder};

use crate::{Untouched, memory::peak_memory, server};

const LIMIT: usize = 8 * 1024 * 1024;
const A4: [u32; 2] = [595, 842];

async fn refused(server: &TestServer, order: &Untouched<'_>, case: &str, pdf: &[u8], words: &str) {
    let answer = server.client().analyse(&order.id, "before", pdf).await;
    let message = order.refuses(case, "inputs", &answer).await;
    assert!(message.contains(words), "{case}: {message}");
}

fn text() -> PdfDocument {
    PdfDocument::default().text("A page")
}

fn pressed(byte: u8, count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![byte; 1024 * 1024];
    for _ in 0..count / block.len() {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

#[tokio::test]
async fn what_is_no_document_or_too_much_of_one() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let pages = |count| (0..count).fold(PdfDocument::default(), |pdf, _| pdf.text("A page")).bytes();
    let whole = pages(1);
    let long = [&pages(1)[..], &vec![b'%'; LIMIT]].concat();
    for (case, pdf, words) in [
        ("nothing but the mark", b"%PDF-1.7\n".to_vec(), "broken"),
        ("its first half", whole[..whole.len() / 2].to_vec(), "the PDF"),
        ("noise", [b"%PDF-1.7\n", &[0xAB; 4000][..]].concat(), "broken"),
        ("no pages", PdfDocument::default().bytes(), "the PDF"),
        ("21 pages", pages(21), "21 pages, more than the 20"),
        ("too long", long, "8 MB"),
        ("encrypted in no known way", text().bytes_with("/ID[<00><00>]/Encrypt<</Filter/None/V 9>>"), "encrypt"),
        ("a page as thin as a hair", PdfDocument::default().page("<<>>", [1, 14_000], b"").bytes(), "no size"),
    ] {
        refused(&server, &order, case, &pdf, words).await;
    }
}

/// Each ends the process that renders it, or its time; the server has its memory and answers others meanwhile.
#[tokio::test]
async fn what_takes_all_time_and_memory() {
    let server = server().start().await;
    let other = server.client().create(&serde_json::json!({"name": "other"})).await;
    let before = peak_memory(&server);
    let nested = [b"%PDF-1.7\n1 0 obj\n".to_vec(), b"[".repeat(2_000_000)].concat();
    let mut deep_content = text();
    let content = b"q ".repeat(3_000_000);
    deep_content = deep_content.page("<<>>", A4, &content);
    let mut endless = PdfDocument::default();
    let inside = |name: &str, number: usize| {
        format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</{name} {number} 0 R>>>>")
    };
    // Each form draws the next one twice, sixty deep.
    let mut last = endless.stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 9 9 re f");
    for _ in 0..60 {
        last = endless.stream(&inside("F", last), b"/F Do /F Do");
    }
    let endless = endless.page(&format!("<</XObject<</F {last} 0 R>>>>"), A4, b"/F Do");
    let mut bomb = PdfDocument::default();
    let head = "/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode";
    let image = bomb.stream(head, &pressed(9, 3 << 30));
    let bomb = bomb.page(&format!("<</XObject<</I {image} 0 R>>>>"), A4, b"595 0 0 842 0 0 cm /I Do");
    for (case, pdf) in [
        ("brackets without end", nested),
        ("states without end", deep_content.bytes()),
        ("forms in forms", endless.bytes()),
        ("three gigabytes of pixels", bomb.bytes()),
    ] {
        assert!(pdf.len() <= LIMIT, "{case}: {} bytes", pdf.len());
        let order = Untouched::new(&server).await;
        let answer = server.client().analyse(&order.id, "before", &pdf).await;
        // Some are merely white pages to a careful reader.
        if answer.status != 200 {
            order.refuses(case, "inputs", &answer).await;
        }
        let fine = server.client().analyse(&other, "after", &Scene::new(1).photo()).await;
        assert_eq!(fine.status, 200, "{case}: {}", fine.text());
    }
    let grown = peak_memory(&server).saturating_sub(before);
    assert!(grown < 300_000, "the server's memory grew by {grown} kB");
}
