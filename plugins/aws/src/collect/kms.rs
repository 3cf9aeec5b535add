//! `crypto.key@1`.

use std::collections::BTreeMap;

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::crypto::{Key, KeyOrigin, KeyOwner, KeyState, KeyUsage};
use engine_sdk::{Facts, Fault, ReadFrom};
use serde_json::{Value, json};

use super::{Gaps, give, unless_absent};
use crate::call::Caller;
use crate::times::instant;

const KMS: (&str, &str) = ("kms", "TrentService");

/// Every key of the region.
pub(crate) fn keys(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Key>) -> Result<(), Fault> {
    let listed = unless_absent(caller.json_all(KMS, region, "ListKeys", ("Keys", "Marker", "NextMarker")))?;
    let aliases = caller.json_all(KMS, region, "ListAliases", ("Aliases", "Marker", "NextMarker"));
    let names = aliases.map(|aliases| {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for alias in aliases {
            let field = |name: &str| alias.value.get(name).and_then(Value::as_str).map(str::to_owned);
            if let (Some(key), Some(name)) = (field("TargetKeyId"), field("AliasName")) {
                names.entry(key).or_default().push(name);
            }
        }
        names
    });
    for key in listed {
        let id = key.value.get("KeyId").and_then(Value::as_str);
        let id = id.ok_or_else(|| Fault::invalid("kms:ListKeys: a key has no `KeyId`"))?;
        one(caller, region, id, names.as_ref(), key.from, facts)?;
    }
    Ok(())
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    id: &str,
    names: Result<&BTreeMap<String, Vec<String>>, &Fault>,
    listed: ReadFrom,
    facts: &mut Facts<'_, Key>,
) -> Result<(), Fault> {
    let described = caller.json(KMS.0, KMS.1, region, "DescribeKey", &json!({ "KeyId": id }))?;
    let mut from = vec![listed, described.from];
    let mut gaps = Gaps::default();
    let mut aliases = gaps.or_gap(&["aliases"], names.map(|it| it.get(id).cloned().unwrap_or_default()).map_err(Fault::clone));
    if let Some(aliases) = &mut aliases {
        aliases.sort();
    }
    let key = described.value.get("KeyMetadata").unwrap_or(&Value::Null);
    let word = |name: &str| {
        let word = key.get(name).and_then(Value::as_str);
        word.ok_or_else(|| Fault::invalid(format!("kms:DescribeKey: the answer has no `{name}`")))
    };
    let algorithm = key.get("KeySpec").or_else(|| key.get("CustomerMasterKeySpec")).and_then(Value::as_str);
    let algorithm = algorithm.ok_or_else(|| Fault::invalid("kms:DescribeKey: the answer has no `KeySpec`"))?.to_owned();
    let (origin, state) = (origin(word("Origin")?)?, state(word("KeyState")?)?);
    let usage = gaps.or_gap(&["usage"], word("KeyUsage").and_then(usage)).unwrap_or(KeyUsage::Encryption);
    let rotatable = algorithm == "SYMMETRIC_DEFAULT" && origin == KeyOrigin::Provider;
    let (mut rotation, mut days) = (Nullable::Null, Nullable::Null);
    // A key that waits for its deletion is not renewed, and AWS refuses to say more.
    if rotatable && state != KeyState::DeletionScheduled {
        let status = caller.json(KMS.0, KMS.1, region, "GetKeyRotationStatus", &json!({ "KeyId": id }));
        if let Some(status) = gaps.or_gap(&["rotation_enabled", "rotation_days"], status) {
            from.push(status.from);
            let is_on = status.value.get("KeyRotationEnabled").and_then(Value::as_bool);
            let is_on = is_on.ok_or_else(|| Fault::invalid("kms:GetKeyRotationStatus: the answer does not say whether"))?;
            rotation = Nullable::Value(is_on);
            days = status.value.get("RotationPeriodInDays").and_then(Value::as_i64).filter(|_| is_on).into();
        }
    } else if rotatable {
        rotation = Nullable::Value(false);
    }
    let subject = format!("aws:kms:{region}:{}:key/{id}", caller.account);
    let body = Key {
        account: caller.account.clone(),
        algorithm,
        aliases: aliases.unwrap_or_default(),
        classification: None,
        created_at: key.get("CreationDate").and_then(instant),
        criticality: None,
        deletion_at: key.get("DeletionDate").and_then(instant).into(),
        enabled: key.get("Enabled").and_then(Value::as_bool).unwrap_or(state == KeyState::Enabled),
        encryption_key: subject.clone(),
        environment: None,
        origin,
        owner: if word("KeyManager")? == "AWS" { KeyOwner::Provider } else { KeyOwner::Customer },
        public_access: None,
        region: region.to_owned(),
        rotatable,
        rotated_at: None,
        rotation_days: Some(days),
        rotation_enabled: rotation,
        shared_accounts: None,
        state,
        system: None,
        tags: None,
        usage,
    };
    give(facts, &subject, &body, from, gaps)
}

fn unknown(field: &str, word: &str) -> Fault {
    Fault::invalid(format!("kms:DescribeKey: `{field}` is `{word}`, which is not known"))
}

fn origin(word: &str) -> Result<KeyOrigin, Fault> {
    Ok(match word {
        "AWS_KMS" => KeyOrigin::Provider,
        "EXTERNAL" => KeyOrigin::Imported,
        "AWS_CLOUDHSM" => KeyOrigin::Hardware,
        "EXTERNAL_KEY_STORE" => KeyOrigin::External,
        _ => return Err(unknown("Origin", word)),
    })
}

fn state(word: &str) -> Result<KeyState, Fault> {
    Ok(match word {
        "Enabled" => KeyState::Enabled,
        "Disabled" => KeyState::Disabled,
        "PendingDeletion" | "PendingReplicaDeletion" => KeyState::DeletionScheduled,
        "Creating" | "PendingImport" | "Updating" => KeyState::NotReady,
        "Unavailable" => KeyState::Unavailable,
        _ => return Err(unknown("KeyState", word)),
    })
}

fn usage(word: &str) -> Result<KeyUsage, Fault> {
    Ok(match word {
        "ENCRYPT_DECRYPT" => KeyUsage::Encryption,
        "SIGN_VERIFY" => KeyUsage::Signing,
        "GENERATE_VERIFY_MAC" => KeyUsage::Mac,
        "KEY_AGREEMENT" => KeyUsage::Agreement,
        _ => return Err(unknown("KeyUsage", word)),
    })
}
