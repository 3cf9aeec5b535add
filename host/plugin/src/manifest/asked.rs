//! What a plugin asks for once its configuration is known.

use serde_json::Value;

use super::{ConfigItem, HttpRequest, Manifest};
use crate::pattern::{HostPattern, PathPattern};

/// What a plugin asks for with one configuration: every `${config.NAME}` is replaced.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Paths.
    pub files: Vec<AskedFile>,
    /// Hosts.
    pub http: Vec<AskedHttp>,
    /// What could not be used, one sentence each: a value that is missing or gives no pattern.
    pub problems: Vec<String>,
}

/// Paths that are asked for.
#[derive(Debug, Clone)]
pub struct AskedFile {
    /// The paths.
    pub path: PathPattern,
    /// What for.
    pub why: String,
    /// What the target system must allow.
    pub permission: Option<String>,
    /// The filters that are wanted.
    pub filters: Vec<smol_str::SmolStr>,
}

/// A host that is asked for.
#[derive(Debug, Clone)]
pub struct AskedHttp {
    /// The host.
    pub host: HostPattern,
    /// What for.
    pub why: String,
    /// The rest of the request, as the manifest has it.
    pub request: HttpRequest,
}

impl Asked {
    /// Replaces every `${config.NAME}` by what is configured, or by the default. A list gives one pattern for each item.
    pub fn of(manifest: &Manifest, config: &Value) -> Self {
        let mut asked = Self::default();
        for file in &manifest.files {
            for text in asked.replaced(&file.path, manifest, config) {
                match text.parse() {
                    Ok(path) => asked.files.push(AskedFile {
                        path,
                        why: file.why.clone(),
                        permission: file.permission.clone(),
                        filters: file.filters.clone(),
                    }),
                    Err(error) => asked.problems.push(error.to_string()),
                }
            }
        }
        for http in &manifest.http {
            for text in asked.replaced(&http.host, manifest, config) {
                match text.parse() {
                    Ok(host) => asked.http.push(AskedHttp { host, why: http.why.clone(), request: http.clone() }),
                    Err(error) => asked.problems.push(error.to_string()),
                }
            }
        }
        asked
    }

    fn replaced(&mut self, text: &str, manifest: &Manifest, config: &Value) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${config.") {
            let Some((name, after)) = after.split_once('}') else { break };
            rest = after;
            let value =
                config.get(name).or_else(|| manifest.config.get(name).and_then(|item: &ConfigItem| item.default.as_ref()));
            let values = match value {
                Some(Value::String(text)) => vec![text.clone()],
                Some(Value::Number(number)) => vec![number.to_string()],
                Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
                _ => {
                    self.problems.push(format!("`{text}` needs `config.{name}`, which is not set"));
                    Vec::new()
                }
            };
            texts = texts
                .iter()
                .flat_map(|start| values.iter().map(move |value| format!("{start}{before}{value}")))
                .take(1024)
                .collect();
        }
        for start in &mut texts {
            start.push_str(rest);
        }
        texts
    }
}
