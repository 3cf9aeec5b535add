//! A collector that looks at accounts of AWS.
//!
//! Takes the answers of AWS's own interfaces, asked for with signatures that the host makes, and gives facts of identities,
//! buckets, trails, keys and packet filters. It only reads. Every account and region of the configuration is an expected
//! scope, whatever AWS says; what AWS denies is a gap that names the permission.

mod call;
mod collect;
mod times;

use engine_sdk::kinds::audit::Trail;
use engine_sdk::kinds::backup::{Plan, Vault};
use engine_sdk::kinds::certificate::Certificate;
use engine_sdk::kinds::cloud::{Account, Region};
use engine_sdk::kinds::compute::{self, Function, Volume};
use engine_sdk::kinds::configuration::Recorder;
use engine_sdk::kinds::crypto::Key;
use engine_sdk::kinds::database;
use engine_sdk::kinds::detection::Detector;
use engine_sdk::kinds::identity::{Group, PasswordPolicy, Policy, Role, Root, User};
use engine_sdk::kinds::logging;
use engine_sdk::kinds::messaging::Topic;
use engine_sdk::kinds::monitoring::{Alarm, MetricFilter};
use engine_sdk::kinds::network::{LoadBalancer, SecurityGroup, Vpc};
use engine_sdk::kinds::secret::Secret;
use engine_sdk::kinds::storage::Bucket;
use engine_sdk::{Collector, Fact, Facts, Fault, Run, Scope};
use serde::Deserialize;

use call::Caller;
use collect::ABSENT;

/// The configuration of the collector.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Config {
    /// The numbers of the accounts; empty for the one that the keys belong to.
    accounts: Vec<String>,
    /// The regions to look at.
    regions: Vec<String>,
    /// Another place than AWS's own to ask, such as `http://127.0.0.1:5000`.
    endpoint: String,
}

/// The collector.
pub struct Aws;

impl Collector for Aws {
    fn check(run: &Run<'_>) -> Result<(), Fault> {
        let config = configuration(run)?;
        let mut accounts: Vec<Option<&str>> = config.accounts.iter().map(|it| Some(it.as_str())).collect();
        if accounts.is_empty() {
            accounts.push(None);
        }
        for account in accounts {
            identity(run, &config, account)?;
        }
        Ok(())
    }

    fn collect(run: &Run<'_>) -> Result<(), Fault> {
        let config = configuration(run)?;
        if config.accounts.is_empty() {
            let account = identity(run, &config, None)?;
            account_of(run, &config, &account, false);
        }
        for account in &config.accounts {
            match identity(run, &config, Some(account)) {
                Ok(account) => account_of(run, &config, &account, true),
                Err(fault) => unreached(run, &config, account, &fault),
            }
        }
        Ok(())
    }
}

fn configuration(run: &Run<'_>) -> Result<Config, Fault> {
    let config: Config = run.config()?;
    if config.regions.is_empty() {
        return Err(Fault::invalid("`config.regions` names no region: write those that you use, such as [\"eu-central-1\"]"));
    }
    Ok(config)
}

/// The account that the keys open; it must be the one that is asked for.
fn identity(run: &Run<'_>, config: &Config, asked: Option<&str>) -> Result<String, Fault> {
    let caller = Caller::new(run, &config.endpoint, &config.regions, asked.unwrap_or_default().to_owned(), asked.is_some());
    let found = collect::sts::account(&caller)?;
    match asked {
        Some(asked) if asked != found => {
            Err(Fault::new("wrong-account", format!("the keys for account {asked} open account {found}")))
        }
        _ => Ok(found),
    }
}

/// A region of an account, where nothing is asked and nothing can be when it is not enabled.
struct Place<'a> {
    scope: Scope<'a>,
    is_disabled: bool,
    is_used: bool,
}

impl Place<'_> {
    /// Collects the facts of one kind; of a region that is not enabled there are none, nor of a service that an account in good
    /// standing has no subscription to, and that is all.
    fn collect<F: Fact>(&self, collect: impl FnOnce(&mut Facts<'_, F>) -> Result<(), Fault>) {
        self.scope.collect(|facts| {
            if self.is_disabled {
                return Ok(());
            }
            let collected = collect(facts);
            if self.is_used && collected.as_ref().is_err_and(|fault| fault.code == ABSENT) { Ok(()) } else { collected }
        });
    }
}

