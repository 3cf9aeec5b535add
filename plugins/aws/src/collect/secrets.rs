//! `secret.secret@1`: how secrets are kept, never what they are. Their values are not asked for.

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::secret::{Secret, SecretTags};
use engine_sdk::{Facts, Fault};
use serde_json::{Value, json};

use super::tags::Tags;
use super::{Gaps, encryption_key, give, key_name, needed, reach, text_of, unless_absent};
use crate::call::{Answer, Caller};
use crate::times::instant;

const SERVICE: (&str, &str) = ("secretsmanager", "secretsmanager");
const LIST: &str = "secretsmanager:ListSecrets";

/// Every secret of the region, those that wait for their deletion included.
pub(crate) fn secrets(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Secret>) -> Result<(), Fault> {
    let asked = json!({"IncludePlannedDeletion": true, "MaxResults": 100});
    let listed = caller.json_listed(SERVICE, region, "ListSecrets", ("SecretList", "NextToken", "NextToken"), &asked);
    let listed = unless_absent(listed)?;
    // AWS refuses to say more of a secret that waits for its deletion; nobody can read it either.
    let (kept, leaving): (Vec<_>, Vec<_>) = listed.into_iter().partition(|it| deletion(&it.value).is_none());
    let ids: Vec<Value> = kept.iter().map(|it| json!({ "SecretId": it.value.get("ARN") })).collect();
    let policies = caller.json_each(SERVICE, region, "GetResourcePolicy", &ids);
    for (listed, policy) in kept.into_iter().zip(policies) {
        one(caller, region, &listed, policy.map(Some), facts)?;
    }
    for listed in leaving {
        one(caller, region, &listed, Ok(None), facts)?;
    }
    Ok(())
}

fn deletion(listed: &Value) -> Option<String> {
    listed.get("DeletedDate").and_then(instant)
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    listed: &Answer<Value>,
    policy: Result<Option<Answer<Value>>, Fault>,
    facts: &mut Facts<'_, Secret>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let mut from = vec![listed.from];
    let of = &listed.value;
    let policy = gaps.or_gap(&["public_access", "shared_accounts"], policy).flatten();
    from.extend(policy.iter().map(|it| it.from));
    let text = policy.as_ref().and_then(|it| text_of(&it.value, "ResourcePolicy"));
    let read = ["secretsmanager:getsecretvalue", "secretsmanager:batchgetsecretvalue", "secretsmanager:putresourcepolicy"];
    let reach = text.map(|text| serde_json::from_str(text).map(|it| reach::of(&it, &caller.account, &read)).map_err(Fault::from));
    let reach = gaps.or_gap(&["public_access", "shared_accounts"], reach.unwrap_or_else(|| Ok(reach::Reach::default())));
    let reach = reach.unwrap_or_default();
    if reach.unclear && !reach.everyone {
        gaps.add(&["public_access"], "its policy lets everyone read it under a condition that this collector does not read");
    }
    let is_rotated = of.get("RotationEnabled").and_then(Value::as_bool).unwrap_or(false);
    let days = of.get("RotationRules").filter(|_| is_rotated).map(days);
    if is_rotated && days.flatten().is_none() {
        gaps.add(&["rotation_days"], "its schedule is written in a way that this collector does not read");
    }
    let at = |field: &str| -> Nullable<String> { of.get(field).and_then(instant).into() };
    let read_on = of.get("LastAccessedDate").and_then(instant);
    let tags = Tags::of_json(of.get("Tags"));
    let body = Secret {
        account: caller.account.clone(),
        changed_at: Some(at("LastChangedDate")),
        classification: Some(tags.label("classification")),
        created_at: of.get("CreatedDate").and_then(instant),
        criticality: Some(tags.label("criticality")),
        deletion_at: deletion(of).into(),
        encryption_key: Some(encryption_key(&mut gaps, (&caller.account, region), text_of(of, "KmsKeyId"))),
        environment: Some(tags.label("environment")),
        last_read_at: Some(read_on.as_deref().and_then(|it| it.get(..10)).map(|day| format!("{day}T00:00:00Z")).into()),
        name: needed(of, "Name", LIST)?,
        owning_service: Some(text_of(of, "OwningService").map(str::to_owned).into()),
        public_access: Some(reach.everyone),
        region: region.to_owned(),
        rotated_at: at("LastRotatedDate"),
        rotation_days: days.flatten().into(),
        rotation_enabled: is_rotated,
        shared_accounts: Some(reach.accounts.into_iter().collect()),
        system: Some(tags.label("system")),
        tags: Some(tags.each(|name, value| SecretTags { name, value })),
    };
    let arn = needed(of, "ARN", LIST)?;
    give(facts, &subject(&key_name(&arn)), &body, from, gaps)
}

/// `…:secret:NAME` as `…:secret/NAME`.
fn subject(name: &str) -> String {
    name.replacen(":secret:", ":secret/", 1)
}

/// The days between two rotations, a part of a day as a whole one; `None` for a schedule of another form.
fn days(rules: &Value) -> Option<i64> {
    if let Some(days) = rules.get("AutomaticallyAfterDays").and_then(Value::as_i64).filter(|it| *it > 0) {
        return Some(days);
    }
    let rate = text_of(rules, "ScheduleExpression")?.strip_prefix("rate(")?.strip_suffix(')')?;
    let (count, unit) = rate.split_once(' ')?;
    let count: i64 = count.parse().ok().filter(|it| *it > 0)?;
    match unit.trim_end_matches('s') {
        "day" => Some(count),
        "hour" => Some(count.saturating_add(23) / 24),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_becomes_days_or_is_not_known() {
        for (rules, expected) in [
            (json!({"AutomaticallyAfterDays": 30}), Some(30)),
            (json!({"ScheduleExpression": "rate(10 days)"}), Some(10)),
            (json!({"ScheduleExpression": "rate(36 hours)"}), Some(2)),
            (json!({"ScheduleExpression": "cron(0 8 1 * ? *)"}), None),
            (json!({}), None),
        ] {
            assert_eq!(days(&rules), expected, "{rules}");
        }
    }
}
