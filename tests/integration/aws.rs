//! The bundled collector of AWS against moto, when `tests/moto/serve` has started one and `ENGINE_TEST_MOTO` says where.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard};
use std::thread;

use serde_json::{Value, json};

use crate::desk::Desk;

/// Each test seeds the one server anew.
static SERVER: Mutex<()> = Mutex::new(());

const ACCOUNT: &str = "aws:123456789012";

/// The address of a freshly seeded server.
fn seeded() -> Option<(String, MutexGuard<'static, ()>)> {
    #[expect(clippy::disallowed_methods, reason = "where moto is, is the tester's to say")]
    let (endpoint, python) = (std::env::var("ENGINE_TEST_MOTO").ok(), std::env::var("ENGINE_TEST_MOTO_PYTHON").ok());
    let Some(endpoint) = endpoint else {
        eprintln!("NOT RUN: ENGINE_TEST_MOTO names no server of moto; see docs/guides/aws.md");
        return None;
    };
    let guard = SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/moto/seed.py");
    let status = Command::new(python.as_deref().unwrap_or("python3")).arg(seed).arg(&endpoint).status().unwrap();
    assert!(status.success(), "moto is not seeded; ENGINE_TEST_MOTO_PYTHON names a python that has boto3");
    Some((endpoint, guard))
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
             [collector.aws.limits]\nhttp_rate = 2000\n"
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
    says_of_machines(&desk);
    says_of_functions(&desk);
    says_of_databases(&desk);
    says_of_balancers(&desk);
    let verified = desk.run(&["verify", "--replay"]).expect(0);
    assert!(verified.stdout.contains("byte for byte"), "{}", verified.stdout);
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

#[test]
fn each_listing_that_is_denied_is_one_gap_of_its_own_kind() {
    let Some((endpoint, _guard)) = seeded() else { return };
    for (text, kind, action) in [
        ("Action=DescribeInstances&", "compute.instance@1", "ec2:DescribeInstances"),
        ("Action=DescribeSnapshots&", "compute.snapshot@1", "ec2:DescribeSnapshots"),
        ("/2015-03-31/functions/ ", "compute.function@1", "lambda:ListFunctions"),
        ("Action=DescribeDBInstances&", "database.instance@1", "rds:DescribeDBInstances"),
        ("Action=DescribeDBClusterSnapshots&", "database.snapshot@1", "rds:DescribeDBClusterSnapshots"),
        ("Action=DescribeLoadBalancers&Version=2015", "network.load-balancer@1", "elasticloadbalancing:DescribeLoadBalancers"),
    ] {
        let desk = desk(&denying(&endpoint, text));
        let report = eval(&desk);
        let gaps = report["gaps"].as_array().unwrap();
        let regions = ["eu-west-1", "eu-central-1"].map(|it| format!("{ACCOUNT}/{it}"));
        assert!(gaps.iter().all(|it| it["kind"] == kind && it["message"].as_str().unwrap().contains(action)), "{gaps:?}");
        assert!(regions.iter().all(|it| gaps.iter().filter(|gap| gap["scope"] == **it).count() == 1), "{gaps:?}");
        assert_eq!(gaps.len(), 2, "one for each region that is asked: {gaps:?}");
    }
}

#[test]
fn a_denied_action_is_a_gap_of_its_kind_and_scope_and_nothing_else() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let proxy = denying(&endpoint, "Action=ListUsers&");
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
fn a_field_whose_own_call_is_denied_is_left_out_and_the_rest_stands() {
    let Some((endpoint, _guard)) = seeded() else { return };
    let proxy = denying(&endpoint, "?versioning=");
    let desk = desk(&proxy);
    eval(&desk);
    let listed = desk.run(&["fact", "list", "--kind", "storage.bucket@1", "--format", "ndjson"]).expect(0).stdout;
    assert!(listed.contains("s3:GetBucketVersioning"), "{listed}");
    let bucket = &bodies(&desk, "storage.bucket@1")["aws:s3::123456789012:bucket/example-logs"];
    assert_eq!((bucket.get("versioning"), &bucket["public_blocked"]), (None, &json!(true)), "{bucket}");
}

/// A proxy on loopback that answers `AccessDenied` to requests whose first line holds a text, and passes on all others.
fn denying(endpoint: &str, text: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = endpoint.strip_prefix("http://").unwrap().to_owned();
    thread::spawn(move || {
        for client in listener.incoming() {
            let server = server.clone();
            thread::spawn(move || pass_on(client.unwrap(), &server, text));
        }
    });
    format!("http://{address}")
}

/// One request and its answer; then the connection is closed.
fn pass_on(mut client: TcpStream, server: &str, denied: &str) {
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
    let first = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
    let answer = if first.contains(denied) {
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
