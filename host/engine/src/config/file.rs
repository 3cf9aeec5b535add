//! `engine.toml` as it is written: names and values with their places in the file. Says nothing of whether they make sense.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ConfigFile {
    pub(super) store: Option<String>,
    pub(super) threads: Option<Spanned<i64>>,
    pub(super) collectors_at_once: Option<Spanned<i64>>,
    pub(super) rules: Vec<Spanned<String>>,
    pub(super) controls: Vec<Spanned<String>>,
    pub(super) kinds: Vec<Spanned<String>>,
    pub(super) frameworks: Option<Vec<Spanned<String>>>,
    pub(super) framework: BTreeMap<Spanned<String>, FrameworkFile>,
    pub(super) collector: BTreeMap<Spanned<String>, CollectorFile>,
    pub(super) rule: BTreeMap<Spanned<String>, RuleFile>,
    pub(super) control: BTreeMap<Spanned<String>, ControlFile>,
    pub(super) retired: Vec<RetiredFile>,
    pub(super) carve_out: Vec<CarveOutFile>,
}

/// `[framework.soc2]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FrameworkFile {
    pub(super) categories: Option<Vec<Spanned<String>>>,
}

/// `[collector.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectorFile {
    pub(super) plugin: Spanned<String>,
    #[serde(default)]
    pub(super) config: toml::Table,
    #[serde(default)]
    pub(super) kinds: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) scopes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) grant: GrantFile,
    /// `[collector.NAME.limits]`: durations such as `30s`, sizes such as `128MiB`, counts.
    #[serde(default)]
    pub(super) limits: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    /// Reads files beneath this folder instead of `/`: a recorded tree, or a mounted disk.
    pub(super) files_root: Option<String>,
}

/// `[collector.NAME.grant]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GrantFile {
    pub(super) files: Vec<Spanned<String>>,
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) networks: Vec<Spanned<String>>,
    pub(super) plain_http: Vec<Spanned<String>>,
    pub(super) credentials: BTreeMap<Spanned<String>, CredentialFile>,
}

/// `[collector.NAME.grant.credentials.CREDENTIAL]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CredentialFile {
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) kind: Spanned<String>,
    pub(super) env: Option<String>,
    pub(super) file: Option<String>,
    pub(super) user: Option<String>,
    pub(super) name: Option<String>,
    pub(super) access_key_id_env: Option<Spanned<String>>,
    pub(super) secret_access_key_env: Option<Spanned<String>>,
    pub(super) session_token_env: Option<Spanned<String>>,
    pub(super) profile: Option<Spanned<String>>,
    pub(super) account: Option<Spanned<String>>,
    /// One role, or a list of them.
    pub(super) assume_role: Option<Spanned<toml::Value>>,
    pub(super) external_id: Option<Spanned<String>>,
    pub(super) session_name: Option<Spanned<String>>,
    pub(super) region: Option<Spanned<String>>,
    pub(super) sts_endpoint: Option<Spanned<String>>,
}

/// `[rule."identity/access-key-rotation"]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RuleFile {
    pub(super) parameters: BTreeMap<String, Spanned<toml::Value>>,
    pub(super) enabled: Option<bool>,
    pub(super) replaced_by: Option<Spanned<String>>,
}

/// `[control."access/mfa"]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ControlFile {
    pub(super) owner: Option<String>,
    pub(super) enabled: Option<bool>,
    pub(super) within: Option<Spanned<String>>,
}

/// `[[retired]]`: a scope that is no longer expected.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetiredFile {
    pub(super) collector: Spanned<String>,
    pub(super) kind: Option<Spanned<String>>,
    pub(super) scope: Option<Spanned<String>>,
}

/// `[[carve_out]]`: what a subservice organisation answers for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CarveOutFile {
    pub(super) organisation: Spanned<String>,
    pub(super) requirements: Spanned<Vec<Spanned<String>>>,
    pub(super) report_types: Option<Vec<Spanned<String>>>,
    pub(super) current_for: Option<Spanned<String>>,
    pub(super) bridge: Option<Spanned<String>>,
}
