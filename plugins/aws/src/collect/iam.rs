//! `identity.user@1`, `identity.group@1`, `identity.root@1`, `identity.password-policy@1`.

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::identity::{Group, PasswordPolicy, Root, User, UserAccessKeys, UserAccessKeysStatus};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::authorization::Authorization;
use super::authorization::ways::Sort;
use super::{Gaps, give, unless};
use crate::call::xml::Tree;
use crate::call::{Caller, QueryService};

pub(super) const IAM: QueryService = QueryService { name: "iam", version: "2010-05-08", is_global: true };

/// Every user of the account.
pub(crate) fn users(caller: &Caller<'_>, authorization: &Authorization<'_>, facts: &mut Facts<'_, User>) -> Result<(), Fault> {
    for page in caller.query_all(&IAM, "", "ListUsers", &[])? {
        for listed in page.value.list("Users")? {
            user(caller, authorization, (listed, page.from), facts)?;
        }
    }
    Ok(())
}

fn user(
    caller: &Caller<'_>,
    authorization: &Authorization<'_>,
    (listed, from): (&Tree, ReadFrom),
    facts: &mut Facts<'_, User>,
) -> Result<(), Fault> {
    let name = listed.needed("UserName")?;
    let mut from = vec![from];
    let mut gaps = Gaps::default();
    let keys = access_keys(caller, &name, &mut from);
    let keys = gaps.or_gap(&["access_keys", "last_active_at"], keys);
    let login = unless("no-such-entity", caller.query(&IAM, "", "GetLoginProfile", &[("UserName", &name)]));
    let login = gaps.or_gap(&["console_access"], login);
    from.extend(login.iter().flatten().map(|it| it.from));
    let devices = gaps.or_gap(
        &["mfa_enabled"],
        list_of(caller, "ListMFADevices", ("UserName", &name), "MFADevices", "SerialNumber", &mut from),
    );
    let groups =
        gaps.or_gap(&["groups"], list_of(caller, "ListGroupsForUser", ("UserName", &name), "Groups", "GroupName", &mut from));
    let attached = list_of(caller, "ListAttachedUserPolicies", ("UserName", &name), "AttachedPolicies", "PolicyName", &mut from);
    let attached = gaps.or_gap(&["policies"], attached).unwrap_or_default();
    let inline = list_of(caller, "ListUserPolicies", ("UserName", &name), "PolicyNames", "", &mut from);
    let mut policies = gaps.or_gap(&["policies"], inline).unwrap_or_default();
    policies.extend(attached);
    policies.sort();
    let password_used = listed.text("PasswordLastUsed").map(str::to_owned);
    let keys_used = keys.iter().flatten().filter_map(|it| it.last_used_at.clone());
    let last_active = keys_used.chain(password_used.clone()).max();
    let body = User {
        last_active_at: keys.is_some().then(|| last_active.into()),
        access_keys: keys.unwrap_or_default(),
        account: caller.account.clone(),
        administrator: authorization.administrator(Sort::User, &name, &mut gaps),
        console_access: login.flatten().is_some(),
        created_at: listed.needed("CreateDate")?,
        email: address(&name),
        groups: groups.unwrap_or_default(),
        human: None,
        mfa_enabled: devices.is_some_and(|it| !it.is_empty()),
        password_last_used_at: Some(password_used.into()),
        password_policy: None,
        policies,
        name,
    };
    let subject = format!("aws:iam::{}:user/{}", caller.account, body.name);
    give(facts, &subject, &body, from, gaps)
}

/// The address that a user's name is, as many companies have it; other names say nothing of whose they are.
fn address(name: &str) -> Option<String> {
    let (person, host) = name.split_once('@')?;
    (!person.is_empty() && !host.contains('@') && host.contains('.')).then(|| name.to_lowercase())
}

/// A list of one user's or group's, all pages, sorted: the text of `field` of each item, or of the item itself.
fn list_of(
    caller: &Caller<'_>,
    action: &str,
    of: (&str, &str),
    list: &str,
    field: &str,
    from: &mut Vec<ReadFrom>,
) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    for page in caller.query_all(&IAM, "", action, &[of])? {
        for item in page.value.list(list)? {
            names.push(if field.is_empty() { item.own_text().to_owned() } else { item.needed(field)? });
        }
        from.push(page.from);
    }
    names.sort();
    Ok(names)
}

fn access_keys(caller: &Caller<'_>, user: &str, from: &mut Vec<ReadFrom>) -> Result<Vec<UserAccessKeys>, Fault> {
    let mut keys = Vec::new();
    for page in caller.query_all(&IAM, "", "ListAccessKeys", &[("UserName", user)])? {
        from.push(page.from);
        for listed in page.value.list("AccessKeyMetadata")? {
            let id = listed.needed("AccessKeyId")?;
            let last = caller.query(&IAM, "", "GetAccessKeyLastUsed", &[("AccessKeyId", &id)])?;
            from.push(last.from);
            let is_active = listed.text("Status") == Some("Active");
            keys.push(UserAccessKeys {
                created_at: listed.needed("CreateDate")?,
                last_used_at: last.value.deep_text("LastUsedDate").filter(|it| *it != "N/A").map(str::to_owned),
                status: if is_active { UserAccessKeysStatus::Active } else { UserAccessKeysStatus::Inactive },
                id,
            });
        }
    }
    keys.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(keys)
}

