//! Who can come by any right: takes what each identity's policies say, gives whether it can, at once or by way of others.
//!
//! Sure is what no condition, denial or limit touches; what one of them touches is unclear, never a no. What only the
//! organisation or its directory decides is not looked at: service control policies take away, they give nothing.

use std::collections::{BTreeMap, VecDeque};

use super::document::{Condition, Document, Statement};
use super::trust::Trust;

/// How sure it is that something can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Level {
    /// By no way that is known here.
    #[default]
    No,
    /// It hangs on what is not weighed here.
    Unclear,
    /// Surely.
    Yes,
}

/// Whether an identity can come by any right, and what speaks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) level: Level,
    pub(crate) why: String,
}

/// What an identity or a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    User,
    Group,
    Role,
    Policy,
}

impl Sort {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Policy => "policy",
        }
    }
}

/// Actions that give any right to whom they are done.
const GRANTS: [(&str, Sort); 7] = [
    ("iam:attachgrouppolicy", Sort::Group),
    ("iam:attachrolepolicy", Sort::Role),
    ("iam:attachuserpolicy", Sort::User),
    ("iam:createpolicyversion", Sort::Policy),
    ("iam:putgrouppolicy", Sort::Group),
    ("iam:putrolepolicy", Sort::Role),
    ("iam:putuserpolicy", Sort::User),
];

/// Actions that take a limit away.
const LIFTS: [(&str, Sort); 4] = [
    ("iam:deleterolepermissionsboundary", Sort::Role),
    ("iam:deleteuserpermissionsboundary", Sort::User),
    ("iam:putrolepermissionsboundary", Sort::Role),
    ("iam:putuserpermissionsboundary", Sort::User),
];

/// An older version of a policy may give more; which, is not looked at.
const OLDER: (&str, Sort) = ("iam:setdefaultpolicyversion", Sort::Policy);

/// Actions by which somebody gets what another has.
const TAKES: [(&str, Sort); 5] = [
    ("iam:addusertogroup", Sort::Group),
    ("iam:createaccesskey", Sort::User),
    ("iam:createloginprofile", Sort::User),
    ("iam:updateassumerolepolicy", Sort::Role),
    ("iam:updateloginprofile", Sort::User),
];

const ASSUME: &str = "sts:assumerole";
const PASS: &str = "iam:passrole";

/// Actions by which a role that was passed to a service does what one wants.
const USES: [(&str, &str); 10] = [
    ("cloudformation:createstack", "cloudformation.amazonaws.com"),
    ("codebuild:createproject", "codebuild.amazonaws.com"),
    ("datapipeline:createpipeline", "datapipeline.amazonaws.com"),
    ("ec2:runinstances", "ec2.amazonaws.com"),
    ("ecs:runtask", "ecs-tasks.amazonaws.com"),
    ("glue:createdevendpoint", "glue.amazonaws.com"),
    ("glue:createjob", "glue.amazonaws.com"),
    ("lambda:createfunction", "lambda.amazonaws.com"),
    ("sagemaker:createnotebookinstance", "sagemaker.amazonaws.com"),
    ("ssm:startautomationexecution", "ssm.amazonaws.com"),
];

/// Actions by which one may get at what runs with a role; whether anything does is not looked at.
const ENTERS: [(&str, &str); 11] = [
    ("cloudformation:executechangeset", "cloudformation.amazonaws.com"),
    ("cloudformation:updatestack", "cloudformation.amazonaws.com"),
    ("codebuild:startbuild", "codebuild.amazonaws.com"),
    ("codebuild:updateproject", "codebuild.amazonaws.com"),
    ("ec2-instance-connect:sendsshpublickey", "ec2.amazonaws.com"),
    ("ecs:executecommand", "ecs-tasks.amazonaws.com"),
    ("glue:updatejob", "glue.amazonaws.com"),
    ("lambda:updatefunctioncode", "lambda.amazonaws.com"),
    ("sagemaker:createpresignednotebookinstanceurl", "sagemaker.amazonaws.com"),
    ("ssm:sendcommand", "ec2.amazonaws.com"),
    ("ssm:startsession", "ec2.amazonaws.com"),
];

fn known() -> impl Iterator<Item = &'static str> {
    let of_sorts = GRANTS.iter().chain(&LIFTS).chain([&OLDER]).chain(&TAKES).map(|(action, _)| *action);
    of_sorts.chain([ASSUME, PASS]).chain(USES.iter().chain(&ENTERS).map(|(action, _)| *action))
}

/// What some documents say of the actions that are known here.
#[derive(Default)]
struct Said<'a>(BTreeMap<&'static str, Vec<&'a Statement>>);

