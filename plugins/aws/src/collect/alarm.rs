//! `monitoring.alarm@1`, and which alarms watch a count and reach somebody.

use core::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::monitoring::{Alarm, AlarmAlarmType, AlarmDimensions, AlarmState};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::sns::{SNS, attributes};
use super::{Gaps, give, key_name, texts, unless_absent};
use crate::call::xml::Tree;
use crate::call::{Answer, Caller, QueryService};

const CLOUDWATCH: QueryService = QueryService { name: "monitoring", version: "2010-08-01", is_global: false };

/// The lists of an answer that alarms stand in. AWS gives those of measurements alone where no type is named.
const TYPES: [(&str, &str); 3] =
    [("MetricAlarm", "MetricAlarms"), ("CompositeAlarm", "CompositeAlarms"), ("LogAlarm", "LogAlarms")];

/// How many confirmed receivers each topic has, and where that was read.
type Receivers = BTreeMap<String, Result<(i64, ReadFrom), Fault>>;

/// The alarms of a region and whom they reach, asked for once, whichever kind needs them first.
pub(crate) struct Alarms<'a> {
    caller: &'a Caller<'a>,
    region: &'a str,
    listed: OnceCell<Result<Vec<Seen>, Fault>>,
    receivers: OnceCell<Receivers>,
}

/// One alarm as AWS tells it.
struct Seen {
    name: String,
    list: &'static str,
    tree: Tree,
    from: ReadFrom,
}

/// How many alarms watch a count, and how many of these reach somebody.
pub(super) struct Watched {
    pub(super) alarm_count: i64,
    pub(super) notified: Result<i64, Fault>,
    pub(super) from: Vec<ReadFrom>,
}

impl<'a> Alarms<'a> {
    pub(crate) fn of(caller: &'a Caller<'a>, region: &'a str) -> Self {
        Self { caller, region, listed: OnceCell::new(), receivers: OnceCell::new() }
    }

    /// Every alarm of the region, of each type.
    pub(crate) fn state(&self, facts: &mut Facts<'_, Alarm>) -> Result<(), Fault> {
        for seen in unless_absent(self.listed().map_err(Fault::clone))? {
            self.one(seen, facts)?;
        }
        Ok(())
    }

    fn listed(&self) -> Result<&[Seen], &Fault> {
        self.listed.get_or_init(|| self.list()).as_deref()
    }

    fn list(&self) -> Result<Vec<Seen>, Fault> {
        let types = ["AlarmTypes.member.1", "AlarmTypes.member.2", "AlarmTypes.member.3"];
        let types: Vec<_> = types.into_iter().zip(TYPES).map(|(name, (word, _))| (name, word)).collect();
        let of = |types: &[_]| self.caller.query_all(&CLOUDWATCH, self.region, "DescribeAlarms", types);
        let pages = match of(&types) {
            // Alarms on logs are the newest; where the word for them is not known there are none.
            Err(fault) if fault.code == "validation-error" => of(types.get(..2).unwrap_or_default())?,
            pages => pages?,
        };
        let mut seen = Vec::new();
        for page in pages {
            for (_, list) in TYPES {
                for tree in page.value.list(list).unwrap_or_default() {
                    seen.push(Seen { name: tree.needed("AlarmName")?, list, tree: tree.clone(), from: page.from });
                }
            }
        }
        Ok(seen)
    }

    /// How many confirmed receivers each topic has that an alarm tells, or why that is not known.
    fn receivers(&self) -> &Receivers {
        self.receivers.get_or_init(|| {
            let told = self.listed().unwrap_or_default().iter().flat_map(actions);
            let topics: BTreeSet<String> = told.filter(|it| is_topic(it)).collect();
            let each: Vec<_> = topics.iter().map(|arn| vec![("TopicArn", arn.as_str())]).collect();
            let answers = self.caller.query_each(&SNS, self.region, "GetTopicAttributes", &each);
            let confirmed = answers.into_iter().map(|answer| {
                let Answer { value, from } = answer?;
                let count = attributes(&value).get("SubscriptionsConfirmed").and_then(|it| it.parse::<i64>().ok());
                let count =
                    count.ok_or_else(|| Fault::invalid("sns:GetTopicAttributes: the answer has no `SubscriptionsConfirmed`"))?;
                Ok((count, from))
            });
            topics.iter().cloned().zip(confirmed).collect()
        })
    }

