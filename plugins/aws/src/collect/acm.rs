//! `certificate.certificate@1`.

use std::collections::BTreeMap;

use engine_sdk::kinds::Nullable;
use engine_sdk::kinds::certificate::{Certificate, CertificateStatus};
use engine_sdk::{Facts, Fault};
use serde_json::{Value, json};

use super::{Gaps, give, key_name, needed, sorted, text_of, unless_absent};
use crate::call::{Answer, Caller};
use crate::times::instant;

const ACM: (&str, &str) = ("acm", "CertificateManager");
const LIST: &str = "acm:ListCertificates";

/// The keys that certificates may have. A listing that names none gives those of RSA with up to 2048 bits alone.
const KEYS: [&str; 7] = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];
/// Who made the keys. A listing that names none leaves out those of ACME.
const ORIGINS: [&str; 3] = ["AWS_MANAGED", "ACME", "CUSTOMER_PROVIDED"];
/// Roots that are listed only when they are named, and then nothing else is.
const ROOTS: [&str; 2] = ["N2_AMAZON_MANAGED", "N2_SFG2_AMAZON_MANAGED"];

/// Every certificate of the region, of each key, whoever made it, expired ones included.
pub(crate) fn certificates(caller: &Caller<'_>, region: &str, facts: &mut Facts<'_, Certificate>) -> Result<(), Fault> {
    let page = ("CertificateSummaryList", "NextToken", "NextToken");
    let usual = json!({"Includes": {"keyTypes": KEYS}, "CertificateKeyPairOrigins": ORIGINS, "MaxItems": 1000});
    let other = json!({"Includes": {"keyTypes": KEYS}, "CertificateKeyPairOrigins": ORIGINS, "MaxItems": 1000,
        "RootHierarchyTypes": ROOTS});
    let usual = unless_absent(caller.json_listed(ACM, region, "ListCertificates", page, &usual))?;
    let other = caller.json_listed(ACM, region, "ListCertificates", page, &other);
    let mut listed = BTreeMap::new();
    for one in usual.into_iter().chain(other.as_ref().ok().into_iter().flatten().cloned()) {
        listed.entry(needed(&one.value, "CertificateArn", LIST)?).or_insert(one);
    }
    let each: Vec<Value> = listed.keys().map(|arn| json!({ "CertificateArn": arn })).collect();
    let described = caller.json_each(ACM, region, "DescribeCertificate", &each);
    for ((arn, listed), described) in listed.into_iter().zip(described) {
        one(caller, region, &arn, &listed, described, facts)?;
    }
    other.map(|_| ())
}

fn one(
    caller: &Caller<'_>,
    region: &str,
    arn: &str,
    listed: &Answer<Value>,
    described: Result<Answer<Value>, Fault>,
    facts: &mut Facts<'_, Certificate>,
) -> Result<(), Fault> {
    let mut gaps = Gaps::default();
    let fields = ["issued_at", "issuer", "key_algorithm", "names", "renewable", "signature_algorithm", "used_by"];
    let described = gaps.or_gap(&fields, described);
    let from: Vec<_> = described.iter().map(|it| it.from).chain([listed.from]).collect();
    let whole = described.as_ref().and_then(|it| it.value.get("Certificate")).unwrap_or(&Value::Null);
    let said = |field: &str| whole.get(field).or_else(|| listed.value.get(field)).filter(|it| !it.is_null());
    let text = |field: &str| said(field).and_then(Value::as_str).filter(|it| !it.is_empty());
    let status = status(text("Status"))?;
    let is_issued = text("Issuer").is_some() && status != CertificateStatus::Pending;
    let at = |field: &str| -> Nullable<String> { said(field).and_then(instant).into() };
    let names = whole.get("SubjectAlternativeNames").and_then(Value::as_array);
    let names = sorted(names.into_iter().flatten().chain(said("DomainName")));
    let used_by = whole.get("InUseBy").and_then(Value::as_array);
    let used_by: Vec<String> = used_by.map(|it| sorted(it).iter().map(|it| key_name(it)).collect()).unwrap_or_default();
    let in_use = listed.value.get("InUse").and_then(Value::as_bool).unwrap_or(false) || !used_by.is_empty();
    if described.is_none() && !listed.value.get("InUse").is_some_and(Value::is_boolean) {
        gaps.add(&["in_use"], "acm:ListCertificates does not say it");
    }
    let subject = key_name(arn);
    let body = Certificate {
        account: caller.account.clone(),
        expires_at: at("NotAfter"),
        imported: text("Type") == Some("IMPORTED"),
        in_use,
        issued_at: Some(at("NotBefore")),
        issuer: Some(text("Issuer").filter(|_| is_issued).map(str::to_owned).into()),
        key_algorithm: text("KeyAlgorithm").map(key_algorithm).unwrap_or_default(),
        name: text("DomainName").map(str::to_owned).or_else(|| names.first().cloned()).unwrap_or_else(|| subject.clone()),
        names,
        region: region.to_owned(),
        renewable: is_renewable(whole),
        signature_algorithm: Some(text("SignatureAlgorithm").filter(|_| is_issued).map(signature_algorithm).into()),
        status,
        used_by: Some(used_by),
    };
    if body.key_algorithm.is_empty() {
        gaps.add(&["key_algorithm"], "AWS does not say it");
    }
    give(facts, &subject.replacen(":certificate:", ":certificate/", 1), &body, from, gaps)
}

