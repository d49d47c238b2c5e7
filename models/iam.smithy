$version: "2"
namespace drydock.iam

// AWS Identity and Access Management: users, groups, roles, policies and their keys.
@awsService(signingName: "iam", hostPrefix: "iam", protocol: "query", version: "2010-05-08",
            xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/", global: true)
service iam

// ---- stored rows

structure Tag { @required @length(min: 1, max: 128) Key: String @required @length(min: 0, max: 256) Value: String }
@length(max: 50) list TagList { member: Tag }
list StringList { member: String }
structure InlinePolicy { @required Name: String @required Document: String }
list InlinePolicies { member: InlinePolicy }

@record structure UserRow {
    @required Name: String @required Path: String @required Id: String @required Created: Timestamp
    Boundary: String Tags: TagList Inline: InlinePolicies Attached: StringList Groups: StringList
}
@record structure GroupRow {
    @required Name: String @required Path: String @required Id: String @required Created: Timestamp
    Inline: InlinePolicies Attached: StringList
}
@record structure RoleRow {
    @required Name: String @required Path: String @required Id: String @required Created: Timestamp
    @required Trust: String               // as put, principals replaced by their unique ids (see trust.h)
    @required MaxSessionSeconds: Long
    Description: String Boundary: String Tags: TagList Inline: InlinePolicies Attached: StringList LastUsed: Timestamp
}
structure PolicyVersionEntry { @required Id: String @required Document: String @required Created: Timestamp }
list PolicyVersionEntries { member: PolicyVersionEntry }
@record structure PolicyRow {
    @required Name: String @required Path: String @required Id: String @required Created: Timestamp @required Updated: Timestamp
    @required DefaultVersion: String @required NextVersion: Long @required Versions: PolicyVersionEntries
    Description: String Tags: TagList
}
@record structure AccessKeyRow {
    @required Id: String @required Secret: String @required Account: String @required UserName: String
    @required Status: String @required Created: Timestamp
}
@record structure InstanceProfileRow {
    @required Name: String @required Path: String @required Id: String @required Created: Timestamp Role: String Tags: TagList
}
@record structure ServiceCredentialRow {
    @required Id: String @required Account: String @required UserName: String @required ServiceName: String
    @required ServiceUserName: String @required Password: String @required Status: String @required Created: Timestamp
}

// ---- shared shapes

@length(min: 1, max: 64) @pattern("[\\w+=,.@-]+") string UserName
@length(min: 1, max: 64) @pattern("[\\w+=,.@-]+") string RoleName
@length(min: 1, max: 128) @pattern("[\\w+=,.@-]+") string GroupName
@length(min: 1, max: 128) @pattern("[\\w+=,.@-]+") string PolicyName
@length(min: 1, max: 512) @pattern("(/)|(/[\\x21-\\x7F]+/)") string Path
@length(min: 20, max: 2048) string PolicyArn
@length(min: 1, max: 131072) string PolicyDocument
@length(max: 1000) string Description
@range(min: 1, max: 1000) integer MaxItems
@length(min: 1, max: 320) string Marker
@range(min: 3600, max: 43200) integer MaxSessionDuration
@length(max: 50) list TagKeys { member: String }
enum Status {
    ACTIVE = "Active"
    INACTIVE = "Inactive"
}

structure AttachedPermissionsBoundary { PermissionsBoundaryType: String PermissionsBoundaryArn: String }
structure RoleLastUsed { LastUsedDate: Timestamp Region: String }
structure User {
    @required Path: String @required UserName: String @required UserId: String @required Arn: String @required CreateDate: Timestamp
    PasswordLastUsed: Timestamp PermissionsBoundary: AttachedPermissionsBoundary Tags: TagList
}
list Users { member: User }
structure Group { @required Path: String @required GroupName: String @required GroupId: String @required Arn: String @required CreateDate: Timestamp }
list Groups { member: Group }
structure Role {
    @required Path: String @required RoleName: String @required RoleId: String @required Arn: String @required CreateDate: Timestamp
    AssumeRolePolicyDocument: String Description: String MaxSessionDuration: Integer PermissionsBoundary: AttachedPermissionsBoundary
    Tags: TagList RoleLastUsed: RoleLastUsed
}
list Roles { member: Role }
structure Policy {
    PolicyName: String PolicyId: String Arn: String Path: String DefaultVersionId: String AttachmentCount: Integer PermissionsBoundaryUsageCount: Integer
    IsAttachable: Boolean Description: String CreateDate: Timestamp UpdateDate: Timestamp Tags: TagList
}
list Policies { member: Policy }
structure PolicyVersion { Document: String VersionId: String IsDefaultVersion: Boolean CreateDate: Timestamp }
list PolicyVersions { member: PolicyVersion }
structure AttachedPolicy { PolicyName: String PolicyArn: String }
list AttachedPolicies { member: AttachedPolicy }
structure AccessKey { @required UserName: String @required AccessKeyId: String @required Status: String @required SecretAccessKey: String CreateDate: Timestamp }
structure AccessKeyMetadata { UserName: String AccessKeyId: String Status: String CreateDate: Timestamp }
list AccessKeys { member: AccessKeyMetadata }
structure InstanceProfile { @required Path: String @required InstanceProfileName: String @required InstanceProfileId: String @required Arn: String @required CreateDate: Timestamp @required Roles: Roles Tags: TagList }
list InstanceProfiles { member: InstanceProfile }
structure ServiceSpecificCredential { @required CreateDate: Timestamp @required ServiceName: String @required ServiceUserName: String @required ServicePassword: String @required ServiceSpecificCredentialId: String @required UserName: String @required Status: String }
structure ServiceSpecificCredentialMetadata { UserName: String Status: String ServiceUserName: String CreateDate: Timestamp ServiceSpecificCredentialId: String ServiceName: String }
list ServiceSpecificCredentials { member: ServiceSpecificCredentialMetadata }

// ---- users

@iam(action: "iam:CreateUser", resource: "arn:{partition}:iam::{account}:user{Path|/}{UserName}")
operation CreateUser { input := { Path: Path @required UserName: UserName PermissionsBoundary: PolicyArn Tags: TagList } output := { User: User } }
@iam(action: "iam:GetUser") operation GetUser { input := { UserName: UserName } output := { @required User: User } }
@iam(action: "iam:ListUsers", resource: "arn:{partition}:iam::{account}:user{PathPrefix|/}") operation ListUsers { input := { PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { @required Users: Users IsTruncated: Boolean Marker: String } }
@iam(action: "iam:UpdateUser") operation UpdateUser { input := { @required UserName: UserName NewPath: Path NewUserName: UserName } }
@iam(action: "iam:DeleteUser") operation DeleteUser { input := { @required UserName: UserName } }
@iam(action: "iam:TagUser") operation TagUser { input := { @required UserName: UserName @required Tags: TagList } }
@iam(action: "iam:UntagUser") operation UntagUser { input := { @required UserName: UserName @required TagKeys: TagKeys } }
@iam(action: "iam:ListUserTags") operation ListUserTags { input := { @required UserName: UserName Marker: Marker MaxItems: MaxItems } output := { @required Tags: TagList IsTruncated: Boolean Marker: String } }
@iam(action: "iam:PutUserPermissionsBoundary") operation PutUserPermissionsBoundary { input := { @required UserName: UserName @required PermissionsBoundary: PolicyArn } }
@iam(action: "iam:DeleteUserPermissionsBoundary") operation DeleteUserPermissionsBoundary { input := { @required UserName: UserName } }

@iam(action: "iam:CreateAccessKey") operation CreateAccessKey { input := { UserName: UserName } output := { @required AccessKey: AccessKey } }
@iam(action: "iam:ListAccessKeys") operation ListAccessKeys { input := { UserName: UserName Marker: Marker MaxItems: MaxItems } output := { @required AccessKeyMetadata: AccessKeys IsTruncated: Boolean Marker: String } }
@iam(action: "iam:UpdateAccessKey") operation UpdateAccessKey { input := { UserName: UserName @required AccessKeyId: String @required Status: Status } }
@iam(action: "iam:DeleteAccessKey") operation DeleteAccessKey { input := { UserName: UserName @required AccessKeyId: String } }

@iam(action: "iam:CreateServiceSpecificCredential") operation CreateServiceSpecificCredential { input := { @required UserName: UserName @required ServiceName: String } output := { ServiceSpecificCredential: ServiceSpecificCredential } }
@iam(action: "iam:ListServiceSpecificCredentials") operation ListServiceSpecificCredentials { input := { UserName: UserName ServiceName: String } output := { ServiceSpecificCredentials: ServiceSpecificCredentials } }
@iam(action: "iam:UpdateServiceSpecificCredential") operation UpdateServiceSpecificCredential { input := { UserName: UserName @required ServiceSpecificCredentialId: String @required Status: Status } }
@iam(action: "iam:ResetServiceSpecificCredential") operation ResetServiceSpecificCredential { input := { UserName: UserName @required ServiceSpecificCredentialId: String } output := { ServiceSpecificCredential: ServiceSpecificCredential } }
@iam(action: "iam:DeleteServiceSpecificCredential") operation DeleteServiceSpecificCredential { input := { UserName: UserName @required ServiceSpecificCredentialId: String } }
// Who holds a git user name and password; for the CodeCommit door.
@internal operation AuthenticateServiceSpecificCredential {
    input := { @required ServiceUserName: String @required ServicePassword: String @required ServiceName: String }
    output := { @required UserArn: String @required UserName: String @required UserId: String @required AccountId: String }
}

// ---- groups

@iam(action: "iam:CreateGroup", resource: "arn:{partition}:iam::{account}:group{Path|/}{GroupName}") operation CreateGroup { input := { Path: Path @required GroupName: GroupName } output := { @required Group: Group } }
@iam(action: "iam:GetGroup") operation GetGroup { input := { @required GroupName: GroupName Marker: Marker MaxItems: MaxItems } output := { @required Group: Group @required Users: Users IsTruncated: Boolean Marker: String } }
@iam(action: "iam:ListGroups", resource: "arn:{partition}:iam::{account}:group{PathPrefix|/}") operation ListGroups { input := { PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { @required Groups: Groups IsTruncated: Boolean Marker: String } }
@iam(action: "iam:DeleteGroup") operation DeleteGroup { input := { @required GroupName: GroupName } }
@iam(action: "iam:AddUserToGroup") operation AddUserToGroup { input := { @required GroupName: GroupName @required UserName: UserName } }
@iam(action: "iam:RemoveUserFromGroup") operation RemoveUserFromGroup { input := { @required GroupName: GroupName @required UserName: UserName } }
@iam(action: "iam:ListGroupsForUser") operation ListGroupsForUser { input := { @required UserName: UserName Marker: Marker MaxItems: MaxItems } output := { @required Groups: Groups IsTruncated: Boolean Marker: String } }

// ---- roles

@iam(action: "iam:CreateRole")
operation CreateRole {
    input := { Path: Path @required RoleName: RoleName @required AssumeRolePolicyDocument: PolicyDocument Description: Description MaxSessionDuration: MaxSessionDuration PermissionsBoundary: PolicyArn Tags: TagList }
    output := { @required Role: Role }
}
@iam(action: "iam:GetRole") operation GetRole { input := { @required RoleName: RoleName } output := { @required Role: Role } }
@iam(action: "iam:ListRoles", resource: "arn:{partition}:iam::{account}:role{PathPrefix|/}") operation ListRoles { input := { PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { @required Roles: Roles IsTruncated: Boolean Marker: String } }
@iam(action: "iam:UpdateRole") operation UpdateRole { input := { @required RoleName: RoleName Description: Description MaxSessionDuration: MaxSessionDuration } }
@iam(action: "iam:UpdateRoleDescription") operation UpdateRoleDescription { input := { @required RoleName: RoleName @required Description: Description } output := { Role: Role } }
@iam(action: "iam:UpdateAssumeRolePolicy") operation UpdateAssumeRolePolicy { input := { @required RoleName: RoleName @required PolicyDocument: PolicyDocument } }
@iam(action: "iam:DeleteRole") operation DeleteRole { input := { @required RoleName: RoleName } }
@iam(action: "iam:TagRole") operation TagRole { input := { @required RoleName: RoleName @required Tags: TagList } }
@iam(action: "iam:UntagRole") operation UntagRole { input := { @required RoleName: RoleName @required TagKeys: TagKeys } }
@iam(action: "iam:ListRoleTags") operation ListRoleTags { input := { @required RoleName: RoleName Marker: Marker MaxItems: MaxItems } output := { @required Tags: TagList IsTruncated: Boolean Marker: String } }
@iam(action: "iam:PutRolePermissionsBoundary") operation PutRolePermissionsBoundary { input := { @required RoleName: RoleName @required PermissionsBoundary: PolicyArn } }
@iam(action: "iam:DeleteRolePermissionsBoundary") operation DeleteRolePermissionsBoundary { input := { @required RoleName: RoleName } }
@internal operation DescribeRoleForSession {
    input := { @required RoleArn: String }
    output := { @required RoleId: String @required RoleName: String @required RoleArn: String @required AccountId: String @required MaxSessionSeconds: Long Tags: TagList }
}

// ---- inline policies

@iam(action: "iam:PutUserPolicy") operation PutUserPolicy { input := { @required UserName: UserName @required PolicyName: PolicyName @required PolicyDocument: PolicyDocument } }
@iam(action: "iam:GetUserPolicy") operation GetUserPolicy { input := { @required UserName: UserName @required PolicyName: PolicyName } output := { @required UserName: String @required PolicyName: String @required PolicyDocument: String } }
@iam(action: "iam:DeleteUserPolicy") operation DeleteUserPolicy { input := { @required UserName: UserName @required PolicyName: PolicyName } }
@iam(action: "iam:ListUserPolicies") operation ListUserPolicies { input := { @required UserName: UserName Marker: Marker MaxItems: MaxItems } output := { @required PolicyNames: StringList IsTruncated: Boolean Marker: String } }
@iam(action: "iam:PutGroupPolicy") operation PutGroupPolicy { input := { @required GroupName: GroupName @required PolicyName: PolicyName @required PolicyDocument: PolicyDocument } }
@iam(action: "iam:GetGroupPolicy") operation GetGroupPolicy { input := { @required GroupName: GroupName @required PolicyName: PolicyName } output := { @required GroupName: String @required PolicyName: String @required PolicyDocument: String } }
@iam(action: "iam:DeleteGroupPolicy") operation DeleteGroupPolicy { input := { @required GroupName: GroupName @required PolicyName: PolicyName } }
@iam(action: "iam:ListGroupPolicies") operation ListGroupPolicies { input := { @required GroupName: GroupName Marker: Marker MaxItems: MaxItems } output := { @required PolicyNames: StringList IsTruncated: Boolean Marker: String } }
@iam(action: "iam:PutRolePolicy") operation PutRolePolicy { input := { @required RoleName: RoleName @required PolicyName: PolicyName @required PolicyDocument: PolicyDocument } }
@iam(action: "iam:GetRolePolicy") operation GetRolePolicy { input := { @required RoleName: RoleName @required PolicyName: PolicyName } output := { @required RoleName: String @required PolicyName: String @required PolicyDocument: String } }
@iam(action: "iam:DeleteRolePolicy") operation DeleteRolePolicy { input := { @required RoleName: RoleName @required PolicyName: PolicyName } }
@iam(action: "iam:ListRolePolicies") operation ListRolePolicies { input := { @required RoleName: RoleName Marker: Marker MaxItems: MaxItems } output := { @required PolicyNames: StringList IsTruncated: Boolean Marker: String } }

// ---- managed policies

@iam(action: "iam:CreatePolicy", resource: "arn:{partition}:iam::{account}:policy{Path|/}{PolicyName}")
operation CreatePolicy { input := { @required PolicyName: PolicyName Path: Path @required PolicyDocument: PolicyDocument Description: Description Tags: TagList } output := { Policy: Policy } }
@iam(action: "iam:GetPolicy", resource: "{PolicyArn}") operation GetPolicy { input := { @required PolicyArn: PolicyArn } output := { Policy: Policy } }
@iam(action: "iam:ListPolicies", resource: "*") operation ListPolicies { input := { Scope: String OnlyAttached: Boolean PathPrefix: String PolicyUsageFilter: String Marker: Marker MaxItems: MaxItems } output := { Policies: Policies IsTruncated: Boolean Marker: String } }
@iam(action: "iam:DeletePolicy", resource: "{PolicyArn}") operation DeletePolicy { input := { @required PolicyArn: PolicyArn } }
@iam(action: "iam:CreatePolicyVersion", resource: "{PolicyArn}") operation CreatePolicyVersion { input := { @required PolicyArn: PolicyArn @required PolicyDocument: PolicyDocument SetAsDefault: Boolean } output := { PolicyVersion: PolicyVersion } }
@iam(action: "iam:GetPolicyVersion", resource: "{PolicyArn}") operation GetPolicyVersion { input := { @required PolicyArn: PolicyArn @required VersionId: String } output := { PolicyVersion: PolicyVersion } }
@iam(action: "iam:ListPolicyVersions", resource: "{PolicyArn}") operation ListPolicyVersions { input := { @required PolicyArn: PolicyArn Marker: Marker MaxItems: MaxItems } output := { Versions: PolicyVersions IsTruncated: Boolean Marker: String } }
@iam(action: "iam:DeletePolicyVersion", resource: "{PolicyArn}") operation DeletePolicyVersion { input := { @required PolicyArn: PolicyArn @required VersionId: String } }
@iam(action: "iam:SetDefaultPolicyVersion", resource: "{PolicyArn}") operation SetDefaultPolicyVersion { input := { @required PolicyArn: PolicyArn @required VersionId: String } }
@iam(action: "iam:TagPolicy", resource: "{PolicyArn}") operation TagPolicy { input := { @required PolicyArn: PolicyArn @required Tags: TagList } }
@iam(action: "iam:UntagPolicy", resource: "{PolicyArn}") operation UntagPolicy { input := { @required PolicyArn: PolicyArn @required TagKeys: TagKeys } }

@iam(action: "iam:AttachUserPolicy") operation AttachUserPolicy { input := { @required UserName: UserName @required PolicyArn: PolicyArn } }
@iam(action: "iam:DetachUserPolicy") operation DetachUserPolicy { input := { @required UserName: UserName @required PolicyArn: PolicyArn } }
@iam(action: "iam:ListAttachedUserPolicies") operation ListAttachedUserPolicies { input := { @required UserName: UserName PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { AttachedPolicies: AttachedPolicies IsTruncated: Boolean Marker: String } }
@iam(action: "iam:AttachGroupPolicy") operation AttachGroupPolicy { input := { @required GroupName: GroupName @required PolicyArn: PolicyArn } }
@iam(action: "iam:DetachGroupPolicy") operation DetachGroupPolicy { input := { @required GroupName: GroupName @required PolicyArn: PolicyArn } }
@iam(action: "iam:ListAttachedGroupPolicies") operation ListAttachedGroupPolicies { input := { @required GroupName: GroupName PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { AttachedPolicies: AttachedPolicies IsTruncated: Boolean Marker: String } }
@iam(action: "iam:AttachRolePolicy") operation AttachRolePolicy { input := { @required RoleName: RoleName @required PolicyArn: PolicyArn } }
@iam(action: "iam:DetachRolePolicy") operation DetachRolePolicy { input := { @required RoleName: RoleName @required PolicyArn: PolicyArn } }
@iam(action: "iam:ListAttachedRolePolicies") operation ListAttachedRolePolicies { input := { @required RoleName: RoleName PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { AttachedPolicies: AttachedPolicies IsTruncated: Boolean Marker: String } }
structure PolicyUser { UserName: String UserId: String }
list PolicyUsers { member: PolicyUser }
structure PolicyGroup { GroupName: String GroupId: String }
list PolicyGroups { member: PolicyGroup }
structure PolicyRole { RoleName: String RoleId: String }
list PolicyRoles { member: PolicyRole }
@iam(action: "iam:ListEntitiesForPolicy", resource: "{PolicyArn}")
operation ListEntitiesForPolicy { input := { @required PolicyArn: PolicyArn EntityFilter: String PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { PolicyGroups: PolicyGroups PolicyUsers: PolicyUsers PolicyRoles: PolicyRoles IsTruncated: Boolean Marker: String } }

// ---- instance profiles

@iam(action: "iam:CreateInstanceProfile", resource: "arn:{partition}:iam::{account}:instance-profile{Path|/}{InstanceProfileName}")
operation CreateInstanceProfile { input := { @required InstanceProfileName: PolicyName Path: Path Tags: TagList } output := { @required InstanceProfile: InstanceProfile } }
@iam(action: "iam:GetInstanceProfile") operation GetInstanceProfile { input := { @required InstanceProfileName: PolicyName } output := { @required InstanceProfile: InstanceProfile } }
@iam(action: "iam:DeleteInstanceProfile") operation DeleteInstanceProfile { input := { @required InstanceProfileName: PolicyName } }
@iam(action: "iam:AddRoleToInstanceProfile") operation AddRoleToInstanceProfile { input := { @required InstanceProfileName: PolicyName @required RoleName: RoleName } }
@iam(action: "iam:RemoveRoleFromInstanceProfile") operation RemoveRoleFromInstanceProfile { input := { @required InstanceProfileName: PolicyName @required RoleName: RoleName } }
@iam(action: "iam:ListInstanceProfiles", resource: "arn:{partition}:iam::{account}:instance-profile{PathPrefix|/}") operation ListInstanceProfiles { input := { PathPrefix: String Marker: Marker MaxItems: MaxItems } output := { @required InstanceProfiles: InstanceProfiles IsTruncated: Boolean Marker: String } }
@iam(action: "iam:ListInstanceProfilesForRole") operation ListInstanceProfilesForRole { input := { @required RoleName: RoleName Marker: Marker MaxItems: MaxItems } output := { @required InstanceProfiles: InstanceProfiles IsTruncated: Boolean Marker: String } }

// ---- account

list AccountAliases { member: String }
@iam(action: "iam:ListAccountAliases", resource: "*") operation ListAccountAliases { input := { Marker: Marker MaxItems: MaxItems } output := { @required AccountAliases: AccountAliases IsTruncated: Boolean Marker: String } }
@iam(action: "iam:CreateAccountAlias", resource: "*") operation CreateAccountAlias { input := { @required @length(min: 3, max: 63) AccountAlias: String } }
@iam(action: "iam:DeleteAccountAlias", resource: "*") operation DeleteAccountAlias { input := { @required AccountAlias: String } }
map SummaryMap { key: String value: Integer }
@iam(action: "iam:GetAccountSummary", resource: "*") operation GetAccountSummary { output := { SummaryMap: SummaryMap } }

// ---- errors

@error("client") @httpError(404) @errorCode("NoSuchEntity") structure NoSuchEntityException { message: String }
@error("client") @httpError(409) @errorCode("EntityAlreadyExists") structure EntityAlreadyExistsException { message: String }
@error("client") @httpError(409) @errorCode("DeleteConflict") structure DeleteConflictException { message: String }
@error("client") @httpError(409) @errorCode("LimitExceeded") structure LimitExceededException { message: String }
@error("client") @httpError(400) @errorCode("MalformedPolicyDocument") structure MalformedPolicyDocumentException { message: String }
@error("client") @httpError(400) @errorCode("InvalidInput") structure InvalidInputException { message: String }
@error("client") @httpError(400) @errorCode("ValidationError") structure ValidationErrorException { message: String }
@error("client") @httpError(404) @errorCode("NotSupportedService") structure ServiceNotSupportedException { message: String }
