//! The signature of one request, version 4, as `aws-sigv4` computes it.
//!
//! Takes keys, a request and an instant; gives the headers to add, and what of them must not come back in an answer.

use core::time::Duration;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign as signed,
};
use aws_sigv4::sign::v4;
use model::Timestamp;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};

use super::grant::AwsWord;
use super::keys::Keys;
use crate::filter::secret::Needles;

/// What a signature is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Purpose {
    pub(crate) service: AwsWord,
    pub(crate) region: AwsWord,
}

/// A signature.
pub(crate) struct Signed {
    /// What to add to the request.
    pub(crate) headers: HeaderMap,
    /// What a server could send back of it.
    pub(crate) needles: Needles,
}

/// Signs a request as it is at this instant. Every header but those that a proxy changes is signed.
///
/// # Errors
/// One sentence, without any part of a key.
pub(crate) fn sign(
    keys: &Keys,
    purpose: &Purpose,
    (method, url): (&str, &str),
    headers: &HeaderMap,
    body: &[u8],
    at: Timestamp,
) -> Result<Signed, String> {
    let token = keys.token.as_ref().map(|token| token.expose().to_owned());
    let identity = Credentials::new(keys.id.expose(), keys.secret.expose(), token, None, "engine").into();
    let (service, region) = (purpose.service.as_str(), purpose.region.as_str());
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_second()).unwrap_or_default()))
        .settings(settings(service))
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let mut texts = Vec::with_capacity(headers.len());
    for (name, value) in headers.iter().filter(|(name, _)| *name != ACCEPT_ENCODING) {
        let text = value.to_str().map_err(|_| format!("the value of `{name}` is not plain text and cannot be signed"))?;
        texts.push((name.as_str(), text));
    }
    let cannot = |error: &dyn core::fmt::Display| format!("the request cannot be signed: {error}");
    let request = SignableRequest::new(method, url, texts.into_iter(), SignableBody::Bytes(body)).map_err(|it| cannot(&it))?;
    let (instructions, signature) = signed(request, &params).map_err(|it| cannot(&it))?.into_parts();
    let mut added = HeaderMap::new();
    for (name, value) in instructions.headers() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|it| cannot(&it))?;
        let mut value = HeaderValue::from_str(value).map_err(|it| cannot(&it))?;
        value.set_sensitive(true);
        added.insert(name, value);
    }
    let mut needles = Needles::default();
    needles.add(&signature, None);
    let day = at.strftime("%Y%m%d");
    needles.add(&format!("{}/{day}/{region}/{service}/aws4_request", keys.id.expose()), None);
    needles.add(&format!("<AWSAccessKeyId>{}</AWSAccessKeyId>", keys.id.expose()), None);
    Ok(Signed { headers: added, needles })
}

fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    // The names of objects are arbitrary, so S3 takes paths as they are.
    if matches!(service, "s3" | "s3express" | "s3-outposts" | "s3-object-lambda") {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::secret::Secret;

    #[test]
    fn threat_2_no_part_of_a_signature_is_shown_or_comes_back() {
        let keys = Keys::checked(Secret::new("AKIDEXAMPLE"), Secret::new("c4nary"), Some(Secret::new("t0ken"))).unwrap();
        let purpose = Purpose { service: "service".parse().unwrap(), region: "us-east-1".parse().unwrap() };
        let at = "2015-08-30T12:36:00Z".parse().unwrap();
        let signed = sign(&keys, &purpose, ("GET", "https://example.amazonaws.com/"), &HeaderMap::new(), b"", at).unwrap();
        assert_eq!(signed.headers["x-amz-date"], "20150830T123600Z");
        let authorization = signed.headers["authorization"].to_str().unwrap();
        let shown = format!("{:?}", signed.headers);
        assert!(!shown.contains("Signature") && !shown.contains("t0ken"), "{shown}");
        let masked = String::from_utf8(signed.needles.masked(authorization.as_bytes()).unwrap()).unwrap();
        let names = "host;x-amz-content-sha256;x-amz-date;x-amz-security-token";
        assert_eq!(masked, format!("AWS4-HMAC-SHA256 Credential=***, SignedHeaders={names}, Signature=***"));
    }

    #[test]
    fn a_header_that_is_not_text_is_refused_by_its_name() {
        let keys = Keys::checked(Secret::new("A"), Secret::new("b"), None).unwrap();
        let purpose = Purpose { service: "s3".parse().unwrap(), region: "us-east-1".parse().unwrap() };
        let headers = HeaderMap::from_iter([(reqwest::header::ACCEPT, HeaderValue::from_bytes(b"\xff").unwrap())]);
        let signed = sign(&keys, &purpose, ("GET", "https://example.com/"), &headers, b"", Timestamp::UNIX_EPOCH);
        assert_eq!(signed.err().unwrap(), "the value of `accept` is not plain text and cannot be signed");
    }
}
