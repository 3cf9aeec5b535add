//! The collector against recorded answers.

mod backups;
mod buckets;
mod monitoring;
mod services;

use engine_sdk::Run;
use engine_sdk::testing::{Recorded, Said};

use super::*;

const STS: &str = "GET https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
const DENIED: &str = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
const PAGE: &str = "GET https://iam.amazonaws.com/?Action=ListGroups&Version=2010-05-08";

fn identity_of(account: &str) -> String {
    format!(
        "<R xmlns=\"https://sts.amazonaws.com/doc/\"><GetCallerIdentityResult><Account>{account}</Account></GetCallerIdentityResult></R>"
    )
}

fn recorded(kind: &str) -> Recorded {
    let config = r#"{"accounts":["123456789012"],"regions":["eu-west-1"]}"#;
    Recorded::new().config(config).kinds(&[kind]).answer(STS, 200, &identity_of("123456789012"))
}

fn collected(host: Recorded) -> Recorded {
    Aws::collect(&Run::new(&host).unwrap()).unwrap();
    host
}

fn group_page(name: &str, rest: &str) -> String {
    format!("<R><X><Groups><member><GroupName>{name}</GroupName></member></Groups>{rest}</X></R>")
}

#[test]
fn a_denied_call_is_a_gap_that_names_the_permission() {
    let host = collected(recorded("identity.group@1").answer(PAGE, 403, DENIED));
    let gaps = host.gaps("identity.group@1");
    assert_eq!((gaps.len(), gaps[0].code.as_str()), (1, "denied"));
    assert!(gaps[0].message.contains("`iam:ListGroups`"), "{}", gaps[0].message);
    assert_eq!(host.complete_counts().len(), 0);
}

#[test]
fn an_account_that_cannot_be_reached_or_is_another_is_expected_in_all_its_scopes() {
    for (answer, code) in [((403, DENIED.to_owned()), "denied"), ((200, identity_of("210987654321")), "wrong-account")] {
        let host = Recorded::new().config(r#"{"accounts":["123456789012"],"regions":["eu-west-1","eu-north-1"]}"#);
        let host = collected(host.answer(STS, answer.0, &answer.1));
        let said = host.said();
        let expected = |kind: &str, scope: &str| said.contains(&Said::Expect { kind: kind.to_owned(), scope: scope.to_owned() });
        assert!(expected("storage.bucket@1", "aws:123456789012"));
        assert!(expected("crypto.key@1", "aws:123456789012/eu-north-1"));
        assert_eq!(host.gaps("identity.user@1")[0].code, code);
        assert_eq!(host.complete_counts().len(), 0);
    }
}

#[test]
fn pages_are_read_to_the_end_and_a_field_that_is_denied_is_a_gap_of_the_field() {
    let asked = |action: &str, group: &str| {
        format!("GET https://iam.amazonaws.com/?Action={action}&Version=2010-05-08&GroupName={group}")
    };
    let more = "<IsTruncated>true</IsTruncated><Marker>m</Marker>";
    let mut host = recorded("identity.group@1").answer(PAGE, 200, &group_page("a", more)).answer(
        &format!("{PAGE}&Marker=m"),
        200,
        &group_page("b", "<IsTruncated>false</IsTruncated>"),
    );
    for group in ["a", "b"] {
        host = host
            .answer(&asked("GetGroup", group), 200, "<R><Users><member><UserName>ada</UserName></member></Users></R>")
            .answer(&asked("ListAttachedGroupPolicies", group), 403, DENIED)
            .answer(&asked("ListGroupPolicies", group), 200, "<R><PolicyNames><member>p</member></PolicyNames></R>");
    }
    let host = collected(host);
    assert_eq!(host.complete_counts()["identity.group@1 aws:123456789012"], 2);
    let body = &host.bodies("identity.group@1")["aws:iam::123456789012:group/b"];
    assert_eq!((body["members"][0].as_str(), body.get("policies")), (Some("ada"), None));
    let told = host.said().into_iter().find_map(|said| match said {
        Said::Fact { line, .. } => Some(line["$gaps"]["policies"].to_string()),
        _ => None,
    });
    assert!(told.unwrap().contains("iam:ListAttachedGroupPolicies"));
}

#[test]
fn a_page_that_names_itself_as_the_next_one_is_a_gap() {
    let page = "<R><Groups/><IsTruncated>true</IsTruncated><Marker>m</Marker></R>";
    let host = collected(recorded("identity.group@1").answer(PAGE, 200, page).answer(&format!("{PAGE}&Marker=m"), 200, page));
    assert_eq!(host.gaps("identity.group@1")[0].code, "invalid");
}

#[test]
fn no_region_is_said_before_anything_is_asked() {
    let host = Recorded::new();
    assert!(Aws::collect(&Run::new(&host).unwrap()).unwrap_err().message.contains("config.regions"));
}
