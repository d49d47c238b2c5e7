$version: "2"
namespace drydock.organizations

@awsService(signingName: "organizations", hostPrefix: "organizations", protocol: "json11", version: "2016-11-28",
            targetPrefix: "AWSOrganizationsV20161128", global: true)
service organizations

// Identifiers carry no patterns here: AWS answers InvalidInputException for a wrong one, which the handlers do.

// ---- the organization

@iam(action: "organizations:CreateOrganization", resource: "*", also: ["iam:CreateServiceLinkedRole"])
operation CreateOrganization {
    input := { FeatureSet: OrganizationFeatureSet }
    output := { Organization: Organization }
    errors: [AlreadyInOrganizationException]
}
@iam(action: "organizations:DescribeOrganization", resource: "*")
operation DescribeOrganization {
    input := {}
    output := { Organization: Organization }
    errors: [AWSOrganizationsNotInUseException]
}
@iam(action: "organizations:DeleteOrganization", resource: "*")
operation DeleteOrganization {
    input := {}
    errors: [AWSOrganizationsNotInUseException, OrganizationNotEmptyException]
}
@iam(action: "organizations:LeaveOrganization", resource: "*")
operation LeaveOrganization {
    input := {}
    errors: [AWSOrganizationsNotInUseException, MasterCannotLeaveOrganizationException]
}
@iam(action: "organizations:EnableAWSServiceAccess", resource: "*", keys: ["organizations:ServicePrincipal={ServicePrincipal}"])
operation EnableAWSServiceAccess {
    input := { @required ServicePrincipal: ServicePrincipal }
}
@iam(action: "organizations:DisableAWSServiceAccess", resource: "*", keys: ["organizations:ServicePrincipal={ServicePrincipal}"])
operation DisableAWSServiceAccess {
    input := { @required ServicePrincipal: ServicePrincipal }
}
@iam(action: "organizations:ListAWSServiceAccessForOrganization", resource: "*")
operation ListAWSServiceAccessForOrganization {
    input := { NextToken: NextToken  MaxResults: MaxResults }
    output := { EnabledServicePrincipals: EnabledServicePrincipals  NextToken: String }
}

// ---- accounts

