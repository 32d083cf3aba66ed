//! The error answers that several endpoints share, as the OpenAPI document shows them.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{ContentBuilder, RefOr, ResponseBuilder, ResponsesBuilder, response::Response},
};

/// One answer for [`IntoResponses`].
fn answer(status: &str, description: &str, example: serde_json::Value) -> BTreeMap<String, RefOr<Response>> {
    let content = ContentBuilder::new().schema(Some(serde_json::Value::schema())).example(Some(example)).build();
    let response = ResponseBuilder::new().description(description).content("application/json", content).build();
    ResponsesBuilder::new().response(status, response).build().into()
}

macro_rules! answers {
    ($($name:ident: $status:literal, $description:literal, $example:tt;)*) => {$(
        #[doc = $description]
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                answer($status, $description, json!($example))
            }
        }
    )*};
}

answers! {
    BadRequest: "400", "Something in the request cannot be used; nothing was stored",
        {"name": ["Field 'name' is missing. This field is required."]};
    Denied: "403", "No token, an unknown one, or one whose role on the site does not allow this", {"detail": "Authentication credentials not provided."};
    NoSuchWorkOrder: "404", "No such site, work order or task for this caller", {"detail": "WorkOrder not found!"};
    NoSuchPhoto: "404", "No such site, work order or photo for this caller", {"detail": "Photo not found!"};
    NoSuchBatch: "404", "No such site or batch for this caller", {"detail": "Batch not found!"};
    NoSuchExport: "404", "No such site or export for this caller", {"detail": "Export not found!"};
    NoSuchTaskGroup: "404", "No such site or task group for this caller", {"detail": "TaskGroup not found!"};
    InFlight: "409", "A request with the same `Idempotency-Key` is being worked on; `Retry-After` says when to try again",
        {"detail": "A request with this Idempotency-Key is being worked on: try again to get its answer."};
    OtherRequest: "422", "The `Idempotency-Key` was given with another request",
        {"detail": "This Idempotency-Key was given with another request: use a new one for each request."};
    StorageFull: "507", "The server's storage is full; nothing was stored",
        {"detail": "The server's storage is full: nothing was stored. Its operator has to make room."};
    Unavailable: "503", "The server's storage cannot be used for now; `Retry-After` says when to try again",
        {"detail": "The server's storage cannot be used for now: nothing was stored. Try again."};
    TooLarge: "413", "The body is too large", {"detail": "The body has more than 8388608 bytes."};
    Busy: "503", "Too many of them at once; `Retry-After` says when to try again",
        {"detail": "Too many photos are being analysed: try again."};
}
