//! `cloud.region@1`, and which regions can be used.

use std::collections::BTreeMap;

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::cloud::{Region, RegionSnapshotPublicBlock};
use engine_sdk::{Facts, Fault, ReadFrom};

use super::ec2::EC2;
use super::{Gaps, give, key_name};
use crate::call::Caller;
use crate::call::xml::Tree;

/// The regions that AWS has, and whether the account can use them; or why that is not known.
pub(crate) struct Regions(Result<BTreeMap<String, (bool, ReadFrom)>, Fault>);

impl Regions {
    /// Asks once for the account.
    pub(crate) fn of(caller: &Caller<'_>) -> Self {
        let answer = caller.query(&EC2, caller.home(), "DescribeRegions", &[("AllRegions", "true")]);
        Self(answer.and_then(|page| {
            let listed = page.value.list("regionInfo")?.iter();
            listed.map(|it| Ok((it.needed("regionName")?, (it.text("optInStatus") != Some("not-opted-in"), page.from)))).collect()
        }))
    }

    /// Whether AWS says that the region cannot be used. One that is not known is asked, and then answers or does not.
    pub(crate) fn is_disabled(&self, region: &str) -> bool {
        self.0.as_ref().is_ok_and(|it| it.get(region).is_some_and(|(is_enabled, _)| !is_enabled))
    }

    /// Whether AWS says that the account uses the region: then it is an account in good standing.
    pub(crate) fn is_used(&self, region: &str) -> bool {
        self.0.as_ref().is_ok_and(|it| it.get(region).is_some_and(|(is_enabled, _)| *is_enabled))
    }
}

const ACTIONS: [&str; 6] = [
    "GetEbsDefaultKmsKeyId",
    "GetEbsEncryptionByDefault",
    "GetImageBlockPublicAccessState",
    "GetInstanceMetadataDefaults",
    "GetSerialConsoleAccessStatus",
    "GetSnapshotBlockPublicAccessState",
];

/// One region of the account.
pub(crate) fn region(caller: &Caller<'_>, regions: &Regions, region: &str, facts: &mut Facts<'_, Region>) -> Result<(), Fault> {
    let known = regions.0.as_ref().map_err(Fault::clone)?.get(region);
    let (is_enabled, listed) = known.copied().ok_or_else(|| {
        Fault::new("not-found", format!("ec2:DescribeRegions: there is no region `{region}`; correct `config.regions`"))
    })?;
    let mut from = vec![listed];
    let mut gaps = Gaps::default();
    let mut body = unused(caller, region);
    if is_enabled {
        body.enabled = true;
        let mut answers = caller.query_several(&EC2, region, &ACTIONS).into_iter();
        let mut said = |field, of: fn(&Tree) -> Option<Nullable<String>>| {
            let answer = answers.next().unwrap_or_else(|| Err(Fault::invalid("the host gave no answer")));
            let answer = gaps.or_gap(&[field], answer)?;
            from.push(answer.from);
            let word = of(&answer.value);
            if word.is_none() {
                gaps.add(&[field], "AWS's answer says nothing that is known");
            }
            word
        };
        body.volume_encryption_key = said("volume_encryption_key", key);
        body.volume_encryption_default =
            said("volume_encryption_default", |it| word(it, "ebsEncryptionByDefault")).map(is("true"));
        let images = said("image_public_block", |it| word(it, "imageBlockPublicAccessState"));
        body.image_public_block = images.map(is("block-new-sharing"));
        let tokens = said("metadata_v2_default", |it| Some(it.deep_text("httpTokens").map(str::to_owned).into()));
        body.metadata_v2_default = tokens.map(is("required"));
        let console = said("serial_console_allowed", |it| word(it, "serialConsoleAccessEnabled"));
        body.serial_console_allowed = console.map(is("true"));
        let snapshots = said("snapshot_public_block", |it| word(it, "state").filter(|it| block(it).is_some()));
        body.snapshot_public_block = snapshots.and_then(|it| block(&it)).map(Nullable::Value);
    }
    give(facts, &format!("{}/{region}", caller.scope()), &body, from, gaps)
}

fn word(answer: &Tree, name: &str) -> Option<Nullable<String>> {
    answer.deep_text(name).map(|it| Nullable::Value(it.to_owned()))
}

fn is(expected: &'static str) -> impl Fn(Nullable<String>) -> Nullable<bool> {
    move |word| Nullable::Value(word == Nullable::Value(expected.to_owned()))
}

/// The key; AWS's own goes by its alias.
fn key(answer: &Tree) -> Option<Nullable<String>> {
    let key = answer.deep_text("kmsKeyId")?;
    Some((!key.ends_with("alias/aws/ebs")).then(|| key_name(key)).into())
}

fn block(word: &Nullable<String>) -> Option<RegionSnapshotPublicBlock> {
    let Nullable::Value(word) = word else { return None };
    Some(match word.as_str() {
        "block-all-sharing" => RegionSnapshotPublicBlock::All,
        "block-new-sharing" => RegionSnapshotPublicBlock::New,
        "unblocked" => RegionSnapshotPublicBlock::None,
        _ => return None,
    })
}

/// A region that is not enabled.
fn unused(caller: &Caller<'_>, region: &str) -> Region {
    Region {
        account: caller.account.clone(),
        enabled: false,
        image_public_block: Some(Nullable::Null),
        metadata_v2_default: Some(Nullable::Null),
        provider: "aws".to_owned(),
        region: region.to_owned(),
        serial_console_allowed: Some(Nullable::Null),
        snapshot_public_block: Some(Nullable::Null),
        volume_encryption_default: Some(Nullable::Null),
        volume_encryption_key: Some(Nullable::Null),
    }
}
