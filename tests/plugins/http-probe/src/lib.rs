//! A collector that asks a directory over HTTP: pages by Link header, details of a page's accounts at once.
//!
//! It repeats every answer that it got into its log and into the facts, so that a secret that reached it would be found.

use engine_sdk::http::{Request, Response, next_link};
use engine_sdk::{Collector, Fact, Fault, Run};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Config {
    endpoint: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    region: String,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
}

#[derive(Deserialize)]
struct Detail {
    name: String,
    mfa: bool,
    created_at: String,
}

#[derive(Serialize)]
struct User {
    name: String,
    account: String,
    created_at: String,
    console_access: bool,
    mfa_enabled: bool,
    access_keys: Vec<()>,
    policies: Vec<String>,
    groups: Vec<String>,
    password_policy: Option<()>,
    password_last_used_at: Option<()>,
}

impl Fact for User {
    const KIND: &'static str = "identity.user@1";
}

struct Probe;

impl Collector for Probe {
    fn check(run: &Run<'_>) -> Result<(), Fault> {
        let config: Config = run.config()?;
        run.send(get(&config, "/health"))?.ok().map(|_| ())
    }

    fn collect(run: &Run<'_>) -> Result<(), Fault> {
        let config: Config = run.config()?;
        let scope = run.scope("directory:example");
        scope.collect::<User>(|users| {
            for page in run.pages(get(&config, "/users?page=1"), next_link) {
                let listed = page?.items::<Listed>("/users")?;
                let requests = listed.iter().map(|it| get(&config, &format!("/users/{}", it.value.id))).collect();
                for (answer, account) in run.send_all(requests).into_iter().zip(&listed) {
                    let answer: Response = answer?.ok()?;
                    run.note(&format!("{:?}", answer.text_at("")));
                    let detail = answer.json::<Detail>()?;
                    let Detail { name, mfa, created_at } = detail.value;
                    let user = User {
                        name,
                        account: format!("{:?}", answer.text_at("/password_hash")),
                        created_at,
                        console_access: true,
                        mfa_enabled: mfa,
                        access_keys: Vec::new(),
                        policies: Vec::new(),
                        groups: Vec::new(),
                        password_policy: None,
                        password_last_used_at: None,
                    };
                    users.state_from(&format!("directory:example/user/{}", account.value.id), &user, detail.from)?;
                }
            }
            Ok(())
        });
        Ok(())
    }
}

fn get(config: &Config, path: &str) -> Request {
    let request = Request::get(format!("{}{path}", config.endpoint)).credential("directory");
    if config.service.is_empty() { request } else { request.aws(&config.service, &config.region) }
}

engine_sdk::export!(Probe, manifest = "plugin.toml");
