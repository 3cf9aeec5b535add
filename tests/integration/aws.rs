//! The bundled collector of AWS against moto, when `tests/moto/serve` has started one and `ENGINE_TEST_MOTO` says where.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::moto::Moto;

const ACCOUNT: &str = "aws:123456789012";

/// The address of a freshly seeded server.
fn seeded() -> Option<(String, Moto)> {
    let moto = Moto::named()?;
    moto.run("seed.py", &[]);
    Some((moto.endpoint.clone(), moto))
}

fn desk(endpoint: &str) -> Desk {
    let desk = Desk::new();
    let host = endpoint.strip_prefix("http://").unwrap();
    desk.write(
        "engine.toml",
        format!(
            "[collector.aws]\nplugin = \"bundled:aws\"\n\
             config = {{ regions = [\"eu-west-1\", \"eu-central-1\", \"me-south-1\"], endpoint = {endpoint:?}, hosts = [\"127.0.0.1\"] }}\n\
             [collector.aws.grant]\nhosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\nplain_http = [{host:?}]\n\
             [collector.aws.grant.credentials.aws]\nkind = \"aws\"\nhosts = [{host:?}]\n\
             [collector.aws.limits]\nhttp_rate = 2000\nhttp_attempts = 1\n"
        ),
    );
    desk
}

fn eval(desk: &Desk) -> Value {
    let mut command = desk.command();
    // Of a form that stands in no answer: the host masks its own secrets wherever they come back.
    command
        .args(["eval", "--format", "json"])
        .env("AWS_ACCESS_KEY_ID", "AKIAMOTO")
        .env("AWS_SECRET_ACCESS_KEY", "s3cr3t-of-moto");
    crate::desk::Ran::from(command.output().unwrap()).json()
}

fn bodies(desk: &Desk, kind: &str) -> BTreeMap<String, Value> {
    let listed = desk.run(&["fact", "list", "--kind", kind, "--format", "ndjson"]).expect(0).stdout;
    let facts = listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let facts = facts.filter(|fact| fact.get("body").is_some());
    facts.map(|fact| (fact["subject"].as_str().unwrap().to_owned(), fact["body"].clone())).collect()
}

#[track_caller]
fn assert_says(body: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&body[field], value, "`{field}` of {body}");
    }
}

#[test]
fn a_seeded_account_is_seen_whole_and_derived_again_without_aws() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let desk = desk(&endpoint);
    let report = eval(&desk);
    assert_eq!(report["gaps"], json!([]));
    let users = bodies(&desk, "identity.user@1");
    assert_eq!(users.len(), 107, "all pages");
    let alice = json!({"mfa_enabled": true, "console_access": true, "groups": ["staff"], "access_keys": []});
    assert_says(&users["aws:iam::123456789012:user/alice"], &alice);
    let bob = &users["aws:iam::123456789012:user/bob"];
    assert_says(bob, &json!({"mfa_enabled": false, "console_access": false, "policies": ["reader"]}));
    assert_eq!(bob["access_keys"][0]["status"], "active");
    assert_eq!(bodies(&desk, "identity.root@1").len(), 1);
    let policy = json!({"custom": true, "min_length": 14, "max_age_days": 90, "remember": 24, "requires_symbol": true});
    assert_says(&bodies(&desk, "identity.password-policy@1")["aws:123456789012/password-policy"], &policy);
    let buckets = bodies(&desk, "storage.bucket@1");
    let logs = json!({"region": "eu-west-1", "versioning": "enabled", "public_blocked": true, "public_access": false});
    assert_says(&buckets["aws:s3::123456789012:bucket/example-logs"], &logs);
    let open = json!({"versioning": "off", "public_blocked": false, "public_access": true, "public_by_acl": true, "public_write": false});
    assert_says(&buckets["aws:s3::123456789012:bucket/example-open"], &open);
    let trail = json!({"logging": true, "multi_region": true, "management_events": "all", "bucket": "example-logs"});
    assert_says(&bodies(&desk, "audit.trail@1")["aws:cloudtrail:eu-west-1:123456789012:trail/main"], &trail);
    let keys = bodies(&desk, "crypto.key@1");
    let own: Vec<&Value> = keys.values().filter(|it| it["owner"] == "customer").collect();
    assert_eq!(own.len(), 2, "{keys:?}");
    assert!(own.iter().any(|it| it["rotation_enabled"] == true && it["aliases"] == json!(["alias/records"])), "{own:?}");
    assert!(own.iter().any(|it| it["rotation_enabled"] == false && it["aliases"] == json!([])), "{own:?}");
    let groups = bodies(&desk, "network.security-group@1");
    let web = groups.values().find(|it| it["name"] == "web").unwrap();
    assert_says(&web["ingress"][0], &json!({"protocol": "tcp", "from_port": 22, "to_port": 22, "from_anyone": true}));
    let networks = bodies(&desk, "network.vpc@1");
    let logged: Vec<_> = networks.values().filter(|it| it["flow_logging"] == true).map(|it| &it["region"]).collect();
    assert_eq!((networks.len(), logged), (2, vec![&json!("eu-west-1")]));
    let volumes = bodies(&desk, "compute.volume@1");
    let volume = json!({"encrypted": false, "attached": false, "size_gib": 8, "encryption_key": null});
    assert_says(volumes.values().find(|it| it["attached"] == false && it["encrypted"] == false).unwrap(), &volume);
    assert_says(
        &bodies(&desk, "logging.group@1")["aws:logs:eu-west-1:123456789012:log-group//app/web"],
        &json!({"retention_days": 30}),
    );
    assert_eq!(bodies(&desk, "cloud.account@1").len(), 1);
    assert_says(&bodies(&desk, "identity.group@1")["aws:iam::123456789012:group/staff"], &json!({"members": ["alice"]}));
    says_of_rights(&desk);
    says_of_machines(&desk);
    says_of_functions(&desk);
    says_of_databases(&desk);
    says_of_balancers(&desk);
    says_of_secrets_and_certificates(&desk);
    says_of_what_watches(&desk);
    says_of_backups(&desk);
    let verified = desk.run(&["verify", "--replay"]).expect(0);
    assert!(verified.stdout.contains("byte for byte"), "{}", verified.stdout);
}

