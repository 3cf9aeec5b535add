//! `configuration.recorder@1`: the recorders that the account set up itself. Those that AWS's services keep for their own use
//! are not listed by the action that is asked, and are not told.

use engine_sdk::kinds::configuration::{Recorder, RecorderFrequency, RecorderLastStatus};
use engine_sdk::{Facts, Fault, ReadFrom};
use serde_json::{Value, json};

use super::{Gaps, give, key_name, needed, text_of, unless_absent};
use crate::call::Caller;
use crate::times::instant;

const CONFIG: (&str, &str) = ("config", "StarlingDoveService");

/// The types that stand in no region and are recorded only where that is asked for.
const GLOBAL: [&str; 4] = ["AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"];

/// What AWS says of the region as a whole: there is one place that records go to.
struct Delivery {
    gaps: Gaps,
    from: Vec<ReadFrom>,
    bucket: Option<String>,
    delivered_at: Option<String>,
    retention_days: Option<i64>,
}

/// Every own recorder of the region; AWS allows one.
pub(crate) fn recorders(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Recorder>) -> Result<(), Fault> {
    let listed = described(caller, region, "DescribeConfigurationRecorders", "ConfigurationRecorders");
    let (listed, from) = unless_absent(listed)?;
    if listed.is_empty() {
        return Ok(());
    }
    let states = described(caller, region, "DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus");
    for recorder in listed {
        let mut delivery = Delivery::of(caller, region);
        delivery.from.push(from);
        let states = delivery.gaps.or_gap(&["recording", "last_status"], states.as_ref().map_err(Fault::clone));
        let name = needed(&recorder, "name", "config:DescribeConfigurationRecorders")?;
        let state = states.and_then(|(states, from)| {
            delivery.from.push(*from);
            states.iter().find(|it| text_of(it, "name") == Some(&name))
        });
        delivery.state(caller, region, (name, &recorder), state, facts)?;
    }
    Ok(())
}

fn described(caller: &Caller<'_>, region: &str, action: &str, list: &str) -> Result<(Vec<Value>, ReadFrom), Fault> {
    let answer = caller.json(CONFIG.0, CONFIG.1, region, action, &json!({}))?;
    let listed = answer.value.get(list).and_then(Value::as_array).cloned();
    Ok((listed.ok_or_else(|| Fault::invalid(format!("config:{action}: the answer has no `{list}`")))?, answer.from))
}

impl Delivery {
    fn of(caller: &Caller<'_>, region: &str) -> Self {
        let mut it = Self { gaps: Gaps::default(), from: Vec::new(), bucket: None, delivered_at: None, retention_days: None };
        let channels = described(caller, region, "DescribeDeliveryChannels", "DeliveryChannels");
        let channels = it.known(&["bucket"], channels);
        it.bucket = channels.first().and_then(|it| text_of(it, "s3BucketName")).map(str::to_owned);
        let states = described(caller, region, "DescribeDeliveryChannelStatus", "DeliveryChannelsStatus");
        let states = it.known(&["delivered_at"], states);
        it.delivered_at = states.iter().filter_map(last_delivery).max();
        let retention = described(caller, region, "DescribeRetentionConfigurations", "RetentionConfigurations");
        let retention = it.known(&["retention_days"], retention);
        it.retention_days = retention.first().and_then(|it| it.get("RetentionPeriodInDays")?.as_i64());
        it
    }

