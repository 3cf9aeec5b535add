//! `host.account@1` and `host.group@1`.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::host::{Account, AccountPassword, Group};
use engine_sdk::{Facts, Fault, Statement};

use crate::collect::sudo::{Administrators, Sudoers};
use crate::machine::{Machine, sorted};
use crate::parse::accounts::{self, Passwd, Password, Shadow, counted};
use crate::parse::dates;

const FROM_SHADOW: [&str; 10] = [
    "password",
    "password_algorithm",
    "password_changed_at",
    "must_change",
    "max_age_days",
    "min_age_days",
    "warn_days",
    "inactive_days",
    "expires_at",
    "password_login",
];

pub(crate) fn accounts(machine: &Machine<'_>, facts: &mut Facts<'_, Account>) -> Result<(), Fault> {
    let passwd = machine.passwd()?;
    let shadow_file = machine.file("/etc/shadow");
    let shadow_lines = match &shadow_file {
        Ok(Some(file)) => Ok(accounts::shadow(&file.text())),
        Ok(None) => Ok(accounts::Lines { entries: Vec::new(), bad: Vec::new() }),
        Err(fault) => Err(fault.clone()),
    };
    for number in &passwd.value.bad {
        facts.gap(&Fault::invalid(format!("line {number} of /etc/passwd has not the form of an account")));
    }
    for number in shadow_lines.iter().flat_map(|lines| &lines.bad) {
        facts.gap(&Fault::invalid(format!("line {number} of /etc/shadow has not its form")));
    }
    let by_name: BTreeMap<&str, (u64, &Shadow)> = shadow_lines
        .iter()
        .flat_map(|lines| &lines.entries)
        .rev()
        .map(|(number, line)| (line.name.as_str(), (*number, line)))
        .collect();
    let names = counted(passwd.value.entries.iter().map(|(_, account)| account.name.as_str()));
    let uid_min = machine.uid_min()?;
    let administrators = machine.sudoers().map(Sudoers::administrators);
    let groups = Groups::read(machine);
    let mut stated = BTreeSet::new();
    for (number, account) in &passwd.value.entries {
        if !stated.insert(account.name.as_str()) {
            continue;
        }
        let shadow = by_name.get(account.name.as_str());
        let mut gaps: FieldGaps = Vec::new();
        let mut body = body(machine, account, shadow.map(|(_, line)| *line), uid_min);
        body.name_count = names.get(account.name.as_str()).copied().unwrap_or(1);
        body.uid_shared_with = sorted(
            passwd
                .value
                .entries
                .iter()
                .map(|(_, other)| other)
                .filter(|other| other.uid == account.uid && other.name != account.name)
                .map(|other| other.name.clone()),
        );
        add_groups(account, &groups, &administrators, &mut body, &mut gaps);
        if let Err(fault) = &shadow_lines {
            gaps.extend(FROM_SHADOW.map(|field| (field, fault.message.clone())));
        }
        add_home(machine, account, &mut body, &mut gaps);
        let subject = machine.subject(&format!("account/{}", account.name));
        let mut statement = Statement::new(&subject, &body).from(passwd.file.from_line(*number));
        if let (Ok(Some(file)), Some((number, _))) = (&shadow_file, shadow) {
            statement = statement.from(file.from_line(*number));
        }
        for (field, why) in gaps {
            statement = statement.gap(field, why);
        }
        facts.give(&statement)?;
    }
    Ok(())
}