/// Every group of the account.
pub(crate) fn groups(caller: &Caller<'_>, authorization: &Authorization<'_>, facts: &mut Facts<'_, Group>) -> Result<(), Fault> {
    for page in caller.query_all(&IAM, "", "ListGroups", &[])? {
        for listed in page.value.list("Groups")? {
            let name = listed.needed("GroupName")?;
            let of = ("GroupName", name.as_str());
            let mut from = vec![page.from];
            let mut gaps = Gaps::default();
            let members = gaps.or_gap(&["members"], list_of(caller, "GetGroup", of, "Users", "UserName", &mut from));
            let attached = list_of(caller, "ListAttachedGroupPolicies", of, "AttachedPolicies", "PolicyName", &mut from);
            let attached = gaps.or_gap(&["policies"], attached).unwrap_or_default();
            let inline = list_of(caller, "ListGroupPolicies", of, "PolicyNames", "", &mut from);
            let inline = gaps.or_gap(&["inline_policies"], inline);
            let body = Group {
                account: caller.account.clone(),
                administrator: authorization.administrator(Sort::Group, &name, &mut gaps),
                inline_policies: inline,
                members: members.unwrap_or_default(),
                policies: attached,
                name,
            };
            let subject = format!("aws:iam::{}:group/{}", caller.account, body.name);
            give(facts, &subject, &body, from, gaps)?;
        }
    }
    Ok(())
}

/// The account's name for people, of which AWS allows one.
pub(super) fn alias(caller: &Caller<'_>) -> Result<Option<String>, Fault> {
    let answer = caller.query(&IAM, "", "ListAccountAliases", &[])?;
    Ok(answer.value.list("AccountAliases")?.first().map(|it| it.own_text().to_owned()))
}

/// The owner of the account, from its summary.
pub(crate) fn root(caller: &Caller<'_>, facts: &mut Facts<'_, Root>) -> Result<(), Fault> {
    let answer = caller.query(&IAM, "", "GetAccountSummary", &[])?;
    let entries = answer.value.list("SummaryMap")?;
    let count = |name: &str| {
        let entry = entries.iter().find(|it| it.text("key") == Some(name));
        let count = entry.and_then(|it| it.text("value")).and_then(|it| it.parse::<i64>().ok());
        count.ok_or_else(|| Fault::invalid(format!("iam:GetAccountSummary: the answer has no `{name}`")))
    };
    let mfa_enabled = count("AccountMFAEnabled")? > 0;
    let body = Root {
        access_key_count: count("AccountAccessKeysPresent")?,
        access_key_last_used_at: None,
        account: caller.account.clone(),
        created_at: None,
        email: None,
        last_used_at: None,
        mfa_enabled,
        mfa_hardware: (!mfa_enabled).then_some(Nullable::Null),
        password_enabled: None,
        password_last_used_at: None,
    };
    facts.state_from(&format!("aws:iam::{}:root", caller.account), &body, [answer.from])
}

/// What the account asks of passwords; where nobody set anything, what AWS itself asks.
pub(crate) fn password_policy(caller: &Caller<'_>, facts: &mut Facts<'_, PasswordPolicy>) -> Result<(), Fault> {
    let answer = unless("no-such-entity", caller.query(&IAM, "", "GetAccountPasswordPolicy", &[]))?;
    let policy = answer.as_ref().map(|it| {
        it.value.deep("PasswordPolicy").ok_or_else(|| Fault::invalid("iam:GetAccountPasswordPolicy: the answer has no policy"))
    });
    let policy = policy.transpose()?;
    let says = |name: &str| policy.and_then(|it| it.text(name)) == Some("true");
    let number = |name: &str| policy.and_then(|it| it.text(name)).and_then(|it| it.parse::<i64>().ok()).filter(|it| *it > 0);
    let max_age = number("MaxPasswordAge");
    let body = PasswordPolicy {
        account: caller.account.clone(),
        breached_refused: None,
        change_allowed: policy.is_some().then(|| says("AllowUsersToChangePassword")),
        custom: policy.is_some(),
        expiry_locks: Some(max_age.map(|_| says("HardExpiry")).into()),
        lockout_attempts: None,
        lockout_duration: None,
        max_age_days: max_age.into(),
        min_length: policy.map_or(Some(8), |_| number("MinimumPasswordLength")).into(),
        remember: number("PasswordReusePrevention").into(),
        requires_digit: says("RequireNumbers"),
        requires_lower: says("RequireLowercaseCharacters"),
        requires_symbol: says("RequireSymbols"),
        requires_upper: says("RequireUppercaseCharacters"),
    };
    facts.state_from(&format!("aws:{}/password-policy", caller.account), &body, answer.map(|it| it.from))
}