    /// How many confirmed subscriptions and other receivers an alarm reaches, and where that was read.
    fn reached(&self, seen: &Seen) -> Result<(i64, Vec<ReadFrom>), Fault> {
        let (mut count, mut from) = (0, Vec::new());
        for action in actions(seen) {
            match self.receivers().get(&action) {
                Some(Ok((confirmed, read))) => {
                    count += confirmed;
                    from.push(*read);
                }
                Some(Err(fault)) => return Err(fault.clone()),
                None => count += 1,
            }
        }
        Ok((count, from))
    }

    /// The alarms on a measurement; one that only another alarm watches reaches whom that one does.
    pub(super) fn watching(&self, namespace: &str, metric: &str) -> Result<Watched, Fault> {
        let listed = self.listed().map_err(Fault::clone)?;
        let mut watched = Watched { alarm_count: 0, notified: Ok(0), from: Vec::new() };
        let is_on = |it: &&Seen| it.tree.text("ActionsEnabled") == Some("true");
        for seen in listed.iter().filter(|it| metrics(&it.tree).contains(&(namespace, metric))) {
            watched.alarm_count += 1;
            watched.from.push(seen.from);
            let above = listed.iter().filter(|it| it.tree.text("AlarmRule").is_some_and(|rule| goes_off(rule, &seen.name)));
            let reached: Vec<_> = above.chain([seen]).filter(is_on).map(|it| self.reached(it)).collect();
            let is_told = reached.iter().flatten().any(|(count, _)| *count > 0);
            watched.from.extend(reached.iter().flatten().flat_map(|(_, from)| from).copied());
            match (reached.into_iter().find_map(Result::err), &mut watched.notified) {
                (_, Ok(notified)) if is_told => *notified += 1,
                (Some(fault), notified) if !is_told => *notified = Err(fault),
                _ => {}
            }
        }
        watched.from.sort_by_key(|it| (it.call, it.offset));
        watched.from.dedup();
        Ok(watched)
    }

    fn one(&self, seen: &Seen, facts: &mut Facts<'_, Alarm>) -> Result<(), Fault> {
        let mut gaps = Gaps::default();
        let of = &seen.tree;
        let reached = gaps.or_gap(&["receiver_count"], self.reached(seen));
        let from: Vec<_> = reached.iter().flat_map(|(_, from)| from).copied().chain([seen.from]).collect();
        let single = single(of).filter(|_| seen.list == "MetricAlarms");
        let text = |of: &Tree, field: &str| -> Nullable<String> { of.text(field).map(str::to_owned).into() };
        let period = single.as_ref().and_then(|it| it.period).and_then(|it| it.parse().ok());
        let dimensions = single.as_ref().and_then(|it| it.dimensions).into_iter().flat_map(Tree::all);
        let dimensions =
            dimensions.filter_map(|it| Some((it.text("Name")?.to_owned(), it.text("Value").unwrap_or_default().to_owned())));
        let dimensions: BTreeMap<String, String> = dimensions.collect();
        let told: BTreeSet<String> = actions(seen).iter().map(|it| key_name(it)).collect();
        let body = Alarm {
            account: self.caller.account.clone(),
            actions_enabled: of.text("ActionsEnabled") == Some("true"),
            alarm_type: match seen.list {
                "CompositeAlarms" => AlarmAlarmType::Composite,
                "MetricAlarms" if single.is_some() => AlarmAlarmType::Metric,
                "MetricAlarms" if of.child("Metrics").is_some_and(|it| !it.all().is_empty()) => AlarmAlarmType::Expression,
                _ => AlarmAlarmType::Other,
            },
            comparison: Some(if single.is_some() { text(of, "ComparisonOperator") } else { Nullable::Null }),
            description: Some(text(of, "AlarmDescription")),
            dimensions: Some(dimensions.into_iter().map(|(name, value)| AlarmDimensions { name, value }).collect()),
            metric: single.as_ref().map(|it| it.name.to_owned()).into(),
            metric_namespace: single.as_ref().map(|it| it.namespace.to_owned()).into(),
            name: seen.name.clone(),
            notifies: told.into_iter().collect(),
            period: Some(period.into()),
            receiver_count: reached.map(|(count, _)| count),
            region: self.region.to_owned(),
            state: match of.text("StateValue") {
                Some("OK") => Some(AlarmState::Ok),
                Some("ALARM") => Some(AlarmState::Alarm),
                Some("INSUFFICIENT_DATA") => Some(AlarmState::Unknown),
                _ => None,
            },
            state_changed_at: Some(
                of.text("StateTransitionedTimestamp").or_else(|| of.text("StateUpdatedTimestamp")).map(str::to_owned).into(),
            ),
            threshold: Some(text(of, "Threshold")),
        };
        let subject = format!("aws:cloudwatch:{}:{}:alarm/{}", self.region, self.caller.account, body.name);
        give(facts, &subject, &body, from, gaps)
    }
}