    fn known(&mut self, fields: &[&'static str], answer: Result<(Vec<Value>, ReadFrom), Fault>) -> Vec<Value> {
        let Some((listed, from)) = self.gaps.or_gap(fields, answer) else { return Vec::new() };
        self.from.push(from);
        listed
    }

    fn state(
        mut self,
        caller: &Caller<'_>,
        region: &str,
        (name, recorder): (String, &Value),
        state: Option<&Value>,
        facts: &mut Facts<'_, Recorder>,
    ) -> Result<(), Fault> {
        let recording = state.and_then(|it| it.get("recording")).and_then(Value::as_bool);
        if recording.is_none() {
            self.gaps.add(&["recording"], "config:DescribeConfigurationRecorderStatus does not say it");
        }
        let (all_types, global_types) = types(recorder.get("recordingGroup").unwrap_or(&Value::Null));
        let frequency = recorder.get("recordingMode").and_then(|it| text_of(it, "recordingFrequency"));
        let body = Recorder {
            account: caller.account.clone(),
            all_types,
            bucket: self.bucket.into(),
            delivered_at: Some(self.delivered_at.into()),
            frequency: match frequency {
                Some("CONTINUOUS") => Some(RecorderFrequency::Continuous),
                Some("DAILY") => Some(RecorderFrequency::Daily),
                _ => None,
            },
            global_types,
            last_status: Some(state.and_then(last_status).into()),
            recording: recording.unwrap_or(false),
            region: region.to_owned(),
            retention_days: Some(self.retention_days.into()),
            role: Some(text_of(recorder, "roleARN").map(key_name).into()),
            name,
        };
        let subject = format!("aws:config:{region}:{}:recorder/{}", caller.account, body.name);
        give(facts, &subject, &body, self.from, self.gaps)
    }
}

fn last_status(state: &Value) -> Option<RecorderLastStatus> {
    match text_of(state, "lastStatus")?.to_ascii_lowercase().as_str() {
        "success" => Some(RecorderLastStatus::Success),
        "failure" => Some(RecorderLastStatus::Failure),
        "pending" => Some(RecorderLastStatus::Pending),
        _ => None,
    }
}

/// When something was last written to the bucket: a snapshot or the history.
fn last_delivery(state: &Value) -> Option<String> {
    let of = |name: &str| state.get(name)?.get("lastSuccessfulTime").and_then(instant);
    of("configSnapshotDeliveryInfo").max(of("configHistoryDeliveryInfo"))
}

/// Whether every type is recorded, new ones included, and whether those without a region are.
///
/// A recorder with exceptions takes new types on by itself; it records all but these. One whose exceptions are the types without
/// a region records all that stands in its own, as the ready-made setting does.
fn types(group: &Value) -> (bool, bool) {
    let listed = |of: Option<&Value>| -> Vec<String> {
        let types = of.and_then(|it| it.get("resourceTypes")).and_then(Value::as_array);
        super::sorted(types.into_iter().flatten())
    };
    let says = |field: &str| group.get(field).and_then(Value::as_bool).unwrap_or(false);
    let strategy = group.get("recordingStrategy").and_then(|it| text_of(it, "useOnly"));
    if strategy == Some("EXCLUSION_BY_RESOURCE_TYPES") {
        let left_out = listed(group.get("exclusionByResourceTypes"));
        let is_global = |it: &String| GLOBAL.contains(&it.as_str());
        return (left_out.iter().all(is_global), !left_out.iter().any(is_global));
    }
    let named = listed(Some(group));
    let names_global = GLOBAL.iter().all(|it| named.iter().any(|name| name == it));
    (says("allSupported"), says("includeGlobalResourceTypes") || names_global)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_recorder_takes_in_follows_from_its_group() {
        let except = |types: &[&str]| {
            json!({"allSupported": false, "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
                "exclusionByResourceTypes": {"resourceTypes": types}})
        };
        for (group, expected) in [
            (json!({"allSupported": true, "includeGlobalResourceTypes": true}), (true, true)),
            (json!({"allSupported": true}), (true, false)),
            (json!({"allSupported": false, "resourceTypes": ["AWS::EC2::Instance"]}), (false, false)),
            (json!({"resourceTypes": GLOBAL}), (false, true)),
            (except(&[]), (true, true)),
            (except(&GLOBAL), (true, false)),
            (except(&["AWS::EC2::Instance"]), (false, true)),
            (Value::Null, (false, false)),
        ] {
            assert_eq!(types(&group), expected, "{group}");
        }
    }

    #[test]
    fn the_last_of_two_deliveries_counts() {
        let state = json!({"configSnapshotDeliveryInfo": {"lastSuccessfulTime": 1_700_000_000},
            "configHistoryDeliveryInfo": {"lastSuccessfulTime": 1_700_000_100}});
        assert_eq!(last_delivery(&state).as_deref(), Some("2023-11-14T22:15:00Z"));
        assert_eq!(last_delivery(&json!({"configStreamDeliveryInfo": {}})), None);
    }
}
