//! `detection.detector@1`.

use std::collections::BTreeSet;

use engine_sdk::http::path_part;
use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::detection::Detector;
use engine_sdk::{Facts, Fault, ReadFrom};
use serde_json::{Value, json};

use super::{Gaps, give, key_name, needed, text_of, unless_absent};
use crate::call::{Answer, Caller};

const SERVICE: &str = "guardduty";
const TOKENS: (&str, &str) = ("nextToken", "nextToken");

/// From which severity on GuardDuty calls a finding high.
const HIGH: u64 = 7;

/// Every detector of the region; AWS allows one.
pub(crate) fn detectors(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Detector>) -> Result<(), Fault> {
    let listed = caller.rest_listed(SERVICE, region, "ListDetectors", ("/detector", "detectorIds"), TOKENS);
    for listed in unless_absent(listed)? {
        let id = listed.value.as_str().ok_or_else(|| Fault::invalid("guardduty:ListDetectors: an id is no text"))?;
        let one =
            One { caller, region, path: format!("/detector/{}", path_part(id)), from: vec![listed.from], gaps: Gaps::default() };
        one.state(id, facts)?;
    }
    Ok(())
}

/// One detector while it is asked about.
struct One<'a> {
    caller: &'a Caller<'a>,
    region: &'a str,
    path: String,
    from: Vec<ReadFrom>,
    gaps: Gaps,
}

