//! The kinds that ship with the engine, one type each. Written by the engine from `scripts/kinds`; do not edit.
//!
//! An optional field is an [`Option`]: `None` says that it was not collected. A field that may be known to be none is a
//! [`Nullable`]. A timestamp is RFC 3339 text in UTC; a duration is whole seconds.

#![allow(clippy::struct_excessive_bools, clippy::doc_markdown, reason = "the types are as the kinds are")]

use serde::{Serialize, Serializer};

use crate::Fact;

/// A value that is known, or known to be none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nullable<T> {
    /// It is known to be none: a password that was never used.
    Null,
    /// It is this.
    Value(T),
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

/// The kinds `access.review@1`.
pub mod access {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A review of access to a system.
    ///
    /// One look through who has access to one system, held or due. The subject is the register with system and period, such
    /// as `registers:access-reviews/billing/2026-q1`; the scope is the register, such as `registers:access-reviews`. A
    /// scope is complete when every review was listed that was held or due.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Review {
        /// How many accounts were looked at; null while none were.
        pub account_count: Nullable<i64>,
        /// The day by which it was due (midnight UTC); null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due_at: Option<Nullable<String>>,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// How many accounts the system had then; absent when that was not counted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub existing_count: Option<i64>,
        /// How many accounts had access that they should not have; null while that is not known.
        pub finding_count: Nullable<i64>,
        /// The day that it was finished (midnight UTC); null while it is not.
        pub performed_at: Nullable<String>,
        /// The time that it is for, such as `2026-q1`.
        pub period: String,
        /// Administrators and accounts of programs were looked at too; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub privileged_included: Option<bool>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The day that the last of it was taken away (midnight UTC); null while it is not, or when there was none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub removed_at: Option<Nullable<String>>,
        /// From how many of these it was taken away; null while that is not known.
        pub removed_count: Nullable<i64>,
        /// Who judged the access, in lower case; null for nobody.
        pub reviewer_email: Nullable<String>,
        /// The system in lower case, as `asset.system@1` names it.
        pub system: String,
    }

    impl Fact for Review {
        const KIND: &'static str = "access.review@1";
    }
}

/// The kinds `asset.system@1`.
pub mod asset {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A system.
    ///
    /// One application, service or store of the company's own or a vendor's, as the inventory has it. The subject is the
    /// register with the system, such as `registers:systems/billing`; the scope is the register, such as
    /// `registers:systems`. A scope is complete when every system was listed, planned and retired ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct System {
        /// The highest class of what it holds; null while that is not judged.
        pub classification: Nullable<SystemClassification>,
        /// How much depends on it.
        pub criticality: SystemCriticality,
        /// What it is for; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        /// What it is used for; `internal` for what serves the company itself.
        pub environment: SystemEnvironment,
        /// It holds what is about people.
        pub holds_personal_data: bool,
        /// It holds health records.
        pub holds_phi: bool,
        /// The internet reaches it; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub internet_facing: Option<bool>,
        /// The day from which it is in use (midnight UTC); null when that is not set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub live_at: Option<Nullable<String>>,
        /// Where it runs, such as a cloud account or a site; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub location: Option<String>,
        /// Who answers for it, in lower case; null for nobody.
        pub owner_email: Nullable<String>,
        /// How many seconds of changes may be lost; null for no such aim.
        pub recovery_point_wanted: Nullable<i64>,
        /// After how many seconds it should be back; null for no such aim.
        pub recovery_time_wanted: Nullable<i64>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The day from which it is no longer (midnight UTC); null when none is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub retired_at: Option<Nullable<String>>,
        /// The day that this line was last looked at (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reviewed_at: Option<Nullable<String>>,
        /// People sign in to it through the company's directory; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub single_sign_on: Option<bool>,
        /// Whether it is in use.
        pub status: SystemStatus,
        /// Its name, in lower case.
        pub system: String,
        /// The vendor that runs it, in lower case, as `vendor.profile@1` names it; null for the company itself.
        pub vendor: Nullable<String>,
    }

    impl Fact for System {
        const KIND: &'static str = "asset.system@1";
    }

    /// What `classification` of [`System`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SystemClassification {
        /// `public`.
        #[serde(rename = "public")]
        Public,
        /// `internal`.
        #[serde(rename = "internal")]
        Internal,
        /// `confidential`.
        #[serde(rename = "confidential")]
        Confidential,
        /// `restricted`.
        #[serde(rename = "restricted")]
        Restricted,
    }

    /// What `criticality` of [`System`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SystemCriticality {
        /// `low`.
        #[serde(rename = "low")]
        Low,
        /// `medium`.
        #[serde(rename = "medium")]
        Medium,
        /// `high`.
        #[serde(rename = "high")]
        High,
        /// `critical`.
        #[serde(rename = "critical")]
        Critical,
    }

    /// What `environment` of [`System`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SystemEnvironment {
        /// `production`.
        #[serde(rename = "production")]
        Production,
        /// `staging`.
        #[serde(rename = "staging")]
        Staging,
        /// `test`.
        #[serde(rename = "test")]
        Test,
        /// `development`.
        #[serde(rename = "development")]
        Development,
        /// `internal`.
        #[serde(rename = "internal")]
        Internal,
    }

    /// What `status` of [`System`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SystemStatus {
        /// `planned`.
        #[serde(rename = "planned")]
        Planned,
        /// `live`.
        #[serde(rename = "live")]
        Live,
        /// `retired`.
        #[serde(rename = "retired")]
        Retired,
    }
}

/// The kinds `audit.trail@1`.
pub mod audit {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A record of what is done in an account.
    ///
    /// One trail, audit log or diagnostic setting that keeps the calls to a cloud's own interfaces. The subject names it in
    /// its home region, such as `aws:cloudtrail:eu-central-1:123456789012:trail/main`; the scope is the account that is
    /// recorded, such as `aws:123456789012`. A scope is complete when every trail that records the account was seen, from
    /// whatever region and also when the organisation owns it.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Trail {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// The bucket that it is kept in, as `storage.bucket@1` names it; null for none.
        pub bucket: Nullable<String>,
        /// When it last wrote to its store; null when it never did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub delivered_at: Option<Nullable<String>>,
        /// Why it last could not write, in the provider's word; null when it could.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub delivery_error: Option<Nullable<String>>,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// Calls to services without a region are recorded, such as those on identities.
        pub global_events: bool,
        /// The account that owns it, which is another where the organisation records.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub home_account: Option<String>,
        /// The log group that it is also sent to, as `logging.group@1` names it; null for none.
        pub log_group: Nullable<String>,
        /// When it last wrote to its log group; null when it never did or has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub log_group_delivered_at: Option<Nullable<String>>,
        /// It is recording now.
        pub logging: bool,
        /// Which calls that administer something are recorded.
        pub management_events: TrailManagementEvents,
        /// It records every region, new ones included.
        pub multi_region: bool,
        /// Its name.
        pub name: String,
        /// For which buckets the reading of objects is recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub object_reads: Option<TrailObjectReads>,
        /// For which buckets the writing of objects is recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub object_writes: Option<TrailObjectWrites>,
        /// It records every account of the organisation.
        pub organisation_wide: bool,
        /// The region where it is at home; `global` for one that has none.
        pub region: String,
        /// For how many days the trail itself keeps what it records; null where its store decides.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub retention_days: Option<Nullable<i64>>,
        /// When recording was last switched on; null when it never was.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub started_at: Option<Nullable<String>>,
        /// When recording was last switched off; null when it never was.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub stopped_at: Option<Nullable<String>>,
        /// Its files are sealed with digests, so that a change or a loss shows.
        pub validation: bool,
    }

    impl Fact for Trail {
        const KIND: &'static str = "audit.trail@1";
    }

    /// What `management_events` of [`Trail`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum TrailManagementEvents {
        /// `all`.
        #[serde(rename = "all")]
        All,
        /// `reads`.
        #[serde(rename = "reads")]
        Reads,
        /// `writes`.
        #[serde(rename = "writes")]
        Writes,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// What `object_reads` of [`Trail`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum TrailObjectReads {
        /// `all`.
        #[serde(rename = "all")]
        All,
        /// `some`.
        #[serde(rename = "some")]
        Some,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// What `object_writes` of [`Trail`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum TrailObjectWrites {
        /// `all`.
        #[serde(rename = "all")]
        All,
        /// `some`.
        #[serde(rename = "some")]
        Some,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }
}

/// The kinds `backup.plan@1`, `backup.vault@1`.
pub mod backup {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A plan of backups.
    ///
    /// One plan by which a cloud's service makes backups. The subject names it, such as
    /// `aws:backup:eu-central-1:123456789012:backup-plan/1234`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every plan of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Plan {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// At least one rule copies to another region or account.
        pub copied_elsewhere: bool,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// When it last made a backup; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_run_at: Option<Nullable<String>>,
        /// The fewest days that any of its rules keeps a backup; null when each keeps for ever.
        pub min_retention_days: Nullable<i64>,
        /// Its name.
        pub name: String,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// When it backs up and how long that is kept; at least one.
        pub rules: Vec<PlanRules>,
        /// What it backs up: subjects, patterns, and `tag:NAME=VALUE`, sorted; empty for nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub selections: Option<Vec<String>>,
        /// Nothing was put under it, so that it makes no backup.
        pub selects_nothing: bool,
    }

    impl Fact for Plan {
        const KIND: &'static str = "backup.plan@1";
    }

    /// What `rules` of [`Plan`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PlanRules {
        /// Every instant can be brought back, not only those of the runs.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub continuous: Option<bool>,
        /// The subjects of other vaults that it is copied to, sorted; empty for none.
        pub copies_to: Vec<String>,
        /// The longest time between two runs, in hours; null when it runs on demand only.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub every_hours: Option<Nullable<i64>>,
        /// The rule's name.
        pub name: String,
        /// For how many days a backup is kept; null for ever.
        pub retention_days: Nullable<i64>,
        /// When it runs, as the provider writes it; null when it runs on demand only.
        pub schedule: Nullable<String>,
        /// The vault that it is kept in, as `backup.vault@1` names it; null for none.
        pub vault: Nullable<String>,
    }

    /// A vault for backups.
    ///
    /// One place where backups are kept. The subject names it, such as
    /// `aws:backup:eu-central-1:123456789012:backup-vault/main`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every vault of the region was seen, empty ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Vault {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// What is kept in it is encrypted.
        pub encrypted: bool,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// When the last one was made; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_backup_at: Option<Nullable<String>>,
        /// Nobody can take the lock off any more; null when there is no lock.
        pub lock_permanent: Nullable<bool>,
        /// Backups cannot be deleted before their time.
        pub locked: bool,
        /// For how many days each backup may be kept; null for no such rule.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_retention_days: Option<Nullable<i64>>,
        /// For how many days each backup must be kept; null for no such rule.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub min_retention_days: Option<Nullable<i64>>,
        /// Its policy lets anyone in.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub public_access: Option<bool>,
        /// How many backups are in it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub recovery_point_count: Option<i64>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// Other accounts that its policy lets in, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// Its name.
        pub vault: String,
    }

    impl Fact for Vault {
        const KIND: &'static str = "backup.vault@1";
    }
}

/// The kinds `certificate.certificate@1`.
pub mod certificate {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A certificate.
    ///
    /// One certificate that a service keeps or shows. The subject names it, such as
    /// `aws:acm:eu-central-1:123456789012:certificate/1234`; the scope is the listing it was seen in, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every certificate was seen, expired ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Certificate {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// Until when it holds; null when it is not issued.
        pub expires_at: Nullable<String>,
        /// It was made elsewhere and brought in.
        pub imported: bool,
        /// Something shows it.
        pub in_use: bool,
        /// From when it holds; null when it is not issued.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub issued_at: Option<Nullable<String>>,
        /// Who signed it; null when it is not issued.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub issuer: Option<Nullable<String>>,
        /// The kind and size of its key in lower case, such as `rsa-2048` or `ec-p256`.
        pub key_algorithm: String,
        /// The first name that it is for, such as `www.example.com`.
        pub name: String,
        /// All names that it is for, sorted.
        pub names: Vec<String>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// It is renewed without a person, as it stands now.
        pub renewable: bool,
        /// How it is signed, in lower case, such as `sha256-rsa`; null when it is not issued.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub signature_algorithm: Option<Nullable<String>>,
        /// Whether it can be used.
        pub status: CertificateStatus,
        /// What shows it, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub used_by: Option<Vec<String>>,
    }

    impl Fact for Certificate {
        const KIND: &'static str = "certificate.certificate@1";
    }

    /// What `status` of [`Certificate`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum CertificateStatus {
        /// `issued`.
        #[serde(rename = "issued")]
        Issued,
        /// `pending`.
        #[serde(rename = "pending")]
        Pending,
        /// `expired`.
        #[serde(rename = "expired")]
        Expired,
        /// `revoked`.
        #[serde(rename = "revoked")]
        Revoked,
        /// `failed`.
        #[serde(rename = "failed")]
        Failed,
        /// `inactive`.
        #[serde(rename = "inactive")]
        Inactive,
    }
}

/// The kinds `cloud.account@1`, `cloud.region@1`.
pub mod cloud {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// An account of a cloud.
    ///
    /// One account, subscription or project, with what is set for all of it; a rule on it may join what must be there at
    /// least once, such as a trail. One fact an account. The subject and the scope are the account, such as
    /// `aws:123456789012`. A scope is complete when the account was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Account {
        /// Its number or id.
        pub account: String,
        /// It governs an organisation itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub management: Option<bool>,
        /// The account that governs the organisation; null when it stands alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub management_account: Option<Nullable<String>>,
        /// Its name for people, an alias; null when it has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Nullable<String>>,
        /// The id of the organisation of accounts that it belongs to; null when it stands alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub organisation: Option<Nullable<String>>,
        /// Whose cloud it is, in lower case: `aws`, `azure`, `gcp` or another.
        pub provider: String,
        /// The regions that can be used, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub regions_enabled: Option<Vec<String>>,
        /// Whom the provider tells about security, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub security_contact_email: Option<Nullable<String>>,
        /// Somebody is named whom the provider tells about security.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub security_contact_set: Option<bool>,
        /// Which blocks of public storage hold for the whole account; null when none was ever set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub storage_public_block: Option<Nullable<AccountStoragePublicBlock>>,
        /// Nothing in its object storage can be public, whatever a bucket says: all four of the blocks are on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub storage_public_blocked: Option<bool>,
    }

    impl Fact for Account {
        const KIND: &'static str = "cloud.account@1";
    }

    /// What `storage_public_block` of [`Account`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct AccountStoragePublicBlock {
        /// Access lists that open something to everyone have no effect.
        pub ignores_public_acls: bool,
        /// New access lists that open something to everyone are refused.
        pub refuses_public_acls: bool,
        /// New policies that open something to everyone are refused.
        pub refuses_public_policies: bool,
        /// What a policy opens to everyone is reached only from within the account.
        pub restricts_public_policies: bool,
    }

    /// A region of an account.
    ///
    /// What is set for all of one region of one account; a rule on it may join what each region must have, such as a
    /// detector. One fact for each region that was asked for, and a region that is not enabled is a fact with `enabled`
    /// false. The subject and the scope are account and region, such as `aws:123456789012/eu-central-1`. A scope is
    /// complete when the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Region {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// It can be used.
        pub enabled: bool,
        /// Machine images cannot be made public; null for a region that is not enabled.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub image_public_block: Option<Nullable<bool>>,
        /// New machines must be asked for their credentials in sessions, unless they say otherwise; null for a region that
        /// is not enabled.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub metadata_v2_default: Option<Nullable<bool>>,
        /// Whose cloud it is, in lower case: `aws`, `azure`, `gcp` or another.
        pub provider: String,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// The serial console of machines can be reached; null for a region that is not enabled.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub serial_console_allowed: Option<Nullable<bool>>,
        /// Which snapshots cannot be made public: all, only ones that are not public yet, or none; null for a region that
        /// is not enabled.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub snapshot_public_block: Option<Nullable<RegionSnapshotPublicBlock>>,
        /// New volumes are encrypted whoever makes them; null for a region that is not enabled.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub volume_encryption_default: Option<Nullable<bool>>,
        /// The key that new volumes are encrypted with, as `crypto.key@1` names it; null for the provider's own, or for a
        /// region that is not enabled.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub volume_encryption_key: Option<Nullable<String>>,
    }

    impl Fact for Region {
        const KIND: &'static str = "cloud.region@1";
    }

    /// What `snapshot_public_block` of [`Region`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RegionSnapshotPublicBlock {
        /// `all`.
        #[serde(rename = "all")]
        All,
        /// `new`.
        #[serde(rename = "new")]
        New,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }
}

/// The kinds `code.change@1`.
pub mod code {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A change.
    ///
    /// One change that reached the main line of a repository or a running system: a merged request, or a ticket of change.
    /// The subject is where it was made with its id, such as `github:acme/api/pull/42` or `registers:changes/c-42`; the
    /// scope is the repository or register, such as `github:acme/api` or `registers:changes`. A scope is complete when
    /// every change was listed of the time that was asked for.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Change {
        /// When the last of them did; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub approved_at: Option<Nullable<String>>,
        /// Who approved its final state, by the name that the repository or register has, the author left out, sorted;
        /// empty for nobody.
        pub approvers: Vec<String>,
        /// Who made it, by the name that the repository or register has.
        pub author: String,
        /// A program made it, such as one that renews dependencies.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub author_automated: Option<bool>,
        /// Its id within that, in lower case, such as `42`.
        pub change: String,
        /// How many lines it adds and removes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub changed_line_count: Option<i64>,
        /// Somebody overrode a check that it had to pass.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub checks_skipped: Option<bool>,
        /// The commit that it became; null for a change without code.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub commit: Option<Nullable<String>>,
        /// When it first ran in production; null while it does not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deployed_at: Option<Nullable<String>>,
        /// Who or what brought it there; null while nobody did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deployed_by: Option<Nullable<String>>,
        /// The author's address at work, in lower case; null when it is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub email: Option<Nullable<String>>,
        /// It was marked as urgent, so that review could come afterwards.
        pub emergency: bool,
        /// When that review was done; null while it was not, or for a change that was not urgent.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub emergency_reviewed_at: Option<Nullable<String>>,
        /// When it was put into the main line or carried out, midnight UTC where only the day is known.
        pub merged_at: String,
        /// Who put it into the main line; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub merged_by: Option<String>,
        /// The repository host or register that says so, such as `github` or `changes`: the same for all of its lines.
        pub register: String,
        /// The repository that it was made in, such as `acme/api`; null for a change without code.
        pub repository: Nullable<String>,
        /// How to take it back is written down; absent when nobody said.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub rollback_planned: Option<bool>,
        /// It touches what guards the system; absent when nobody said.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub security_relevant: Option<bool>,
        /// When somebody looked at that; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub security_reviewed_at: Option<Nullable<String>>,
        /// The system that it changed, in lower case, as `asset.system@1` names it; null when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// The line that it was put into, such as `main`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub target: Option<String>,
        /// That line cannot be changed without an approval by someone else; null for a change without code.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub target_protected: Option<Nullable<bool>>,
        /// Its tests passed on its final state; null when none ran.
        pub tests_passed: Nullable<bool>,
        /// The ticket that asks for it; null for none.
        pub ticket: Nullable<String>,
        /// What it changes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
    }

    impl Fact for Change {
        const KIND: &'static str = "code.change@1";
    }
}

