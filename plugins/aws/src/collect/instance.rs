//! `compute.instance@1`.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::compute::{Instance, InstanceState, InstanceTags};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::ec2::EC2;
use super::tags::Tags;
use super::{Gaps, give, key_name, texts};
use crate::call::Caller;
use crate::call::xml::Tree;

/// Whether each volume of the region is encrypted, and where that was read; or why it is not known.
type Volumes = Result<(BTreeMap<String, bool>, Vec<ReadFrom>), Fault>;

/// Every machine of the region that was not deleted.
pub(crate) fn instances(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Instance>) -> Result<(), Fault> {
    let pages = caller.query_all(&EC2, region, "DescribeInstances", &[("MaxResults", "1000")])?;
    let mut volumes: Option<Volumes> = None;
    for page in &pages {
        let reservations = page.value.list("reservationSet")?.iter();
        for listed in reservations.filter_map(|it| it.child("instancesSet")).flat_map(|it| it.children("item")) {
            let state = match listed.child("instanceState").and_then(|it| it.text("name")) {
                Some("terminated") => continue,
                Some("running") => InstanceState::Running,
                Some("stopped") => InstanceState::Stopped,
                _ => InstanceState::Changing,
            };
            let volumes = volumes.get_or_insert_with(|| encrypted(caller, region));
            one(caller, region, (listed, page.from, state), volumes, facts)?;
        }
    }
    Ok(())
}

fn encrypted(caller: &Caller<'_>, region: &str) -> Volumes {
    let mut volumes = BTreeMap::new();
    let mut from = Vec::new();
    for page in caller.query_all(&EC2, region, "DescribeVolumes", &[("MaxResults", "500")])? {
        for listed in page.value.list("volumeSet")? {
            volumes.insert(listed.needed("volumeId")?, listed.needed("encrypted")? == "true");
        }
        from.push(page.from);
    }
    Ok((volumes, from))
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    (listed, read, state): (&Tree, ReadFrom, InstanceState),
    volumes: &Volumes,
    facts: &mut Facts<'_, Instance>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let mut from = vec![read];
    let all_encrypted = all_encrypted(listed, volumes, &mut gaps, &mut from);
    let options = listed.child("metadataOptions");
    if options.is_none() {
        let fields = ["metadata_enabled", "metadata_v2_required", "metadata_hop_limit"];
        gaps.add(&fields, "ec2:DescribeInstances: the answer has no `metadataOptions`");
    }
    let option = |name: &str| options.and_then(|it| it.text(name));
    let metadata = option("httpEndpoint") != Some("disabled");
    let tags = Tags::of(listed, "tagSet", "item");
    let mut groups: BTreeSet<String> = texts(listed, "groupSet", "item", "groupId").into_iter().collect();
    groups.extend(interfaces(listed).flat_map(|it| texts(it, "groupSet", "item", "groupId")));
    let body = Instance {
        account: caller.account.clone(),
        classification: Some(tags.label("classification")),
        criticality: Some(tags.label("criticality")),
        encrypted: all_encrypted,
        environment: Some(tags.label("environment")),
        image: Some(listed.text("imageId").map(str::to_owned).into()),
        instance: listed.needed("instanceId")?,
        launched_at: listed.text("launchTime").map(str::to_owned),
        login_key: Some(listed.text("keyName").map(str::to_owned).into()),
        managed: None,
        metadata_enabled: metadata,
        metadata_hop_limit: Some(option("httpPutResponseHopLimit").and_then(|it| it.parse().ok()).filter(|_| metadata).into()),
        metadata_v2_required: !metadata || option("httpTokens") == Some("required"),
        monitoring_detailed: listed.child("monitoring").and_then(|it| it.text("state")).map(|it| it != "disabled"),
        name: Some(tags.name()),
        platform: platform(listed),
        profile: listed.child("iamInstanceProfile").and_then(|it| it.text("arn")).map(key_name).into(),
        public_address: public_address(listed, &mut gaps),
        region: region.to_owned(),
        security_groups: Some(groups.into_iter().collect()),
        state,
        system: Some(tags.label("system")),
        tags: Some(tags.each(|name, value| InstanceTags { name, value })),
        termination_protection: None,
        vpc: listed.text("vpcId").map(str::to_owned).into(),
    };
    give(facts, &format!("aws:ec2:{region}:{}:instance/{}", caller.account, body.instance), &body, from, gaps)
}

/// Whether all of its volumes are; null without volumes.
fn all_encrypted(listed: &Tree, volumes: &Volumes, gaps: &mut Gaps, from: &mut Vec<ReadFrom>) -> Option<Nullable<bool>> {
    let attached = listed.child("blockDeviceMapping").into_iter().flat_map(|it| it.children("item"));
    let attached: Vec<&str> = attached.filter_map(|it| it.child("ebs")?.text("volumeId")).collect();
    if attached.is_empty() {
        return Some(Nullable::Null);
    }
    let (volumes, read) = gaps.or_gap(&["encrypted"], volumes.as_ref().map_err(Fault::clone))?;
    from.extend(read);
    let found: Option<Vec<bool>> = attached.iter().map(|it| volumes.get(*it).copied()).collect();
    if found.is_none() {
        gaps.add(&["encrypted"], "ec2:DescribeVolumes: one of its volumes is not listed");
    }
    found.map(|it| Nullable::Value(it.into_iter().all(|it| it)))
}

fn interfaces(listed: &Tree) -> impl Iterator<Item = &Tree> {
    listed.child("networkInterfaceSet").into_iter().flat_map(|it| it.children("item"))
}

/// The address of IPv4 that the internet reaches. Whether one of IPv6 is reached is the matter of routes that are not read.
fn public_address(listed: &Tree, gaps: &mut Gaps) -> Nullable<String> {
    let of = |it: &Tree| it.child("association").and_then(|it| it.text("publicIp")).map(str::to_owned);
    let second = |it: &Tree| it.child("privateIpAddressesSet").and_then(|it| it.children("item").find_map(of));
    let found = listed.text("ipAddress").map(str::to_owned);
    let found = found.or_else(|| interfaces(listed).find_map(|it| of(it).or_else(|| second(it))));
    let has_six =
        interfaces(listed).any(|it| it.child("ipv6AddressesSet").is_some_and(|it| it.children("item").next().is_some()));
    if found.is_none() && has_six {
        gaps.add(&["public_address"], "it has an address of IPv6, and the routes that decide who reaches it are not read");
    }
    found.into()
}

fn platform(listed: &Tree) -> Option<String> {
    let is_mac = listed.text("instanceType").is_some_and(|it| it.starts_with("mac"));
    if listed.text("platform").is_some_and(|it| it.eq_ignore_ascii_case("windows")) {
        Some("windows".to_owned())
    } else if is_mac {
        Some("macos".to_owned())
    } else {
        listed.text("platformDetails").filter(|it| it.contains("Linux")).map(|_| "linux".to_owned())
    }
}
