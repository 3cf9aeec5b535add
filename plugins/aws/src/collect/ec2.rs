//! `network.security-group@1`, `network.vpc@1`, `compute.volume@1`.

use std::collections::BTreeSet;

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::compute::Volume;
use engine_sdk::kinds::network::{SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, Vpc};
use engine_sdk::{Facts, Fault};

use super::{Gaps, give, key_name};
use crate::call::xml::Tree;
use crate::call::{Caller, QueryService};

pub(super) const EC2: QueryService = QueryService { name: "ec2", version: "2016-11-15", is_global: false };

/// Every security group of the region.
pub(crate) fn security_groups(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, SecurityGroup>) -> Result<(), Fault> {
    for page in caller.query_all(&EC2, region, "DescribeSecurityGroups", &[("MaxResults", "1000")])? {
        for listed in page.value.list("securityGroupInfo")? {
            let group = listed.needed("groupId")?;
            let name = listed.needed("groupName")?;
            let rules = |list: &str| -> Result<Vec<Rule>, Fault> {
                listed.child(list).iter().flat_map(|it| it.children("item")).map(rule).collect()
            };
            let body = SecurityGroup {
                account: caller.account.clone(),
                attached: None,
                attached_count: None,
                default_group: name == "default",
                description: Some(listed.text("groupDescription").map(str::to_owned).into()),
                egress: Some(rules("ipPermissionsEgress")?.into_iter().map(Rule::out).collect()),
                ingress: rules("ipPermissions")?.into_iter().map(Rule::into_group).collect(),
                region: region.to_owned(),
                tags: None,
                vpc: listed.text("vpcId").map(str::to_owned).into(),
                group,
                name,
            };
            let subject = format!("aws:ec2:{region}:{}:security-group/{}", caller.account, body.group);
            facts.state_from(&subject, &body, [page.from])?;
        }
    }
    Ok(())
}

/// Every network of the region, and whether a flow log of the whole network is active.
pub(crate) fn vpcs(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Vpc>) -> Result<(), Fault> {
    let logs = caller.query_all(&EC2, region, "DescribeFlowLogs", &[("MaxResults", "1000")]);
    let recorded = logs.and_then(|pages| {
        let mut recorded = BTreeSet::new();
        let mut from = Vec::new();
        for page in pages {
            let active = page.value.list("flowLogSet")?.iter().filter(|it| it.text("flowLogStatus") == Some("ACTIVE"));
            recorded.extend(active.filter_map(|it| it.text("resourceId").map(str::to_owned)));
            from.push(page.from);
        }
        Ok((recorded, from))
    });
    for page in caller.query_all(&EC2, region, "DescribeVpcs", &[("MaxResults", "1000")])? {
        for listed in page.value.list("vpcSet")? {
            let mut gaps = Gaps::default();
            let known = gaps.or_gap(&["flow_logging"], recorded.as_ref().map_err(Fault::clone));
            let vpc = listed.needed("vpcId")?;
            let body = Vpc {
                account: caller.account.clone(),
                default_network: listed.needed("isDefault")? == "true",
                flow_logging: known.is_some_and(|(recorded, _)| recorded.contains(&vpc)),
                flow_logs: None,
                interface_count: None,
                internet_gateway: None,
                name: None,
                public_subnet_count: None,
                ranges: None,
                region: region.to_owned(),
                tags: None,
                vpc,
            };
            let subject = format!("aws:ec2:{region}:{}:vpc/{}", caller.account, body.vpc);
            let from = known.iter().flat_map(|(_, from)| from.iter().copied());
            give(facts, &subject, &body, [page.from].into_iter().chain(from), gaps)?;
        }
    }
    Ok(())
}

