//! `identity.policy@1`: those that the account's own people wrote.

use engine_sdk::kinds::identity;
use engine_sdk::{Facts, Fault};

use super::authorization::ways::Sort;
use super::authorization::{Authorization, Details, Managed, Policy, inline_key, key};
use super::{Gaps, give};
use crate::call::Caller;

/// Every own policy of the account: those with a name of their own, and those written into users, groups and roles.
pub(crate) fn policies(
    caller: &Caller<'_>,
    authorization: &Authorization<'_>,
    facts: &mut Facts<'_, identity::Policy>,
) -> Result<(), Fault> {
    let details = authorization.details()?;
    for managed in details.policies.iter().filter(|it| it.is_own(&caller.account)) {
        let (mut body, mut gaps, name) = (empty(caller), Gaps::default(), key(Sort::Policy, &managed.policy.name));
        read(&mut body, details, &managed.policy, &name, &mut gaps);
        of_managed(&mut body, details, managed, &mut gaps);
        give(facts, &format!("aws:iam::{}:{name}", caller.account), &body, [managed.from], gaps)?;
    }
    for holder in &details.holders {
        for policy in &holder.inline {
            let (mut body, mut gaps, name) = (empty(caller), Gaps::default(), inline_key(holder, policy));
            read(&mut body, details, policy, &name, &mut gaps);
            body.attached_to = Some(vec![holder.key()]);
            give(facts, &format!("aws:iam::{}:{name}", caller.account), &body, [holder.from], gaps)?;
        }
    }
    Ok(())
}

/// One that is written into its holder and says nothing.
fn empty(caller: &Caller<'_>) -> identity::Policy {
    identity::Policy {
        account: caller.account.clone(),
        attached_to: None,
        attachment_count: 1,
        boundary_count: None,
        created_at: None,
        grants_administration: None,
        grants_everything: false,
        inline: true,
        name: String::new(),
        updated_at: None,
        wildcard_services: None,
    }
}

/// What its document says.
fn read(body: &mut identity::Policy, details: &Details, policy: &Policy, name: &str, gaps: &mut Gaps) {
    body.name.clone_from(&policy.name);
    let document = policy.document.as_ref().map_err(Fault::clone);
    let Some(document) = gaps.or_gap(&["grants_administration", "grants_everything", "wildcard_services"], document) else {
        return;
    };
    body.grants_administration = details.administrator(name, "grants_administration", gaps);
    body.grants_everything = document.grants_everything();
    body.wildcard_services = document.wildcard_services();
    if body.wildcard_services.is_none() {
        gaps.add(&["wildcard_services"], "it allows all but what it names (`NotAction`)");
    }
}

fn of_managed(body: &mut identity::Policy, details: &Details, managed: &Managed, gaps: &mut Gaps) {
    let count = managed.attachment_count.ok_or_else(|| Fault::invalid("AWS does not say how many hold the policy"));
    body.attachment_count = gaps.or_gap(&["attachment_count"], count).unwrap_or_default();
    body.attached_to = Some(details.attached_to(&managed.arn));
    body.boundary_count = managed.boundary_count;
    body.created_at.clone_from(&managed.created_at);
    body.updated_at.clone_from(&managed.updated_at);
    body.inline = false;
}
