//! The whole collector over recorded trees of other layouts, natively. The engine's own tests do the same through the
//! component.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test says what is wrong by failing")]

use engine_sdk::testing::{Recorded, Said, Tree};
use engine_sdk::{Collector, Run};
use linux_host::LinuxHost;
use serde_json::{Value, json};

fn tree(name: &str) -> Recorded {
    Recorded::new().tree(Tree::at(format!("{}/../../tests/fixtures/trees/{name}", env!("CARGO_MANIFEST_DIR"))))
}

fn collected(host: Recorded) -> Recorded {
    LinuxHost::collect(&Run::new(&host).unwrap()).unwrap();
    host
}

#[track_caller]
fn check(host: &Recorded, kind: &str, subject: &str, expected: &Value) {
    let bodies = host.bodies(kind);
    let body =
        bodies.get(subject).unwrap_or_else(|| panic!("no `{subject}` among {:?}; gaps {:?}", bodies.keys(), host.gaps(kind)));
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&body[field], value, "{subject} {field}");
    }
}

#[test]
fn every_kind_is_complete_or_a_gap_and_the_count_is_exact() {
    for name in ["debian", "ubuntu", "rhel-like", "leftovers"] {
        let host = collected(tree(name));
        let counts = host.complete_counts();
        let expected: Vec<String> = host
            .said()
            .into_iter()
            .filter_map(|said| if let Said::Expect { kind, .. } = said { Some(kind) } else { None })
            .collect();
        assert_eq!(expected.len(), 21, "{name}");
        for kind in expected {
            let claimed = counts.iter().find(|(of, _)| of.starts_with(&format!("{kind} "))).map(|(_, count)| *count);
            match claimed {
                Some(count) => assert_eq!(count, host.bodies(&kind).len() as u64, "{name} {kind}"),
                None => assert!(!host.gaps(&kind).is_empty(), "{name} {kind}"),
            }
        }
    }
}

#[test]
fn no_hash_leaves_the_collector() {
    for name in ["debian", "ubuntu", "rhel-like", "leftovers"] {
        let said = format!("{:?}", collected(tree(name)).said());
        assert!(!said.contains("notareal"), "{name}");
    }
}

