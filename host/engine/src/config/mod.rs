//! The configuration: takes `engine.toml`, gives a [`Config`] in which every value is legal, or every problem at once.
//!
//! Defaults, then the file, then the environment, then flags. Secrets are never read here: only where they are kept.

mod carve_out;
mod credential;
mod file;
mod fit;
mod grant;
mod problem;
mod resolve;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crosswalk::SubserviceStatement;
use model::{CollectorName, ControlId, FrameworkId, KindId, RuleId, ScopeId, Seconds, SourceSet};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub(crate) use carve_out::refusal;
pub use problem::{ConfigError, Problem};

/// The text that `engine init` writes, and that is in force where there is no `engine.toml`.
pub const DEFAULT: &str = include_str!("../default.toml");

/// The name of the file that is looked for, here and in the folders above.
pub const FILE_NAME: &str = "engine.toml";

/// Everything that an operator decides, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file, or `None` for the defaults.
    pub file: Option<PathBuf>,
    /// What relative paths are relative to.
    pub folder: PathBuf,
    /// Where runs are kept.
    pub store: PathBuf,
    /// How many threads evaluate.
    pub threads: usize,
    /// How many collectors run at once; it decides nothing that is reported.
    pub collectors_at_once: usize,
    /// The user's own rules, controls and kinds, under `local/`.
    pub sources: SourceSet,
    /// The fixtures that stand beside the user's own rules, named as the rules are.
    pub fixtures: SourceSet,
    /// What collects.
    pub collectors: BTreeMap<CollectorName, CollectorConfig>,
    /// What decides the result beside the sources.
    pub settings: Settings,
    written: Arc<Written>,
}

/// The file as it was written, for the places of what turns out not to fit.
#[derive(Debug)]
struct Written {
    path: PathBuf,
    text: Arc<str>,
    file: file::ConfigFile,
}

/// One configured collector.
#[derive(Debug, Clone)]
pub struct CollectorConfig {
    /// Where its component is.
    pub plugin: PluginSource,
    /// Its own configuration, as it is handed to it.
    pub config: serde_json::Value,
    /// The kinds that are asked for; empty for all of its manifest.
    pub kinds: Vec<KindId>,
    /// The scopes that are expected whatever it says.
    pub scopes: Vec<ScopeId>,
    /// What it may reach.
    pub grant: plugin::Grant,
    /// How much it may take.
    pub limits: plugin::Limits,
    /// What stands for `/` when it reads files.
    pub files_root: PathBuf,
}

impl CollectorConfig {
    /// A collector that nothing is configured for: it is granted nothing.
    pub fn unconfigured(plugin: PluginSource) -> Self {
        Self {
            plugin,
            config: serde_json::Value::Object(serde_json::Map::new()),
            kinds: Vec::new(),
            scopes: Vec::new(),
            grant: plugin::Grant::default(),
            limits: plugin::Limits::default(),
            files_root: PathBuf::from("/"),
        }
    }
}

/// Where a component is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginSource {
    /// In this program.
    Bundled(String),
    /// In a file.
    File(PathBuf),
}

impl PluginSource {
    /// Reads a component's bytes, manifest and imports; runs nothing of it.
    ///
    /// # Errors
    /// [`plugin::FileError`] when it is not a plugin.
    pub fn read(&self) -> Result<plugin::PluginFile, plugin::FileError> {
        match self {
            Self::Bundled(name) => plugin::PluginFile::from_bytes(crate::bundled::component(name).unwrap_or_default()),
            Self::File(path) => plugin::PluginFile::read(path),
        }
    }
}

/// What decides a result beside evidence and sources; kept with every run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The frameworks to report on, each with its categories; empty categories for the framework's own default.
    pub frameworks: BTreeMap<FrameworkId, BTreeSet<SmolStr>>,
    /// Settings of rules.
    pub rules: BTreeMap<RuleId, RuleSetting>,
    /// Settings of controls.
    pub controls: BTreeMap<ControlId, ControlSetting>,
    /// Scopes that are no longer expected.
    pub retired: Vec<Retired>,
    /// What subservice organisations are stated to answer for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carve_outs: Vec<SubserviceStatement>,
}

/// Settings of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSetting {
    /// Values for its parameters.
    pub parameters: BTreeMap<SmolStr, model::Value>,
    /// Whether it is left out.
    pub disabled: bool,
    /// The user's own rule that stands in its place.
    pub replaced_by: Option<RuleId>,
}

