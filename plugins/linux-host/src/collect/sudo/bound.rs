//! Defaults that hold for some users, targets, commands or hosts only. Where it cannot be told whether one holds for a
//! privilege, it is taken to: it may take a password away.

use std::collections::BTreeSet;

use engine_sdk::Fault;

use super::{May, Who};
use crate::machine::Machine;
use crate::parse::sudoers::{AliasKind, Aliases, Binding, Setting, expanded};

/// Some Defaults and for what they hold.
pub(super) type Bound = (Binding, Vec<Setting>);

/// `exempt_group`: its members are not asked for a password.
pub(super) fn exempted(setting: &Setting) -> Option<Bound> {
    let group = setting.value.as_ref().filter(|_| setting.name == "exempt_group" && !setting.is_negated)?;
    let list = vec![format!("%{}", group.trim_start_matches('%'))];
    let authenticate = Setting { name: "authenticate".to_owned(), is_negated: true, value: None };
    Some((Binding { kind: AliasKind::User, list }, vec![authenticate]))
}

/// Whether one of these Defaults sets a flag so for a privilege.
pub(super) fn sets(
    machine: &Machine<'_>,
    bound: &[Bound],
    aliases: &Aliases,
    (name, value): (&str, bool),
    (who, may): (&Who, &May),
) -> Result<bool, Fault> {
    for (binding, settings) in bound {
        // The last one of a name is what these Defaults say.
        let said = settings.iter().rev().find(|setting| setting.name == name);
        if said.is_some_and(|setting| setting.is_negated != value) && holds(machine, binding, aliases, who, may)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn holds(machine: &Machine<'_>, binding: &Binding, aliases: &Aliases, who: &Who, may: &May) -> Result<bool, Fault> {
    let names = expanded(&binding.list, binding.kind, aliases);
    let positive = || names.iter().filter(|name| !name.starts_with('!'));
    let overlaps = |other: &[String]| positive().any(|name| name == "ALL" || other.iter().any(|it| it == "ALL" || it == name));
    Ok(match binding.kind {
        AliasKind::Host => true,
        // Of who may act as root and others, what holds for root counts.
        AliasKind::Runas if may.as_root => positive().any(|name| ["ALL", "root", "#0"].contains(&name.as_str())),
        AliasKind::Runas => overlaps(&may.runas_users),
        AliasKind::Command => overlaps(&may.commands),
        AliasKind::User => {
            let names: Vec<String> = positive().cloned().collect();
            let bound = Who::of(&names);
            bound.everyone || who.everyone || !people(machine, &bound)?.is_disjoint(&people(machine, who)?)
        }
    })
}

/// The accounts that are meant, and the names of groups and users, so that equal ones meet even when nobody is known in them.
fn people(machine: &Machine<'_>, who: &Who) -> Result<BTreeSet<String>, Fault> {
    let mut people: BTreeSet<String> = who.groups.iter().map(|group| format!("%{group}")).collect();
    for user in who.users.iter().filter(|user| !user.starts_with('!')) {
        let number = user.strip_prefix('#').and_then(|number| number.parse().ok());
        let named = number.map(|number| machine.user_name(number)).transpose()?.flatten();
        people.insert(named.unwrap_or_else(|| user.clone()));
    }
    for group in &who.groups {
        let number = group.strip_prefix('#').and_then(|number| number.parse::<u32>().ok());
        let groups = machine.group()?.value.entries.iter().map(|(_, it)| it);
        for found in groups.filter(|it| it.name == *group || Some(it.gid) == number) {
            people.extend(found.members.iter().cloned());
            let accounts = machine.passwd()?.value.entries.iter().filter(|(_, account)| account.gid == found.gid);
            people.extend(accounts.map(|(_, account)| account.name.clone()));
        }
    }
    Ok(people)
}
