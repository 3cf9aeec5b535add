//! The bundled collector on the machine that the tests run on, and on recorded trees of others.

use crate::desk::Desk;

#[test]
fn this_machine_is_evaluated_recorded_and_derived_again() {
    let desk = Desk::new();
    let ran = desk.run(&["eval", "-o", "r.json"]);
    assert!(matches!(ran.code, 1 | 3), "{}\n{}", ran.stdout, ran.stderr);
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(desk.path().join("r.json")).unwrap()).unwrap();
    assert_eq!(report["run"]["collectors"][0]["name"], "linux-host");
    let tested: u64 =
        report["controls"].as_array().unwrap().iter().map(|it| it["population"]["assessed"].as_u64().unwrap()).sum();
    assert!(tested > 50, "only {tested} outcomes on a whole machine");
    let verified = desk.run(&["verify", "--replay"]).expect(0);
    assert!(verified.stdout.contains("byte for byte"), "{}", verified.stdout);
}

#[test]
fn no_hash_of_a_password_is_recorded() {
    let desk = Desk::new();
    desk.write("tree/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n");
    desk.write("tree/etc/shadow", "root:!:20000:0:99999:7:::\nalice:$6$saltsalt$CanaryCanaryCanaryHash:20000:0:99999:7:::\n");
    desk.write("tree/etc/group", "root:x:0:\nalice:x:1000:\n");
    desk.write("tree/proc/sys/kernel/hostname", "web-1\n");
    desk.write("tree/etc/hostname", "web-1\n");
    let config = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/default.toml")).unwrap();
    let rooted = config.replace("plugin = \"bundled:linux-host\"", "plugin = \"bundled:linux-host\"\nfiles_root = \"tree\"");
    desk.write("engine.toml", rooted);
    let ran = desk.run(&["eval"]);
    assert!(matches!(ran.code, 1 | 3), "{}", ran.stderr);
    let facts = desk.run(&["fact", "list", "--kind", "host.account@1", "--format", "ndjson"]).expect(0).stdout;
    assert!(facts.contains("\"password_algorithm\":\"sha512crypt\""), "{facts}");
    std::fs::remove_dir_all(desk.path().join("tree")).unwrap();
    let mut files = vec![facts];
    for entry in std::fs::read_dir(desk.path().join(".engine/blobs")).unwrap() {
        files.push(String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()).into_owned());
    }
    assert!(files.iter().all(|it| !it.contains("CanaryCanary")));
}

#[test]
fn a_rule_is_explained_down_to_the_lines_of_the_file_that_decided_it() {
    let desk = Desk::new();
    desk.write("tree/etc/hostname", "web-1\n");
    desk.write("tree/etc/logrotate.conf", "# see logrotate.conf(5)\nweekly\n\nrotate 4\ninclude /etc/logrotate.d\n");
    desk.write("tree/etc/logrotate.d/rsyslog", "/var/log/syslog\n{\n\trotate 3\n}\n");
    let config = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/default.toml")).unwrap();
    let rooted = config.replace("plugin = \"bundled:linux-host\"", "plugin = \"bundled:linux-host\"\nfiles_root = \"tree\"");
    desk.write("engine.toml", rooted);
    let ran = desk.run(&["eval"]);
    assert!(matches!(ran.code, 1 | 3), "{}", ran.stderr);
    let told = desk.run(&["explain", "logging/is-kept"]).expect(0).stdout;
    let decided = "is kept for 21 days, fewer than 90";
    for part in [decided, "/etc/logrotate.d/rsyslog, line 3", "rotate 3", "/etc/logrotate.conf, line 2", "weekly"] {
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").contains(part), "`{part}` is not in:\n{told}");
    }
}
