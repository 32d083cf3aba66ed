//! The OpenAPI document: what is not said at the endpoints themselves.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        ServerBuilder, ServerVariableBuilder,
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};

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
