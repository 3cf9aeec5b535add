//! Which imports a component may have: the contract, and WASI 0.2 as far as the host answers or refuses it.
//!
//! Takes names and gives a verdict, before anything is compiled or linked. The linker itself is lenient about versions, so
//! this is where they are checked.

use semver::Version;

use super::LoadError;
use crate::file::PluginFile;

/// The versions of the contract that this engine speaks, oldest first.
pub const SUPPORTED_WIT: &[Version] = &[Version::new(0, 1, 0)];

const OWN: &[&str] = &["types", "http", "files", "facts", "run"];
const WASI: &[&str] = &["cli", "clocks", "filesystem", "http", "io", "random", "sockets"];

/// The supported versions as a person reads them.
pub(super) fn supported() -> String {
    match (SUPPORTED_WIT.first(), SUPPORTED_WIT.last()) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(only), _) => only.to_string(),
        _ => "none".to_owned(),
    }
}

/// Refuses every import that this engine does not supply.
pub(super) fn check(file: &PluginFile) -> Result<(), LoadError> {
    let plugin = &file.manifest().name;
    for import in file.imports() {
        let unknown = || LoadError::UnknownImport { plugin: plugin.clone(), import: shown(import) };
        let (path, version) = import.rsplit_once('@').ok_or_else(unknown)?;
        let version: Version = version.parse().map_err(|_| unknown())?;
        let (package, interface) = path.split_once('/').ok_or_else(unknown)?;
        match package.split_once(':') {
            Some(("engine", "collector")) => {
                if !SUPPORTED_WIT.contains(&version) {
                    let wanted = version.to_string();
                    return Err(LoadError::Contract { plugin: plugin.clone(), wanted, supported: supported() });
                }
                if !OWN.contains(&interface) {
                    return Err(unknown());
                }
            }
            Some(("wasi", name)) if WASI.contains(&name) && version.major == 0 && version.minor == 2 => {}
            _ => return Err(unknown()),
        }
    }
    Ok(())
}

fn shown(import: &str) -> String {
    import.chars().take(120).flat_map(char::escape_debug).collect()
}
