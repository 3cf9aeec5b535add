//! `database.instance@1`: servers, with what their clusters decide, and clusters that have no server.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::database::{Instance, InstanceTags};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::tags::Tags;
use super::{Gaps, give, key_name, rds_snapshot, texts, unless_absent};
use crate::call::xml::Tree;
use crate::call::{Caller, QueryService};

pub(super) const RDS: QueryService = QueryService { name: "rds", version: "2014-10-31", is_global: false };

/// What is known of the region beside its servers.
struct Known {
    newest: Result<(BTreeMap<String, String>, Vec<ReadFrom>), Fault>,
    settings: BTreeMap<Group, Setting>,
}

/// A group of parameters: whether it is a cluster's, its name, and the parameter that asks for TLS.
type Group = (bool, String, &'static str);
/// What the parameter is set to: null where the group has none.
type Setting = Result<(Nullable<String>, Vec<ReadFrom>), Fault>;

/// One server, or a cluster that has none.
struct Server<'a> {
    listed: &'a Tree,
    cluster: Option<&'a Tree>,
    from: Vec<ReadFrom>,
    is_cluster: bool,
}

/// Every server of the region.
pub(crate) fn instances(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Instance>) -> Result<(), Fault> {
    let clusters = unless_absent(caller.query_all(&RDS, region, "DescribeDBClusters", &[]))?;
    let pages = caller.query_all(&RDS, region, "DescribeDBInstances", &[])?;
    let mut by_name: BTreeMap<String, (&Tree, ReadFrom)> = BTreeMap::new();
    for page in &clusters {
        for listed in page.value.list("DBClusters")? {
            by_name.insert(listed.needed("DBClusterIdentifier")?, (listed, page.from));
        }
    }
    let mut servers = Vec::new();
    let mut served = BTreeSet::new();
    for page in &pages {
        for listed in page.value.list("DBInstances")? {
            let of = listed.text("DBClusterIdentifier");
            let cluster = of.and_then(|it| by_name.get(it));
            served.extend(of);
            let from = [Some(page.from), cluster.map(|it| it.1)].into_iter().flatten().collect();
            servers.push(Server { listed, cluster: cluster.map(|it| it.0), from, is_cluster: false });
        }
    }
    for (_, (listed, from)) in by_name.iter().filter(|(name, _)| !served.contains(name.as_str())) {
        servers.push(Server { listed, cluster: Some(listed), from: vec![*from], is_cluster: true });
    }
    let groups: BTreeSet<Group> = servers.iter().filter_map(Server::group).collect();
    let settings = groups.into_iter().map(|group| (group.clone(), setting(caller, region, &group))).collect();
    let newest = if servers.is_empty() { Ok(Default::default()) } else { rds_snapshot::newest(caller, region) };
    let known = Known { newest, settings };
    servers.into_iter().try_for_each(|server| server.state(caller, region, &known, facts))
}

/// The parameter by which an engine refuses connections without TLS, and whether a cluster's group decides it.
fn tls_parameter(engine: &str) -> Option<(&'static str, bool)> {
    Some(match engine {
        "aurora-mysql" => ("require_secure_transport", true),
        "aurora-postgresql" => ("rds.force_ssl", true),
        "docdb" => ("tls", true),
        "mariadb" | "mysql" => ("require_secure_transport", false),
        "neptune" => ("neptune_enforce_ssl", true),
        "postgres" => ("rds.force_ssl", false),
        other if other.starts_with("sqlserver-") => ("rds.force_ssl", false),
        _ => return None,
    })
}

fn setting(caller: &Caller<'_>, region: &str, (of_cluster, group, parameter): &Group) -> Setting {
    let (action, name) = if *of_cluster {
        ("DescribeDBClusterParameters", "DBClusterParameterGroupName")
    } else {
        ("DescribeDBParameters", "DBParameterGroupName")
    };
    let filter = [("Filters.Filter.1.Name", "parameter-name"), ("Filters.Filter.1.Values.Value.1", *parameter)];
    let pages = caller.query_all(&RDS, region, action, &[&[(name, group.as_str())], filter.as_slice()].concat())?;
    let listed = pages.iter().filter_map(|it| it.value.deep("Parameters")).flat_map(Tree::all);
    let found = listed.into_iter().find(|it| it.text("ParameterName") == Some(*parameter));
    let value = match found {
        None => Nullable::Null,
        Some(found) => {
            let value = found.text("ParameterValue").map(str::to_ascii_lowercase);
            let value = value.ok_or_else(|| Fault::invalid(format!("rds:{action}: `{parameter}` of `{group}` has no value")));
            Nullable::Value(value?)
        }
    };
    Ok((value, pages.iter().map(|it| it.from).collect()))
}