fn says_of_rights(desk: &Desk) {
    let administrators = |kind: &str| {
        let facts = bodies(desk, kind).into_iter();
        facts
            .map(|(subject, it)| (subject.rsplit('/').next().unwrap().to_owned(), it["administrator"].clone()))
            .collect::<BTreeMap<_, _>>()
    };
    let users = administrators("identity.user@1");
    assert_eq!((&users["alice"], &users["bob"]), (&json!(true), &json!(false)));
    assert_eq!(administrators("identity.group@1")["staff"], true);
    let roles = bodies(desk, "identity.role@1");
    assert_eq!(roles.len(), 5, "{roles:?}");
    let role = |name: &str| &roles[&format!("aws:iam::123456789012:role/{name}")];
    let ops = json!({"administrator": true, "policies": ["everything"], "trusts_anyone": false, "trusts_external": false,
        "service_linked": false, "boundary": null, "last_used_at": null});
    assert_says(role("ops"), &ops);
    let open = json!({"administrator": false, "trusts_anyone": true, "trusts_external": true, "boundary": "reader"});
    assert_says(role("open"), &open);
    let auditor = json!({"administrator": true, "trusts_anyone": false, "external_accounts": ["222222222222"], "inline_policies": ["deploys"]});
    assert_says(role("auditor"), &auditor);
    assert_says(
        &role("auditor")["trusts"][0],
        &json!({"principal_type": "account", "external": true, "external_id_required": true}),
    );
    assert_says(role("AWSServiceRoleForAutoScaling"), &json!({"service_linked": true, "trusts_external": false}));
    let policies = bodies(desk, "identity.policy@1");
    let policy = |name: &str| &policies[&format!("aws:iam::123456789012:{name}")];
    assert_eq!(policies.len(), 4, "{policies:?}");
    let reader =
        json!({"grants_everything": false, "grants_administration": false, "attached_to": ["user/bob"], "attachment_count": 1});
    assert_says(policy("policy/reader"), &reader);
    let everything = json!({"grants_everything": true, "grants_administration": true, "attached_to": ["role/ops"], "wildcard_services": ["*"]});
    assert_says(policy("policy/everything"), &everything);
    let rights =
        json!({"inline": true, "grants_administration": true, "grants_everything": false, "attached_to": ["group/staff"]});
    assert_says(policy("group/staff/policy/rights"), &rights);
    assert_says(policy("role/auditor/policy/deploys"), &json!({"grants_administration": true, "name": "deploys"}));
}

