//! PDF documents, written by hand.

use std::fmt::Write as _;

/// A document in the making: its objects, of which the first two are the catalogue and the list of pages.
pub struct PdfDocument {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
}

/// Points of an A4 page.
const A4: [u32; 2] = [595, 842];

impl Default for PdfDocument {
    fn default() -> Self {
        Self { objects: vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), Vec::new()], pages: Vec::new() }
    }
}

impl PdfDocument {
    /// A page that shows a JPEG photo of that many pixels and nothing else.
    #[must_use]
    pub fn photo(self, jpeg: &[u8], width: u32, height: u32) -> Self {
        self.captioned(jpeg, width, height, "")
    }

    /// A page with a line of text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        let content = format!("BT /F 24 Tf 60 700 Td ({text}) Tj ET");
        self.page("<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>", A4, content.as_bytes())
    }

    /// A page that shows a JPEG photo, with a line of text over it.
    #[must_use]
    pub fn captioned(mut self, jpeg: &[u8], width: u32, height: u32, text: &str) -> Self {
        let head = format!(
            "/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8\
             /Filter/DCTDecode"
        );
        let image = self.stream(&head, jpeg);
        let fonts = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";
        let resources = format!("<</XObject<</I {image} 0 R>>{fonts}>>");
        let mut content = format!("q {width} 0 0 {height} 0 0 cm /I Do Q");
        if !text.is_empty() {
            let _ = write!(content, " BT /F 24 Tf 60 60 Td ({text}) Tj ET");
        }
        self.page(&resources, [width, height], content.as_bytes())
    }

    /// A page of that size in points, with these resources and this content.
    #[must_use]
    pub fn page(mut self, resources: &str, [width, height]: [u32; 2], content: &[u8]) -> Self {
        let content = self.stream("", content);
        self.raw_page(&format!("/MediaBox[0 0 {width} {height}]/Resources {resources}/Contents {content} 0 R"))
    }

    /// A page with these entries.
    #[must_use]
    pub fn raw_page(mut self, entries: &str) -> Self {
        let number = self.object(format!("<</Type/Page/Parent 2 0 R{entries}>>").into_bytes());
        self.pages.push(number);
        self
    }

    /// Adds a stream with these entries; answers its number.
    pub fn stream(&mut self, entries: &str, content: &[u8]) -> usize {
        let head = format!("<<{entries}/Length {}>>\nstream\n", content.len());
        self.object([head.as_bytes(), content, b"\nendstream"].concat())
    }

    /// Adds an object; answers its number.
    pub fn object(&mut self, content: Vec<u8>) -> usize {
        self.objects.push(content);
        self.objects.len()
    }

    /// The document's file.
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes_with("")
    }

    /// The document's file, with these entries in its trailer.
    pub fn bytes_with(&self, trailer: &str) -> Vec<u8> {
        let kids: String = self.pages.iter().map(|page| format!("{page} 0 R ")).collect();
        let list = format!("<</Type/Pages/Count {}/Kids[{kids}]>>", self.pages.len()).into_bytes();
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut places = Vec::new();
        for (number, object) in (1..).zip(&self.objects) {
            places.push(file.len());
            let object = if number == 2 { &list } else { object };
            file.extend(format!("{number} 0 obj\n").into_bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let (start, count) = (file.len(), self.objects.len() + 1);
        file.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").into_bytes());
        for place in places {
            file.extend(format!("{place:010} 00000 n \n").into_bytes());
        }
        file.extend(
            format!("trailer\n<</Size {count}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").into_bytes(),
        );
        file
    }
}
