//! What the engine must survive: secrets, hostile values. Each test names its row of the threats.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use serde_json::json;
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::desk::{Desk, Ran};
use crate::given_facts::{complete, user};
use crate::replay::{CANARY, desk_with_probe, directory, full_grant};

fn every_file(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            every_file(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

/// Whether the bytes hold the text as it is.
fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}

/// The first of these texts that stands in the bytes, which are gone through once.
fn found<'a>(bytes: &[u8], texts: &'a [String]) -> Option<&'a str> {
    let mut beginning = vec![Vec::new(); 256];
    for text in texts {
        beginning[usize::from(text.as_bytes()[0])].push(text.as_str());
    }
    let at = |at: usize| beginning[usize::from(bytes[at])].iter().copied().find(|text| bytes[at..].starts_with(text.as_bytes()));
    (0..bytes.len()).find_map(at)
}

/// A secret as it is and as it could be written otherwise: escaped, in hexadecimal, and in base64 wherever in it it begins.
fn spellings(secret: &str) -> Vec<String> {
    let each = |spell: fn(u8) -> String| secret.bytes().map(spell).collect::<String>();
    let escaped = |spell: fn(u8) -> String| {
        secret
            .bytes()
            .map(|it| if it.is_ascii_alphanumeric() { char::from(it).to_string() } else { spell(it) })
            .collect::<String>()
    };
    let mut all = vec![
        secret.to_owned(),
        secret.chars().rev().collect(),
        secret.replace('/', r"\/"),
        each(|it| format!("{it:02x}")),
        each(|it| format!("{it:02X}")),
        escaped(|it| format!("%{it:02X}")),
        escaped(|it| format!("%{it:02x}")),
        escaped(|it| format!("\\u{it:04x}")),
        escaped(|it| format!("&#{it};")),
    ];
    for before in 0..3 {
        let longer = [vec![0; before], secret.as_bytes().to_vec()].concat();
        for engine in [base64::engine::general_purpose::STANDARD_NO_PAD, base64::engine::general_purpose::URL_SAFE_NO_PAD] {
            // Characters that hold bits of what stands beside it are left out.
            all.push(engine.encode(&longer)[(before * 8).div_ceil(6)..longer.len() * 8 / 6].to_owned());
        }
    }
    all
}

/// Row 2: a token in the environment, a cookie, a body's field and an echo of the token itself: nothing that is written has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_found_nowhere() {
    let server = directory().await;
    let desk = desk_with_probe(&server.uri(), &full_grant(&server));
    let mut command = desk.command();
    command
        .args(["eval", "-o", "r.html", "-o", "r.json", "-o", "r.ndjson"])
        .env("DIRECTORY_TOKEN", CANARY)
        .env("ENGINE_LOG", "trace");
    let ran: Ran = command.output().unwrap().into();
    assert_nowhere(&desk, &ran.expect(1), &[CANARY]);
}

/// That a run, all that it left and all that can be asked of it hold none of these.
#[track_caller]
pub(crate) fn assert_nowhere(desk: &Desk, ran: &Ran, secrets: &[&str]) {
    desk.run(&["export", "-o", "package"]).expect(0);
    let facts = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0);
    let explained = desk.run(&["explain", "directory:example"]);
    let mut files = Vec::new();
    every_file(desk.path(), &mut files);
    let shown = [&ran.stdout, &ran.stderr, &facts.stdout, &explained.stdout];
    files.extend(shown.map(|text| ("what was shown".to_owned(), text.clone().into_bytes())));
    let spelled: Vec<String> = secrets.iter().flat_map(|secret| spellings(secret)).collect();
    for (name, bytes) in files {
        assert_eq!(found(&bytes, &spelled), None, "in {name}");
        assert_eq!(found(&zstd_frames(&bytes), &spelled), None, "packed in {name}");
    }
}