fn says_of_machines(desk: &Desk) {
    let regions = bodies(desk, "cloud.region@1");
    let region = json!({"enabled": true, "volume_encryption_default": true});
    assert_says(&regions["aws:123456789012/eu-west-1"], &region);
    let region = json!({"enabled": true, "volume_encryption_default": false});
    assert_says(&regions["aws:123456789012/eu-central-1"], &region);
    let disabled = json!({"enabled": false, "volume_encryption_default": null, "snapshot_public_block": null});
    assert_says(&regions["aws:123456789012/me-south-1"], &disabled);
    let machines = bodies(desk, "compute.instance@1");
    assert_eq!(machines.len(), 1, "one that was deleted is not listed");
    let machine = json!({"name": "web-1", "state": "running", "metadata_v2_required": true, "environment": "production"});
    assert_says(machines.values().next().unwrap(), &machine);
    let snapshots = bodies(desk, "compute.snapshot@1");
    let named = |name: &str| snapshots.values().find(|it| it["tags"] == json!([{"name": "Name", "value": name}])).unwrap();
    assert_says(named("private"), &json!({"public_access": false, "encrypted": true, "size_gib": 9, "shared_accounts": []}));
    assert_says(named("public"), &json!({"public_access": true, "state": "completed"}));
    assert_eq!(snapshots.len(), 2, "only own ones");
}

fn says_of_functions(desk: &Desk) {
    let functions = bodies(desk, "compute.function@1");
    let closed = json!({"environment_names": ["DB_PASSWORD", "STAGE"], "public_access": false, "runtime": "python3.13",
        "url": null, "packaging": "archive", "log_group": "/aws/lambda/closed"});
    assert_says(&functions["aws:lambda:eu-west-1:123456789012:function/closed"], &closed);
    let open = json!({"public_access": true, "runtime_deprecated": true, "runtime_support_end_at": "2024-10-14T23:59:59Z"});
    assert_says(&functions["aws:lambda:eu-west-1:123456789012:function/open"], &open);
}

fn says_of_databases(desk: &Desk) {
    let databases = bodies(desk, "database.instance@1");
    let orders = json!({"encrypted": true, "backup_days": 14, "multi_zone": true, "public_access": false, "tls_required": true,
        "deletion_protection": true, "log_exports": ["postgresql"], "environment": "production", "system": "shop", "cluster": null});
    assert_says(&databases["aws:rds:eu-west-1:123456789012:db/orders"], &orders);
    let ledger = json!({"cluster": "ledger", "backup_days": 3, "encrypted": false});
    assert_says(&databases["aws:rds:eu-west-1:123456789012:db/ledger-1"], &ledger);
    assert_eq!(databases.len(), 2, "a cluster with a server is told by its server");
    let snapshots = bodies(desk, "database.snapshot@1");
    let of = |name: &str| &snapshots[&format!("aws:rds:eu-west-1:123456789012:{name}")];
    assert_says(of("snapshot/kept"), &json!({"public_access": false, "database": "orders", "encrypted": true}));
    assert_says(of("snapshot/public"), &json!({"public_access": true, "automatic": false}));
    let kept = json!({"public_access": false, "shared_accounts": ["222222222222"], "database": "ledger", "encrypted": false});
    assert_says(of("cluster-snapshot/ledger-kept"), &kept);
}

fn says_of_balancers(desk: &Desk) {
    let balancers = bodies(desk, "network.load-balancer@1");
    assert_eq!(balancers.len(), 2);
    let front = balancers.values().find(|it| it["name"] == "front").unwrap();
    let expected = json!({"balancer_type": "application", "scheme": "internet-facing", "access_logging": true,
        "access_log_bucket": "example-logs", "deletion_protection": true, "zone_count": 2});
    assert_says(front, &expected);
    let clear = json!({"port": 80, "protocol": "http", "tls": false, "redirects_to_tls": true, "tls_minimum": null});
    assert_says(&front["listeners"][0], &clear);
    let tls = json!({"port": 443, "protocol": "https", "tls": true, "tls_policy": "ELBSecurityPolicy-2016-08", "tls_minimum": "tls1.0"});
    assert_says(&front["listeners"][1], &tls);
    let certificate = front["listeners"][1]["certificates"][0].as_str().unwrap();
    assert!(certificate.starts_with("aws:acm:eu-west-1:123456789012:certificate/"), "{certificate}");
    let old = &balancers["aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/old"];
    assert_says(old, &json!({"balancer_type": "classic", "access_logging": false, "deletion_protection": null}));
}