fn status(word: Option<&str>) -> Result<CertificateStatus, Fault> {
    Ok(match word {
        Some("ISSUED") => CertificateStatus::Issued,
        Some("PENDING_VALIDATION") => CertificateStatus::Pending,
        Some("EXPIRED") => CertificateStatus::Expired,
        Some("REVOKED") => CertificateStatus::Revoked,
        Some("FAILED" | "VALIDATION_TIMED_OUT") => CertificateStatus::Failed,
        Some("INACTIVE") => CertificateStatus::Inactive,
        other => {
            let other = other.unwrap_or_default();
            return Err(Fault::invalid(format!("acm:DescribeCertificate: `Status` is `{other}`, which is not known")));
        }
    })
}

/// Whether AWS renews it as it stands: it made it, something uses it, no domain is proven by a person's click in a letter, and
/// the last renewal does not wait for one.
fn is_renewable(certificate: &Value) -> bool {
    let summary = certificate.get("RenewalSummary");
    let is_stuck = summary.is_some_and(|it| matches!(text_of(it, "RenewalStatus"), Some("PENDING_VALIDATION" | "FAILED")));
    let domains = certificate.get("DomainValidationOptions").and_then(Value::as_array);
    let by_letter = domains.into_iter().flatten().any(|it| text_of(it, "ValidationMethod") == Some("EMAIL"));
    text_of(certificate, "RenewalEligibility") == Some("ELIGIBLE")
        && text_of(certificate, "Type") != Some("IMPORTED")
        && !is_stuck
        && !by_letter
}

/// `RSA_2048`, which some answers write `RSA-2048`, as `rsa-2048`; `EC_prime256v1` as `ec-p256`.
fn key_algorithm(name: &str) -> String {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "ec-prime256v1" => "ec-p256".to_owned(),
        "ec-secp384r1" => "ec-p384".to_owned(),
        "ec-secp521r1" => "ec-p521".to_owned(),
        _ => name,
    }
}

/// `SHA256WITHRSA` as `sha256-rsa`.
fn signature_algorithm(name: &str) -> String {
    name.to_ascii_lowercase().replacen("with", "-", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_renewed_only_without_a_person() {
        let whole = json!({"RenewalEligibility": "ELIGIBLE", "Type": "AMAZON_ISSUED",
            "DomainValidationOptions": [{"ValidationMethod": "DNS"}], "RenewalSummary": {"RenewalStatus": "SUCCESS"}});
        assert!(is_renewable(&whole));
        for (field, value) in [
            ("RenewalEligibility", json!("INELIGIBLE")),
            ("Type", json!("IMPORTED")),
            ("DomainValidationOptions", json!([{"ValidationMethod": "DNS"}, {"ValidationMethod": "EMAIL"}])),
            ("RenewalSummary", json!({"RenewalStatus": "PENDING_VALIDATION"})),
        ] {
            let mut other = whole.clone();
            other[field] = value;
            assert!(!is_renewable(&other), "{field}");
        }
    }

    #[test]
    fn algorithms_are_written_in_one_way() {
        let keys =
            [("RSA_2048", "rsa-2048"), ("RSA-2048", "rsa-2048"), ("EC_prime256v1", "ec-p256"), ("EC_secp521r1", "ec-p521")];
        assert!(keys.iter().all(|(name, expected)| key_algorithm(name) == *expected));
        assert_eq!(signature_algorithm("SHA384WITHECDSA"), "sha384-ecdsa");
    }
}
