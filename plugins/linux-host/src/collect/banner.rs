//! `host.banner@1`.

use engine_sdk::kinds::host::Banner;
use engine_sdk::{Facts, Fault};

use crate::machine::Machine;
use crate::parse::settings;

const LENGTH: usize = 4_096;

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Banner>) -> Result<(), Fault> {
    let release = settings::shell(&machine.text("/etc/os-release")?);
    let names: Vec<String> =
        ["ID", "NAME"].iter().filter_map(|name| release.get(*name)).map(|name| name.to_lowercase()).collect();
    for path in ["/etc/issue", "/etc/issue.net", "/etc/motd"] {
        let file = match machine.file(path) {
            Ok(file) => file,
            Err(fault) => {
                facts.gap(&fault);
                continue;
            }
        };
        let text: String = file.as_ref().map(|file| file.text().chars().take(LENGTH).collect()).unwrap_or_default();
        let lower = text.to_lowercase();
        let has_escape = ['m', 'r', 's', 'v'].iter().any(|letter| text.contains(&format!("\\{letter}")));
        let body = Banner {
            host: machine.name.clone(),
            path: path.to_owned(),
            exists: file.is_some(),
            empty: text.trim().is_empty(),
            discloses_system: has_escape || names.iter().any(|name| name.len() > 2 && lower.contains(name)),
            text,
        };
        facts.state_from(
            &machine.subject(&format!("banner{path}")),
            &body,
            file.iter().flat_map(engine_sdk::files::File::whole),
        )?;
    }
    Ok(())
}
