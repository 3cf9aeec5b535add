//! What sshd does: the settings that hold, and the defaults for the rest.

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::host::{
    Sshd, SshdAllowStreamLocalForwarding, SshdAllowTcpForwarding, SshdGatewayPorts, SshdPermitRootLogin, SshdPermitTunnel,
};

use super::Config;
use crate::parse::sshd::{Defaults, algorithms, seconds, seconds_before_8_4};

/// Reads settings, and says of each value that sshd would refuse what is wrong with it.
struct Read<'a> {
    config: &'a Config,
    defaults: &'a Defaults,
    invalid: &'a mut Vec<String>,
}

impl Read<'_> {
    fn refuse(&mut self, keyword: &str, value: &str) {
        self.invalid.push(format!("`{value}` is not a value of sshd's `{keyword}`"));
    }

    fn flag(&mut self, keyword: &str, default: bool) -> bool {
        match self.config.value(keyword) {
            None => default,
            Some(value) => match value.to_ascii_lowercase().as_str() {
                "yes" | "true" => true,
                "no" | "false" => false,
                _ => {
                    self.refuse(keyword, &value);
                    default
                }
            },
        }
    }

    /// Whether PAM may ask; `None` where versions differ and the version is not known.
    fn questions(&mut self) -> Option<bool> {
        const NAMES: [&str; 2] = ["kbdinteractiveauthentication", "challengeresponseauthentication"];
        let first = self.config.first_of(&NAMES).unwrap_or(NAMES[0]);
        let as_one = self.flag(first, true);
        let as_two = self.flag(NAMES[0], false) || self.flag(NAMES[1], true);
        match self.defaults.has_one_question {
            Some(true) => Some(as_one),
            Some(false) => Some(as_two),
            None => (as_one == as_two).then_some(as_one),
        }
    }

    fn number(&mut self, keyword: &str, default: i64) -> i64 {
        let Some(value) = self.config.value(keyword) else { return default };
        value.parse().unwrap_or_else(|_| {
            self.refuse(keyword, &value);
            default
        })
    }

    fn time(&mut self, keyword: &str, default: i64) -> i64 {
        let Some(value) = self.config.value(keyword) else { return default };
        let counted = if self.defaults.counts_as_before_8_4 { seconds_before_8_4(&value) } else { seconds(&value) };
        counted.unwrap_or_else(|| {
            self.refuse(keyword, &value);
            default
        })
    }

    fn choice<T: Copy>(&mut self, keyword: &str, default: T, choices: &[(&str, T)]) -> T {
        let Some(value) = self.config.value(keyword) else { return default };
        let word = value.to_ascii_lowercase();
        choices.iter().find(|(name, _)| *name == word).map_or_else(
            || {
                self.refuse(keyword, &value);
                default
            },
            |(_, choice)| *choice,
        )
    }

    fn list(&self, keyword: &str, default: &[&str]) -> Vec<String> {
        let words = self.config.words(keyword);
        if words.is_empty() { default.iter().map(|word| (*word).to_owned()).collect() } else { words }
    }

    /// A list of algorithms; `None` where it rests on a default that is not known.
    fn algorithms(&self, keyword: &str, default: Option<&[&str]>) -> Option<Vec<String>> {
        let value = self.config.value(keyword).filter(|value| !value.is_empty()).unwrap_or_else(|| "+".to_owned());
        let changes_default = value.starts_with(['+', '-', '^']);
        if changes_default { default.map(|default| algorithms(&value, default)) } else { Some(algorithms(&value, &[])) }
    }

    /// `start:rate:full`; a number alone is the most there may be.
    fn startups(&self) -> String {
        let value = self.config.value("maxstartups").unwrap_or_else(|| "10:30:100".to_owned());
        if value.contains(':') { value } else { format!("{value}:30:{value}") }
    }
}

const ROOT: [(&str, SshdPermitRootLogin); 5] = [
    ("yes", SshdPermitRootLogin::Yes),
    ("no", SshdPermitRootLogin::No),
    ("prohibit-password", SshdPermitRootLogin::ProhibitPassword),
    ("without-password", SshdPermitRootLogin::ProhibitPassword),
    ("forced-commands-only", SshdPermitRootLogin::ForcedCommandsOnly),
];
const TCP: [(&str, SshdAllowTcpForwarding); 5] = [
    ("yes", SshdAllowTcpForwarding::Yes),
    ("all", SshdAllowTcpForwarding::Yes),
    ("no", SshdAllowTcpForwarding::No),
    ("local", SshdAllowTcpForwarding::Local),
    ("remote", SshdAllowTcpForwarding::Remote),
];
const STREAM: [(&str, SshdAllowStreamLocalForwarding); 5] = [
    ("yes", SshdAllowStreamLocalForwarding::Yes),
    ("all", SshdAllowStreamLocalForwarding::Yes),
    ("no", SshdAllowStreamLocalForwarding::No),
    ("local", SshdAllowStreamLocalForwarding::Local),
    ("remote", SshdAllowStreamLocalForwarding::Remote),
];
const TUNNEL: [(&str, SshdPermitTunnel); 4] = [
    ("yes", SshdPermitTunnel::Yes),
    ("no", SshdPermitTunnel::No),
    ("point-to-point", SshdPermitTunnel::PointToPoint),
    ("ethernet", SshdPermitTunnel::Ethernet),
];
const GATEWAY: [(&str, SshdGatewayPorts); 3] =
    [("yes", SshdGatewayPorts::Yes), ("no", SshdGatewayPorts::No), ("clientspecified", SshdGatewayPorts::Clientspecified)];