/// The kinds `compute.function@1`, `compute.instance@1`, `compute.snapshot@1`, `compute.volume@1`.
pub mod compute {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A function.
    ///
    /// One piece of code that a cloud runs when it is called. The subject names it, such as
    /// `aws:lambda:eu-central-1:123456789012:function/resize`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every function of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Function {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// Only signed code is taken; null for an image.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub code_signed: Option<Nullable<bool>>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// Calls that failed are kept.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub dead_letters: Option<bool>,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// The names of its environment variables, never their values, sorted.
        pub environment_names: Vec<String>,
        /// The log group that it writes to, as `logging.group@1` names it; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub log_group: Option<Nullable<String>>,
        /// When code or settings last changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub modified_at: Option<String>,
        /// Its name.
        pub name: String,
        /// How its code is given: files for a runtime of the provider, or an image that brings its own.
        pub packaging: FunctionPackaging,
        /// Anyone can call it: its policy or an address without sign-in allows that.
        pub public_access: bool,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// The identity that it acts as; null for none.
        pub role: Nullable<String>,
        /// The runtime, in the provider's word, such as `python3.12`; null for an image.
        pub runtime: Nullable<String>,
        /// The provider no longer mends the runtime; null for an image.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub runtime_deprecated: Option<Nullable<bool>>,
        /// The end of the last day that the provider mends the runtime; null when none is set or for an image.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub runtime_support_end_at: Option<Nullable<String>>,
        /// Other accounts that its policy lets call it, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<FunctionTags>>,
        /// Its calls are traced.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tracing: Option<bool>,
        /// The address that it is called by over the web; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub url: Option<Nullable<String>>,
        /// That address asks who calls; null for no address.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub url_authenticated: Option<Nullable<bool>>,
        /// The network that it reaches into, as `network.vpc@1` names it; null for none.
        pub vpc: Nullable<String>,
    }

    impl Fact for Function {
        const KIND: &'static str = "compute.function@1";
    }

    /// What `packaging` of [`Function`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FunctionPackaging {
        /// `archive`.
        #[serde(rename = "archive")]
        Archive,
        /// `image`.
        #[serde(rename = "image")]
        Image,
    }

    /// What `tags` of [`Function`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct FunctionTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// A machine in a cloud.
    ///
    /// One virtual machine, running or stopped; one that was deleted is not listed. The subject names it, such as
    /// `aws:ec2:eu-central-1:123456789012:instance/i-1`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every machine of the region was seen, stopped ones
    /// included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Instance {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// All of its volumes are encrypted; null when it has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encrypted: Option<Nullable<bool>>,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// The image that it was made from; null when that is not known any more.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub image: Option<Nullable<String>>,
        /// Its id, such as `i-1`.
        pub instance: String,
        /// When it was last started.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub launched_at: Option<String>,
        /// The name of the key pair that opens its first account; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub login_key: Option<Nullable<String>>,
        /// An agent reports to the cloud's service for configuration and patches.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub managed: Option<bool>,
        /// It can ask a local service for its own credentials.
        pub metadata_enabled: bool,
        /// Over how many hops the answer goes; null where the service is off.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub metadata_hop_limit: Option<Nullable<i64>>,
        /// That service answers only within a session, so that a forwarded request gets nothing; true also where the
        /// service is off.
        pub metadata_v2_required: bool,
        /// It is measured every minute or oftener.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub monitoring_detailed: Option<bool>,
        /// Its name for people; null when it has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Nullable<String>>,
        /// Its operating system in lower case, such as `linux` or `windows`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub platform: Option<String>,
        /// The identity that its programs act as; null for none.
        pub profile: Nullable<String>,
        /// The address that the internet reaches it by; null for none.
        pub public_address: Nullable<String>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// The ids of the groups that guard it, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub security_groups: Option<Vec<String>>,
        /// Whether it runs; `changing` while it starts or stops.
        pub state: InstanceState,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<InstanceTags>>,
        /// It cannot be deleted before that is switched off.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub termination_protection: Option<bool>,
        /// The network that it stands in, as `network.vpc@1` names it; null for none.
        pub vpc: Nullable<String>,
    }

    impl Fact for Instance {
        const KIND: &'static str = "compute.instance@1";
    }

    /// What `state` of [`Instance`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum InstanceState {
        /// `running`.
        #[serde(rename = "running")]
        Running,
        /// `stopped`.
        #[serde(rename = "stopped")]
        Stopped,
        /// `changing`.
        #[serde(rename = "changing")]
        Changing,
    }

    /// What `tags` of [`Instance`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct InstanceTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// A snapshot of a volume.
    ///
    /// One copy of a volume that the account owns; those of others are not listed. The subject names it, such as
    /// `aws:ec2:eu-central-1:123456789012:snapshot/snap-1`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every own snapshot of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Snapshot {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// When it was begun.
        pub created_at: String,
        /// It is encrypted.
        pub encrypted: bool,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// Anyone can make a volume of it.
        pub public_access: bool,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// Other accounts that can, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// The size of its volume in GiB.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub size_gib: Option<i64>,
        /// Its id, such as `snap-1`.
        pub snapshot: String,
        /// Whether it holds what it should.
        pub state: SnapshotState,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<SnapshotTags>>,
        /// The volume that it was made of, as `compute.volume@1` names it; null when that is not known.
        pub volume: Nullable<String>,
    }

    impl Fact for Snapshot {
        const KIND: &'static str = "compute.snapshot@1";
    }

    /// What `state` of [`Snapshot`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SnapshotState {
        /// `completed`.
        #[serde(rename = "completed")]
        Completed,
        /// `pending`.
        #[serde(rename = "pending")]
        Pending,
        /// `failed`.
        #[serde(rename = "failed")]
        Failed,
    }

    /// What `tags` of [`Snapshot`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SnapshotTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// A volume.
    ///
    /// One disk of a cloud. The subject names it, such as `aws:ec2:eu-central-1:123456789012:volume/vol-1`; the scope is
    /// account and region, such as `aws:123456789012/eu-central-1`. A scope is complete when every volume of the region was
    /// seen, unattached ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Volume {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// A machine uses it.
        pub attached: bool,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// What is stored on it is encrypted.
        pub encrypted: bool,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// The ids of these machines, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub instances: Option<Vec<String>>,
        /// When it was last copied, by snapshot or by a backup plan; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_backup_at: Option<Nullable<String>>,
        /// Its name for people; null when it has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Nullable<String>>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// Its size in GiB.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub size_gib: Option<i64>,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<VolumeTags>>,
        /// Its id, such as `vol-1`.
        pub volume: String,
    }

    impl Fact for Volume {
        const KIND: &'static str = "compute.volume@1";
    }

    /// What `tags` of [`Volume`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct VolumeTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }
}

/// The kinds `configuration.recorder@1`.
pub mod configuration {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A recorder of configuration.
    ///
    /// One service that keeps how the things of an account were set up, and when that changed. A region without one gives
    /// no fact, and its scope is complete without it; a rule on `cloud.region@1` may join this kind. The subject names it,
    /// such as `aws:config:eu-central-1:123456789012:recorder/default`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every recorder of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Recorder {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// It records every type of thing that it can, new ones included.
        pub all_types: bool,
        /// The bucket that its records go to, as `storage.bucket@1` names it; null when none is set, so that nothing is
        /// kept.
        pub bucket: Nullable<String>,
        /// When it last wrote to its bucket; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub delivered_at: Option<Nullable<String>>,
        /// How often it looks.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub frequency: Option<RecorderFrequency>,
        /// It records things without a region too, such as identities.
        pub global_types: bool,
        /// How the last recording went; null when there was none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_status: Option<Nullable<RecorderLastStatus>>,
        /// Its name.
        pub name: String,
        /// It is recording now.
        pub recording: bool,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// For how many days its records are kept; null for as long as the provider does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub retention_days: Option<Nullable<i64>>,
        /// The identity that it acts as; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub role: Option<Nullable<String>>,
    }

    impl Fact for Recorder {
        const KIND: &'static str = "configuration.recorder@1";
    }

    /// What `frequency` of [`Recorder`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RecorderFrequency {
        /// `continuous`.
        #[serde(rename = "continuous")]
        Continuous,
        /// `daily`.
        #[serde(rename = "daily")]
        Daily,
    }

    /// What `last_status` of [`Recorder`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RecorderLastStatus {
        /// `success`.
        #[serde(rename = "success")]
        Success,
        /// `failure`.
        #[serde(rename = "failure")]
        Failure,
        /// `pending`.
        #[serde(rename = "pending")]
        Pending,
    }
}

/// The kinds `continuity.recovery-test@1`.
pub mod continuity {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A test of recovery.
    ///
    /// One attempt to bring back a system or what it holds, held or due. The subject is the register with system, type and
    /// day, such as `registers:recovery-tests/billing/backup-restore/2026-05-04`; the scope is the register, such as
    /// `registers:recovery-tests`. A scope is complete when every test was listed that was held or due.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct RecoveryTest {
        /// The day by which it was due (midnight UTC); null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due_at: Option<Nullable<String>>,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// How many things went wrong; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub finding_count: Option<i64>,
        /// What came back was compared with what it should be; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub integrity_checked: Option<bool>,
        /// What is to change because of it; null while nothing is written.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub lessons: Option<Nullable<String>>,
        /// How many of these are not mended; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub open_finding_count: Option<i64>,
        /// The day that it was held (midnight UTC); null while it was not.
        pub performed_at: Nullable<String>,
        /// How many were; null when that was not measured.
        pub recovery_point_achieved: Nullable<i64>,
        /// How many seconds of changes may be lost; null for no such aim.
        pub recovery_point_wanted: Nullable<i64>,
        /// After how many seconds it was; null when that was not measured.
        pub recovery_time_achieved: Nullable<i64>,
        /// After how many seconds the system should be back; null for no such aim.
        pub recovery_time_wanted: Nullable<i64>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// What was wanted was reached; null while it was not held.
        pub successful: Nullable<bool>,
        /// The system in lower case, as `asset.system@1` names it.
        pub system: String,
        /// What was tried: restoring a backup, running elsewhere, all of it, or the plan on paper.
        pub test_type: RecoveryTestTestType,
        /// Who held it, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tester_email: Option<Nullable<String>>,
    }

    impl Fact for RecoveryTest {
        const KIND: &'static str = "continuity.recovery-test@1";
    }

    /// What `test_type` of [`RecoveryTest`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RecoveryTestTestType {
        /// `backup-restore`.
        #[serde(rename = "backup-restore")]
        BackupRestore,
        /// `failover`.
        #[serde(rename = "failover")]
        Failover,
        /// `disaster-exercise`.
        #[serde(rename = "disaster-exercise")]
        DisasterExercise,
        /// `walk-through`.
        #[serde(rename = "walk-through")]
        WalkThrough,
    }
}

/// The kinds `crypto.key@1`.
pub mod crypto {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A key in a key service.
    ///
    /// One key that encrypts or signs without leaving its service; the provider's own, which nobody can set, are listed
    /// where the cloud lists them. The subject names it, such as `aws:kms:eu-central-1:123456789012:key/1234abcd`; the
    /// scope is account and region, such as `aws:123456789012/eu-central-1`. A scope is complete when every key of the
    /// region was seen, disabled ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Key {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// Its kind and size in the provider's word, such as `SYMMETRIC_DEFAULT` or `RSA_4096`.
        pub algorithm: String,
        /// Other names that it goes by, sorted.
        pub aliases: Vec<String>,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// When it will be deleted; null when that is not scheduled.
        pub deletion_at: Nullable<String>,
        /// It can be used.
        pub enabled: bool,
        /// The key itself, by the name that other kinds use in `encryption_key`: its subject.
        pub encryption_key: String,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// Where it was made: in the service, by its owner who brought it, in the owner's own hardware module, or in a
        /// store outside the cloud.
        pub origin: KeyOrigin,
        /// Who decides about it: the account, or the provider.
        pub owner: KeyOwner,
        /// Its policy lets anyone use it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub public_access: Option<bool>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// The service can renew it by itself.
        pub rotatable: bool,
        /// When it was last renewed; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub rotated_at: Option<Nullable<String>>,
        /// Every how many days; null where it is not renewed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub rotation_days: Option<Nullable<i64>>,
        /// The service renews it by itself; null where it cannot.
        pub rotation_enabled: Nullable<bool>,
        /// Other accounts that its policy lets in, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// What can be done with it.
        pub state: KeyState,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<KeyTags>>,
        /// What it is for.
        pub usage: KeyUsage,
    }

    impl Fact for Key {
        const KIND: &'static str = "crypto.key@1";
    }

    /// What `origin` of [`Key`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum KeyOrigin {
        /// `provider`.
        #[serde(rename = "provider")]
        Provider,
        /// `imported`.
        #[serde(rename = "imported")]
        Imported,
        /// `hardware`.
        #[serde(rename = "hardware")]
        Hardware,
        /// `external`.
        #[serde(rename = "external")]
        External,
    }

    /// What `owner` of [`Key`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum KeyOwner {
        /// `customer`.
        #[serde(rename = "customer")]
        Customer,
        /// `provider`.
        #[serde(rename = "provider")]
        Provider,
    }

    /// What `state` of [`Key`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum KeyState {
        /// `enabled`.
        #[serde(rename = "enabled")]
        Enabled,
        /// `disabled`.
        #[serde(rename = "disabled")]
        Disabled,
        /// `deletion-scheduled`.
        #[serde(rename = "deletion-scheduled")]
        DeletionScheduled,
        /// `not-ready`.
        #[serde(rename = "not-ready")]
        NotReady,
        /// `unavailable`.
        #[serde(rename = "unavailable")]
        Unavailable,
    }

    /// What `tags` of [`Key`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct KeyTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// What `usage` of [`Key`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum KeyUsage {
        /// `encryption`.
        #[serde(rename = "encryption")]
        Encryption,
        /// `signing`.
        #[serde(rename = "signing")]
        Signing,
        /// `mac`.
        #[serde(rename = "mac")]
        Mac,
        /// `agreement`.
        #[serde(rename = "agreement")]
        Agreement,
    }
}

/// The kinds `database.instance@1`, `database.snapshot@1`.
pub mod database {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A database that a cloud runs.
    ///
    /// One server of a database service, and what its cluster decides for it. The subject names it, such as
    /// `aws:rds:eu-central-1:123456789012:db/orders`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every one of the region was seen, stopped ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Instance {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// For how many days its automatic backups are kept; 0 when there are none.
        pub backup_days: i64,
        /// When the certificate that it shows expires; null where it shows none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub certificate_expires_at: Option<Nullable<String>>,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// The cluster that it belongs to; null when it stands alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub cluster: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// Its name, such as `orders`.
        pub database: String,
        /// It cannot be deleted before that is switched off.
        pub deletion_protection: bool,
        /// People and programs can sign in with identities of the cloud, not only with passwords.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub directory_sign_in: Option<bool>,
        /// What is stored is encrypted.
        pub encrypted: bool,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// What it runs, in the provider's word, such as `postgres`.
        pub engine: String,
        /// The end of the last day of regular support of that version; null when none is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub engine_support_end_at: Option<Nullable<String>>,
        /// The version that it runs.
        pub engine_version: String,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// When it was last backed up; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_backup_at: Option<Nullable<String>>,
        /// Which of its logs are sent out of it, such as `postgresql`, sorted; empty for none.
        pub log_exports: Vec<String>,
        /// Minor versions are installed without a person.
        pub minor_upgrades: bool,
        /// It is measured every minute or oftener from within.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub monitoring_detailed: Option<bool>,
        /// Another copy in another place takes over when it fails.
        pub multi_zone: bool,
        /// The port that it listens on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub port: Option<i64>,
        /// It has an address that the internet reaches; whether anything is let in is its security groups' matter.
        pub public_access: bool,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// The latest instant that it can be brought back to; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub restorable_at: Option<Nullable<String>>,
        /// The ids of the groups that guard it, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub security_groups: Option<Vec<String>>,
        /// What it is up to, in the provider's word, such as `available`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub state: Option<String>,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<InstanceTags>>,
        /// Connections without TLS are refused; null for an engine that has no such setting.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tls_required: Option<Nullable<bool>>,
        /// The network that it stands in, as `network.vpc@1` names it; null for none.
        pub vpc: Nullable<String>,
    }

    impl Fact for Instance {
        const KIND: &'static str = "database.instance@1";
    }

    /// What `tags` of [`Instance`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct InstanceTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// A snapshot of a database.
    ///
    /// One copy of a database that the account owns; those of others are not listed. The subject names it, such as
    /// `aws:rds:eu-central-1:123456789012:snapshot/orders-1`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every own snapshot of the region was seen, automatic ones
    /// and those of clusters included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Snapshot {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// The service made it by itself.
        pub automatic: bool,
        /// When it was made; null while it is not yet.
        pub created_at: Nullable<String>,
        /// The database or cluster that it was made of; null when that is not known.
        pub database: Nullable<String>,
        /// It is encrypted.
        pub encrypted: bool,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// Anyone can make a database of it.
        pub public_access: bool,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// Other accounts that can, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// Its name.
        pub snapshot: String,
        /// Whether it holds what it should.
        pub state: SnapshotState,
    }

    impl Fact for Snapshot {
        const KIND: &'static str = "database.snapshot@1";
    }

    /// What `state` of [`Snapshot`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SnapshotState {
        /// `completed`.
        #[serde(rename = "completed")]
        Completed,
        /// `pending`.
        #[serde(rename = "pending")]
        Pending,
        /// `failed`.
        #[serde(rename = "failed")]
        Failed,
    }
}

/// The kinds `detection.detector@1`.
pub mod detection {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A detector of attacks.
    ///
    /// One service that looks through an account's records for signs of attack. A region without one gives no fact, and its
    /// scope is complete without it; a rule on `cloud.region@1` may join this kind. The subject names it, such as
    /// `aws:guardduty:eu-central-1:123456789012:detector/12ab`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every detector of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Detector {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// The account that governs it; null when it governs itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub administrator_account: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// Its id.
        pub detector: String,
        /// It is watching.
        pub enabled: bool,
        /// Where its findings are kept besides; null for nowhere.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub exports_to: Option<Nullable<String>>,
        /// What else it looks at and is switched on, in lower case, such as `s3` or `malware`, sorted.
        pub features: Vec<String>,
        /// What it could look at and does not, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub features_off: Option<Vec<String>>,
        /// When the oldest of these was first seen; null when there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub oldest_open_high_at: Option<Nullable<String>>,
        /// How many of its findings of high or critical severity nobody has put away.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub open_high_count: Option<i64>,
        /// What it is, in lower case, such as `guardduty`.
        pub product: String,
        /// How often it passes on what it finds again, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub publishes_every: Option<i64>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
    }

    impl Fact for Detector {
        const KIND: &'static str = "detection.detector@1";
    }
}

/// The kinds `device.endpoint@1`.
pub mod device {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A device.
    ///
    /// One laptop, workstation, phone or tablet as the inventory or the device management has it. The subject is the
    /// register or tenant with the device, such as `registers:devices/c02x1234`; the scope is the register or tenant, such
    /// as `registers:devices`. A scope is complete when every device was listed, lost and retired ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Endpoint {
        /// The day that it was handed out (midnight UTC); null when nobody has it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub assigned_at: Option<Nullable<String>>,
        /// It belongs to the company; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub company_owned: Option<bool>,
        /// Its serial number or id, in lower case.
        pub device: String,
        /// Who has it, by address in lower case; null for nobody.
        pub email: Nullable<String>,
        /// Everything stored on it is encrypted; absent when that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encrypted: Option<bool>,
        /// What guards it against hostile software; null for nothing.
        pub endpoint_protection: Nullable<String>,
        /// It refuses connections from outside; absent when that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub firewall: Option<bool>,
        /// When it last reported; null for never.
        pub last_seen_at: Nullable<String>,
        /// The company can set it up and wipe it from afar.
        pub managed: bool,
        /// Its name for people; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Nullable<String>>,
        /// That version still gets security updates; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub os_supported: Option<bool>,
        /// The version of that; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub os_version: Option<String>,
        /// Its operating system.
        pub platform: EndpointPlatform,
        /// That is up to date; null when there is none, absent when that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub protection_current: Option<Nullable<bool>>,
        /// That is running; null when there is none, absent when that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub protection_running: Option<Nullable<bool>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The day that it was taken out of use (midnight UTC); null when it was not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub retired_at: Option<Nullable<String>>,
        /// It locks itself when nobody uses it; absent when that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub screen_lock: Option<bool>,
        /// After how many seconds; null when it does not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub screen_lock_after: Option<Nullable<i64>>,
        /// Where it is.
        pub status: EndpointStatus,
        /// Security updates install themselves; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub updates_automatic: Option<bool>,
        /// How, such as `nist-800-88-purge`; null when that was not done.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub wipe_method: Option<Nullable<String>>,
        /// The day that what it held was destroyed (midnight UTC); null when that was not done.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub wiped_at: Option<Nullable<String>>,
    }

    impl Fact for Endpoint {
        const KIND: &'static str = "device.endpoint@1";
    }

    /// What `platform` of [`Endpoint`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum EndpointPlatform {
        /// `macos`.
        #[serde(rename = "macos")]
        Macos,
        /// `windows`.
        #[serde(rename = "windows")]
        Windows,
        /// `linux`.
        #[serde(rename = "linux")]
        Linux,
        /// `ios`.
        #[serde(rename = "ios")]
        Ios,
        /// `android`.
        #[serde(rename = "android")]
        Android,
        /// `chromeos`.
        #[serde(rename = "chromeos")]
        Chromeos,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `status` of [`Endpoint`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum EndpointStatus {
        /// `in-use`.
        #[serde(rename = "in-use")]
        InUse,
        /// `in-stock`.
        #[serde(rename = "in-stock")]
        InStock,
        /// `lost`.
        #[serde(rename = "lost")]
        Lost,
        /// `retired`.
        #[serde(rename = "retired")]
        Retired,
    }
}

