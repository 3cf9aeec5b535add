//! Alarms, the counts that they watch, and the topics that they tell.

use serde_json::{Value, json};

use super::services::{DENIED_JSON, is_complete, only, post, says, used};
use super::*;

const SNS: &str = "GET https://sns.eu-west-1.amazonaws.com/?Action=";
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:alerts";

fn alarms(alarms: &str) -> String {
    format!("<R><DescribeAlarmsResult>{alarms}</DescribeAlarmsResult></R>")
}

fn describe(types: &[&str]) -> String {
    let types =
        types.iter().enumerate().map(|(at, it)| format!("&AlarmTypes.member.{}={it}", at + 1)).collect::<Vec<_>>().concat();
    format!("GET https://monitoring.eu-west-1.amazonaws.com/?Action=DescribeAlarms&Version=2010-08-01{types}")
}

fn every() -> String {
    describe(&["MetricAlarm", "CompositeAlarm", "LogAlarm"])
}

fn metric(name: &str, actions: &str) -> String {
    format!(
        "<member><AlarmName>{name}</AlarmName><ActionsEnabled>true</ActionsEnabled><AlarmActions>{actions}</AlarmActions>\
         <Namespace>Security</Namespace><MetricName>RootUse</MetricName><Period>300</Period><Threshold>1.0</Threshold>\
         <Dimensions/><ComparisonOperator>GreaterThanOrEqualToThreshold</ComparisonOperator><StateValue>OK</StateValue>\
         <StateUpdatedTimestamp>2026-01-01T00:00:00.000Z</StateUpdatedTimestamp></member>"
    )
}

fn attributes(of: &[(&str, &str)]) -> String {
    let entries = of
        .iter()
        .map(|(key, value)| format!("<entry><key>{key}</key><value>{value}</value></entry>"))
        .collect::<Vec<_>>()
        .concat();
    format!("<R><X><Attributes>{entries}</Attributes></X></R>")
}

fn topic(host: Recorded, confirmed: &str) -> Recorded {
    let asked = format!("{SNS}GetTopicAttributes&Version=2010-03-31&TopicArn={}", engine_sdk::http::path_part(TOPIC));
    host.answer(&asked, 200, &attributes(&[("SubscriptionsConfirmed", confirmed)]))
}

fn filter() -> Recorded {
    let filters = json!({"metricFilters": [{"filterName": "root-use", "filterPattern": "{ $.userIdentity.type = Root }", "logGroupName": "trail",
        "metricTransformations": [{"metricName": "RootUse", "metricNamespace": "Security", "metricValue": "1"}]}]});
    used("monitoring.metric-filter@1").answer(&post("logs", "Logs_20140328.DescribeMetricFilters", ""), 200, &filters.to_string())
}

#[test]
fn an_alarm_tells_what_it_watches_and_whom_it_reaches() {
    let action = format!("<member>{TOPIC}</member>");
    let composite =
        "<member><AlarmName>any</AlarmName><ActionsEnabled>false</ActionsEnabled><AlarmRule>ALARM(\"root\")</AlarmRule></member>";
    let sum = "<member><AlarmName>sum</AlarmName><ActionsEnabled>true</ActionsEnabled><Metrics><member><Id>a</Id><Expression>b+1</Expression></member>\
        <member><Id>b</Id></member></Metrics></member>";
    let log = "<member><AlarmName>log</AlarmName><ActionsEnabled>true</ActionsEnabled></member>";
    let page = format!(
        "<CompositeAlarms>{composite}</CompositeAlarms><MetricAlarms>{}</MetricAlarms><NextToken>t</NextToken>",
        metric("root", &action)
    );
    let rest = format!("<MetricAlarms>{sum}</MetricAlarms><LogAlarms>{log}</LogAlarms>");
    let host = used("monitoring.alarm@1").answer(&every(), 200, &alarms(&page));
    let host = collected(topic(host.answer(&format!("{}&NextToken=t", every()), 200, &alarms(&rest)), "2"));
    is_complete(&host, "monitoring.alarm@1", 4);
    let bodies = host.bodies("monitoring.alarm@1");
    let of = |name: &str| &bodies[&format!("aws:cloudwatch:eu-west-1:123456789012:alarm/{name}")];
    let expected = json!({"alarm_type": "metric", "metric_namespace": "Security", "metric": "RootUse", "period": 300, "threshold": "1.0",
        "comparison": "GreaterThanOrEqualToThreshold", "actions_enabled": true, "notifies": ["aws:sns:eu-west-1:123456789012:alerts"],
        "receiver_count": 2, "state": "ok", "state_changed_at": "2026-01-01T00:00:00.000Z", "dimensions": []});
    says(of("root"), &expected);
    says(
        of("any"),
        &json!({"alarm_type": "composite", "actions_enabled": false, "notifies": [], "receiver_count": 0, "metric": null}),
    );
    says(of("sum"), &json!({"alarm_type": "expression", "metric": null, "threshold": null}));
    says(of("log"), &json!({"alarm_type": "other"}));
}

