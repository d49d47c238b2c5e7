$version: "2"
namespace drydock.sts

@awsService(signingName: "sts", hostPrefix: "sts", protocol: "query", version: "2011-06-15",
            xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/", global: true)
service sts

@iam(action: "sts:AssumeRole", also: ["sts:TagSession", "sts:SetSourceIdentity"])
@readonly
operation AssumeRole {
    input := {
        @required @length(min: 20, max: 2048) RoleArn: String
        @required RoleSessionName: SessionNameType
        PolicyArns: PolicyArnList
        Policy: UnrestrictedSessionPolicyType
        @range(min: 900, max: 43200) DurationSeconds: Integer
        Tags: TagList
        TransitiveTagKeys: TagKeyList
        @length(min: 2, max: 1224) @pattern("[\\w+=,.@:\\/-]*") ExternalId: String
        @length(min: 9, max: 256) @pattern("[\\w+=/:,.@-]*") SerialNumber: String
        @length(min: 6, max: 6) @pattern("[\\d]*") TokenCode: String
        @length(min: 2, max: 64) @pattern("[\\w+=,.@-]*") SourceIdentity: String
    }
    output := {
        Credentials: Credentials
        AssumedRoleUser: AssumedRoleUser
        PackedPolicySize: Integer
        SourceIdentity: String
    }
    errors: [MalformedPolicyDocument, PackedPolicyTooLarge]
}
/// The root user of a member account, for one task.
@iam(action: "sts:AssumeRoot")
@readonly
operation AssumeRoot {
    input := {
        @required @length(min: 12, max: 2048) TargetPrincipal: String
        @required TaskPolicyArn: PolicyDescriptorType
        @range(min: 0, max: 900) DurationSeconds: Integer
    }
    output := { Credentials: Credentials  SourceIdentity: String }
    errors: [ValidationError, AccessDenied]
}
/// Unsigned: the token is the credential. The handler asks the role's trust policy as the provider's principal.
@iam(action: "sts:AssumeRoleWithWebIdentity") @noauth @optionalAuth @waits
@readonly
operation AssumeRoleWithWebIdentity {
    input := {
        @required @length(min: 20, max: 2048) RoleArn: String
        @required RoleSessionName: SessionNameType
        @required @length(min: 4, max: 20000) WebIdentityToken: String
        @length(min: 4, max: 2048) ProviderId: String
        PolicyArns: PolicyArnList
        Policy: SessionPolicyType
        @range(min: 900, max: 43200) DurationSeconds: Integer
    }
    output := {
        Credentials: Credentials
        SubjectFromWebIdentityToken: String
        AssumedRoleUser: AssumedRoleUser
        PackedPolicySize: Integer
        Provider: String
        Audience: String
        SourceIdentity: String
    }
    errors: [MalformedPolicyDocument, PackedPolicyTooLarge, InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError]
}
/// Unsigned too: the response of the identity provider is the credential.
@iam(action: "sts:AssumeRoleWithSAML") @noauth @optionalAuth
@readonly
operation AssumeRoleWithSAML {
    input := {
        @required @length(min: 20, max: 2048) RoleArn: String
        @required @length(min: 20, max: 2048) PrincipalArn: String
        @required @length(min: 4, max: 100000) SAMLAssertion: String
        PolicyArns: PolicyArnList
        Policy: SessionPolicyType
        @range(min: 900, max: 43200) DurationSeconds: Integer
    }
    output := {
        Credentials: Credentials
        AssumedRoleUser: AssumedRoleUser
        PackedPolicySize: Integer
        Subject: String
        SubjectType: String
        Issuer: String
        Audience: String
        NameQualifier: String
        SourceIdentity: String
    }
    errors: [MalformedPolicyDocument, PackedPolicyTooLarge, InvalidIdentityToken, ExpiredTokenException, IDPRejectedClaim]
}
@noauth
operation GetCallerIdentity {
    input := {}
    output := { UserId: String  Account: String  Arn: String }
}
@noauth
operation GetSessionToken {
    input := {
        @range(min: 900, max: 129600) DurationSeconds: Integer
        @length(min: 9, max: 256) @pattern("[\\w+=/:,.@-]*") SerialNumber: String
        @length(min: 6, max: 6) @pattern("[\\d]*") TokenCode: String
    }
    output := { Credentials: Credentials }
}
@iam(action: "sts:GetFederationToken", also: ["sts:TagSession"])
operation GetFederationToken {
    input := {
        @required @length(min: 2, max: 32) @pattern("[\\w+=,.@-]*") Name: String
        Policy: SessionPolicyType
        PolicyArns: PolicyArnList
        @range(min: 900, max: 129600) DurationSeconds: Integer
        Tags: TagList
    }
    output := { Credentials: Credentials  FederatedUser: FederatedUser  PackedPolicySize: Integer }
    errors: [MalformedPolicyDocument, PackedPolicyTooLarge]
}
@iam(action: "sts:GetAccessKeyInfo", resource: "*")
operation GetAccessKeyInfo {
    input := { @required @length(min: 16, max: 128) @pattern("[\\w]*") AccessKeyId: String }
    output := { Account: String }
}
@iam(action: "sts:DecodeAuthorizationMessage", resource: "*")
@readonly
operation DecodeAuthorizationMessage {
    input := { @required @length(min: 1, max: 10240) EncodedMessage: String }
    output := { DecodedMessage: String }
    errors: [InvalidAuthorizationMessageException]
}

@length(min: 2, max: 64) @pattern("[\\w+=,.@-]*") string SessionNameType
@length(min: 1) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string UnrestrictedSessionPolicyType
@length(min: 1, max: 2048) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string SessionPolicyType

list PolicyArnList { member: PolicyDescriptorType }
list TagList { member: Tag }
list TagKeyList { member: TagKey }
list StringList { member: String }
@length(min: 1, max: 128) string TagKey
@length(min: 0, max: 256) string TagValue

structure PolicyDescriptorType { @length(min: 20, max: 2048) arn: String }
structure Tag { @required Key: TagKey  @required Value: TagValue }
structure Credentials {
    @required AccessKeyId: String
    @required SecretAccessKey: String
    @required SessionToken: String
    @required Expiration: Timestamp
}
structure AssumedRoleUser { @required AssumedRoleId: String  @required Arn: String }
structure FederatedUser { @required FederatedUserId: String  @required Arn: String }

@error("client") @httpError(400) structure MalformedPolicyDocument { message: String }
@error("client") @httpError(400) @errorCode("PackedPolicyTooLarge") structure PackedPolicyTooLarge { message: String }
@error("client") @httpError(400) structure ValidationError { message: String }
@error("client") @httpError(400) structure InvalidParameterValue { message: String }
@error("client") @httpError(403) structure AccessDenied { message: String }
@error("client") @httpError(400) structure InvalidIdentityToken { message: String }
@error("client") @httpError(400) structure ExpiredTokenException { message: String }
@error("client") @httpError(403) structure IDPRejectedClaim { message: String }
@error("client") @httpError(400) structure IDPCommunicationError { message: String }
@error("client") @httpError(400) structure InvalidAuthorizationMessageException { message: String }

/// Temporary credentials and whom they make: a principal as it was when they were given.
@record structure SessionRow {
    @required Id: String
    @required Secret: String
    @required Token: String
    @required Expires: Timestamp
    @required Issued: Timestamp
    /// "role", "user" or "federated".
    @required Kind: String
    @required Account: String
    @required Arn: String
    @required UserId: String
    @required Name: String
    RoleArn: String
    RoleName: String
    RoleId: String
    @required SessionPolicies: StringList
    @required SessionPolicyArns: StringList
    @required Tags: TagList
    @required TransitiveTagKeys: StringList
    SourceIdentity: String
    @required Chained: Boolean
    /// When the user showed a second factor.
    MfaAt: Timestamp
    /// ARN of the identity provider it came through.
    Provider: String
    /// Condition keys that the service said of it which made it.
    Keys: TagList
}
