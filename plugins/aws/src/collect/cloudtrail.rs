//! `audit.trail@1`.

use std::collections::BTreeMap;

use engine_sdk::kinds::audit::{Trail, TrailManagementEvents};
use engine_sdk::{Facts, Fault, ReadFrom};
use serde_json::{Value, json};

use super::{Gaps, give};
use crate::call::Caller;
use crate::times::instant;

const TARGET: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101";

/// Every trail that records the account in one of the regions, each once.
pub(crate) fn trails(caller: &Caller<'_>, facts: &mut Facts<'_, Trail>) -> Result<(), Fault> {
    let mut trails: BTreeMap<String, (Value, ReadFrom)> = BTreeMap::new();
    let mut failed = None;
    for region in caller.regions {
        match caller.json("cloudtrail", TARGET, region, "DescribeTrails", &json!({ "includeShadowTrails": true })) {
            Ok(answer) => {
                let listed = answer.value.get("trailList").and_then(Value::as_array);
                let listed = listed.ok_or_else(|| Fault::invalid("cloudtrail:DescribeTrails: the answer has no `trailList`"))?;
                for trail in listed {
                    trails.entry(text(trail, "TrailARN")?).or_insert_with(|| (trail.clone(), answer.from));
                }
            }
            Err(fault) => failed = Some(fault.about(region)),
        }
    }
    for (arn, (trail, from)) in trails {
        one(caller, &arn, &trail, from, facts)?;
    }
    failed.map_or(Ok(()), Err)
}

fn text(trail: &Value, field: &str) -> Result<String, Fault> {
    let text = trail.get(field).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Fault::invalid(format!("cloudtrail:DescribeTrails: a trail has no `{field}`")))
}

fn one(caller: &Caller<'_>, arn: &str, trail: &Value, from: ReadFrom, facts: &mut Facts<'_, Trail>) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let mut from = vec![from];
    let region = text(trail, "HomeRegion")?;
    let status = caller.json("cloudtrail", TARGET, &region, "GetTrailStatus", &json!({ "Name": arn }));
    let status = gaps.or_gap(&["logging"], status);
    from.extend(status.iter().map(|it| it.from));
    let is_status_known = status.is_some();
    let status = status.map_or(Value::Null, |it| it.value);
    let selectors = caller.json("cloudtrail", TARGET, &region, "GetEventSelectors", &json!({ "TrailName": arn }));
    let selectors = gaps.or_gap(&["management_events"], selectors);
    from.extend(selectors.iter().map(|it| it.from));
    let management_events = selectors.and_then(|it| management_events(&it.value));
    if management_events.is_none() {
        gaps.add(&["management_events"], "the trail chooses events in a way that this collector does not read");
    }
    let says = |name: &str| trail.get(name).and_then(Value::as_bool).unwrap_or(false);
    let group = trail.get("CloudWatchLogsLogGroupArn").and_then(Value::as_str);
    let group = group.and_then(|it| it.split(":log-group:").nth(1)).map(|it| it.trim_end_matches(":*").to_owned());
    let owner = arn.split(':').nth(4).unwrap_or_default().to_owned();
    let at = |name: &str| is_status_known.then(|| status.get(name).and_then(instant).into());
    let name = text(trail, "Name")?;
    let subject = format!("aws:cloudtrail:{region}:{owner}:trail/{name}");
    let body = Trail {
        account: caller.account.clone(),
        bucket: trail.get("S3BucketName").and_then(Value::as_str).map(str::to_owned).into(),
        delivered_at: at("LatestDeliveryTime"),
        delivery_error: None,
        encryption_key: None,
        global_events: says("IncludeGlobalServiceEvents"),
        home_account: Some(owner),
        log_group: group.into(),
        log_group_delivered_at: at("LatestCloudWatchLogsDeliveryTime"),
        logging: status.get("IsLogging").and_then(Value::as_bool).unwrap_or(false),
        management_events: management_events.unwrap_or(TrailManagementEvents::None),
        multi_region: says("IsMultiRegionTrail"),
        name,
        object_reads: None,
        object_writes: None,
        organisation_wide: says("IsOrganizationTrail"),
        region,
        retention_days: None,
        started_at: at("StartLoggingTime"),
        stopped_at: at("StopLoggingTime"),
        validation: says("LogFileValidationEnabled"),
    };
    give(facts, &subject, &body, from, gaps)
}

/// What the selectors record of management; `None` for advanced ones, which may leave out whatever they name, and for words
/// that are not known.
fn management_events(answer: &Value) -> Option<TrailManagementEvents> {
    if answer.get("AdvancedEventSelectors").and_then(Value::as_array).is_some_and(|it| !it.is_empty()) {
        return None;
    }
    let (mut reads, mut writes) = (false, false);
    for selector in answer.get("EventSelectors")?.as_array()? {
        if !selector.get("IncludeManagementEvents")?.as_bool()? {
            continue;
        }
        match selector.get("ReadWriteType").and_then(Value::as_str)? {
            "All" => (reads, writes) = (true, true),
            "ReadOnly" => reads = true,
            "WriteOnly" => writes = true,
            _ => return None,
        }
    }
    Some(match (reads, writes) {
        (true, true) => TrailManagementEvents::All,
        (true, false) => TrailManagementEvents::Reads,
        (false, true) => TrailManagementEvents::Writes,
        (false, false) => TrailManagementEvents::None,
    })
}
