//! Load balancers of the old sort, which have names and no ARNs, and sets of versions and ciphers of their own.

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::network::{
    LoadBalancer, LoadBalancerBalancerType, LoadBalancerListeners, LoadBalancerListenersTlsMinimum, LoadBalancerTags,
};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::{Gaps, Tags, give, key_name, scheme, texts, version};
use crate::call::xml::Tree;
use crate::call::{Answer, Caller, QueryService};

const ELB: QueryService = QueryService { name: "elasticloadbalancing", version: "2012-06-01", is_global: false };

/// Every one of the region.
pub(super) fn balancers(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, LoadBalancer>) -> Result<(), Fault> {
    for page in caller.query_all(&ELB, region, "DescribeLoadBalancers", &[])? {
        let listed = page.value.list("LoadBalancerDescriptions")?;
        let names: Vec<String> = listed.iter().map(|it| it.needed("LoadBalancerName")).collect::<Result<_, _>>()?;
        let each: Vec<_> = names.iter().map(|name| vec![("LoadBalancerName", name.as_str())]).collect();
        let attributes = caller.query_each(&ELB, region, "DescribeLoadBalancerAttributes", &each);
        let policies = caller.query_each(&ELB, region, "DescribeLoadBalancerPolicies", &each);
        let each: Vec<_> = names.iter().map(|name| vec![("LoadBalancerNames.member.1", name.as_str())]).collect();
        let tags = caller.query_each(&ELB, region, "DescribeTags", &each);
        for ((((listed, name), attributes), policies), tags) in listed.iter().zip(names).zip(attributes).zip(policies).zip(tags) {
            one(caller, region, (name, listed, page.from), [attributes, policies, tags], facts)?;
        }
    }
    Ok(())
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    (name, listed, from): (String, &Tree, ReadFrom),
    [attributes, policies, tags]: [Result<Answer<Tree>, Fault>; 3],
    facts: &mut Facts<'_, LoadBalancer>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let attributes = gaps.or_gap(&["access_logging", "access_log_bucket"], attributes);
    let policies = gaps.or_gap(&["listeners"], policies);
    let tags = gaps.or_gap(&["tags", "system", "criticality", "classification", "environment"], tags);
    let from: Vec<_> = attributes.iter().chain(&policies).chain(&tags).map(|it| it.from).chain([from]).collect();
    let log = attributes.as_ref().and_then(|it| it.value.deep("AccessLog"));
    let is_logged = log.is_some_and(|it| it.text("Enabled") == Some("true"));
    let tagged = tags.as_ref().and_then(|it| it.value.deep("TagDescriptions")?.all().first());
    let tags = tagged.map(|it| Tags::of(it, "Tags", "member")).unwrap_or_default();
    let described = policies.as_ref().and_then(|it| it.value.deep("PolicyDescriptions")).map_or(&[][..], Tree::all);
    let listeners = listed.child("ListenerDescriptions").map_or(&[][..], Tree::all).iter().map(|it| listener(it, described));
    let mut listeners: Vec<LoadBalancerListeners> = listeners.collect::<Result<_, _>>()?;
    listeners.sort_by_key(|it| it.port);
    let body = LoadBalancer {
        access_log_bucket: Some(log.and_then(|it| it.text("S3BucketName")).filter(|_| is_logged).map(str::to_owned).into()),
        access_logging: Nullable::Value(is_logged),
        account: caller.account.clone(),
        balancer_type: LoadBalancerBalancerType::Classic,
        classification: Some(tags.label("classification")),
        created_at: listed.text("CreatedTime").map(str::to_owned),
        criticality: Some(tags.label("criticality")),
        deletion_protection: Some(Nullable::Null),
        drops_invalid_headers: Some(Nullable::Null),
        environment: Some(tags.label("environment")),
        listeners,
        region: region.to_owned(),
        scheme: scheme(listed),
        security_groups: Some(texts(listed, "SecurityGroups", "member", "")),
        system: Some(tags.label("system")),
        tags: Some(tags.each(|name, value| LoadBalancerTags { name, value })),
        vpc: Some(listed.text("VPCId").map(str::to_owned).into()),
        web_firewall: Some(Nullable::Null),
        zone_count: listed.child("AvailabilityZones").and_then(|it| i64::try_from(it.all().len()).ok()),
        name,
    };
    let subject = format!("aws:elasticloadbalancing:{region}:{}:loadbalancer/{}", caller.account, body.name);
    give(facts, &subject, &body, from, gaps)
}

fn listener(described: &Tree, policies: &[Tree]) -> Result<LoadBalancerListeners, Fault> {
    let listed = described.child("Listener").ok_or_else(|| Fault::invalid("a listener of the answer has no `Listener`"))?;
    let protocol = match listed.needed("Protocol")?.to_ascii_lowercase().as_str() {
        // The old sort's word for TLS that is ended here over plain connections.
        "ssl" => "tls".to_owned(),
        other => other.to_owned(),
    };
    let tls = protocol == "https" || protocol == "tls";
    let names = texts(described, "PolicyNames", "member", "");
    let policy = policies.iter().find(|it| {
        it.text("PolicyTypeName") == Some("SSLNegotiationPolicyType")
            && it.text("PolicyName").is_some_and(|it| names.iter().any(|name| name == it))
    });
    let policy = policy.filter(|_| tls);
    let port = listed.needed("LoadBalancerPort")?;
    Ok(LoadBalancerListeners {
        certificates: listed.text("SSLCertificateId").filter(|_| tls).map(key_name).into_iter().collect(),
        port: port.parse().map_err(|_| Fault::invalid(format!("`LoadBalancerPort` is `{port}`, which is no port")))?,
        protocol,
        redirects_to_tls: false,
        tls,
        tls_minimum: if tls { policy.and_then(oldest).map(Nullable::Value) } else { Some(Nullable::Null) },
        tls_policy: policy.map(named).into(),
    })
}

fn attributes(policy: &Tree) -> impl Iterator<Item = (&str, &str)> {
    let listed = policy.child("PolicyAttributeDescriptions").into_iter().flat_map(Tree::all);
    listed.filter_map(|it| Some((it.text("AttributeName")?, it.text("AttributeValue")?)))
}

fn oldest(policy: &Tree) -> Option<LoadBalancerListenersTlsMinimum> {
    let taken = attributes(policy).filter(|(_, value)| *value == "true").filter_map(|(name, _)| version(name));
    taken.min_by_key(|(age, _)| *age).map(|(_, version)| version)
}

/// AWS's name for the set, where it is one of AWS's own.
fn named(policy: &Tree) -> String {
    let reference = attributes(policy).find(|(name, _)| *name == "Reference-Security-Policy").map(|(_, value)| value);
    reference.or_else(|| policy.text("PolicyName")).unwrap_or_default().to_owned()
}