/// The kinds `exercise.tabletop@1`.
pub mod exercise {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// An exercise of responding.
    ///
    /// One exercise in which people practise what they would do in an incident, held or due. The subject is the register
    /// with scenario and day, such as `registers:exercises/ransomware/2026-06-02`; the scope is the register, such as
    /// `registers:exercises`. A scope is complete when every exercise was listed that was held or due.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Tabletop {
        /// How many changes were decided; null while none was thought of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub action_count: Option<Nullable<i64>>,
        /// How many took part; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub attendee_count: Option<i64>,
        /// The day by which it was due (midnight UTC); null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due_at: Option<Nullable<String>>,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// The day that it was held (midnight UTC); null while it was not.
        pub held_at: Nullable<String>,
        /// Who led it, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub lead_email: Option<Nullable<String>>,
        /// What is to change because of it; null while nothing is written.
        pub lessons: Nullable<String>,
        /// What was to be shown was shown; null while it was not held.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub objectives_met: Option<Nullable<bool>>,
        /// How many of these are not done; null while none was thought of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub open_action_count: Option<Nullable<i64>>,
        /// Which plan it tried.
        pub plan: TabletopPlan,
        /// The day that the plan was changed by what was learnt (midnight UTC); null when it was not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub plan_updated_at: Option<Nullable<String>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The duties whose holders took part, as `organisation.role@1` names them, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub roles: Option<Vec<String>>,
        /// What was practised, in lower case with hyphens.
        pub scenario: String,
        /// The systems that it was about, in lower case, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub systems: Option<Vec<String>>,
    }

    impl Fact for Tabletop {
        const KIND: &'static str = "exercise.tabletop@1";
    }

    /// What `plan` of [`Tabletop`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum TabletopPlan {
        /// `incident-response`.
        #[serde(rename = "incident-response")]
        IncidentResponse,
        /// `breach-notification`.
        #[serde(rename = "breach-notification")]
        BreachNotification,
        /// `continuity`.
        #[serde(rename = "continuity")]
        Continuity,
        /// `crisis-communication`.
        #[serde(rename = "crisis-communication")]
        CrisisCommunication,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }
}

/// The kinds `governance.meeting@1`.
pub mod governance {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A meeting of those who lead.
    ///
    /// One meeting of a body, held or due. The subject is the register with body and day, such as
    /// `registers:meetings/board/2026-03-12`; the scope is the register, such as `registers:meetings`. A scope is complete
    /// when every meeting was listed that was held or due.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Meeting {
        /// How many tasks were given out; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub action_count: Option<i64>,
        /// How many were there; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub attendee_count: Option<i64>,
        /// Who met.
        pub body: MeetingBody,
        /// Who led it, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub chair_email: Option<Nullable<String>>,
        /// How many decisions were taken; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub decision_count: Option<i64>,
        /// The day that it was to be held (midnight UTC); null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due_at: Option<Nullable<String>>,
        /// The day that it was held (midnight UTC); null while it was not.
        pub held_at: Nullable<String>,
        /// How many of these do not work for the company; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub independent_count: Option<i64>,
        /// Where the minutes are kept, a link or a path; null for none.
        pub minutes: Nullable<String>,
        /// The day that they were approved (midnight UTC); null while they are not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub minutes_approved_at: Option<Nullable<String>>,
        /// How many of these are not done; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub open_action_count: Option<i64>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// What was spoken about, in lower case with hyphens, such as `security`, `risk`, `incidents`, `internal-audit`,
        /// `objectives`, `resources` or `management-review`, sorted; empty for nothing.
        pub topics: Vec<String>,
    }

    impl Fact for Meeting {
        const KIND: &'static str = "governance.meeting@1";
    }

    /// What `body` of [`Meeting`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum MeetingBody {
        /// `board`.
        #[serde(rename = "board")]
        Board,
        /// `audit-committee`.
        #[serde(rename = "audit-committee")]
        AuditCommittee,
        /// `management`.
        #[serde(rename = "management")]
        Management,
        /// `security-committee`.
        #[serde(rename = "security-committee")]
        SecurityCommittee,
        /// `risk-committee`.
        #[serde(rename = "risk-committee")]
        RiskCommittee,
        /// `privacy-committee`.
        #[serde(rename = "privacy-committee")]
        PrivacyCommittee,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }
}

