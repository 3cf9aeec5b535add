//! `host.service@1`.

use engine_sdk::kinds::host::{Service, ServiceState, ServiceUnitType};
use engine_sdk::{Facts, Fault};

use crate::machine::Machine;

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Service>) -> Result<(), Fault> {
    let units = machine.units()?;
    for (name, unit) in &units.by_name {
        let is_enabled = !unit.is_masked && !unit.started_by.is_empty();
        if !is_enabled && !unit.is_masked {
            continue;
        }
        let body = Service {
            host: machine.name.clone(),
            name: name.clone(),
            unit_type: match name.rsplit('.').next() {
                Some("socket") => ServiceUnitType::Socket,
                Some("timer") => ServiceUnitType::Timer,
                _ => ServiceUnitType::Service,
            },
            state: if is_enabled { ServiceState::Enabled } else { ServiceState::Masked },
            enabled: is_enabled,
            started_by: unit.started_by.iter().cloned().collect(),
            unit_file: units.file_of(name).filter(|_| is_enabled).map(str::to_owned).into(),
            by_administrator: unit.is_own,
            init_script: unit.is_script,
        };
        facts.state(&machine.subject(&format!("service/{name}")), &body)?;
    }
    Ok(())
}