/// Fields that could not be had, each with the reason.
type FieldGaps = Vec<(&'static str, String)>;

/// The groups of an account, and whether it is an administrator by itself or by one of them.
fn add_groups(
    account: &Passwd,
    groups: &Result<Groups<'_>, Fault>,
    administrators: &Result<Administrators, Fault>,
    body: &mut Account,
    gaps: &mut FieldGaps,
) {
    match groups {
        Ok(groups) => {
            body.groups = groups.of(account);
            body.primary_group = groups.name_of(account.gid).into();
        }
        Err(fault) => gaps.extend([("groups", fault.message.clone()), ("primary_group", fault.message.clone())]),
    }
    match (administrators, groups) {
        _ if account.uid == 0 => body.administrator = true,
        (Ok(administrators), Ok(_)) => body.administrator = administrators.has(&account.name, account.uid, &body.groups),
        (Err(fault), _) | (_, Err(fault)) => gaps.push(("administrator", fault.message.clone())),
    }
}

fn body(machine: &Machine<'_>, account: &Passwd, shadow: Option<&Shadow>, uid_min: i64) -> Account {
    let is_unshadowed = !matches!(account.password.as_str(), "x" | "*" | "!" | "!!" | "");
    let (password, algorithm) = match (account.password.as_str(), shadow) {
        ("", _) => (AccountPassword::Empty, None),
        (_, Some(shadow)) if !is_unshadowed => (state(shadow.password), shadow.algorithm.clone()),
        (field, _) if is_unshadowed => {
            let (password, algorithm) = accounts::password(field);
            (state(password), algorithm)
        }
        _ => (AccountPassword::None, None),
    };
    let has_password = matches!(password, AccountPassword::Hashed | AccountPassword::Empty);
    let number = |number: Option<i64>| Nullable::from(number);
    let uid = i64::from(account.uid);
    Account {
        host: machine.name.clone(),
        name: account.name.clone(),
        uid,
        gid: i64::from(account.gid),
        primary_group: Nullable::Null,
        groups: Vec::new(),
        full_name: account.full_name.clone().into(),
        home: account.home.clone(),
        shell: account.shell.clone(),
        login_shell: account.has_login_shell(),
        system: uid != 0 && (uid < uid_min || matches!(uid, 65_534 | 65_535)),
        password,
        password_algorithm: algorithm.into(),
        password_unshadowed: is_unshadowed,
        password_changed_at: shadow.and_then(|it| it.changed_day).filter(|day| *day > 0).and_then(dates::day).into(),
        must_change: shadow.is_some_and(|it| it.changed_day == Some(0)),
        max_age_days: number(shadow.and_then(|it| it.max_days)),
        min_age_days: number(shadow.and_then(|it| it.min_days)),
        warn_days: number(shadow.and_then(|it| it.warn_days)),
        inactive_days: number(shadow.and_then(|it| it.inactive_days)),
        expires_at: shadow.and_then(|it| it.expires_day).and_then(dates::day).into(),
        password_login: has_password && account.has_login_shell(),
        administrator: false,
        uid_shared_with: Vec::new(),
        name_count: 1,
        home_exists: None,
        home_mode: None,
        home_uid: None,
        last_login_at: None,
    }
}

fn state(password: Password) -> AccountPassword {
    match password {
        Password::Empty => AccountPassword::Empty,
        Password::Locked => AccountPassword::Locked,
        Password::Hashed => AccountPassword::Hashed,
    }
}

/// The home directory of an account that a person can sign in to; of others it means nothing.
fn add_home(machine: &Machine<'_>, account: &Passwd, body: &mut Account, gaps: &mut FieldGaps) {
    const FIELDS: [&str; 3] = ["home_exists", "home_mode", "home_uid"];
    if body.system || !body.login_shell {
        gaps.extend(FIELDS.map(|field| (field, "only the home directories of people's accounts are looked at".to_owned())));
    } else {
        match machine.stat(&account.home) {
            Ok(entry) => {
                body.home_exists = Some(entry.is_some());
                body.home_mode = Some(entry.as_ref().map(|entry| i64::from(entry.mode)).into());
                body.home_uid = Some(entry.as_ref().map(|entry| i64::from(entry.uid)).into());
            }
            Err(fault) => gaps.extend(FIELDS.map(|field| (field, fault.message.clone()))),
        }
    }
    match last_login(machine, account.uid) {
        Ok(at) => body.last_login_at = Some(at.into()),
        Err(fault) => gaps.push(("last_login_at", fault.message)),
    }
}

/// lastlog holds 292 bytes for each number: four of seconds, then where from.
fn last_login(machine: &Machine<'_>, uid: u32) -> Result<Option<String>, Fault> {
    // Newer systems leave an empty file behind and write elsewhere, or nowhere.
    if machine.run.stat("/var/log/lastlog")?.size == 0 {
        return Err(Fault::new("not-found", "/var/log/lastlog is empty: nobody signed in yet, or it is not kept"));
    }
    let chunk = machine.run.host().read("/var/log/lastlog", u64::from(uid) * 292, 4)?;
    // Nothing, or zero, stands there for an account that never signed in.
    let seconds = chunk.bytes.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    Ok((seconds > 0).then(|| dates::instant(i64::from(seconds))).flatten())
}

/// Who is in which group.
struct Groups<'a> {
    lines: &'a [(u64, accounts::Group)],
}

impl<'a> Groups<'a> {
    fn read(machine: &'a Machine<'_>) -> Result<Self, Fault> {
        Ok(Self { lines: &machine.group()?.value.entries })
    }

    fn name_of(&self, gid: u32) -> Option<String> {
        self.lines.iter().find(|(_, group)| group.gid == gid).map(|(_, group)| group.name.clone())
    }

    fn of(&self, account: &Passwd) -> Vec<String> {
        let is_in = |group: &accounts::Group| group.gid == account.gid || group.members.contains(&account.name);
        sorted(self.lines.iter().filter(|(_, group)| is_in(group)).map(|(_, group)| group.name.clone()))
    }
}

pub(crate) fn groups(machine: &Machine<'_>, facts: &mut Facts<'_, Group>) -> Result<(), Fault> {
    let group = machine.group()?;
    let passwd = machine.passwd()?;
    for number in &group.value.bad {
        facts.gap(&Fault::invalid(format!("line {number} of /etc/group has not the form of a group")));
    }
    let lines = &group.value.entries;
    let accounts: BTreeSet<&str> = passwd.value.entries.iter().map(|(_, account)| account.name.as_str()).collect();
    let names = counted(lines.iter().map(|(_, group)| group.name.as_str()));
    let administrators = machine.sudoers().map(Sudoers::administrators);
    let mut stated = BTreeSet::new();
    for (number, line) in lines {
        if !stated.insert(line.name.as_str()) {
            continue;
        }
        let primary =
            passwd.value.entries.iter().filter(|(_, account)| account.gid == line.gid).map(|(_, account)| account.name.clone());
        let others = lines
            .iter()
            .filter(|(_, other)| other.gid == line.gid && other.name != line.name)
            .map(|(_, other)| other.name.clone());
        let body = Group {
            host: machine.name.clone(),
            name: line.name.clone(),
            gid: i64::from(line.gid),
            members: line.members.clone(),
            primary_members: sorted(primary),
            unknown_members: line.members.iter().filter(|name| !accounts.contains(name.as_str())).cloned().collect(),
            gid_shared_with: sorted(others),
            name_count: names.get(line.name.as_str()).copied().unwrap_or(1),
            administrators: administrators.as_ref().is_ok_and(|it| it.has_group(&line.name)),
        };
        let subject = machine.subject(&format!("group/{}", line.name));
        let mut statement = Statement::new(&subject, &body).from(group.file.from_line(*number));
        if let Err(fault) = &administrators {
            statement = statement.gap("administrators", fault.message.clone());
        }
        facts.give(&statement)?;
    }
    Ok(())
}
