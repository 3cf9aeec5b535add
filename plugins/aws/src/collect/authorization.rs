//! Who may do what in an account: takes `iam:GetAccountAuthorizationDetails`, all pages, once for all kinds that need it; gives
//! users, groups, roles and own policies, and whether each can come by any right.

pub(crate) mod document;
pub(crate) mod trust;
pub(crate) mod ways;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use engine_sdk::kinds::Nullable;
use engine_sdk::{Fault, ReadFrom};

use super::iam::IAM;
use super::{Gaps, texts};
use crate::call::Caller;
use crate::call::xml::Tree;
use document::Document;
use trust::Trust;
use ways::{Level, Node, Sort, Targets, Verdict};

/// The permission that all of this hangs on.
const ACTION: &str = "GetAccountAuthorizationDetails";

/// The policy of AWS that gives everything, and what it says, should its document not be in the answer.
const ADMINISTRATOR: (&str, &str) =
    (":iam::aws:policy/AdministratorAccess", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);

/// The details of an account, asked for when the first kind needs them.
pub(crate) struct Authorization<'a> {
    caller: &'a Caller<'a>,
    details: OnceCell<Result<Details, Fault>>,
}

/// What was answered, and what follows.
pub(crate) struct Details {
    pub(crate) holders: Vec<Holder>,
    pub(crate) policies: Vec<Managed>,
    verdicts: BTreeMap<String, Verdict>,
    /// Who holds each policy, by its ARN.
    holding: BTreeMap<String, BTreeSet<String>>,
}

/// A user, a group or a role.
pub(crate) struct Holder {
    pub(crate) sort: Sort,
    pub(crate) name: String,
    pub(crate) path: String,
    arn: String,
    /// Names and ARNs.
    attached: Vec<(String, String)>,
    pub(crate) inline: Vec<Policy>,
    groups: Vec<String>,
    /// The ARN of the policy that limits it.
    pub(crate) boundary: Option<String>,
    pub(crate) created_at: Option<String>,
    /// Of roles: when it was last used, null for never; `None` where AWS does not say.
    pub(crate) last_used_at: Option<Nullable<String>>,
    pub(crate) trust: Result<Trust, Fault>,
    pub(crate) from: ReadFrom,
}

/// A name and a document.
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) document: Result<Document, Fault>,
}

/// A policy with a name of its own.
pub(crate) struct Managed {
    pub(crate) policy: Policy,
    pub(crate) arn: String,
    pub(crate) attachment_count: Option<i64>,
    pub(crate) boundary_count: Option<i64>,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
    pub(crate) from: ReadFrom,
}

impl<'a> Authorization<'a> {
    pub(crate) fn new(caller: &'a Caller<'a>) -> Self {
        Self { caller, details: OnceCell::new() }
    }

    /// The details, or why there are none.
    pub(crate) fn details(&self) -> Result<&Details, Fault> {
        self.details.get_or_init(|| Details::read(self.caller)).as_ref().map_err(Fault::clone)
    }

    /// Whether a user or a group can come by any right; otherwise the field is a gap.
    pub(crate) fn administrator(&self, sort: Sort, name: &str, gaps: &mut Gaps) -> Option<bool> {
        match self.details() {
            Ok(details) => details.administrator(&key(sort, name), "administrator", gaps),
            Err(fault) => {
                gaps.add(&["administrator"], &fault.message);
                None
            }
        }
    }
}

/// What a holder or a policy is called among the verdicts, and in lists: `user/alice`, `user/alice/policy/deploy`.
pub(crate) fn key(sort: Sort, name: &str) -> String {
    format!("{}/{name}", sort.word())
}

impl Holder {
    pub(crate) fn key(&self) -> String {
        key(self.sort, &self.name)
    }

