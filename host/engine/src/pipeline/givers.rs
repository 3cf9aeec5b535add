//! What collectors say that they give, for the coverage: read from their manifests, nothing of them is run.

use crosswalk::Giver;
use model::CollectorName;
use smol_str::SmolStr;

use super::{RunError, read_file};
use crate::config::{Config, PluginSource};

/// The bundled collectors, whether or not they are configured, by name.
///
/// # Errors
/// [`RunError::File`] when one is no plugin, which a test of the build excludes.
pub fn bundled_givers() -> Result<Vec<Giver>, RunError> {
    crate::bundled::names().map(|name| giver(name, &PluginSource::Bundled(name.to_owned()))).collect()
}

/// The configured collectors, with the kinds that they are asked for; those that are bundled are left out on request.
///
/// # Errors
/// [`RunError::File`] when the file of one is no plugin.
pub fn configured_givers(config: &Config, leave_out_bundled: bool) -> Result<Vec<Giver>, RunError> {
    let mut givers = Vec::new();
    for (name, collector) in &config.collectors {
        if leave_out_bundled && matches!(collector.plugin, PluginSource::Bundled(_)) {
            continue;
        }
        let mut giver = giver(name.as_str(), &collector.plugin)?;
        if !collector.kinds.is_empty() {
            giver.kinds.retain(|kind| collector.kinds.contains(kind));
        }
        givers.push(giver);
    }
    Ok(givers)
}

fn giver(name: &str, source: &PluginSource) -> Result<Giver, RunError> {
    let no_plugin = |source| match CollectorName::new(name) {
        Ok(collector) => RunError::File { collector, source },
        Err(error) => RunError::UnknownName { message: error.to_string(), help: source.to_string() },
    };
    let file = read_file(source).map_err(no_plugin)?;
    let manifest = file.manifest();
    Ok(Giver { name: SmolStr::new(name), basis: manifest.basis, kinds: manifest.kinds.clone() })
}
