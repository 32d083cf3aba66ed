//! Tesseract's table of words (`tesseract ... tsv`): level, page, block, paragraph, line, word, left, top, width,
//! height, confidence in percent, text. Level 5 is a word.

use fieldproof_domain::observation::{BoundingBox, Inscription};

use crate::written::{Found, around};

/// A line of text, word by word.
#[derive(Default)]
struct Line<'t> {
    /// Numbers of block, paragraph and line.
    place: [u32; 3],
    words: Vec<&'t str>,
    confidence: f64,
    corners: Vec<(f64, f64)>,
}

/// The lines of the table, of a picture of this size. What cannot be read of it is passed over.
pub(super) fn lines(table: &str, (width, height): (u32, u32)) -> Found {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for row in table.lines() {
        let Some((place, confidence, [left, top, across, down], text)) = word(row) else { continue };
        if lines.last().is_none_or(|line| line.place != place) {
            lines.push(Line { place, ..Line::default() });
        }
        if let Some(line) = lines.last_mut() {
            line.words.push(text);
            line.confidence += confidence;
            line.corners.extend([(left, top), (left + across, top + down)]);
        }
    }
    let inscription = |line: Line<'_>| {
        let bbox: BoundingBox = around(line.corners.into_iter(), 0.0, width.into(), height.into());
        let score = (line.confidence / line.words.len() as f64 / 100.0).clamp(0.0, 1.0);
        Inscription { bbox, score, concept: "line".to_owned(), text: line.words.join(" ") }
    };
    lines.into_iter().map(inscription).collect()
}

fn word(row: &str) -> Option<([u32; 3], f64, [f64; 4], &str)> {
    let mut cells = row.splitn(12, '\t');
    let mut number = || cells.next()?.parse::<f64>().ok().filter(|number| number.is_finite());
    let level = number()?;
    let _page = number()?;
    let place = [number()?, number()?, number()?].map(|number| number as u32);
    let _word = number()?;
    let edges = [number()?, number()?, number()?, number()?];
    let confidence = number()?;
    let text = cells.next()?.trim();
    (level == 5.0 && !text.is_empty()).then_some((place, confidence, edges, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        1\t1\t0\t0\t0\t0\t0\t0\t200\t100\t-1\t\n\
        4\t1\t1\t1\t1\t0\t20\t10\t100\t20\t-1\t\n\
        5\t1\t1\t1\t1\t1\t20\t10\t40\t20\t96.0\tSerial\n\
        5\t1\t1\t1\t1\t2\t70\t12\t50\t18\t84.0\tSN-1\n\
        5\t1\t1\t1\t2\t1\t20\t40\t40\t20\t0.0\t  \n\
        5\t1\t1\t1\t3\t1\t20\t70\t40\t20\t50\tA\tB\n";

    #[test]
    fn words_of_a_line_are_one() {
        let found = lines(TABLE, (200, 100));
        let told: Vec<_> = found.iter().map(|line| (line.text.as_str(), line.score)).collect();
        assert_eq!(told, [("Serial SN-1", 0.9), ("A\tB", 0.5)]);
        let bbox = found[0].bbox;
        assert_eq!([bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax], [0.1, 0.1, 0.6, 0.3]);
        assert!(found.iter().all(|line| line.concept == "line"));
    }

    #[test]
    fn what_is_no_table_has_no_lines() {
        for table in ["", "hello", "5\t1\t1", "5\t1\t1\t1\t1\t1\tNaN\t0\t0\t0\t90\tx", "5\t1\t1\t1\t1\t1\t-\t\t\t\t\t"]
        {
            assert!(lines(table, (10, 10)).is_empty(), "{table}");
        }
        let edges = lines("5\t1\t1\t1\t1\t1\t-50\t-1e300\t1e300\t1e300\t900\tx", (10, 10));
        assert_eq!((edges[0].score, edges[0].bbox.xmin, edges[0].bbox.xmax), (1.0, 0.0, 1.0));
    }
}