/// A directory that wants this header and sends back what it was told, in every spelling that servers use.
async fn echo(name: &'static str, value: String, secret: &'static str) -> MockServer {
    let server = MockServer::start().await;
    let respond = move |request: &Request| {
        let told = request.headers[name].to_str().unwrap().to_owned();
        let mut spelled = spellings(secret);
        // No server turns it round, and what is in hexadecimal is no longer the secret that a host can look for.
        spelled.retain(|it| !it.chars().eq(secret.chars().rev()) && !it.bytes().all(|it| it.is_ascii_hexdigit()));
        let mut raw = String::new();
        for it in &spelled {
            let _ = write!(raw, ",\"{}\":\"{it}\"", it.len() * 1_000 + it.bytes().map(usize::from).sum::<usize>());
        }
        let body = json!({
            "users": [{ "id": "a" }], "name": "ada", "mfa": true, "created_at": "2026-01-01T00:00:00Z", "password_hash": secret,
            "told": told, "in base64": base64::engine::general_purpose::STANDARD.encode(format!("{name}: {secret}\r\n")),
        })
        .to_string();
        ResponseTemplate::new(200)
            .set_body_string(body.replacen('{', &format!("{{\"x\":\"{secret}\"{raw},"), 1))
            .insert_header("set-cookie", format!("session={secret}"))
            .insert_header("link", format!("<x?token={secret}>; rel=\"prev\"").as_str())
            .insert_header("content-type", format!("application/json; token={secret}").as_str())
    };
    Mock::given(method("GET")).and(header(name, value.as_str())).respond_with(respond).mount(&server).await;
    server
}

/// Row 2: in whichever slot a secret is, from the environment or a file, and however it comes back, nothing that is written has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_any_slot_that_comes_back_in_any_spelling_is_found_nowhere() {
    const SECRET: &str = "canary/3f9c+1e77=slot&2b~x";
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("token");
    fs::write(&file, format!("{SECRET}\n")).unwrap();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("bob:{SECRET}"));
    let (from_file, from_env) = (format!("file = {:?}", file.display().to_string()), "env = \"A_SECRET\"".to_owned());
    for (kind, name, value, source) in [
        ("kind = \"bearer\"", "authorization", format!("Bearer {SECRET}"), &from_file),
        ("kind = \"basic\"\nuser = \"bob\"", "authorization", format!("Basic {basic}"), &from_env),
        ("kind = \"header\"\nname = \"x-api-key\"", "x-api-key", SECRET.to_owned(), &from_file),
        ("kind = \"header\"\nname = \"x-api-key\"", "x-api-key", SECRET.to_owned(), &from_env),
    ] {
        let server = echo(name, value, SECRET).await;
        let grant = full_grant(&server).replace("kind = \"bearer\"\nenv = \"DIRECTORY_TOKEN\"", &format!("{kind}\n{source}"));
        let desk = desk_with_probe(&server.uri(), &grant);
        let mut command = desk.command();
        command
            .args(["eval", "-o", "r.html", "-o", "r.json", "-o", "r.ndjson"])
            .env("A_SECRET", SECRET)
            .env("ENGINE_LOG", "trace");
        let ran: Ran = command.output().unwrap().into();
        let facts = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0);
        assert!(facts.stdout.contains("directory:example/user/a"), "{kind}: {}", ran.stderr);
        assert_nowhere(&desk, &ran, &[SECRET, &basic]);
        desk.run(&["verify", "--replay"]).expect(0);
    }
}

