//! `database.snapshot@1`, and when each database was last copied.

use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::database::{Snapshot, SnapshotState};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::rds::RDS;
use super::{Gaps, first_listing, give, key_name};
use crate::call::xml::Tree;
use crate::call::{Answer, Caller};

/// How copies of servers and those of clusters are asked for; the answers differ in names only.
struct Sort {
    list: &'static str,
    action: &'static str,
    attributes: &'static str,
    name: &'static str,
    source: &'static str,
    subject: &'static str,
    types: &'static [&'static str],
}

const SORTS: [Sort; 2] = [
    Sort {
        list: "DBSnapshots",
        action: "DescribeDBSnapshots",
        attributes: "DescribeDBSnapshotAttributes",
        name: "DBSnapshotIdentifier",
        source: "DBInstanceIdentifier",
        subject: "snapshot",
        types: &["", "awsbackup"],
    },
    Sort {
        list: "DBClusterSnapshots",
        action: "DescribeDBClusterSnapshots",
        attributes: "DescribeDBClusterSnapshotAttributes",
        name: "DBClusterSnapshotIdentifier",
        source: "DBClusterIdentifier",
        subject: "cluster-snapshot",
        types: &[""],
    },
];

fn pages(caller: &Caller<'_>, region: &str, sort: &Sort) -> Result<Vec<Answer<Tree>>, Fault> {
    let each: Vec<_> = sort.types.iter().map(|it| if it.is_empty() { Vec::new() } else { vec![("SnapshotType", *it)] }).collect();
    let answers = caller.query_all_each(&RDS, region, sort.action, &each);
    Ok(answers.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// When each server and each cluster was last copied in whole.
pub(super) fn newest(caller: &Caller<'_>, region: &str) -> Result<(BTreeMap<String, String>, Vec<ReadFrom>), Fault> {
    let mut newest: BTreeMap<String, String> = BTreeMap::new();
    let mut from = Vec::new();
    for sort in &SORTS {
        for page in pages(caller, region, sort)? {
            for listed in page.value.list(sort.list)?.iter().filter(|it| it.text("Status") == Some("available")) {
                let (Some(of), Some(at)) = (listed.text(sort.source), listed.text("SnapshotCreateTime")) else { continue };
                let known = newest.entry(format!("{}:{of}", sort.source)).or_default();
                if known.as_str() < at {
                    at.clone_into(known);
                }
            }
            from.push(page.from);
        }
    }
    Ok((newest, from))
}

/// Every own copy of the region, of servers and of clusters.
pub(crate) fn snapshots(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Snapshot>) -> Result<(), Fault> {
    let [first, rest @ ..] = &SORTS;
    let listed = first_listing(pages(caller, region, first))?;
    let mut failed = None;
    for (sort, listed) in [(first, listed)].into_iter().chain(rest.iter().map(|it| (it, pages(caller, region, it)))) {
        match listed {
            Ok(pages) => of_sort(caller, region, sort, &pages, facts)?,
            Err(fault) => failed = Some(fault),
        }
    }
    failed.map_or(Ok(()), Err)
}

fn of_sort(
    caller: &Caller<'_>,
    region: &str,
    sort: &Sort,
    pages: &[Answer<Tree>],
    facts: &mut Facts<'_, Snapshot>,
) -> Result<(), Fault> {
    let mut found: BTreeMap<String, (&Tree, ReadFrom)> = BTreeMap::new();
    for page in pages {
        for listed in page.value.list(sort.list)? {
            found.insert(listed.needed(sort.name)?, (listed, page.from));
        }
    }
    // Copies that the service makes by itself cannot be shared, and AWS does not take the question.
    let asked: Vec<&String> =
        found.iter().filter(|(_, (listed, _))| listed.text("SnapshotType") != Some("automated")).map(|(name, _)| name).collect();
    let each: Vec<_> = asked.iter().map(|name| vec![(sort.name, name.as_str())]).collect();
    let answers = caller.query_each(&RDS, region, sort.attributes, &each);
    let mut shared: BTreeMap<String, _> = asked.into_iter().cloned().zip(answers).collect();
    for (name, (listed, from)) in &found {
        one(caller, region, (sort, name, listed, *from), shared.remove(name), facts)?;
    }
    Ok(())
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    (sort, name, listed, from): (&Sort, &str, &Tree, ReadFrom),
    shared: Option<Result<Answer<Tree>, Fault>>,
    facts: &mut Facts<'_, Snapshot>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let mut from = vec![from];
    let mut with = BTreeSet::new();
    if let Some(answer) = shared.and_then(|it| gaps.or_gap(&["public_access", "shared_accounts"], it)) {
        from.push(answer.from);
        with = restorers(&answer.value);
    }
    let state = match listed.text("Status") {
        Some("available") => SnapshotState::Completed,
        Some("failed" | "incompatible-restore" | "incompatible-parameters") => SnapshotState::Failed,
        _ => SnapshotState::Pending,
    };
    let encrypted = listed.text("Encrypted").or_else(|| listed.text("StorageEncrypted")) == Some("true");
    let body = Snapshot {
        account: caller.account.clone(),
        automatic: listed.text("SnapshotType") != Some("manual"),
        created_at: listed.text("SnapshotCreateTime").map(str::to_owned).into(),
        database: listed.text(sort.source).map(str::to_owned).into(),
        encrypted,
        encryption_key: Some(listed.text("KmsKeyId").filter(|_| encrypted).map(key_name).into()),
        public_access: with.contains("all"),
        region: region.to_owned(),
        shared_accounts: Some(with.into_iter().filter(|it| it != "all" && *it != caller.account).collect()),
        snapshot: name.to_owned(),
        state,
    };
    give(facts, &format!("aws:rds:{region}:{}:{}/{name}", caller.account, sort.subject), &body, from, gaps)
}

/// Who may make a database of it: accounts, and `all` for everyone.
fn restorers(answer: &Tree) -> BTreeSet<String> {
    let lists = ["DBSnapshotAttributes", "DBClusterSnapshotAttributes"];
    let attributes = lists.iter().filter_map(|it| answer.deep(it)).flat_map(Tree::all);
    let attributes = attributes.filter(|it| it.text("AttributeName") == Some("restore"));
    let values = attributes.filter_map(|it| it.child("AttributeValues")).flat_map(Tree::all);
    values.map(|it| it.own_text().to_owned()).filter(|it| !it.is_empty()).collect()
}
