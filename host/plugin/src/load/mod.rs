//! Loading: from a component file to a plugin that can run.
//!
//! Takes a [`PluginFile`], checks versions and imports, compiles it in a child process, keeps the artifact, and links it.
//! Runs none of its code.

mod cache;
mod compile;
mod engine;
mod import;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use miette::Diagnostic;
use model::Digest;
use semver::Version;
use smol_str::SmolStr;
use thiserror::Error;
use wasmtime::component::{Component, Linker};

use self::cache::Cache;
pub use self::compile::{Compiler, compile_stdin_to_stdout};
pub(crate) use self::engine::TICK;
use self::engine::Ticking;
pub use self::import::SUPPORTED_WIT;
use crate::file::PluginFile;
use crate::guest::bindings::collector::CollectorPre;
use crate::guest::{Guest, link};
use crate::manifest::Manifest;

/// How plugins are loaded.
#[derive(Debug, Clone)]
pub struct LoaderConfig {
    /// Where components are compiled.
    pub compiler: Compiler,
    /// Where compiled components are kept; nowhere when absent.
    pub cache_dir: Option<PathBuf>,
    /// This engine's version, which manifests speak of.
    pub engine_version: Version,
}

/// Makes plugins ready to run. Make one and keep it: it holds the WebAssembly engine and its ticker.
pub struct Loader {
    config: LoaderConfig,
    cache: Option<Cache>,
    ticking: Ticking,
}

/// A component that was checked, compiled and linked. Each run of it has a fresh store.
#[derive(Clone)]
pub struct Plugin {
    file: PluginFile,
    pre: CollectorPre<Guest>,
    ticking: Ticking,
}

/// A plugin could not be made ready to run.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum LoadError {
    /// WebAssembly could not be set up on this machine.
    #[error("WebAssembly cannot be set up here: {reason}")]
    #[diagnostic(
        code(engine::plugin::no_engine),
        help("a supported processor (x86-64 or AArch64) with virtual memory to spare is needed")
    )]
    Engine {
        /// What wasmtime said.
        reason: String,
    },
    /// The plugin was built against a version of the contract that this engine does not speak.
    #[error("plugin `{plugin}` wants the contract engine:collector {wanted}, this engine supports {supported}")]
    #[diagnostic(code(engine::plugin::contract), help("install a version of the plugin, or of the engine, that fits the other"))]
    Contract {
        /// Which plugin.
        plugin: SmolStr,
        /// What it wants.
        wanted: String,
        /// What there is.
        supported: String,
    },
    /// The plugin does not work with this version of the engine.
    #[error("plugin `{plugin}` wants the engine {wanted}, this is {engine}")]
    #[diagnostic(
        code(engine::plugin::engine_version),
        help("install a version of the plugin, or of the engine, that fits the other")
    )]
    EngineVersion {
        /// Which plugin.
        plugin: SmolStr,
        /// What it wants.
        wanted: String,
        /// What this is.
        engine: Version,
    },
    /// The plugin imports something that this engine does not supply.
    #[error("plugin `{plugin}` imports `{import}`, which this engine does not supply")]
    #[diagnostic(
        code(engine::plugin::unknown_import),
        help("a plugin may import engine:collector 0.1.0 (http, files, facts, run) and WASI 0.2; build it without the rest")
    )]
    UnknownImport {
        /// Which plugin.
        plugin: SmolStr,
        /// The import.
        import: String,
    },
    /// The component does not compile, or not within the limits.
    #[error("plugin `{plugin}` cannot be compiled: {reason}")]
    #[diagnostic(
        code(engine::plugin::refused),
        help("the component is damaged or uses features that are switched off; ask its vendor")
    )]
    Refused {
        /// Which plugin.
        plugin: SmolStr,
        /// Why.
        reason: String,
    },
    /// The compiling child could not be run.
    #[error("the compiler `{}` could not be run", executable.display())]
    #[diagnostic(code(engine::plugin::compiler), help("check that this program may start itself"))]
    Compiler {
        /// Which program.
        executable: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The component's imports or exports do not have the types of the contract.
    #[error("plugin `{plugin}` does not fit the contract: {reason}")]
    #[diagnostic(code(engine::plugin::link), help("build it against the published `collector.wit`, unchanged"))]
    Link {
        /// Which plugin.
        plugin: SmolStr,
        /// What does not fit.
        reason: String,
    },
}

impl Loader {
    /// Sets WebAssembly up and opens the cache.
    ///
    /// # Errors
    /// [`LoadError::Engine`] when this machine cannot run WebAssembly.
    pub fn new(config: LoaderConfig) -> Result<Self, LoadError> {
        let ticking = Ticking::start().map_err(|error| LoadError::Engine { reason: format!("{error:#}") })?;
        let cache = config.cache_dir.as_deref().and_then(Cache::open);
        Ok(Self { config, cache, ticking })
    }

