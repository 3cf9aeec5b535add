//! `host.listener@1`.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::host::{Listener, ListenerFamily, ListenerProtocol};
use engine_sdk::{Facts, Fault, OrAbsent, ReadFrom, Statement};

use crate::machine::{Machine, sorted};
use crate::parse::proc_net::{TCP_LISTEN, UDP_UNCONNECTED, socket};

const TABLES: [(&str, ListenerProtocol, u8); 4] = [
    ("tcp", ListenerProtocol::Tcp, TCP_LISTEN),
    ("tcp6", ListenerProtocol::Tcp, TCP_LISTEN),
    ("udp", ListenerProtocol::Udp, UDP_UNCONNECTED),
    ("udp6", ListenerProtocol::Udp, UDP_UNCONNECTED),
];

/// What waits at one address and port.
#[derive(Default)]
struct Found {
    uids: BTreeSet<i64>,
    from: Vec<ReadFrom>,
}

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Listener>) -> Result<(), Fault> {
    for (table, protocol, state) in TABLES {
        let own = machine.run.read(&format!("/proc/self/net/{table}"));
        let file = own.or_else(|fault| machine.run.read(&format!("/proc/1/net/{table}")).map_err(|_| fault)).or_absent();
        // A kernel without IPv6 has no tables for it.
        let file = match file {
            Ok(Some(file)) => file,
            Ok(None) if table.ends_with('6') => continue,
            Ok(None) => return Err(Fault::new("not-found", format!("the kernel shows no table of {table} sockets"))),
            Err(fault) => {
                facts.gap(&fault);
                continue;
            }
        };
        let mut found: BTreeMap<(IpAddr, u16), Found> = BTreeMap::new();
        for line in file.lines() {
            if let Some(socket) = socket(&line.text, state) {
                let at = found.entry((socket.address, socket.port)).or_default();
                at.uids.insert(socket.uid);
                at.from.extend(line.from());
            }
        }
        for ((address, port), found) in found {
            state_listener(machine, facts, protocol, (address, port), found)?;
        }
    }
    Ok(())
}

fn state_listener(
    machine: &Machine<'_>,
    facts: &mut Facts<'_, Listener>,
    protocol: ListenerProtocol,
    (address, port): (IpAddr, u16),
    found: Found,
) -> Result<(), Fault> {
    // An IPv4 address in the form of IPv6 is the IPv4 address that is meant.
    let meant = address.to_canonical();
    let owners: Result<Vec<Option<String>>, Fault> = found.uids.iter().map(|uid| machine.user_name(*uid)).collect();
    let body = Listener {
        host: machine.name.clone(),
        protocol,
        family: if address.is_ipv4() { ListenerFamily::Ipv4 } else { ListenerFamily::Ipv6 },
        address: address.to_string(),
        port: i64::from(port),
        wildcard: meant.is_unspecified(),
        loopback: meant.is_loopback(),
        link_local: match meant {
            IpAddr::V4(address) => address.is_link_local(),
            IpAddr::V6(address) => address.is_unicast_link_local(),
        },
        uids: found.uids.iter().copied().collect(),
        owners: owners.as_ref().map(|names| sorted(names.iter().flatten().cloned())).unwrap_or_default(),
    };
    let word = match protocol {
        ListenerProtocol::Tcp => "tcp",
        ListenerProtocol::Udp => "udp",
    };
    let subject = machine.subject(&format!("listener/{word}/{}", core::net::SocketAddr::new(address, port)));
    let mut statement = Statement::new(&subject, &body).from(found.from);
    if let Err(fault) = owners {
        statement = statement.gap("owners", fault.message);
    }
    facts.give(&statement)
}
