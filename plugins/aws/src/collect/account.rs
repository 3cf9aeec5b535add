//! `cloud.account@1`.

use engine_sdk::kinds::cloud::{Account, AccountStoragePublicBlock};
use engine_sdk::{Facts, Fault};

use super::{Gaps, give, iam, s3};
use crate::call::Caller;

/// The account itself: it was seen when its keys opened it.
pub(crate) fn account(caller: &Caller<'_>, facts: &mut Facts<'_, Account>) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let alias = gaps.or_gap(&["name"], iam::alias(caller));
    let block = gaps.or_gap(&["storage_public_block", "storage_public_blocked"], s3::account_block(caller));
    let block = block.map(|block| {
        block.map(|it| AccountStoragePublicBlock {
            ignores_public_acls: it.ignores_public_acls,
            refuses_public_acls: it.refuses_public_acls,
            refuses_public_policies: it.refuses_public_policies,
            restricts_public_policies: it.restricts_public_policies,
        })
    });
    let has_all = |it: &AccountStoragePublicBlock| {
        it.ignores_public_acls && it.refuses_public_acls && it.refuses_public_policies && it.restricts_public_policies
    };
    let body = Account {
        account: caller.account.clone(),
        management: None,
        management_account: None,
        name: alias.map(Into::into),
        organisation: None,
        provider: "aws".to_owned(),
        regions_enabled: None,
        security_contact_email: None,
        security_contact_set: None,
        storage_public_blocked: block.as_ref().map(|it| it.as_ref().is_some_and(has_all)),
        storage_public_block: block.map(Into::into),
    };
    let subject = caller.scope();
    give(facts, &subject, &body, [], gaps)
}
