//! `host.password-policy@1`.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::host::{PasswordPolicy, PasswordPolicyLockoutModule as Lockout, PasswordPolicyQualityModule as Quality};
use engine_sdk::{Facts, Fault, ReadFrom};

use crate::machine::{Machine, sorted};
use crate::parse::pam::{self, Line, Module};
use crate::parse::settings;

const DEPTH: usize = 16;
const MODULES: usize = 2_000;

/// PAM modules that ask for a second factor.
const SECOND_FACTORS: [&str; 10] = [
    "pam_google_authenticator",
    "pam_oath",
    "pam_u2f",
    "pam_yubico",
    "pam_duo",
    "pam_radius_auth",
    "pam_rsa",
    "pam_pkcs11",
    "pam_securid",
    "pam_privacyidea",
];

/// The stacks of PAM.
struct Stacks<'a> {
    machine: &'a Machine<'a>,
    from: Vec<ReadFrom>,
    seen: usize,
}

impl Stacks<'_> {
    /// The modules of one type of a service with those of the files that it includes; `None` where there is no such service.
    fn modules(&mut self, service: &str, of: &str) -> Result<Option<Vec<Module>>, Fault> {
        let mut modules = Vec::new();
        Ok(self.add(service, of, DEPTH, &mut modules)?.then_some(modules))
    }

    fn add(&mut self, service: &str, of: &str, depth: usize, modules: &mut Vec<Module>) -> Result<bool, Fault> {
        let file = match self.machine.file(&format!("/etc/pam.d/{service}"))? {
            Some(file) => file,
            None => match self.machine.file(&format!("/usr/lib/pam.d/{service}"))? {
                Some(file) => file,
                None => return Ok(false),
            },
        };
        self.seen += 1;
        if depth == 0 || self.seen > MODULES {
            return Err(Fault::new("too-large", "PAM's files include one another without end"));
        }
        self.from.extend(file.whole());
        for line in pam::lines(&file.text()) {
            match line {
                Line::Module(module) if module.of == of => modules.push(module),
                Line::Include { of: included, file } if included.as_deref().is_none_or(|it| it == of) => {
                    self.add(&file, of, depth - 1, modules)?;
                }
                _ => {}
            }
        }
        Ok(true)
    }

    /// The first of some services that there is.
    fn first(&mut self, services: &[&str], of: &str) -> Result<Vec<Module>, Fault> {
        for service in services {
            if let Some(modules) = self.modules(service, of)?.filter(|modules| !modules.is_empty()) {
                return Ok(modules);
            }
        }
        Ok(Vec::new())
    }
}

pub(crate) fn collect(machine: &Machine<'_>, facts: &mut Facts<'_, PasswordPolicy>) -> Result<(), Fault> {
    let defs = settings::spaced(&machine.login_defs()?);
    let useradd = settings::shell(&machine.text("/etc/default/useradd")?);
    let mut stacks = Stacks { machine, from: Vec::new(), seen: 0 };
    let password = stacks.first(&["passwd", "common-password", "system-auth"], "password")?;
    let mut sign_in = stacks.first(&["login", "common-auth", "system-auth"], "auth")?;
    sign_in.extend(stacks.first(&["sshd", "password-auth"], "auth")?);
    let su = stacks.modules("su", "auth")?;
    let number = |name: &str| defs.get(name).and_then(|value| value.parse::<i64>().ok());
    let unix = password.iter().find(|module| module.name == "pam_unix");
    let quality = quality(machine, &password)?;
    let lockout = lockout(machine, &sign_in)?;
    let body = PasswordPolicy {
        host: machine.name.clone(),
        max_age_days: number("PASS_MAX_DAYS").filter(|days| (0..99_999).contains(days)).into(),
        min_age_days: number("PASS_MIN_DAYS").filter(|days| *days > 0).into(),
        warn_days: number("PASS_WARN_AGE").filter(|days| *days >= 0).into(),
        inactive_days: useradd.get("INACTIVE").and_then(|value| value.parse().ok()).filter(|days: &i64| *days >= 0).into(),
        uid_min: number("UID_MIN").unwrap_or(1000),
        encrypt_method: encrypt_method(unix, defs.get("ENCRYPT_METHOD")).into(),
        umask: defs.get("UMASK").cloned().into(),
        quality_module: quality.module.into(),
        min_length: quality.min_length.or_else(|| unix.and_then(|module| module.value("minlen")?.parse().ok())).into(),
        min_classes: quality.module.map(|_| quality.number("minclass", 0)).into(),
        requires_digit: quality.number("dcredit", 0) < 0,
        requires_upper: quality.number("ucredit", 0) < 0,
        requires_lower: quality.number("lcredit", 0) < 0,
        requires_other: quality.number("ocredit", 0) < 0,
        max_repeat: Some(quality.number("maxrepeat", 0)).filter(|count| *count > 0).into(),
        min_different: quality
            .module
            .map(|module| quality.number("difok", if module == Quality::PamCracklib { 5 } else { 1 }))
            .into(),
        dictionary_check: quality.module.is_some() && quality.number("dictcheck", 1) != 0,
        enforce_for_root: quality.settings.contains_key("enforce_for_root"),
        remember: remember(machine, &password, unix)?.into(),
        empty_allowed: sign_in
            .iter()
            .any(|module| module.name == "pam_unix" && (module.has("nullok") || module.has("nullok_secure"))),
        lockout_module: lockout.module.into(),
        lockout_attempts: lockout.attempts.into(),
        lockout_duration: lockout.duration.into(),
        lockout_window: lockout.window.into(),
        lockout_root: lockout.for_root,
        su_restricted: Nullable::from(su.map(|modules| modules.iter().any(is_wheel))),
        second_factor_modules: sorted(
            sign_in.iter().map(|module| module.name.clone()).filter(|name| SECOND_FACTORS.contains(&name.as_str())),
        ),
    };
    let from: BTreeSet<ReadFrom> = stacks.from.into_iter().collect();
    facts.state_from(&machine.subject("password-policy"), &body, from)
}

