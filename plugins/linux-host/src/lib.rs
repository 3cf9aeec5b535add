//! A collector that looks at the Linux machine it runs on.
//!
//! Takes files that the operator granted, gives facts of the kinds `host.…`, and never a password's hash: the host replaces
//! those before the collector sees them. It starts no program and opens no connection. What a machine does not have is a
//! known fact; what cannot be read is a gap that names the permission.

mod collect;
mod machine;
mod parse;
mod units;

use engine_sdk::{Collector, Fault, Run};
use serde::Deserialize;

use machine::Machine;

/// The configuration of the collector.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    /// The machine's name in facts, instead of its own name for itself.
    name: Option<String>,
}

/// The collector.
pub struct LinuxHost;

impl Collector for LinuxHost {
    fn check(run: &Run<'_>) -> Result<(), Fault> {
        run.config::<Config>()?;
        for path in ["/etc/passwd", "/etc/shadow"] {
            run.read(path)?;
        }
        run.entries("/etc")?;
        Ok(())
    }

    fn collect(run: &Run<'_>) -> Result<(), Fault> {
        let config: Config = run.config()?;
        let machine = Machine::new(run, config.name);
        let scope = run.scope(machine.scope());
        scope.collect(|facts| collect::os::collect(&machine, facts));
        scope.collect(|facts| collect::account::accounts(&machine, facts));
        scope.collect(|facts| collect::account::groups(&machine, facts));
        scope.collect(|facts| collect::sudo::privileges(&machine, facts));
        scope.collect(|facts| collect::sudo::defaults(&machine, facts));
        scope.collect(|facts| collect::sshd::collect(&machine, facts));
        scope.collect(|facts| collect::password::collect(&machine, facts));
        scope.collect(|facts| collect::session::collect(&machine, facts));
        scope.collect(|facts| collect::banner::collect(&machine, facts));
        scope.collect(|facts| collect::mount::collect(&machine, facts));
        scope.collect(|facts| collect::sysctl::collect(&machine, facts));
        scope.collect(|facts| collect::listener::collect(&machine, facts));
        scope.collect(|facts| collect::service::collect(&machine, facts));
        scope.collect(|facts| collect::package::collect(&machine, facts));
        scope.collect(|facts| collect::source::collect(&machine, facts));
        scope.collect(|facts| collect::updates::collect(&machine, facts));
        scope.collect(|facts| collect::file::collect(&machine, facts));
        scope.collect(|facts| collect::logging::collect(&machine, facts));
        scope.collect(|facts| collect::time::collect(&machine, facts));
        scope.collect(|facts| collect::firewall::collect(&machine, facts));
        scope.collect(|facts| collect::protection::collect(&machine, facts));
        Ok(())
    }
}

engine_sdk::export!(LinuxHost, manifest = "plugin.toml");