    /// Makes a plugin ready to run: checks versions and imports, compiles it or takes it from the cache, links it.
    ///
    /// # Errors
    /// [`LoadError`] with what the plugin wants, what there is, and what to do.
    pub fn load(&self, file: &PluginFile) -> Result<Plugin, LoadError> {
        self.check_versions(file.manifest())?;
        import::check(file)?;
        let plugin = || file.manifest().name.clone();
        let component = self.component(file)?;
        let unfit = |error: wasmtime::Error| LoadError::Link { plugin: plugin(), reason: format!("{error:#}") };
        let mut linker = Linker::new(self.ticking.engine());
        link(&mut linker, &component).map_err(unfit)?;
        let pre = linker.instantiate_pre(&component).and_then(CollectorPre::new).map_err(unfit)?;
        Ok(Plugin { file: file.clone(), pre, ticking: self.ticking.clone() })
    }

    fn check_versions(&self, manifest: &Manifest) -> Result<(), LoadError> {
        if !SUPPORTED_WIT.contains(&manifest.wit) {
            return Err(LoadError::Contract {
                plugin: manifest.name.clone(),
                wanted: manifest.wit.to_string(),
                supported: import::supported(),
            });
        }
        let engine = &self.config.engine_version;
        if !manifest.engine.matches(engine) {
            let wanted = manifest.engine.to_string();
            return Err(LoadError::EngineVersion { plugin: manifest.name.clone(), wanted, engine: engine.clone() });
        }
        Ok(())
    }

    /// The component's code: mapped from the cache where it is there and usable, else compiled.
    fn component(&self, file: &PluginFile) -> Result<Component, LoadError> {
        let key = self.key(file);
        let kept = self.cache.as_ref().and_then(|cache| cache.get(&key));
        if let Some(component) = kept.and_then(|path| mapped(&self.ticking, &path).ok()) {
            return Ok(component);
        }
        let artifact = self.config.compiler.compile(self.ticking.engine(), file)?;
        if let Some(cache) = &self.cache {
            cache.put(&key, &artifact);
        }
        let refused = |error| LoadError::Refused { plugin: file.manifest().name.clone(), reason: format!("{error:#}") };
        deserialize(&self.ticking, &artifact).map_err(refused)
    }

    /// What an artifact is kept under: the component, and all of wasmtime that decides whether it can be used.
    fn key(&self, file: &PluginFile) -> Digest {
        let mut hasher = std::hash::DefaultHasher::new();
        std::hash::Hash::hash(&self.ticking.engine().precompile_compatibility_hash(), &mut hasher);
        let compatibility = std::hash::Hasher::finish(&hasher);
        Digest::tagged("engine:mapped-artifact-key", &[file.digest().as_bytes(), &compatibility.to_le_bytes()])
    }
}

/// Turns an artifact into code.
#[expect(unsafe_code, reason = "wasmtime cannot check an artifact; this one was made by our own compiler")]
fn deserialize(ticking: &Ticking, artifact: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the artifact came from our own child process, which holds our own compiler. Artifacts are never taken from a
    // vendor, and wasmtime itself refuses one of another version or configuration.
    unsafe { Component::deserialize(ticking.engine(), artifact) }
}

/// Maps a kept artifact as code.
#[expect(unsafe_code, reason = "wasmtime cannot check an artifact; this one was made by our own compiler")]
fn mapped(ticking: &Ticking, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file is in a directory that only this user can write to, its checksum under its key was verified just
    // now, and files there are replaced whole, never written to. It holds what our own compiler gave, and wasmtime itself
    // refuses what is of another version or configuration.
    unsafe { Component::deserialize_file(ticking.engine(), path) }
}

impl Plugin {
    /// What it was loaded from.
    pub fn file(&self) -> &PluginFile {
        &self.file
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        self.file.manifest()
    }

    pub(crate) fn pre(&self) -> &CollectorPre<Guest> {
        &self.pre
    }

    pub(crate) fn engine(&self) -> &wasmtime::Engine {
        self.ticking.engine()
    }

    pub(crate) fn ticks(&self) -> &Arc<AtomicU64> {
        self.ticking.ticks()
    }
}

impl core::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Plugin").field("name", &self.manifest().name).field("digest", &self.file.digest()).finish_non_exhaustive()
    }
}

impl core::fmt::Debug for Loader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Loader").field("config", &self.config).finish_non_exhaustive()
    }
}