/// What an alarm tells when it goes off.
fn actions(seen: &Seen) -> Vec<String> {
    texts(&seen.tree, "AlarmActions", "member", "")
}

fn is_topic(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("sns")
}

/// The one measurement that an alarm watches.
struct Single<'a> {
    namespace: &'a str,
    name: &'a str,
    period: Option<&'a str>,
    dimensions: Option<&'a Tree>,
}

/// The one measurement, named by the alarm itself or in a list of one; `None` for a sum over several and for anything else.
fn single(alarm: &Tree) -> Option<Single<'_>> {
    if let (Some(namespace), Some(name)) = (alarm.text("Namespace"), alarm.text("MetricName")) {
        return Some(Single { namespace, name, period: alarm.text("Period"), dimensions: alarm.child("Dimensions") });
    }
    let [one] = alarm.child("Metrics")?.all() else { return None };
    let stat = one.child("MetricStat")?;
    let metric = stat.child("Metric")?;
    Some(Single {
        namespace: metric.text("Namespace")?,
        name: metric.text("MetricName")?,
        period: stat.text("Period"),
        dimensions: metric.child("Dimensions"),
    })
}

/// All measurements that an alarm watches, by namespace and name.
fn metrics(alarm: &Tree) -> Vec<(&str, &str)> {
    let listed = alarm.child("Metrics").into_iter().flat_map(Tree::all);
    let listed = listed.filter_map(|it| it.child("MetricStat")?.child("Metric"));
    listed.chain([alarm]).filter_map(|it| Some((it.text("Namespace")?, it.text("MetricName")?))).collect()
}

/// Whether the rule of an alarm over alarms looks at whether that one goes off.
fn goes_off(rule: &str, name: &str) -> bool {
    let rule: String = rule.chars().filter(|it| !it.is_whitespace() && *it != '"' && *it != '\'').collect();
    let name: String = name.chars().filter(|it| !it.is_whitespace() && *it != '"' && *it != '\'').collect();
    rule.contains(&format!("ALARM({name})")) || rule.contains(&format!(":alarm:{name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_over_alarms_looks_at_those_that_its_rule_names() {
        let rule = "ALARM(\"root use\") OR (ALARM(other) AND NOT OK(third))";
        let seen = ["root use", "other", "third", "use"].map(|name| goes_off(rule, name));
        assert_eq!(seen, [true, true, false, false]);
        assert!(goes_off("ALARM(\"arn:aws:cloudwatch:eu-west-1:1:alarm:other\")", "other"));
    }
}
