//! What the collector says of sshd, against what real servers said with `sshd -T -C user=root,host=…,addr=…` of the same
//! configuration: each folder of `tests/fixtures/sshd` has the files of /etc/ssh, the version of the package, and
//! the answer. That of 8.2 has no Match behind an Include, which 8.2 did not apply until it was fixed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use engine_sdk::testing::Recorded;
use engine_sdk::{Collector, Run};
use linux_host::LinuxHost;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/sshd")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// A machine with one server of a version.
fn machine(version: &str) -> Recorded {
    let status = format!("Package: openssh-server\nStatus: install ok installed\nVersion: {}\n", version.trim());
    Recorded::new().file("/var/lib/dpkg/status", status).file("/proc/sys/kernel/hostname", "x\n")
}

fn sshd(host: &Recorded) -> Value {
    LinuxHost::collect(&Run::new(host).unwrap()).unwrap();
    host.bodies("host.sshd@1").get("host:x/sshd").cloned().unwrap_or_else(|| panic!("{:?}", host.gaps("host.sshd@1")))
}

/// What the server said: the values of each keyword, in lower case.
fn said(answer: &str) -> BTreeMap<String, Vec<String>> {
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in answer.lines() {
        let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
        said.entry(keyword.to_ascii_lowercase()).or_default().push(value.to_owned());
    }
    said
}

/// The same as the collector's fields have it.
fn expected(said: &BTreeMap<String, Vec<String>>) -> BTreeMap<&'static str, Value> {
    let all = |keyword: &str| said.get(keyword).cloned().unwrap_or_default();
    let one = |keyword: &str| all(keyword).first().cloned().unwrap_or_default();
    let flag = |keyword: &str| json!(matches!(one(keyword).as_str(), "yes" | "true"));
    let number = |keyword: &str| json!(one(keyword).parse::<i64>().unwrap());
    let words = |keyword: &str| json!(one(keyword).split_whitespace().collect::<Vec<_>>());
    let list = |keyword: &str| json!(one(keyword).split(',').collect::<Vec<_>>());
    let none = |text: String| if matches!(text.as_str(), "none" | "") { Value::Null } else { json!(text) };
    BTreeMap::from([
        ("ports", json!(all("port").iter().map(|port| port.parse::<i64>().unwrap()).collect::<Vec<_>>())),
        ("permit_root_login", json!(one("permitrootlogin").replace("without-password", "prohibit-password"))),
        ("password_authentication", flag("passwordauthentication")),
        ("permit_empty_passwords", flag("permitemptypasswords")),
        ("keyboard_interactive_authentication", flag("kbdinteractiveauthentication")),
        ("pubkey_authentication", flag("pubkeyauthentication")),
        ("hostbased_authentication", flag("hostbasedauthentication")),
        ("gssapi_authentication", flag("gssapiauthentication")),
        // 7.2 does not say these where they are left to the default.
        (
            "authentication_methods",
            if one("authenticationmethods").is_empty() { json!(["any"]) } else { words("authenticationmethods") },
        ),
        ("use_pam", flag("usepam")),
        ("ignore_rhosts", flag("ignorerhosts")),
        ("strict_modes", flag("strictmodes")),
        ("permit_user_environment", json!(one("permituserenvironment"))),
        ("max_auth_tries", number("maxauthtries")),
        ("max_sessions", number("maxsessions")),
        ("max_startups", json!(one("maxstartups"))),
        ("login_grace_time", number("logingracetime")),
        ("client_alive_interval", number("clientaliveinterval")),
        ("client_alive_count_max", number("clientalivecountmax")),
        ("tcp_keep_alive", flag("tcpkeepalive")),
        ("x11_forwarding", flag("x11forwarding")),
        ("allow_tcp_forwarding", json!(one("allowtcpforwarding"))),
        ("allow_agent_forwarding", flag("allowagentforwarding")),
        ("allow_stream_local_forwarding", json!(one("allowstreamlocalforwarding"))),
        ("permit_tunnel", json!(one("permittunnel"))),
        ("gateway_ports", json!(one("gatewayports"))),
        ("disable_forwarding", flag("disableforwarding")),
        ("ciphers", list("ciphers")),
        ("macs", list("macs")),
        ("kex_algorithms", list("kexalgorithms")),
        ("host_keys", json!(all("hostkey"))),
        ("authorized_keys_files", words("authorizedkeysfile")),
        ("log_level", json!(one("loglevel"))),
        ("banner", none(one("banner"))),
        ("print_last_log", flag("printlastlog")),
        ("allow_users", json!(all("allowusers"))),
        ("allow_groups", json!(all("allowgroups"))),
        ("deny_users", json!(all("denyusers"))),
        ("deny_groups", json!(all("denygroups"))),
    ])
}

