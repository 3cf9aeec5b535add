//! `host.package@1`.

use engine_sdk::kinds::host::{Package, PackageStatus};
use engine_sdk::{Facts, Fault};

use crate::machine::Machine;
use crate::parse::packages::State;

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Package>) -> Result<(), Fault> {
    let list = machine.packages()?;
    if list.bad > 0 {
        facts.gap(&Fault::invalid(format!("{} entries of {} have not the form of a package", list.bad, list.file.path)));
    }
    for package in &list.entries {
        let body = Package {
            host: machine.name.clone(),
            name: package.name.clone(),
            version: package.version.clone(),
            architecture: package.architecture.clone(),
            source: package.source.clone(),
            source_version: package.source_version.clone(),
            list: list.list,
            status: match package.state {
                State::Installed => PackageStatus::Installed,
                State::ConfigFiles => PackageStatus::ConfigFiles,
                State::Broken => PackageStatus::Broken,
            },
            held: package.is_held,
        };
        let subject = machine.subject(&format!("package/{}:{}", package.name, package.architecture));
        facts.state_from(&subject, &body, list.file.from(package.range.clone()))?;
    }
    Ok(())
}