impl<'a> Said<'a> {
    fn by(documents: &[&'a Document]) -> Self {
        let statements = || documents.iter().flat_map(|it| &it.statements);
        let each = known().map(|action| (action, statements().filter(|it| it.is_about(action)).collect::<Vec<_>>()));
        Self(each.filter(|(_, statements)| statements.iter().any(|it| it.is_allow)).collect())
    }

    fn of(&self, action: &str) -> &[&'a Statement] {
        self.0.get(action).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether an action may be done on a thing.
    fn level(&self, action: &str, arn: &str, user: Option<&str>) -> Level {
        weigh(self.of(action).iter().filter(|it| is_of(it, arn, user)))
    }

    /// Whether it may be done on anything at all: what is denied of some things only still may.
    fn any(&self, action: &str) -> Level {
        weigh(self.of(action).iter().filter(|it| it.is_allow || it.is_of_everything()))
    }
}

fn is_of(statement: &Statement, arn: &str, user: Option<&str>) -> bool {
    let is_said_to = |user| statement.said_to(user).is_some_and(|it| it.iter().any(|it| super::document::fits(it, arn)));
    statement.is_of(arn) || user.is_some_and(is_said_to)
}

fn weigh<'a>(statements: impl Iterator<Item = &'a &'a Statement>) -> Level {
    let (mut allowed, mut most) = (Level::No, Level::Yes);
    for statement in statements {
        match (statement.is_allow, statement.condition) {
            (true, Condition::Unknown) => allowed = allowed.max(Level::Unclear),
            (true, _) => allowed = Level::Yes,
            (false, Condition::None) => return Level::No,
            (false, Condition::Unknown) => most = Level::Unclear,
            // A denial that a second factor lifts denies nothing to whoever has one.
            (false, Condition::Chosen) => {}
        }
    }
    allowed.min(most)
}

/// Something that has policies: an identity, or a policy looked at alone.
pub(crate) struct Node<'a> {
    sort: Sort,
    name: &'a str,
    arn: &'a str,
    /// What is said of taking roles on is needed apart: a role may name somebody whose own policies do not speak of it.
    denials: Vec<&'a Statement>,
    said: Said<'a>,
    /// What the limit allows; nothing where there is none.
    limit: Option<Said<'a>>,
    is_limit_unread: bool,
    trust: Option<&'a Trust>,
    is_fixed: bool,
    /// What is known without its policies, or for want of them.
    before: Verdict,
}

impl<'a> Node<'a> {
    pub(crate) fn new(sort: Sort, name: &'a str, arn: &'a str, documents: &[&'a Document], before: Verdict) -> Self {
        let statements = documents.iter().flat_map(|it| &it.statements);
        Self {
            sort,
            name,
            arn,
            denials: statements.filter(|it| !it.is_allow && it.is_about(ASSUME)).collect(),
            said: Said::by(documents),
            limit: None,
            is_limit_unread: false,
            trust: None,
            is_fixed: false,
            before,
        }
    }

    /// The policy that limits it; `None` where that could not be read.
    pub(crate) fn limited(mut self, by: Option<&'a Document>) -> Self {
        self.is_limit_unread = by.is_none();
        self.limit = Some(by.map(|it| Said::by(&[it])).unwrap_or_default());
        self
    }

    /// Who may take it on; what the provider made for itself nobody can take or change.
    pub(crate) fn trusting(mut self, trust: &'a Trust, is_fixed: bool) -> Self {
        self.trust = Some(trust);
        self.is_fixed = is_fixed;
        self
    }

    fn user(&self) -> Option<&str> {
        (self.sort == Sort::User).then_some(self.name)
    }

    fn within(&self, level: Level, limit: impl Fn(&Said<'a>) -> Level) -> Level {
        match &self.limit {
            None => level,
            Some(_) if self.is_limit_unread => level.min(Level::Unclear),
            Some(said) => level.min(limit(said)),
        }
    }

    fn level(&self, action: &str, arn: &str) -> Level {
        self.within(self.said.level(action, arn, self.user()), |it| it.level(action, arn, self.user()))
    }

    fn any(&self, action: &str) -> Level {
        self.within(self.said.any(action), |it| it.any(action))
    }

    /// Whether it can take on a role by what the role and its own policies say.
    fn assumes(&self, role: &Self, trust: &Trust) -> Level {
        let is_named = |principal: &str| {
            let session = principal.split_once(":assumed-role/").and_then(|(_, it)| it.split('/').next());
            principal == "*" || principal == self.arn || (self.sort == Sort::Role && session == Some(self.name))
        };
        let is_one = matches!(self.sort, Sort::User | Sort::Role);
        let named = trust.named.iter().filter(|(principal, _)| is_one && is_named(principal)).map(|(_, level)| *level).max();
        let denials = self.denials.iter().filter(|it| is_of(it, role.arn, self.user()));
        let most = denials.map(|it| if it.condition == Condition::None { Level::No } else { Level::Unclear }).min();
        let mut named = named.unwrap_or_default().min(most.unwrap_or(Level::Yes));
        if self.limit.is_some() {
            named = named.min(Level::Unclear);
        }
        named.max(trust.account.min(self.level(ASSUME, role.arn)))
    }

    /// How surely it gets what another has, and by which action.
    fn takes(&self, other: &Self) -> (Level, &'static str) {
        if other.is_fixed {
            return (Level::No, "");
        }
        let mut ways: Vec<(Level, &'static str)> =
            TAKES.iter().filter(|(_, sort)| *sort == other.sort).map(|(it, _)| (self.level(it, other.arn), *it)).collect();
        if let Some(trust) = other.trust {
            ways.push((self.assumes(other, trust), ASSUME));
            let is_trusted = |(_, service): &&(&str, &str)| trust.services.contains(*service);
            let passed = self.level(PASS, other.arn);
            if passed > Level::No && !trust.services.is_empty() {
                let used = USES.iter().filter(is_trusted).map(|(action, _)| self.any(action)).max();
                ways.push((passed.min(used.unwrap_or_default().max(Level::Unclear)), PASS));
            }
            let entered = ENTERS.iter().filter(is_trusted).filter(|(action, _)| self.any(action) > Level::No);
            ways.extend(entered.map(|(action, _)| (Level::Unclear, *action)));
        }
        ways.into_iter().max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1))).unwrap_or_default()
    }
}

