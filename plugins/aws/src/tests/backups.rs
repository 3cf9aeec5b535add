//! Recorders of configuration, and backups.

use serde_json::{Value, json};

use super::services::{DENIED_JSON, is_complete, only, post, says, used};
use super::*;

fn config(action: &str) -> String {
    post("config", &format!("StarlingDoveService.{action}"), "")
}

fn recorder() -> Recorded {
    let recorder = json!({"name": "default", "roleARN": "arn:aws:iam::123456789012:role/config",
        "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": true}, "recordingMode": {"recordingFrequency": "CONTINUOUS"}});
    used("configuration.recorder@1")
        .answer(&config("DescribeConfigurationRecorders"), 200, &json!({"ConfigurationRecorders": [recorder]}).to_string())
        .answer(&config("DescribeDeliveryChannels"), 200, r#"{"DeliveryChannels":[{"name":"default","s3BucketName":"records"}]}"#)
}

#[test]
fn a_recorder_tells_what_it_records_and_where_that_goes() {
    let status = r#"{"ConfigurationRecordersStatus":[{"name":"default","recording":true,"lastStatus":"SUCCESS"}]}"#;
    let delivery = r#"{"DeliveryChannelsStatus":[{"configHistoryDeliveryInfo":{"lastSuccessfulTime":1700000000.123}}]}"#;
    let host = recorder()
        .answer(&config("DescribeConfigurationRecorderStatus"), 200, status)
        .answer(&config("DescribeDeliveryChannelStatus"), 200, delivery)
        .answer(
            &config("DescribeRetentionConfigurations"),
            200,
            r#"{"RetentionConfigurations":[{"RetentionPeriodInDays":400}]}"#,
        );
    let host = collected(host);
    is_complete(&host, "configuration.recorder@1", 1);
    let (subject, body, gaps) = only(&host, "configuration.recorder@1");
    assert_eq!((subject.as_str(), gaps), ("aws:config:eu-west-1:123456789012:recorder/default", Value::Null));
    let expected = json!({"recording": true, "all_types": true, "global_types": true, "frequency": "continuous", "bucket": "records",
        "role": "aws:iam::123456789012:role/config", "retention_days": 400, "last_status": "success", "delivered_at": "2023-11-14T22:13:20Z"});
    says(&body, &expected);
}

