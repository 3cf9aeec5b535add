#!/usr/bin/env python3
"""Puts the AWS account of the example company into moto by its public interface: example.py ENDPOINT [PERMISSION...].

The engine's user gets exactly the permissions that plugins/aws/plugin.toml names, without those that are named, and from then on
moto asks for them. Prints the key of that user as lines for a shell. What is planted here stands in host/engine/example/README.md.
"""
import json
import sys
import tomllib
import urllib.request
from pathlib import Path

import boto3

REGION = "eu-west-1"
COMPANY = "fjordlight.example"
endpoint, *withheld = sys.argv[1:]


def client(service):
    return boto3.client(service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")


def moto(path, body=b""):
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/{path}", data=body, headers={"content-type": "text/plain"}, method="POST"))


def allowed(actions):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})


# Permissions are asked for only after all of this is in place.
moto("reset-auth", b"inf")
moto("reset")

account = boto3.client("sts", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")
account = account.get_caller_identity()["Account"]

iam = client("iam")
iam.update_account_password_policy(
    MinimumPasswordLength=16, RequireSymbols=True, RequireNumbers=True, RequireUppercaseCharacters=True,
    RequireLowercaseCharacters=True, AllowUsersToChangePassword=True, PasswordReusePrevention=24,
)
iam.create_account_alias(AccountAlias="fjordlight")
iam.create_group(GroupName="engineers")
# Two engineers are as they should be. Planted: one without a second factor, and one who is in no register.
for person, has_second_factor in [("mateo.silva", True), ("piotr.nowak", True), ("ayumi.sato", False), ("marc.adler", True)]:
    name = f"{person}@{COMPANY}"
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password="Correct-horse-1")
    iam.add_user_to_group(GroupName="engineers", UserName=name)
    if has_second_factor:
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=person)["VirtualMFADevice"]["SerialNumber"]
        iam.enable_mfa_device(UserName=name, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
# Planted: he left in June, and his key still works.
iam.create_user(UserName=f"victor.hale@{COMPANY}")
iam.create_access_key(UserName=f"victor.hale@{COMPANY}")
for program in ["pipeline", "engine"]:
    iam.create_user(UserName=program)
iam.create_access_key(UserName="pipeline")
document = allowed(["s3:GetObject", "s3:PutObject"])
deploys = iam.create_policy(PolicyName="deploys", PolicyDocument=document)["Policy"]["Arn"]
iam.attach_user_policy(UserName="pipeline", PolicyArn=deploys)
iam.attach_group_policy(GroupName="engineers", PolicyArn=deploys)

kms = client("kms")
key = kms.create_key(Description="records of patients", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["Arn"]
kms.enable_key_rotation(KeyId=key)
kms.create_alias(AliasName="alias/records", TargetKeyId=key)

s3 = client("s3")
for name, classification, criticality in [("records", "confidential", "high"), ("logs", "internal", "low"), ("exports", "internal", "low")]:
    bucket = f"fjordlight-{name}"
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}, ObjectLockEnabledForBucket=criticality == "high"
    )
    tags = {"Classification": classification, "Criticality": criticality}
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": encryption}]}
    )
    rule = {"ID": "end", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 90}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    in_the_clear = {
        "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    writes = {
        "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    statements = [in_the_clear, writes] if name == "logs" else [in_the_clear]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    if name == "exports":
        # Planted: figures for clinics were to be fetched quickly.
        s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    else:
        blocks = dict.fromkeys(["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True)
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocks)

where = {"LoggingEnabled": {"TargetBucket": "fjordlight-logs", "TargetPrefix": ""}}
s3.put_bucket_logging(Bucket="fjordlight-records", BucketLoggingStatus=where)

logs = client("logs")
logs.create_log_group(logGroupName="/fjordlight/trail")
logs.put_retention_policy(logGroupName="/fjordlight/trail", retentionInDays=400)
trail = client("cloudtrail")
trail.create_trail(
    Name="fjordlight", S3BucketName="fjordlight-logs", IsMultiRegionTrail=True, EnableLogFileValidation=True, KmsKeyId=key,
    CloudWatchLogsLogGroupArn=f"arn:aws:logs:{REGION}:{account}:log-group:/fjordlight/trail:*",
    CloudWatchLogsRoleArn=f"arn:aws:iam::{account}:role/trail",
)
trail.start_logging(Name="fjordlight")
trail.put_event_selectors(TrailName="fjordlight", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}])

ec2 = client("ec2")
for vpc in ec2.describe_vpcs()["Vpcs"]:
    of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    for subnet in ec2.describe_subnets(Filters=of_vpc)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc["VpcId"])
vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
ec2.create_flow_logs(
    ResourceType="VPC", ResourceIds=[vpc], TrafficType="ALL", LogDestinationType="s3", LogDestination="arn:aws:s3:::fjordlight-logs"
)
for group in ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]:
    for ways, revoke in [("IpPermissions", ec2.revoke_security_group_ingress), ("IpPermissionsEgress", ec2.revoke_security_group_egress)]:
        if group[ways]:
            revoke(GroupId=group["GroupId"], IpPermissions=group[ways])
# Planted: the bastion is reached from anywhere.
for name, port in [("web", 443), ("bastion", 22)]:
    group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    way = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[way])
ec2.enable_ebs_encryption_by_default()
ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=100, Encrypted=True, KmsKeyId=key)

client("guardduty").create_detector(Enable=True, FindingPublishingFrequency="ONE_HOUR")
config = client("config")
recording = {"allSupported": True, "includeGlobalResourceTypes": True}
role = f"arn:aws:iam::{account}:role/config"
config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": recording})
config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "fjordlight-logs"})
config.start_configuration_recorder(ConfigurationRecorderName="default")

manifest = Path(__file__).resolve().parents[2] / "plugins/aws/plugin.toml"
needed = set(tomllib.loads(manifest.read_text())["permissions"])
unknown = set(withheld) - needed
if unknown:
    sys.exit(f"no such permission in {manifest.name}: {', '.join(sorted(unknown))}")
# What it does not know by name about a bucket, moto takes for a listing of it; it has one name for the two public access blocks; and
# it knows CloudWatch by the name that is signed for.
needed |= {"monitoring:DescribeAlarms", "s3:GetPublicAccessBlock", "s3:ListBucket"}
iam.put_user_policy(UserName="engine", PolicyName="reads", PolicyDocument=allowed(sorted(needed - set(withheld))))
key = iam.create_access_key(UserName="engine")["AccessKey"]
moto("reset-auth", b"0")
print(f"AWS_ACCESS_KEY_ID={key['AccessKeyId']}\nAWS_SECRET_ACCESS_KEY={key['SecretAccessKey']}")