/// Everything that policies can be about.
pub(crate) struct Targets<'a> {
    /// The ARNs of what there is.
    pub(crate) arns: BTreeMap<Sort, Vec<&'a str>>,
    /// Such as `arn:aws:iam::123456789012:`.
    pub(crate) beginning: String,
}

impl Targets<'_> {
    /// Whether a node can give any right with an action to anything of a sort.
    fn granted(&self, node: &Node<'_>, (action, sort): (&str, Sort), level: impl Fn(&str) -> Level) -> Level {
        let beginning = format!("{}{}/", self.beginning, sort.word());
        if node.said.of(action).is_empty() {
            return Level::No;
        }
        // One that only a pattern can mean: what may be done on all is sure, whatever there is.
        if level(&format!("{beginning}\u{1}")) == Level::Yes {
            return Level::Yes;
        }
        let there = self.arns.get(&sort).into_iter().flatten().map(|arn| level(arn)).max().unwrap_or_default();
        let except = if sort == Sort::Role { ":role/aws-service-role/" } else { "" };
        // What is not there yet can be made.
        let is_open = node.said.of(action).iter().any(|it| it.is_allow && it.may_be_of(&beginning, except));
        let later = if is_open { node.any(action).min(Level::Unclear) } else { Level::No };
        there.max(later)
    }

    /// What a node can do at once.
    fn direct(&self, node: &Node<'_>) -> Verdict {
        let mut verdict = node.before.clone();
        let mut weigh = |level: Level, action: &str| {
            if level > verdict.level {
                let sure = if level == Level::Yes { "" } else { ", but not everywhere or not without more" };
                verdict = Verdict { level, why: format!("`{action}` is allowed{sure}") };
            }
        };
        for grant in GRANTS {
            weigh(self.granted(node, grant, |arn| node.level(grant.0, arn)), grant.0);
        }
        weigh(self.granted(node, OLDER, |arn| node.level(OLDER.0, arn)).min(Level::Unclear), OLDER.0);
        if node.limit.is_some() {
            let lifted = LIFTS.iter().map(|it| self.granted(node, *it, |arn| node.level(it.0, arn))).max().unwrap_or_default();
            for grant in GRANTS {
                let without = self.granted(node, grant, |arn| node.said.level(grant.0, arn, node.user()));
                weigh(without.min(lifted).min(Level::Unclear), grant.0);
            }
        }
        verdict
    }

    /// The verdict on each node, in their order.
    pub(crate) fn verdicts(&self, nodes: &[Node<'_>]) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = nodes.iter().map(|it| self.direct(it)).collect();
        let is_taken = |node: &Node<'_>| node.sort != Sort::Policy && !node.is_fixed;
        let mut raised: VecDeque<(usize, &Node<'_>)> = nodes.iter().enumerate().filter(|(_, it)| is_taken(it)).collect();
        while let Some((place, other)) = raised.pop_front() {
            let has = verdicts.get(place).map(|it| it.level).unwrap_or_default();
            if has == Level::No {
                continue;
            }
            for ((at, node), verdict) in nodes.iter().enumerate().zip(&mut verdicts) {
                if at == place || verdict.level >= has {
                    continue;
                }
                let (level, action) = node.takes(other);
                let level = level.min(has);
                if level > verdict.level {
                    let may = if level == Level::Yes { "reaches" } else { "may reach" };
                    *verdict = Verdict { level, why: format!("it {may} {}/{} by `{action}`", other.sort.word(), other.name) };
                    if is_taken(node) {
                        raised.push_back((at, node));
                    }
                }
            }
        }
        verdicts
    }
}
