//! `identity.role@1`.

use engine_sdk::kinds::identity::Role;
use engine_sdk::{Facts, Fault};

use super::authorization::trust::Trust;
use super::authorization::ways::Sort;
use super::authorization::{Authorization, Details, Holder};
use super::{Gaps, give};
use crate::call::Caller;

/// Every role of the account.
pub(crate) fn roles(caller: &Caller<'_>, authorization: &Authorization<'_>, facts: &mut Facts<'_, Role>) -> Result<(), Fault> {
    let details = authorization.details()?;
    for role in details.holders.iter().filter(|it| it.sort == Sort::Role) {
        one(caller, details, role, facts)?;
    }
    Ok(())
}

fn one(caller: &Caller<'_>, details: &Details, role: &Holder, facts: &mut Facts<'_, Role>) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let administrator = details.administrator(&role.key(), "administrator", &mut gaps);
    let trust = role.trust.as_ref().map_err(Fault::clone);
    let trust = gaps.or_gap(&["external_accounts", "trusts", "trusts_anyone", "trusts_external"], trust);
    let is_open = trust.and_then(|it| it.is_open);
    if trust.is_some() && is_open.is_none() {
        gaps.add(&["trusts_anyone"], "it trusts everyone under a condition that this collector does not read");
    }
    let trusts = trust.map(|it| it.trusts.clone()).unwrap_or_default();
    let mut inline: Vec<String> = role.inline.iter().map(|it| it.name.clone()).collect();
    inline.sort();
    let body = Role {
        account: caller.account.clone(),
        administrator,
        boundary: Some(role.boundary.as_ref().and_then(|it| it.rsplit('/').next()).map(str::to_owned).into()),
        created_at: role.created_at.clone(),
        external_accounts: trust.map(Trust::external_accounts).unwrap_or_default(),
        inline_policies: Some(inline),
        last_used_at: role.last_used_at.clone(),
        max_session: None,
        name: role.name.clone(),
        policies: role.attached(),
        service_linked: role.is_service_linked(),
        trusts_anyone: is_open.unwrap_or_default(),
        trusts_external: trusts.iter().any(|it| it.external),
        trusts,
    };
    give(facts, &format!("aws:iam::{}:role/{}", caller.account, body.name), &body, [role.from], gaps)
}
