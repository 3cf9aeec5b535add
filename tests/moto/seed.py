#!/usr/bin/env python3
"""Puts a small account into moto by its public interface: seed.py ENDPOINT. What the integration test expects stands there."""
import datetime
import io
import json
import sys
import urllib.request
import zipfile

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

REGION = "eu-west-1"
endpoint = sys.argv[1]


def client(service, region=REGION):
    return boto3.client(service, region_name=region, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")


# The account of the example company asks for permissions; this one does not.
for path, body in [("reset-auth", b"inf"), ("reset", b"")]:
    request = urllib.request.Request(f"{endpoint}/moto-api/{path}", data=body, headers={"content-type": "text/plain"}, method="POST")
    urllib.request.urlopen(request)

iam = client("iam")
for name in ["alice", "bob"]:
    iam.create_user(UserName=name)
iam.create_group(GroupName="staff")
iam.add_user_to_group(GroupName="staff", UserName="alice")
iam.create_login_profile(UserName="alice", Password="Correct-horse-1")
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]["SerialNumber"]
iam.enable_mfa_device(UserName="alice", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
iam.create_access_key(UserName="bob")
document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
policy = iam.create_policy(PolicyName="reader", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
iam.attach_user_policy(UserName="bob", PolicyArn=policy)
# Who may come by any right: alice by her group; whoever takes on `ops`; and the deployment by passing `ops` to a machine.
rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Put*", "Resource": "*"}]}
iam.put_group_policy(GroupName="staff", PolicyName="rights", PolicyDocument=json.dumps(rights))


def make_role(name, principal, condition=None, **more):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, "Condition": condition or {}}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), **more)


everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
everything = iam.create_policy(PolicyName="everything", PolicyDocument=json.dumps(everything), Path="/team/")["Policy"]["Arn"]
make_role("ops", {"Service": "ec2.amazonaws.com"}, Path="/team/")
iam.attach_role_policy(RoleName="ops", PolicyArn=everything)
make_role("open", {"AWS": "*"}, PermissionsBoundary=policy)
make_role("auditor", {"AWS": "arn:aws:iam::222222222222:root"}, {"StringEquals": {"sts:ExternalId": "agreed"}})
passing = {"Effect": "Allow", "Action": ["iam:PassRole", "ec2:RunInstances"], "Resource": "*"}
iam.put_role_policy(RoleName="auditor", PolicyName="deploys", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [passing]}))
iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True, MaxPasswordAge=90, PasswordReusePrevention=24)
# More than one page.
for number in range(105):
    iam.create_user(UserName=f"robot-{number:03}")

s3 = client("s3")
for name in ["logs", "open"]:
    s3.create_bucket(Bucket=f"example-{name}", CreateBucketConfiguration={"LocationConstraint": REGION})
s3.put_bucket_versioning(Bucket="example-logs", VersioningConfiguration={"Status": "Enabled"})
blocks = dict.fromkeys(["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True)
s3.put_public_access_block(Bucket="example-logs", PublicAccessBlockConfiguration=blocks)
s3.put_bucket_acl(Bucket="example-open", ACL="public-read")

trail = client("cloudtrail")
trail.create_trail(Name="main", S3BucketName="example-logs", IsMultiRegionTrail=True)
trail.start_logging(Name="main")
trail.put_event_selectors(TrailName="main", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}])

kms = client("kms")
for is_rotated in [True, False]:
    key = kms.create_key(KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["KeyId"]
    if is_rotated:
        kms.enable_key_rotation(KeyId=key)
        kms.create_alias(AliasName="alias/records", TargetKeyId=key)

ec2 = client("ec2")
vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
ec2.create_flow_logs(
    ResourceType="VPC", ResourceIds=[vpc], TrafficType="ALL", LogDestinationType="s3", LogDestination="arn:aws:s3:::example-logs"
)
ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8, Encrypted=False)
logs = client("logs")
logs.create_log_group(logGroupName="/app/web")
logs.put_retention_policy(logGroupName="/app/web", retentionInDays=30)

machines = ec2.run_instances(
    ImageId="ami-12c6146b", MinCount=1, MaxCount=1, MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"},
    TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}, {"Key": "Environment", "Value": "Production"}]}],
)
machine = machines["Instances"][0]["InstanceId"]
gone = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
ec2.terminate_instances(InstanceIds=[gone])
volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=9, Encrypted=True, KmsKeyId=key)["VolumeId"]
for sort in ["private", "public"]:
    snapshot = ec2.create_snapshot(
        VolumeId=volume, TagSpecifications=[{"ResourceType": "snapshot", "Tags": [{"Key": "Name", "Value": sort}]}]
    )["SnapshotId"]
    if sort == "public":
        ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
ec2.enable_ebs_encryption_by_default()

functions = client("lambda")
role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))["Role"]["Arn"]
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("main.py", "def handler(event, context): pass")
for name, runtime in [("closed", "python3.13"), ("open", "python3.8")]:
    functions.create_function(
        FunctionName=name, Runtime=runtime, Role=role, Handler="main.handler", Code={"ZipFile": buffer.getvalue()},
        Environment={"Variables": {"DB_PASSWORD": "CANARY-in-the-environment", "STAGE": "CANARY-in-the-environment"}},
    )
functions.add_permission(FunctionName="open", StatementId="anyone", Action="lambda:InvokeFunction", Principal="*")

