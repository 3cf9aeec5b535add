#!/usr/bin/env python3
"""Puts a small account into moto by its public interface: seed.py ENDPOINT. What the integration test expects stands there."""
import json
import sys
import urllib.request

import boto3

REGION = "eu-west-1"
endpoint = sys.argv[1]


def client(service, region=REGION):
    return boto3.client(service, region_name=region, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")


urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))

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
