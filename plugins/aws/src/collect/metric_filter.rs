//! `monitoring.metric-filter@1`.

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::monitoring::MetricFilter;
use engine_sdk::{Facts, Fault};
use serde_json::Value;

use super::alarm::Alarms;
use super::logs::LOGS;
use super::{Gaps, give, needed, text_of, unless_absent};
use crate::call::Caller;

const LIST: &str = "logs:DescribeMetricFilters";

/// Every filter of the region, of each log group.
pub(crate) fn filters(
    caller: &Caller<'_>,
    region: &str,
    alarms: &Alarms<'_>,
    facts: &mut Facts<'_, MetricFilter>,
) -> Result<(), Fault> {
    let listed = caller.json_all(LOGS, region, "DescribeMetricFilters", ("metricFilters", "nextToken", "nextToken"));
    for listed in unless_absent(listed)? {
        let mut gaps = Gaps::default();
        let mut from = vec![listed.from];
        let of = &listed.value;
        let counts = of.get("metricTransformations").and_then(Value::as_array).and_then(|it| it.first());
        let named = counts.and_then(|it| Some((text_of(it, "metricNamespace")?, text_of(it, "metricName")?)));
        let (mut alarm_count, mut notified) = (Some(0), Some(0));
        if let Some((namespace, metric)) = named {
            let watched = gaps.or_gap(&["alarm_count", "notified_alarm_count"], alarms.watching(namespace, metric));
            alarm_count = watched.as_ref().map(|it| it.alarm_count);
            from.extend(watched.iter().flat_map(|it| &it.from).copied());
            notified = watched.and_then(|it| gaps.or_gap(&["notified_alarm_count"], it.notified));
        }
        let text = |text: Option<&str>| -> Nullable<String> { text.map(str::to_owned).into() };
        let body = MetricFilter {
            account: caller.account.clone(),
            alarm_count,
            log_group: needed(of, "logGroupName", LIST)?,
            metric: text(named.map(|(_, metric)| metric)),
            metric_namespace: text(named.map(|(namespace, _)| namespace)),
            name: needed(of, "filterName", LIST)?,
            notified_alarm_count: notified,
            pattern: text_of(of, "filterPattern").unwrap_or_default().to_owned(),
            region: region.to_owned(),
        };
        let group = format!("aws:logs:{region}:{}:log-group/{}", caller.account, body.log_group);
        give(facts, &format!("{group}/metric-filter/{}", body.name), &body, from, gaps)?;
    }
    Ok(())
}
