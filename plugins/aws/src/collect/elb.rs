//! `network.load-balancer@1`: load balancers of today, by their ARNs; the old sort is in `classic`.

mod classic;

use std::collections::BTreeMap;

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::network::{
    LoadBalancer, LoadBalancerBalancerType, LoadBalancerListeners, LoadBalancerListenersTlsMinimum, LoadBalancerScheme,
    LoadBalancerTags,
};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::tags::Tags;
use super::{Gaps, first_listing, give, key_name, texts};
use crate::call::xml::Tree;
use crate::call::{Answer, Caller, QueryService};

const ELB: QueryService = QueryService { name: "elasticloadbalancing", version: "2015-12-01", is_global: false };

type Pages = Result<Vec<Answer<Tree>>, Fault>;
/// The oldest version of TLS that each named set takes, and where that was read.
type Policies = Result<(BTreeMap<String, LoadBalancerListenersTlsMinimum>, Vec<ReadFrom>), Fault>;

/// Every load balancer of the region, of each type.
pub(crate) fn balancers(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, LoadBalancer>) -> Result<(), Fault> {
    let pages = first_listing(caller.query_all(&ELB, region, "DescribeLoadBalancers", &[]))?;
    let today = pages.and_then(|pages| pages.iter().try_for_each(|page| page_of(caller, region, page, facts)));
    let old = classic::balancers(caller, region, facts);
    today.and(old)
}

fn page_of(caller: &Caller<'_>, region: &str, page: &Answer<Tree>, facts: &mut Facts<'_, LoadBalancer>) -> Result<(), Fault> {
    let listed = page.value.list("LoadBalancers")?;
    if listed.is_empty() {
        return Ok(());
    }
    let arns: Vec<String> = listed.iter().map(|it| it.needed("LoadBalancerArn")).collect::<Result<_, _>>()?;
    let each: Vec<_> = arns.iter().map(|arn| vec![("LoadBalancerArn", arn.as_str())]).collect();
    let attributes = caller.query_each(&ELB, region, "DescribeLoadBalancerAttributes", &each);
    let listeners = caller.query_all_each(&ELB, region, "DescribeListeners", &each);
    let each: Vec<_> = arns.iter().map(|arn| vec![("ResourceArns.member.1", arn.as_str())]).collect();
    let tags = caller.query_each(&ELB, region, "DescribeTags", &each);
    let policies = policies(caller, region);
    for ((((listed, arn), attributes), listeners), tags) in listed.iter().zip(&arns).zip(attributes).zip(listeners).zip(tags) {
        let mut one = One { caller, region, from: vec![page.from], gaps: Gaps::default() };
        let listeners = one.listeners(listeners, &policies);
        one.state((listed, arn), attributes, listeners, tags, facts)?;
    }
    Ok(())
}

fn policies(caller: &Caller<'_>, region: &str) -> Policies {
    let mut oldest = BTreeMap::new();
    let mut from = Vec::new();
    for page in caller.query_all(&ELB, region, "DescribeSSLPolicies", &[])? {
        for listed in page.value.list("SslPolicies")? {
            let protocols = listed.child("SslProtocols").into_iter().flat_map(Tree::all);
            let versions: Option<Vec<_>> = protocols.map(|it| version(it.own_text())).collect();
            if let Some((_, version)) = versions.into_iter().flatten().min_by_key(|(age, _)| *age) {
                oldest.insert(listed.needed("Name")?, version);
            }
        }
        from.push(page.from);
    }
    Ok((oldest, from))
}

/// A version by AWS's name, with its place in the order of age.
fn version(name: &str) -> Option<(u8, LoadBalancerListenersTlsMinimum)> {
    Some(match name.trim_start_matches("Protocol-") {
        "SSLv3" => (0, LoadBalancerListenersTlsMinimum::Ssl3),
        "TLSv1" => (1, LoadBalancerListenersTlsMinimum::Tls10),
        "TLSv1.1" => (2, LoadBalancerListenersTlsMinimum::Tls11),
        "TLSv1.2" => (3, LoadBalancerListenersTlsMinimum::Tls12),
        "TLSv1.3" => (4, LoadBalancerListenersTlsMinimum::Tls13),
        _ => return None,
    })
}

/// Whether all that is done is to send callers on to TLS.
fn only_redirects(of: &Tree, actions: &str) -> bool {
    let mut actions = of.child(actions).into_iter().flat_map(Tree::all).peekable();
    let to_tls = |it: &Tree| it.child("RedirectConfig").is_some_and(|it| it.text("Protocol") == Some("HTTPS"));
    actions.peek().is_some() && actions.all(|it| it.text("Type") == Some("redirect") && to_tls(it))
}

/// One load balancer while it is asked about.
struct One<'a> {
    caller: &'a Caller<'a>,
    region: &'a str,
    from: Vec<ReadFrom>,
    gaps: Gaps,
}

