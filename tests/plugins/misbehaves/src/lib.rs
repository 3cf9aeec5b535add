//! A collector that does what its configuration says: ends well, ends with a fault, traps, computes without end, takes memory
//! without end, sleeps without end, asks for what it was not granted, lies, states without end, or writes to the terminal.

use engine_sdk::http::Request;
use engine_sdk::{Collector, Fact, Fault, Run};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Config {
    mode: String,
    scope: String,
}

#[derive(Serialize)]
struct User {
    name: &'static str,
    account: &'static str,
    created_at: &'static str,
    console_access: bool,
    mfa_enabled: bool,
    access_keys: Vec<()>,
    policies: Vec<&'static str>,
    groups: Vec<&'static str>,
    password_last_used_at: Option<()>,
}

impl Fact for User {
    const KIND: &'static str = "identity.user@1";
}

/// Nothing of it is ever stated.
#[derive(Serialize)]
struct Risk {}

impl Fact for Risk {
    const KIND: &'static str = "risk.entry@1";
}

struct Misbehaves;

/// What a terminal would act on: a link, the clipboard, a line written over, text turned round, a line of a log that is none.
const ACTS: &str =
    "\x1b]8;;http://evil\x07\x1b]52;c;ZXZpbA==\x07good\rbad\u{202e}\u{2066}\x1b[2J\n2026-01-01 INFO all is well\u{9b}31m";

/// One account that would pass every rule, as a line of a batch.
fn account(subject: &str, name: &str, more: &str) -> String {
    format!(
        r#"{{"subject":"directory:example/user/{subject}"{more},"body":{{"name":"{name}","account":"example","created_at":"2026-01-01T00:00:00Z","console_access":true,"mfa_enabled":true,"access_keys":[],"policies":[],"groups":[],"password_last_used_at":null}}}}
"#
    )
}

/// Says of accounts what is not so, past the SDK, which would not.
fn lie(run: &Run<'_>, scope: &str, how: &str) {
    let host = run.host();
    // What the host says of it is of no use to a liar.
    let emit = |kind: &str, batch: &[u8]| _ = host.emit(kind, scope, "ndjson", batch);
    let complete = |count: u64| _ = host.complete(User::KIND, scope, &format!("{{\"count\":{count}}}"));
    let good = account("ada", "ada", "");
    match how {
        "lies-count" => emit(User::KIND, good.as_bytes()),
        "lies-future" => emit(User::KIND, account("ada", "ada", r#","observed_at":"2999-01-01T00:00:00Z""#).as_bytes()),
        "lies-twice" => emit(User::KIND, [good, account("ada", "eve", "")].concat().as_bytes()),
        "lies-kind" => emit("host.os@1", br#"{"subject":"x","body":{}}"#),
        "lies-bytes" => emit(User::KIND, &[good.as_bytes(), b"{\"subject\":\"\xff\",\"body\":{}}".as_slice()].concat()),
        "lies-id" => emit(User::KIND, account(&"x".repeat(10_000_000), "ada", "").as_bytes()),
        "lies-late" => complete(1),
        _ => {}
    }
    complete(match how {
        "lies-count" => 2,
        "lies-kind" | "lies-bytes" | "lies-id" => 0,
        _ => 1,
    });
    if how == "lies-late" {
        emit(User::KIND, account("ada", "ada", "").as_bytes());
    }
}

/// States accounts until no more are taken, and says that these are all.
fn flood(run: &Run<'_>, scope: &str) {
    let mut count = 0_u64;
    loop {
        let batch: String = (count..count + 4_096).map(|at| account(&at.to_string(), "ada", "")).collect();
        count += 4_096;
        if run.host().emit(User::KIND, scope, "ndjson", batch.as_bytes()).is_err() {
            break;
        }
    }
    let _ = run.host().complete(User::KIND, scope, &format!("{{\"count\":{count}}}"));
}

/// Says to the terminal what it can wherever it can.
fn act(run: &Run<'_>) -> Fault {
    let fault = Fault { code: ACTS.to_owned(), message: ACTS.to_owned(), retryable: false, more: ACTS.to_owned() };
    let host = run.host();
    for level in ["error", "info", ACTS] {
        host.log(level, ACTS);
    }
    host.progress(1, 2, ACTS);
    println!("{ACTS}");
    eprintln!("{ACTS}");
    let _ = host.gap(User::KIND, "directory:example", &fault);
    let _ = host.gap(ACTS, ACTS, &fault);
    let _ =
        host.emit(User::KIND, "directory:example", "ndjson", account(&ACTS.escape_default().to_string(), "ada", "").as_bytes());
    let _ = host.emit(User::KIND, "directory:example", ACTS, b"");
    let _ = run.send(Request::get(format!("https://{ACTS}/")));
    let _ = run.read(ACTS);
    fault
}

impl Collector for Misbehaves {
    fn check(run: &Run<'_>) -> Result<(), Fault> {
        let config: Config = run.config()?;
        if config.mode == "acts" { Err(act(run)) } else { Ok(()) }
    }

    fn collect(run: &Run<'_>) -> Result<(), Fault> {
        let config: Config = run.config()?;
        match config.mode.as_str() {
            "good" => run.scope(config.scope).collect::<User>(|users| {
                for (name, mfa_enabled) in [("ada", true), ("bob", false), ("cyd", true)] {
                    let user = User {
                        name,
                        account: "example",
                        created_at: "2026-01-01T00:00:00Z",
                        console_access: true,
                        mfa_enabled,
                        access_keys: Vec::new(),
                        policies: Vec::new(),
                        groups: Vec::new(),
                        password_last_used_at: None,
                    };
                    users.state(&format!("directory:example/user/{name}"), &user)?;
                }
                Ok(())
            }),
            "denied" => run
                .scope("register:risks")
                .collect::<Risk>(|_| run.send(Request::get("https://directory.example.com/risks"))?.ok().map(|_| ())),
            "fault" => return Err(Fault::new("unsupported", "this directory speaks a language of its own")),
            "trap" => panic!("a collector's own fault"),
            "loop" => loop {
                std::hint::black_box(0);
            },
            "memory" => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(std::hint::black_box(vec![1_u8; 1 << 20]));
                }
            }
            "sleep" => loop {
                run.sleep(3_600_000);
            },
            "flood" => flood(run, &config.scope),
            "acts" => return Err(act(run)),
            lies if lies.starts_with("lies-") => lie(run, &config.scope, lies),
            other => return Err(Fault::invalid(format!("there is no mode `{other}`"))),
        }
        Ok(())
    }
}

engine_sdk::export!(Misbehaves, manifest = "plugin.toml");