/// Files of a machine that its collector may read, each with a secret and with something that is none.
const WITH_SECRETS: &[(&str, &str)] = &[
    ("etc/profile", "export A_TOKEN='CANARY' KEPT=1\n"),
    ("etc/profile.d/a.sh", "DB_PASSWORD=\"CANARY\nCANARY\"; TMOUT=600 # KEPT\n"),
    ("etc/profile.d/group.sh", "setenv API_KEY CANARY\n# KEPT\n"),
    ("etc/bash.bashrc", "mysql \"--password=\"CANARY; umask 027 # KEPT\n"),
    (
        "etc/sudoers",
        "root ALL=(ALL) ALL # KEPT\nbob ALL=(root) NOPASSWD: /x --token CANARY, /y PASS=CANARY\n@includedir /etc/sudoers.d\n",
    ),
    ("etc/sudoers.d/a", "Defaults!/x secret=CANARY\nal my-token=(root) /KEPT\n"),
    ("etc/ssh/sshd_config", "SetEnv A_SECRET=CANARY KEPT=1\nBanner /etc/issue\n"),
    ("etc/pam.d/common-auth", "auth required pam_mysql.so passwd=CANARY [x_secret=a CANARY] kept=KEPT\n"),
    (
        "etc/pam.d/common-password",
        "password requisite pam_pwquality.so retry=3\npassword required pam_x.so bindpw=CANARY # KEPT\n",
    ),
    ("etc/login.defs", "PASS_MAX_DAYS 60\n# old_password = CANARY\n# KEPT\n"),
    ("etc/security/pwquality.conf", "minlen = 15\n# a_secret = CANARY\n# KEPT\n"),
    ("etc/fstab", "//srv/a /mnt cifs username=CANARY,password=CANARY,credentials=/CANARY,nodev 0 0\n# KEPT\n"),
    ("proc/self/mountinfo", "3 1 0:5 / /mnt rw,nosuid - cifs //srv/KEPT rw,username=CANARY,pass=CANARY,uid=0\n"),
    ("etc/rsyslog.conf", "*.* :ommysql:db,Syslog,u,CANARY\n*.* @@KEPT:6514\n"),
    ("etc/rsyslog.d/a.conf", "action(type=\"ommysql\" pwd=\"CANARY \\\"CANARY\" target=\"KEPT\")\n"),
    ("etc/chrony/chrony.keys", "1 SHA256 HEX:CANARY\n2 CANARY\n#KEPT\n"),
    ("etc/chrony/chrony.conf", "server KEPT key 1\n! x_password = CANARY\n"),
    ("etc/ntp.conf", "crypto pw CANARY\nserver KEPT\n"),
    ("etc/systemd/system/a.service", "[Service]\nEnvironment=A_TOKEN=CANARY \\\n \"B_SECRET=a CANARY\" C=KEPT\n[Install]\n"),
    ("etc/systemd/system/a.service.d/b.conf", "[Service]\nExecStart=/x https://u:CANARY@KEPT --token=CANARY\n"),
    ("etc/systemd/journald.conf", "[Journal]\nStorage=persistent\n#Password=CANARY\n#KEPT\n"),
    ("etc/cron.d/a", "TOKEN = CANARY\n* * * * * root curl http://u:CANARY@KEPT/\n"),
    ("etc/crontab", "SECRET=CANARY\n# KEPT\n"),
    ("etc/audit/auditd.conf", "max_log_file_action = keep_logs\nx_password = CANARY\n# KEPT\n"),
    ("etc/logrotate.d/a", "/var/log/a {\n postrotate\n x --password CANARY KEPT\n endscript\n}\n"),
    ("etc/sysctl.d/a.conf", "net.ipv6.conf.all.stable_secret = CANARY\nkernel.sysrq = 0\n# KEPT\n"),
    ("etc/apt/sources.list", "deb https://u:CANARY@KEPT/debian stable main\n"),
    ("etc/dnf/dnf.conf", "[main]\npassword=CANARY\n# KEPT\n"),
    ("etc/crypttab", "root UUID=1 none pkcs11-secret=CANARY,KEPT\n"),
    ("etc/ufw/user.rules", "# x password=CANARY\n# KEPT\n"),
    ("etc/issue", "A_PASSWORD=CANARY\nKEPT\n"),
    ("boot/grub/grub.cfg", "password root CANARY\n# KEPT\n"),
];

/// Those of them whose content the bundled collector does not read, though it may.
const NOT_READ: &[&str] = &[
    "etc/chrony/chrony.keys",
    "etc/systemd/system/a.service",
    "etc/systemd/system/a.service.d/b.conf",
    "etc/cron.d/a",
    "etc/crontab",
    "etc/logrotate.d/a",
    "etc/crypttab",
    "boot/grub/grub.cfg",
];