impl One<'_> {
    fn listeners(&mut self, pages: Pages, policies: &Policies) -> Vec<LoadBalancerListeners> {
        let listeners = pages.and_then(|pages| {
            let mut listeners = Vec::new();
            for page in pages {
                self.from.push(page.from);
                for listed in page.value.list("Listeners")? {
                    listeners.push(self.listener(listed, policies)?);
                }
            }
            Ok(listeners)
        });
        let mut listeners = self.gaps.or_gap(&["listeners"], listeners).unwrap_or_default();
        listeners.sort_by(|a, b| (a.port, &a.protocol).cmp(&(b.port, &b.protocol)));
        listeners
    }

    fn listener(&mut self, listed: &Tree, policies: &Policies) -> Result<LoadBalancerListeners, Fault> {
        let arn = [("ListenerArn", listed.text("ListenerArn").unwrap_or_default())];
        let protocol = listed.text("Protocol").unwrap_or("geneve").to_ascii_lowercase();
        let tls = protocol == "https" || protocol == "tls";
        let policy = listed.text("SslPolicy").filter(|_| tls).map(str::to_owned);
        let mut certificates = Vec::new();
        let mut redirects_to_tls = !tls && only_redirects(listed, "DefaultActions");
        if tls {
            for page in self.caller.query_all(&ELB, self.region, "DescribeListenerCertificates", &arn)? {
                let shown = page.value.list("Certificates")?.iter().filter_map(|it| it.text("CertificateArn"));
                certificates.extend(shown.map(key_name));
                self.from.push(page.from);
            }
        } else if redirects_to_tls {
            for page in self.caller.query_all(&ELB, self.region, "DescribeRules", &arn)? {
                redirects_to_tls &= page.value.list("Rules")?.iter().all(|it| only_redirects(it, "Actions"));
                self.from.push(page.from);
            }
        }
        certificates.sort();
        certificates.dedup();
        let oldest = policies.as_ref().ok().and_then(|(oldest, _)| oldest.get(policy.as_deref()?).copied());
        if let (true, Ok((_, read))) = (tls, policies) {
            self.from.extend(read.iter().filter(|it| !self.from.contains(it)).copied().collect::<Vec<_>>());
        }
        Ok(LoadBalancerListeners {
            certificates,
            port: listed.text("Port").and_then(|it| it.parse().ok()).unwrap_or(0),
            protocol,
            redirects_to_tls,
            tls,
            // Absent where the set is not known: a rule is inconclusive then.
            tls_minimum: if tls { oldest.map(Nullable::Value) } else { Some(Nullable::Null) },
            tls_policy: policy.into(),
        })
    }

    fn state(
        mut self,
        (listed, arn): (&Tree, &str),
        attributes: Result<Answer<Tree>, Fault>,
        listeners: Vec<LoadBalancerListeners>,
        tags: Result<Answer<Tree>, Fault>,
        facts: &mut Facts<'_, LoadBalancer>,
    ) -> Result<(), Fault> {
        let fields = ["access_logging", "access_log_bucket", "deletion_protection", "drops_invalid_headers"];
        let attributes = self.gaps.or_gap(&fields, attributes);
        let tags = self.gaps.or_gap(&["tags", "system", "criticality", "classification", "environment"], tags);
        self.from.extend(attributes.iter().chain(&tags).map(|it| it.from));
        let set: BTreeMap<&str, &str> = attributes
            .iter()
            .filter_map(|it| it.value.deep("Attributes"))
            .flat_map(Tree::all)
            .filter_map(|it| Some((it.text("Key")?, it.text("Value")?)))
            .collect();
        let is = |name: &str| set.get(name) == Some(&"true");
        let balancer_type = match listed.text("Type") {
            Some("application") => LoadBalancerBalancerType::Application,
            Some("network") => LoadBalancerBalancerType::Network,
            Some("gateway") => LoadBalancerBalancerType::Gateway,
            _ => LoadBalancerBalancerType::Other,
        };
        let (is_gateway, is_application) =
            (balancer_type == LoadBalancerBalancerType::Gateway, balancer_type == LoadBalancerBalancerType::Application);
        let logging = is("access_logs.s3.enabled");
        let bucket = set.get("access_logs.s3.bucket").filter(|_| logging).map(|it| (*it).to_owned());
        let tagged = tags.as_ref().and_then(|it| it.value.deep("TagDescriptions")?.all().first());
        let tags = tagged.map(|it| Tags::of(it, "Tags", "member")).unwrap_or_default();
        let body = LoadBalancer {
            access_log_bucket: Some(bucket.into()),
            access_logging: (!is_gateway).then_some(logging).into(),
            account: self.caller.account.clone(),
            balancer_type,
            classification: Some(tags.label("classification")),
            created_at: listed.text("CreatedTime").map(str::to_owned),
            criticality: Some(tags.label("criticality")),
            deletion_protection: Some(Nullable::Value(is("deletion_protection.enabled"))),
            drops_invalid_headers: Some(is_application.then(|| is("routing.http.drop_invalid_header_fields.enabled")).into()),
            environment: Some(tags.label("environment")),
            listeners,
            name: listed.needed("LoadBalancerName")?,
            region: self.region.to_owned(),
            scheme: scheme(listed),
            security_groups: Some(texts(listed, "SecurityGroups", "member", "")),
            system: Some(tags.label("system")),
            tags: Some(tags.each(|name, value| LoadBalancerTags { name, value })),
            vpc: Some(listed.text("VpcId").map(str::to_owned).into()),
            web_firewall: None,
            zone_count: listed.child("AvailabilityZones").and_then(|it| i64::try_from(it.all().len()).ok()),
        };
        give(facts, &key_name(arn), &body, self.from, self.gaps)
    }
}

fn scheme(listed: &Tree) -> LoadBalancerScheme {
    match listed.text("Scheme") {
        Some("internet-facing") => LoadBalancerScheme::InternetFacing,
        _ => LoadBalancerScheme::Internal,
    }
}