/// The kinds `host.account@1`, `host.banner@1`, `host.file@1`, `host.firewall@1`, `host.group@1`, `host.listener@1`,
/// `host.logging@1`, `host.mount@1`, `host.os@1`, `host.package-source@1`, `host.package-updates@1`, `host.package@1`,
/// `host.password-policy@1`, `host.protection@1`, `host.service@1`, `host.session@1`, `host.sshd@1`,
/// `host.sudo-defaults@1`, `host.sudo@1`, `host.sysctl@1`, `host.time@1`.
pub mod host {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// An account of a machine.
    ///
    /// One line of /etc/passwd with what /etc/shadow says of its password (never a hash) and the groups it is in. The
    /// subject is `host:NAME/account/LOGIN`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Account {
        /// It can become the superuser: its number is 0, or a sudo rule for it, one of its groups or everyone lets it run
        /// every command as root.
        pub administrator: bool,
        /// The day from which the account is closed; null for never.
        pub expires_at: Nullable<String>,
        /// Whose it is, as the account says.
        pub full_name: Nullable<String>,
        /// The number of its primary group.
        pub gid: i64,
        /// Every group it is in, the primary one included, sorted.
        pub groups: Vec<String>,
        /// The home directory.
        pub home: String,
        /// The home directory exists.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub home_exists: Option<bool>,
        /// The permission bits of the home directory as a number (0o750 is 488); null where there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub home_mode: Option<Nullable<i64>>,
        /// Who owns the home directory; null where there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub home_uid: Option<Nullable<i64>>,
        /// The machine's name.
        pub host: String,
        /// How many days after the password's end the account is locked; null for never.
        pub inactive_days: Nullable<i64>,
        /// The last sign-in that lastlog has; null for never, absent where lastlog is empty or not there.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_login_at: Option<Nullable<String>>,
        /// The shell lets a person in: it is not nologin, false, true, sync, halt, shutdown or the like.
        pub login_shell: bool,
        /// After how many days the password must be changed; null for never (none set, negative, or 99999 and more).
        pub max_age_days: Nullable<i64>,
        /// How many days must pass between changes; null for none set.
        pub min_age_days: Nullable<i64>,
        /// The password must be changed at the next sign-in.
        pub must_change: bool,
        /// The login name.
        pub name: String,
        /// How many lines of /etc/passwd have this name; 1 is right.
        pub name_count: i64,
        /// `empty`: signs in with no password; `locked`: no password fits; `hashed`: there is a password; `none`: it has no
        /// entry in shadow, so no password fits.
        pub password: AccountPassword,
        /// How its password is hashed: `yescrypt`, `sha512crypt`, `sha256crypt`, `bcrypt`, `md5crypt`, `descrypt` …, also
        /// of a locked one; null where there is no hash.
        pub password_algorithm: Nullable<String>,
        /// The day of the last change of the password (UTC midnight); null when none is recorded or a change is due at the
        /// next sign-in.
        pub password_changed_at: Nullable<String>,
        /// It can sign in with a password, or with none: it has a login shell and its password is `hashed` or `empty`.
        pub password_login: bool,
        /// The password stands in /etc/passwd, where every user can read it.
        pub password_unshadowed: bool,
        /// The name of its primary group; null when no group has that number.
        pub primary_group: Nullable<String>,
        /// The program that a sign-in starts; /bin/sh where the line names none.
        pub shell: String,
        /// It belongs to the system or a service: its number is below the first one for people (UID_MIN of login.defs, 1000
        /// by default) and not 0, or is nobody's.
        pub system: bool,
        /// The number that the kernel knows it by; 0 is the superuser.
        pub uid: i64,
        /// Other accounts with the same number, sorted.
        pub uid_shared_with: Vec<String>,
        /// How many days before the password's end the user is warned; null for none set.
        pub warn_days: Nullable<i64>,
    }

    impl Fact for Account {
        const KIND: &'static str = "host.account@1";
    }

    /// What `password` of [`Account`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum AccountPassword {
        /// `empty`.
        #[serde(rename = "empty")]
        Empty,
        /// `locked`.
        #[serde(rename = "locked")]
        Locked,
        /// `hashed`.
        #[serde(rename = "hashed")]
        Hashed,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// A text shown at sign-in.
    ///
    /// /etc/issue, /etc/issue.net and /etc/motd. One fact a file. The subject is `host:NAME/banner/PATH`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Banner {
        /// It shows the system's name, version or kernel: by an escape such as \r or \v, or by the distribution's name.
        pub discloses_system: bool,
        /// It does not exist or holds nothing but white space.
        pub empty: bool,
        /// It exists.
        pub exists: bool,
        /// The machine's name.
        pub host: String,
        /// The file.
        pub path: String,
        /// What it says, at most 4,096 characters.
        pub text: String,
    }

    impl Fact for Banner {
        const KIND: &'static str = "host.banner@1";
    }

    /// A file whose permissions matter.
    ///
    /// Owner and permissions of a file or directory that decides who may do what, or holds a secret. A file that does not
    /// exist is a fact too, for the fixed names; keys of the SSH server are listed as they are found. The subject is
    /// `host:NAME/file/PATH`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct File {
        /// `secret`: others may not read it (shadow, private keys, sudoers); `control`: it decides what the system does and
        /// others may not write it (sshd_config, cron); `public`: all may read and only root may write (passwd, group).
        pub class: FileClass,
        /// It exists; if not, what follows is null.
        pub exists: bool,
        /// What it is. A symbolic link is followed where its target was granted; `symlink` where it was not.
        pub file_type: Nullable<FileFileType>,
        /// The number of its group.
        pub gid: Nullable<i64>,
        /// The name of its group; null also where no group has that number.
        pub group: Nullable<String>,
        /// Its group may read it.
        pub group_readable: Nullable<bool>,
        /// Its group may write it.
        pub group_writable: Nullable<bool>,
        /// The machine's name.
        pub host: String,
        /// The permission bits as a number: 0o640 is 416.
        pub mode: Nullable<i64>,
        /// The permission bits in octal, four digits, such as `0640`.
        pub mode_text: Nullable<String>,
        /// Everyone may read it.
        pub others_readable: Nullable<bool>,
        /// Everyone may write it.
        pub others_writable: Nullable<bool>,
        /// The name of its owner; null also where no account has that number.
        pub owner: Nullable<String>,
        /// Its path.
        pub path: String,
        /// The number of its owner.
        pub uid: Nullable<i64>,
    }

    impl Fact for File {
        const KIND: &'static str = "host.file@1";
    }

    /// What `class` of [`File`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FileClass {
        /// `secret`.
        #[serde(rename = "secret")]
        Secret,
        /// `control`.
        #[serde(rename = "control")]
        Control,
        /// `public`.
        #[serde(rename = "public")]
        Public,
    }

    /// What `file_type` of [`File`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FileFileType {
        /// `file`.
        #[serde(rename = "file")]
        File,
        /// `directory`.
        #[serde(rename = "directory")]
        Directory,
        /// `symlink`.
        #[serde(rename = "symlink")]
        Symlink,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// The packet filter of a machine.
    ///
    /// What is configured on disk to be loaded at the start; rules that were loaded by hand are not seen. One fact a
    /// machine. The subject is `host:NAME/firewall`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Firewall {
        /// The one that is loaded at the start and has rules; null for none.
        pub active: Nullable<FirewallActive>,
        /// The same for what it passes on.
        pub default_forward: Nullable<FirewallDefaultForward>,
        /// What happens to a packet that no rule names; null where none is enabled or it cannot be told.
        pub default_incoming: Nullable<FirewallDefaultIncoming>,
        /// The same for what the machine sends.
        pub default_outgoing: Nullable<FirewallDefaultOutgoing>,
        /// One is loaded at the start.
        pub enabled: bool,
        /// The machine's name.
        pub host: String,
        /// Which of ufw, firewalld, nftables and iptables-persistent are there, sorted.
        pub installed: Vec<String>,
        /// What the rules let in, as they name it: `22/tcp`, `ssh`, sorted.
        pub open_ports: Vec<String>,
    }

    impl Fact for Firewall {
        const KIND: &'static str = "host.firewall@1";
    }

    /// What `active` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallActive {
        /// `ufw`.
        #[serde(rename = "ufw")]
        Ufw,
        /// `firewalld`.
        #[serde(rename = "firewalld")]
        Firewalld,
        /// `nftables`.
        #[serde(rename = "nftables")]
        Nftables,
        /// `iptables-persistent`.
        #[serde(rename = "iptables-persistent")]
        IptablesPersistent,
    }

    /// What `default_forward` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallDefaultForward {
        /// `accept`.
        #[serde(rename = "accept")]
        Accept,
        /// `drop`.
        #[serde(rename = "drop")]
        Drop,
        /// `reject`.
        #[serde(rename = "reject")]
        Reject,
    }

    /// What `default_incoming` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallDefaultIncoming {
        /// `accept`.
        #[serde(rename = "accept")]
        Accept,
        /// `drop`.
        #[serde(rename = "drop")]
        Drop,
        /// `reject`.
        #[serde(rename = "reject")]
        Reject,
    }

    /// What `default_outgoing` of [`Firewall`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum FirewallDefaultOutgoing {
        /// `accept`.
        #[serde(rename = "accept")]
        Accept,
        /// `drop`.
        #[serde(rename = "drop")]
        Drop,
        /// `reject`.
        #[serde(rename = "reject")]
        Reject,
    }

    /// A group of a machine.
    ///
    /// One line of /etc/group. The subject is `host:NAME/group/GROUP`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Group {
        /// A sudo rule lets its members run every command as root.
        pub administrators: bool,
        /// The number that the kernel knows it by.
        pub gid: i64,
        /// Other groups with the same number, sorted.
        pub gid_shared_with: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// The accounts that the line lists, sorted.
        pub members: Vec<String>,
        /// The group's name.
        pub name: String,
        /// How many lines of /etc/group have this name; 1 is right.
        pub name_count: i64,
        /// The accounts whose primary group it is, sorted.
        pub primary_members: Vec<String>,
        /// Listed members that are no account of /etc/passwd, sorted.
        pub unknown_members: Vec<String>,
    }

    impl Fact for Group {
        const KIND: &'static str = "host.group@1";
    }

    /// A socket that waits for others.
    ///
    /// A TCP socket that listens, or a UDP socket that is bound and not connected, in the collector's network name space.
    /// The subject is `host:NAME/listener/PROTOCOL/ADDRESS:PORT`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Listener {
        /// The address.
        pub address: String,
        /// The family of the address; `::` usually also takes IPv4.
        pub family: ListenerFamily,
        /// The machine's name.
        pub host: String,
        /// Only the same link reaches it.
        pub link_local: bool,
        /// Only the machine itself reaches it.
        pub loopback: bool,
        /// The names of these accounts, where they have one, sorted.
        pub owners: Vec<String>,
        /// The port.
        pub port: i64,
        /// The protocol.
        pub protocol: ListenerProtocol,
        /// Whose sockets they are, sorted.
        pub uids: Vec<i64>,
        /// It listens on every address.
        pub wildcard: bool,
    }

    impl Fact for Listener {
        const KIND: &'static str = "host.listener@1";
    }

    /// What `family` of [`Listener`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ListenerFamily {
        /// `ipv4`.
        #[serde(rename = "ipv4")]
        Ipv4,
        /// `ipv6`.
        #[serde(rename = "ipv6")]
        Ipv6,
    }

    /// What `protocol` of [`Listener`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ListenerProtocol {
        /// `tcp`.
        #[serde(rename = "tcp")]
        Tcp,
        /// `udp`.
        #[serde(rename = "udp")]
        Udp,
    }

    /// What a machine writes down and keeps.
    ///
    /// The audit daemon, the system's log and the journal, as they are configured. One fact a machine. The subject is
    /// `host:NAME/logging`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Logging {
        /// What it does on a full disk (disk_full_action), in lower case; null without the daemon.
        pub audit_disk_full_action: Nullable<String>,
        /// What it does with a full log file (max_log_file_action), in lower case; null without the daemon.
        pub audit_full_action: Nullable<String>,
        /// The rules that it loads, in order, comments left out.
        pub audit_rules: Vec<String>,
        /// Rules cannot be changed until the next start (`-e 2`).
        pub audit_rules_immutable: bool,
        /// The files and directories whose changes the rules record, sorted.
        pub audit_watched: Vec<String>,
        /// The system starts it.
        pub auditd_enabled: bool,
        /// The audit daemon is installed.
        pub auditd_installed: bool,
        /// The machines that logs are sent to, sorted.
        pub forwards_to: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// The journal gives its entries to the system's log.
        pub journal_forwards_to_syslog: bool,
        /// After how long entries are deleted, in seconds; null for no such limit.
        pub journal_max_retention: Nullable<i64>,
        /// How much room it may take, as it is written; null for the default.
        pub journal_max_use: Nullable<String>,
        /// The journal survives a restart: Storage is persistent, or auto with /var/log/journal there.
        pub journal_persistent: bool,
        /// The setting Storage; null without the journal.
        pub journal_storage: Nullable<LoggingJournalStorage>,
        /// systemd's journal is there.
        pub journald: bool,
        /// Something keeps logs over a restart: the journal, or an enabled system log daemon.
        pub persistent: bool,
        /// How many days of the system's log logrotate keeps at least: the product of the two; null where it cannot be
        /// told.
        pub retention_days: Nullable<i64>,
        /// How many days one of these files covers; null where size decides or logrotate is not there.
        pub rotation_every_days: Nullable<i64>,
        /// How many old files logrotate keeps of the system's log, else of any; null where logrotate is not there.
        pub rotation_keep: Nullable<i64>,
        /// The installed system log daemon; null for none.
        pub syslog: Nullable<LoggingSyslog>,
        /// The system starts it.
        pub syslog_enabled: bool,
    }

    impl Fact for Logging {
        const KIND: &'static str = "host.logging@1";
    }

    /// What `journal_storage` of [`Logging`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum LoggingJournalStorage {
        /// `persistent`.
        #[serde(rename = "persistent")]
        Persistent,
        /// `volatile`.
        #[serde(rename = "volatile")]
        Volatile,
        /// `auto`.
        #[serde(rename = "auto")]
        Auto,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// What `syslog` of [`Logging`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum LoggingSyslog {
        /// `rsyslog`.
        #[serde(rename = "rsyslog")]
        Rsyslog,
        /// `syslog-ng`.
        #[serde(rename = "syslog-ng")]
        SyslogNg,
        /// `busybox`.
        #[serde(rename = "busybox")]
        Busybox,
    }

    /// A mounted file system.
    ///
    /// What is mounted where, the pseudo file systems of the kernel left out (proc, sysfs, cgroup and the like). The
    /// subject is `host:NAME/mount/TARGET`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Mount {
        /// This system encrypts what is stored (dm-crypt, LUKS, eCryptfs). Null where nothing lies on a block device;
        /// absent where it cannot be told. Encryption by a provider or a disk beneath is not seen.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encrypted: Option<Nullable<bool>>,
        /// The file system's type, such as `ext4`.
        pub fstype: String,
        /// The machine's name.
        pub host: String,
        /// Device files have no effect.
        pub nodev: bool,
        /// Programs cannot be started from it.
        pub noexec: bool,
        /// Set-user-id bits have no effect.
        pub nosuid: bool,
        /// The options of the mount and of the file system, sorted.
        pub options: Vec<String>,
        /// /etc/fstab or a mount unit has it, so that it comes back.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub persistent: Option<bool>,
        /// Nothing can be written.
        pub read_only: bool,
        /// It is a file system of its own, not a part of one that is mounted elsewhere (a bind mount).
        pub separate: bool,
        /// What is mounted, such as `/dev/mapper/root`.
        pub source: String,
        /// What it keeps its bytes on.
        pub storage: MountStorage,
        /// Where it is mounted, such as `/var`.
        pub target: String,
    }

    impl Fact for Mount {
        const KIND: &'static str = "host.mount@1";
    }

    /// What `storage` of [`Mount`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum MountStorage {
        /// `block`.
        #[serde(rename = "block")]
        Block,
        /// `memory`.
        #[serde(rename = "memory")]
        Memory,
        /// `network`.
        #[serde(rename = "network")]
        Network,
        /// `overlay`.
        #[serde(rename = "overlay")]
        Overlay,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// An operating system.
    ///
    /// The distribution and the kernel that a machine runs. One fact a machine; the subject is the scope itself.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Os {
        /// The code name of the release, such as `noble`.
        pub codename: Nullable<String>,
        /// It runs in a container, whose kernel, clock and mounts belong to another machine.
        pub container: bool,
        /// The end of the last day of security support that reaches every user after the regular one, such as Debian's LTS;
        /// null where there is none. Paid extensions do not count.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub extended_support_end_at: Option<Nullable<String>>,
        /// The kernel allows approved cryptography only.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub fips_enabled: Option<bool>,
        /// The machine's name.
        pub host: String,
        /// The host name as the kernel has it.
        pub hostname: String,
        /// The distribution's lower-case word, `ID` of os-release; `linux` where it gives none.
        pub id: String,
        /// The distributions that it derives from, nearest first.
        pub id_like: Vec<String>,
        /// What starts the services.
        pub init: OsInit,
        /// The running kernel, as `uname -r` shows it.
        pub kernel_release: String,
        /// Its name for people, `PRETTY_NAME` or `NAME`.
        pub name: String,
        /// The end of the last day of the vendor's regular security support. Null for a rolling release, which has none;
        /// absent when neither the system nor the collector knows the release.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub support_end_at: Option<Nullable<String>>,
        /// Where the ends of support were taken from: the release's own file, the distribution's table of releases, or the
        /// collector's own table.
        pub support_source: Nullable<OsSupportSource>,
        /// Its version for people; null where it has none (a rolling release).
        pub version: Nullable<String>,
        /// Its version for programs, such as `24.04`; null where it has none.
        pub version_id: Nullable<String>,
    }

    impl Fact for Os {
        const KIND: &'static str = "host.os@1";
    }

    /// What `init` of [`Os`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum OsInit {
        /// `systemd`.
        #[serde(rename = "systemd")]
        Systemd,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `support_source` of [`Os`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum OsSupportSource {
        /// `os-release`.
        #[serde(rename = "os-release")]
        OsRelease,
        /// `distro-info`.
        #[serde(rename = "distro-info")]
        DistroInfo,
        /// `collector`.
        #[serde(rename = "collector")]
        Collector,
    }

    /// A place that packages come from.
    ///
    /// One enabled or disabled source of apt, one fact a URI and suite; or a repository of dnf or yum. The subject is
    /// `host:NAME/package-source/FILE/URI SUITE`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PackageSource {
        /// Its parts, such as `main`.
        pub components: Vec<String>,
        /// It is used.
        pub enabled: bool,
        /// It is fetched by https, or stands on this machine.
        pub encrypted_transport: bool,
        /// The file that names it.
        pub file: String,
        /// The machine's name.
        pub host: String,
        /// On which line its entry begins.
        pub line: i64,
        /// What it offers.
        pub package_type: PackageSourcePackageType,
        /// It is the distribution's source of security updates, as its name says.
        pub security: bool,
        /// What it gives must be signed.
        pub signature_checked: bool,
        /// The key that alone may sign it; null for any that the system trusts.
        pub signed_by: Nullable<String>,
        /// The release, such as `trixie-security`; the repository's id for rpm.
        pub suite: String,
        /// Where it is, a user name and password left out.
        pub uri: String,
    }

    impl Fact for PackageSource {
        const KIND: &'static str = "host.package-source@1";
    }

    /// What `package_type` of [`PackageSource`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageSourcePackageType {
        /// `deb`.
        #[serde(rename = "deb")]
        Deb,
        /// `deb-src`.
        #[serde(rename = "deb-src")]
        DebSrc,
        /// `rpm`.
        #[serde(rename = "rpm")]
        Rpm,
    }

    /// How updates are installed.
    ///
    /// Whether security updates are installed without a person, and when that last happened. One fact a machine. The
    /// subject is `host:NAME/package-updates`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PackageUpdates {
        /// Packages that it leaves alone.
        pub blocked_packages: Vec<String>,
        /// Security updates are installed by themselves: the mechanism is installed and switched on, its timer is not
        /// masked, and it takes the security source.
        pub enabled: bool,
        /// The machine's name.
        pub host: String,
        /// What installs them.
        pub mechanism: PackageUpdatesMechanism,
        /// The sources it installs from, as they are written.
        pub origins: Vec<String>,
        /// An installed update waits for a restart.
        pub reboot_required: bool,
        /// It restarts the machine when an update needs that.
        pub reboots: bool,
        /// Every how many days the lists are fetched; null for never.
        pub refresh_days: Nullable<i64>,
        /// When the lists of packages were last fetched; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub refreshed_at: Option<Nullable<String>>,
        /// The security source is among those it installs from.
        pub security_included: bool,
        /// The timer that starts it is enabled and not masked; null where services are not systemd's.
        pub timer_enabled: Nullable<bool>,
        /// Every how many days updates are installed; null for never.
        pub upgrade_days: Nullable<i64>,
        /// When packages were last installed or upgraded, by whomever; null when nothing is recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub upgraded_at: Option<Nullable<String>>,
    }

    impl Fact for PackageUpdates {
        const KIND: &'static str = "host.package-updates@1";
    }

    /// What `mechanism` of [`PackageUpdates`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageUpdatesMechanism {
        /// `unattended-upgrades`.
        #[serde(rename = "unattended-upgrades")]
        UnattendedUpgrades,
        /// `dnf-automatic`.
        #[serde(rename = "dnf-automatic")]
        DnfAutomatic,
        /// `yum-cron`.
        #[serde(rename = "yum-cron")]
        YumCron,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// A package.
    ///
    /// A package that the package list knows, unless nothing of it is left but its name. The subject is
    /// `host:NAME/package/PACKAGE:ARCHITECTURE`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Package {
        /// What it was built for.
        pub architecture: String,
        /// It is kept from being upgraded.
        pub held: bool,
        /// The machine's name.
        pub host: String,
        /// Whose list has it.
        pub list: PackageList,
        /// Its name.
        pub name: String,
        /// The source package that it was built from.
        pub source: String,
        /// The version of the source package.
        pub source_version: String,
        /// `config-files`: removed but for its configuration; `broken`: half installed, unpacked or waiting.
        pub status: PackageStatus,
        /// Its version.
        pub version: String,
    }

    impl Fact for Package {
        const KIND: &'static str = "host.package@1";
    }

    /// What `list` of [`Package`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageList {
        /// `dpkg`.
        #[serde(rename = "dpkg")]
        Dpkg,
        /// `apk`.
        #[serde(rename = "apk")]
        Apk,
        /// `rpm`.
        #[serde(rename = "rpm")]
        Rpm,
    }

    /// What `status` of [`Package`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PackageStatus {
        /// `installed`.
        #[serde(rename = "installed")]
        Installed,
        /// `config-files`.
        #[serde(rename = "config-files")]
        ConfigFiles,
        /// `broken`.
        #[serde(rename = "broken")]
        Broken,
    }

    /// What a machine asks of passwords.
    ///
    /// login.defs, useradd's defaults and the PAM stack for passwords and sign-in, taken together. One fact a machine. The
    /// subject is `host:NAME/password-policy`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PasswordPolicy {
        /// Words of a dictionary are refused.
        pub dictionary_check: bool,
        /// pam_unix lets an account with an empty password sign in (nullok).
        pub empty_allowed: bool,
        /// How a new password is hashed, in lower case, such as `yescrypt` or `sha512`: pam_unix's word, else
        /// ENCRYPT_METHOD of login.defs; null where nothing says.
        pub encrypt_method: Nullable<String>,
        /// Root is held to it too.
        pub enforce_for_root: bool,
        /// The machine's name.
        pub host: String,
        /// After how many days past a password's end a new account is locked; null for never.
        pub inactive_days: Nullable<i64>,
        /// After how many wrong passwords an account is locked out; null for never.
        pub lockout_attempts: Nullable<i64>,
        /// For how long, in seconds; 0 until an administrator lets it in again; null where there is no lockout.
        pub lockout_duration: Nullable<i64>,
        /// The module that locks out after wrong passwords; null for none.
        pub lockout_module: Nullable<PasswordPolicyLockoutModule>,
        /// Root is locked out too.
        pub lockout_root: bool,
        /// Within how many seconds the wrong passwords count; null where there is no lockout.
        pub lockout_window: Nullable<i64>,
        /// PASS_MAX_DAYS for new accounts; null for never (99999 and more, or negative).
        pub max_age_days: Nullable<i64>,
        /// How often one character may stand in a row; null for any number.
        pub max_repeat: Nullable<i64>,
        /// PASS_MIN_DAYS for new accounts; null for none.
        pub min_age_days: Nullable<i64>,
        /// How many of digits, capitals, small letters and others a new password must have; null where no module judges.
        pub min_classes: Nullable<i64>,
        /// How many characters must differ from the old password; null where no module judges.
        pub min_different: Nullable<i64>,
        /// The shortest new password that is accepted: the quality module's minlen, else pam_unix's; null where nothing
        /// sets one.
        pub min_length: Nullable<i64>,
        /// The module that judges new passwords; null for none.
        pub quality_module: Nullable<PasswordPolicyQualityModule>,
        /// How many old passwords are refused; null for none.
        pub remember: Nullable<i64>,
        /// A digit must be there (dcredit below 0).
        pub requires_digit: bool,
        /// A small letter must be there (lcredit below 0).
        pub requires_lower: bool,
        /// Another character must be there (ocredit below 0).
        pub requires_other: bool,
        /// A capital must be there (ucredit below 0).
        pub requires_upper: bool,
        /// PAM modules in the sign-in stacks that ask for a second factor, such as `pam_google_authenticator`, sorted.
        pub second_factor_modules: Vec<String>,
        /// Only members of one group may use su (pam_wheel required); null where su has no PAM file.
        pub su_restricted: Nullable<bool>,
        /// The first number for people's accounts.
        pub uid_min: i64,
        /// UMASK of login.defs in octal, such as `027`; null where none is set.
        pub umask: Nullable<String>,
        /// PASS_WARN_AGE for new accounts; null for none.
        pub warn_days: Nullable<i64>,
    }

    impl Fact for PasswordPolicy {
        const KIND: &'static str = "host.password-policy@1";
    }

    /// What `lockout_module` of [`PasswordPolicy`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PasswordPolicyLockoutModule {
        /// `pam_faillock`.
        #[serde(rename = "pam_faillock")]
        PamFaillock,
        /// `pam_tally2`.
        #[serde(rename = "pam_tally2")]
        PamTally2,
        /// `pam_tally`.
        #[serde(rename = "pam_tally")]
        PamTally,
    }

    /// What `quality_module` of [`PasswordPolicy`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum PasswordPolicyQualityModule {
        /// `pam_pwquality`.
        #[serde(rename = "pam_pwquality")]
        PamPwquality,
        /// `pam_cracklib`.
        #[serde(rename = "pam_cracklib")]
        PamCracklib,
        /// `pam_passwdqc`.
        #[serde(rename = "pam_passwdqc")]
        PamPasswdqc,
    }

    /// What guards a machine against hostile software.
    ///
    /// Installed scanners, integrity checkers and the kernel's mandatory access control. One fact a machine. The subject is
    /// `host:NAME/protection`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Protection {
        /// The kernel's mandatory access control.
        pub access_control: ProtectionAccessControl,
        /// Whether it acts; null where there is none.
        pub access_control_mode: Nullable<ProtectionAccessControlMode>,
        /// The machine's name.
        pub host: String,
        /// Installed integrity checkers, such as `aide`, sorted.
        pub integrity_checkers: Vec<String>,
        /// Installed programs that shut out who guesses passwords, such as `fail2ban`, sorted.
        pub intrusion_blockers: Vec<String>,
        /// Installed scanners and endpoint agents, such as `clamav` or `falcon-sensor`, sorted.
        pub malware_scanners: Vec<String>,
        /// Those that the system starts, sorted.
        pub malware_scanners_enabled: Vec<String>,
    }

    impl Fact for Protection {
        const KIND: &'static str = "host.protection@1";
    }

    /// What `access_control` of [`Protection`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProtectionAccessControl {
        /// `apparmor`.
        #[serde(rename = "apparmor")]
        Apparmor,
        /// `selinux`.
        #[serde(rename = "selinux")]
        Selinux,
        /// `none`.
        #[serde(rename = "none")]
        None,
    }

    /// What `access_control_mode` of [`Protection`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProtectionAccessControlMode {
        /// `enforcing`.
        #[serde(rename = "enforcing")]
        Enforcing,
        /// `permissive`.
        #[serde(rename = "permissive")]
        Permissive,
        /// `disabled`.
        #[serde(rename = "disabled")]
        Disabled,
    }

    /// A unit that the system starts or refuses to start.
    ///
    /// A service, socket or timer of systemd that is enabled or masked by a link, or an init script that is switched on.
    /// Units that are merely installed give no fact. The subject is `host:NAME/service/UNIT`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Service {
        /// It was switched on or off on this machine (under /etc), not by the distribution's own links.
        pub by_administrator: bool,
        /// It is started: `state` is `enabled`.
        pub enabled: bool,
        /// The machine's name.
        pub host: String,
        /// It is a script of System V init.
        pub init_script: bool,
        /// The unit's name with its ending, such as `ssh.service`.
        pub name: String,
        /// The targets and units that start it, sorted.
        pub started_by: Vec<String>,
        /// Enabled: something starts it; masked: nothing can.
        pub state: ServiceState,
        /// The file that describes it; null when it is masked or none was found.
        pub unit_file: Nullable<String>,
        /// What sort of unit it is.
        pub unit_type: ServiceUnitType,
    }

    impl Fact for Service {
        const KIND: &'static str = "host.service@1";
    }

    /// What `state` of [`Service`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ServiceState {
        /// `enabled`.
        #[serde(rename = "enabled")]
        Enabled,
        /// `masked`.
        #[serde(rename = "masked")]
        Masked,
    }

    /// What `unit_type` of [`Service`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ServiceUnitType {
        /// `service`.
        #[serde(rename = "service")]
        Service,
        /// `socket`.
        #[serde(rename = "socket")]
        Socket,
        /// `timer`.
        #[serde(rename = "timer")]
        Timer,
    }

    /// The settings of an interactive session.
    ///
    /// What the shells' system-wide files set for everyone. One fact a machine. The subject is `host:NAME/session`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Session {
        /// The files that were read, sorted.
        pub files: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// TMOUT: after how many idle seconds a shell ends; null for never. Where files differ, the last that bash reads.
        pub timeout: Nullable<i64>,
        /// A user cannot change TMOUT.
        pub timeout_readonly: bool,
        /// The umask that these files set in octal; null where none does.
        pub umask: Nullable<String>,
    }

    impl Fact for Session {
        const KIND: &'static str = "host.session@1";
    }

    /// What the SSH server allows.
    ///
    /// The effective global settings of sshd: the options it is started with, its configuration with what it includes,
    /// first value wins, what a Match block for all overrides, and the defaults of the installed version. One fact where a
    /// server is installed; none, and complete, where it is not. The subject is `host:NAME/sshd`. What Match blocks change
    /// stands in `matches`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Sshd {
        /// A key agent may be forwarded.
        pub allow_agent_forwarding: bool,
        /// Whose members alone may sign in; empty for no such list.
        pub allow_groups: Vec<String>,
        /// Whether Unix sockets may be forwarded.
        pub allow_stream_local_forwarding: SshdAllowStreamLocalForwarding,
        /// Whether connections may be forwarded.
        pub allow_tcp_forwarding: SshdAllowTcpForwarding,
        /// Who alone may sign in; empty for no such list.
        pub allow_users: Vec<String>,
        /// The combinations asked for, such as `publickey,keyboard-interactive`; `any` for one of any.
        pub authentication_methods: Vec<String>,
        /// Where it looks for the users' keys.
        pub authorized_keys_files: Vec<String>,
        /// The file that is shown before authentication; null for none.
        pub banner: Nullable<String>,
        /// The ciphers it offers, in order; absent when they are left to the defaults of a version that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ciphers: Option<Vec<String>>,
        /// How many such questions may stay unanswered; 0 switches the end off from version 8.2.
        pub client_alive_count_max: i64,
        /// After how much silence a client is asked whether it is there, in seconds; 0 for never.
        pub client_alive_interval: i64,
        /// Whose members may not sign in.
        pub deny_groups: Vec<String>,
        /// Who may not sign in.
        pub deny_users: Vec<String>,
        /// All forwarding is off, whatever else is said.
        pub disable_forwarding: bool,
        /// The system starts it, as a service or by its socket; null where services are not systemd's.
        pub enabled: Nullable<bool>,
        /// Whether forwarded ports are open to other machines.
        pub gateway_ports: SshdGatewayPorts,
        /// Kerberos is accepted.
        pub gssapi_authentication: bool,
        /// The machine's name.
        pub host: String,
        /// The files of its own keys.
        pub host_keys: Vec<String>,
        /// Another host's word is accepted.
        pub hostbased_authentication: bool,
        /// Files .rhosts and .shosts are ignored.
        pub ignore_rhosts: bool,
        /// The key exchanges it offers, in order; absent when they are left to the defaults of a version that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub kex_algorithms: Option<Vec<String>>,
        /// PAM may ask questions: a password, a second factor. Absent when that rests on a version that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub keyboard_interactive_authentication: Option<bool>,
        /// The addresses it listens on; empty for all.
        pub listen_addresses: Vec<String>,
        /// How much it logs, in capitals, such as `VERBOSE`.
        pub log_level: String,
        /// How long one may take to authenticate, in seconds; 0 for ever.
        pub login_grace_time: i64,
        /// The message authentication codes it offers, in order; absent when they are left to the defaults of a version
        /// that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub macs: Option<Vec<String>>,
        /// The Match blocks that set something, in order.
        pub matches: Vec<SshdMatches>,
        /// How often one connection may try.
        pub max_auth_tries: i64,
        /// How many sessions one connection may open.
        pub max_sessions: i64,
        /// How many connections may be waiting to authenticate: `start:rate:full`.
        pub max_startups: String,
        /// A password is enough to sign in.
        pub password_authentication: bool,
        /// An empty password will do.
        pub permit_empty_passwords: bool,
        /// Whether root may sign in.
        pub permit_root_login: SshdPermitRootLogin,
        /// Whether network devices may be forwarded.
        pub permit_tunnel: SshdPermitTunnel,
        /// `no`, `yes`, or the variables that a user's key may set.
        pub permit_user_environment: String,
        /// The ports it listens on.
        pub ports: Vec<i64>,
        /// The last sign-in is shown.
        pub print_last_log: bool,
        /// The versions of the protocol: 2, or also 1 where a server before 7.4 is told so.
        pub protocols: Vec<i64>,
        /// Keys are accepted.
        pub pubkey_authentication: bool,
        /// The settings that a file sets for everyone, as far as they hold, sorted by keyword; all others are defaults.
        pub set_by: Vec<SshdSetBy>,
        /// Keys in files that others may write are refused.
        pub strict_modes: bool,
        /// The system's own keep-alive is on.
        pub tcp_keep_alive: bool,
        /// Accounts and sessions go through PAM.
        pub use_pam: bool,
        /// OpenSSH's version, such as `9.6p1`; null when the package list does not give it, and then the defaults are those
        /// that every version from 7.0 on has.
        pub version: Nullable<String>,
        /// Graphical programs may be forwarded.
        pub x11_forwarding: bool,
    }

    impl Fact for Sshd {
        const KIND: &'static str = "host.sshd@1";
    }

    /// What `allow_stream_local_forwarding` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdAllowStreamLocalForwarding {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `local`.
        #[serde(rename = "local")]
        Local,
        /// `remote`.
        #[serde(rename = "remote")]
        Remote,
    }

    /// What `allow_tcp_forwarding` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdAllowTcpForwarding {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `local`.
        #[serde(rename = "local")]
        Local,
        /// `remote`.
        #[serde(rename = "remote")]
        Remote,
    }

    /// What `gateway_ports` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdGatewayPorts {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `clientspecified`.
        #[serde(rename = "clientspecified")]
        Clientspecified,
    }

    /// What `matches` of [`Sshd`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SshdMatches {
        /// For whom it holds, as it is written, such as `User deploy`.
        pub criteria: String,
        /// Where it begins.
        pub file: String,
        /// On which line.
        pub line: i64,
        /// What it sets, in order.
        pub settings: Vec<SshdMatchesSettings>,
    }

    /// What `settings` of [`SshdMatches`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SshdMatchesSettings {
        /// In lower case, such as `passwordauthentication`.
        pub keyword: String,
        /// As it is written; of words such as yes and no, in lower case.
        pub value: String,
    }

    /// What `permit_root_login` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdPermitRootLogin {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `prohibit-password`.
        #[serde(rename = "prohibit-password")]
        ProhibitPassword,
        /// `forced-commands-only`.
        #[serde(rename = "forced-commands-only")]
        ForcedCommandsOnly,
    }

    /// What `permit_tunnel` of [`Sshd`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum SshdPermitTunnel {
        /// `yes`.
        #[serde(rename = "yes")]
        Yes,
        /// `no`.
        #[serde(rename = "no")]
        No,
        /// `point-to-point`.
        #[serde(rename = "point-to-point")]
        PointToPoint,
        /// `ethernet`.
        #[serde(rename = "ethernet")]
        Ethernet,
    }

    /// What `set_by` of [`Sshd`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SshdSetBy {
        /// Where it stands.
        pub file: String,
        /// In lower case, such as `permitrootlogin`.
        pub keyword: String,
        /// On which line.
        pub line: i64,
        /// As it is written.
        pub value: String,
    }

    /// The settings of sudo.
    ///
    /// The global Defaults of sudoers, with sudo's own where none is set. One fact where sudo is installed. The subject is
    /// `host:NAME/sudo-defaults`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SudoDefaults {
        /// A password is asked for unless a rule says otherwise.
        pub authenticate: bool,
        /// Commands begin with a clean environment.
        pub env_reset: bool,
        /// The machine's name.
        pub host: String,
        /// A log file of sudo's own; null for the system's log alone.
        pub log_file: Nullable<String>,
        /// What commands print is recorded.
        pub log_output: bool,
        /// The search path that commands get; null for the user's own.
        pub secure_path: Nullable<String>,
        /// It logs to the system's log.
        pub syslog: bool,
        /// For how long no password is asked for again, in seconds; -1 for until the next start of the machine.
        pub timestamp_timeout: i64,
        /// Commands run in a terminal of their own, so that they cannot act after sudo ends. On by default from 1.9.14.
        pub use_pty: bool,
        /// The installed version, where the package list gives it.
        pub version: Nullable<String>,
        /// A password may be typed where it is shown.
        pub visiblepw: bool,
    }

    impl Fact for SudoDefaults {
        const KIND: &'static str = "host.sudo-defaults@1";
    }

    /// A rule that lets someone act as another.
    ///
    /// One privilege of sudoers and what it includes, aliases replaced by what they stand for. A line whose parts differ in
    /// tags or in whom they run as gives several. The subject is `host:NAME/sudo/FILE:LINE` with `/N` after it for the
    /// second and further privileges of a line.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Sudo {
        /// Every command may be run, but for those that are left out.
        pub all_commands: bool,
        /// Root is among those it may run as.
        pub as_root: bool,
        /// What may be run, with arguments; `ALL` for everything; `!` before what may not.
        pub commands: Vec<String>,
        /// It is for every user.
        pub everyone: bool,
        /// Some commands are left out with `!`, which is easily got around.
        pub excluded_commands: bool,
        /// The file that the rule stands in.
        pub file: String,
        /// The groups whose members it is for, without `%`.
        pub groups: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// On which machines it holds; `ALL` for each.
        pub hosts: Vec<String>,
        /// The number of its first line.
        pub line: i64,
        /// The command may start no other.
        pub noexec: bool,
        /// No password is asked for: by the tag NOPASSWD, or by a default that switches authentication off.
        pub nopasswd: bool,
        /// As which groups the commands may run.
        pub runas_groups: Vec<String>,
        /// As whom the commands may run; `ALL` for anyone, `root` where the rule names nobody.
        pub runas_users: Vec<String>,
        /// The user may set the environment of the command.
        pub setenv: bool,
        /// Every command may be run as root.
        pub unrestricted: bool,
        /// Whom it is for: account names, `#UID`, `+NETGROUP`; `!` before one that is left out.
        pub users: Vec<String>,
    }

    impl Fact for Sudo {
        const KIND: &'static str = "host.sudo@1";
    }

    /// A setting of the running kernel.
    ///
    /// The value of one key now, and what the files under /etc/sysctl.d and the like set at the next start. A key that the
    /// kernel does not have gives no fact. The subject is `host:NAME/sysctl/KEY`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Sysctl {
        /// What the files set; null where none does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub configured: Option<Nullable<String>>,
        /// The file and line that decides; null where none does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub configured_in: Option<Nullable<String>>,
        /// The machine's name.
        pub host: String,
        /// Such as `net.ipv4.ip_forward`.
        pub key: String,
        /// The value as a number; null when it is not one.
        pub number: Nullable<i64>,
        /// The value now, white space between words made one space.
        pub value: String,
    }

    impl Fact for Sysctl {
        const KIND: &'static str = "host.sysctl@1";
    }

    /// How a machine keeps its clock right.
    ///
    /// The installed programs that set the clock from the network. One fact a machine. The subject is `host:NAME/time`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Time {
        /// Which of them the system starts, sorted.
        pub enabled: Vec<String>,
        /// The machine's name.
        pub host: String,
        /// Which of chrony, ntp, ntpsec, openntpd and systemd-timesyncd are there, sorted.
        pub installed: Vec<String>,
        /// The servers and pools that the started ones name, sorted; empty for their defaults.
        pub servers: Vec<String>,
        /// At least one is started. In a container the clock is the machine's beneath it.
        pub synchronised: bool,
        /// The zone, such as `Etc/UTC`; null where none is set.
        pub timezone: Nullable<String>,
    }

    impl Fact for Time {
        const KIND: &'static str = "host.time@1";
    }
}

