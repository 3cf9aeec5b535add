//! `backup.vault@1`.

use engine_sdk::http::path_part;
use engine_sdk::kinds::backup::Vault;
use engine_sdk::{Facts, Fault};
use serde_json::Value;

use super::{SERVICE, TOKENS};
use crate::call::{Answer, Caller};
use crate::collect::{Gaps, encryption_key, give, needed, reach, text_of, unless, unless_absent};
use crate::times::instant;

/// The answer to a question for a policy that was never set.
const NONE: &str = "resource-not-found-exception";

/// Every vault of the region, of each type, empty ones included.
pub(crate) fn vaults(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Vault>) -> Result<(), Fault> {
    let listed = caller.rest_listed(SERVICE, region, "ListBackupVaults", ("/backup-vaults/", "BackupVaultList"), TOKENS);
    let listed = unless_absent(listed)?;
    let names = listed.iter().map(|it| needed(&it.value, "BackupVaultName", "backup:ListBackupVaults"));
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    let paths: Vec<String> = names.iter().map(|name| format!("/backup-vaults/{}/access-policy", path_part(name))).collect();
    let policies = caller.rest_each(SERVICE, region, "GetBackupVaultAccessPolicy", &paths);
    for ((listed, name), policy) in listed.into_iter().zip(names).zip(policies) {
        one(caller, region, (name, listed), unless(NONE, policy), facts)?;
    }
    Ok(())
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    (name, listed): (String, Answer<Value>),
    policy: Result<Option<Answer<Value>>, Fault>,
    facts: &mut Facts<'_, Vault>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let of = &listed.value;
    let policy = gaps.or_gap(&["public_access", "shared_accounts"], policy).flatten();
    let from: Vec<_> = policy.iter().map(|it| it.from).chain([listed.from]).collect();
    let text = policy.as_ref().and_then(|it| text_of(&it.value, "Policy"));
    let reach =
        text.map(|text| serde_json::from_str(text).map(|it| reach::of(&it, &caller.account, &["backup:"])).map_err(Fault::from));
    let reach = gaps.or_gap(&["public_access", "shared_accounts"], reach.unwrap_or_else(|| Ok(reach::Reach::default())));
    let reach = reach.unwrap_or_default();
    if reach.unclear && !reach.everyone {
        gaps.add(&["public_access"], "its policy lets everyone in under a condition that this collector does not read");
    }
    gaps.add(&["encrypted"], "what services keep in it that AWS Backup does not wholly manage is encrypted as they did it");
    let locked = of.get("Locked").and_then(Value::as_bool).unwrap_or(false);
    let now = instant(&Value::from(caller.run.host().started_at()));
    // A lock without a day can be taken off at any time; an air-gapped vault has one that nobody can.
    let is_air_gapped = text_of(of, "VaultType") == Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT");
    let permanent_from = of.get("LockDate").and_then(instant);
    let is_permanent = is_air_gapped || permanent_from.is_some_and(|it| now.is_some_and(|now| it <= now));
    let number = |field: &str| of.get(field).and_then(Value::as_i64);
    let body = Vault {
        account: caller.account.clone(),
        created_at: of.get("CreationDate").and_then(instant),
        encrypted: true,
        encryption_key: Some(encryption_key(&mut gaps, (&caller.account, region), text_of(of, "EncryptionKeyArn"))),
        last_backup_at: None,
        lock_permanent: locked.then_some(is_permanent).into(),
        locked,
        max_retention_days: Some(number("MaxRetentionDays").into()),
        min_retention_days: Some(number("MinRetentionDays").into()),
        public_access: Some(reach.everyone),
        recovery_point_count: number("NumberOfRecoveryPoints"),
        region: region.to_owned(),
        shared_accounts: Some(reach.accounts.into_iter().collect()),
        vault: name,
    };
    give(facts, &format!("aws:backup:{region}:{}:backup-vault/{}", caller.account, body.vault), &body, from, gaps)
}
