//! `compute.snapshot@1`.

use std::collections::BTreeSet;

use engine_sdk::kinds::compute::{Snapshot, SnapshotState, SnapshotTags};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::ec2::EC2;
use super::tags::Tags;
use super::{Gaps, give, key_name};
use crate::call::xml::Tree;
use crate::call::{Answer, Caller};

/// What AWS names as the volume of a snapshot that was copied.
const NO_VOLUME: &str = "vol-ffffffff";

/// Every own snapshot of the region.
pub(crate) fn snapshots(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Snapshot>) -> Result<(), Fault> {
    for page in caller.query_all(&EC2, region, "DescribeSnapshots", &[("MaxResults", "1000"), ("Owner.1", "self")])? {
        let own = page.value.list("snapshotSet")?.iter().filter(|it| it.text("ownerId").is_none_or(|it| it == caller.account));
        let own: Vec<(String, &Tree)> = own.map(|it| Ok((it.needed("snapshotId")?, it))).collect::<Result<_, Fault>>()?;
        let asked: Vec<_> =
            own.iter().map(|(id, _)| vec![("Attribute", "createVolumePermission"), ("SnapshotId", id.as_str())]).collect();
        let answers = caller.query_each(&EC2, region, "DescribeSnapshotAttribute", &asked);
        for ((id, listed), shared) in own.into_iter().zip(answers) {
            one(caller, region, (id, listed, page.from), shared, facts)?;
        }
    }
    Ok(())
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    (id, listed, from): (String, &Tree, ReadFrom),
    shared: Result<Answer<Tree>, Fault>,
    facts: &mut Facts<'_, Snapshot>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let mut from = vec![from];
    let mut public = false;
    let mut accounts = BTreeSet::new();
    if let Some(answer) = gaps.or_gap(&["public_access", "shared_accounts"], shared) {
        from.push(answer.from);
        let with = answer.value.deep("createVolumePermission");
        for item in with.iter().flat_map(|it| it.children("item")) {
            public |= item.text("group") == Some("all");
            accounts.extend(item.text("userId").filter(|it| *it != caller.account).map(str::to_owned));
        }
    }
    let state = match listed.text("status") {
        Some("completed") => SnapshotState::Completed,
        Some("error") => SnapshotState::Failed,
        _ => SnapshotState::Pending,
    };
    let encrypted = listed.needed("encrypted")? == "true";
    let tags = Tags::of(listed, "tagSet", "item");
    let body = Snapshot {
        account: caller.account.clone(),
        created_at: listed.needed("startTime")?,
        encrypted,
        encryption_key: Some(listed.text("kmsKeyId").filter(|_| encrypted).map(key_name).into()),
        public_access: public,
        region: region.to_owned(),
        shared_accounts: Some(accounts.into_iter().collect()),
        size_gib: listed.text("volumeSize").and_then(|it| it.parse().ok()),
        state,
        tags: Some(tags.each(|name, value| SnapshotTags { name, value })),
        volume: listed.text("volumeId").filter(|it| *it != NO_VOLUME).map(str::to_owned).into(),
        snapshot: id,
    };
    give(facts, &format!("aws:ec2:{region}:{}:snapshot/{}", caller.account, body.snapshot), &body, from, gaps)
}