fn says_of_secrets_and_certificates(desk: &Desk) {
    let secrets = bodies(desk, "secret.secret@1");
    assert_eq!(secrets.len(), 108, "all pages, and those that wait for their deletion");
    let named = |name: &str| secrets.values().find(|it| it["name"] == name).unwrap();
    let db =
        json!({"rotation_enabled": true, "rotation_days": 30, "public_access": false, "system": "orders", "deletion_at": null});
    assert_says(named("orders/db"), &db);
    assert!(named("orders/db")["rotated_at"].is_string() && named("orders/old")["deletion_at"].is_string(), "{secrets:?}");
    assert_says(named("orders/open"), &json!({"public_access": true, "rotation_enabled": false, "rotated_at": null}));
    let certificates = bodies(desk, "certificate.certificate@1");
    assert_eq!(certificates.len(), 2, "of each key");
    let shop = certificates.values().find(|it| it["name"] == "shop.example.com").unwrap();
    let expected = json!({"status": "issued", "imported": true, "renewable": false, "in_use": false, "key_algorithm": "ec-p256",
        "names": ["shop.example.com"]});
    assert_says(shop, &expected);
    let usual = certificates.values().find(|it| it["name"] == "example.com").unwrap();
    assert_says(usual, &json!({"key_algorithm": "rsa-2048", "imported": false}));
}

fn says_of_what_watches(desk: &Desk) {
    let detectors = bodies(desk, "detection.detector@1");
    let expected = json!({"enabled": true, "product": "guardduty", "features": ["s3"], "features_off": ["malware"],
        "publishes_every": 3600, "administrator_account": null, "region": "eu-west-1"});
    assert_says(detectors.values().next().unwrap(), &expected);
    let recorder = &bodies(desk, "configuration.recorder@1")["aws:config:eu-west-1:123456789012:recorder/default"];
    let expected =
        json!({"recording": true, "all_types": true, "global_types": true, "bucket": "example-logs", "retention_days": 400});
    assert_says(recorder, &expected);
    let topics = bodies(desk, "messaging.topic@1");
    let alerts = json!({"encrypted": true, "public_access": false, "confirmed_count": 0, "subscription_protocols": ["email"]});
    assert_says(&topics["aws:sns:eu-west-1:123456789012:alerts"], &alerts);
    let open = json!({"encrypted": false, "public_access": true, "encryption_key": null, "tls_required": false});
    assert_says(&topics["aws:sns:eu-west-1:123456789012:open"], &open);
    let alarms = bodies(desk, "monitoring.alarm@1");
    let alarm = json!({"alarm_type": "metric", "metric": "root-use", "metric_namespace": "Security", "actions_enabled": true,
        "notifies": ["aws:lambda:eu-west-1:123456789012:function:closed", "aws:sns:eu-west-1:123456789012:alerts"], "receiver_count": 1,
        "period": 300});
    assert_says(&alarms["aws:cloudwatch:eu-west-1:123456789012:alarm/root-use"], &alarm);
    let filters = bodies(desk, "monitoring.metric-filter@1");
    for (name, notified) in [("root-use", 1), ("key-use", 0)] {
        let filter = &filters[&format!("aws:logs:eu-west-1:123456789012:log-group/trail/metric-filter/{name}")];
        assert_says(filter, &json!({"log_group": "trail", "metric": name, "alarm_count": 1, "notified_alarm_count": notified}));
    }
}

fn says_of_backups(desk: &Desk) {
    let vaults = bodies(desk, "backup.vault@1");
    let main = json!({"locked": true, "lock_permanent": false, "min_retention_days": 7, "recovery_point_count": 0});
    assert_says(&vaults["aws:backup:eu-west-1:123456789012:backup-vault/main"], &main);
    assert_says(
        &vaults["aws:backup:eu-west-1:123456789012:backup-vault/loose"],
        &json!({"locked": false, "lock_permanent": null}),
    );
    let plans = bodies(desk, "backup.plan@1");
    let plan = plans.values().next().unwrap();
    assert_says(plan, &json!({"name": "all", "copied_elsewhere": true, "min_retention_days": 35}));
    assert_says(&plan["rules"][0], &json!({"name": "daily", "every_hours": 24, "retention_days": 35, "vault": "main"}));
    // Moto does not know selections, so whether there are any is not known, and not that there are none.
    assert_eq!(plan.get("selects_nothing"), None);
}

#[test]
fn nothing_of_what_is_kept_secret_reaches_the_store() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let desk = desk(&endpoint);
    eval(&desk);
    let listed = desk.run(&["fact", "list", "--format", "ndjson"]).expect(0).stdout;
    assert!(listed.contains("orders/db") && !listed.contains("CANARY"), "a value of a secret, or whoever listens to a topic");
}

