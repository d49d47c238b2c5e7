$version: "2"
namespace drydock.organizations

@awsService(signingName: "organizations", hostPrefix: "organizations", protocol: "json11", version: "2016-11-28",
            targetPrefix: "AWSOrganizationsV20161128", global: true)
service organizations

@iam(action: "organizations:DescribeOrganization", resource: "*")
operation DescribeOrganization {
    input := {}
    output := { Organization: Organization }
}
@iam(action: "organizations:ListAccounts", resource: "*")
operation ListAccounts {
    input := { NextToken: NextToken  @range(min: 1, max: 20) MaxResults: Integer }
    output := { Accounts: AccountList  NextToken: String }
    errors: [InvalidInputException]
}
@iam(action: "organizations:DescribeAccount")
operation DescribeAccount {
    input := { @required AccountId: AccountIdType }
    output := { Account: Account }
    errors: [AccountNotFoundException]
}
@iam(action: "organizations:CreateAccount", resource: "*")
operation CreateAccount {
    input := {
        @required @length(min: 6, max: 64) @pattern("[^\\s@]+@[^\\s@]+\\.[^\\s@]+") Email: String
        @required AccountName: AccountNameType
        @length(min: 1, max: 64) @pattern("[\\w+=,.@-]{1,64}") RoleName: String
        IamUserAccessToBilling: String
    }
    output := { CreateAccountStatus: CreateAccountStatus }
    errors: [ConstraintViolationException]
}
@iam(action: "organizations:DescribeCreateAccountStatus", resource: "*")
operation DescribeCreateAccountStatus {
    input := { @required CreateAccountRequestId: String }
    output := { CreateAccountStatus: CreateAccountStatus }
    errors: [CreateAccountStatusNotFoundException]
}

/// What the accounts endpoint and the command line create.
@internal
operation ProvisionAccount {
    input := { @required Name: AccountNameType  @pattern("[0-9]{12}") Id: String }
    output := { @required Id: String  @required Name: String  @required AccessKeyId: String  @required SecretAccessKey: String }
    errors: [DuplicateAccountException]
}
@internal
operation FindAccount {
    input := { @required NameOrId: String }
    output := { @required Id: String  @required Name: String  AccessKeyId: String  SecretAccessKey: String }
    errors: [AccountNotFoundException]
}
@internal
operation ListAllAccounts {
    input := {}
    output := { @required Accounts: NamedAccountList }
}

@length(min: 1, max: 50) @pattern("[\\u0020-\\u007E]+") string AccountNameType
@pattern("\\d{12}") string AccountIdType
@length(min: 1, max: 100000) string NextToken
list AccountList { member: Account }
list NamedAccountList { member: NamedAccount }

structure NamedAccount { @required Id: String  @required Name: String }
structure Organization {
    Id: String
    Arn: String
    FeatureSet: String
    MasterAccountArn: String
    MasterAccountId: String
    MasterAccountEmail: String
}
structure Account {
    Id: String
    Arn: String
    Email: String
    Name: String
    Status: String
    JoinedMethod: String
    JoinedTimestamp: Timestamp
}
structure CreateAccountStatus {
    Id: String
    AccountName: String
    State: String
    RequestedTimestamp: Timestamp
    CompletedTimestamp: Timestamp
    AccountId: String
    FailureReason: String
}

@error("client") @httpError(400) structure AccountNotFoundException { Message: String }
@error("client") @httpError(400) structure CreateAccountStatusNotFoundException { Message: String }
@error("client") @httpError(400) structure AWSOrganizationsNotInUseException { Message: String }
@error("client") @httpError(400) structure ConstraintViolationException { Message: String  Reason: String }
@error("client") @httpError(400) structure InvalidInputException { Message: String  Reason: String }
@error("client") @httpError(409) structure DuplicateAccountException { Message: String }
@error("client") @httpError(403) structure AccessDeniedException { Message: String }

@record structure AccountRow {
    @required Id: String
    @required Name: String
    @required Email: String
    @required JoinedMethod: String
    @required Joined: Timestamp
}
@record structure RequestRow {
    @required Id: String
    @required AccountName: String
    @required State: String
    @required Requested: Timestamp
    @required Completed: Timestamp
    AccountId: String
    FailureReason: String
}
