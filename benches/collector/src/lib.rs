//! A collector that states as many identities as its configuration says: what is measured is the host, so the bodies are made by
//! filling a text.

use engine_benches::body;
use engine_sdk::{Collector, Fact, Fault, Run, Statement};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Config {
    count: u64,
}

#[derive(Serialize)]
#[serde(transparent)]
struct User(Box<RawValue>);

impl Fact for User {
    const KIND: &'static str = "identity.user@1";
}

struct Identities;

impl Collector for Identities {
    fn check(run: &Run<'_>) -> Result<(), Fault> {
        run.config::<Config>().map(|_| ())
    }

    fn collect(run: &Run<'_>) -> Result<(), Fault> {
        let config: Config = run.config()?;
        run.scope("aws:123456789012").collect::<User>(|users| {
            for number in 0..config.count {
                let body = RawValue::from_string(body(number)).map_err(|error| Fault::invalid(error.to_string()))?;
                users.give(&Statement::new(&format!("aws:iam::123456789012:user/user{number}"), &User(body)))?;
            }
            Ok(())
        });
        Ok(())
    }
}

engine_sdk::export!(Identities, manifest = "plugin.toml");