/// All of one account.
fn account_of(run: &Run<'_>, config: &Config, account: &str, is_named: bool) {
    let caller_of = |regions| Caller::new(run, &config.endpoint, regions, account.to_owned(), is_named);
    let regions = collect::region::Regions::of(&caller_of(&config.regions));
    let used: Vec<String> = config.regions.iter().filter(|it| !regions.is_disabled(it)).cloned().collect();
    let caller = &caller_of(&used);
    let scope = caller.run.scope(caller.scope());
    scope.collect(|facts| collect::account::account(caller, facts));
    let authorization = &collect::authorization::Authorization::new(caller);
    scope.collect(|facts| collect::iam::users(caller, authorization, facts));
    scope.collect(|facts| collect::iam::groups(caller, authorization, facts));
    scope.collect(|facts| collect::role::roles(caller, authorization, facts));
    scope.collect(|facts| collect::policy::policies(caller, authorization, facts));
    scope.collect(|facts| collect::iam::root(caller, facts));
    scope.collect(|facts| collect::iam::password_policy(caller, facts));
    scope.collect(|facts| collect::s3::buckets(caller, facts));
    scope.collect(|facts| collect::cloudtrail::trails(caller, facts));
    for region in &config.regions {
        let scope = caller.run.scope(format!("{}/{region}", caller.scope()));
        scope.collect(|facts| collect::region::region(caller, &regions, region, facts));
        let scope = Place { scope, is_disabled: regions.is_disabled(region), is_used: regions.is_used(region) };
        scope.collect(|facts| collect::elb::balancers(caller, region, facts));
        scope.collect(|facts| collect::instance::instances(caller, region, facts));
        scope.collect(|facts| collect::kms::keys(caller, region, facts));
        scope.collect(|facts| collect::lambda::functions(caller, region, facts));
        scope.collect(|facts| collect::rds::instances(caller, region, facts));
        scope.collect(|facts| collect::rds_snapshot::snapshots(caller, region, facts));
        scope.collect(|facts| collect::snapshot::snapshots(caller, region, facts));
        scope.collect(|facts| collect::ec2::security_groups(caller, region, facts));
        scope.collect(|facts| collect::ec2::vpcs(caller, region, facts));
        scope.collect(|facts| collect::ec2::volumes(caller, region, facts));
        scope.collect(|facts| collect::logs::groups(caller, region, facts));
        scope.collect(|facts| collect::guardduty::detectors(caller, region, facts));
        scope.collect(|facts| collect::secrets::secrets(caller, region, facts));
        scope.collect(|facts| collect::acm::certificates(caller, region, facts));
        scope.collect(|facts| collect::recorder::recorders(caller, region, facts));
        scope.collect(|facts| collect::backup::plans(caller, region, facts));
        scope.collect(|facts| collect::backup::vault::vaults(caller, region, facts));
        let alarms = collect::alarm::Alarms::of(caller, region);
        scope.collect(|facts| alarms.state(facts));
        scope.collect(|facts| collect::metric_filter::filters(caller, region, &alarms, facts));
        scope.collect(|facts| collect::sns::topics(caller, region, facts));
    }
}

/// An account that could not be reached: everything that was to come from it is a gap.
fn unreached(run: &Run<'_>, config: &Config, account: &str, fault: &Fault) {
    let scope = run.scope(format!("aws:{account}"));
    scope.gap::<Account>(fault);
    scope.gap::<User>(fault);
    scope.gap::<Group>(fault);
    scope.gap::<Role>(fault);
    scope.gap::<Policy>(fault);
    scope.gap::<Root>(fault);
    scope.gap::<PasswordPolicy>(fault);
    scope.gap::<Bucket>(fault);
    scope.gap::<Trail>(fault);
    for region in &config.regions {
        let scope = run.scope(format!("aws:{account}/{region}"));
        scope.gap::<Region>(fault);
        scope.gap::<compute::Instance>(fault);
        scope.gap::<compute::Snapshot>(fault);
        scope.gap::<Function>(fault);
        scope.gap::<database::Instance>(fault);
        scope.gap::<database::Snapshot>(fault);
        scope.gap::<LoadBalancer>(fault);
        scope.gap::<Key>(fault);
        scope.gap::<SecurityGroup>(fault);
        scope.gap::<Vpc>(fault);
        scope.gap::<Volume>(fault);
        scope.gap::<logging::Group>(fault);
        scope.gap::<Detector>(fault);
        scope.gap::<Secret>(fault);
        scope.gap::<Certificate>(fault);
        scope.gap::<Recorder>(fault);
        scope.gap::<Plan>(fault);
        scope.gap::<Vault>(fault);
        scope.gap::<Alarm>(fault);
        scope.gap::<MetricFilter>(fault);
        scope.gap::<Topic>(fault);
    }
}

#[cfg(test)]
mod tests;

engine_sdk::export!(Aws, manifest = "plugin.toml");