/// What the head of a listing's request holds, the kind that it gives, and the permission.
const LISTINGS: [(&str, &str, &str); 15] = [
    ("Action=DescribeInstances&", "compute.instance@1", "ec2:DescribeInstances"),
    ("Action=DescribeSnapshots&", "compute.snapshot@1", "ec2:DescribeSnapshots"),
    ("/2015-03-31/functions/ ", "compute.function@1", "lambda:ListFunctions"),
    ("Action=DescribeDBInstances&", "database.instance@1", "rds:DescribeDBInstances"),
    ("Action=DescribeDBClusterSnapshots&", "database.snapshot@1", "rds:DescribeDBClusterSnapshots"),
    ("Action=DescribeLoadBalancers&Version=2015", "network.load-balancer@1", "elasticloadbalancing:DescribeLoadBalancers"),
    ("GET /detector ", "detection.detector@1", "guardduty:ListDetectors"),
    ("secretsmanager.ListSecrets", "secret.secret@1", "secretsmanager:ListSecrets"),
    ("CertificateManager.ListCertificates", "certificate.certificate@1", "acm:ListCertificates"),
    ("StarlingDoveService.DescribeConfigurationRecorders\r", "configuration.recorder@1", "config:DescribeConfigurationRecorders"),
    ("GET /backup/plans/ ", "backup.plan@1", "backup:ListBackupPlans"),
    ("GET /backup-vaults/ ", "backup.vault@1", "backup:ListBackupVaults"),
    ("Action=DescribeAlarms&", "monitoring.alarm@1", "cloudwatch:DescribeAlarms"),
    ("Logs_20140328.DescribeMetricFilters", "monitoring.metric-filter@1", "logs:DescribeMetricFilters"),
    ("Action=ListTopics&", "messaging.topic@1", "sns:ListTopics"),
];

#[test]
fn each_listing_that_is_denied_is_one_gap_of_its_own_kind() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let desk = desk(&denying(&endpoint, LISTINGS.map(|(text, _, _)| text).to_vec()));
    let report = eval(&desk);
    let gaps = report["gaps"].as_array().unwrap();
    for (_, kind, action) in LISTINGS {
        let own: Vec<&Value> = gaps.iter().filter(|it| it["kind"] == kind).collect();
        let regions = ["eu-west-1", "eu-central-1"].map(|it| format!("{ACCOUNT}/{it}"));
        assert!(own.iter().all(|it| it["message"].as_str().unwrap().contains(&format!("`{action}`"))), "{own:?}");
        assert!(regions.iter().all(|it| own.iter().filter(|gap| gap["scope"] == **it).count() == 1), "{own:?}");
        assert_eq!(own.len(), 2, "one for each region that is asked: {own:?}");
    }
    assert_eq!(gaps.len(), 2 * LISTINGS.len(), "{gaps:?}");
    let others = ["identity.user@1", "storage.bucket@1", "logging.group@1", "network.security-group@1", "crypto.key@1"];
    assert!(others.iter().all(|kind| !bodies(&desk, kind).is_empty()), "what was not denied is there");
}

#[test]
fn a_denied_action_is_a_gap_of_its_kind_and_scope_and_nothing_else() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let proxy = denying(&endpoint, vec!["Action=ListUsers&"]);
    let desk = desk(&proxy);
    let report = eval(&desk);
    let gaps = report["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let gap = gaps[0].to_string();
    for part in ["identity.user@1", ACCOUNT, "denied", "iam:ListUsers"] {
        assert!(gap.contains(part), "{part} in {gap}");
    }
    assert_eq!(bodies(&desk, "identity.user@1").len(), 0);
    assert_eq!(bodies(&desk, "storage.bucket@1").len(), 2);
}

#[test]
fn without_the_details_of_authorization_roles_policies_and_who_administers_are_gaps_and_nothing_else() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let desk = desk(&denying(&endpoint, vec!["Action=GetAccountAuthorizationDetails&"]));
    let report = eval(&desk);
    let gaps = report["gaps"].as_array().unwrap();
    let kinds: Vec<_> = gaps.iter().map(|it| (it["kind"].as_str().unwrap(), it["scope"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("identity.policy@1", ACCOUNT), ("identity.role@1", ACCOUNT)], "{gaps:?}");
    let listed = desk.run(&["fact", "list", "--kind", "identity.user@1", "--format", "ndjson"]).expect(0).stdout;
    assert_eq!(listed.matches("\"administrator\":\"permission `iam:GetAccountAuthorizationDetails` is missing").count(), 107);
    let users = bodies(&desk, "identity.user@1");
    let alice = &users["aws:iam::123456789012:user/alice"];
    assert_eq!((alice.get("administrator"), &alice["groups"]), (None, &json!(["staff"])));
}