    /// The names of the policies attached to it, sorted.
    pub(crate) fn attached(&self) -> Vec<String> {
        self.attached.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The provider made a role for one of its own services.
    pub(crate) fn is_service_linked(&self) -> bool {
        self.path.starts_with("/aws-service-role/")
    }

    fn of(listed: &Tree, sort: Sort, own: &str, from: ReadFrom) -> Result<Self, Fault> {
        let (name, inline) = match sort {
            Sort::User => ("UserName", "UserPolicyList"),
            Sort::Group => ("GroupName", "GroupPolicyList"),
            _ => ("RoleName", "RolePolicyList"),
        };
        let attached = listed.child("AttachedManagedPolicies").into_iter().flat_map(|it| it.children("member"));
        let inline = listed.child(inline).into_iter().flat_map(|it| it.children("member"));
        let limit = listed.child("PermissionsBoundary");
        let used = listed.child("RoleLastUsed");
        Ok(Self {
            sort,
            name: listed.needed(name)?,
            path: listed.text("Path").unwrap_or("/").to_owned(),
            arn: listed.needed("Arn")?,
            attached: attached.map(|it| Ok((it.needed("PolicyName")?, it.needed("PolicyArn")?))).collect::<Result<_, Fault>>()?,
            inline: inline.map(|it| Policy::of(it, "PolicyDocument")).collect::<Result<_, _>>()?,
            groups: texts(listed, "GroupList", "member", ""),
            boundary: limit.map(|it| it.needed("PermissionsBoundaryArn")).transpose()?,
            created_at: listed.text("CreateDate").map(str::to_owned),
            last_used_at: used.map(|it| it.text("LastUsedDate").map(str::to_owned).into()),
            trust: match sort {
                Sort::Role => listed.needed("AssumeRolePolicyDocument").and_then(|it| Ok(Trust::of(&Document::parse(&it)?, own))),
                _ => Ok(Trust::default()),
            },
            from,
        })
    }
}

impl Policy {
    fn of(listed: &Tree, document: &str) -> Result<Self, Fault> {
        let text = listed.needed(document);
        Ok(Self { name: listed.needed("PolicyName")?, document: text.and_then(|it| Document::parse(&it)) })
    }
}

impl Managed {
    fn of(listed: &Tree, from: ReadFrom) -> Result<Self, Fault> {
        let arn = listed.needed("Arn")?;
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        let mut versions = listed.child("PolicyVersionList").into_iter().flat_map(|it| it.children("member"));
        let used = versions.find(|it| it.text("IsDefaultVersion") == Some("true"));
        let used = used.ok_or_else(|| Fault::invalid(format!("iam:{ACTION}: the policy {name} has no version in force")));
        let count = |field: &str| listed.text(field).and_then(|it| it.parse().ok());
        Ok(Self {
            policy: Policy { name, document: used.and_then(|it| Document::parse(&it.needed("Document")?)) },
            arn,
            attachment_count: count("AttachmentCount"),
            boundary_count: count("PermissionsBoundaryUsageCount"),
            created_at: listed.text("CreateDate").map(str::to_owned),
            updated_at: listed.text("UpdateDate").map(str::to_owned),
            from,
        })
    }

    /// The account's own people wrote it; AWS's ready-made ones belong to no account.
    pub(crate) fn is_own(&self, account: &str) -> bool {
        self.arn.split(':').nth(4) == Some(account)
    }
}

impl Details {
    fn read(caller: &Caller<'_>) -> Result<Self, Fault> {
        let (mut holders, mut policies) = (Vec::new(), Vec::new());
        let sorts = [("UserDetailList", Sort::User), ("GroupDetailList", Sort::Group), ("RoleDetailList", Sort::Role)];
        caller.query_pages(&IAM, "", ACTION, |page| {
            let lists = sorts.map(|(list, sort)| (page.value.deep(list), sort));
            let named = page.value.deep("Policies");
            if named.is_none() && lists.iter().all(|(list, _)| list.is_none()) {
                return Err(Fault::invalid(format!("iam:{ACTION}: the answer has none of its lists")));
            }
            for (list, sort) in lists {
                for listed in list.into_iter().flat_map(|it| it.children("member")) {
                    holders.push(Holder::of(listed, sort, &caller.account, page.from)?);
                }
            }
            for listed in named.into_iter().flat_map(|it| it.children("member")) {
                policies.push(Managed::of(listed, page.from)?);
            }
            Ok(())
        })?;
        let mut holding: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for holder in &holders {
            for (_, arn) in &holder.attached {
                holding.entry(arn.clone()).or_default().insert(holder.key());
            }
        }
        let verdicts = verdicts(&holders, &policies, &caller.account);
        Ok(Self { holders, policies, verdicts, holding })
    }

    /// Whether something can come by any right; what is unclear, and what was not answered, is a gap of the field.
    pub(crate) fn administrator(&self, key: &str, field: &'static str, gaps: &mut Gaps) -> Option<bool> {
        match self.verdicts.get(key) {
            Some(Verdict { level: Level::Yes, .. }) => Some(true),
            Some(Verdict { level: Level::No, .. }) => Some(false),
            Some(Verdict { level: Level::Unclear, why }) => {
                gaps.add(&[field], &format!("whether it can grant rights cannot be told: {why}"));
                None
            }
            None => {
                gaps.add(&[field], &format!("iam:{ACTION}: the answer does not have {key}"));
                None
            }
        }
    }