fn is_wheel(module: &Module) -> bool {
    module.name == "pam_wheel"
        && matches!(module.control.as_str(), "required" | "requisite")
        && !module.has("deny")
        && !module.has("trust")
}

/// pam_unix's own word goes before that of login.defs.
fn encrypt_method(unix: Option<&Module>, defs: Option<&String>) -> Option<String> {
    const WORDS: [&str; 8] = ["yescrypt", "gost_yescrypt", "blowfish", "sha512", "sha256", "md5", "bigcrypt", "des"];
    let own = unix.and_then(|module| WORDS.into_iter().find(|word| module.has(word))).map(str::to_owned);
    own.or_else(|| defs.map(|word| word.to_ascii_lowercase()))
}

/// What judges new passwords.
#[derive(Default)]
struct QualityRules {
    module: Option<Quality>,
    settings: BTreeMap<String, String>,
    min_length: Option<i64>,
}

impl QualityRules {
    fn number(&self, name: &str, default: i64) -> i64 {
        self.settings.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }
}

fn quality(machine: &Machine<'_>, password: &[Module]) -> Result<QualityRules, Fault> {
    let found = password.iter().find_map(|module| match module.name.as_str() {
        "pam_pwquality" => Some((Quality::PamPwquality, module)),
        "pam_cracklib" => Some((Quality::PamCracklib, module)),
        "pam_passwdqc" => Some((Quality::PamPasswdqc, module)),
        _ => None,
    });
    let Some((kind, module)) = found else { return Ok(QualityRules::default()) };
    let mut rules = QualityRules { module: Some(kind), ..QualityRules::default() };
    if kind == Quality::PamPwquality {
        let main = machine.text("/etc/security/pwquality.conf")?;
        let more = machine.layered(&["/etc/security/pwquality.conf.d"], ".conf")?;
        for text in more.iter().map(|file| file.text().into_owned()).chain([main]) {
            rules.settings.extend(settings::assigned(&text));
        }
    }
    // The module's arguments go before its file.
    for argument in &module.arguments {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        rules.settings.insert(name.to_owned(), value.to_owned());
    }
    rules.min_length = match kind {
        // The module takes no less than 6.
        Quality::PamPwquality => Some(rules.number("minlen", 8).max(6)),
        Quality::PamCracklib => Some(rules.number("minlen", 9).max(6)),
        // `min=N0,…,N4`: the last is for passwords of three or four sorts of characters.
        Quality::PamPasswdqc => rules.settings.get("min").and_then(|list| list.rsplit(',').next()?.parse().ok()),
    };
    Ok(rules)
}

fn remember(machine: &Machine<'_>, password: &[Module], unix: Option<&Module>) -> Result<Option<i64>, Fault> {
    let history = password.iter().find(|module| module.name == "pam_pwhistory");
    let count = match history {
        Some(module) => {
            let file = settings::assigned(&machine.text("/etc/security/pwhistory.conf")?);
            let own = module.value("remember").or_else(|| file.get("remember").map(String::as_str));
            Some(own.and_then(|value| value.parse().ok()).unwrap_or(10))
        }
        None => unix.and_then(|module| module.value("remember")?.parse().ok()),
    };
    Ok(count.filter(|count| *count > 0))
}

/// What locks out after wrong passwords.
#[derive(Default)]
struct LockoutRules {
    module: Option<Lockout>,
    attempts: Option<i64>,
    duration: Option<i64>,
    window: Option<i64>,
    for_root: bool,
}

fn lockout(machine: &Machine<'_>, sign_in: &[Module]) -> Result<LockoutRules, Fault> {
    let kinds = [("pam_faillock", Lockout::PamFaillock), ("pam_tally2", Lockout::PamTally2), ("pam_tally", Lockout::PamTally)];
    let found = kinds.into_iter().find(|(name, _)| sign_in.iter().any(|module| module.name == *name));
    let Some((name, kind)) = found else { return Ok(LockoutRules::default()) };
    let mut rules = if kind == Lockout::PamFaillock {
        settings::assigned(&machine.text("/etc/security/faillock.conf")?)
    } else {
        BTreeMap::new()
    };
    for argument in sign_in.iter().filter(|module| module.name == name).flat_map(|module| &module.arguments) {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        rules.insert(name.to_owned(), value.to_owned());
    }
    let number = |name: &str| rules.get(name).and_then(|value| value.parse::<i64>().ok());
    let never = |name: &str| rules.get(name).is_some_and(|value| value == "never");
    let (attempts, duration, window) = match kind {
        Lockout::PamFaillock => {
            (number("deny").unwrap_or(3), number("unlock_time").unwrap_or(600), number("fail_interval").unwrap_or(900))
        }
        // Without a number these count and lock nobody out; without a time an administrator must let in again.
        _ => (number("deny").unwrap_or(0), number("unlock_time").unwrap_or(0), 0),
    };
    // Without a line that counts failures, pam_faillock locks nobody out.
    let mut of_module = sign_in.iter().filter(|module| module.name == name).flat_map(|module| &module.arguments);
    let counts = kind != Lockout::PamFaillock || of_module.any(|argument| argument == "authfail");
    let is_on = attempts > 0 && counts;
    Ok(LockoutRules {
        module: Some(kind),
        attempts: is_on.then_some(attempts),
        duration: is_on.then_some(if never("unlock_time") { 0 } else { duration }),
        window: is_on.then_some(window),
        for_root: rules.contains_key("even_deny_root"),
    })
}
