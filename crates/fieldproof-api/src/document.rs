//! The OpenAPI document: what is not said at the endpoints themselves.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::{
    IntoResponses, Modify, OpenApi, PartialSchema,
    openapi::{
        ContentBuilder, RefOr, ResponseBuilder, ResponsesBuilder, ServerBuilder, ServerVariableBuilder,
        response::Response,
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};

use crate::router;

/// The whole document, as committed in `openapi.json` and served at `/openapi.json`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    router::documented().into_openapi()
}

/// The document before any endpoint is added.
pub(crate) fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Fieldproof",
        description = "Checks photos of field work while the worker is still on site. Every path also works with a \
                       trailing slash. Errors of a field are `{\"<field>\": [\"…\"]}`, others `{\"detail\": \"…\"}`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Surroundings)
)]
struct Frame;

struct Surroundings;

impl Modify for Surroundings {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        document.info.version = env!("CARGO_PKG_VERSION").to_owned();
        let token = ApiKeyValue::with_description("Authorization", "`Token <api key>`");
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("token", SecurityScheme::ApiKey(ApiKey::Header(token)));
        document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
        let site = ServerVariableBuilder::new()
            .default_value("00000000-0000-0000-0000-000000000000")
            .description(Some("Id of the site"));
        document.servers = Some(vec![
            ServerBuilder::new().url("/").description(Some("The token's default site")).build(),
            ServerBuilder::new()
                .url("/sites/{site_id}")
                .description(Some("Another site of the user"))
                .parameter("site_id", site)
                .build(),
        ]);
    }
}

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
    Denied: "403", "No token, or an unknown one", {"detail": "Authentication credentials not provided."};
    NoSuchWorkOrder: "404", "No such site, work order or task for this caller", {"detail": "WorkOrder not found!"};
    NoSuchTaskGroup: "404", "No such site or task group for this caller", {"detail": "TaskGroup not found!"};
    TooLarge: "413", "The body is too large", {"detail": "The body has more than 8388608 bytes."};
    Busy: "503", "Too many photos at once; `Retry-After` says when to try again",
        {"detail": "Too many photos are being analysed: try again."};
}
