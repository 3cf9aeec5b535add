//! Services that are asked in each region.

use serde_json::{Value, json};

use super::*;

pub(super) const DENIED_JSON: &str = r#"{"__type":"AccessDeniedException","message":"no"}"#;
const REGIONS: &str = "GET https://ec2.eu-west-1.amazonaws.com/?Action=DescribeRegions&Version=2016-11-15&AllRegions=true";

/// An account whose regions EC2 tells.
pub(super) fn used(kind: &str) -> Recorded {
    let item = "<item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>";
    recorded(kind).answer(REGIONS, 200, &format!("<R><regionInfo>{item}</regionInfo></R>"))
}

pub(super) fn post(service: &str, target: &str, body: &str) -> String {
    format!("POST https://{service}.eu-west-1.amazonaws.com/ x-amz-target: {target}{body}")
}

/// The one fact of a kind, and why fields of it are left out.
#[track_caller]
pub(super) fn only(host: &Recorded, kind: &str) -> (String, Value, Value) {
    let facts = host.said().into_iter().filter_map(|said| match said {
        Said::Fact { kind: it, line, .. } if it == kind => Some(line),
        _ => None,
    });
    let facts: Vec<Value> = facts.collect();
    assert_eq!(facts.len(), 1, "{:?} {facts:?}", host.gaps(kind));
    (facts[0]["subject"].as_str().unwrap().to_owned(), facts[0]["body"].clone(), facts[0]["$gaps"].clone())
}

#[track_caller]
pub(super) fn says(body: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&body[field], value, "`{field}` of {body}");
    }
}

#[track_caller]
pub(super) fn is_complete(host: &Recorded, kind: &str, count: u64) {
    assert_eq!(host.gaps(kind), []);
    assert_eq!(host.complete_counts()[&format!("{kind} aws:123456789012/eu-west-1")], count);
}

