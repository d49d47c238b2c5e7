$version: "2"
namespace drydock.sts

// AWS Security Token Service: temporary credentials.
@awsService(signingName: "sts", hostPrefix: "sts", protocol: "query", version: "2011-06-15",
            xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/", global: true)
service sts

structure Tag { @required @length(min: 1, max: 128) Key: String @required @length(min: 0, max: 256) Value: String }
@length(max: 50) list TagList { member: Tag }
@length(max: 50) list TagKeyList { member: String }
list Strings { member: String }
structure PolicyDescriptor { arn: String }
@length(max: 10) list PolicyDescriptors { member: PolicyDescriptor }
@length(min: 2, max: 64) @pattern("[\\w+=,.@-]*") string SessionName
@length(min: 20, max: 2048) string ArnText
@range(min: 900, max: 43200) integer RoleDuration
@length(min: 1, max: 2048) string SessionPolicy

@record structure SessionRow {
    @required AccessKeyId: String @required Secret: String @required Token: String @required Account: String
    @required Kind: String                // "role", "user", "root", "federated"
    @required Name: String                // session, user or federated name
    @required Arn: String @required PrincipalId: String @required Issued: Timestamp @required Expires: Timestamp
    RoleArn: String RoleName: String RoleId: String UserName: String
    SessionPolicies: Strings SessionPolicyArns: Strings Tags: TagList TransitiveTagKeys: Strings SourceIdentity: String Chained: Boolean
}

structure Credentials { @required AccessKeyId: String @required SecretAccessKey: String @required SessionToken: String @required Expiration: Timestamp }
structure AssumedRoleUser { @required AssumedRoleId: String @required Arn: String }
structure FederatedUser { @required FederatedUserId: String @required Arn: String }

@iam(action: "sts:AssumeRole")
operation AssumeRole {
    input := {
        @required RoleArn: ArnText @required RoleSessionName: SessionName PolicyArns: PolicyDescriptors Policy: SessionPolicy
        DurationSeconds: RoleDuration Tags: TagList TransitiveTagKeys: TagKeyList @length(min: 2, max: 1224) ExternalId: String
        SerialNumber: String TokenCode: String @length(min: 2, max: 64) @pattern("[\\w+=,.@-]*") SourceIdentity: String
    }
    output := { Credentials: Credentials AssumedRoleUser: AssumedRoleUser PackedPolicySize: Integer SourceIdentity: String }
}
@noauth operation GetCallerIdentity { output := { UserId: String Account: String Arn: String } }
@noauth operation GetSessionToken { input := { @range(min: 900, max: 129600) DurationSeconds: Integer SerialNumber: String TokenCode: String } output := { Credentials: Credentials } }
@iam(action: "sts:GetFederationToken")
operation GetFederationToken {
    input := { @required @length(min: 2, max: 32) @pattern("[\\w+=,.@-]*") Name: String Policy: SessionPolicy PolicyArns: PolicyDescriptors @range(min: 900, max: 129600) DurationSeconds: Integer Tags: TagList }
    output := { Credentials: Credentials FederatedUser: FederatedUser PackedPolicySize: Integer }
}
@iam(action: "sts:GetAccessKeyInfo", resource: "*")
operation GetAccessKeyInfo { input := { @required @length(min: 16, max: 128) AccessKeyId: String } output := { Account: String } }

@error("client") @httpError(400) @errorCode("ValidationError") structure ValidationErrorException { message: String }
@error("client") @httpError(400) @errorCode("MalformedPolicyDocument") structure MalformedPolicyDocumentException { message: String }
@error("client") @httpError(400) @errorCode("PackedPolicyTooLarge") structure PackedPolicyTooLargeException { message: String }
@error("client") @httpError(400) @errorCode("InvalidParameterValue") structure InvalidParameterValueException { message: String }
