use std::io::Cursor;

use super::*;

const PHOTO: &[u8] = include_bytes!("../../../../fieldproof-vision/tests/photos/lossy.webp");

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, *content).unwrap();
    }
    tar.into_inner().unwrap()
}

async fn check(archive: Vec<u8>) -> (ArchiveReport, Vec<(String, String)>) {
    let (mut problems, mut photos) = (Vec::new(), 0);
    let report = check_archive(Cursor::new(archive), None, |finding| match finding {
        Finding::Photo => photos += 1,
        Finding::Problem(Problem { work_order, file, code, .. }) => {
            problems.push((file.or(work_order).unwrap_or_default(), code));
        }
    });
    let report = report.await.unwrap();
    assert_eq!(photos, report.photos.total);
    (report, problems)
}

fn tally(total: u64, failed: u64) -> Tally {
    Tally { total, failed }
}

#[tokio::test]
async fn an_archive_in_order_says_what_it_holds() {
    let files: &[(&str, &[u8])] = &[
        ("WO_1/metadata.json", b"{\"region\": \"North\"}"),
        ("WO_1/door-0.webp", PHOTO),
        ("WO_1/door-1.webp", PHOTO),
        ("__MACOSX/WO_1/._door-0.webp", b"junk"),
        ("WO_2/door.webp", PHOTO),
        ("WO_3/metadata.json", b"{}"),
    ];
    let (report, problems) = check(tar(files)).await;
    assert_eq!(problems, []);
    assert!(report.is_clean());
    assert_eq!(report.format.as_deref(), Some("tar"));
    assert_eq!((report.work_orders, report.photos), (tally(3, 0), tally(3, 0)));
    assert_eq!(recognise(Cursor::new(tar(files))), Ok("tar".to_owned()));
}

#[tokio::test]
async fn problems_come_in_the_order_of_the_archive_then_those_of_whole_work_orders() {
    let half = &PHOTO[..PHOTO.len() / 2];
    let (report, problems) = check(tar(&[
        ("stray.jpg", PHOTO),
        ("a name/door-0.webp", PHOTO),
        ("a name/door-1.webp", PHOTO),
        ("WO_1/door-0.webp", half),
        ("WO_1/door-1.webp", PHOTO),
        ("WO_1/DOOR-1.webp", PHOTO),
        ("WO_2/metadata.json", b"[]"),
        ("WO_2/notes.txt", b"note"),
        ("WO_2/door.jpg", b"text"),
        ("WO_3/door.jpg", PHOTO),
    ]))
    .await;
    let told = |file: &str, code: &str| (file.to_owned(), code.to_owned());
    assert_eq!(
        problems,
        [
            told("stray.jpg", "outside_folder"),
            told("WO_1/door-0.webp", "photo_refused"),
            told("WO_1/DOOR-1.webp", "duplicate_name"),
            told("WO_2/metadata.json", "not_an_object"),
            told("WO_2/notes.txt", "unexpected_file"),
            told("WO_2/door.jpg", "not_a_photo"),
            told("a name", "work_order_refused"),
        ]
    );
    assert_eq!((report.work_orders, report.photos), (tally(4, 3), tally(7, 5)));
    assert_eq!(report.problems.values().sum::<u64>(), 7);
    assert!(!report.is_clean() && report.failure.is_none());
}

#[tokio::test]
async fn one_that_breaks_off_keeps_its_whole_work_orders() {
    let whole = tar(&[("WO_1/door.webp", PHOTO), ("WO_2/door-0.webp", PHOTO), ("WO_2/door-1.webp", PHOTO)]);
    let cut = whole[..whole.len() - 1024 - PHOTO.len()].to_vec();
    let (report, problems) = check(cut).await;
    let codes: Vec<_> = problems.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(codes, ["work_order_cut", "archive_truncated"]);
    assert_eq!((report.work_orders, report.failure), (tally(2, 1), None));

    let (report, _) = check(whole[..700].to_vec()).await;
    assert_eq!(report.failure.map(|failure| failure.code).as_deref(), Some("archive_truncated"));
}

#[tokio::test]
async fn what_is_no_archive_is_none() {
    for (bytes, code) in [
        (&b""[..], "empty_archive"),
        (b"hello", "unknown_format"),
        (PHOTO, "unknown_format"),
        (b"PK\x05\x06", "archive_truncated"),
    ] {
        let (report, problems) = check(bytes.to_vec()).await;
        assert_eq!(report.failure.as_ref().map(|failure| failure.code.as_str()), Some(code));
        assert_eq!((report.format, problems.len()), (None, 0));
        assert_eq!(recognise(Cursor::new(bytes.to_vec())).unwrap_err().code, code);
    }
}