rds = client("rds")
rds.create_db_parameter_group(DBParameterGroupName="tls", DBParameterGroupFamily="postgres16", Description="tls")
rds.modify_db_parameter_group(
    DBParameterGroupName="tls", Parameters=[{"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}]
)
rds.create_db_instance(
    DBInstanceIdentifier="orders", Engine="postgres", EngineVersion="16.3", DBInstanceClass="db.t3.micro", AllocatedStorage=20,
    MasterUsername="root", MasterUserPassword="CANARY-password", StorageEncrypted=True, BackupRetentionPeriod=14, MultiAZ=True,
    PubliclyAccessible=False, DeletionProtection=True, DBParameterGroupName="tls", EnableCloudwatchLogsExports=["postgresql"],
    Tags=[{"Key": "environment", "Value": "production"}, {"Key": "system", "Value": "Shop"}],
)
rds.create_db_cluster(
    DBClusterIdentifier="ledger", Engine="aurora-postgresql", MasterUsername="root", MasterUserPassword="CANARY-password",
    BackupRetentionPeriod=3, StorageEncrypted=False,
)
rds.create_db_instance(DBInstanceIdentifier="ledger-1", DBClusterIdentifier="ledger", Engine="aurora-postgresql", DBInstanceClass="db.r5.large")
for name in ["kept", "public"]:
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier=name)
rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="public", AttributeName="restore", ValuesToAdd=["all"])
rds.create_db_cluster_snapshot(DBClusterIdentifier="ledger", DBClusterSnapshotIdentifier="ledger-kept")
rds.modify_db_cluster_snapshot_attribute(
    DBClusterSnapshotIdentifier="ledger-kept", AttributeName="restore", ValuesToAdd=["222222222222"]
)

balancers = client("elbv2")
subnets = [it["SubnetId"] for it in ec2.describe_subnets()["Subnets"]][:2]
front = balancers.create_load_balancer(Name="front", Subnets=subnets, SecurityGroups=[group], Scheme="internet-facing")["LoadBalancers"][0]
arn = front["LoadBalancerArn"]
attributes = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "example-logs", "deletion_protection.enabled": "true"}
balancers.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()])
target = balancers.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
certificate = client("acm").request_certificate(DomainName="example.com")["CertificateArn"]
balancers.create_listener(
    LoadBalancerArn=arn, Protocol="HTTPS", Port=443, SslPolicy="ELBSecurityPolicy-2016-08", Certificates=[{"CertificateArn": certificate}],
    DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
)
redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
balancers.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}])
client("elb").create_load_balancer(
    LoadBalancerName="old", AvailabilityZones=[f"{REGION}a"],
    Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 8080}],
)

client("guardduty").create_detector(
    Enable=True, FindingPublishingFrequency="ONE_HOUR",
    Features=[{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}, {"Name": "EBS_MALWARE_PROTECTION", "Status": "DISABLED"}],
)

secrets = client("secretsmanager")
for name in ["orders/db", "orders/old", "orders/open"]:
    secrets.create_secret(Name=name, SecretString="CANARY-secret", Tags=[{"Key": "System", "Value": "Orders"}])
secrets.rotate_secret(SecretId="orders/db", RotationRules={"AutomaticallyAfterDays": 30})
secrets.delete_secret(SecretId="orders/old", RecoveryWindowInDays=30)
anyone = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
secrets.put_resource_policy(SecretId="orders/open", ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [anyone]}))
# More than one page.
for number in range(105):
    secrets.create_secret(Name=f"many/{number:03}", SecretString="CANARY-secret")

# A certificate of a key that a listing gives only when it is named.
private = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.com")])
now = datetime.datetime.now(datetime.timezone.utc)
made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key()).serial_number(7)
made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=10))
made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example.com")]), critical=False)
client("acm").import_certificate(
    Certificate=made.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
    PrivateKey=private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ),
)

config = client("config")
recording = {"allSupported": True, "includeGlobalResourceTypes": True}
config.put_configuration_recorder(
    ConfigurationRecorder={"name": "default", "roleARN": "arn:aws:iam::123456789012:role/config", "recordingGroup": recording}
)
config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "example-logs"})
config.start_configuration_recorder(ConfigurationRecorderName="default")
config.put_retention_configuration(RetentionPeriodInDays=400)

backup = client("backup")
for name in ["main", "loose"]:
    backup.create_backup_vault(BackupVaultName=name)
backup.put_backup_vault_lock_configuration(BackupVaultName="main", MinRetentionDays=7)
far = "arn:aws:backup:eu-north-1:123456789012:backup-vault:far"
daily = {
    "RuleName": "daily", "TargetBackupVaultName": "main", "ScheduleExpression": "cron(0 5 ? * * *)",
    "Lifecycle": {"DeleteAfterDays": 35}, "CopyActions": [{"DestinationBackupVaultArn": far}],
}
backup.create_backup_plan(BackupPlan={"BackupPlanName": "all", "Rules": [daily]})

sns = client("sns")
own = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": "*"}
for name, policy in [("alerts", own | {"Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}}}), ("open", own)]:
    attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})}
    if name == "alerts":
        attributes["KmsMasterKeyId"] = key
    topic = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
    if name == "alerts":
        alerts = topic
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="CANARY@example.com")
logs.create_log_group(logGroupName="trail")
alarms = client("cloudwatch")
# Moto confirms no subscription, so it is a function that is told.
for name, actions in [("root-use", [alerts, "arn:aws:lambda:eu-west-1:123456789012:function:closed"]), ("key-use", [alerts])]:
    counts = [{"metricName": name, "metricNamespace": "Security", "metricValue": "1"}]
    logs.put_metric_filter(logGroupName="trail", filterName=name, filterPattern="{ $.x = 1 }", metricTransformations=counts)
    alarms.put_metric_alarm(
        AlarmName=name, MetricName=name, Namespace="Security", Period=300, EvaluationPeriods=1, Threshold=1, Statistic="Sum",
        ComparisonOperator="GreaterThanOrEqualToThreshold", AlarmActions=actions, ActionsEnabled=True,
    )