/// Settings of one control.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlSetting {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// For how long a failure may be open.
    pub within: Option<Seconds>,
}

/// A scope that is no longer expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// Whose.
    pub collector: CollectorName,
    /// Of which kind; `None` for all.
    pub kind: Option<KindId>,
    /// Which; `None` for all.
    pub scope: Option<ScopeId>,
}

impl Settings {
    /// The settings of rules as the rules crate takes them.
    pub(crate) fn rule_settings(&self) -> rules::RuleSettings {
        let parameters = |(id, it): (&RuleId, &RuleSetting)| (id.clone(), it.parameters.clone());
        rules::RuleSettings {
            parameters: self.rules.iter().filter(|(_, it)| !it.parameters.is_empty()).map(parameters).collect(),
            overrides: self.rules.iter().filter_map(|(id, it)| Some((id.clone(), it.replaced_by.clone()?))).collect(),
            disabled: self.rules.iter().filter(|(_, it)| it.disabled).map(|(id, _)| id.clone()).collect(),
        }
    }
}

impl Retired {
    /// Whether an expectation falls under this.
    pub fn covers(&self, collector: &CollectorName, kind: &KindId, scope: &ScopeId) -> bool {
        &self.collector == collector
            && self.kind.as_ref().is_none_or(|it| it == kind)
            && self.scope.as_ref().is_none_or(|it| it == scope)
    }
}

/// What flags and environment say; each overrides the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The file to read instead of the one that is found.
    pub file: Option<PathBuf>,
    /// Where runs are kept.
    pub store: Option<PathBuf>,
    /// How many threads evaluate.
    pub threads: Option<usize>,
    /// The frameworks to report on.
    pub frameworks: Vec<String>,
}

impl Config {
    /// Reads the configuration that is in force in a folder: the file that is named, else the nearest `engine.toml` in it or
    /// above, else the defaults.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the file and its place.
    pub fn read(here: &Path, overrides: &Overrides) -> Result<Self, ConfigError> {
        let file = overrides.file.clone().or_else(|| find_upward(here));
        let (text, folder) = match &file {
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.clone(), source })?;
                let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
                (text, here.join(folder))
            }
            None => (DEFAULT.to_owned(), here.to_owned()),
        };
        let mut config = resolve::resolve(&text, file, folder)?;
        config.apply(here, overrides)?;
        Ok(config)
    }

    /// The shipped texts and the user's own beneath `local/`.
    pub(crate) fn all_sources(&self) -> SourceSet {
        let mut sources = crate::bundled::sources();
        for (name, text) in self.sources.iter() {
            sources.insert(name, text);
        }
        sources
    }

    /// Everything in the file that names what is not there, or sets what cannot be set; `None` when there is nothing of that.
    ///
    /// It reads the catalog, the rules and every plugin again, so ask only when something did not fit.
    pub(crate) fn misfits(&self) -> Option<ConfigError> {
        let mut problems = problem::Problems::new(self.written.path.clone(), Arc::clone(&self.written.text));
        fit::check(self, &mut problems);
        (!problems.is_empty()).then(|| problems.into_error())
    }

    /// Reads the configuration in a text, as if it were the file of that name in a folder.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the text and its place.
    pub fn of_text(text: &str, file: PathBuf, folder: &Path, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut config = resolve::resolve(text, Some(file), folder.to_owned())?;
        config.apply(folder, overrides)?;
        Ok(config)
    }

    fn apply(&mut self, here: &Path, overrides: &Overrides) -> Result<(), ConfigError> {
        if let Some(store) = &overrides.store {
            self.store = here.join(store);
        }
        if let Some(threads) = overrides.threads {
            if !(1..=1024).contains(&threads) {
                return Err(ConfigError::Flag {
                    message: format!("`--threads {threads}` is not a number of threads"),
                    help: "give a number from 1 to 1024".to_owned(),
                });
            }
            self.threads = threads;
        }
        if !overrides.frameworks.is_empty() {
            let mut frameworks = BTreeMap::new();
            for name in &overrides.frameworks {
                let id: FrameworkId = name.parse().map_err(|error: model::IdError| ConfigError::Flag {
                    message: error.to_string(),
                    help: "`engine framework list` shows the frameworks".to_owned(),
                })?;
                let categories = self.settings.frameworks.remove(&id).unwrap_or_default();
                frameworks.insert(id, categories);
            }
            self.settings.frameworks = frameworks;
        }
        Ok(())
    }
}

fn find_upward(here: &Path) -> Option<PathBuf> {
    here.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}