@iam(action: "organizations:ListAccounts", resource: "*")
operation ListAccounts {
    input := { NextToken: NextToken  MaxResults: MaxResults }
    output := { Accounts: AccountList  NextToken: String }
    errors: [InvalidInputException]
}
@iam(action: "organizations:DescribeAccount")
operation DescribeAccount {
    input := { @required AccountId: String }
    output := { Account: Account }
    errors: [AccountNotFoundException, InvalidInputException]
}
@iam(action: "organizations:CreateAccount", resource: "*", tagAction: "organizations:TagResource")
operation CreateAccount {
    input := {
        @required @length(min: 6, max: 64) @pattern("[^\\s@]+@[^\\s@]+\\.[^\\s@]+") Email: String
        @required AccountName: AccountNameType
        @length(min: 1, max: 64) @pattern("[\\w+=,.@-]{1,64}") RoleName: String
        IamUserAccessToBilling: IAMUserAccessToBilling
        Tags: TagList
    }
    output := { CreateAccountStatus: CreateAccountStatus }
    errors: [ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:DescribeCreateAccountStatus", resource: "*")
operation DescribeCreateAccountStatus {
    input := { @required CreateAccountRequestId: String }
    output := { CreateAccountStatus: CreateAccountStatus }
    errors: [CreateAccountStatusNotFoundException]
}
@iam(action: "organizations:ListCreateAccountStatus", resource: "*")
operation ListCreateAccountStatus {
    input := { States: CreateAccountStates  NextToken: NextToken  MaxResults: MaxResults }
    output := { CreateAccountStatuses: CreateAccountStatuses  NextToken: String }
    errors: [InvalidInputException]
}
@iam(action: "organizations:RemoveAccountFromOrganization")
operation RemoveAccountFromOrganization {
    input := { @required AccountId: String }
    errors: [AccountNotFoundException, InvalidInputException, MasterCannotLeaveOrganizationException]
}
/// A closed account's principals may do nothing any more. Here it stays SUSPENDED; AWS deletes it after 90 days.
@iam(action: "organizations:CloseAccount")
operation CloseAccount {
    input := { @required AccountId: String }
    errors: [AccountNotFoundException, AccountAlreadyClosedException, ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:MoveAccount")
operation MoveAccount {
    input := { @required AccountId: String  @required SourceParentId: String  @required DestinationParentId: String }
    errors: [AccountNotFoundException, InvalidInputException, SourceParentNotFoundException, DestinationParentNotFoundException,
             DuplicateAccountException]
}

// ---- invitations

@iam(action: "organizations:InviteAccountToOrganization", tagAction: "organizations:TagResource")
operation InviteAccountToOrganization {
    input := { @required Target: HandshakeParty  @length(min: 0, max: 1024) Notes: String  Tags: TagList }
    output := { Handshake: Handshake }
    errors: [InvalidInputException, DuplicateHandshakeException, HandshakeConstraintViolationException]
}
@iam(action: "organizations:AcceptHandshake")
operation AcceptHandshake {
    input := { @required HandshakeId: String }
    output := { Handshake: Handshake }
    errors: [HandshakeNotFoundException, InvalidHandshakeTransitionException, HandshakeConstraintViolationException]
}
@iam(action: "organizations:DeclineHandshake")
operation DeclineHandshake {
    input := { @required HandshakeId: String }
    output := { Handshake: Handshake }
    errors: [HandshakeNotFoundException, InvalidHandshakeTransitionException]
}
@iam(action: "organizations:CancelHandshake")
operation CancelHandshake {
    input := { @required HandshakeId: String }
    output := { Handshake: Handshake }
    errors: [HandshakeNotFoundException, InvalidHandshakeTransitionException]
}
@iam(action: "organizations:DescribeHandshake")
operation DescribeHandshake {
    input := { @required HandshakeId: String }
    output := { Handshake: Handshake }
    errors: [HandshakeNotFoundException]
}
@iam(action: "organizations:ListHandshakesForAccount", resource: "*")
operation ListHandshakesForAccount {
    input := { Filter: HandshakeFilter  NextToken: NextToken  MaxResults: MaxResults }
    output := { Handshakes: Handshakes  NextToken: String }
}
@iam(action: "organizations:ListHandshakesForOrganization", resource: "*")
operation ListHandshakesForOrganization {
    input := { Filter: HandshakeFilter  NextToken: NextToken  MaxResults: MaxResults }
    output := { Handshakes: Handshakes  NextToken: String }
}

// ---- the tree

@iam(action: "organizations:ListRoots", resource: "*")
operation ListRoots {
    input := { NextToken: NextToken  MaxResults: MaxResults }
    output := { Roots: Roots  NextToken: String }
    errors: [InvalidInputException]
}
@iam(action: "organizations:CreateOrganizationalUnit", tagAction: "organizations:TagResource")
operation CreateOrganizationalUnit {
    input := { @required ParentId: String  @required Name: OrganizationalUnitName  Tags: TagList }
    output := { OrganizationalUnit: OrganizationalUnit }
    errors: [ParentNotFoundException, DuplicateOrganizationalUnitException, ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:UpdateOrganizationalUnit")
operation UpdateOrganizationalUnit {
    input := { @required OrganizationalUnitId: String  Name: OrganizationalUnitName }
    output := { OrganizationalUnit: OrganizationalUnit }
    errors: [OrganizationalUnitNotFoundException, DuplicateOrganizationalUnitException, InvalidInputException]
}
@iam(action: "organizations:DeleteOrganizationalUnit")
operation DeleteOrganizationalUnit {
    input := { @required OrganizationalUnitId: String }
    errors: [OrganizationalUnitNotFoundException, OrganizationalUnitNotEmptyException, InvalidInputException]
}
@iam(action: "organizations:DescribeOrganizationalUnit")
operation DescribeOrganizationalUnit {
    input := { @required OrganizationalUnitId: String }
    output := { OrganizationalUnit: OrganizationalUnit }
    errors: [OrganizationalUnitNotFoundException, InvalidInputException]
}
@iam(action: "organizations:ListOrganizationalUnitsForParent")
operation ListOrganizationalUnitsForParent {
    input := { @required ParentId: String  NextToken: NextToken  MaxResults: MaxResults }
    output := { OrganizationalUnits: OrganizationalUnits  NextToken: String }
    errors: [ParentNotFoundException, InvalidInputException]
}
@iam(action: "organizations:ListAccountsForParent")
operation ListAccountsForParent {
    input := { @required ParentId: String  NextToken: NextToken  MaxResults: MaxResults }
    output := { Accounts: AccountList  NextToken: String }
    errors: [ParentNotFoundException, InvalidInputException]
}
@iam(action: "organizations:ListChildren")
operation ListChildren {
    input := { @required ParentId: String  @required ChildType: ChildType  NextToken: NextToken  MaxResults: MaxResults }
    output := { Children: Children  NextToken: String }
    errors: [ParentNotFoundException, InvalidInputException]
}
@iam(action: "organizations:ListParents")
operation ListParents {
    input := { @required ChildId: String  NextToken: NextToken  MaxResults: MaxResults }
    output := { Parents: Parents  NextToken: String }
    errors: [ChildNotFoundException, InvalidInputException]
}

// ---- policies

@iam(action: "organizations:CreatePolicy", tagAction: "organizations:TagResource")
operation CreatePolicy {
    input := {
        @required @length(min: 1, max: 1000000) Content: String
        @required @length(min: 0, max: 512) Description: String
        @required Name: PolicyName
        @required Type: PolicyType
        Tags: TagList
    }
    output := { Policy: Policy }
    errors: [DuplicatePolicyException, MalformedPolicyDocumentException, ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:UpdatePolicy")
operation UpdatePolicy {
    input := {
        @required PolicyId: String
        Name: PolicyName
        @length(min: 0, max: 512) Description: String
        @length(min: 1, max: 1000000) Content: String
    }
    output := { Policy: Policy }
    errors: [PolicyNotFoundException, DuplicatePolicyException, MalformedPolicyDocumentException, ConstraintViolationException,
             InvalidInputException]
}
@iam(action: "organizations:DeletePolicy")
operation DeletePolicy {
    input := { @required PolicyId: String }
    errors: [PolicyNotFoundException, PolicyInUseException, InvalidInputException]
}
@iam(action: "organizations:DescribePolicy")
operation DescribePolicy {
    input := { @required PolicyId: String }
    output := { Policy: Policy }
    errors: [PolicyNotFoundException, InvalidInputException]
}
@iam(action: "organizations:ListPolicies")
operation ListPolicies {
    input := { @required Filter: PolicyType  NextToken: NextToken  MaxResults: MaxResults }
    output := { Policies: Policies  NextToken: String }
    errors: [InvalidInputException]
}
@iam(action: "organizations:AttachPolicy")
operation AttachPolicy {
    input := { @required PolicyId: String  @required TargetId: String }
    errors: [PolicyNotFoundException, TargetNotFoundException, DuplicatePolicyAttachmentException, PolicyTypeNotEnabledException,
             ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:DetachPolicy")
operation DetachPolicy {
    input := { @required PolicyId: String  @required TargetId: String }
    errors: [PolicyNotFoundException, TargetNotFoundException, PolicyNotAttachedException, ConstraintViolationException,
             InvalidInputException]
}
@iam(action: "organizations:ListPoliciesForTarget")
operation ListPoliciesForTarget {
    input := { @required TargetId: String  @required Filter: PolicyType  NextToken: NextToken  MaxResults: MaxResults }
    output := { Policies: Policies  NextToken: String }
    errors: [TargetNotFoundException, InvalidInputException]
}
@iam(action: "organizations:ListTargetsForPolicy")
operation ListTargetsForPolicy {
    input := { @required PolicyId: String  NextToken: NextToken  MaxResults: MaxResults }
    output := { Targets: PolicyTargets  NextToken: String }
    errors: [PolicyNotFoundException, InvalidInputException]
}
@iam(action: "organizations:EnablePolicyType")
operation EnablePolicyType {
    input := { @required RootId: String  @required PolicyType: PolicyType }
    output := { Root: Root }
    errors: [RootNotFoundException, PolicyTypeAlreadyEnabledException, InvalidInputException]
}
@iam(action: "organizations:DisablePolicyType")
operation DisablePolicyType {
    input := { @required RootId: String  @required PolicyType: PolicyType }
    output := { Root: Root }
    errors: [RootNotFoundException, PolicyTypeNotEnabledException, InvalidInputException]
}

// ---- what members may do for the organization

@iam(action: "organizations:PutResourcePolicy", tagAction: "organizations:TagResource")
operation PutResourcePolicy {
    input := { @required @length(min: 1, max: 40000) Content: String  Tags: TagList }
    output := { ResourcePolicy: ResourcePolicy }
    errors: [ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:DescribeResourcePolicy")
operation DescribeResourcePolicy {
    input := {}
    output := { ResourcePolicy: ResourcePolicy }
    errors: [ResourcePolicyNotFoundException]
}
@iam(action: "organizations:DeleteResourcePolicy")
operation DeleteResourcePolicy {
    input := {}
    errors: [ResourcePolicyNotFoundException]
}
@iam(action: "organizations:RegisterDelegatedAdministrator", keys: ["organizations:ServicePrincipal={ServicePrincipal}"])
operation RegisterDelegatedAdministrator {
    input := { @required AccountId: String  @required ServicePrincipal: ServicePrincipal }
    errors: [AccountNotFoundException, AccountAlreadyRegisteredException, ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:DeregisterDelegatedAdministrator", keys: ["organizations:ServicePrincipal={ServicePrincipal}"])
operation DeregisterDelegatedAdministrator {
    input := { @required AccountId: String  @required ServicePrincipal: ServicePrincipal }
    errors: [AccountNotFoundException, AccountNotRegisteredException, InvalidInputException]
}
@iam(action: "organizations:ListDelegatedAdministrators", resource: "*", keys: ["organizations:ServicePrincipal={ServicePrincipal}"])
operation ListDelegatedAdministrators {
    input := { ServicePrincipal: ServicePrincipal  NextToken: NextToken  MaxResults: MaxResults }
    output := { DelegatedAdministrators: DelegatedAdministrators  NextToken: String }
    errors: [InvalidInputException]
}
@iam(action: "organizations:ListDelegatedServicesForAccount")
operation ListDelegatedServicesForAccount {
    input := { @required AccountId: String  NextToken: NextToken  MaxResults: MaxResults }
    output := { DelegatedServices: DelegatedServices  NextToken: String }
    errors: [AccountNotFoundException, AccountNotRegisteredException, InvalidInputException]
}

// ---- tags

@iam(action: "organizations:TagResource")
operation TagResource {
    input := { @required ResourceId: String  @required Tags: TagList }
    errors: [TargetNotFoundException, ConstraintViolationException, InvalidInputException]
}
@iam(action: "organizations:UntagResource")
operation UntagResource {
    input := { @required ResourceId: String  @required TagKeys: TagKeys }
    errors: [TargetNotFoundException, InvalidInputException]
}
@iam(action: "organizations:ListTagsForResource")
operation ListTagsForResource {
    input := { @required ResourceId: String  NextToken: NextToken }
    output := { Tags: TagList  NextToken: String }
    errors: [TargetNotFoundException, InvalidInputException]
}

// ---- in-process only

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
/// How a service stands to the organization of an account: IAM asks for centralized root access.
@internal
operation ResolveServiceAccess {
    input := { @required AccountId: String  @required ServicePrincipal: String }
    output := {
        @required Exists: Boolean
        @required OrganizationId: String
        @required ManagementAccountId: String
        @required AllFeatures: Boolean
        @required Enabled: Boolean
        /// Whether the account administers the service for the management account.
        @required Delegated: Boolean
    }
}
@internal
operation ListAllAccounts {
    input := {}
    output := { @required Accounts: NamedAccountList }
}

// ---- shapes

@length(min: 1, max: 50) @pattern("[\\u0020-\\u007E]+") string AccountNameType
@length(min: 1, max: 128) string OrganizationalUnitName
@length(min: 1, max: 128) string PolicyName
@length(min: 1, max: 128) @pattern("[\\w+=,.@-]*") string ServicePrincipal
@length(min: 1, max: 100000) string NextToken
@range(min: 1, max: 20) integer MaxResults
@length(min: 1, max: 128) string TagKey
@length(min: 0, max: 256) string TagValue

enum OrganizationFeatureSet { ALL  CONSOLIDATED_BILLING }
enum IAMUserAccessToBilling { ALLOW  DENY }
enum CreateAccountState { IN_PROGRESS  SUCCEEDED  FAILED }
enum ChildType { ACCOUNT  ORGANIZATIONAL_UNIT }
enum HandshakePartyType { ACCOUNT  ORGANIZATION  EMAIL }
enum ActionType { INVITE  ENABLE_ALL_FEATURES  APPROVE_ALL_FEATURES  ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE }
enum PolicyType {
    SERVICE_CONTROL_POLICY
    RESOURCE_CONTROL_POLICY
    TAG_POLICY
    BACKUP_POLICY
    AISERVICES_OPT_OUT_POLICY
    CHATBOT_POLICY
    DECLARATIVE_POLICY_EC2
    SECURITYHUB_POLICY
}

list AccountList { member: Account }
list NamedAccountList { member: NamedAccount }
list CreateAccountStates { member: CreateAccountState }
list CreateAccountStatuses { member: CreateAccountStatus }
list EnabledServicePrincipals { member: EnabledServicePrincipal }
list Roots { member: Root }
list PolicyTypes { member: PolicyTypeSummary }
list OrganizationalUnits { member: OrganizationalUnit }
list Children { member: Child }
list Parents { member: Parent }
list Policies { member: PolicySummary }
list PolicyTargets { member: PolicyTargetSummary }
list Handshakes { member: Handshake }
list HandshakeParties { member: HandshakeParty }
list HandshakeResources { member: HandshakeResource }
list DelegatedAdministrators { member: DelegatedAdministrator }
list DelegatedServices { member: DelegatedService }
list TagList { member: Tag }
list TagKeys { member: TagKey }
list StringList { member: String }

structure Tag { @required Key: TagKey  @required Value: TagValue }
structure NamedAccount { @required Id: String  @required Name: String }
structure Organization {
    Id: String
    Arn: String
    FeatureSet: String
    MasterAccountArn: String
    MasterAccountId: String
    MasterAccountEmail: String
    AvailablePolicyTypes: PolicyTypes
}
structure Account {
    Id: String
    Arn: String
    Email: String
    Name: String
    Status: String
    State: String
    JoinedMethod: String
    JoinedTimestamp: Timestamp
}
structure DelegatedAdministrator {
    Id: String
    Arn: String
    Email: String
    Name: String
    Status: String
    JoinedMethod: String
    JoinedTimestamp: Timestamp
    DelegationEnabledDate: Timestamp
}
structure DelegatedService { ServicePrincipal: String  DelegationEnabledDate: Timestamp }
structure ResourcePolicySummary { Id: String  Arn: String }
structure ResourcePolicy { ResourcePolicySummary: ResourcePolicySummary  Content: String }
structure CreateAccountStatus {
    Id: String
    AccountName: String
    State: String
    RequestedTimestamp: Timestamp
    CompletedTimestamp: Timestamp
    AccountId: String
    FailureReason: String
}
structure EnabledServicePrincipal { ServicePrincipal: String  DateEnabled: Timestamp }
structure PolicyTypeSummary { Type: String  Status: String }
structure Root { Id: String  Arn: String  Name: String  PolicyTypes: PolicyTypes }
structure OrganizationalUnit { Id: String  Arn: String  Name: String }
structure Child { Id: String  Type: String }
structure Parent { Id: String  Type: String }
structure PolicySummary { Id: String  Arn: String  Name: String  Description: String  Type: String  AwsManaged: Boolean }
structure Policy { PolicySummary: PolicySummary  Content: String }
structure PolicyTargetSummary { TargetId: String  Arn: String  Name: String  Type: String }
structure HandshakeParty { @required @length(min: 1, max: 64) Id: String  @required Type: HandshakePartyType }
structure HandshakeResource { Value: String  Type: String }
structure HandshakeFilter { ActionType: ActionType  ParentHandshakeId: String }
structure Handshake {
    Id: String
    Arn: String
    Parties: HandshakeParties
    State: String
    RequestedTimestamp: Timestamp
    ExpirationTimestamp: Timestamp
    Action: String
    Resources: HandshakeResources
}

// ---- errors

@error("client") @httpError(400) structure AccountNotFoundException { Message: String }
@error("client") @httpError(400) structure AccountAlreadyClosedException { Message: String }
@error("client") @httpError(400) structure AccountAlreadyRegisteredException { Message: String }
@error("client") @httpError(400) structure AccountNotRegisteredException { Message: String }
@error("client") @httpError(400) structure ResourcePolicyNotFoundException { Message: String }
@error("client") @httpError(400) structure CreateAccountStatusNotFoundException { Message: String }
@error("client") @httpError(400) structure AWSOrganizationsNotInUseException { Message: String }
@error("client") @httpError(400) structure AlreadyInOrganizationException { Message: String }
@error("client") @httpError(400) structure OrganizationNotEmptyException { Message: String }
@error("client") @httpError(400) structure MasterCannotLeaveOrganizationException { Message: String }
@error("client") @httpError(400) structure ConstraintViolationException { Message: String  Reason: String }
@error("client") @httpError(400) structure InvalidInputException { Message: String  Reason: String }
@error("client") @httpError(400) structure DuplicateAccountException { Message: String }
@error("client") @httpError(400) structure AccessDeniedException { Message: String }
@error("client") @httpError(400) structure RootNotFoundException { Message: String }
@error("client") @httpError(400) structure ParentNotFoundException { Message: String }
@error("client") @httpError(400) structure ChildNotFoundException { Message: String }
@error("client") @httpError(400) structure TargetNotFoundException { Message: String }
@error("client") @httpError(400) structure SourceParentNotFoundException { Message: String }
@error("client") @httpError(400) structure DestinationParentNotFoundException { Message: String }
@error("client") @httpError(400) structure OrganizationalUnitNotFoundException { Message: String }
@error("client") @httpError(400) structure OrganizationalUnitNotEmptyException { Message: String }
@error("client") @httpError(400) structure DuplicateOrganizationalUnitException { Message: String }
@error("client") @httpError(400) structure PolicyNotFoundException { Message: String }
@error("client") @httpError(400) structure PolicyInUseException { Message: String }
@error("client") @httpError(400) structure PolicyNotAttachedException { Message: String }
@error("client") @httpError(400) structure DuplicatePolicyException { Message: String }
@error("client") @httpError(400) structure DuplicatePolicyAttachmentException { Message: String }
@error("client") @httpError(400) structure MalformedPolicyDocumentException { Message: String }
@error("client") @httpError(400) structure PolicyTypeAlreadyEnabledException { Message: String }
@error("client") @httpError(400) structure PolicyTypeNotEnabledException { Message: String }
@error("client") @httpError(400) structure HandshakeNotFoundException { Message: String }
@error("client") @httpError(400) structure InvalidHandshakeTransitionException { Message: String }
@error("client") @httpError(400) structure HandshakeConstraintViolationException { Message: String  Reason: String }
@error("client") @httpError(400) structure DuplicateHandshakeException { Message: String }

// ---- rows

@record structure OrganizationRow {
    @required Id: String
    /// The management account.
    @required Management: String
    @required RootId: String
    @required FeatureSet: String
    /// Policy types that are enabled in the root.
    @required PolicyTypes: StringList
    @required RootTags: TagList
}
@record structure AccountRow {
    @required Id: String
    @required Name: String
    @required Email: String
    @required JoinedMethod: String
    @required Joined: Timestamp
    /// Empty: in no organization. Absent: in the installation's own.
    Organization: String
    /// A unit or the root. Absent: the root.
    Parent: String
    Tags: TagList
    Closed: Timestamp
}
@record structure UnitRow { @required Id: String  @required Name: String  @required Parent: String  @required Tags: TagList }
@record structure PolicyRow {
    @required Id: String
    @required Name: String
    @required Description: String
    @required Type: String
    @required Content: String
    @required Tags: TagList
}
/// The content names users and roles by their unique ids.
@record structure ResourcePolicyRow { @required Id: String  @required Content: String  @required Tags: TagList }
@record structure RequestRow {
    @required Id: String
    @required AccountName: String
    @required State: String
    @required Requested: Timestamp
    @required Completed: Timestamp
    AccountId: String
    FailureReason: String
    /// Absent: the installation's own.
    Organization: String
}
@record structure HandshakeRow {
    @required Id: String
    @required Organization: String
    @required Management: String
    @required Account: String
    @required State: String
    @required Requested: Timestamp
    @required Expires: Timestamp
    Notes: String
    @required Tags: TagList
}
