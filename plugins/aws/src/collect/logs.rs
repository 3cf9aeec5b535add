//! `logging.group@1`.

use engine_sdk::kinds::logging::Group;
use engine_sdk::{Facts, Fault};
use serde_json::Value;

use super::{key_name, unless_absent};
use crate::call::Caller;
use crate::times::instant;

/// The service, and how its actions are called.
pub(crate) const LOGS: (&str, &str) = ("logs", "Logs_20140328");

/// Every log group of the region. Its service encrypts all that it stores, with its own key where no other is named.
pub(crate) fn groups(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Group>) -> Result<(), Fault> {
    let listed = caller.json_all(LOGS, region, "DescribeLogGroups", ("logGroups", "nextToken", "nextToken"));
    for listed in unless_absent(listed)? {
        let name = listed.value.get("logGroupName").and_then(Value::as_str);
        let name = name.ok_or_else(|| Fault::invalid("logs:DescribeLogGroups: a group has no `logGroupName`"))?;
        let created = listed.value.get("creationTime").and_then(Value::as_i64);
        let body = Group {
            account: caller.account.clone(),
            created_at: created.and_then(|it| instant(&Value::from(it / 1_000))),
            encrypted: Some(true),
            encryption_key: Some(listed.value.get("kmsKeyId").and_then(Value::as_str).map(key_name).into()),
            last_event_at: None,
            locked: None,
            log_group: name.to_owned(),
            region: region.to_owned(),
            retention_days: listed.value.get("retentionInDays").and_then(Value::as_i64).into(),
            tags: None,
        };
        let subject = format!("aws:logs:{region}:{}:log-group/{name}", caller.account);
        facts.state_from(&subject, &body, [listed.from])?;
    }
    Ok(())
}