#[test]
fn a_service_without_subscription_is_absent_only_in_a_region_that_ec2_says_is_in_use() {
    let list = post("secretsmanager", "secretsmanager.ListSecrets", "");
    for code in ["OptInRequired", "SubscriptionRequiredException"] {
        let answer = format!(r#"{{"__type":"{code}"}}"#);
        let host = collected(used("secret.secret@1").answer(&list, 403, &answer));
        is_complete(&host, "secret.secret@1", 0);
        let host = collected(recorded("secret.secret@1").answer(&list, 403, &answer));
        assert_eq!(host.gaps("secret.secret@1")[0].code, "service-absent");
        assert_eq!(host.complete_counts().len(), 0);
    }
    let denied = collected(used("secret.secret@1").answer(&list, 400, DENIED_JSON));
    assert!(denied.gaps("secret.secret@1")[0].message.contains("`secretsmanager:ListSecrets`"));
}

#[test]
fn every_service_of_a_region_can_be_absent() {
    let query = |host: &str, action: &str, version: &str| {
        format!("GET https://{host}.eu-west-1.amazonaws.com/?Action={action}&Version={version}")
    };
    let rds = |action: &str| query("rds", action, "2014-10-31");
    let functions = "GET https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/".to_owned();
    for (kind, list) in [
        ("compute.function@1", functions),
        ("crypto.key@1", post("kms", "TrentService.ListKeys", "")),
        ("database.instance@1", rds("DescribeDBClusters")),
        ("database.snapshot@1", rds("DescribeDBSnapshots")),
        ("logging.group@1", post("logs", "Logs_20140328.DescribeLogGroups", "")),
        ("network.load-balancer@1", query("elasticloadbalancing", "DescribeLoadBalancers", "2015-12-01")),
    ] {
        let answer = r#"{"__type":"OptInRequired"}"#;
        is_complete(&collected(used(kind).answer(&list, 403, answer)), kind, 0);
        let host = collected(recorded(kind).answer(&list, 403, answer));
        assert_eq!(host.gaps(kind)[0].code, "service-absent", "{kind}");
        assert_eq!(host.complete_counts().len(), 0, "{kind}");
    }
}

const GUARDDUTY: &str = "https://guardduty.eu-west-1.amazonaws.com/detector";

fn detector() -> Recorded {
    let features = json!([{"name": "CLOUD_TRAIL", "status": "ENABLED"}, {"name": "S3_DATA_EVENTS", "status": "ENABLED"},
        {"name": "EBS_MALWARE_PROTECTION", "status": "DISABLED"}, {"name": "RDS_LOGIN_EVENTS", "status": "ENABLED"}]);
    let detector = json!({"status": "ENABLED", "createdAt": "2025-01-02T03:04:05.678Z", "findingPublishingFrequency": "ONE_HOUR",
        "serviceRole": "r", "features": features});
    used("detection.detector@1").answer(&format!("GET {GUARDDUTY}"), 200, r#"{"detectorIds":["12ab"]}"#).answer(
        &format!("GET {GUARDDUTY}/12ab"),
        200,
        &detector.to_string(),
    )
}

#[test]
fn a_detector_tells_what_it_looks_at_and_what_nobody_has_put_away() {
    let one = format!("{GUARDDUTY}/12ab");
    let place = r#"{"destinationProperties":{"destinationArn":"arn:aws:s3:::findings"}}"#;
    let destinations = r#"{"destinations":[{"destinationId":"d0","destinationType":"S3","status":"STOPPED"},
        {"destinationId":"d1","destinationType":"S3","status":"PUBLISHING"}]}"#;
    let rest = r#"POST https://guardduty.eu-west-1.amazonaws.com/detector/12ab/findings content-type: application/json {"findingCriteria":{"criterion":{"service.archived":{"equals":["false"]},"severity":{"greaterThanOrEqual":7}}},"maxResults":50,"nextToken":"t","sortCriteria":{"attributeName":"createdAt","orderBy":"ASC"}}"#;
    let host = detector()
        .answer(&format!("GET {one}/administrator"), 200, r#"{"administrator":{"accountId":"210987654321"}}"#)
        .answer(&format!("GET {one}/publishingDestination"), 200, destinations)
        .answer(&format!("GET {one}/publishingDestination/d1"), 200, place)
        .answer(&format!("POST {one}/findings"), 200, r#"{"findingIds":["f1","f2"],"nextToken":"t"}"#)
        .answer(rest, 200, r#"{"findingIds":["f3"]}"#)
        .answer(&format!("POST {one}/findings/get"), 200, r#"{"findings":[{"createdAt":"2026-11-01T00:00:00.000Z"}]}"#);
    let host = collected(host);
    is_complete(&host, "detection.detector@1", 1);
    let (subject, body, gaps) = only(&host, "detection.detector@1");
    assert_eq!((subject.as_str(), gaps), ("aws:guardduty:eu-west-1:123456789012:detector/12ab", Value::Null));
    let expected = json!({"enabled": true, "features": ["rds-login-events", "s3"], "features_off": ["malware"], "publishes_every": 3600,
        "exports_to": "aws:s3:::findings", "administrator_account": "210987654321", "open_high_count": 3,
        "oldest_open_high_at": "2026-11-01T00:00:00.000Z", "created_at": "2025-01-02T03:04:05.678Z"});
    says(&body, &expected);
}

#[test]
fn a_detector_whose_findings_are_denied_still_stands() {
    let one = format!("{GUARDDUTY}/12ab");
    let host = detector()
        .answer(&format!("GET {one}/administrator"), 200, "")
        .answer(&format!("GET {one}/publishingDestination"), 200, r#"{"destinations":[]}"#)
        .answer_with(&format!("POST {one}/findings"), 403, &[("x-amzn-errortype", "AccessDeniedException")], "{}");
    let (_, body, gaps) = only(&collected(host), "detection.detector@1");
    says(&body, &json!({"enabled": true, "administrator_account": null, "exports_to": null}));
    assert_eq!((body.get("open_high_count"), body.get("oldest_open_high_at")), (None, None));
    assert!(gaps["open_high_count"].as_str().unwrap().contains("`guardduty:ListFindings`"), "{gaps}");
    assert_eq!(gaps.as_object().unwrap().len(), 2, "{gaps}");
}

fn secret(rest: &Value) -> Value {
    let mut secret = json!({"ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf", "Name": "db"});
    secret.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    secret
}

#[test]
fn a_secret_tells_how_it_is_kept_and_who_may_read_it() {
    let list = post("secretsmanager", "secretsmanager.ListSecrets", "");
    let policy = post("secretsmanager", "secretsmanager.GetResourcePolicy", "");
    let listed = secret(&json!({"RotationEnabled": true, "RotationRules": {"AutomaticallyAfterDays": 30},
        "LastRotatedDate": 1_700_000_000.5, "LastChangedDate": 1_700_000_000, "LastAccessedDate": 1_700_006_400,
        "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k", "Tags": [{"Key": "System", "Value": "Shop"}]}));
    let allow = json!({"Statement": {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Principal": {"AWS": "210987654321"}}});
    let more = format!("{list} {}", json!({"IncludePlannedDeletion": true, "MaxResults": 100, "NextToken": "t"}));
    let other = json!({"ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:old-AbCdEf", "Name": "old", "DeletedDate": 1_800_000_000});
    let host = used("secret.secret@1")
        .answer(&list, 200, &json!({"SecretList": [listed], "NextToken": "t"}).to_string())
        .answer(&more, 200, &json!({"SecretList": [other]}).to_string())
        .answer(&policy, 200, &json!({"ResourcePolicy": allow.to_string()}).to_string());
    let host = collected(host);
    is_complete(&host, "secret.secret@1", 2);
    let bodies = host.bodies("secret.secret@1");
    let expected = json!({"rotation_enabled": true, "rotation_days": 30, "rotated_at": "2023-11-14T22:13:20Z",
        "last_read_at": "2023-11-15T00:00:00Z", "encryption_key": "aws:kms:eu-west-1:123456789012:key/k", "deletion_at": null,
        "public_access": false, "shared_accounts": ["210987654321"], "system": "shop", "owning_service": null});
    says(&bodies["aws:secretsmanager:eu-west-1:123456789012:secret/db-AbCdEf"], &expected);
    let expected = json!({"rotation_enabled": false, "rotation_days": null, "rotated_at": null, "public_access": false,
        "deletion_at": "2027-01-15T08:00:00Z", "last_read_at": null, "encryption_key": null});
    says(&bodies["aws:secretsmanager:eu-west-1:123456789012:secret/old-AbCdEf"], &expected);
}

#[test]
fn a_secret_says_what_it_does_not_know() {
    let list = post("secretsmanager", "secretsmanager.ListSecrets", "");
    let policy = post("secretsmanager", "secretsmanager.GetResourcePolicy", "");
    let listed = secret(&json!({"RotationEnabled": true, "RotationRules": {"ScheduleExpression": "cron(0 8 1 * ? *)"},
        "KmsKeyId": "alias/own"}));
    let host = used("secret.secret@1").answer(&list, 200, &json!({"SecretList": [listed]}).to_string());
    let (_, body, gaps) = only(&collected(host.answer(&policy, 400, DENIED_JSON)), "secret.secret@1");
    let mut fields: Vec<&String> = gaps.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["encryption_key", "public_access", "rotation_days", "shared_accounts"]);
    assert!(gaps["public_access"].as_str().unwrap().contains("`secretsmanager:GetResourcePolicy`"), "{gaps}");
    assert!(fields.iter().all(|it| body.get(it.as_str()).is_none()), "{body}");
}

const ARN: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/1234";

fn summary() -> Value {
    json!({"CertificateArn": ARN, "DomainName": "www.example.com", "Status": "ISSUED", "Type": "AMAZON_ISSUED", "InUse": true,
        "KeyAlgorithm": "EC_prime256v1", "NotBefore": 1_700_000_000, "NotAfter": 1_800_000_000})
}

/// A listing that asks for each key, and nothing that is listed apart.
fn certificates() -> Recorded {
    let asked = |roots: &str| {
        let keys = r#"["RSA_1024","RSA_2048","RSA_3072","RSA_4096","EC_prime256v1","EC_secp384r1","EC_secp521r1"]"#;
        let origins = r#"["AWS_MANAGED","ACME","CUSTOMER_PROVIDED"]"#;
        let body =
            format!(r#" {{"CertificateKeyPairOrigins":{origins},"Includes":{{"keyTypes":{keys}}},"MaxItems":1000{roots}}}"#);
        post("acm", "CertificateManager.ListCertificates", &body)
    };
    let roots = r#","RootHierarchyTypes":["N2_AMAZON_MANAGED","N2_SFG2_AMAZON_MANAGED"]"#;
    used("certificate.certificate@1").answer(&asked(""), 200, &json!({"CertificateSummaryList": [summary()]}).to_string()).answer(
        &asked(roots),
        200,
        r#"{"CertificateSummaryList":[]}"#,
    )
}

#[test]
fn a_certificate_of_any_key_is_seen_with_what_shows_it() {
    let mut whole = summary();
    let more = json!({"SubjectAlternativeNames": ["www.example.com", "example.com"], "Issuer": "Amazon", "SignatureAlgorithm": "SHA256WITHRSA",
        "InUseBy": ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"], "RenewalEligibility": "ELIGIBLE"});
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let describe = post("acm", "CertificateManager.DescribeCertificate", "");
    let host = collected(certificates().answer(&describe, 200, &json!({ "Certificate": whole }).to_string()));
    is_complete(&host, "certificate.certificate@1", 1);
    let (subject, body, gaps) = only(&host, "certificate.certificate@1");
    assert_eq!((subject.as_str(), gaps), ("aws:acm:eu-west-1:123456789012:certificate/1234", Value::Null));
    let expected = json!({"name": "www.example.com", "names": ["example.com", "www.example.com"], "status": "issued", "in_use": true,
        "used_by": ["aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"], "renewable": true, "imported": false,
        "expires_at": "2027-01-15T08:00:00Z", "issued_at": "2023-11-14T22:13:20Z", "key_algorithm": "ec-p256",
        "signature_algorithm": "sha256-rsa", "issuer": "Amazon"});
    says(&body, &expected);
}

#[test]
fn a_certificate_that_may_not_be_described_says_what_the_listing_did() {
    let describe = post("acm", "CertificateManager.DescribeCertificate", "");
    let (_, body, gaps) = only(&collected(certificates().answer(&describe, 400, DENIED_JSON)), "certificate.certificate@1");
    says(&body, &json!({"in_use": true, "expires_at": "2027-01-15T08:00:00Z", "status": "issued"}));
    assert!(
        body.get("renewable").is_none() && gaps["renewable"].as_str().unwrap().contains("`acm:DescribeCertificate`"),
        "{gaps}"
    );
}