#[test]
fn the_collector_says_of_every_setting_what_the_server_says() {
    let mut differences = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let case = entry.unwrap().path();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let mut host = machine(&text(&case.join("version")));
        let mut files = vec![case.join("ssh/sshd_config")];
        files.extend(std::fs::read_dir(case.join("ssh/sshd_config.d")).into_iter().flatten().map(|entry| entry.unwrap().path()));
        for file in files {
            let path = format!("/etc/ssh/{}", file.strip_prefix(case.join("ssh")).unwrap().display());
            host = host.file(&path, text(&file));
        }
        let body = sshd(&host);
        for (field, value) in expected(&said(&text(&case.join("effective")))) {
            if body[field] != value {
                differences.push(format!("{name} {field}: {} and not {value}", body[field]));
            }
        }
        assert_eq!(host.gaps("host.sshd@1").len(), 0, "{name}: {:?}", host.gaps("host.sshd@1"));
        count += 1;
    }
    assert_eq!((count, differences), (23, Vec::<String>::new()));
}

#[test]
fn what_rests_on_a_version_that_is_not_known_is_not_made_up() {
    let host = machine("1:11.3p1-1").file("/etc/ssh/sshd_config", "Ciphers aes256-ctr\nMACs -hmac-sha1*\n");
    let body = sshd(&host);
    assert_eq!((&body["ciphers"], body.get("macs"), body.get("kex_algorithms")), (&json!(["aes256-ctr"]), None, None));
    assert_eq!(body["permit_root_login"], "prohibit-password");
    let rpm = |release: &str| {
        let host = Recorded::new().file("/proc/sys/kernel/hostname", "x\n").file("/etc/os-release", release);
        sshd(&host.file("/etc/ssh/sshd_config", "KbdInteractiveAuthentication no\n").file("/lib/systemd/system/sshd.service", ""))
    };
    assert_eq!(rpm("ID=rhel\nVERSION_ID=9.4\n")["keyboard_interactive_authentication"], false);
    // Before 8.7, the older name switches questions on by itself.
    assert_eq!(rpm("ID=rocky\nVERSION_ID=8.10\n")["keyboard_interactive_authentication"], true);
    assert_eq!(rpm("ID=other\n").get("keyboard_interactive_authentication"), None);
}

#[test]
fn the_options_that_the_server_is_started_with_hold_before_its_configuration() {
    let config = "PermitRootLogin no\nPort 22\nCiphers 3des-cbc\nMaxAuthTries 3\n";
    let started = |path: &str, text: &str| machine("1:9.2p1-2").file("/etc/ssh/sshd_config", config).file(path, text);
    let body = sshd(&started("/etc/default/ssh", "# SSHD_OPTS=-x\nSSHD_OPTS=\"-4 -o PermitRootLogin=yes -p 2222\"\n"));
    assert_eq!((&body["permit_root_login"], &body["ports"], &body["max_auth_tries"]), (&json!("yes"), &json!([2222]), &json!(3)));
    assert_eq!(body["set_by"][2], json!({"keyword": "permitrootlogin", "value": "yes", "file": "/etc/default/ssh", "line": 2}));
    // As RHEL 8 hands the system's policy on, unless the machine opts out.
    let policy = "/etc/crypto-policies/back-ends/opensshserver.config";
    let host = started(policy, "CRYPTO_POLICY='-oCiphers=aes256-ctr -oMACs=hmac-sha2-256'\n");
    assert_eq!(sshd(&host)["ciphers"], json!(["aes256-ctr"]));
    assert_eq!(sshd(&host.file("/etc/sysconfig/sshd", "CRYPTO_POLICY=\n"))["ciphers"], json!(["3des-cbc"]));
    let host = started("/etc/default/ssh", "SSHD_OPTS=\"-f /srv/other\"\n");
    LinuxHost::collect(&Run::new(&host).unwrap()).unwrap();
    assert_eq!((host.bodies("host.sshd@1").len(), host.gaps("host.sshd@1")[0].code.as_str()), (0, "unsupported"));
}