impl One<'_> {
    fn get(&mut self, action: &str, path: &str) -> Result<Value, Fault> {
        let path = format!("{}{path}", self.path);
        let answer = self.caller.rest_each(SERVICE, self.region, action, &[path]).pop();
        let answer = answer.unwrap_or_else(|| Err(Fault::invalid("the host gave no answer")))?;
        self.from.push(answer.from);
        Ok(answer.value)
    }

    fn post(&mut self, action: &str, path: &str, body: &Value) -> Result<Value, Fault> {
        let answer = self.caller.rest_post(SERVICE, self.region, action, &format!("{}{path}", self.path), body)?;
        self.from.push(answer.from);
        Ok(answer.value)
    }

    fn state(mut self, id: &str, facts: &mut Facts<'_, Detector>) -> Result<(), Fault> {
        let detector = self.get("GetDetector", "")?;
        let is_enabled = match text_of(&detector, "status") {
            Some("ENABLED") => true,
            Some("DISABLED") => false,
            _ => return Err(Fault::invalid("guardduty:GetDetector: the answer does not say whether it is enabled")),
        };
        let administrator = self.get("GetAdministratorAccount", "/administrator");
        let administrator = self.gaps.or_gap(&["administrator_account"], administrator);
        let administrator =
            administrator.as_ref().and_then(|it| text_of(it.get("administrator")?, "accountId")).map(str::to_owned);
        let exports = self.exports();
        let exports = self.gaps.or_gap(&["exports_to"], exports).flatten();
        let open = self.open();
        let (count, oldest) = self.gaps.or_gap(&["open_high_count", "oldest_open_high_at"], open).unzip();
        let (features, features_off) = features(&detector);
        let body = Detector {
            account: self.caller.account.clone(),
            administrator_account: Some(administrator.into()),
            created_at: text_of(&detector, "createdAt").map(str::to_owned),
            detector: id.to_owned(),
            enabled: is_enabled,
            exports_to: Some(exports.into()),
            features,
            features_off: Some(features_off),
            oldest_open_high_at: oldest,
            open_high_count: count,
            product: SERVICE.to_owned(),
            publishes_every: match text_of(&detector, "findingPublishingFrequency") {
                Some("FIFTEEN_MINUTES") => Some(900),
                Some("ONE_HOUR") => Some(3_600),
                Some("SIX_HOURS") => Some(21_600),
                _ => None,
            },
            region: self.region.to_owned(),
        };
        let subject = format!("aws:guardduty:{}:{}:detector/{id}", self.region, self.caller.account);
        give(facts, &subject, &body, self.from, self.gaps)
    }

    /// Where findings are kept besides: the first place that they really arrive at.
    fn exports(&mut self) -> Result<Option<String>, Fault> {
        let path = format!("{}/publishingDestination", self.path);
        let listed = ("ListPublishingDestinations", (path.as_str(), "destinations"));
        let listed = self.caller.rest_listed(SERVICE, self.region, listed.0, listed.1, TOKENS)?;
        self.from.extend(read_of(&listed));
        let Some(published) = listed.iter().find(|it| text_of(&it.value, "status") == Some("PUBLISHING")) else {
            return Ok(None);
        };
        let id = needed(&published.value, "destinationId", "guardduty:ListPublishingDestinations")?;
        let destination = self.get("DescribePublishingDestination", &format!("/publishingDestination/{}", path_part(&id)))?;
        let arn = destination.pointer("/destinationProperties/destinationArn").and_then(Value::as_str);
        let arn = arn.ok_or_else(|| Fault::invalid("guardduty:DescribePublishingDestination: the answer names no place"))?;
        Ok(Some(key_name(arn)))
    }

    /// How many findings of high or critical severity are not archived, and when the oldest was made.
    fn open(&mut self) -> Result<(i64, Nullable<String>), Fault> {
        let criterion = json!({"service.archived": {"equals": ["false"]}, "severity": {"greaterThanOrEqual": HIGH}});
        let sort = json!({"attributeName": "createdAt", "orderBy": "ASC"});
        let mut asked = json!({"findingCriteria": {"criterion": criterion}, "sortCriteria": sort, "maxResults": 50});
        let mut tokens = BTreeSet::new();
        let mut oldest = None;
        let mut count = 0;
        loop {
            let page = self.post("ListFindings", "/findings", &asked)?;
            let ids = page.get("findingIds").and_then(Value::as_array);
            let ids = ids.ok_or_else(|| Fault::invalid("guardduty:ListFindings: the answer has no `findingIds`"))?;
            count += i64::try_from(ids.len()).unwrap_or(i64::MAX);
            oldest = oldest.or_else(|| ids.first().cloned());
            let Some(token) = text_of(&page, "nextToken") else { break };
            if !tokens.insert(token.to_owned()) {
                return Err(Fault::invalid("guardduty:ListFindings: AWS names a page as the next one that was read before"));
            }
            if let Value::Object(fields) = &mut asked {
                fields.insert("nextToken".to_owned(), token.into());
            }
        }
        let Some(oldest) = oldest else { return Ok((0, Nullable::Null)) };
        let findings = self.post("GetFindings", "/findings/get", &json!({ "findingIds": [oldest] }))?;
        let made = findings.pointer("/findings/0/createdAt").and_then(Value::as_str);
        let made = made.ok_or_else(|| Fault::invalid("guardduty:GetFindings: the answer does not say when"))?;
        Ok((count, Nullable::Value(made.to_owned())))
    }
}

fn read_of(answers: &[Answer<Value>]) -> Vec<ReadFrom> {
    let mut from: Vec<ReadFrom> = answers.iter().map(|it| it.from).collect();
    from.dedup();
    from
}

/// What else is looked at, and what is not; the three sources that every detector has are left out.
fn features(detector: &Value) -> (Vec<String>, Vec<String>) {
    let (mut on, mut off) = (BTreeSet::new(), BTreeSet::new());
    for feature in detector.get("features").and_then(Value::as_array).into_iter().flatten() {
        let name = match text_of(feature, "name") {
            Some("FLOW_LOGS" | "CLOUD_TRAIL" | "DNS_LOGS") | None => continue,
            Some("S3_DATA_EVENTS") => "s3".to_owned(),
            Some("EBS_MALWARE_PROTECTION") => "malware".to_owned(),
            Some(name) => name.to_ascii_lowercase().replace('_', "-"),
        };
        let is_on = text_of(feature, "status") == Some("ENABLED");
        if is_on {
            on.insert(name)
        } else {
            off.insert(name)
        };
    }
    (on.into_iter().collect(), off.into_iter().collect())
}
