//! Collector plugins: load, grant, limit, filter, record, collect and replay.
//!
//! Takes component files and gives records with the transcript of all that was answered. Nothing that a plugin says is
//! trusted, nothing that it asks is allowed unless the operator granted it, and no secret ever enters it. This is the only
//! crate that names wasmtime, and, apart from the engine's own, the only one that waits.

mod address;
mod answer;
mod aws;
mod collect;
mod file;
mod files;
mod filter;
mod grant;
mod guest;
mod http;
mod limit_value;
mod limits;
mod load;
mod manifest;
mod pattern;
mod source;
#[cfg(test)]
mod tests;
mod together;

pub use address::Network;
pub use answer::{Answer, AnswerError, Listed};
pub use aws::{AwsAccount, AwsExternalId, AwsGrant, AwsKeySource, AwsSessionName, AwsWord, RoleArn, StsEndpoint};
pub use collect::{CollectRequest, Collected, check, collect};
pub use file::{FileError, MANIFEST_SECTION, MAX_COMPONENT, PluginFile};
pub use files::read_request;
pub use filter::secret::Secret;
pub use grant::{CredentialGrant, CredentialKind, CredentialSource, Denied, Grant, denials};
pub use http::{LookedUp, Lookup, SystemLookup};
pub use limit_value::LimitValue;
pub use limits::Limits;
pub use load::{Compiler, LoadError, Loader, LoaderConfig, Plugin, SUPPORTED_WIT, compile_stdin_to_stdout};
pub use manifest::{
    Asked, AskedFile, AskedHttp, ConfigItem, ConfigMisfit, ConfigType, CredentialRequest, FileRequest, HttpRequest, Manifest,
    ManifestError, ManifestProblem, PermissionRequest,
};
pub use pattern::{HostPattern, PathPattern, PatternError};
pub use source::{Clock, NoSecrets, Progress, Secrets, Silent, Source, World};
pub use together::{Job, Together};