/// Every volume of the region.
pub(crate) fn volumes(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Volume>) -> Result<(), Fault> {
    for page in caller.query_all(&EC2, region, "DescribeVolumes", &[("MaxResults", "500")])? {
        for listed in page.value.list("volumeSet")? {
            let attachments = listed.child("attachmentSet").into_iter().flat_map(|it| it.children("item"));
            let mut instances: Vec<String> = attachments.filter_map(|it| it.text("instanceId").map(str::to_owned)).collect();
            instances.sort();
            let encrypted = listed.needed("encrypted")? == "true";
            let key = listed.text("kmsKeyId").filter(|_| encrypted).map(key_name);
            let body = Volume {
                account: caller.account.clone(),
                attached: !instances.is_empty(),
                classification: None,
                created_at: listed.text("createTime").map(str::to_owned),
                criticality: None,
                encrypted,
                encryption_key: Some(key.into()),
                environment: None,
                instances: Some(instances),
                last_backup_at: None,
                name: None,
                region: region.to_owned(),
                size_gib: listed.text("size").and_then(|it| it.parse().ok()),
                system: None,
                tags: None,
                volume: listed.needed("volumeId")?,
            };
            let subject = format!("aws:ec2:{region}:{}:volume/{}", caller.account, body.volume);
            facts.state_from(&subject, &body, [page.from])?;
        }
    }
    Ok(())
}

/// One rule, whichever way it leads.
struct Rule {
    from_port: Nullable<i64>,
    to_port: Nullable<i64>,
    protocol: String,
    networks: Vec<String>,
    groups: Vec<String>,
    prefix_lists: Vec<String>,
}

impl Rule {
    fn is_anyone(&self) -> bool {
        self.networks.iter().any(|it| it == "0.0.0.0/0" || it == "::/0")
    }

    fn into_group(self) -> SecurityGroupIngress {
        SecurityGroupIngress {
            description: None,
            from_anyone: self.is_anyone(),
            from_port: self.from_port,
            groups: self.groups,
            prefix_lists: self.prefix_lists,
            protocol: self.protocol,
            sources: self.networks,
            to_port: self.to_port,
        }
    }

    fn out(self) -> SecurityGroupEgress {
        SecurityGroupEgress {
            description: None,
            to_anyone: self.is_anyone(),
            from_port: self.from_port,
            groups: self.groups,
            prefix_lists: self.prefix_lists,
            protocol: self.protocol,
            targets: self.networks,
            to_port: self.to_port,
        }
    }
}

fn rule(item: &Tree) -> Result<Rule, Fault> {
    let protocol = match item.needed("ipProtocol")?.to_ascii_lowercase().as_str() {
        "-1" => "all".to_owned(),
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "58" => "icmpv6".to_owned(),
        other => other.to_owned(),
    };
    let texts = |list: &str, field: &str| {
        item.child(list).iter().flat_map(|it| it.children("item")).map(|it| it.needed(field)).collect::<Result<Vec<_>, _>>()
    };
    let mut networks = texts("ipRanges", "cidrIp")?;
    networks.extend(texts("ipv6Ranges", "cidrIpv6")?);
    let (mut groups, mut prefix_lists) = (texts("groups", "groupId")?, texts("prefixListIds", "prefixListId")?);
    for list in [&mut networks, &mut groups, &mut prefix_lists] {
        list.sort();
        list.dedup();
    }
    let (from_port, to_port) = ports(&protocol, item)?;
    Ok(Rule { from_port, to_port, protocol, networks, groups, prefix_lists })
}

fn ports(protocol: &str, item: &Tree) -> Result<(Nullable<i64>, Nullable<i64>), Fault> {
    if protocol == "all" {
        return Ok((Nullable::Value(0), Nullable::Value(65_535)));
    }
    if protocol != "tcp" && protocol != "udp" {
        return Ok((Nullable::Null, Nullable::Null));
    }
    let port = |name: &str, all: i64| match item.text(name) {
        None | Some("-1") => Ok(Nullable::Value(all)),
        Some(port) => {
            port.parse().map(Nullable::Value).map_err(|_| Fault::invalid(format!("`{name}` is `{port}`, which is no port")))
        }
    };
    Ok((port("fromPort", 0)?, port("toPort", 65_535)?))
}
