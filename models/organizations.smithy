$version: "2"
namespace drydock.organizations

// AWS Organizations: the accounts of this installation. The default account is the management account.
@awsService(signingName: "organizations", hostPrefix: "organizations", protocol: "json11", version: "2016-11-28",
            targetPrefix: "AWSOrganizationsV20161128", global: true)
service organizations

@record structure AccountRow { @required Id: String @required Name: String @required Created: Timestamp AccessKeyId: String SecretAccessKey: String Email: String }

@length(min: 1, max: 50) @pattern("[\\w+=,.@ -]+") string AccountName
@pattern("\\d{12}") string AccountIdText
structure Account { Id: String Arn: String Email: String Name: String Status: String JoinedMethod: String JoinedTimestamp: Timestamp }
list Accounts { member: Account }
structure Organization { Id: String Arn: String FeatureSet: String MasterAccountArn: String MasterAccountId: String MasterAccountEmail: String }

@iam(action: "organizations:ListAccounts", resource: "*")
operation ListAccounts { input := { NextToken: String @range(min: 1, max: 20) MaxResults: Integer } output := { Accounts: Accounts NextToken: String } }
@iam(action: "organizations:DescribeAccount", resource: "*")
operation DescribeAccount { input := { @required AccountId: AccountIdText } output := { Account: Account } }
@iam(action: "organizations:DescribeOrganization", resource: "*")
operation DescribeOrganization { output := { Organization: Organization } }

// The commands' own way in: an account with an administrator.
structure ProvisionedAccount { @required Id: String @required Name: String AccessKeyId: String SecretAccessKey: String }
list ProvisionedAccounts { member: ProvisionedAccount }
@internal operation ProvisionAccount { input := { @required Name: AccountName Id: AccountIdText } output: ProvisionedAccount }
@internal operation FindAccount { input := { @required NameOrId: String } output: ProvisionedAccount }
@internal operation ListAllAccounts { output := { @required Accounts: ProvisionedAccounts } }

@error("client") @httpError(400) structure AccountNotFoundException { message: String }
@error("client") @httpError(400) structure AWSOrganizationsNotInUseException { message: String }
@error("client") @httpError(400) structure InvalidInputException { message: String }
@error("client") @httpError(409) structure DuplicateAccountException { message: String }