#[test]
fn a_recorder_whose_state_is_denied_does_not_say_that_it_records() {
    let host = recorder()
        .answer(&config("DescribeConfigurationRecorderStatus"), 400, DENIED_JSON)
        .answer(&config("DescribeDeliveryChannelStatus"), 400, DENIED_JSON)
        .answer(&config("DescribeRetentionConfigurations"), 200, r#"{"RetentionConfigurations":[]}"#);
    let (_, body, gaps) = only(&collected(host), "configuration.recorder@1");
    says(&body, &json!({"all_types": true, "retention_days": null, "bucket": "records"}));
    assert_eq!((body.get("recording"), body.get("delivered_at")), (None, None));
    assert!(gaps["recording"].as_str().unwrap().contains("`config:DescribeConfigurationRecorderStatus`"), "{gaps}");
}

#[test]
fn a_region_without_a_recorder_is_complete() {
    let answer = r#"{"ConfigurationRecorders":[]}"#;
    let host = collected(used("configuration.recorder@1").answer(&config("DescribeConfigurationRecorders"), 200, answer));
    is_complete(&host, "configuration.recorder@1", 0);
}

const BACKUP: &str = "GET https://backup.eu-west-1.amazonaws.com";

fn plan() -> Recorded {
    let rules = json!([
        {"RuleName": "daily", "TargetBackupVaultName": "main", "ScheduleExpression": "cron(0 5 ? * * *)", "Lifecycle": {"DeleteAfterDays": 35},
            "CopyActions": [{"DestinationBackupVaultArn": "arn:aws:backup:eu-north-1:123456789012:backup-vault:far"}]},
        {"RuleName": "yearly", "TargetBackupVaultName": "main", "ScheduleExpression": "cron(0 5 1 1 ? *)", "EnableContinuousBackup": true},
    ]);
    let page = |id: &str, more: Value| {
        json!({"BackupPlansList": [{"BackupPlanId": id, "BackupPlanName": id, "CreationDate": 1_700_000_000}], "NextToken": more})
            .to_string()
    };
    let mut host = used("backup.plan@1").answer(&format!("{BACKUP}/backup/plans/"), 200, &page("p1", "t".into())).answer(
        &format!("{BACKUP}/backup/plans/?nextToken=t"),
        200,
        &page("p2", Value::Null),
    );
    for id in ["p1", "p2"] {
        host = host.answer(&format!("{BACKUP}/backup/plans/{id}/"), 200, &json!({"BackupPlan": {"Rules": rules}}).to_string());
    }
    host
}

#[test]
fn plans_are_read_to_the_end_with_their_rules_and_what_they_select() {
    let selection = json!({"BackupSelection": {"Resources": ["arn:aws:rds:eu-west-1:123456789012:db:*"],
        "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}], "Conditions": {"StringEquals": []}}});
    let host = plan()
        .answer(&format!("{BACKUP}/backup/plans/p1/selections/"), 200, r#"{"BackupSelectionsList":[{"SelectionId":"s"}]}"#)
        .answer(&format!("{BACKUP}/backup/plans/p1/selections/s"), 200, &selection.to_string())
        .answer(&format!("{BACKUP}/backup/plans/p2/selections/"), 200, r#"{"BackupSelectionsList":[]}"#);
    let host = collected(host);
    is_complete(&host, "backup.plan@1", 2);
    let bodies = host.bodies("backup.plan@1");
    let expected = json!({"name": "p1", "selections": ["aws:rds:eu-west-1:123456789012:db:*", "tag:backup=daily"], "selects_nothing": false,
        "copied_elsewhere": true, "min_retention_days": 35, "last_run_at": null});
    let first = &bodies["aws:backup:eu-west-1:123456789012:backup-plan/p1"];
    says(first, &expected);
    let daily = json!({"every_hours": 24, "retention_days": 35, "vault": "main", "continuous": false,
        "copies_to": ["aws:backup:eu-north-1:123456789012:backup-vault/far"]});
    says(&first["rules"][0], &daily);
    says(&first["rules"][1], &json!({"retention_days": null, "continuous": true, "copies_to": []}));
    assert!(first["rules"][1].get("every_hours").is_none(), "a schedule that is not understood");
    says(&bodies["aws:backup:eu-west-1:123456789012:backup-plan/p2"], &json!({"selects_nothing": true, "selections": []}));
}

#[test]
fn a_plan_whose_selections_are_denied_or_narrowed_does_not_say_what_it_selects() {
    let narrowed = json!({"BackupSelection": {"Resources": ["*"], "NotResources": ["arn:aws:s3:::*"]}});
    let host = plan()
        .answer(&format!("{BACKUP}/backup/plans/p1/selections/"), 200, r#"{"BackupSelectionsList":[{"SelectionId":"s"}]}"#)
        .answer(&format!("{BACKUP}/backup/plans/p1/selections/s"), 200, &narrowed.to_string());
    let denied = format!("{BACKUP}/backup/plans/p2/selections/");
    let host = collected(host.answer_with(&denied, 403, &[("x-amzn-errortype", "AccessDeniedException:")], "{}"));
    let bodies = host.bodies("backup.plan@1");
    let of = |id: &str| &bodies[&format!("aws:backup:eu-west-1:123456789012:backup-plan/{id}")];
    assert_eq!((of("p1").get("selections"), &of("p1")["selects_nothing"]), (None, &json!(false)));
    assert_eq!((of("p2").get("selections"), of("p2").get("selects_nothing")), (None, None));
    assert!(host.said().iter().any(|said| format!("{said:?}").contains("`backup:ListBackupSelections`")));
}

#[test]
fn a_vault_tells_its_lock_and_who_may_reach_it() {
    let vaults = json!({"BackupVaultList": [
        {"BackupVaultName": "main", "Locked": true, "LockDate": 1_700_000_000, "MinRetentionDays": 7, "NumberOfRecoveryPoints": 3,
            "EncryptionKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/k"},
        {"BackupVaultName": "soon", "Locked": true, "LockDate": 1_900_000_000},
        {"BackupVaultName": "open", "Locked": false, "EncryptionKeyType": "AWS_OWNED_KMS_KEY"},
        {"BackupVaultName": "gap", "Locked": true, "VaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT"}]});
    let mut host = used("backup.vault@1").answer(&format!("{BACKUP}/backup-vaults/"), 200, &vaults.to_string());
    for name in ["main", "soon", "gap"] {
        let none = [("x-amzn-errortype", "ResourceNotFoundException:")];
        host = host.answer_with(&format!("{BACKUP}/backup-vaults/{name}/access-policy"), 400, &none, "{}");
    }
    let policy = json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "backup:CopyIntoBackupVault"}]});
    let policy = json!({"Policy": policy.to_string()}).to_string();
    let host = collected(host.answer(&format!("{BACKUP}/backup-vaults/open/access-policy"), 200, &policy));
    is_complete(&host, "backup.vault@1", 4);
    let bodies = host.bodies("backup.vault@1");
    let of = |name: &str| &bodies[&format!("aws:backup:eu-west-1:123456789012:backup-vault/{name}")];
    let main = json!({"locked": true, "lock_permanent": true, "min_retention_days": 7, "max_retention_days": null, "recovery_point_count": 3,
        "encryption_key": "aws:kms:eu-west-1:123456789012:key/k", "public_access": false});
    says(of("main"), &main);
    says(of("soon"), &json!({"locked": true, "lock_permanent": false}));
    says(of("open"), &json!({"locked": false, "lock_permanent": null, "public_access": true, "encryption_key": null}));
    says(of("gap"), &json!({"locked": true, "lock_permanent": true}));
}