#[test]
fn alarms_are_listed_where_their_newest_type_is_not_known_and_denied_by_their_own_permission() {
    let invalid = "<ErrorResponse><Error><Code>ValidationError</Code></Error></ErrorResponse>";
    let page = alarms(&format!("<MetricAlarms>{}</MetricAlarms>", metric("root", "")));
    let host = used("monitoring.alarm@1").answer(&every(), 400, invalid);
    let host = collected(host.answer(&describe(&["MetricAlarm", "CompositeAlarm"]), 200, &page));
    is_complete(&host, "monitoring.alarm@1", 1);
    let host = collected(used("monitoring.alarm@1").answer(&every(), 403, DENIED));
    assert!(host.gaps("monitoring.alarm@1")[0].message.contains("`cloudwatch:DescribeAlarms`"));
}

#[test]
fn a_count_is_watched_by_alarms_that_reach_somebody_directly_or_through_another() {
    let action = format!("<member>{TOPIC}</member>");
    let composite = format!(
        "<CompositeAlarms><member><AlarmName>any</AlarmName><ActionsEnabled>true</ActionsEnabled><AlarmRule>ALARM(\"silent\")</AlarmRule>\
         <AlarmActions>{action}</AlarmActions></member></CompositeAlarms>"
    );
    for (alarm, above, confirmed, expected) in [
        (metric("loud", &action), "", "1", 1),
        (metric("loud", &action), "", "0", 0),
        (metric("silent", ""), "", "1", 0),
        (metric("silent", ""), composite.as_str(), "1", 1),
        (metric("silent", "").replace("RootUse", "Other"), composite.as_str(), "1", 0),
    ] {
        let page = alarms(&format!("<MetricAlarms>{alarm}</MetricAlarms>{above}"));
        let host = collected(topic(filter().answer(&every(), 200, &page), confirmed));
        let (subject, body, gaps) = only(&host, "monitoring.metric-filter@1");
        assert_eq!(subject, "aws:logs:eu-west-1:123456789012:log-group/trail/metric-filter/root-use");
        assert_eq!((body["notified_alarm_count"].as_i64(), gaps), (Some(expected), Value::Null), "{alarm} {above}");
        let watching = i64::from(!alarm.contains("Other"));
        says(&body, &json!({"alarm_count": watching, "metric": "RootUse", "metric_namespace": "Security", "log_group": "trail"}));
    }
}