/// The kinds `identity.group@1`, `identity.password-policy@1`, `identity.policy@1`, `identity.role@1`,
/// `identity.root@1`, `identity.user@1`.
pub mod identity {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A group of accounts.
    ///
    /// One group of a directory. The subject names the group within its directory; the scope is the directory. A scope is
    /// complete when every group of the directory was seen, empty ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Group {
        /// The directory that it belongs to: an account number, tenant or host.
        pub account: String,
        /// Whether its members can grant rights to themselves or others by it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub administrator: Option<bool>,
        /// The names of the policies that are written into it alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub inline_policies: Option<Vec<String>>,
        /// The names of the accounts in it, those of nested groups included where the directory tells.
        pub members: Vec<String>,
        /// The name of the group.
        pub name: String,
        /// The names of the policies or roles attached to it.
        pub policies: Vec<String>,
    }

    impl Fact for Group {
        const KIND: &'static str = "identity.group@1";
    }

    /// What a directory asks of passwords.
    ///
    /// The rules that hold for every password of an account or tenant. One fact an account. The subject is the account with
    /// `/password-policy`, such as `aws:123456789012/password-policy`; the scope is the account, such as
    /// `aws:123456789012`. A scope is complete when the rules were seen, or when it was seen that there are none.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PasswordPolicy {
        /// The account or tenant that it holds for.
        pub account: String,
        /// Passwords that are known to be stolen are refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub breached_refused: Option<bool>,
        /// People may change their own password.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub change_allowed: Option<bool>,
        /// Somebody has set it; if not, the other fields say what the provider asks by itself.
        pub custom: bool,
        /// Who let a password expire needs an administrator to get in again; null where passwords do not expire.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub expiry_locks: Option<Nullable<bool>>,
        /// After how many wrong passwords an account is locked out; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub lockout_attempts: Option<Nullable<i64>>,
        /// For how long, in seconds; 0 until an administrator lets it in again; null where there is no lockout.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub lockout_duration: Option<Nullable<i64>>,
        /// After how many days a password must be changed; null for never.
        pub max_age_days: Nullable<i64>,
        /// The fewest characters; null for no such rule.
        pub min_length: Nullable<i64>,
        /// How many earlier passwords are refused; null for none.
        pub remember: Nullable<i64>,
        /// A digit must be there.
        pub requires_digit: bool,
        /// A small letter must be there.
        pub requires_lower: bool,
        /// A character that is neither letter nor digit must be there.
        pub requires_symbol: bool,
        /// A capital must be there.
        pub requires_upper: bool,
    }

    impl Fact for PasswordPolicy {
        const KIND: &'static str = "identity.password-policy@1";
    }

    /// A policy of one's own.
    ///
    /// A set of permissions that the account's own people wrote, attached by name or written into one holder; the
    /// provider's ready-made policies are not listed. The subject names it within its directory, such as
    /// `aws:iam::123456789012:policy/deploy`, or `aws:iam::123456789012:user/alice/policy/deploy` for one written into a
    /// holder; the scope is the directory, such as `aws:123456789012`. A scope is complete when every own policy was seen,
    /// unattached ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Policy {
        /// The directory that it belongs to: an account number, tenant or host.
        pub account: String,
        /// Who holds it, such as `user/alice` or `role/deploy`, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub attached_to: Option<Vec<String>>,
        /// How many users, groups and roles hold it; 1 for one that is written into its holder.
        pub attachment_count: i64,
        /// How many identities have it as their limit.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub boundary_count: Option<i64>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// Its holder can come by any right, at once or by way of others: by changing policies, by passing roles, by taking
        /// other identities.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub grants_administration: Option<bool>,
        /// It allows every action on every resource, by one statement that no condition narrows.
        pub grants_everything: bool,
        /// It is written into one user, group or role, and is attached nowhere else.
        pub inline: bool,
        /// The name of the policy.
        pub name: String,
        /// When it was last changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub updated_at: Option<String>,
        /// Services of which it allows every action on every resource, such as `s3`, sorted; `*` for all of them; empty for
        /// none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub wildcard_services: Option<Vec<String>>,
    }

    impl Fact for Policy {
        const KIND: &'static str = "identity.policy@1";
    }

    /// A role that others may take on.
    ///
    /// A set of rights of a directory that is lent for a time to those whom it trusts. The subject names the role within
    /// its directory, such as `aws:iam::123456789012:role/deploy`; the scope is the directory, such as `aws:123456789012`.
    /// A scope is complete when every role was seen, those that the provider made for its own services included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Role {
        /// The directory that it belongs to: an account number, tenant or host.
        pub account: String,
        /// Whether it can grant rights to itself or others, by any way that the collector knows: attached and inline
        /// policies, and what these let it reach.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub administrator: Option<bool>,
        /// The policy that limits whatever else it is given; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub boundary: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// The external accounts that it trusts, sorted.
        pub external_accounts: Vec<String>,
        /// The names of the policies that are written into it alone, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub inline_policies: Option<Vec<String>>,
        /// When it was last taken on; null when it never was in the time that the directory looks back.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_used_at: Option<Nullable<String>>,
        /// The longest session that it lends, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_session: Option<i64>,
        /// The name of the role.
        pub name: String,
        /// The names of the policies attached to it, sorted.
        pub policies: Vec<String>,
        /// The provider made it for one of its own services, and nobody else can take it or change its rights.
        pub service_linked: bool,
        /// Who may take it on, one for each principal that its trust names.
        pub trusts: Vec<RoleTrusts>,
        /// Anyone at all may take it: a trust in everyone that no condition narrows to known accounts, organisations,
        /// networks or identities.
        pub trusts_anyone: bool,
        /// At least one trusted principal is external.
        pub trusts_external: bool,
    }

    impl Fact for Role {
        const KIND: &'static str = "identity.role@1";
    }

    /// What `trusts` of [`Role`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct RoleTrusts {
        /// The account that the principal belongs to; null for anyone, a service or a federation.
        pub account: Nullable<String>,
        /// The names of the conditions that narrow the trust, such as `sts:ExternalId`, sorted; empty for none.
        pub conditions: Vec<String>,
        /// The principal is outside this account and, where the organisation's accounts are known, outside all of them;
        /// services of the provider are not.
        pub external: bool,
        /// A secret word that the two parties agreed on must be shown.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub external_id_required: Option<bool>,
        /// A second factor must have been shown.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub mfa_required: Option<bool>,
        /// Who is trusted, as the directory writes it; `*` for anyone.
        pub principal: String,
        /// What is trusted: anyone at all, everyone of an account, one user or role, a service of the provider, or the
        /// people of another directory.
        pub principal_type: RoleTrustsPrincipalType,
    }

    /// What `principal_type` of [`RoleTrusts`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RoleTrustsPrincipalType {
        /// `anyone`.
        #[serde(rename = "anyone")]
        Anyone,
        /// `account`.
        #[serde(rename = "account")]
        Account,
        /// `user`.
        #[serde(rename = "user")]
        User,
        /// `role`.
        #[serde(rename = "role")]
        Role,
        /// `service`.
        #[serde(rename = "service")]
        Service,
        /// `federation`.
        #[serde(rename = "federation")]
        Federation,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// The owner of an account.
    ///
    /// The first identity of a cloud account or tenant, which no policy binds. One fact an account, where the cloud has
    /// such an identity. The subject is its own name, such as `aws:iam::123456789012:root`; the scope is the account, such
    /// as `aws:123456789012`. A scope is complete when it was seen, or when the cloud has none.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Root {
        /// How many long-lived keys for programs it has, inactive ones included.
        pub access_key_count: i64,
        /// When one of its keys was last used; null when none ever was or there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_key_last_used_at: Option<Nullable<String>>,
        /// The account that it owns.
        pub account: String,
        /// When it was made, which is when the account was.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// The address that it signs in with, in lower case; null when it has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub email: Option<Nullable<String>>,
        /// When it last did anything that the collector can see, by password or key; null when it never did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_used_at: Option<Nullable<String>>,
        /// A second factor is enrolled.
        pub mfa_enabled: bool,
        /// The second factor is a device that serves nothing else; null when there is no second factor.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub mfa_hardware: Option<Nullable<bool>>,
        /// It can sign in with a password; false where central administration has taken its credentials away.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub password_enabled: Option<bool>,
        /// When its password last opened a session; null when it never did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub password_last_used_at: Option<Nullable<String>>,
    }

    impl Fact for Root {
        const KIND: &'static str = "identity.root@1";
    }

    /// A person's or a service's account.
    ///
    /// One account of a directory that something or someone can act as. The subject names the account within its directory,
    /// such as `aws:iam::123456789012:user/alice`; the scope is the directory, such as `aws:123456789012`. A scope is
    /// complete when every account of the directory was seen, disabled ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct User {
        /// Its long-lived keys for programs; an empty list when it has none.
        pub access_keys: Vec<UserAccessKeys>,
        /// The directory that it belongs to: an account number, tenant or host.
        pub account: String,
        /// Whether it can grant rights to itself or others, by any way that the collector knows.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub administrator: Option<bool>,
        /// Whether it can sign in with a password.
        pub console_access: bool,
        /// When it was made.
        pub created_at: String,
        /// The address of the person behind it, in lower case, as the directory gives it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        /// The names of the groups that it belongs to.
        pub groups: Vec<String>,
        /// Whether a person uses it, not a program; absent when the directory does not tell.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub human: Option<bool>,
        /// When it last did anything, by password, key or session; null when it never did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_active_at: Option<Nullable<String>>,
        /// Whether a second factor is enrolled and asked for.
        pub mfa_enabled: bool,
        /// The name it signs in with.
        pub name: String,
        /// When its password last opened a session; null when it never did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub password_last_used_at: Option<Nullable<String>>,
        /// What the directory asks of its password; null when it asks nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub password_policy: Option<Nullable<UserPasswordPolicy>>,
        /// The names of the policies or roles attached to it directly.
        pub policies: Vec<String>,
    }

    impl Fact for User {
        const KIND: &'static str = "identity.user@1";
    }

    /// What `access_keys` of [`User`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct UserAccessKeys {
        /// When the key was made.
        pub created_at: String,
        /// The public name of the key, never its secret.
        pub id: String,
        /// When the key was last used, where the directory tells.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_used_at: Option<String>,
        /// Whether the key opens anything.
        pub status: UserAccessKeysStatus,
    }

    /// What `status` of [`UserAccessKeys`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum UserAccessKeysStatus {
        /// `active`.
        #[serde(rename = "active")]
        Active,
        /// `inactive`.
        #[serde(rename = "inactive")]
        Inactive,
    }

    /// What `password_policy` of [`User`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct UserPasswordPolicy {
        /// After how many days it must be changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max_age_days: Option<i64>,
        /// The fewest characters.
        pub min_length: i64,
        /// Whether it must hold a character that is neither letter nor digit.
        pub require_symbols: bool,
    }
}

/// The kinds `incident.record@1`.
pub mod incident {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// An incident.
    ///
    /// One security or privacy incident, or an event that was judged to be none. The subject is the register with the
    /// incident's id, such as `registers:incidents/i-7`; the scope is the register, such as `registers:incidents`. A scope
    /// is complete when every incident was listed of the time that the register covers.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Record {
        /// How many changes were decided; null while none was thought of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub action_count: Option<Nullable<i64>>,
        /// How many people it concerns; absent while that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub affected_count: Option<i64>,
        /// The day that the authority was told (midnight UTC); null while it was not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub authority_notified_at: Option<Nullable<String>>,
        /// The day of that conclusion (midnight UTC); null while there is none.
        pub breach_assessed_at: Nullable<String>,
        /// What was concluded on whether the law calls it a breach; null when nobody asked.
        pub breach_assessment: Nullable<RecordBreachAssessment>,
        /// What sort it is, in lower case with hyphens, such as `phishing`, `malware`, `lost-device`, `outage` or
        /// `disclosure`; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub category: Option<String>,
        /// The day that the record was closed (midnight UTC); null while it is open.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub closed_at: Option<Nullable<String>>,
        /// When it could spread no more, midnight UTC where only the day is known; null while it can.
        pub contained_at: Nullable<String>,
        /// The day that customers were told (midnight UTC); null while they were not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub customers_notified_at: Option<Nullable<String>>,
        /// When it was noticed, midnight UTC where only the day is known.
        pub detected_at: String,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// Its id, in lower case.
        pub incident: String,
        /// What is to change because of it; null while nothing is written.
        pub lessons: Nullable<String>,
        /// The day that those people were told (midnight UTC); null while they were not.
        pub notified_at: Nullable<String>,
        /// When it began, midnight UTC where only the day is known; null when that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub occurred_at: Option<Nullable<String>>,
        /// How many of these are not done; null while none was thought of.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub open_action_count: Option<Nullable<i64>>,
        /// Who leads the response, in lower case; null for nobody.
        pub owner_email: Nullable<String>,
        /// What is about people was lost, changed or seen; absent while that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub personal_data_affected: Option<bool>,
        /// Health records were lost, changed or seen; absent while that is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub phi_affected: Option<bool>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// When all was as it should be again, midnight UTC where only the day is known; null while it is not.
        pub resolved_at: Nullable<String>,
        /// Why it could happen; null while that is not known.
        pub root_cause: Nullable<String>,
        /// How bad it is; `none` for what was judged to be no incident.
        pub severity: RecordSeverity,
        /// Where it stands.
        pub status: RecordStatus,
        /// The systems that it concerned, in lower case, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub systems: Option<Vec<String>>,
        /// What happened.
        pub title: String,
        /// When its severity was judged, midnight UTC where only the day is known; null while it is not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub triaged_at: Option<Nullable<String>>,
        /// The vendor at which it happened, in lower case; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub vendor: Option<Nullable<String>>,
    }

    impl Fact for Record {
        const KIND: &'static str = "incident.record@1";
    }

    /// What `breach_assessment` of [`Record`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RecordBreachAssessment {
        /// `not-needed`.
        #[serde(rename = "not-needed")]
        NotNeeded,
        /// `pending`.
        #[serde(rename = "pending")]
        Pending,
        /// `no-breach`.
        #[serde(rename = "no-breach")]
        NoBreach,
        /// `breach`.
        #[serde(rename = "breach")]
        Breach,
    }

    /// What `severity` of [`Record`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RecordSeverity {
        /// `none`.
        #[serde(rename = "none")]
        None,
        /// `low`.
        #[serde(rename = "low")]
        Low,
        /// `medium`.
        #[serde(rename = "medium")]
        Medium,
        /// `high`.
        #[serde(rename = "high")]
        High,
        /// `critical`.
        #[serde(rename = "critical")]
        Critical,
    }

    /// What `status` of [`Record`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RecordStatus {
        /// `open`.
        #[serde(rename = "open")]
        Open,
        /// `contained`.
        #[serde(rename = "contained")]
        Contained,
        /// `resolved`.
        #[serde(rename = "resolved")]
        Resolved,
        /// `closed`.
        #[serde(rename = "closed")]
        Closed,
    }
}

