//! A collector that does what its configuration says: ends well, ends with a fault, traps, computes without end, takes memory
//! without end, sleeps without end, or asks for what it was not granted.

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

impl Collector for Misbehaves {
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
            other => return Err(Fault::invalid(format!("there is no mode `{other}`"))),
        }
        Ok(())
    }
}

engine_sdk::export!(Misbehaves, manifest = "plugin.toml");
