//! `host.firewall@1`.

use engine_sdk::kinds::host::{
    Firewall, FirewallActive as Active, FirewallDefaultForward as Forward, FirewallDefaultIncoming as Incoming,
    FirewallDefaultOutgoing as Outgoing,
};
use engine_sdk::{Facts, Fault};

use crate::machine::{Machine, sorted};
use crate::parse::settings::{self, assigned, shell};

/// What becomes of a packet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accept,
    Drop,
    Reject,
}

/// One packet filter as it stands on disk.
#[derive(Default)]
struct Rules {
    is_enabled: bool,
    incoming: Option<Verdict>,
    outgoing: Option<Verdict>,
    forward: Option<Verdict>,
    open: Vec<String>,
}

/// A packet filter: its name, packages, units, its word in the kind, and how it is read.
type Filter = (&'static str, &'static [&'static str], &'static [&'static str], Active, Reader);
/// How one packet filter is read.
type Reader = fn(&Machine<'_>) -> Result<Rules, Fault>;

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, Firewall>) -> Result<(), Fault> {
    let filters: [Filter; 4] = [
        ("firewalld", &["firewalld"], &["firewalld.service"], Active::Firewalld, firewalld),
        ("ufw", &["ufw"], &["ufw.service"], Active::Ufw, ufw),
        ("nftables", &["nftables"], &["nftables.service"], Active::Nftables, nftables),
        (
            "iptables-persistent",
            &["iptables-persistent"],
            &["netfilter-persistent.service"],
            Active::IptablesPersistent,
            iptables,
        ),
    ];
    let mut installed = Vec::new();
    let mut active = None;
    let mut rules = Rules::default();
    for (name, packages, units, word, read) in filters {
        if !machine.has(packages, units)? {
            continue;
        }
        installed.push(name.to_owned());
        if active.is_none() && machine.units()?.starts_any(units) {
            let found = read(machine)?;
            if found.is_enabled {
                active = Some(word);
                rules = found;
            }
        }
    }
    let body = Firewall {
        host: machine.name.clone(),
        installed: sorted(installed),
        active: active.into(),
        enabled: active.is_some(),
        default_incoming: rules.incoming.map(|it| one_of(it, [Incoming::Accept, Incoming::Drop, Incoming::Reject])).into(),
        default_outgoing: rules.outgoing.map(|it| one_of(it, [Outgoing::Accept, Outgoing::Drop, Outgoing::Reject])).into(),
        default_forward: rules.forward.map(|it| one_of(it, [Forward::Accept, Forward::Drop, Forward::Reject])).into(),
        open_ports: sorted(rules.open),
    };
    facts.state(&machine.subject("firewall"), &body)
}

fn one_of<T>(verdict: Verdict, [accept, drop, reject]: [T; 3]) -> T {
    match verdict {
        Verdict::Accept => accept,
        Verdict::Drop => drop,
        Verdict::Reject => reject,
    }
}

fn verdict(word: &str) -> Option<Verdict> {
    match word.to_ascii_lowercase().trim_matches('"') {
        "accept" | "allow" => Some(Verdict::Accept),
        "drop" | "deny" => Some(Verdict::Drop),
        "reject" => Some(Verdict::Reject),
        _ => None,
    }
}

fn ufw(machine: &Machine<'_>) -> Result<Rules, Fault> {
    let main = shell(&machine.text("/etc/ufw/ufw.conf")?);
    let defaults = shell(&machine.text("/etc/default/ufw")?);
    let policy = |name: &str| defaults.get(name).and_then(|word| verdict(word));
    let mut open = Vec::new();
    for path in ["/etc/ufw/user.rules", "/etc/ufw/user6.rules"] {
        for line in machine.text(path)?.lines() {
            // `### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in`
            let words: Vec<&str> = line.strip_prefix("### tuple ###").unwrap_or_default().split_whitespace().collect();
            if let ["allow" | "limit", protocol, port, .., direction] = words.as_slice()
                && !direction.starts_with("out")
            {
                open.push(if *protocol == "any" { (*port).to_owned() } else { format!("{port}/{protocol}") });
            }
        }
    }
    Ok(Rules {
        is_enabled: main.get("ENABLED").is_some_and(|value| settings::is_yes(value)),
        incoming: policy("DEFAULT_INPUT_POLICY"),
        outgoing: policy("DEFAULT_OUTPUT_POLICY"),
        forward: policy("DEFAULT_FORWARD_POLICY"),
        open,
    })
}

/// The default zone of firewalld: this machine's own file, else the one it came with.
fn firewalld(machine: &Machine<'_>) -> Result<Rules, Fault> {
    let main = assigned(&machine.text("/etc/firewalld/firewalld.conf")?);
    let zone = main.get("DefaultZone").cloned().unwrap_or_else(|| "public".to_owned());
    let zone: String = zone.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let mut text = machine.text(&format!("/etc/firewalld/zones/{zone}.xml"))?;
    if text.is_empty() {
        text = machine.text(&format!("/usr/lib/firewalld/zones/{zone}.xml"))?;
    }
    let attribute = |element: &str, name: &str| {
        let (_, rest) = element.split_once(&format!("{name}=\""))?;
        rest.split('"').next().map(str::to_owned)
    };
    let mut rules =
        Rules { is_enabled: true, incoming: Some(Verdict::Reject), outgoing: Some(Verdict::Accept), ..Rules::default() };
    for element in text.split('<') {
        match element.split_whitespace().next() {
            Some("zone") => {
                rules.incoming = match attribute(element, "target").as_deref() {
                    Some("ACCEPT") => Some(Verdict::Accept),
                    Some("DROP") => Some(Verdict::Drop),
                    _ => Some(Verdict::Reject),
                };
            }
            Some("service") => rules.open.extend(attribute(element, "name")),
            Some("port") => {
                let (port, protocol) = (attribute(element, "port"), attribute(element, "protocol"));
                rules.open.extend(port.zip(protocol).map(|(port, protocol)| format!("{port}/{protocol}")));
            }
            _ => {}
        }
    }
    rules.forward = rules.incoming;
    Ok(rules)
}

/// The policies of the base chains of nftables' file. A file that loads others is not followed: then nothing is said.
fn nftables(machine: &Machine<'_>) -> Result<Rules, Fault> {
    let text = machine.text("/etc/nftables.conf")?;
    let plain = settings::lines(&text).map(|(_, line)| line).collect::<Vec<_>>().join(" ");
    let mut rules = Rules::default();
    for chain in plain.split("chain ").skip(1) {
        let Some((_, rest)) = chain.split_once("hook ") else { continue };
        let hook = rest.split_whitespace().next().unwrap_or_default();
        // A chain accepts where it states no policy.
        let word = rest.split_once("policy ").map_or("accept", |(_, rest)| rest.split(';').next().unwrap_or_default().trim());
        let slot = match hook {
            "input" => &mut rules.incoming,
            "output" => &mut rules.outgoing,
            "forward" => &mut rules.forward,
            _ => continue,
        };
        *slot = verdict(word);
        rules.is_enabled = true;
        if hook == "input" {
            rules.open.extend(open_of_nftables(rest));
        }
    }
    Ok(rules)
}

fn open_of_nftables(chain: &str) -> Vec<String> {
    let mut open = Vec::new();
    for protocol in ["tcp", "udp"] {
        for rest in chain.split(&format!("{protocol} dport ")).skip(1) {
            let (ports, after) = match rest.strip_prefix('{') {
                Some(rest) => rest.split_once('}').unwrap_or((rest, "")),
                None => rest.split_once(' ').unwrap_or((rest, "")),
            };
            let verdict = after.split([';', '}']).next().unwrap_or_default();
            if verdict.split(" dport ").next().is_some_and(|own| own.contains("accept")) {
                open.extend(
                    ports.split(',').map(str::trim).filter(|port| !port.is_empty()).map(|port| format!("{port}/{protocol}")),
                );
            }
        }
    }
    open
}

/// What iptables-persistent loads.
fn iptables(machine: &Machine<'_>) -> Result<Rules, Fault> {
    let text = machine.text("/etc/iptables/rules.v4")?;
    let mut rules = Rules::default();
    let mut is_filter = false;
    for (_, line) in settings::lines(&text) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["*filter"] => is_filter = true,
            [table] if table.starts_with('*') => is_filter = false,
            [":INPUT", policy, ..] if is_filter => rules.incoming = verdict(policy),
            [":OUTPUT", policy, ..] if is_filter => rules.outgoing = verdict(policy),
            [":FORWARD", policy, ..] if is_filter => rules.forward = verdict(policy),
            ["-A", "INPUT", rest @ ..] if is_filter && rest.ends_with(&["-j", "ACCEPT"]) => {
                let after = |names: &[&str]| {
                    rest.windows(2).find_map(|pair| {
                        pair.first().zip(pair.get(1)).filter(|(name, _)| names.contains(name)).map(|(_, value)| *value)
                    })
                };
                if let Some(port) = after(&["--dport", "--dports"]) {
                    open_port(&mut rules.open, port, after(&["-p"]).unwrap_or("any"));
                }
            }
            _ => {}
        }
        rules.is_enabled |= is_filter;
    }
    Ok(rules)
}

fn open_port(open: &mut Vec<String>, ports: &str, protocol: &str) {
    open.extend(ports.split(',').map(|port| format!("{port}/{protocol}")));
}