    /// Who holds a policy, sorted.
    pub(crate) fn attached_to(&self, arn: &str) -> Vec<String> {
        self.holding.get(arn).into_iter().flatten().cloned().collect()
    }
}

/// Policies by their ARN.
struct Named<'a> {
    policies: BTreeMap<&'a str, &'a Managed>,
    administrator: &'a Result<Document, Fault>,
}

impl<'a> Named<'a> {
    fn document(&self, arn: &str) -> Option<&'a Document> {
        let found = self.policies.get(arn).map(|it| &it.policy.document);
        let found = found.or_else(|| arn.ends_with(ADMINISTRATOR.0).then_some(self.administrator));
        found.and_then(|it| it.as_ref().ok())
    }

    /// The documents of a holder, and what is known for want of one.
    fn documents(&self, holder: &'a Holder) -> (Vec<&'a Document>, Verdict) {
        let inline = holder.inline.iter().map(|it| (&it.name, it.document.as_ref().ok()));
        let attached = holder.attached.iter().map(|(name, arn)| (name, self.document(arn)));
        let mut before = Verdict::default();
        let mut documents = Vec::new();
        for (name, document) in inline.chain(attached) {
            match document {
                Some(document) => documents.push(document),
                None => before = Verdict { level: Level::Unclear, why: format!("its policy {name} could not be read") },
            }
        }
        (documents, before)
    }
}

fn verdicts(holders: &[Holder], policies: &[Managed], account: &str) -> BTreeMap<String, Verdict> {
    let administrator = &Document::parse(ADMINISTRATOR.1);
    let named = Named { policies: policies.iter().map(|it| (it.arn.as_str(), it)).collect(), administrator };
    let groups: BTreeMap<&str, &Holder> =
        holders.iter().filter(|it| it.sort == Sort::Group).map(|it| (it.name.as_str(), it)).collect();
    let unread = Trust::unread();
    let (mut keys, mut nodes) = (Vec::new(), Vec::new());
    for holder in holders {
        let (mut said, mut before) = named.documents(holder);
        for group in holder.groups.iter().filter(|_| holder.sort == Sort::User) {
            let (more, known) = groups.get(group.as_str()).map_or_else(
                || (Vec::new(), Verdict { level: Level::Unclear, why: format!("its group {group} was not answered") }),
                |it| named.documents(it),
            );
            said.extend(more);
            before = if known.level > before.level { known } else { before };
        }
        let mut node = Node::new(holder.sort, &holder.name, &holder.arn, &said, before);
        if let Some(limit) = &holder.boundary {
            node = node.limited(named.document(limit));
        }
        if holder.sort == Sort::Role {
            node = node.trusting(holder.trust.as_ref().unwrap_or(&unread), holder.is_service_linked());
        }
        keys.push(holder.key());
        nodes.push(node);
    }
    let inline = holders.iter().flat_map(|holder| holder.inline.iter().map(|it| (inline_key(holder, it), it)));
    let own = policies.iter().filter(|it| it.is_own(account)).map(|it| (key(Sort::Policy, &it.policy.name), &it.policy));
    for (key, policy) in inline.chain(own) {
        if let Ok(document) = &policy.document {
            keys.push(key);
            nodes.push(Node::new(Sort::Policy, &policy.name, "", &[document], Verdict::default()));
        }
    }
    let found = targets(holders, policies, account).verdicts(&nodes);
    keys.into_iter().zip(found).collect()
}

/// What a policy that is written into its holder is called.
pub(crate) fn inline_key(holder: &Holder, policy: &Policy) -> String {
    format!("{}/policy/{}", holder.key(), policy.name)
}

/// What is there to be changed: own policies that somebody holds, and all identities but those of AWS's own services.
fn targets<'a>(holders: &'a [Holder], policies: &'a [Managed], account: &str) -> Targets<'a> {
    let mut arns: BTreeMap<Sort, Vec<&str>> = BTreeMap::new();
    for holder in holders.iter().filter(|it| !it.is_service_linked()) {
        arns.entry(holder.sort).or_default().push(&holder.arn);
    }
    let held: BTreeSet<&str> = holders.iter().flat_map(|it| &it.attached).map(|(_, arn)| arn.as_str()).collect();
    let own = policies.iter().filter(|it| it.is_own(account) && held.contains(it.arn.as_str()));
    arns.entry(Sort::Policy).or_default().extend(own.map(|it| it.arn.as_str()));
    let partition = holders.iter().map(|it| &it.arn).chain(policies.iter().map(|it| &it.arn)).next();
    let partition = partition.and_then(|it| it.split(':').nth(1)).unwrap_or("aws");
    Targets { arns, beginning: format!("arn:{partition}:iam::{account}:") }
}

#[cfg(test)]
mod tests;
