//! What is asked of the server.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use hyper::Method;
use serde_json::json;
use url::form_urlencoded::Serializer;

use super::sample::{self, COMMON_TAGS, MAINTENANCE, RARE, RARE_TAG, Sample};

/// One request.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

/// So many work orders are retrieved before it counts: by then SQLite's connections have as many pages in memory as those
/// of a server that has run for a while.
pub(crate) const CACHED: u32 = 20_000;

/// Makes the n-th request for a database with this sample.
type Maker = Box<dyn Fn(&Sample, u32) -> Request + Send + Sync>;

/// Something that is done again and again, on either database.
pub(crate) struct Operation {
    /// As it stands in the tables.
    pub(crate) name: String,
    /// Times in a round.
    pub(crate) times: u32,
    /// Work orders on the page that it is answered with; `None`: it is no list.
    pub(crate) shows: Option<usize>,
    /// Times before it is measured.
    pub(crate) before: u32,
    /// Whether it is held against the mark.
    pub(crate) is_marked: bool,
    request: Maker,
}

impl Operation {
    fn new(name: &str, times: u32, request: impl Fn(&Sample, u32) -> Request + Send + Sync + 'static) -> Self {
        let request = Box::new(request);
        Self { name: name.to_owned(), times, shows: None, before: times, is_marked: true, request }
    }

    fn list<const N: usize>(
        name: &str,
        parameters: impl Fn(&Sample, u32) -> [(&'static str, String); N] + Send + Sync + 'static,
    ) -> Self {
        let request = move |sample: &Sample, at| {
            let mut query = Serializer::new(String::new());
            query.extend_pairs(parameters(sample, at));
            get(format!("/v0.2/work-orders/?limit={RARE}&{}", query.finish()))
        };
        Self { shows: Some(RARE as usize), ..Self::new(name, 40, request) }
    }

    /// From the `first` of a row of made-up numbers on, so that two of these retrieve different ones.
    fn retrieve(name: &str, first: u32) -> Self {
        Self::new(name, 200, move |sample, at| {
            let n = any(sample, first + at);
            get(format!("/v0.2/work-orders/{}/", sample::id(sample.created_at(n), n, 0)))
        })
    }

    /// The `at`-th request, for a database with this sample.
    pub(crate) fn request(&self, sample: &Sample, at: u32) -> Request {
        (self.request)(sample, at)
    }

    /// Those that leave the database as it is.
    pub(crate) fn reading() -> Vec<Self> {
        let tag = || ("tag", sample::tag(0));
        let mut all = vec![
            Self { is_marked: false, ..Self::retrieve("retrieve any work order, right after a start", 0) },
            Self { before: CACHED, ..Self::retrieve("retrieve any work order", 10_000) },
            Self::list("no filter", |_, _| []),
            Self::list("no filter, from the middle of the list", |sample, at| {
                let part = 0.6 + 0.3 * f64::from(any(sample, at)) / f64::from(sample.size);
                [("created_to", time(sample.moment(part)))]
            }),
            Self::list("tag", move |_, _| [tag()]),
            Self::list("type and region", |_, _| {
                [("type", MAINTENANCE.to_owned()), ("metadata.region", sample::region(0))]
            }),
            Self::list("field engineer", |_, _| [("field_engineer_email", sample::engineer_email(0))]),
            Self::list("updated since long, and tag", move |sample, _| {
                [("updated_from", time(sample.moment(0.4))), tag()]
            }),
            Self::list("score of 50 and more", |_, _| [("progress_min", "50".to_owned())]),
            Self::list("a tag that 100 have", |_, _| [("tag", RARE_TAG.to_owned())]),
            Self::list("a score that 100 have", |_, _| {
                [("progress_min", "20".to_owned()), ("progress_max", "25".to_owned())]
            }),
        ];
        let name = Self::list("name", |sample, at| [("name", sample.name(any(sample, at)))]);
        all.push(Self { shows: Some(1), times: 200, ..name });
        let [day, night] = COMMON_TAGS;
        let both = Self::list("two tags of a quarter each, both on 100", move |_, _| {
            [("tag", day.to_owned()), ("tag", night.to_owned())]
        });
        all.push(Self { times: 1, before: 1, is_marked: false, ..both });
        all
    }

    /// Creating one.
    pub(crate) fn create() -> Self {
        Self::new("create a work order", 100, |sample, at| {
            let n = any(sample, at);
            let body = json!({
                "name": sample.name(n),
                "metadata": sample.metadata(n),
                "tags": sample.tags(n),
                "work_order_types": [sample.kind(n)],
                "field_engineer_email": sample::engineer_email(sample.engineer(n)),
                "user_group_ids": sample.teams(n),
            });
            Request { method: Method::POST, path: "/v0.2/work-orders/".to_owned(), body: body.to_string().into() }
        })
    }
}

fn get(path: String) -> Request {
    Request { method: Method::GET, path, body: Bytes::new() }
}

/// Any work order, another one each time.
fn any(sample: &Sample, at: u32) -> u32 {
    (sample::random(at, 1) % u64::from(sample.size)) as u32
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
