//! `messaging.topic@1`.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::messaging::Topic;
use engine_sdk::{Facts, Fault, ReadFrom};
use serde_json::Value;

use super::{Gaps, encryption_key, give, key_name, reach, unless_absent};
use crate::call::xml::Tree;
use crate::call::{Answer, Caller, QueryService};

pub(crate) const SNS: QueryService = QueryService { name: "sns", version: "2010-03-31", is_global: false };

/// What publishes to a topic, listens to it, or lets others.
const USES: [&str; 5] = ["sns:publish", "sns:subscribe", "sns:receive", "sns:addpermission", "sns:settopicattributes"];

/// Every topic of the region.
pub(crate) fn topics(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Topic>) -> Result<(), Fault> {
    let pages = unless_absent(caller.query_all(&SNS, region, "ListTopics", &[]))?;
    let mut listed: Vec<(String, ReadFrom)> = Vec::new();
    for page in &pages {
        for topic in page.value.list("Topics")? {
            listed.push((topic.needed("TopicArn")?, page.from));
        }
    }
    let each: Vec<_> = listed.iter().map(|(arn, _)| vec![("TopicArn", arn.as_str())]).collect();
    let attributes = caller.query_each(&SNS, region, "GetTopicAttributes", &each);
    let subscriptions = caller.query_all_each(&SNS, region, "ListSubscriptionsByTopic", &each);
    for (((arn, from), attributes), subscriptions) in listed.iter().zip(attributes).zip(subscriptions) {
        one(caller, region, (arn, *from), attributes, subscriptions, facts)?;
    }
    Ok(())
}

/// The attributes of a topic by their names.
pub(crate) fn attributes(answer: &Tree) -> BTreeMap<&str, &str> {
    let entries = answer.deep("Attributes").into_iter().flat_map(Tree::all);
    entries.filter_map(|it| Some((it.text("key")?, it.text("value")?))).collect()
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    (arn, from): (&str, ReadFrom),
    answer: Result<Answer<Tree>, Fault>,
    subscriptions: Result<Vec<Answer<Tree>>, Fault>,
    facts: &mut Facts<'_, Topic>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let fields = [
        "confirmed_count",
        "encrypted",
        "encryption_key",
        "public_access",
        "shared_accounts",
        "subscription_count",
        "tls_required",
    ];
    let answer = gaps.or_gap(&fields, answer);
    let subscriptions = gaps.or_gap(&["subscription_protocols"], subscriptions).unwrap_or_default();
    let from: Vec<_> = answer.iter().map(|it| it.from).chain(subscriptions.iter().map(|it| it.from)).chain([from]).collect();
    let set = answer.as_ref().map(|it| attributes(&it.value)).unwrap_or_default();
    let policy = set.get("Policy").map_or(Ok(Value::Null), |it| serde_json::from_str(it).map_err(Fault::from));
    let policy = gaps.or_gap(&["public_access", "shared_accounts", "tls_required"], policy).unwrap_or_default();
    let reach = reach::of(&policy, &caller.account, &USES);
    if reach.unclear && !reach.everyone {
        gaps.add(&["public_access"], "its policy lets everyone use it under a condition that this collector does not read");
    }
    let count = |field: &str| set.get(field).and_then(|it| it.parse::<i64>().ok());
    let confirmed = count("SubscriptionsConfirmed");
    let key = set.get("KmsMasterKeyId").copied();
    let protocols = subscriptions.iter().filter_map(|it| it.value.deep("Subscriptions")).flat_map(Tree::all);
    let protocols: BTreeSet<String> = protocols.filter_map(|it| it.text("Protocol")).map(str::to_ascii_lowercase).collect();
    let body = Topic {
        account: caller.account.clone(),
        confirmed_count: confirmed,
        encrypted: key.is_some(),
        encryption_key: Some(encryption_key(&mut gaps, (&caller.account, region), key)),
        name: arn.rsplit(':').next().unwrap_or(arn).to_owned(),
        public_access: reach.everyone,
        region: region.to_owned(),
        shared_accounts: Some(reach.accounts.into_iter().collect()),
        subscription_count: confirmed.zip(count("SubscriptionsPending")).map(|(confirmed, pending)| confirmed + pending),
        subscription_protocols: Some(protocols.into_iter().collect()),
        tls_required: Some(reach::refuses_without_tls(&policy, "sns:publish", arn)),
    };
    give(facts, &key_name(arn), &body, from, gaps)
}
