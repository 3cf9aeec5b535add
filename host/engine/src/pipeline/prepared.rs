//! Everything that the operator decides, read and checked before anything is collected.

use std::path::PathBuf;

use facts::KindSet;
use model::{CollectorName, SourceSet};
use plugin::{Compiler, Loader, LoaderConfig, Plugin, PluginFile};

use super::RunError;
use crate::config::{CollectorConfig, Config, PluginSource};
use crate::progress::Progress;

/// What is ready to run.
pub struct Prepared {
    /// Shipped and the user's own texts.
    pub sources: SourceSet,
    /// The kinds of both.
    pub kinds: KindSet,
    /// The collectors, in the order of their names.
    pub collectors: Vec<PreparedCollector>,
    /// How many threads evaluate.
    pub threads: usize,
    pub(super) config: Config,
}

/// A collector that is ready to run.
pub struct PreparedCollector {
    /// Its name.
    pub name: CollectorName,
    /// Its file.
    pub file: PluginFile,
    /// Its component, compiled.
    pub plugin: Plugin,
    /// Its configuration.
    pub config: CollectorConfig,
}

/// The shipped texts and the user's own beneath `local/`.
pub(crate) fn sources_of(config: &Config) -> SourceSet {
    config.all_sources()
}

impl Prepared {
    /// Reads kinds, rules and catalog, and loads the collectors when they are to run.
    ///
    /// # Errors
    /// [`RunError`] with what cannot be used; where that is in the configuration, with everything there that cannot.
    pub fn read(config: &Config, collect: bool, progress: &Progress) -> Result<Self, RunError> {
        Self::read_all(config, collect, progress).map_err(|error| config.misfits().map_or(error, RunError::Config))
    }

    fn read_all(config: &Config, collect: bool, progress: &Progress) -> Result<Self, RunError> {
        let sources = sources_of(config);
        let kinds = KindSet::read(&sources)?;
        super::evaluated::check_sources(&sources, &kinds, &config.settings)?;
        let mut collectors = Vec::new();
        if collect && !config.collectors.is_empty() {
            let loader = loader()?;
            for (name, collector) in &config.collectors {
                progress.stage(&format!("loading {name}"));
                let no_plugin = |source| RunError::File { collector: name.clone(), source };
                let file = read_file(&collector.plugin).map_err(no_plugin)?;
                if let Some(kind) = collector.kinds.iter().find(|it| !file.manifest().kinds.contains(it)) {
                    return Err(RunError::UnknownName {
                        message: format!("the collector `{name}` does not give `{kind}`, which its `kinds` ask for"),
                        help: "`engine plugin inspect` lists what it gives".to_owned(),
                    });
                }
                let unfit = |problems| RunError::Configuration { collector: name.clone(), problems };
                let filled = file.manifest().check_config(&collector.config).map_err(unfit)?;
                let unusable = |source| RunError::Plugin { collector: name.clone(), source };
                let plugin = loader.load(&file).map_err(unusable)?;
                let config = CollectorConfig { config: filled, ..collector.clone() };
                collectors.push(PreparedCollector { name: name.clone(), file, plugin, config });
            }
        }
        Ok(Self { sources, kinds, collectors, threads: config.threads, config: config.clone() })
    }
}

/// Reads a component's bytes, manifest and imports; runs nothing of it.
///
/// # Errors
/// [`plugin::FileError`] when it is not a plugin.
pub fn read_file(source: &PluginSource) -> Result<PluginFile, plugin::FileError> {
    source.read()
}

/// The hidden command that compiles what is on stdin.
pub const COMPILE_COMMAND: &str = "compile-component";

/// A loader that compiles in a child of this program and keeps what it compiled in the user's own cache.
///
/// # Errors
/// [`plugin::LoadError`] when this machine cannot run WebAssembly.
pub fn loader() -> Result<Loader, plugin::LoadError> {
    let executable = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("engine"));
    Loader::new(LoaderConfig {
        compiler: Compiler::Child { executable, args: vec![COMPILE_COMMAND.into()] },
        cache_dir: cache_dir(),
        engine_version: crate::version(),
    })
}

/// `$ENGINE_CACHE`, else `$XDG_CACHE_HOME/engine`, else `~/.cache/engine`; nothing is kept where none is set.
#[expect(clippy::disallowed_methods, reason = "where a cache is kept decides nothing that is reported")]
fn cache_dir() -> Option<PathBuf> {
    let folder = |variable: &str| std::env::var(variable).ok().filter(|it| !it.is_empty()).map(PathBuf::from);
    folder("ENGINE_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|it| it.join("engine")))
        .or_else(|| folder("HOME").map(|it| it.join(".cache/engine")))
}