#[test]
fn a_field_whose_own_call_is_denied_is_left_out_and_the_rest_stands() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let proxy = denying(&endpoint, vec!["?versioning="]);
    let desk = desk(&proxy);
    eval(&desk);
    let listed = desk.run(&["fact", "list", "--kind", "storage.bucket@1", "--format", "ndjson"]).expect(0).stdout;
    assert!(listed.contains("s3:GetBucketVersioning"), "{listed}");
    let bucket = &bodies(&desk, "storage.bucket@1")["aws:s3::123456789012:bucket/example-logs"];
    assert_eq!((bucket.get("versioning"), &bucket["public_blocked"]), (None, &json!(true)), "{bucket}");
}

#[test]
fn the_policy_for_aws_holds_what_the_collector_declares_and_stands_in_the_guide() {
    let desk = Desk::new();
    let printed = desk.run(&["plugin", "inspect", "bundled:aws", "--format", "iam-policy"]).expect(0).stdout;
    let policy: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(policy["Version"], "2012-10-17");
    let statements = policy["Statement"].as_array().unwrap();
    assert!(statements.iter().all(|it| it["Effect"] == "Allow" && it["Resource"] == "*"), "{printed}");
    let actions: Vec<&str> =
        statements.iter().flat_map(|it| it["Action"].as_array().unwrap()).map(|it| it.as_str().unwrap()).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest: toml::Table = toml::from_str(&std::fs::read_to_string(root.join("plugins/aws/plugin.toml")).unwrap()).unwrap();
    let declared: Vec<&str> = manifest["permissions"].as_table().unwrap().keys().map(String::as_str).collect();
    assert_eq!(actions, declared);
    let guide = std::fs::read_to_string(root.join("docs/guides/aws.md")).unwrap();
    assert!(guide.contains(&format!("```json\n{printed}```\n")), "put this into docs/guides/aws.md:\n{printed}");
    let shown = desk.run(&["plugin", "inspect", "bundled:aws"]).expect(0).stdout;
    assert!(declared.iter().all(|it| shown.contains(&format!("\n  {it}  "))), "{shown}");
    assert!(shown.contains("\n  iam:ListUsers  the users (identity.user@1)\n"), "{shown}");
    let none = desk.run(&["plugin", "inspect", "bundled:registers", "--format", "iam-policy"]).expect(2);
    assert!(none.stderr.contains("no_permissions"), "{}", none.stderr);
}

/// A proxy on loopback that answers `AccessDenied` to requests whose head holds one of some texts, and passes on all others.
fn denying(endpoint: &str, texts: Vec<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = endpoint.strip_prefix("http://").unwrap().to_owned();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (server, texts) = (server.clone(), texts.clone());
            thread::spawn(move || pass_on(client.unwrap(), &server, &texts));
        }
    });
    format!("http://{address}")
}

/// One request and its answer; then the connection is closed.
fn pass_on(mut client: TcpStream, server: &str, denied: &[&str]) {
    let mut request = Vec::new();
    let mut part = [0; 8192];
    let head = loop {
        let length = client.read(&mut part).unwrap_or(0);
        if length == 0 {
            return;
        }
        request.extend_from_slice(&part[..length]);
        if let Some(end) = request.windows(4).position(|it| it == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|it| it.strip_prefix("content-length:")).map_or(0, |it| it.trim().parse().unwrap());
    while request.len() < head + length {
        let read = client.read(&mut part).unwrap();
        request.extend_from_slice(&part[..read]);
    }
    let told = String::from_utf8_lossy(&request[..head]).into_owned();
    let answer = if denied.iter().any(|it| told.contains(it)) {
        let body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
        format!("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    } else {
        let mut request = request;
        request.splice(head - 2..head - 2, *b"connection: close\r\n");
        let mut upstream = TcpStream::connect(server).unwrap();
        upstream.write_all(&request).unwrap();
        let mut answer = Vec::new();
        upstream.read_to_end(&mut answer).unwrap();
        answer
    };
    let _ = client.write_all(&answer);
}
