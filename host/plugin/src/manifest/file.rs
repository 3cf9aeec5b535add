//! The form of `plugin.toml` as it is written, and its check. Lists every problem, never stops at the first.

use core::ops::Range;
use std::collections::BTreeMap;

use model::{Basis, KindId};
use serde::Deserialize;
use smol_str::SmolStr;
use toml::Spanned;

use super::{ConfigItem, ConfigType, CredentialRequest, FileRequest, HttpRequest, Manifest, ManifestProblem, PermissionRequest};
use crate::limit_value::LimitValue;
use crate::pattern::{HostPattern, PathPattern};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestFile {
    name: Spanned<String>,
    version: Spanned<String>,
    description: String,
    engine: Spanned<String>,
    wit: Spanned<String>,
    kinds: Vec<Spanned<String>>,
    basis: Option<Spanned<String>>,
    #[serde(default)]
    config: BTreeMap<SmolStr, Spanned<ConfigFile>>,
    #[serde(default)]
    files: Vec<FileFile>,
    #[serde(default)]
    http: Vec<HttpFile>,
    #[serde(default)]
    credential: Vec<CredentialFile>,
    #[serde(default)]
    limits: BTreeMap<SmolStr, Spanned<toml::Value>>,
    #[serde(default)]
    permissions: BTreeMap<SmolStr, Spanned<PermissionFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    r#type: Spanned<String>,
    default: Option<toml::Value>,
    #[serde(default)]
    required: bool,
    description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFile {
    path: Spanned<String>,
    why: String,
    permission: Option<String>,
    #[serde(default)]
    filters: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpFile {
    host: Spanned<String>,
    methods: Vec<Spanned<String>>,
    paths: Vec<Spanned<String>>,
    why: String,
    credential: Option<Spanned<String>>,
    #[serde(default)]
    drop: Vec<Spanned<String>>,
    #[serde(default)]
    mask: Vec<String>,
    headers: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CredentialFile {
    name: Spanned<String>,
    why: String,
    kind: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PermissionFile {
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    why: String,
}

/// The kinds of `engine.toml`.
const CREDENTIAL_KINDS: &[&str] = &["bearer", "basic", "header", "aws"];

/// Collects problems while values are taken over.
#[derive(Default)]
struct Check {
    problems: Vec<ManifestProblem>,
}

pub(super) fn parse(text: &str) -> Result<Manifest, Vec<ManifestProblem>> {
    let file: ManifestFile = toml::from_str(text)
        .map_err(|error| vec![ManifestProblem { message: error.message().trim().to_lowercase(), span: error.span() }])?;
    let mut check = Check::default();
    let name = check.word(&file.name, "name");
    let version = check.parsed(&file.version, semver::Version::new(0, 0, 0));
    let engine = check.parsed(&file.engine, semver::VersionReq::STAR);
    let wit = check.parsed(&file.wit, semver::Version::new(0, 0, 0));
    let kinds = check.kinds(&file.kinds);
    let basis = file.basis.as_ref().map_or(Basis::Collected, |it| check.basis(it));
    let config = file.config.into_iter().filter_map(|(name, item)| Some((name, check.config(item)?))).collect();
    let files = file.files.into_iter().map(|file| check.file(file)).collect();
    let credentials: Vec<_> = file.credential.into_iter().map(|credential| check.credential(credential)).collect();
    let http = file.http.into_iter().map(|http| check.http(http, &credentials)).collect();
    let limits = file.limits.into_iter().filter_map(|(name, value)| Some((name.clone(), check.limit(&name, &value)?))).collect();
    let permissions = file.permissions.into_iter().map(|(name, it)| check.permission(name, it, &kinds)).collect();
    if check.problems.is_empty() {
        let description = file.description;
        Ok(Manifest {
            name,
            version,
            description,
            engine,
            wit,
            kinds,
            basis,
            config,
            files,
            http,
            credentials,
            limits,
            permissions,
        })
    } else {
        Err(check.problems)
    }
}

impl Check {
    fn problem(&mut self, message: String, span: Range<usize>) {
        self.problems.push(ManifestProblem { message, span: Some(span) });
    }

    fn word(&mut self, text: &Spanned<String>, what: &str) -> SmolStr {
        let value = text.get_ref();
        let fits = (1..=64).contains(&value.len())
            && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
        if !fits {
            self.problem(
                format!("`{}` is not a {what}: lower-case letters, digits, `-` and `_`", value.escape_debug()),
                text.span(),
            );
        }
        value.into()
    }

    fn parsed<T: core::str::FromStr>(&mut self, text: &Spanned<String>, otherwise: T) -> T
    where
        T::Err: core::fmt::Display,
    {
        text.get_ref().parse().unwrap_or_else(|error| {
            self.problem(format!("`{}`: {error}", text.get_ref().escape_debug()), text.span());
            otherwise
        })
    }

    fn kinds(&mut self, texts: &[Spanned<String>]) -> Vec<KindId> {
        let mut kinds = Vec::new();
        for text in texts {
            match text.get_ref().parse::<KindId>() {
                Ok(kind) if kinds.contains(&kind) => self.problem(format!("`{kind}` stands twice"), text.span()),
                Ok(kind) => kinds.push(kind),
                Err(error) => self.problem(error.to_string(), text.span()),
            }
        }
        if texts.is_empty() {
            self.problems.push(ManifestProblem { message: "`kinds` names no kind".to_owned(), span: None });
        }
        kinds
    }

    fn basis(&mut self, text: &Spanned<String>) -> Basis {
        let known = [Basis::Collected, Basis::Imported, Basis::Supplied];
        known.into_iter().find(|it| it.as_str() == text.get_ref()).unwrap_or_else(|| {
            let shown = text.get_ref().escape_debug();
            self.problem(format!("`{shown}` is not a basis of collected evidence: collected, imported or supplied"), text.span());
            Basis::Supplied
        })
    }

    fn config(&mut self, item: Spanned<ConfigFile>) -> Option<ConfigItem> {
        let span = item.span();
        let item = item.into_inner();
        let ty = match item.r#type.get_ref().as_str() {
            "string" => ConfigType::String,
            "int" => ConfigType::Int,
            "bool" => ConfigType::Bool,
            "list" => ConfigType::List,
            other => {
                self.problem(format!("`{}` is not a type: string, int, bool or list", other.escape_debug()), item.r#type.span());
                return None;
            }
        };
        let fits = match (&item.default, ty) {
            (None, _)
            | (Some(toml::Value::String(_)), ConfigType::String)
            | (Some(toml::Value::Integer(_)), ConfigType::Int)
            | (Some(toml::Value::Boolean(_)), ConfigType::Bool) => true,
            (Some(toml::Value::Array(items)), ConfigType::List) => items.iter().all(toml::Value::is_str),
            _ => false,
        };
        if !fits {
            self.problem("the default is not of the type".to_owned(), span);
            return None;
        }
        let default = item.default.and_then(|value| serde_json::to_value(value).ok());
        Some(ConfigItem { ty, default, required: item.required, description: item.description })
    }

    fn limit(&mut self, name: &str, value: &Spanned<toml::Value>) -> Option<LimitValue> {
        LimitValue::read(name, value.get_ref()).map_err(|message| self.problem(message, value.span())).ok()
    }

    fn file(&mut self, file: FileFile) -> FileRequest {
        self.pattern::<PathPattern>(&file.path, "/x");
        for filter in &file.filters {
            if !crate::filter::KNOWN.contains(&filter.get_ref().as_str()) {
                let known = crate::filter::KNOWN.join("`, `");
                self.problem(
                    format!("`{}` is not a filter; known are `{known}`", filter.get_ref().escape_debug()),
                    filter.span(),
                );
            }
        }
        FileRequest {
            path: file.path.into_inner(),
            why: file.why,
            permission: file.permission,
            filters: file.filters.into_iter().map(|filter| filter.into_inner().into()).collect(),
        }
    }

    /// Checks a pattern, unless a configured value decides what it is.
    fn pattern<T: core::str::FromStr<Err = crate::PatternError>>(&mut self, text: &Spanned<String>, example: &str) {
        let mut filled = text.get_ref().clone();
        while let Some((before, after)) = filled.split_once("${config.") {
            let Some((_, after)) = after.split_once('}') else { break };
            filled = format!("{before}{example}{after}");
        }
        if let Err(error) = filled.parse::<T>() {
            self.problem(error.to_string(), text.span());
        }
    }

    fn credential(&mut self, credential: CredentialFile) -> CredentialRequest {
        if let Some(kind) = &credential.kind
            && !CREDENTIAL_KINDS.contains(&kind.get_ref().as_str())
        {
            let known = CREDENTIAL_KINDS.join("`, `");
            let message = format!("`{}` is not a kind of credential; known are `{known}`", kind.get_ref().escape_debug());
            self.problem(message, kind.span());
        }
        CredentialRequest {
            name: self.word(&credential.name, "credential"),
            why: credential.why,
            kind: credential.kind.map(|kind| kind.into_inner().into()),
        }
    }

    fn permission(
        &mut self,
        name: SmolStr,
        permission: Spanned<PermissionFile>,
        given: &[KindId],
    ) -> (SmolStr, PermissionRequest) {
        let is_name =
            (1..=256).contains(&name.len()) && name.bytes().all(|it| it.is_ascii_graphic() && it != b'"' && it != b'\\');
        if !is_name {
            let message = format!("`{}` is not a permission's name: up to 256 letters, digits and signs", name.escape_debug());
            self.problem(message, permission.span());
        }
        let PermissionFile { kinds: needing, why } = permission.into_inner();
        let mut kinds = Vec::new();
        for text in &needing {
            match given.iter().find(|it| it.to_string() == *text.get_ref()) {
                Some(kind) => kinds.push(kind.clone()),
                None => self.problem(format!("`{}` is not one of the kinds", text.get_ref().escape_debug()), text.span()),
            }
        }
        (name, PermissionRequest { kinds, why })
    }

    fn http(&mut self, http: HttpFile, credentials: &[CredentialRequest]) -> HttpRequest {
        self.pattern::<HostPattern>(&http.host, "example.com");
        for method in &http.methods {
            if method.get_ref().is_empty() || !method.get_ref().bytes().all(|b| b.is_ascii_uppercase()) {
                self.problem(format!("`{}` is not a method in upper case", method.get_ref().escape_debug()), method.span());
            }
        }
        let mut paths = Vec::new();
        for path in &http.paths {
            match path.get_ref().parse::<PathPattern>() {
                Ok(pattern) => paths.push(pattern),
                Err(error) => self.problem(error.to_string(), path.span()),
            }
        }
        if let Some(name) = &http.credential
            && !credentials.iter().any(|credential| credential.name == name.get_ref().as_str())
        {
            self.problem(format!("`{}` is not one of the credentials", name.get_ref().escape_debug()), name.span());
        }
        for pointer in &http.drop {
            if !pointer.get_ref().starts_with('/') {
                self.problem(format!("`{}` is not a JSON pointer", pointer.get_ref().escape_debug()), pointer.span());
            }
        }
        HttpRequest {
            host: http.host.into_inner(),
            methods: http.methods.into_iter().map(|method| method.into_inner().into()).collect(),
            paths,
            why: http.why,
            credential: http.credential.map(|name| name.into_inner().into()),
            drop: http.drop.into_iter().map(Spanned::into_inner).collect(),
            mask: http.mask,
            headers: http.headers.map(|names| names.into_iter().map(|name| name.to_ascii_lowercase().into()).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
name = "example"
version = "0.1.0"
description = "An example."
engine = ">=0.1, <0.2"
wit = "0.1.0"
kinds = ["host.os@1"]
[config.root]
type = "string"
default = "/"
description = "Where."
[[files]]
path = "${config.root}/etc/**"
why = "accounts"
filters = ["shadow/1"]
[[http]]
host = "api.example.com"
methods = ["GET"]
paths = ["/**"]
why = "list"
credential = "api"
drop = ["/secret"]
[[credential]]
name = "api"
why = "to sign in"
[limits]
cpu = "30s"
[permissions]
"os:Read" = { kinds = ["host.os@1"], why = "its name" }
"os:Ask" = { why = "to ask at all" }
"#;

    #[test]
    fn a_whole_manifest_is_read_and_its_configuration_is_filled_in() {
        let manifest = Manifest::parse(GOOD).unwrap();
        let asked = super::super::Asked::of(&manifest, &serde_json::json!({}));
        assert_eq!(asked.files[0].path.as_str(), "/etc/**");
        let asked = super::super::Asked::of(&manifest, &serde_json::json!({"root": "/mnt"}));
        assert_eq!(asked.files[0].path.as_str(), "/mnt/etc/**");
        assert_eq!(asked.http[0].host.as_str(), "api.example.com");
        assert_eq!(manifest.limits["cpu"].to_string(), "30s");
        let permissions: Vec<_> = manifest.permissions.iter().map(|(name, it)| (name.as_str(), it.kinds.len())).collect();
        assert_eq!(permissions, [("os:Ask", 0), ("os:Read", 1)]);
        assert_eq!(manifest.permissions["os:Read"].why, "its name");
    }

    #[test]
    fn every_problem_is_listed_with_its_place() {
        let text = GOOD
            .replace("\"example\"", "\"Exam ple\"")
            .replace("host.os@1", "host")
            .replace("shadow/1", "shadow/9")
            .replace("\"/secret\"", "\"secret\"")
            .replace("credential = \"api\"", "credential = \"other\"")
            .replace("wit = \"0.1.0\"", "wit = \"x\"")
            .replace("cpu = \"30s\"", "cpu = \"soon\"")
            .replace("why = \"to sign in\"", "why = \"to sign in\"\nkind = \"gcp\"")
            .replace("os:Read", "os: Read")
            .replace("kinds = [\"host\"], why", "kinds = [\"host.file@1\"], why");
        let problems = parse(&text).unwrap_err();
        assert_eq!(problems.len(), 10, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.span.is_some()));
    }

    #[test]
    fn evidence_is_collected_unless_the_manifest_says_less_of_it() {
        let basis = |text: &str| parse(&GOOD.replace("[config.root]", &format!("{text}\n[config.root]"))).map(|it| it.basis);
        assert_eq!(basis(""), Ok(Basis::Collected));
        assert_eq!(basis("basis = \"imported\""), Ok(Basis::Imported));
        assert_eq!(basis("basis = \"supplied\""), Ok(Basis::Supplied));
        for wrong in ["attested", "Collected", ""] {
            let problems = basis(&format!("basis = \"{wrong}\"")).unwrap_err();
            assert!(problems[0].message.contains("collected, imported or supplied"), "{problems:?}");
        }
    }

    #[test]
    fn an_unknown_field_is_a_problem_with_its_place() {
        for (known, unknown) in [("[limits]", "[limitz]"), ("{ why =", "{ scope = \"x\", why =")] {
            let problems = parse(&GOOD.replace(known, unknown)).unwrap_err();
            assert!(problems[0].message.contains("unknown field") && problems[0].span.is_some(), "{problems:?}");
        }
    }
}