impl Server<'_> {
    /// What the server says, or what its cluster does.
    fn text(&self, name: &str) -> Option<&str> {
        self.listed.text(name).or_else(|| self.cluster.and_then(|it| it.text(name)))
    }

    /// Whether either of them says yes.
    fn says(&self, name: &str) -> bool {
        [Some(self.listed), self.cluster].into_iter().flatten().any(|it| it.text(name) == Some("true"))
    }

    fn group(&self) -> Option<Group> {
        let (parameter, of_cluster) = tls_parameter(self.listed.text("Engine")?)?;
        // Servers of a cluster that is not Aurora go by the cluster's group.
        let cluster =
            self.cluster.and_then(|it| it.text("DBClusterParameterGroup").or_else(|| it.text("DBClusterParameterGroupName")));
        if of_cluster || cluster.is_some() {
            return Some((true, cluster?.to_owned(), parameter));
        }
        let name = self.listed.child("DBParameterGroups")?.all().first()?.text("DBParameterGroupName")?;
        Some((false, name.to_owned(), parameter))
    }

    /// The server's own name within its cluster waits for a restart, or its group does.
    fn waits(&self) -> bool {
        let groups = self.listed.child("DBParameterGroups").into_iter().flat_map(Tree::all);
        let name = self.listed.text("DBInstanceIdentifier");
        let members = self.cluster.and_then(|it| it.child("DBClusterMembers")).into_iter().flat_map(Tree::all);
        let own = members.filter(|it| it.text("DBInstanceIdentifier") == name);
        groups.filter_map(|it| it.text("ParameterApplyStatus")).any(|it| it == "pending-reboot")
            || own.filter_map(|it| it.text("DBClusterParameterGroupStatus")).any(|it| it == "pending-reboot")
    }

    fn tls(&self, known: &Known, gaps: &mut Gaps, from: &mut Vec<ReadFrom>) -> Option<Nullable<bool>> {
        let field = ["tls_required"];
        let Some(setting) = self.group().and_then(|it| known.settings.get(&it)) else {
            gaps.add(&field, "this collector does not read how its engine is told to ask for TLS");
            return None;
        };
        let (value, read) = gaps.or_gap(&field, setting.as_ref().map_err(Fault::clone))?;
        from.extend(read);
        let Nullable::Value(value) = value else { return Some(Nullable::Null) };
        let is_required = match value.as_str() {
            "1" | "on" | "true" | "enabled" | "tls1.2+" | "tls1.3+" | "fips-140-3" => true,
            "0" | "off" | "false" | "disabled" => false,
            _ => {
                gaps.add(&field, "its parameter is set to a word that is not known");
                return None;
            }
        };
        if self.waits() {
            gaps.add(&field, "a change of its parameters waits for a restart");
        }
        Some(Nullable::Value(is_required))
    }

    fn last_backup(&self, known: &Known, gaps: &mut Gaps, from: &mut Vec<ReadFrom>) -> Option<Nullable<String>> {
        let (newest, read) = gaps.or_gap(&["last_backup_at"], known.newest.as_ref().map_err(Fault::clone))?;
        from.extend(read);
        let names = ["DBInstanceIdentifier", "DBClusterIdentifier"];
        let copies = names.iter().filter_map(|it| newest.get(&format!("{it}:{}", self.listed.text(it)?)).cloned());
        Some(copies.chain(self.text("LatestRestorableTime").map(str::to_owned)).max().into())
    }

    fn logs(&self) -> Vec<String> {
        let of = |it: &Tree| texts(it, "EnabledCloudwatchLogsExports", "member", "");
        let all: BTreeSet<String> = [Some(self.listed), self.cluster].into_iter().flatten().flat_map(of).collect();
        all.into_iter().collect()
    }

    fn state(mut self, caller: &Caller<'_>, region: &str, known: &Known, facts: &mut Facts<'_, Instance>) -> Result<(), Fault> {
        let mut gaps = Gaps::default();
        let mut from = core::mem::take(&mut self.from);
        let tls_required = self.tls(known, &mut gaps, &mut from);
        let last_backup_at = self.last_backup(known, &mut gaps, &mut from);
        let name = if self.is_cluster { "DBClusterIdentifier" } else { "DBInstanceIdentifier" };
        let encrypted = self.says("StorageEncrypted");
        let tags = Tags::of(self.listed, "TagList", "Tag");
        let interval = self.text("MonitoringInterval").and_then(|it| it.parse::<i64>().ok());
        let vpc = self.listed.child("DBSubnetGroup").and_then(|it| it.text("VpcId"));
        if self.is_cluster {
            gaps.add(&["vpc"], "a cluster without a server does not name its network");
        }
        if self.text("AutoMinorVersionUpgrade").is_none() {
            gaps.add(&["minor_upgrades"], "AWS does not say it of a cluster without a server");
        }
        if self.cluster.is_none() && self.listed.text("DBClusterIdentifier").is_some() {
            let fields = ["backup_days", "deletion_protection", "log_exports", "multi_zone"];
            gaps.add(&fields, "rds:DescribeDBClusters: its cluster is not listed");
        }
        let days = self.cluster.unwrap_or(self.listed).text("BackupRetentionPeriod");
        let port = self.listed.child("Endpoint").and_then(|it| it.text("Port")).or_else(|| self.text("Port"));
        let expires = self.listed.child("CertificateDetails").and_then(|it| it.text("ValidTill"));
        let created = self.listed.text("InstanceCreateTime").or_else(|| self.listed.text("ClusterCreateTime"));
        let body = Instance {
            account: caller.account.clone(),
            backup_days: days.and_then(|it| it.parse().ok()).unwrap_or(0),
            certificate_expires_at: expires.map(|it| Nullable::Value(it.to_owned())),
            classification: Some(tags.label("classification")),
            cluster: Some(self.listed.text("DBClusterIdentifier").map(str::to_owned).into()),
            created_at: created.map(str::to_owned),
            criticality: Some(tags.label("criticality")),
            database: self.listed.needed(name)?,
            deletion_protection: self.says("DeletionProtection"),
            directory_sign_in: Some(self.says("IAMDatabaseAuthenticationEnabled")),
            encrypted,
            encryption_key: Some(self.text("KmsKeyId").filter(|_| encrypted).map(key_name).into()),
            engine: self.listed.needed("Engine")?,
            engine_support_end_at: None,
            engine_version: self.listed.needed("EngineVersion")?,
            environment: Some(tags.label("environment")),
            last_backup_at,
            log_exports: self.logs(),
            minor_upgrades: self.says("AutoMinorVersionUpgrade"),
            monitoring_detailed: interval.map(|it| (1..=60).contains(&it)),
            multi_zone: self.says("MultiAZ"),
            port: port.and_then(|it| it.parse().ok()),
            public_access: self.says("PubliclyAccessible"),
            region: region.to_owned(),
            restorable_at: Some(self.text("LatestRestorableTime").map(str::to_owned).into()),
            security_groups: Some(texts(self.listed, "VpcSecurityGroups", "VpcSecurityGroupMembership", "VpcSecurityGroupId")),
            state: self.listed.text("DBInstanceStatus").or_else(|| self.listed.text("Status")).map(str::to_owned),
            system: Some(tags.label("system")),
            tags: Some(tags.each(|name, value| InstanceTags { name, value })),
            tls_required,
            vpc: vpc.map(str::to_owned).into(),
        };
        let word = if self.is_cluster { "cluster" } else { "db" };
        give(facts, &format!("aws:rds:{region}:{}:{word}/{}", caller.account, body.database), &body, from, gaps)
    }
}
