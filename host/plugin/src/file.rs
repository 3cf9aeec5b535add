//! A component file as it is: bytes, digest, manifest and imports.
//!
//! Takes a path or bytes and gives a [`PluginFile`]. Neither compiles nor runs anything: only the outer sections are read.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::Diagnostic;
use model::Digest;
use thiserror::Error;
use wasmparser::{ComponentTypeRef, Encoding, Parser, Payload, TypeBounds};

use crate::manifest::{Manifest, ManifestError};

/// The custom section in which a component carries its `plugin.toml`.
pub const MANIFEST_SECTION: &str = "engine:plugin";

/// The largest component file: 64 MiB.
pub const MAX_COMPONENT: u64 = 64 * 1024 * 1024;

const MAX_MANIFEST: usize = 256 * 1024;
const MAX_IMPORTS: usize = 1000;

/// A component file that was read, not compiled.
#[derive(Debug, Clone)]
pub struct PluginFile {
    bytes: Arc<[u8]>,
    digest: Digest,
    manifest: Manifest,
    imports: Vec<String>,
}

/// A file is not a plugin.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum FileError {
    /// The file could not be read.
    #[error("`{}` could not be read", path.display())]
    #[diagnostic(code(engine::plugin::unreadable), help("check the path and its permissions"))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is larger than [`MAX_COMPONENT`].
    #[error("the component is larger than {} MiB", MAX_COMPONENT / 1024 / 1024)]
    #[diagnostic(code(engine::plugin::component_too_large), help("build it in release mode and strip its debug sections"))]
    TooLarge,
    /// The file is not a WebAssembly component.
    #[error("it is not a WebAssembly component: {reason}")]
    #[diagnostic(
        code(engine::plugin::not_a_component),
        help("build for `wasm32-wasip2`, or wrap the module with `wasm-tools component new`")
    )]
    NotAComponent {
        /// What was found.
        reason: String,
    },
    /// There is no manifest, or more than one.
    #[error("the component carries {count} manifests, not one")]
    #[diagnostic(
        code(engine::plugin::no_manifest),
        help("embed `plugin.toml` as the custom section `engine:plugin`; `engine plugin build` does")
    )]
    Manifests {
        /// How many were found.
        count: usize,
    },
    /// The manifest is not well formed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Manifest(#[from] ManifestError),
}

impl PluginFile {
    /// Reads a component file.
    ///
    /// # Errors
    /// [`FileError`] when it cannot be read or is not a plugin.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let unreadable = |source| FileError::Unreadable { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(MAX_COMPONENT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Self::from_bytes(bytes)
    }

    /// Takes the bytes of a component.
    ///
    /// # Errors
    /// [`FileError`] when it is not a plugin.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Result<Self, FileError> {
        let bytes = bytes.into();
        if bytes.len() as u64 > MAX_COMPONENT {
            return Err(FileError::TooLarge);
        }
        let outline = Outline::read(&bytes)?;
        let [text] = outline.manifests.as_slice() else {
            return Err(FileError::Manifests { count: outline.manifests.len() });
        };
        let manifest = Manifest::parse(text)?;
        Ok(Self { digest: Digest::of(&bytes), manifest, imports: outline.imports, bytes })
    }

    /// The component.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The plain SHA-256 of the component, its manifest included.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The names that it imports, such as `engine:collector/http@0.1.0`, in its own order.
    pub fn imports(&self) -> &[String] {
        &self.imports
    }
}

/// What the sections of a component hold. The manifest may stand in a core module within: that is where rustc leaves it.
#[derive(Default)]
struct Outline {
    manifests: Vec<String>,
    imports: Vec<String>,
}

impl Outline {
    fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let wrong = |reason: String| FileError::NotAComponent { reason };
        let mut outline = Self::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.map_err(|error| wrong(error.message().to_owned()))?;
            match payload {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(wrong("it is a core module".to_owned()));
                }
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(section) if section.name() == MANIFEST_SECTION => {
                    let text = core::str::from_utf8(section.data()).ok().filter(|text| text.len() <= MAX_MANIFEST);
                    let text = text.ok_or_else(|| wrong("its manifest is not UTF-8 of at most 256 KiB".to_owned()))?;
                    outline.manifests.push(text.to_owned());
                }
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        let import = import.map_err(|error| wrong(error.message().to_owned()))?;
                        // A name for a type that is defined already asks the host for nothing.
                        if !matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_))) {
                            outline.imports.push(import.name.name.to_owned());
                        }
                        if outline.imports.len() > MAX_IMPORTS {
                            return Err(wrong(format!("it imports more than {MAX_IMPORTS} things")));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(outline)
    }
}