#[test]
fn a_count_whose_alarms_or_topics_are_denied_does_not_say_whom_it_reaches() {
    let (_, body, gaps) = only(&collected(filter().answer(&every(), 403, DENIED)), "monitoring.metric-filter@1");
    assert_eq!((body.get("alarm_count"), body.get("notified_alarm_count")), (None, None));
    assert!(gaps["alarm_count"].as_str().unwrap().contains("`cloudwatch:DescribeAlarms`"), "{gaps}");
    let page = alarms(&format!("<MetricAlarms>{}</MetricAlarms>", metric("loud", &format!("<member>{TOPIC}</member>"))));
    let asked = format!("{SNS}GetTopicAttributes&Version=2010-03-31&TopicArn={}", engine_sdk::http::path_part(TOPIC));
    let denied = DENIED.replace("AccessDenied", "AuthorizationError");
    let host = collected(filter().answer(&every(), 200, &page).answer(&asked, 403, &denied));
    let (_, body, gaps) = only(&host, "monitoring.metric-filter@1");
    assert_eq!((&body["alarm_count"], body.get("notified_alarm_count")), (&json!(1), None));
    assert!(gaps["notified_alarm_count"].as_str().unwrap().contains("`sns:GetTopicAttributes`"), "{gaps}");
}

#[test]
fn counts_that_are_denied_are_a_gap_of_their_own() {
    let list = post("logs", "Logs_20140328.DescribeMetricFilters", "");
    let host = collected(used("monitoring.metric-filter@1").answer(&list, 400, DENIED_JSON));
    assert!(host.gaps("monitoring.metric-filter@1")[0].message.contains("`logs:DescribeMetricFilters`"));
}

#[test]
fn a_topic_tells_who_may_use_it_and_who_has_subscribed() {
    let list = format!("{SNS}ListTopics&Version=2010-03-31");
    let page = |arn: &str, more: &str| format!("<R><Topics><member><TopicArn>{arn}</TopicArn></member></Topics>{more}</R>");
    let open = "arn:aws:sns:eu-west-1:123456789012:open";
    let asked =
        |action: &str, arn: &str| format!("{SNS}{action}&Version=2010-03-31&TopicArn={}", engine_sdk::http::path_part(arn));
    let own = json!({"Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["SNS:Publish", "SNS:Subscribe"], "Resource": TOPIC,
            "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}}},
        {"Effect": "Deny", "Principal": "*", "Action": "SNS:Publish", "Resource": TOPIC, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]});
    let anyone = json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": open}]});
    let protocols = |names: &[&str]| {
        let each = names.iter().map(|it| format!("<member><Protocol>{it}</Protocol></member>")).collect::<Vec<_>>().concat();
        format!("<R><Subscriptions>{each}</Subscriptions></R>")
    };
    let set = [
        ("Policy", own.to_string()),
        ("KmsMasterKeyId", "alias/aws/sns".into()),
        ("SubscriptionsConfirmed", "1".into()),
        ("SubscriptionsPending", "2".into()),
    ];
    let set: Vec<(&str, &str)> = set.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let host = used("messaging.topic@1")
        .answer(&list, 200, &page(TOPIC, "<NextToken>t</NextToken>"))
        .answer(&format!("{list}&NextToken=t"), 200, &page(open, ""))
        .answer(&asked("GetTopicAttributes", TOPIC), 200, &attributes(&set))
        .answer(&asked("GetTopicAttributes", open), 200, &attributes(&[("Policy", &anyone.to_string())]))
        .answer(&asked("ListSubscriptionsByTopic", TOPIC), 200, &protocols(&["https", "email", "email"]))
        .answer(&asked("ListSubscriptionsByTopic", open), 403, DENIED);
    let host = collected(host);
    is_complete(&host, "messaging.topic@1", 2);
    let bodies = host.bodies("messaging.topic@1");
    let expected = json!({"name": "alerts", "encrypted": true, "encryption_key": null, "public_access": false, "shared_accounts": [],
        "tls_required": true, "subscription_count": 3, "confirmed_count": 1, "subscription_protocols": ["email", "https"]});
    says(&bodies["aws:sns:eu-west-1:123456789012:alerts"], &expected);
    let open = &bodies["aws:sns:eu-west-1:123456789012:open"];
    says(open, &json!({"encrypted": false, "public_access": true, "tls_required": false}));
    assert!(open.get("subscription_protocols").is_none());
}