pub(super) fn body(config: &Config, defaults: &Defaults, invalid: &mut Vec<String>) -> Sshd {
    let mut read = Read { config, defaults, invalid };
    let lists = defaults.lists.as_ref();
    let root =
        ROOT.iter().find(|(name, _)| *name == defaults.permit_root_login).map_or(SshdPermitRootLogin::Yes, |(_, root)| *root);
    Sshd {
        host: String::new(),
        version: Nullable::Null,
        enabled: Nullable::Null,
        ports: ports(&mut read),
        listen_addresses: config.words("listenaddress"),
        protocols: protocols(config, defaults),
        permit_root_login: read.choice("permitrootlogin", root, &ROOT),
        password_authentication: read.flag("passwordauthentication", true),
        permit_empty_passwords: read.flag("permitemptypasswords", false),
        keyboard_interactive_authentication: read.questions(),
        pubkey_authentication: read.flag("pubkeyauthentication", true),
        hostbased_authentication: read.flag("hostbasedauthentication", false),
        gssapi_authentication: read.flag("gssapiauthentication", false),
        authentication_methods: read.list("authenticationmethods", &["any"]),
        use_pam: read.flag("usepam", false),
        ignore_rhosts: !matches!(config.value("ignorerhosts").as_deref(), Some("no" | "No" | "NO")),
        strict_modes: read.flag("strictmodes", true),
        permit_user_environment: config.value("permituserenvironment").unwrap_or_else(|| "no".to_owned()),
        max_auth_tries: read.number("maxauthtries", 6),
        max_sessions: read.number("maxsessions", 10),
        max_startups: read.startups(),
        login_grace_time: read.time("logingracetime", 120),
        client_alive_interval: read.time("clientaliveinterval", 0),
        client_alive_count_max: read.number("clientalivecountmax", 3),
        tcp_keep_alive: read.flag("tcpkeepalive", true),
        x11_forwarding: read.flag("x11forwarding", false),
        allow_tcp_forwarding: read.choice("allowtcpforwarding", SshdAllowTcpForwarding::Yes, &TCP),
        allow_agent_forwarding: read.flag("allowagentforwarding", true),
        allow_stream_local_forwarding: read.choice("allowstreamlocalforwarding", SshdAllowStreamLocalForwarding::Yes, &STREAM),
        permit_tunnel: read.choice("permittunnel", SshdPermitTunnel::No, &TUNNEL),
        gateway_ports: read.choice("gatewayports", SshdGatewayPorts::No, &GATEWAY),
        disable_forwarding: read.flag("disableforwarding", false),
        ciphers: read.algorithms("ciphers", lists.map(|lists| lists.ciphers.as_slice())),
        macs: read.algorithms("macs", lists.map(|lists| lists.macs.as_slice())),
        kex_algorithms: read.algorithms("kexalgorithms", lists.map(|lists| lists.kex.as_slice())),
        host_keys: read.list("hostkey", &defaults.host_keys),
        authorized_keys_files: read.list("authorizedkeysfile", &[".ssh/authorized_keys", ".ssh/authorized_keys2"]),
        log_level: config.value("loglevel").unwrap_or_else(|| "INFO".to_owned()).to_ascii_uppercase(),
        banner: config.value("banner").filter(|path| !path.eq_ignore_ascii_case("none")).into(),
        print_last_log: read.flag("printlastlog", true),
        allow_users: config.words("allowusers"),
        allow_groups: config.words("allowgroups"),
        deny_users: config.words("denyusers"),
        deny_groups: config.words("denygroups"),
        set_by: config.set_by(),
        matches: config.blocks.iter().filter(|block| !block.settings.is_empty()).cloned().collect(),
    }
}

fn ports(read: &mut Read<'_>) -> Vec<i64> {
    let mut ports = Vec::new();
    for word in read.config.words("port") {
        match word.parse::<u16>() {
            Ok(port) => ports.push(i64::from(port)),
            Err(_) => read.refuse("port", &word),
        }
    }
    if ports.is_empty() { vec![22] } else { ports }
}

/// A server from 7.4 on speaks version 2 only, whatever its configuration says.
fn protocols(config: &Config, defaults: &Defaults) -> Vec<i64> {
    let asked = config.value("protocol").filter(|_| defaults.has_protocol_1).unwrap_or_default();
    let protocols: Vec<i64> =
        asked.split(',').filter_map(|word| word.trim().parse().ok()).filter(|it| matches!(it, 1 | 2)).collect();
    if protocols.is_empty() { vec![2] } else { protocols }
}