/// The kinds `logging.group@1`, `logging.source@1`.
pub mod logging {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A place for log records in a cloud.
    ///
    /// One log group, log bucket or workspace of a cloud. The subject names it, such as
    /// `aws:logs:eu-central-1:123456789012:log-group/app`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every one of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Group {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// What is stored is encrypted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encrypted: Option<bool>,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// When the last record came; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_event_at: Option<Nullable<String>>,
        /// Its retention cannot be shortened any more.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub locked: Option<bool>,
        /// Its name, such as `/aws/lambda/resize`.
        pub log_group: String,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// After how many days records are deleted; null for never.
        pub retention_days: Nullable<i64>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<GroupTags>>,
    }

    impl Fact for Group {
        const KIND: &'static str = "logging.group@1";
    }

    /// What `tags` of [`Group`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct GroupTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// A system whose records are collected.
    ///
    /// One line of the register of log sources, or one source that a SIEM lists: which records of a system are sent where.
    /// The subject is the register with system and source, such as `registers:log-sources/billing/application`; the scope
    /// is the register, such as `registers:log-sources`. A scope is complete when every source was listed, also those that
    /// send nothing yet.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Source {
        /// Whom alerts go to, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub alert_email: Option<Nullable<String>>,
        /// Rules that raise alerts look at them.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub alerting: Option<bool>,
        /// That place, such as the name of the SIEM; null when they stay where they are.
        pub destination: Nullable<String>,
        /// They are sent to a place that the system cannot change.
        pub forwarded: bool,
        /// When the last record arrived; null for never.
        pub last_event_at: Nullable<String>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// For how many days they are kept; null for ever.
        pub retention_days: Nullable<i64>,
        /// The day that somebody last looked through them (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reviewed_at: Option<Nullable<String>>,
        /// Who did, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reviewer_email: Option<Nullable<String>>,
        /// Which of its records, such as `application`, `sign-ins` or `operating-system`.
        pub source: String,
        /// The system that writes, in lower case, as `asset.system@1` names it.
        pub system: String,
    }

    impl Fact for Source {
        const KIND: &'static str = "logging.source@1";
    }
}

/// The kinds `messaging.topic@1`.
pub mod messaging {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A topic.
    ///
    /// One channel that passes each message to all who subscribed. The subject names it, such as
    /// `aws:sns:eu-central-1:123456789012:alerts`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every topic of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Topic {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// How many of these have confirmed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub confirmed_count: Option<i64>,
        /// Messages are encrypted where they are kept.
        pub encrypted: bool,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// Its name.
        pub name: String,
        /// Its policy lets anyone publish or subscribe.
        pub public_access: bool,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// Other accounts that its policy lets in, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// How many have subscribed, unconfirmed ones included.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub subscription_count: Option<i64>,
        /// How messages are passed on, such as `email` or `https`, sorted, each once.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub subscription_protocols: Option<Vec<String>>,
        /// Its policy refuses requests that do not come over TLS.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tls_required: Option<bool>,
    }

    impl Fact for Topic {
        const KIND: &'static str = "messaging.topic@1";
    }
}

/// The kinds `monitoring.alarm@1`, `monitoring.metric-filter@1`.
pub mod monitoring {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// An alarm.
    ///
    /// One condition on a measurement, and whom it tells. The subject names it, such as
    /// `aws:cloudwatch:eu-central-1:123456789012:alarm/root-use`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every alarm of the region was seen, those that watch other
    /// alarms included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Alarm {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// It tells somebody or something when it goes off.
        pub actions_enabled: bool,
        /// What it watches: one measurement, a sum over several, other alarms, or something else.
        pub alarm_type: AlarmAlarmType,
        /// How the measurement is compared, in the provider's word; null when it does not watch a single one.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub comparison: Option<Nullable<String>>,
        /// What its owners say it is for; null when they say nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub description: Option<Nullable<String>>,
        /// What narrows the measurement, such as one machine, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub dimensions: Option<Vec<AlarmDimensions>>,
        /// The name of the measurement; null when it does not watch a single one.
        pub metric: Nullable<String>,
        /// Where the measurement is kept; null when it does not watch a single one.
        pub metric_namespace: Nullable<String>,
        /// Its name.
        pub name: String,
        /// What it tells when it goes off, such as the subjects of topics, sorted; empty for nothing.
        pub notifies: Vec<String>,
        /// Over how many seconds it is measured; null when it does not watch a single one.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub period: Option<Nullable<i64>>,
        /// How many confirmed subscriptions and other receivers these have together.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub receiver_count: Option<i64>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// How it stands; `unknown` when there are too few measurements.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub state: Option<AlarmState>,
        /// Since when; null when it never changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub state_changed_at: Option<Nullable<String>>,
        /// What it is compared with, as a decimal number; null when there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub threshold: Option<Nullable<String>>,
    }

    impl Fact for Alarm {
        const KIND: &'static str = "monitoring.alarm@1";
    }

    /// What `alarm_type` of [`Alarm`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum AlarmAlarmType {
        /// `metric`.
        #[serde(rename = "metric")]
        Metric,
        /// `expression`.
        #[serde(rename = "expression")]
        Expression,
        /// `composite`.
        #[serde(rename = "composite")]
        Composite,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `dimensions` of [`Alarm`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct AlarmDimensions {
        /// The dimension's name.
        pub name: String,
        /// The dimension's value.
        pub value: String,
    }

    /// What `state` of [`Alarm`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum AlarmState {
        /// `ok`.
        #[serde(rename = "ok")]
        Ok,
        /// `alarm`.
        #[serde(rename = "alarm")]
        Alarm,
        /// `unknown`.
        #[serde(rename = "unknown")]
        Unknown,
    }

    /// A count of certain log records.
    ///
    /// One filter that counts the records of a log group which fit a pattern, so that an alarm can watch the count. The
    /// subject is the log group's with the filter's name, such as
    /// `aws:logs:eu-central-1:123456789012:log-group/trail/metric-filter/root-use`; the scope is account and region, such
    /// as `aws:123456789012/eu-central-1`. A scope is complete when every filter of the region was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct MetricFilter {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// How many alarms watch the count.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub alarm_count: Option<i64>,
        /// The log group that it reads, as `logging.group@1` names it.
        pub log_group: String,
        /// The name of the count; null when it counts nothing.
        pub metric: Nullable<String>,
        /// Where the count is kept; null when it counts nothing.
        pub metric_namespace: Nullable<String>,
        /// Its name.
        pub name: String,
        /// How many of these are switched on and reach at least one confirmed receiver.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub notified_alarm_count: Option<i64>,
        /// What a record must look like, as the provider writes it; empty for every record.
        pub pattern: String,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
    }

    impl Fact for MetricFilter {
        const KIND: &'static str = "monitoring.metric-filter@1";
    }
}

/// The kinds `network.load-balancer@1`, `network.security-group@1`, `network.vpc@1`.
pub mod network {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A load balancer.
    ///
    /// One front that takes connections and passes them on. The subject names it, such as
    /// `aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c49`; the scope is account and region,
    /// such as `aws:123456789012/eu-central-1`. A scope is complete when every load balancer of the region was seen, of
    /// each type that the cloud has.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct LoadBalancer {
        /// The bucket that these records go to; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_log_bucket: Option<Nullable<String>>,
        /// Its requests are recorded; null for a type that cannot.
        pub access_logging: Nullable<bool>,
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// What it understands of the traffic: requests, connections, packets, or the old sort.
        pub balancer_type: LoadBalancerBalancerType,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// It cannot be deleted before that is switched off; null for a type that cannot.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deletion_protection: Option<Nullable<bool>>,
        /// Requests with malformed headers are refused; null for a type that does not read them.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub drops_invalid_headers: Option<Nullable<bool>>,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// The ports that it listens on, sorted.
        pub listeners: Vec<LoadBalancerListeners>,
        /// Its name.
        pub name: String,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// From where it can be reached.
        pub scheme: LoadBalancerScheme,
        /// The groups that guard it, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub security_groups: Option<Vec<String>>,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<LoadBalancerTags>>,
        /// The network that it stands in, as `network.vpc@1` names it; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub vpc: Option<Nullable<String>>,
        /// A firewall that reads requests stands before it; null for a type that cannot have one.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub web_firewall: Option<Nullable<bool>>,
        /// In how many separate places it runs.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub zone_count: Option<i64>,
    }

    impl Fact for LoadBalancer {
        const KIND: &'static str = "network.load-balancer@1";
    }

    /// What `balancer_type` of [`LoadBalancer`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum LoadBalancerBalancerType {
        /// `application`.
        #[serde(rename = "application")]
        Application,
        /// `network`.
        #[serde(rename = "network")]
        Network,
        /// `gateway`.
        #[serde(rename = "gateway")]
        Gateway,
        /// `classic`.
        #[serde(rename = "classic")]
        Classic,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `listeners` of [`LoadBalancer`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct LoadBalancerListeners {
        /// The subjects of the certificates that it shows, as `certificate.certificate@1` has them, sorted; empty without
        /// TLS.
        pub certificates: Vec<String>,
        /// The port.
        pub port: i64,
        /// The protocol in lower case: `http`, `https`, `tcp`, `tls`, `udp` or another.
        pub protocol: String,
        /// It only sends callers on to a port with TLS.
        pub redirects_to_tls: bool,
        /// It takes TLS connections and ends them itself.
        pub tls: bool,
        /// The oldest version that it takes; null without TLS, absent where the set is not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tls_minimum: Option<Nullable<LoadBalancerListenersTlsMinimum>>,
        /// The named set of versions and ciphers that it takes; null without TLS.
        pub tls_policy: Nullable<String>,
    }

    /// What `tls_minimum` of [`LoadBalancerListeners`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum LoadBalancerListenersTlsMinimum {
        /// `ssl3`.
        #[serde(rename = "ssl3")]
        Ssl3,
        /// `tls1.0`.
        #[serde(rename = "tls1.0")]
        Tls10,
        /// `tls1.1`.
        #[serde(rename = "tls1.1")]
        Tls11,
        /// `tls1.2`.
        #[serde(rename = "tls1.2")]
        Tls12,
        /// `tls1.3`.
        #[serde(rename = "tls1.3")]
        Tls13,
    }

    /// What `scheme` of [`LoadBalancer`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum LoadBalancerScheme {
        /// `internet-facing`.
        #[serde(rename = "internet-facing")]
        InternetFacing,
        /// `internal`.
        #[serde(rename = "internal")]
        Internal,
    }

    /// What `tags` of [`LoadBalancer`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct LoadBalancerTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// A packet filter of a cloud.
    ///
    /// One security group or firewall: what may reach that which it is attached to. The subject names it, such as
    /// `aws:ec2:eu-central-1:123456789012:security-group/sg-1`; the scope is account and region, such as
    /// `aws:123456789012/eu-central-1`. A scope is complete when every group of the region was seen, unused ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SecurityGroup {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// Something uses it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub attached: Option<bool>,
        /// How many network interfaces use it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub attached_count: Option<i64>,
        /// It came with its network, and holds for whatever names no other.
        pub default_group: bool,
        /// What its owners say it is for; null when they say nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub description: Option<Nullable<String>>,
        /// What it lets out; empty for nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub egress: Option<Vec<SecurityGroupEgress>>,
        /// Its id, such as `sg-1`.
        pub group: String,
        /// What it lets in; empty for nothing.
        pub ingress: Vec<SecurityGroupIngress>,
        /// Its name.
        pub name: String,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<SecurityGroupTags>>,
        /// The network that it belongs to, as `network.vpc@1` names it; null for none.
        pub vpc: Nullable<String>,
    }

    impl Fact for SecurityGroup {
        const KIND: &'static str = "network.security-group@1";
    }

    /// What `egress` of [`SecurityGroup`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SecurityGroupEgress {
        /// What its owners say it is for; null when they say nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub description: Option<Nullable<String>>,
        /// The first port, 0 where all are meant; null for a protocol without ports.
        pub from_port: Nullable<i64>,
        /// The groups whose members it goes to, sorted.
        pub groups: Vec<String>,
        /// The named lists of networks that it goes to, sorted.
        pub prefix_lists: Vec<String>,
        /// The protocol in lower case: `tcp`, `udp`, `icmp`, `icmpv6`, another's number, or `all`.
        pub protocol: String,
        /// The networks that it goes to, sorted.
        pub targets: Vec<String>,
        /// Every address of IPv4 or IPv6 is among the targets.
        pub to_anyone: bool,
        /// The last port, 65535 where all are meant; null for a protocol without ports.
        pub to_port: Nullable<i64>,
    }

    /// What `ingress` of [`SecurityGroup`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SecurityGroupIngress {
        /// What its owners say it is for; null when they say nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub description: Option<Nullable<String>>,
        /// Every address of IPv4 or IPv6 is among the sources.
        pub from_anyone: bool,
        /// The first port, 0 where all are meant; null for a protocol without ports.
        pub from_port: Nullable<i64>,
        /// The groups whose members it comes from, sorted.
        pub groups: Vec<String>,
        /// The named lists of networks that it comes from, sorted.
        pub prefix_lists: Vec<String>,
        /// The protocol in lower case: `tcp`, `udp`, `icmp`, `icmpv6`, another's number, or `all`.
        pub protocol: String,
        /// The networks that it comes from, such as `10.0.0.0/8` or `::/0`, sorted.
        pub sources: Vec<String>,
        /// The last port, 65535 where all are meant; null for a protocol without ports.
        pub to_port: Nullable<i64>,
    }

    /// What `tags` of [`SecurityGroup`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SecurityGroupTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// A network of a cloud.
    ///
    /// One private network. The subject names it, such as `aws:ec2:eu-central-1:123456789012:vpc/vpc-1`; the scope is
    /// account and region, such as `aws:123456789012/eu-central-1`. A scope is complete when every network of the region
    /// was seen, empty ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Vpc {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// The provider made it, for whatever names no other.
        pub default_network: bool,
        /// What passes is recorded: at least one flow log of the whole network is active.
        pub flow_logging: bool,
        /// The flow logs of the whole network; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub flow_logs: Option<Vec<VpcFlowLogs>>,
        /// How many network interfaces are in it; 0 for an empty one.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub interface_count: Option<i64>,
        /// A way to the internet is attached.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub internet_gateway: Option<bool>,
        /// Its name for people; null when it has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<Nullable<String>>,
        /// How many of its parts give a public address to whatever starts in them.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub public_subnet_count: Option<i64>,
        /// Its ranges of addresses, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ranges: Option<Vec<String>>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<VpcTags>>,
        /// Its id, such as `vpc-1`.
        pub vpc: String,
    }

    impl Fact for Vpc {
        const KIND: &'static str = "network.vpc@1";
    }

    /// What `flow_logs` of [`Vpc`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct VpcFlowLogs {
        /// It is recording.
        pub active: bool,
        /// The name of the log group, bucket or stream; null where the cloud names none.
        pub store: Nullable<String>,
        /// Where it is kept.
        pub store_type: VpcFlowLogsStoreType,
        /// Which traffic it records.
        pub traffic: VpcFlowLogsTraffic,
    }

    /// What `store_type` of [`VpcFlowLogs`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum VpcFlowLogsStoreType {
        /// `log-group`.
        #[serde(rename = "log-group")]
        LogGroup,
        /// `bucket`.
        #[serde(rename = "bucket")]
        Bucket,
        /// `stream`.
        #[serde(rename = "stream")]
        Stream,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `traffic` of [`VpcFlowLogs`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum VpcFlowLogsTraffic {
        /// `all`.
        #[serde(rename = "all")]
        All,
        /// `accepted`.
        #[serde(rename = "accepted")]
        Accepted,
        /// `rejected`.
        #[serde(rename = "rejected")]
        Rejected,
    }

    /// What `tags` of [`Vpc`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct VpcTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }
}

/// The kinds `organisation.register@1`, `organisation.role@1`.
pub mod organisation {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A register.
    ///
    /// One list that the company keeps, or one system that keeps it, such as the register of meetings; a rule on it may
    /// join what must stand in it at least once. One fact a register, an empty one included. The subject and the scope are
    /// the register, such as `registers:meetings`. A scope is complete when the register was read to its end.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Register {
        /// The kind of its lines, such as `governance.meeting@1`.
        pub holds: String,
        /// How many lines it has, refused ones included.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub line_count: Option<i64>,
        /// Who keeps it, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owner_email: Option<Nullable<String>>,
        /// How many lines could not be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub refused_count: Option<i64>,
        /// Its name, such as `meetings`, which its lines have in `register`.
        pub register: String,
    }

    impl Fact for Register {
        const KIND: &'static str = "organisation.register@1";
    }

    /// A duty and its holder.
    ///
    /// One duty in the company, such as that of the security officer, and one who holds it. The subject is the register
    /// with role and holder, such as `registers:roles/security-officer/alice@example.com`, or
    /// `registers:roles/privacy-officer/vacant` for a duty that nobody holds; the scope is the register, such as
    /// `registers:roles`. A scope is complete when every duty was listed, vacant ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Role {
        /// The day that the holder took the duty on in writing (midnight UTC); null when that was not done.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub acknowledged_at: Option<Nullable<String>>,
        /// The day of the appointment (midnight UTC); null when none was made.
        pub appointed_at: Nullable<String>,
        /// Who appointed the holder, by address in lower case; null when nobody did.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub appointed_by: Option<Nullable<String>>,
        /// Who stands in, by address in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deputy_email: Option<Nullable<String>>,
        /// What the duty consists of is written down.
        pub duties_documented: bool,
        /// The holder's address, in lower case; null for vacant.
        pub email: Nullable<String>,
        /// The day that the appointment ends (midnight UTC); null for no end.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ends_at: Option<Nullable<String>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// Whom the holder answers to in this duty, by address in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reports_to: Option<Nullable<String>>,
        /// The duty in lower case with hyphens, such as `security-officer`, `privacy-officer`, `incident-lead` or
        /// `internal-auditor`.
        pub role: String,
    }

    impl Fact for Role {
        const KIND: &'static str = "organisation.role@1";
    }
}