#[test]
fn who_may_use_a_careful_debian_server_is_seen() {
    let host = collected(tree("debian"));
    check(
        &host,
        "host.os@1",
        "host:web-1",
        &json!({"id": "debian", "support_end_at": "2026-07-11T23:59:59Z", "extended_support_end_at": "2028-06-30T23:59:59Z", "init": "systemd", "container": false}),
    );
    check(
        &host,
        "host.account@1",
        "host:web-1/account/alice",
        &json!({"password": "hashed", "password_algorithm": "yescrypt", "administrator": true, "max_age_days": 90, "groups": ["alice", "ssh-users", "sudo"], "home_exists": true}),
    );
    check(
        &host,
        "host.account@1",
        "host:web-1/account/backup-run",
        &json!({"system": true, "login_shell": true, "password": "locked", "administrator": false}),
    );
    check(&host, "host.group@1", "host:web-1/group/ssh-users", &json!({"unknown_members": ["gone"]}));
    check(
        &host,
        "host.sudo@1",
        "host:web-1/sudo/etc/sudoers.d/backup:3",
        &json!({"nopasswd": true, "commands": ["/usr/bin/rsync", "/usr/bin/tar"], "unrestricted": false, "as_root": true}),
    );
    assert!(!format!("{:?}", host.bodies("host.sudo@1")).contains("mallory"), "a name with a dot is not included");
    check(
        &host,
        "host.sudo-defaults@1",
        "host:web-1/sudo-defaults",
        &json!({"use_pty": true, "log_file": "/var/log/sudo.log", "timestamp_timeout": 900}),
    );
    check(
        &host,
        "host.sshd@1",
        "host:web-1/sshd",
        &json!({"version": "9.2p1", "permit_root_login": "no", "password_authentication": false, "client_alive_interval": 300, "login_grace_time": 60, "enabled": true, "log_level": "VERBOSE",
        "macs": ["umac-128-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "umac-128@openssh.com", "hmac-sha2-256", "hmac-sha2-512"]}),
    );
    assert_eq!(host.bodies("host.sshd@1")["host:web-1/sshd"]["matches"][0]["settings"][1]["keyword"], "allowtcpforwarding");
}

#[test]
fn what_a_careful_debian_server_asks_and_keeps_is_seen() {
    let host = collected(tree("debian"));
    check(
        &host,
        "host.password-policy@1",
        "host:web-1/password-policy",
        &json!({"min_length": 14, "requires_digit": true, "remember": 24, "lockout_attempts": 5, "lockout_duration": 900, "encrypt_method": "yescrypt", "su_restricted": true, "enforce_for_root": true, "empty_allowed": false}),
    );
    check(&host, "host.session@1", "host:web-1/session", &json!({"timeout": 900, "timeout_readonly": true, "umask": "027"}));
    check(&host, "host.mount@1", "host:web-1/mount/", &json!({"encrypted": true, "storage": "block", "persistent": true}));
    check(&host, "host.mount@1", "host:web-1/mount/boot", &json!({"encrypted": false, "noexec": true}));
    check(&host, "host.mount@1", "host:web-1/mount/srv/share", &json!({"encrypted": null, "storage": "network"}));
    check(
        &host,
        "host.sysctl@1",
        "host:web-1/sysctl/kernel.kptr_restrict",
        &json!({"number": 1, "configured": "2", "configured_in": "/etc/sysctl.d/60-hardening.conf:3"}),
    );
    check(&host, "host.listener@1", "host:web-1/listener/tcp/0.0.0.0:22", &json!({"wildcard": true, "owners": ["root"]}));
    check(&host, "host.listener@1", "host:web-1/listener/tcp/127.0.0.1:5432", &json!({"loopback": true, "uids": [104]}));
    check(&host, "host.service@1", "host:web-1/service/rpcbind.socket", &json!({"state": "masked", "by_administrator": true}));
    check(
        &host,
        "host.service@1",
        "host:web-1/service/getty@tty1.service",
        &json!({"enabled": true, "unit_file": "/usr/lib/systemd/system/getty@.service"}),
    );
}

#[test]
fn what_guards_a_careful_debian_server_is_seen() {
    let host = collected(tree("debian"));
    check(
        &host,
        "host.package@1",
        "host:web-1/package/telnet:amd64",
        &json!({"status": "config-files", "source": "netkit-telnet", "source_version": "0.17-44"}),
    );
    check(
        &host,
        "host.package-updates@1",
        "host:web-1/package-updates",
        &json!({"enabled": true, "mechanism": "unattended-upgrades", "reboots": true, "refresh_days": 1}),
    );
    check(
        &host,
        "host.logging@1",
        "host:web-1/logging",
        &json!({"auditd_enabled": true, "audit_rules_immutable": true, "audit_watched": ["/etc/passwd", "/etc/ssh", "/etc/sudoers"], "journal_persistent": true, "forwards_to": ["logs.example.com:6514"], "retention_days": 364}),
    );
    check(
        &host,
        "host.time@1",
        "host:web-1/time",
        &json!({"synchronised": true, "servers": ["time.example.org"], "timezone": "Etc/UTC"}),
    );
    check(
        &host,
        "host.firewall@1",
        "host:web-1/firewall",
        &json!({"active": "nftables", "default_incoming": "drop", "default_outgoing": "accept", "open_ports": ["22/tcp"]}),
    );
    check(
        &host,
        "host.protection@1",
        "host:web-1/protection",
        &json!({"access_control": "apparmor", "access_control_mode": "enforcing", "integrity_checkers": ["aide"], "intrusion_blockers": ["fail2ban"]}),
    );
}

#[test]
fn who_may_use_a_careless_ubuntu_machine_is_seen_and_what_is_broken_is_named() {
    let host = collected(tree("ubuntu"));
    check(
        &host,
        "host.os@1",
        "host:dev-box",
        &json!({"support_end_at": "2029-05-31T23:59:59Z", "support_source": "distro-info"}),
    );
    check(
        &host,
        "host.account@1",
        "host:dev-box/account/toor",
        &json!({"uid": 0, "uid_shared_with": ["root"], "administrator": true}),
    );
    check(&host, "host.account@1", "host:dev-box/account/guest", &json!({"password": "empty", "password_login": true}));
    check(
        &host,
        "host.account@1",
        "host:dev-box/account/old",
        &json!({"password_unshadowed": true, "password_algorithm": "md5crypt"}),
    );
    check(&host, "host.account@1", "host:dev-box/account/root", &json!({"must_change": true, "password_changed_at": null}));
    check(
        &host,
        "host.account@1",
        "host:dev-box/account/mongodb",
        &json!({"password": "locked", "password_algorithm": "sha512crypt"}),
    );
    assert!(host.gaps("host.account@1")[0].message.contains("line 7"));
    check(&host, "host.group@1", "host:dev-box/group/docker", &json!({"name_count": 2}));
    check(
        &host,
        "host.sudo@1",
        "host:dev-box/sudo/etc/sudoers:5",
        &json!({"users": ["bob"], "groups": ["adm"], "excluded_commands": true, "nopasswd": true}),
    );
    check(
        &host,
        "host.sudo@1",
        "host:dev-box/sudo/etc/sudoers:7",
        &json!({"hosts": ["web*", "db1"], "runas_users": ["www-data"], "as_root": false, "setenv": true}),
    );
    assert!(host.gaps("host.sudo@1")[0].message.contains("line 8"));
    check(
        &host,
        "host.sshd@1",
        "host:dev-box/sshd",
        &json!({"permit_root_login": "yes", "permit_empty_passwords": true, "ports": [22, 2222], "max_sessions": 20, "x11_forwarding": true}),
    );
    let sshd = &host.bodies("host.sshd@1")["host:dev-box/sshd"];
    assert!(sshd["ciphers"].as_array().unwrap().contains(&json!("aes128-cbc")));
    assert_eq!(sshd["matches"].as_array().unwrap().len(), 1);
    assert!(host.gaps("host.sshd@1")[0].message.contains("clientaliveinterval"));
}

#[test]
fn what_a_careless_ubuntu_machine_runs_is_seen_and_what_is_broken_is_named() {
    let host = collected(tree("ubuntu"));
    check(
        &host,
        "host.password-policy@1",
        "host:dev-box/password-policy",
        &json!({"max_age_days": null, "min_length": null, "quality_module": null, "empty_allowed": true, "lockout_attempts": null, "second_factor_modules": ["pam_google_authenticator"], "su_restricted": false}),
    );
    check(&host, "host.banner@1", "host:dev-box/banner/etc/issue", &json!({"discloses_system": true}));
    check(&host, "host.mount@1", "host:dev-box/mount/mnt/bind here", &json!({"separate": false}));
    assert!(host.bodies("host.mount@1")["host:dev-box/mount/data"].get("encrypted").is_none());
    assert_eq!(host.gaps("host.mount@1").len(), 1);
    check(&host, "host.listener@1", "host:dev-box/listener/tcp/0.0.0.0:27017", &json!({"owners": ["mongodb"]}));
    check(&host, "host.service@1", "host:dev-box/service/legacy.service", &json!({"init_script": true}));
    check(
        &host,
        "host.package-updates@1",
        "host:dev-box/package-updates",
        &json!({"enabled": false, "upgrade_days": null, "timer_enabled": false, "reboot_required": true}),
    );
    let sources = host.bodies("host.package-source@1");
    assert_eq!(sources.len(), 6);
    assert!(sources.values().any(|it| it["signature_checked"] == false && it["uri"] == "http://packages.example.com/apt"));
    assert!(!format!("{sources:?}").contains("secret"));
    check(&host, "host.firewall@1", "host:dev-box/firewall", &json!({"active": "ufw", "open_ports": ["22/tcp", "53"]}));
    check(&host, "host.time@1", "host:dev-box/time", &json!({"timezone": "Europe/Berlin", "enabled": ["systemd-timesyncd"]}));
    check(
        &host,
        "host.logging@1",
        "host:dev-box/logging",
        &json!({"auditd_installed": false, "journal_persistent": false, "persistent": false}),
    );
}

#[test]
fn a_machine_with_rpm_is_seen_but_for_its_packages() {
    let host = collected(tree("rhel-like"));
    check(&host, "host.os@1", "host:db.example.com", &json!({"support_source": "os-release", "fips_enabled": true}));
    assert_eq!(host.gaps("host.package@1")[0].code, "unsupported");
    check(
        &host,
        "host.account@1",
        "host:db.example.com/account/carol",
        &json!({"administrator": true, "max_age_days": 60, "inactive_days": 35}),
    );
    check(
        &host,
        "host.sshd@1",
        "host:db.example.com/sshd",
        &json!({"version": null, "ciphers": ["aes256-gcm@openssh.com", "aes256-ctr"], "keyboard_interactive_authentication": false, "gssapi_authentication": true, "enabled": true}),
    );
    check(
        &host,
        "host.password-policy@1",
        "host:db.example.com/password-policy",
        &json!({"min_length": 15, "min_classes": 4, "remember": 5, "lockout_attempts": 4, "lockout_duration": 1200, "encrypt_method": "sha512"}),
    );
    check(&host, "host.session@1", "host:db.example.com/session", &json!({"timeout": 600, "timeout_readonly": false}));
    check(&host, "host.mount@1", "host:db.example.com/mount/", &json!({"encrypted": false}));
    check(
        &host,
        "host.package-updates@1",
        "host:db.example.com/package-updates",
        &json!({"mechanism": "dnf-automatic", "enabled": true}),
    );
    check(
        &host,
        "host.firewall@1",
        "host:db.example.com/firewall",
        &json!({"active": "firewalld", "default_incoming": "reject", "open_ports": ["5432/tcp", "ssh"]}),
    );
    check(
        &host,
        "host.protection@1",
        "host:db.example.com/protection",
        &json!({"access_control": "selinux", "access_control_mode": "enforcing"}),
    );
    check(
        &host,
        "host.logging@1",
        "host:db.example.com/logging",
        &json!({"auditd_enabled": true, "audit_full_action": "rotate"}),
    );
    assert_eq!(host.bodies("host.package-source@1").len(), 2);
}

#[test]
fn what_cannot_be_read_is_a_gap_of_its_field_or_kind_and_nothing_else_is_lost() {
    let host = collected(tree("debian").denied("/etc/shadow").denied("/etc/sudoers").denied("/etc/ssh"));
    let alice = &host.bodies("host.account@1")["host:web-1/account/alice"];
    assert!(alice.get("password").is_none() && alice.get("administrator").is_none() && alice["uid"] == 1000);
    for kind in ["host.sudo@1", "host.sudo-defaults@1", "host.sshd@1"] {
        assert_eq!(host.gaps(kind)[0].code, "denied", "{kind}");
        assert!(!host.complete_counts().contains_key(&format!("{kind} host:web-1")), "{kind}");
    }
    assert_eq!(host.complete_counts()["host.package@1 host:web-1"], 12);
}

/// What was wrong when the collector was held against the system's own commands: `systemctl list-unit-files`, `sudo -l`,
/// `sshd -T` and pam_faillock itself.
#[test]
fn what_is_left_over_or_bound_to_some_does_not_make_a_machine_look_better() {
    let host = collected(tree("leftovers"));
    let services = host.bodies("host.service@1");
    let names: Vec<&str> = services.values().filter_map(|body| body["name"].as_str()).collect();
    assert_eq!(names, ["own.service", "ssh.service"], "a link to a unit that is gone starts nothing");
    let time = json!({"installed": [], "enabled": [], "synchronised": false});
    check(&host, "host.time@1", "host:old-server/time", &time);
    let sudo = |at: &str, expected: Value| check(&host, "host.sudo@1", &format!("host:old-server/sudo/etc/{at}"), &expected);
    sudo("sudoers:3", json!({"users": ["root"], "nopasswd": false}));
    sudo("sudoers:4", json!({"groups": ["sudo"], "nopasswd": true, "unrestricted": true}));
    sudo("sudoers:5", json!({"groups": ["dba"], "nopasswd": true}));
    sudo("sudoers:6", json!({"users": ["bob"], "nopasswd": false}));
    sudo("sudoers.d/targets:3", json!({"users": ["carol"], "nopasswd": false, "setenv": true}));
    let sshd = json!({"permit_root_login": "yes", "password_authentication": false, "x11_forwarding": false, "max_startups": "7:30:7", "login_grace_time": 90});
    check(&host, "host.sshd@1", "host:old-server/sshd", &sshd);
    let policy = json!({"lockout_module": "pam_faillock", "lockout_attempts": null});
    check(&host, "host.password-policy@1", "host:old-server/password-policy", &policy);
    assert_eq!(host.bodies("host.os@1")["host:old-server"].get("support_end_at"), None);
    // An empty lastlog says of nobody that he never signed in.
    assert_eq!(host.bodies("host.account@1")["host:old-server/account/alice"].get("last_login_at"), None);
}

#[test]
fn how_long_a_release_is_supported_is_known_of_it_or_unknown_never_guessed() {
    let os = |text: &str| {
        let host = collected(Recorded::new().file("/etc/os-release", text).file("/proc/sys/kernel/hostname", "x\n"));
        host.bodies("host.os@1")["host:x"].clone()
    };
    let stream = os("ID=\"centos\"\nNAME=\"CentOS Stream\"\nVERSION_ID=\"9\"\n");
    assert_eq!(stream["support_end_at"], "2027-05-31T23:59:59Z");
    let own = os("ID=amzn\nVERSION_ID=2023\nSUPPORT_END=2028-03-15\n");
    assert_eq!((&own["support_end_at"], &own["support_source"]), (&json!("2028-03-15T23:59:59Z"), &json!("os-release")));
    let rolling = os("ID=arch\nBUILD_ID=rolling\n");
    assert!(rolling["support_end_at"].is_null() && rolling.get("support_end_at").is_some());
    // Debian testing and unstable have no version: that is not known to be supported.
    for text in ["ID=debian\nNAME=\"Debian GNU/Linux\"\nVERSION_CODENAME=forky\n", "ID=sles\nVERSION_ID=15.7\n", "NAME=x\n"] {
        let unknown = os(text);
        assert!(unknown.get("support_end_at").is_none() && unknown.get("extended_support_end_at").is_none(), "{unknown}");
    }
}

#[test]
fn a_machine_with_nothing_on_it_has_no_server_and_no_rule() {
    let host = collected(
        Recorded::new().file("/etc/passwd", "root:x:0:0:::\n").file("/etc/group", "root:x:0:\n").file("/var/lib/dpkg/status", ""),
    );
    let counts = host.complete_counts();
    for kind in
        ["host.sshd@1", "host.sudo@1", "host.sudo-defaults@1", "host.service@1", "host.package@1", "host.package-source@1"]
    {
        assert_eq!(counts.get(&format!("{kind} host:localhost")), Some(&0), "{kind}: {:?}", host.gaps(kind));
    }
    assert_eq!(host.gaps("host.mount@1")[0].code, "not-found");
}
