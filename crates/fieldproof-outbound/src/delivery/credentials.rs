//! What a bucket is opened with: the names that the clouds' own tools use, and no others.

use std::{collections::BTreeMap, fmt};

use super::Cloud;

/// Names and values, such as `aws_access_key_id`. They are shown to nobody.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials(BTreeMap<String, String>);

/// Not credentials. The text is for whoever wrote them and holds none of their values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CredentialsError(String);

/// Others lead to files of the server, to its cloud's metadata, or to other buckets.
const S3: [&str; 8] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_region",
    "aws_default_region",
    "aws_endpoint_url",
    "aws_virtual_hosted_style_request",
    "aws_allow_http",
];
const GCS: [&str; 2] = ["google_service_account_key", "google_allow_http"];
const AZURE: [&str; 8] = [
    "azure_storage_account_name",
    "azure_storage_account_key",
    "azure_storage_sas_token",
    "azure_storage_client_id",
    "azure_storage_client_secret",
    "azure_storage_tenant_id",
    "azure_storage_endpoint",
    "azure_allow_http",
];
/// Those that say in whose cloud or account a bucket lies.
const HOST: [&str; 3] = ["aws_endpoint_url", "azure_storage_account_name", "azure_storage_endpoint"];

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl Credentials {
    /// Names and values, the names in any case.
    ///
    /// # Errors
    /// A name that is none of the cloud's.
    pub fn new(cloud: Cloud, given: impl IntoIterator<Item = (String, String)>) -> Result<Self, CredentialsError> {
        let known = names(cloud);
        let mut credentials = BTreeMap::new();
        for (name, value) in given {
            let name = name.trim().to_ascii_lowercase();
            if !known.contains(&name.as_str()) {
                let shown: String = name.chars().take(60).collect();
                return Err(CredentialsError(format!("'{shown}' is none of {}.", known.join(", "))));
            }
            credentials.insert(name, value);
        }
        Ok(Self(credentials))
    }

    /// The content of a file: lines of `NAME=value`, or for Google the key of a service account as it is downloaded.
    ///
    /// # Errors
    /// A line that is none, or names something else.
    pub fn of_file(cloud: Cloud, text: &str) -> Result<Self, CredentialsError> {
        if cloud == Cloud::Gcs && text.trim_start().starts_with('{') {
            return Self::new(cloud, [("google_service_account_key".to_owned(), text.to_owned())]);
        }
        let mut given = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches("export ");
            if line.is_empty() || line.starts_with('#') || line.starts_with('[') {
                continue;
            }
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| CredentialsError(format!("Line {} is not NAME=value.", number + 1)))?;
            given.push((name.to_owned(), value.trim().trim_matches(['"', '\'']).to_owned()));
        }
        Self::new(cloud, given)
    }

    /// From the environment: the same names in capitals behind `FIELDPROOF_EXPORT_`. Without the prefix they would be those
    /// of the server's own bucket, which nobody's exports may write to.
    pub fn of_environment(cloud: Cloud, variable: impl Fn(&str) -> Option<String>) -> Self {
        let given = names(cloud).iter().filter_map(|name| {
            let value = variable(&format!("FIELDPROOF_EXPORT_{}", name.to_ascii_uppercase()))?;
            Some(((*name).to_owned(), value))
        });
        Self(given.collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// In whose cloud or account they open a bucket: the same with another key.
    pub(super) fn host(&self) -> String {
        let named = HOST.iter().filter_map(|name| self.0.get(*name));
        named.map(|value| value.trim_end_matches('/')).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

fn names(cloud: Cloud) -> &'static [&'static str] {
    match cloud {
        Cloud::S3 => &S3,
        Cloud::Gcs => &GCS,
        Cloud::Azure => &AZURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_as_the_clouds_write_them() {
        let text =
            "# of the warehouse\n[default]\nAWS_ACCESS_KEY_ID=key\nexport aws_secret_access_key = \"sec=ret\"\n\n";
        let credentials = Credentials::of_file(Cloud::S3, text).unwrap();
        assert_eq!(
            credentials.iter().collect::<Vec<_>>(),
            [("aws_access_key_id", "key"), ("aws_secret_access_key", "sec=ret")]
        );
        assert_eq!(format!("{credentials:?}"), r#"["aws_access_key_id", "aws_secret_access_key"]"#);
        let key = Credentials::of_file(Cloud::Gcs, "{\"private_key\": \"x\"}").unwrap();
        assert!(key.has("google_service_account_key"));
    }

    #[test]
    fn nothing_that_leads_elsewhere_is_taken() {
        for (cloud, name) in [
            (Cloud::S3, "aws_web_identity_token_file"),
            (Cloud::S3, "aws_metadata_endpoint"),
            (Cloud::S3, "aws_bucket"),
            (Cloud::S3, "aws_proxy_url"),
            (Cloud::Gcs, "google_application_credentials"),
            (Cloud::Gcs, "google_service_account"),
            (Cloud::Azure, "azure_federated_token_file"),
            (Cloud::Azure, "azure_use_azure_cli"),
        ] {
            let error = Credentials::new(cloud, [(name.to_owned(), "its value".to_owned())]).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains("its value"), "{error}");
        }
        assert!(
            Credentials::of_file(Cloud::S3, "secret without a name").is_err_and(|e| e.to_string().contains("Line 1"))
        );
    }

    #[test]
    fn the_environment_is_that_of_exports() {
        let variable = |name: &str| (name == "FIELDPROOF_EXPORT_AWS_REGION").then(|| "eu-west-3".to_owned());
        let credentials = Credentials::of_environment(Cloud::S3, variable);
        assert_eq!(credentials.iter().collect::<Vec<_>>(), [("aws_region", "eu-west-3")]);
    }
}