/// The kinds `person.acknowledgement@1`, `person.employment@1`, `person.offboarding@1`, `person.onboarding@1`,
/// `person.performance-review@1`, `person.screening@1`, `person.training@1`.
pub mod person {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// Somebody's acknowledgement of a document.
    ///
    /// One person's word of having read a document and keeping to it, or that this was asked for. The subject is the
    /// register with address, document and, where the register has one, version, such as
    /// `registers:acknowledgements/alice@example.com/code-of-conduct/3`; the scope is the register, such as
    /// `registers:acknowledgements`. A scope is complete when every acknowledgement was listed that was given or asked for.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Acknowledgement {
        /// The day that it was given (midnight UTC); null while it is not.
        pub acknowledged_at: Nullable<String>,
        /// The day that it was asked for (midnight UTC); absent when that is not recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub asked_at: Option<String>,
        /// The document in lower case with hyphens, as `policy.document@1` names it.
        pub document: String,
        /// The day by which it was due (midnight UTC); null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due_at: Option<Nullable<String>>,
        /// The person's address at work, in lower case.
        pub email: String,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The version that it is about; null for none.
        pub version: Nullable<String>,
    }

    impl Fact for Acknowledgement {
        const KIND: &'static str = "person.acknowledgement@1";
    }

    /// Somebody who works or worked for the company.
    ///
    /// One person, employed or under contract, with the latest time of working here. The subject is the register with the
    /// address, such as `registers:people/alice@example.com`; the scope is the register, such as `registers:people`. A
    /// scope is complete when everyone was listed who works here, and everyone who left for as long as the register goes
    /// back.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Employment {
        /// The part of the company; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub department: Option<Nullable<String>>,
        /// The address at work, in lower case.
        pub email: String,
        /// How the person is bound to the company.
        pub employment_type: EmploymentEmploymentType,
        /// The last day (midnight UTC); null when none is set.
        pub ended_at: Nullable<String>,
        /// The work brings the person to health records; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub handles_phi: Option<bool>,
        /// What the work asks of its holder is written down; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub job_description: Option<bool>,
        /// What the person does; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub job_title: Option<String>,
        /// Whom the person answers to, in lower case; null for nobody.
        pub manager_email: Nullable<String>,
        /// The person's name.
        pub name: String,
        /// The person administers systems; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub privileged: Option<bool>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The first day (midnight UTC); null when it is not set.
        pub started_at: Nullable<String>,
        /// Where the person stands: yet to start, at work, away for long, or gone.
        pub status: EmploymentStatus,
    }

    impl Fact for Employment {
        const KIND: &'static str = "person.employment@1";
    }

    /// What `employment_type` of [`Employment`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum EmploymentEmploymentType {
        /// `employee`.
        #[serde(rename = "employee")]
        Employee,
        /// `contractor`.
        #[serde(rename = "contractor")]
        Contractor,
        /// `intern`.
        #[serde(rename = "intern")]
        Intern,
        /// `board`.
        #[serde(rename = "board")]
        Board,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `status` of [`Employment`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum EmploymentStatus {
        /// `planned`.
        #[serde(rename = "planned")]
        Planned,
        /// `active`.
        #[serde(rename = "active")]
        Active,
        /// `leave`.
        #[serde(rename = "leave")]
        Leave,
        /// `left`.
        #[serde(rename = "left")]
        Left,
    }

    /// Somebody's leaving.
    ///
    /// What was done when one person left, or changed to work that needs other access. The subject is the register with
    /// address and last day, such as `registers:offboarding/alice@example.com/2026-03-31`; the scope is the register, such
    /// as `registers:offboarding`. A scope is complete when everyone was listed who left in the time that the register
    /// covers.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Offboarding {
        /// When the last access was taken away, midnight UTC where only the day is known; null while it is not.
        pub access_removed_at: Nullable<String>,
        /// The day that those who take access away were told (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub announced_at: Option<Nullable<String>>,
        /// The day that all of it was done (midnight UTC); null while it is not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub completed_at: Option<Nullable<String>>,
        /// Who confirmed it, by address in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub confirmed_by: Option<Nullable<String>>,
        /// How many devices the person had to return; 0 for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub device_count: Option<i64>,
        /// The day that the last device was returned (midnight UTC); null while it is not, or when there was none.
        pub devices_returned_at: Nullable<String>,
        /// The person's address at work, in lower case.
        pub email: String,
        /// The last day (midnight UTC).
        pub left_at: String,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<OffboardingReason>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The day that the person was reminded of the duties that go on (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reminded_at: Option<Nullable<String>>,
        /// Where it is recorded; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ticket: Option<Nullable<String>>,
    }

    impl Fact for Offboarding {
        const KIND: &'static str = "person.offboarding@1";
    }

    /// What `reason` of [`Offboarding`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum OffboardingReason {
        /// `left`.
        #[serde(rename = "left")]
        Left,
        /// `dismissed`.
        #[serde(rename = "dismissed")]
        Dismissed,
        /// `moved`.
        #[serde(rename = "moved")]
        Moved,
        /// `contract-ended`.
        #[serde(rename = "contract-ended")]
        ContractEnded,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// Somebody's joining.
    ///
    /// What was done when one person came. The subject is the register with address and first day, such as
    /// `registers:onboarding/alice@example.com/2026-03-01`; the scope is the register, such as `registers:onboarding`. A
    /// scope is complete when everyone was listed who came in the time that the register covers.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Onboarding {
        /// The day that access was approved (midnight UTC); null for never.
        pub access_approved_at: Nullable<String>,
        /// Who approved it, by address in lower case; null for nobody.
        pub access_approved_by: Nullable<String>,
        /// The day that access was first given (midnight UTC); null when none was.
        pub access_granted_at: Nullable<String>,
        /// The day that access was asked for (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_requested_at: Option<Nullable<String>>,
        /// The day that all of it was done (midnight UTC); null while it is not.
        pub completed_at: Nullable<String>,
        /// The day that the promise of confidentiality was signed (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub confidentiality_signed_at: Option<Nullable<String>>,
        /// The person's address at work, in lower case.
        pub email: String,
        /// The day that devices were handed out (midnight UTC); null when none were.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub equipment_issued_at: Option<Nullable<String>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The first day (midnight UTC).
        pub started_at: String,
        /// The systems that access was given to, in lower case, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub systems: Option<Vec<String>>,
        /// The day that the terms of work with their security duties were signed (midnight UTC); null for never.
        pub terms_signed_at: Nullable<String>,
        /// Where it is recorded; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ticket: Option<Nullable<String>>,
    }

    impl Fact for Onboarding {
        const KIND: &'static str = "person.onboarding@1";
    }

    /// A review of somebody's work.
    ///
    /// One talk about how one person does the work, held or due. The subject is the register with address and period, such
    /// as `registers:performance-reviews/alice@example.com/2026`; the scope is the register, such as
    /// `registers:performance-reviews`. A scope is complete when every review was listed that was held or due.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PerformanceReview {
        /// The skills that the work needs were judged; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub competence_judged: Option<bool>,
        /// The day by which it was due (midnight UTC); null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due_at: Option<Nullable<String>>,
        /// The person's address at work, in lower case.
        pub email: String,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// The day that it was held (midnight UTC); null while it was not.
        pub held_at: Nullable<String>,
        /// What is expected next was agreed; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub objectives_set: Option<bool>,
        /// The time that it looks back on, such as `2026` or `2026-h1`.
        pub period: String,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// Who held it, in lower case; null for nobody.
        pub reviewer_email: Nullable<String>,
    }

    impl Fact for PerformanceReview {
        const KIND: &'static str = "person.performance-review@1";
    }

    /// A check of somebody's background.
    ///
    /// What was checked about one person before or while working here; what was found is not kept. The subject is the
    /// register with the address and, where the register has one, the day of the request, such as
    /// `registers:screening/alice@example.com/2026-02-10`; the scope is the register, such as `registers:screening`. A
    /// scope is complete when every check was listed.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Screening {
        /// What was checked, in lower case, such as `identity`, `employment`, `education`, `criminal-record` or
        /// `sanctions`, sorted.
        pub checks: Vec<String>,
        /// The day that it was finished (midnight UTC); null while it is not.
        pub completed_at: Nullable<String>,
        /// Who decided about a concern, by address in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub decided_by: Option<Nullable<String>>,
        /// The person's address at work, in lower case.
        pub email: String,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// Who checked; null for the company itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub provider: Option<Nullable<String>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The day that it was asked for (midnight UTC); absent when that is not recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub requested_at: Option<String>,
        /// How it ended: not yet, without a concern, with one that somebody accepted, with one that nobody did, or the law
        /// forbids it.
        pub status: ScreeningStatus,
    }

    impl Fact for Screening {
        const KIND: &'static str = "person.screening@1";
    }

    /// What `status` of [`Screening`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ScreeningStatus {
        /// `pending`.
        #[serde(rename = "pending")]
        Pending,
        /// `cleared`.
        #[serde(rename = "cleared")]
        Cleared,
        /// `accepted`.
        #[serde(rename = "accepted")]
        Accepted,
        /// `refused`.
        #[serde(rename = "refused")]
        Refused,
        /// `not-permitted`.
        #[serde(rename = "not-permitted")]
        NotPermitted,
    }

    /// A course that somebody has to take.
    ///
    /// One course given to one person, taken or not. The subject is the register with address and course, and after them
    /// the day of assignment where the register has one, so that each year's course is its own:
    /// `registers:training/alice@example.com/security-awareness`,
    /// `registers:training/alice@example.com/security-awareness/2026-01-15`; the scope is the register, such as
    /// `registers:training`. A scope is complete when every course was listed that anyone took or has to take.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Training {
        /// The day that it was given out (midnight UTC); absent when that is not recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub assigned_at: Option<String>,
        /// The day that it was finished (midnight UTC); null while it is not.
        pub completed_at: Nullable<String>,
        /// The course in lower case with hyphens, such as `security-awareness`, `secure-development`, `hipaa` or
        /// `incident-response`.
        pub course: String,
        /// The day by which it was due (midnight UTC); null for none.
        pub due_at: Nullable<String>,
        /// The person's address at work, in lower case.
        pub email: String,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// What was learnt was tested, and well enough; null while it is not finished, or for a course without a test.
        pub passed: Nullable<bool>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The result of the test in hundredths; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub score: Option<Nullable<i64>>,
    }

    impl Fact for Training {
        const KIND: &'static str = "person.training@1";
    }
}

/// The kinds `policy.document@1`.
pub mod policy {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A policy.
    ///
    /// One policy, standard, plan or procedure as it stands now. The subject is the register with the document, such as
    /// `registers:policies/information-security`; the scope is the register, such as `registers:policies`. A scope is
    /// complete when every document was listed, drafts and retired ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Document {
        /// Those whom it binds must say that they have read it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub acknowledgement_required: Option<bool>,
        /// The day that this version was approved (midnight UTC); null for never.
        pub approved_at: Nullable<String>,
        /// Who approved it, by address in lower case or by name, such as `board`; null for nobody.
        pub approver: Nullable<String>,
        /// Its short name in lower case with hyphens, such as `code-of-conduct`.
        pub document: String,
        /// The day from which it holds (midnight UTC); null when that is not set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub effective_at: Option<Nullable<String>>,
        /// Where it can be read, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub location: Option<Nullable<String>>,
        /// The day by which it is to be reviewed (midnight UTC); null when none is set.
        pub next_review_at: Nullable<String>,
        /// Who looks after it, in lower case; null for nobody.
        pub owner_email: Nullable<String>,
        /// The day that it was made known to those whom it binds (midnight UTC); null for never.
        pub published_at: Nullable<String>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// At most how many days may lie between reviews; null for no such rule.
        pub review_interval_days: Nullable<i64>,
        /// The day that it was last reviewed, changed or not (midnight UTC); null when that is recorded by the approval
        /// alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reviewed_at: Option<Nullable<String>>,
        /// Whether it holds.
        pub status: DocumentStatus,
        /// The SHA-256 of its text in lower-case hexadecimal, which shows that it changed without a new approval.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub text_digest: Option<String>,
        /// Its title.
        pub title: String,
        /// What it is about, in lower case with hyphens: `information-security`, `access-control`, `acceptable-use`,
        /// `code-of-conduct`, `incident-response`, `continuity`, `backup`, `change-management`, `secure-development`,
        /// `cryptography`, `vulnerability-management`, `vendor-management`, `risk-management`, `data-classification`,
        /// `data-retention`, `privacy`, `physical-security`, `remote-work`, `sanctions`, or another.
        pub topic: String,
        /// Its version; null for none.
        pub version: Nullable<String>,
        /// How many words its text has; 0 for a heading alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub word_count: Option<i64>,
    }

    impl Fact for Document {
        const KIND: &'static str = "policy.document@1";
    }

    /// What `status` of [`Document`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum DocumentStatus {
        /// `draft`.
        #[serde(rename = "draft")]
        Draft,
        /// `approved`.
        #[serde(rename = "approved")]
        Approved,
        /// `retired`.
        #[serde(rename = "retired")]
        Retired,
    }
}

/// The kinds `privacy.data-inventory@1`, `privacy.request@1`.
pub mod privacy {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A use of what is known about people.
    ///
    /// One line of the record of uses: which sort of record, what for, and on what ground. The subject is the register with
    /// category and purpose, such as `registers:data-inventory/customer-contacts/support`; the scope is the register, such
    /// as `registers:data-inventory`. A scope is complete when every use was listed.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct DataInventory {
        /// The sort of record, in lower case with hyphens, such as `customer-contacts` or `health-records`.
        pub category: String,
        /// It is deleted without a person; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub deletion_automatic: Option<bool>,
        /// The day of that assessment (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub impact_assessed_at: Option<Nullable<String>>,
        /// The law asks for an assessment of its impact; absent when nobody judged that.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub impact_assessment_required: Option<bool>,
        /// The ground for it, in lower case with hyphens, such as `consent`, `contract`, `legal-duty`,
        /// `legitimate-interest` or `treatment`; null for none.
        pub legal_basis: Nullable<String>,
        /// Where it is held, two-letter codes of countries or names of sites, sorted; empty when the register does not say.
        pub locations: Vec<String>,
        /// The notice to people names this use; absent when nobody looked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub notice_given: Option<bool>,
        /// Who answers for it, in lower case; null for nobody.
        pub owner_email: Nullable<String>,
        /// Whom it is about, in lower case, such as `customers`, `patients` or `employees`, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub people: Option<Vec<String>>,
        /// It is health records in the sense of HIPAA.
        pub phi: bool,
        /// What it is used for.
        pub purpose: String,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// For how many days it is kept; null when no time is set.
        pub retention_days: Nullable<i64>,
        /// Why so long; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub retention_reason: Option<String>,
        /// The day that this line was last looked at (midnight UTC); null for never.
        pub reviewed_at: Nullable<String>,
        /// Whom it is given to, vendors by name in lower case, sorted; empty for nobody.
        pub shared_with: Vec<String>,
        /// It belongs to the categories that the law guards more, such as health or belief.
        pub special: bool,
        /// The system that holds it, in lower case, as `asset.system@1` names it; null when the register does not say.
        pub system: Nullable<String>,
        /// What guards it there; null for nothing or when it does not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub transfer_safeguard: Option<Nullable<String>>,
        /// It leaves the countries whose law guards it; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub transfers_abroad: Option<bool>,
    }

    impl Fact for DataInventory {
        const KIND: &'static str = "privacy.data-inventory@1";
    }

    /// A request of somebody about records of them.
    ///
    /// One request to see, correct or delete, and how it was answered; who asked is not kept. The subject is the register
    /// with the request's id, such as `registers:privacy-requests/p-3`; the scope is the register, such as
    /// `registers:privacy-requests`. A scope is complete when every request was listed of the time that the register
    /// covers.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Request {
        /// The day of the answer (midnight UTC); null while there is none.
        pub answered_at: Nullable<String>,
        /// The day by which it must be answered (midnight UTC); null for none.
        pub due_at: Nullable<String>,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// The day that the person was told that it takes longer (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub extended_at: Option<Nullable<String>>,
        /// What the answer was; null while there is none.
        pub outcome: Nullable<RequestOutcome>,
        /// Who answers it, in lower case; null for nobody.
        pub owner_email: Nullable<String>,
        /// The day that it came (midnight UTC).
        pub received_at: String,
        /// Why it was refused; null when it was not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub refusal_reason: Option<Nullable<String>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// Its id, in lower case.
        pub request: String,
        /// What was asked for.
        pub request_type: RequestRequestType,
        /// The day that those who hold copies were told (midnight UTC); null when they were not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub vendors_told_at: Option<Nullable<String>>,
        /// The day that it was clear who asked (midnight UTC); null while it is not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub verified_at: Option<Nullable<String>>,
    }

    impl Fact for Request {
        const KIND: &'static str = "privacy.request@1";
    }

    /// What `outcome` of [`Request`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RequestOutcome {
        /// `fulfilled`.
        #[serde(rename = "fulfilled")]
        Fulfilled,
        /// `partly-fulfilled`.
        #[serde(rename = "partly-fulfilled")]
        PartlyFulfilled,
        /// `refused`.
        #[serde(rename = "refused")]
        Refused,
        /// `withdrawn`.
        #[serde(rename = "withdrawn")]
        Withdrawn,
    }

    /// What `request_type` of [`Request`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum RequestRequestType {
        /// `access`.
        #[serde(rename = "access")]
        Access,
        /// `correction`.
        #[serde(rename = "correction")]
        Correction,
        /// `deletion`.
        #[serde(rename = "deletion")]
        Deletion,
        /// `restriction`.
        #[serde(rename = "restriction")]
        Restriction,
        /// `portability`.
        #[serde(rename = "portability")]
        Portability,
        /// `objection`.
        #[serde(rename = "objection")]
        Objection,
        /// `opt-out`.
        #[serde(rename = "opt-out")]
        OptOut,
        /// `accounting-of-disclosures`.
        #[serde(rename = "accounting-of-disclosures")]
        AccountingOfDisclosures,
        /// `complaint`.
        #[serde(rename = "complaint")]
        Complaint,
    }
}

/// The kinds `risk.entry@1`.
pub mod risk {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A risk.
    ///
    /// One line of the register of risks as it stands now. The subject is the register with the risk's id, such as
    /// `registers:risks/r-12`; the scope is the register, such as `registers:risks`. A scope is complete when every risk
    /// was listed, closed ones included for as long as the register goes back.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Entry {
        /// The day until which that holds (midnight UTC); null for no end.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub acceptance_ends_at: Option<Nullable<String>>,
        /// The day that what remains was accepted (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub accepted_at: Option<Nullable<String>>,
        /// Who accepted it, by address in lower case or by name, such as `board`; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub accepted_by: Option<Nullable<String>>,
        /// What sort it is, in lower case with hyphens, such as `security`, `fraud`, `vendor`, `privacy`, `availability`,
        /// `change`, `legal` or `people`.
        pub category: String,
        /// The controls that lessen it, such as `access/mfa`, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub controls: Option<Vec<String>>,
        /// The day that it was first seen (midnight UTC); absent when that is not recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub identified_at: Option<String>,
        /// How bad it would be before anything is done, 1 (hardly) to 5 (ruin); null while it is not judged.
        pub inherent_impact: Nullable<i64>,
        /// How likely it is before anything is done, 1 (hardly) to 5 (surely); null while it is not judged.
        pub inherent_likelihood: Nullable<i64>,
        /// The day by which it is to be looked at again (midnight UTC); null when none is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub next_review_at: Option<Nullable<String>>,
        /// Who answers for it, in lower case; null for nobody.
        pub owner_email: Nullable<String>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// How bad it would be with what is done, 1 to 5; null while it is not judged.
        pub residual_impact: Nullable<i64>,
        /// How likely it is with what is done, 1 to 5; null while it is not judged.
        pub residual_likelihood: Nullable<i64>,
        /// The day that it was last looked at (midnight UTC); null for never.
        pub reviewed_at: Nullable<String>,
        /// Its id, in lower case.
        pub risk: String,
        /// Where it stands.
        pub status: EntryStatus,
        /// The systems that it is about, in lower case, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub systems: Option<Vec<String>>,
        /// What of information it threatens: `confidentiality`, `integrity`, `availability`, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub threatens: Option<Vec<String>>,
        /// What may happen.
        pub title: String,
        /// What was decided; null while nothing was.
        pub treatment: Nullable<EntryTreatment>,
        /// The day that it was done (midnight UTC); null while it is not.
        pub treatment_completed_at: Nullable<String>,
        /// The day by which it is to be done (midnight UTC); null for none.
        pub treatment_due_at: Nullable<String>,
        /// Who does it, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub treatment_owner_email: Option<Nullable<String>>,
        /// What is to be done; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub treatment_plan: Option<String>,
    }

    impl Fact for Entry {
        const KIND: &'static str = "risk.entry@1";
    }

    /// What `status` of [`Entry`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum EntryStatus {
        /// `open`.
        #[serde(rename = "open")]
        Open,
        /// `in-treatment`.
        #[serde(rename = "in-treatment")]
        InTreatment,
        /// `accepted`.
        #[serde(rename = "accepted")]
        Accepted,
        /// `closed`.
        #[serde(rename = "closed")]
        Closed,
    }

    /// What `treatment` of [`Entry`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum EntryTreatment {
        /// `mitigate`.
        #[serde(rename = "mitigate")]
        Mitigate,
        /// `accept`.
        #[serde(rename = "accept")]
        Accept,
        /// `transfer`.
        #[serde(rename = "transfer")]
        Transfer,
        /// `avoid`.
        #[serde(rename = "avoid")]
        Avoid,
    }
}

/// The kinds `secret.secret@1`.
pub mod secret {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A secret in a store of secrets.
    ///
    /// One password, token or key that is kept for programs; its value is never read. The subject names it, such as
    /// `aws:secretsmanager:eu-central-1:123456789012:secret/orders/password-AbCdEf`; the scope is account and region, such
    /// as `aws:123456789012/eu-central-1`. A scope is complete when every secret of the region was seen, those that are
    /// about to be deleted included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Secret {
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// When its value was last changed by anyone; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub changed_at: Option<Nullable<String>>,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// When it will be deleted; null when that is not scheduled.
        pub deletion_at: Nullable<String>,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// The day that it was last read (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub last_read_at: Option<Nullable<String>>,
        /// Its name.
        pub name: String,
        /// The provider's service that made it and looks after it; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owning_service: Option<Nullable<String>>,
        /// Its policy lets anyone read it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub public_access: Option<bool>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// When it was last changed by rotation; null for never.
        pub rotated_at: Nullable<String>,
        /// Every how many days, by its schedule; null when it is not.
        pub rotation_days: Nullable<i64>,
        /// It is changed without a person.
        pub rotation_enabled: bool,
        /// Other accounts that its policy lets in, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<SecretTags>>,
    }

    impl Fact for Secret {
        const KIND: &'static str = "secret.secret@1";
    }

    /// What `tags` of [`Secret`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct SecretTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }
}

