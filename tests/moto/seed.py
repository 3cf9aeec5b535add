#!/usr/bin/env python3
"""Puts a small account into moto by its public interface: seed.py ENDPOINT. What the integration test expects stands there."""
import io
import json
import sys
import urllib.request
import zipfile

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