/// Row 2: a secret in a configuration file that is granted.
#[test]
fn a_secret_of_a_granted_file_is_found_nowhere() {
    const SECRET: &str = "canary-8d1f02-secret";
    let desk = Desk::new();
    desk.write("tree/etc/passwd", "root:x:0:0:root,Token=CANARY:/root:/bin/bash\n".replace("CANARY", SECRET));
    desk.write("tree/etc/group", "root:x:0:\n");
    desk.write("tree/etc/hostname", "web-1\n");
    let installed = ["openssh-server", "auditd", "chrony", "ntp", "ufw", "libpam-pwquality", "rsyslog", "logrotate"];
    let status = installed.map(|name| format!("Package: {name}\nStatus: install ok installed\nVersion: 1:9.2p1-2\n\n"));
    desk.write("tree/var/lib/dpkg/status", status.concat());
    for unit in ["ufw", "chrony", "ntp"] {
        desk.write(&format!("tree/etc/systemd/system/multi-user.target.wants/{unit}.service"), "# enabled\n");
        desk.write(&format!("tree/usr/lib/systemd/system/{unit}.service"), "[Service]\n");
    }
    for (at, (name, text)) in WITH_SECRETS.iter().enumerate() {
        desk.write(&format!("tree/{name}"), text.replace("CANARY", SECRET).replace("KEPT", &format!("kept-{at}-")));
    }
    let config = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/default.toml")).unwrap();
    let plugin = "plugin = \"bundled:linux-host\"";
    desk.write("engine.toml", config.replace(plugin, &format!("{plugin}\nfiles_root = \"tree\"")));
    let mut command = desk.command();
    command.args(["eval", "-o", "r.html", "-o", "r.json", "-o", "r.ndjson"]).env("ENGINE_LOG", "trace");
    let ran: Ran = command.output().unwrap().into();
    assert!(matches!(ran.code, 1 | 3), "{}", ran.stderr);
    desk.run(&["export", "-o", "package"]).expect(0);
    desk.write("facts.ndjson", desk.run(&["fact", "list", "--format", "ndjson"]).expect(0).stdout);
    desk.write("out", [ran.stdout, ran.stderr].concat());
    desk.run(&["verify", "--replay"]).expect(0);
    fs::remove_dir_all(desk.path().join("tree")).unwrap();
    let mut files = Vec::new();
    every_file(desk.path(), &mut files);
    let mut seen = Vec::new();
    for (name, bytes) in files {
        let unpacked = zstd_frames(&bytes);
        let bytes: Vec<u8> = bytes.into_iter().chain(unpacked).collect();
        let at = bytes.windows(SECRET.len()).position(|it| it == SECRET.as_bytes());
        let around = at.map(|at| String::from_utf8_lossy(&bytes[at.saturating_sub(60)..(at + 40).min(bytes.len())]).into_owned());
        assert_eq!(around, None, "{name} holds a secret");
        seen.extend(bytes);
    }
    let unread = (0..WITH_SECRETS.len()).filter(|at| !holds(&seen, &format!("kept-{at}-")));
    let unread: Vec<&str> = unread.filter_map(|at| Some(WITH_SECRETS.get(at)?.0)).collect();
    assert_eq!(unread, NOT_READ, "not read, or lost");
    let facts = fs::read_to_string(desk.path().join("facts.ndjson")).unwrap();
    for part in ["\"timeout\":600", "\"max_age_days\":60", "\"min_length\":15", "/mnt", "\"nosuid\":true", "kept-13-", "kept-14-"]
    {
        assert!(facts.contains(part), "`{part}` is lost");
    }
}

/// Every zstd frame within some bytes, unpacked.
fn zstd_frames(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let starts = bytes.windows(4).enumerate().filter(|(_, it)| *it == [0x28, 0xB5, 0x2F, 0xFD]).map(|(at, _)| at);
    for start in starts {
        if let Ok(decoder) = zstd::stream::read::Decoder::new(&bytes[start..]) {
            let _ = decoder.single_frame().take(64 << 20).read_to_end(&mut unpacked);
        }
    }
    unpacked
}

/// Rows 9 and 10: values that would act on a terminal or a browser stay values.
#[test]
fn hostile_values_stay_values() {
    let desk = Desk::new();
    let hostile = r"\u001b]8;;http://evil\u0007x<script>alert(1)</script>\u202e\r\n\u001b[2J";
    let line = user("bob", false).replace(r#""name":"bob""#, &format!(r#""name":"{hostile}""#));
    desk.write("facts.ndjson", [line, complete(1)].join("\n"));
    let ran = desk.run(&["eval", "--facts", "facts.ndjson", "-o", "r.html", "--color", "never"]).expect(1);
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.chars().any(|it| (it.is_control() && it != '\n') || it == '\u{202e}'), "{text:?}");
    }
    let html = fs::read_to_string(desk.path().join("r.html")).unwrap();
    assert!(!html.contains("<script"), "a script got into the page");
    assert!(!html.contains('\u{1b}') && !html.contains('\u{202e}'));
}

/// Row 20: each identity rule on nothing, and on every field taken away, is never a pass.
#[test]
fn no_evidence_never_passes() {
    let whole = user("alice", true);
    let value: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let fields: Vec<String> = value["body"].as_object().unwrap().keys().cloned().collect();
    for field in &fields {
        let mut without = value.clone();
        without["body"].as_object_mut().unwrap().remove(field);
        let ran = Desk::new().eval(&[without.to_string(), complete(1)].join("\n"));
        assert!(matches!(ran.code, 0 | 3), "{field}: {}", ran.stdout);
        if ran.code == 0 {
            assert!(
                ["email", "human", "administrator", "last_active_at"].contains(&field.as_str()),
                "nothing was missed without `{field}`"
            );
        }
    }
    let mut empty = value.clone();
    empty["body"] = serde_json::json!({});
    Desk::new().eval(&[empty.to_string(), complete(1)].join("\n")).expect(3);
}
