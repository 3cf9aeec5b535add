//! Many buckets.

use super::*;

const S3: &str = "https://s3.eu-west-1.amazonaws.com";
const QUESTIONS: [&str; 9] =
    ["publicAccessBlock", "policyStatus", "acl", "policy", "encryption", "versioning", "logging", "lifecycle", "object-lock"];

fn listed(names: &[String], place: &str) -> String {
    let each = names.iter().map(|name| format!("<Bucket><Name>{name}</Name>{place}</Bucket>"));
    format!("<R><Buckets>{}</Buckets></R>", each.collect::<Vec<_>>().concat())
}

fn account(names: &[String], place: &str) -> Recorded {
    let block = "GET https://123456789012.s3-control.eu-west-1.amazonaws.com/v20180820/configuration/publicAccessBlock";
    let list = format!("GET {S3}/?max-buckets=1000");
    let mut host = recorded("storage.bucket@1").answer(&list, 200, &listed(names, place)).answer(block, 200, "<B/>");
    for name in names {
        for what in QUESTIONS {
            host = host.answer(&format!("GET {S3}/{name}?{what}="), 200, "<R/>");
        }
        host = host.answer(&format!("GET {S3}/{name}?policy="), 404, "<Error><Code>NoSuchBucketPolicy</Code></Error>").answer(
            &format!("GET {S3}/{name}?location="),
            200,
            "<L>eu-west-1</L>",
        );
    }
    host
}

#[test]
fn all_that_is_asked_of_twenty_buckets_is_asked_at_once() {
    let names: Vec<String> = (0..50).map(|number| format!("bucket-{number}")).collect();
    let host = collected(account(&names, "<BucketRegion>eu-west-1</BucketRegion>"));
    assert_eq!(host.complete_counts()["storage.bucket@1 aws:123456789012"], 50);
    let many: Vec<usize> = host.sent().into_iter().filter(|it| *it > 1).collect();
    assert_eq!(many, [180, 180, 90], "nine questions about each bucket, and none about where it stands");
    // Where it stands is asked only of those of which the listing does not say it.
    let host = collected(account(&names, ""));
    assert_eq!(host.sent().into_iter().filter(|it| *it > 1).collect::<Vec<_>>(), [20, 180, 20, 180, 10, 90]);
}

#[test]
fn one_question_that_is_denied_leaves_out_its_own_field_of_its_own_bucket() {
    let names = ["a".to_owned(), "b".to_owned()];
    let host = account(&names, "<BucketRegion>eu-west-1</BucketRegion>").answer(&format!("GET {S3}/b?versioning="), 403, DENIED);
    let host = collected(host);
    let bodies = host.bodies("storage.bucket@1");
    let versioning = |name: &str| bodies[&format!("aws:s3::123456789012:bucket/{name}")].get("versioning").cloned();
    assert_eq!((versioning("a"), versioning("b")), (Some("off".into()), None));
    assert_eq!(host.gaps("storage.bucket@1"), []);
}