/// The kinds `security.penetration-test@1`, `security.vulnerability-scan@1`.
pub mod security {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A penetration test.
    ///
    /// One attempt by testers to break in, held or due, and what became of its findings. The subject is the register with
    /// the test's name, such as `registers:penetration-tests/2026-external`; the scope is the register, such as
    /// `registers:penetration-tests`. A scope is complete when every test was listed that was held or due.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct PenetrationTest {
        /// How many critical findings there were; null while there is no report.
        pub critical_count: Nullable<i64>,
        /// The day by which it was due (midnight UTC); null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due_at: Option<Nullable<String>>,
        /// How many high ones; null while there is no report.
        pub high_count: Nullable<i64>,
        /// Whoever tested neither builds nor runs what was tested.
        pub independent: bool,
        /// How many low ones; null while there is no report.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub low_count: Option<Nullable<i64>>,
        /// How many medium ones; null while there is no report.
        pub medium_count: Nullable<i64>,
        /// How many critical ones are not mended; null while there is no report.
        pub open_critical_count: Nullable<i64>,
        /// How many high ones are not mended; null while there is no report.
        pub open_high_count: Nullable<i64>,
        /// How many medium ones are not mended; null while there is no report.
        pub open_medium_count: Nullable<i64>,
        /// The last day of testing (midnight UTC); null while it was not held.
        pub performed_at: Nullable<String>,
        /// Who tested; null while nobody is named.
        pub provider: Nullable<String>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// Where the report is kept, a link or a path; null while there is none.
        pub report: Nullable<String>,
        /// The day of the report (midnight UTC); null while there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reported_at: Option<Nullable<String>>,
        /// The day that the mending was tested (midnight UTC); null for never.
        pub retested_at: Nullable<String>,
        /// What was attacked.
        pub scope_description: String,
        /// The systems within that, in lower case, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub systems: Option<Vec<String>>,
        /// Its name, in lower case with hyphens.
        pub test: String,
    }

    impl Fact for PenetrationTest {
        const KIND: &'static str = "security.penetration-test@1";
    }

    /// A search for known weaknesses.
    ///
    /// One run of a scanner over systems, images or dependencies, and what was open after it. The subject is the register
    /// with target and day, such as `registers:scans/billing/2026-05-04`; the scope is the register, such as
    /// `registers:scans`. A scope is complete when every run was listed of the time that the register covers.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct VulnerabilityScan {
        /// How many machines, images or repositories it should reach; absent when that was not counted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub asset_count: Option<i64>,
        /// It could sign in to what it scanned; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub authenticated: Option<bool>,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// How many of the open ones are known to be used by attackers; absent when that was not asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub exploited_count: Option<i64>,
        /// The day that the oldest open critical one was first seen (midnight UTC); null when there is none.
        pub oldest_critical_at: Nullable<String>,
        /// The day that the oldest open high one was first seen (midnight UTC); null when there is none.
        pub oldest_high_at: Nullable<String>,
        /// How many critical weaknesses were open after it.
        pub open_critical_count: i64,
        /// How many high ones.
        pub open_high_count: i64,
        /// How many medium ones.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub open_medium_count: Option<i64>,
        /// When it ended, midnight UTC where only the day is known.
        pub performed_at: String,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// From where and in what it looked.
        pub scan_type: VulnerabilityScanScanType,
        /// How many it reached; absent when that was not counted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub scanned_count: Option<i64>,
        /// What scanned; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub scanner: Option<String>,
        /// The system that this belongs to, in lower case, as `asset.system@1` names it; null for more than one or none.
        pub system: Nullable<String>,
        /// What was scanned, such as a system, a network or a repository.
        pub target: String,
    }

    impl Fact for VulnerabilityScan {
        const KIND: &'static str = "security.vulnerability-scan@1";
    }

    /// What `scan_type` of [`VulnerabilityScan`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum VulnerabilityScanScanType {
        /// `external`.
        #[serde(rename = "external")]
        External,
        /// `internal`.
        #[serde(rename = "internal")]
        Internal,
        /// `image`.
        #[serde(rename = "image")]
        Image,
        /// `dependency`.
        #[serde(rename = "dependency")]
        Dependency,
        /// `code`.
        #[serde(rename = "code")]
        Code,
        /// `web`.
        #[serde(rename = "web")]
        Web,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }
}

/// The kinds `storage.bucket@1`.
pub mod storage {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A bucket.
    ///
    /// One container of objects in a cloud's storage. The subject names it with its account, such as
    /// `aws:s3::123456789012:bucket/logs`; the scope is the account, such as `aws:123456789012`, because buckets of all
    /// regions come in one listing. A scope is complete when every bucket of the account was seen.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Bucket {
        /// The bucket that these records go to; null for none.
        pub access_log_bucket: Nullable<String>,
        /// Requests to it are recorded by the storage itself.
        pub access_logging: bool,
        /// The cloud account that it belongs to: an account number, subscription or project.
        pub account: String,
        /// Access lists have no effect; policies alone decide.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub acls_disabled: Option<bool>,
        /// Its name, the one that others refer to it by.
        pub bucket: String,
        /// The class of what it holds, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub classification: Option<Nullable<String>>,
        /// When it was made.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        /// How much depends on it, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub criticality: Option<Nullable<String>>,
        /// To delete a version asks for a second factor.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub delete_needs_mfa: Option<bool>,
        /// Versions cannot be deleted by who can merely write: a second factor, a lock or a delay stands before it.
        pub delete_protected: bool,
        /// What is put into it is encrypted without being asked for.
        pub encrypted: bool,
        /// How, in the provider's word, such as `AES256` or `aws:kms`; null when it is not.
        pub encryption_algorithm: Nullable<String>,
        /// The key that encrypts it, as `crypto.key@1` names it; null for a key that only the provider sees, or for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub encryption_key: Option<Nullable<String>>,
        /// What it is used for, such as `production`, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<Nullable<String>>,
        /// After how many days the first rule deletes current objects; null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub expiry_days: Option<Nullable<i64>>,
        /// Who holds the key of its encryption: the provider alone, or the account too; null when it is not encrypted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub key_owner: Option<Nullable<BucketKeyOwner>>,
        /// A rule that is switched on moves or deletes what has grown old.
        pub lifecycle: bool,
        /// For how many days new objects are locked without being asked for; null for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub lock_days: Option<Nullable<i64>>,
        /// Versions can be locked against deletion for a time.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub locked: Option<bool>,
        /// Anyone can reach something in it: a list or policy opens it, and no block of the bucket or account stops that.
        pub public_access: bool,
        /// Which blocks of public access hold for it alone, without its account's; null when none was ever set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub public_block: Option<Nullable<BucketPublicBlock>>,
        /// Nothing in it can be public: all four of the blocks are on, by itself or by its account.
        pub public_blocked: bool,
        /// Its access list opens something to everyone, whether or not a block stops that.
        pub public_by_acl: bool,
        /// Its policy opens something to everyone, whether or not a block stops that.
        pub public_by_policy: bool,
        /// Anyone can change something in it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub public_write: Option<bool>,
        /// The region that it stands in, such as `eu-central-1`; `global` for what stands in none.
        pub region: String,
        /// What is put into it is copied to another bucket.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub replicated: Option<bool>,
        /// Other accounts that its policy lets in, sorted; empty for none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub shared_accounts: Option<Vec<String>>,
        /// The system of the asset register that it belongs to, in lower case, as its tag says; null when no tag does.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system: Option<Nullable<String>>,
        /// What its owners have tagged it with, sorted by name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<BucketTags>>,
        /// Its policy refuses every request that does not come over TLS.
        pub tls_required: bool,
        /// Whether earlier versions of an object are kept: they are, they no longer are, or they never were.
        pub versioning: BucketVersioning,
        /// It is served as a web site.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub website: Option<bool>,
    }

    impl Fact for Bucket {
        const KIND: &'static str = "storage.bucket@1";
    }

    /// What `key_owner` of [`Bucket`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum BucketKeyOwner {
        /// `provider`.
        #[serde(rename = "provider")]
        Provider,
        /// `customer`.
        #[serde(rename = "customer")]
        Customer,
    }

    /// What `public_block` of [`Bucket`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct BucketPublicBlock {
        /// Access lists that open something to everyone have no effect.
        pub ignores_public_acls: bool,
        /// New access lists that open something to everyone are refused.
        pub refuses_public_acls: bool,
        /// New policies that open something to everyone are refused.
        pub refuses_public_policies: bool,
        /// What a policy opens to everyone is reached only from within the account.
        pub restricts_public_policies: bool,
    }

    /// What `tags` of [`Bucket`] holds.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct BucketTags {
        /// The tag's name.
        pub name: String,
        /// The tag's value; empty for a tag without one.
        pub value: String,
    }

    /// What `versioning` of [`Bucket`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum BucketVersioning {
        /// `enabled`.
        #[serde(rename = "enabled")]
        Enabled,
        /// `suspended`.
        #[serde(rename = "suspended")]
        Suspended,
        /// `off`.
        #[serde(rename = "off")]
        Off,
    }
}

/// The kinds `vendor.baa@1`, `vendor.profile@1`, `vendor.report@1`.
pub mod vendor {
    use serde::Serialize;

    use super::{Fact, Nullable};

    /// A business associate agreement.
    ///
    /// One contract by which a vendor that handles health records is bound as HIPAA asks. The subject is the register with
    /// vendor and, where the register has one, day of signing, such as `registers:agreements/example-cloud/2026-01-15`; the
    /// scope is the register, such as `registers:agreements`. A scope is complete when every agreement was listed, ended
    /// ones included.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Baa {
        /// Within how many days the vendor must tell of a breach; null for no such term.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub breach_notice_days: Option<Nullable<i64>>,
        /// The day that it was ended before its time (midnight UTC); null when it was not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ended_at: Option<Nullable<String>>,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// The day that it ends (midnight UTC); null for no end.
        pub expires_at: Nullable<String>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// It says that records come back or are destroyed at the end; absent when nobody looked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub returns_or_destroys: Option<bool>,
        /// The day that its text was last looked through (midnight UTC); null for never.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reviewed_at: Option<Nullable<String>>,
        /// It binds the vendor to the safeguards of the Security Rule; absent when nobody looked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub safeguards_bound: Option<bool>,
        /// The day that both had signed (midnight UTC); null while they have not.
        pub signed_at: Nullable<String>,
        /// It binds the vendor's own vendors to the same; absent when nobody looked.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub subcontractors_bound: Option<bool>,
        /// The vendor in lower case, as `vendor.profile@1` names it.
        pub vendor: String,
    }

    impl Fact for Baa {
        const KIND: &'static str = "vendor.baa@1";
    }

    /// A vendor.
    ///
    /// One supplier of a service or product, with what was agreed and judged. The subject is the register with the vendor,
    /// such as `registers:vendors/example-cloud`; the scope is the register, such as `registers:vendors`. A scope is
    /// complete when every vendor was listed, those that are no longer used included for as long as the register goes back.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Profile {
        /// The day that its access was taken away (midnight UTC); null while it is not, or when it had none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_removed_at: Option<Nullable<String>>,
        /// The day that it was last assessed (midnight UTC); null for never.
        pub assessed_at: Nullable<String>,
        /// How that ended; null when it was not assessed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub assessment_result: Option<Nullable<ProfileAssessmentResult>>,
        /// Who assessed it, in lower case; null for nobody.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub assessor_email: Option<Nullable<String>>,
        /// The contract lets the company look for itself or get a report; null when there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub audit_right: Option<Nullable<bool>>,
        /// The contract binds it to confidentiality; null when there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub confidentiality_terms: Option<Nullable<bool>>,
        /// The day that the contract ends (midnight UTC); null for no end.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub contract_ends_at: Option<Nullable<String>>,
        /// The day that the contract was signed (midnight UTC); null when there is none.
        pub contract_signed_at: Nullable<String>,
        /// Where it keeps what it gets, two-letter codes, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub countries: Option<Vec<String>>,
        /// How much depends on it.
        pub criticality: ProfileCriticality,
        /// Which classes of what it gets, in lower case, such as `phi`, `personal`, `payment` or `confidential`, sorted;
        /// empty for nothing.
        pub data_classes: Vec<String>,
        /// The day from which it is no longer used (midnight UTC); null when none is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ended_at: Option<Nullable<String>>,
        /// It gets, keeps or passes on what is about people.
        pub holds_personal_data: bool,
        /// It gets, keeps or passes on health records.
        pub holds_phi: bool,
        /// Within how many hours it must tell of an incident; null for no such term.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub incident_notice_hours: Option<Nullable<i64>>,
        /// The day by which it is to be assessed again (midnight UTC); null when none is set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub next_assessment_at: Option<Nullable<String>>,
        /// Who looks after it, in lower case; null for nobody.
        pub owner_email: Nullable<String>,
        /// The day that the terms on handling personal data were signed (midnight UTC); null when there are none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub privacy_terms_signed_at: Option<Nullable<String>>,
        /// The day that what it held was given back or destroyed (midnight UTC); null while it was not, or when it held
        /// nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub records_returned_at: Option<Nullable<String>>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// The contract binds it to security; null when there is none.
        pub security_terms: Nullable<bool>,
        /// What it supplies; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub service: Option<String>,
        /// The day from which it is used (midnight UTC); null when that is not set.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub started_at: Option<Nullable<String>>,
        /// Whether it is used.
        pub status: ProfileStatus,
        /// It is a subservice organisation: some of the company's requirements are met by its controls and not by the
        /// company's own.
        pub subservice: bool,
        /// Whether its controls are left out of or taken into what the company describes; null when it is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub subservice_method: Option<Nullable<ProfileSubserviceMethod>>,
        /// It can get into systems of the company; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub system_access: Option<bool>,
        /// Its name, in lower case.
        pub vendor: String,
    }

    impl Fact for Profile {
        const KIND: &'static str = "vendor.profile@1";
    }

    /// What `assessment_result` of [`Profile`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProfileAssessmentResult {
        /// `accepted`.
        #[serde(rename = "accepted")]
        Accepted,
        /// `accepted-with-conditions`.
        #[serde(rename = "accepted-with-conditions")]
        AcceptedWithConditions,
        /// `refused`.
        #[serde(rename = "refused")]
        Refused,
    }

    /// What `criticality` of [`Profile`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProfileCriticality {
        /// `low`.
        #[serde(rename = "low")]
        Low,
        /// `medium`.
        #[serde(rename = "medium")]
        Medium,
        /// `high`.
        #[serde(rename = "high")]
        High,
        /// `critical`.
        #[serde(rename = "critical")]
        Critical,
    }

    /// What `status` of [`Profile`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProfileStatus {
        /// `proposed`.
        #[serde(rename = "proposed")]
        Proposed,
        /// `active`.
        #[serde(rename = "active")]
        Active,
        /// `ending`.
        #[serde(rename = "ending")]
        Ending,
        /// `ended`.
        #[serde(rename = "ended")]
        Ended,
    }

    /// What `subservice_method` of [`Profile`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ProfileSubserviceMethod {
        /// `carve-out`.
        #[serde(rename = "carve-out")]
        CarveOut,
        /// `inclusive`.
        #[serde(rename = "inclusive")]
        Inclusive,
    }

    /// A report on a vendor.
    ///
    /// One auditor's report or certificate that a vendor has given, and the company's own reading of it. The subject is the
    /// register with vendor, type and end of the period, such as
    /// `registers:vendor-reports/example-cloud/soc2-type2/2026-03-31`; the scope is the register, such as
    /// `registers:vendor-reports`. A scope is complete when every report was listed that was received.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    pub struct Report {
        /// The last day of a letter that covers the time after it (midnight UTC); null for no letter.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub bridge_until_at: Option<Nullable<String>>,
        /// The service that the company uses is within its scope; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub covers_service: Option<bool>,
        /// How many controls it expects of its users (complementary user entity controls); null when they were not counted.
        pub cuec_count: Nullable<i64>,
        /// For how many of these it is written down how the company meets them; null when that was not done.
        pub cuec_mapped_count: Nullable<i64>,
        /// Where that which shows it is kept, a link or a path; null when the register names nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Nullable<String>>,
        /// How many deviations the auditor found; null for what tests nothing.
        pub exception_count: Nullable<i64>,
        /// What these mean for the company was written down; null when there are none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub exceptions_judged: Option<Nullable<bool>>,
        /// The day that it was signed (midnight UTC); absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub issued_at: Option<String>,
        /// Who wrote it; absent when the register does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub issuer: Option<String>,
        /// What the auditor concluded; null for what has no opinion, such as a certificate.
        pub opinion: Nullable<ReportOpinion>,
        /// The last day that it covers, or the day that it is about (midnight UTC); for a certificate the day until which
        /// it holds.
        pub period_end_at: String,
        /// The first day that it covers (midnight UTC); null for one that is about a single day.
        pub period_start_at: Nullable<String>,
        /// The register that says so, such as `training`: the same for all of its lines.
        pub register: String,
        /// What it is.
        pub report_type: ReportReportType,
        /// How that ended; null while it was not.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub review_result: Option<Nullable<ReportReviewResult>>,
        /// The day that the company read and judged it (midnight UTC); null for never.
        pub reviewed_at: Nullable<String>,
        /// Who did, in lower case; null for nobody.
        pub reviewer_email: Nullable<String>,
        /// Other vendors whose controls it leaves out, in lower case, sorted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub subservice_vendors: Option<Vec<String>>,
        /// The vendor in lower case, as `vendor.profile@1` names it.
        pub vendor: String,
    }

    impl Fact for Report {
        const KIND: &'static str = "vendor.report@1";
    }

    /// What `opinion` of [`Report`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ReportOpinion {
        /// `unqualified`.
        #[serde(rename = "unqualified")]
        Unqualified,
        /// `qualified`.
        #[serde(rename = "qualified")]
        Qualified,
        /// `adverse`.
        #[serde(rename = "adverse")]
        Adverse,
        /// `disclaimer`.
        #[serde(rename = "disclaimer")]
        Disclaimer,
    }

    /// What `report_type` of [`Report`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ReportReportType {
        /// `soc1-type1`.
        #[serde(rename = "soc1-type1")]
        Soc1Type1,
        /// `soc1-type2`.
        #[serde(rename = "soc1-type2")]
        Soc1Type2,
        /// `soc2-type1`.
        #[serde(rename = "soc2-type1")]
        Soc2Type1,
        /// `soc2-type2`.
        #[serde(rename = "soc2-type2")]
        Soc2Type2,
        /// `soc3`.
        #[serde(rename = "soc3")]
        Soc3,
        /// `iso27001`.
        #[serde(rename = "iso27001")]
        Iso27001,
        /// `iso27017`.
        #[serde(rename = "iso27017")]
        Iso27017,
        /// `iso27018`.
        #[serde(rename = "iso27018")]
        Iso27018,
        /// `iso27701`.
        #[serde(rename = "iso27701")]
        Iso27701,
        /// `hitrust`.
        #[serde(rename = "hitrust")]
        Hitrust,
        /// `pci-dss`.
        #[serde(rename = "pci-dss")]
        PciDss,
        /// `penetration-test`.
        #[serde(rename = "penetration-test")]
        PenetrationTest,
        /// `questionnaire`.
        #[serde(rename = "questionnaire")]
        Questionnaire,
        /// `other`.
        #[serde(rename = "other")]
        Other,
    }

    /// What `review_result` of [`Report`] may be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub enum ReportReviewResult {
        /// `relied-on`.
        #[serde(rename = "relied-on")]
        ReliedOn,
        /// `relied-on-with-conditions`.
        #[serde(rename = "relied-on-with-conditions")]
        ReliedOnWithConditions,
        /// `not-relied-on`.
        #[serde(rename = "not-relied-on")]
        NotReliedOn,
    }
}
