$version: "2"
namespace drydock.iam

@awsService(signingName: "iam", hostPrefix: "iam", protocol: "query", version: "2010-05-08",
            xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/", global: true)
service iam

// An entity's ARN has its path, so handlers ask IAM once the entity is known; only lists are asked for by the model.

// ---- users

@iam(action: "iam:CreateUser", tagAction: "iam:TagUser")
operation CreateUser {
    input := { Path: PathType  @required UserName: UserName  PermissionsBoundary: ArnType  Tags: TagList }
    output := { User: User }
    errors: [EntityAlreadyExists, LimitExceeded, InvalidInput, NoSuchEntity]
}
@iam(action: "iam:GetUser")
operation GetUser {
    input := { UserName: UserName }
    output := { @required User: User }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListUsers", resource: "arn:{partition}:iam::{account}:user{PathPrefix|/}")
operation ListUsers {
    input := { PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Users: UserList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:UpdateUser")
operation UpdateUser {
    input := { @required UserName: UserName  NewPath: PathType  NewUserName: UserName }
    errors: [NoSuchEntity, EntityAlreadyExists]
}
@iam(action: "iam:DeleteUser")
operation DeleteUser {
    input := { @required UserName: UserName }
    errors: [NoSuchEntity, DeleteConflict]
}
@iam(action: "iam:TagUser")
operation TagUser {
    input := { @required UserName: UserName  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagUser")
operation UntagUser {
    input := { @required UserName: UserName  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListUserTags")
operation ListUserTags {
    input := { @required UserName: UserName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- access keys

@iam(action: "iam:CreateAccessKey")
operation CreateAccessKey {
    input := { UserName: UserName }
    output := { @required AccessKey: AccessKey }
    errors: [NoSuchEntity, LimitExceeded]
}
@iam(action: "iam:ListAccessKeys")
operation ListAccessKeys {
    input := { UserName: UserName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required AccessKeyMetadata: AccessKeyMetadataList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:UpdateAccessKey")
operation UpdateAccessKey {
    input := { UserName: UserName  @required AccessKeyId: AccessKeyIdType  @required Status: StatusType }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteAccessKey")
operation DeleteAccessKey {
    input := { UserName: UserName  @required AccessKeyId: AccessKeyIdType }
    errors: [NoSuchEntity]
}
@iam(action: "iam:GetAccessKeyLastUsed")
operation GetAccessKeyLastUsed {
    input := { @required AccessKeyId: AccessKeyIdType }
    output := { UserName: String  AccessKeyLastUsed: AccessKeyLastUsed }
}

// ---- groups

@iam(action: "iam:CreateGroup")
operation CreateGroup {
    input := { Path: PathType  @required GroupName: GroupName }
    output := { @required Group: Group }
    errors: [EntityAlreadyExists, LimitExceeded]
}
@iam(action: "iam:GetGroup")
operation GetGroup {
    input := { @required GroupName: GroupName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Group: Group  @required Users: UserList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListGroups", resource: "arn:{partition}:iam::{account}:group{PathPrefix|/}")
operation ListGroups {
    input := { PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Groups: GroupList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:UpdateGroup")
operation UpdateGroup {
    input := { @required GroupName: GroupName  NewPath: PathType  NewGroupName: GroupName }
    errors: [NoSuchEntity, EntityAlreadyExists]
}
@iam(action: "iam:DeleteGroup")
operation DeleteGroup {
    input := { @required GroupName: GroupName }
    errors: [NoSuchEntity, DeleteConflict]
}
@iam(action: "iam:AddUserToGroup")
operation AddUserToGroup {
    input := { @required GroupName: GroupName  @required UserName: UserName }
    errors: [NoSuchEntity, LimitExceeded]
}
@iam(action: "iam:RemoveUserFromGroup")
operation RemoveUserFromGroup {
    input := { @required GroupName: GroupName  @required UserName: UserName }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListGroupsForUser")
operation ListGroupsForUser {
    input := { @required UserName: UserName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Groups: GroupList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- roles

@iam(action: "iam:CreateRole", tagAction: "iam:TagRole")
operation CreateRole {
    input := {
        Path: PathType
        @required RoleName: RoleName
        @required AssumeRolePolicyDocument: PolicyDocument
        Description: RoleDescription
        MaxSessionDuration: MaxSessionDurationType
        PermissionsBoundary: ArnType
        Tags: TagList
    }
    output := { @required Role: Role }
    errors: [EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument, InvalidInput, NoSuchEntity]
}
@iam(action: "iam:CreateServiceLinkedRole")
operation CreateServiceLinkedRole {
    input := { @required @length(min: 1, max: 128) AWSServiceName: String  Description: RoleDescription  @length(min: 1, max: 64) CustomSuffix: String }
    output := { Role: Role }
    errors: [InvalidInput, LimitExceeded]
}
@iam(action: "iam:DeleteServiceLinkedRole")
operation DeleteServiceLinkedRole {
    input := { @required RoleName: RoleName }
    output := { @required DeletionTaskId: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:GetServiceLinkedRoleDeletionStatus")
operation GetServiceLinkedRoleDeletionStatus {
    input := { @required @length(min: 1, max: 1000) DeletionTaskId: String }
    output := { @required Status: String }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:GetRole")
operation GetRole {
    input := { @required RoleName: RoleName }
    output := { @required Role: Role }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListRoles", resource: "arn:{partition}:iam::{account}:role{PathPrefix|/}")
operation ListRoles {
    input := { PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Roles: RoleList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:UpdateRole")
operation UpdateRole {
    input := { @required RoleName: RoleName  Description: RoleDescription  MaxSessionDuration: MaxSessionDurationType }
    errors: [NoSuchEntity, UnmodifiableEntity]
}
@iam(action: "iam:UpdateRoleDescription")
operation UpdateRoleDescription {
    input := { @required RoleName: RoleName  @required Description: RoleDescription }
    output := { Role: Role }
    errors: [NoSuchEntity, UnmodifiableEntity]
}
@iam(action: "iam:UpdateAssumeRolePolicy")
operation UpdateAssumeRolePolicy {
    input := { @required RoleName: RoleName  @required PolicyDocument: PolicyDocument }
    errors: [NoSuchEntity, MalformedPolicyDocument, LimitExceeded, UnmodifiableEntity]
}
@iam(action: "iam:DeleteRole")
operation DeleteRole {
    input := { @required RoleName: RoleName }
    errors: [NoSuchEntity, DeleteConflict, UnmodifiableEntity]
}
@iam(action: "iam:TagRole")
operation TagRole {
    input := { @required RoleName: RoleName  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagRole")
operation UntagRole {
    input := { @required RoleName: RoleName  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListRoleTags")
operation ListRoleTags {
    input := { @required RoleName: RoleName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- inline policies

@iam(action: "iam:PutUserPolicy")
operation PutUserPolicy {
    input := { @required UserName: UserName  @required PolicyName: PolicyName  @required PolicyDocument: PolicyDocument }
    errors: [NoSuchEntity, LimitExceeded, MalformedPolicyDocument]
}
@iam(action: "iam:GetUserPolicy")
operation GetUserPolicy {
    input := { @required UserName: UserName  @required PolicyName: PolicyName }
    output := { @required UserName: String  @required PolicyName: String  @required PolicyDocument: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListUserPolicies")
operation ListUserPolicies {
    input := { @required UserName: UserName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required PolicyNames: StringList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteUserPolicy")
operation DeleteUserPolicy {
    input := { @required UserName: UserName  @required PolicyName: PolicyName }
    errors: [NoSuchEntity]
}
@iam(action: "iam:PutGroupPolicy")
operation PutGroupPolicy {
    input := { @required GroupName: GroupName  @required PolicyName: PolicyName  @required PolicyDocument: PolicyDocument }
    errors: [NoSuchEntity, LimitExceeded, MalformedPolicyDocument]
}
@iam(action: "iam:GetGroupPolicy")
operation GetGroupPolicy {
    input := { @required GroupName: GroupName  @required PolicyName: PolicyName }
    output := { @required GroupName: String  @required PolicyName: String  @required PolicyDocument: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListGroupPolicies")
operation ListGroupPolicies {
    input := { @required GroupName: GroupName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required PolicyNames: StringList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteGroupPolicy")
operation DeleteGroupPolicy {
    input := { @required GroupName: GroupName  @required PolicyName: PolicyName }
    errors: [NoSuchEntity]
}
@iam(action: "iam:PutRolePolicy")
operation PutRolePolicy {
    input := { @required RoleName: RoleName  @required PolicyName: PolicyName  @required PolicyDocument: PolicyDocument }
    errors: [NoSuchEntity, LimitExceeded, MalformedPolicyDocument, UnmodifiableEntity]
}
@iam(action: "iam:GetRolePolicy")
operation GetRolePolicy {
    input := { @required RoleName: RoleName  @required PolicyName: PolicyName }
    output := { @required RoleName: String  @required PolicyName: String  @required PolicyDocument: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListRolePolicies")
operation ListRolePolicies {
    input := { @required RoleName: RoleName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required PolicyNames: StringList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteRolePolicy")
operation DeleteRolePolicy {
    input := { @required RoleName: RoleName  @required PolicyName: PolicyName }
    errors: [NoSuchEntity, UnmodifiableEntity]
}

// ---- managed policies

@iam(action: "iam:CreatePolicy", tagAction: "iam:TagPolicy")
operation CreatePolicy {
    input := {
        @required PolicyName: PolicyName
        Path: PathType
        @required PolicyDocument: PolicyDocument
        @length(min: 0, max: 1000) Description: String
        Tags: TagList
    }
    output := { Policy: Policy }
    errors: [EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument, InvalidInput]
}
@iam(action: "iam:GetPolicy", resource: "{PolicyArn}")
operation GetPolicy {
    input := { @required PolicyArn: ArnType }
    output := { Policy: Policy }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListPolicies", resource: "*")
operation ListPolicies {
    input := {
        Scope: PolicyScopeType
        OnlyAttached: Boolean
        PathPrefix: PathPrefixType
        PolicyUsageFilter: PolicyUsageType
        Marker: MarkerType
        MaxItems: MaxItemsType
    }
    output := { @required Policies: PolicyList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:DeletePolicy", resource: "{PolicyArn}")
operation DeletePolicy {
    input := { @required PolicyArn: ArnType }
    errors: [NoSuchEntity, DeleteConflict, InvalidInput]
}
@iam(action: "iam:CreatePolicyVersion", resource: "{PolicyArn}")
operation CreatePolicyVersion {
    input := { @required PolicyArn: ArnType  @required PolicyDocument: PolicyDocument  SetAsDefault: Boolean }
    output := { PolicyVersion: PolicyVersion }
    errors: [NoSuchEntity, LimitExceeded, MalformedPolicyDocument, InvalidInput]
}
@iam(action: "iam:GetPolicyVersion", resource: "{PolicyArn}")
operation GetPolicyVersion {
    input := { @required PolicyArn: ArnType  @required VersionId: PolicyVersionIdType }
    output := { PolicyVersion: PolicyVersion }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListPolicyVersions", resource: "{PolicyArn}")
operation ListPolicyVersions {
    input := { @required PolicyArn: ArnType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Versions: PolicyVersionList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:SetDefaultPolicyVersion", resource: "{PolicyArn}")
operation SetDefaultPolicyVersion {
    input := { @required PolicyArn: ArnType  @required VersionId: PolicyVersionIdType }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:DeletePolicyVersion", resource: "{PolicyArn}")
operation DeletePolicyVersion {
    input := { @required PolicyArn: ArnType  @required VersionId: PolicyVersionIdType }
    errors: [NoSuchEntity, DeleteConflict, InvalidInput]
}
@iam(action: "iam:TagPolicy")
operation TagPolicy {
    input := { @required PolicyArn: ArnType  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagPolicy")
operation UntagPolicy {
    input := { @required PolicyArn: ArnType  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListPolicyTags", resource: "{PolicyArn}")
operation ListPolicyTags {
    input := { @required PolicyArn: ArnType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListEntitiesForPolicy", resource: "{PolicyArn}")
operation ListEntitiesForPolicy {
    input := {
        @required PolicyArn: ArnType
        EntityFilter: EntityType
        PathPrefix: PathPrefixType
        PolicyUsageFilter: PolicyUsageType
        Marker: MarkerType
        MaxItems: MaxItemsType
    }
    output := {
        @required PolicyGroups: PolicyGroupList
        @required PolicyUsers: PolicyUserList
        @required PolicyRoles: PolicyRoleList
        @required IsTruncated: Boolean
        Marker: String
    }
    errors: [NoSuchEntity]
}

// ---- attachments

@iam(action: "iam:AttachUserPolicy")
operation AttachUserPolicy {
    input := { @required UserName: UserName  @required PolicyArn: ArnType }
    errors: [NoSuchEntity, LimitExceeded, PolicyNotAttachable, InvalidInput]
}
@iam(action: "iam:DetachUserPolicy")
operation DetachUserPolicy {
    input := { @required UserName: UserName  @required PolicyArn: ArnType }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListAttachedUserPolicies")
operation ListAttachedUserPolicies {
    input := { @required UserName: UserName  PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required AttachedPolicies: AttachedPolicyList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:AttachGroupPolicy")
operation AttachGroupPolicy {
    input := { @required GroupName: GroupName  @required PolicyArn: ArnType }
    errors: [NoSuchEntity, LimitExceeded, PolicyNotAttachable, InvalidInput]
}
@iam(action: "iam:DetachGroupPolicy")
operation DetachGroupPolicy {
    input := { @required GroupName: GroupName  @required PolicyArn: ArnType }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListAttachedGroupPolicies")
operation ListAttachedGroupPolicies {
    input := { @required GroupName: GroupName  PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required AttachedPolicies: AttachedPolicyList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:AttachRolePolicy")
operation AttachRolePolicy {
    input := { @required RoleName: RoleName  @required PolicyArn: ArnType }
    errors: [NoSuchEntity, LimitExceeded, PolicyNotAttachable, InvalidInput, UnmodifiableEntity]
}
@iam(action: "iam:DetachRolePolicy")
operation DetachRolePolicy {
    input := { @required RoleName: RoleName  @required PolicyArn: ArnType }
    errors: [NoSuchEntity, InvalidInput, UnmodifiableEntity]
}
@iam(action: "iam:ListAttachedRolePolicies")
operation ListAttachedRolePolicies {
    input := { @required RoleName: RoleName  PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required AttachedPolicies: AttachedPolicyList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- permissions boundaries

@iam(action: "iam:PutUserPermissionsBoundary")
operation PutUserPermissionsBoundary {
    input := { @required UserName: UserName  @required PermissionsBoundary: ArnType }
    errors: [NoSuchEntity, PolicyNotAttachable, InvalidInput]
}
@iam(action: "iam:DeleteUserPermissionsBoundary")
operation DeleteUserPermissionsBoundary {
    input := { @required UserName: UserName }
    errors: [NoSuchEntity]
}
@iam(action: "iam:PutRolePermissionsBoundary")
operation PutRolePermissionsBoundary {
    input := { @required RoleName: RoleName  @required PermissionsBoundary: ArnType }
    errors: [NoSuchEntity, PolicyNotAttachable, InvalidInput, UnmodifiableEntity]
}
@iam(action: "iam:DeleteRolePermissionsBoundary")
operation DeleteRolePermissionsBoundary {
    input := { @required RoleName: RoleName }
    errors: [NoSuchEntity, UnmodifiableEntity]
}

// ---- instance profiles

@iam(action: "iam:CreateInstanceProfile", tagAction: "iam:TagInstanceProfile")
operation CreateInstanceProfile {
    input := { @required InstanceProfileName: InstanceProfileName  Path: PathType  Tags: TagList }
    output := { @required InstanceProfile: InstanceProfile }
    errors: [EntityAlreadyExists, LimitExceeded, InvalidInput]
}
@iam(action: "iam:GetInstanceProfile")
operation GetInstanceProfile {
    input := { @required InstanceProfileName: InstanceProfileName }
    output := { @required InstanceProfile: InstanceProfile }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListInstanceProfiles", resource: "arn:{partition}:iam::{account}:instance-profile{PathPrefix|/}")
operation ListInstanceProfiles {
    input := { PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required InstanceProfiles: InstanceProfileList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:ListInstanceProfilesForRole")
operation ListInstanceProfilesForRole {
    input := { @required RoleName: RoleName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required InstanceProfiles: InstanceProfileList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteInstanceProfile")
operation DeleteInstanceProfile {
    input := { @required InstanceProfileName: InstanceProfileName }
    errors: [NoSuchEntity, DeleteConflict]
}
@iam(action: "iam:AddRoleToInstanceProfile")
operation AddRoleToInstanceProfile {
    input := { @required InstanceProfileName: InstanceProfileName  @required RoleName: RoleName }
    errors: [NoSuchEntity, EntityAlreadyExists, LimitExceeded]
}
@iam(action: "iam:RemoveRoleFromInstanceProfile")
operation RemoveRoleFromInstanceProfile {
    input := { @required InstanceProfileName: InstanceProfileName  @required RoleName: RoleName }
    errors: [NoSuchEntity]
}

@iam(action: "iam:TagInstanceProfile")
operation TagInstanceProfile {
    input := { @required InstanceProfileName: InstanceProfileName  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagInstanceProfile")
operation UntagInstanceProfile {
    input := { @required InstanceProfileName: InstanceProfileName  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListInstanceProfileTags")
operation ListInstanceProfileTags {
    input := { @required InstanceProfileName: InstanceProfileName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- service-specific credentials

@iam(action: "iam:CreateServiceSpecificCredential", keys: ["iam:ServiceSpecificCredentialServiceName={ServiceName}"])
operation CreateServiceSpecificCredential {
    input := { @required UserName: UserName  @required ServiceName: String }
    output := { ServiceSpecificCredential: ServiceSpecificCredential }
    errors: [NoSuchEntity, LimitExceeded, ServiceNotSupported]
}
@iam(action: "iam:ListServiceSpecificCredentials")
operation ListServiceSpecificCredentials {
    input := { UserName: UserName  ServiceName: String }
    output := { ServiceSpecificCredentials: ServiceSpecificCredentialList }
    errors: [NoSuchEntity, ServiceNotSupported]
}
@iam(action: "iam:UpdateServiceSpecificCredential")
operation UpdateServiceSpecificCredential {
    input := { UserName: UserName  @required ServiceSpecificCredentialId: CredentialIdType  @required Status: StatusType }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ResetServiceSpecificCredential")
operation ResetServiceSpecificCredential {
    input := { UserName: UserName  @required ServiceSpecificCredentialId: CredentialIdType }
    output := { ServiceSpecificCredential: ServiceSpecificCredential }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteServiceSpecificCredential")
operation DeleteServiceSpecificCredential {
    input := { UserName: UserName  @required ServiceSpecificCredentialId: CredentialIdType }
    errors: [NoSuchEntity]
}

// ---- passwords

@iam(action: "iam:CreateLoginProfile")
operation CreateLoginProfile {
    input := { UserName: UserName  Password: PasswordType  PasswordResetRequired: Boolean }
    output := { @required LoginProfile: LoginProfile }
    errors: [EntityAlreadyExists, NoSuchEntity, PasswordPolicyViolation]
}
@iam(action: "iam:GetLoginProfile")
operation GetLoginProfile {
    input := { UserName: UserName }
    output := { @required LoginProfile: LoginProfile }
    errors: [NoSuchEntity]
}
@iam(action: "iam:UpdateLoginProfile")
operation UpdateLoginProfile {
    input := { @required UserName: UserName  Password: PasswordType  PasswordResetRequired: Boolean }
    errors: [NoSuchEntity, PasswordPolicyViolation]
}
@iam(action: "iam:DeleteLoginProfile")
operation DeleteLoginProfile {
    input := { UserName: UserName }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ChangePassword")
operation ChangePassword {
    input := { @required OldPassword: PasswordType  @required NewPassword: PasswordType }
    errors: [NoSuchEntity, PasswordPolicyViolation, InvalidUserType]
}
@iam(action: "iam:UpdateAccountPasswordPolicy", resource: "*")
operation UpdateAccountPasswordPolicy {
    input := {
        @range(min: 6, max: 128) MinimumPasswordLength: Integer
        RequireSymbols: Boolean
        RequireNumbers: Boolean
        RequireUppercaseCharacters: Boolean
        RequireLowercaseCharacters: Boolean
        AllowUsersToChangePassword: Boolean
        @range(min: 1, max: 1095) MaxPasswordAge: Integer
        @range(min: 1, max: 24) PasswordReusePrevention: Integer
        HardExpiry: Boolean
    }
}
@iam(action: "iam:GetAccountPasswordPolicy", resource: "*")
operation GetAccountPasswordPolicy {
    input := {}
    output := { @required PasswordPolicy: PasswordPolicy }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteAccountPasswordPolicy", resource: "*")
operation DeleteAccountPasswordPolicy {
    input := {}
    errors: [NoSuchEntity]
}

// ---- second factors

@iam(action: "iam:CreateVirtualMFADevice", tagAction: "iam:TagMFADevice")
operation CreateVirtualMFADevice {
    input := { Path: PathType  @required VirtualMFADeviceName: VirtualMFADeviceName  Tags: TagList }
    output := { @required VirtualMFADevice: VirtualMFADevice }
    errors: [EntityAlreadyExists, LimitExceeded, InvalidInput]
}
@iam(action: "iam:DeleteVirtualMFADevice")
operation DeleteVirtualMFADevice {
    input := { @required SerialNumber: SerialNumberType }
    errors: [NoSuchEntity, DeleteConflict]
}
@iam(action: "iam:ListVirtualMFADevices", resource: "*")
operation ListVirtualMFADevices {
    input := { AssignmentStatus: AssignmentStatusType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required VirtualMFADevices: VirtualMFADeviceList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:EnableMFADevice")
operation EnableMFADevice {
    input := {
        @required UserName: UserName
        @required SerialNumber: SerialNumberType
        @required AuthenticationCode1: AuthenticationCodeType
        @required AuthenticationCode2: AuthenticationCodeType
    }
    errors: [NoSuchEntity, EntityAlreadyExists, LimitExceeded, InvalidAuthenticationCode]
}
@iam(action: "iam:ResyncMFADevice")
operation ResyncMFADevice {
    input := {
        @required UserName: UserName
        @required SerialNumber: SerialNumberType
        @required AuthenticationCode1: AuthenticationCodeType
        @required AuthenticationCode2: AuthenticationCodeType
    }
    errors: [NoSuchEntity, InvalidAuthenticationCode]
}
@iam(action: "iam:DeactivateMFADevice")
operation DeactivateMFADevice {
    input := { UserName: UserName  @required SerialNumber: SerialNumberType }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListMFADevices")
operation ListMFADevices {
    input := { UserName: UserName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required MFADevices: MFADeviceList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:GetMFADevice")
operation GetMFADevice {
    input := { @required SerialNumber: SerialNumberType  UserName: UserName }
    output := { UserName: String  @required SerialNumber: String  EnableDate: Timestamp }
    errors: [NoSuchEntity]
}
@iam(action: "iam:TagMFADevice")
operation TagMFADevice {
    input := { @required SerialNumber: SerialNumberType  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagMFADevice")
operation UntagMFADevice {
    input := { @required SerialNumber: SerialNumberType  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListMFADeviceTags")
operation ListMFADeviceTags {
    input := { @required SerialNumber: SerialNumberType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- identity providers

@iam(action: "iam:CreateOpenIDConnectProvider", tagAction: "iam:TagOpenIDConnectProvider")
operation CreateOpenIDConnectProvider {
    input := {
        @required @length(min: 1, max: 255) Url: String
        ClientIDList: ClientIDList
        ThumbprintList: ThumbprintList
        Tags: TagList
    }
    output := { OpenIDConnectProviderArn: String  Tags: TagList }
    errors: [EntityAlreadyExists, LimitExceeded, InvalidInput]
}
@iam(action: "iam:GetOpenIDConnectProvider", resource: "{OpenIDConnectProviderArn}")
operation GetOpenIDConnectProvider {
    input := { @required OpenIDConnectProviderArn: ArnType }
    output := { Url: String  ClientIDList: ClientIDList  ThumbprintList: ThumbprintList  CreateDate: Timestamp  Tags: TagList }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListOpenIDConnectProviders", resource: "*")
operation ListOpenIDConnectProviders {
    input := {}
    output := { OpenIDConnectProviderList: OpenIDConnectProviderList }
}
@iam(action: "iam:DeleteOpenIDConnectProvider", resource: "{OpenIDConnectProviderArn}")
operation DeleteOpenIDConnectProvider {
    input := { @required OpenIDConnectProviderArn: ArnType }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:AddClientIDToOpenIDConnectProvider", resource: "{OpenIDConnectProviderArn}")
operation AddClientIDToOpenIDConnectProvider {
    input := { @required OpenIDConnectProviderArn: ArnType  @required ClientID: ClientIDType }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:RemoveClientIDFromOpenIDConnectProvider", resource: "{OpenIDConnectProviderArn}")
operation RemoveClientIDFromOpenIDConnectProvider {
    input := { @required OpenIDConnectProviderArn: ArnType  @required ClientID: ClientIDType }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:UpdateOpenIDConnectProviderThumbprint", resource: "{OpenIDConnectProviderArn}")
operation UpdateOpenIDConnectProviderThumbprint {
    input := { @required OpenIDConnectProviderArn: ArnType  @required ThumbprintList: ThumbprintList }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:TagOpenIDConnectProvider")
operation TagOpenIDConnectProvider {
    input := { @required OpenIDConnectProviderArn: ArnType  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagOpenIDConnectProvider")
operation UntagOpenIDConnectProvider {
    input := { @required OpenIDConnectProviderArn: ArnType  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListOpenIDConnectProviderTags", resource: "{OpenIDConnectProviderArn}")
operation ListOpenIDConnectProviderTags {
    input := { @required OpenIDConnectProviderArn: ArnType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:CreateSAMLProvider", tagAction: "iam:TagSAMLProvider")
operation CreateSAMLProvider {
    input := { @required SAMLMetadataDocument: SAMLMetadataDocumentType  @required Name: SAMLProviderNameType  Tags: TagList }
    output := { SAMLProviderArn: String  Tags: TagList }
    errors: [EntityAlreadyExists, LimitExceeded, InvalidInput]
}
@iam(action: "iam:GetSAMLProvider", resource: "{SAMLProviderArn}")
operation GetSAMLProvider {
    input := { @required SAMLProviderArn: ArnType }
    output := { SAMLMetadataDocument: String  CreateDate: Timestamp  Tags: TagList }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListSAMLProviders", resource: "*")
operation ListSAMLProviders {
    input := {}
    output := { SAMLProviderList: SAMLProviderList }
}
@iam(action: "iam:UpdateSAMLProvider", resource: "{SAMLProviderArn}")
operation UpdateSAMLProvider {
    input := { SAMLMetadataDocument: SAMLMetadataDocumentType  @required SAMLProviderArn: ArnType }
    output := { SAMLProviderArn: String }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:DeleteSAMLProvider", resource: "{SAMLProviderArn}")
operation DeleteSAMLProvider {
    input := { @required SAMLProviderArn: ArnType }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:TagSAMLProvider")
operation TagSAMLProvider {
    input := { @required SAMLProviderArn: ArnType  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagSAMLProvider")
operation UntagSAMLProvider {
    input := { @required SAMLProviderArn: ArnType  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListSAMLProviderTags", resource: "{SAMLProviderArn}")
operation ListSAMLProviderTags {
    input := { @required SAMLProviderArn: ArnType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- SSH public keys

@iam(action: "iam:UploadSSHPublicKey")
operation UploadSSHPublicKey {
    input := { @required UserName: UserName  @required SSHPublicKeyBody: PublicKeyMaterialType }
    output := { SSHPublicKey: SSHPublicKey }
    errors: [NoSuchEntity, LimitExceeded, InvalidPublicKey, DuplicateSSHPublicKey]
}
@iam(action: "iam:GetSSHPublicKey")
operation GetSSHPublicKey {
    input := { @required UserName: UserName  @required SSHPublicKeyId: PublicKeyIdType  @required Encoding: EncodingType }
    output := { SSHPublicKey: SSHPublicKey }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListSSHPublicKeys")
operation ListSSHPublicKeys {
    input := { UserName: UserName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { SSHPublicKeys: SSHPublicKeyMetadataList  IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:UpdateSSHPublicKey")
operation UpdateSSHPublicKey {
    input := { @required UserName: UserName  @required SSHPublicKeyId: PublicKeyIdType  @required Status: StatusType }
    errors: [NoSuchEntity]
}
@iam(action: "iam:DeleteSSHPublicKey")
operation DeleteSSHPublicKey {
    input := { @required UserName: UserName  @required SSHPublicKeyId: PublicKeyIdType }
    errors: [NoSuchEntity]
}

// ---- server certificates

@iam(action: "iam:UploadServerCertificate", tagAction: "iam:TagServerCertificate")
operation UploadServerCertificate {
    input := {
        Path: PathType
        @required ServerCertificateName: ServerCertificateNameType
        @required CertificateBody: CertificateBodyType
        @required PrivateKey: PrivateKeyType
        CertificateChain: CertificateChainType
        Tags: TagList
    }
    output := { ServerCertificateMetadata: ServerCertificateMetadata  Tags: TagList }
    errors: [EntityAlreadyExists, LimitExceeded, InvalidInput, MalformedCertificate, KeyPairMismatch]
}
@iam(action: "iam:GetServerCertificate")
operation GetServerCertificate {
    input := { @required ServerCertificateName: ServerCertificateNameType }
    output := { @required ServerCertificate: ServerCertificate }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListServerCertificates", resource: "arn:{partition}:iam::{account}:server-certificate{PathPrefix|/}")
operation ListServerCertificates {
    input := { PathPrefix: PathPrefixType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required ServerCertificateMetadataList: ServerCertificateMetadataList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:UpdateServerCertificate")
operation UpdateServerCertificate {
    input := {
        @required ServerCertificateName: ServerCertificateNameType
        NewPath: PathType
        NewServerCertificateName: ServerCertificateNameType
    }
    errors: [NoSuchEntity, EntityAlreadyExists, LimitExceeded]
}
@iam(action: "iam:DeleteServerCertificate")
operation DeleteServerCertificate {
    input := { @required ServerCertificateName: ServerCertificateNameType }
    errors: [NoSuchEntity, DeleteConflict]
}
@iam(action: "iam:TagServerCertificate")
operation TagServerCertificate {
    input := { @required ServerCertificateName: ServerCertificateNameType  @required Tags: TagList }
    errors: [NoSuchEntity, LimitExceeded, InvalidInput]
}
@iam(action: "iam:UntagServerCertificate")
operation UntagServerCertificate {
    input := { @required ServerCertificateName: ServerCertificateNameType  @required TagKeys: TagKeyList }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListServerCertificateTags")
operation ListServerCertificateTags {
    input := { @required ServerCertificateName: ServerCertificateNameType  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Tags: TagList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}

// ---- signing certificates of users

@iam(action: "iam:UploadSigningCertificate")
operation UploadSigningCertificate {
    input := { UserName: UserName  @required CertificateBody: CertificateBodyType }
    output := { @required Certificate: SigningCertificate }
    errors: [NoSuchEntity, EntityAlreadyExists, LimitExceeded, MalformedCertificate, DuplicateCertificate, InvalidCertificate]
}
@iam(action: "iam:ListSigningCertificates")
operation ListSigningCertificates {
    input := { UserName: UserName  Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required Certificates: SigningCertificateList  @required IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity]
}
@iam(action: "iam:UpdateSigningCertificate")
operation UpdateSigningCertificate {
    input := { UserName: UserName  @required CertificateId: CertificateIdType  @required Status: StatusType }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:DeleteSigningCertificate")
operation DeleteSigningCertificate {
    input := { UserName: UserName  @required CertificateId: CertificateIdType }
    errors: [NoSuchEntity]
}

// ---- the account

@iam(action: "iam:SetSecurityTokenServicePreferences", resource: "*")
operation SetSecurityTokenServicePreferences {
    input := { @required GlobalEndpointTokenVersion: GlobalEndpointTokenVersion }
}

@iam(action: "iam:GetAccountSummary", resource: "*")
operation GetAccountSummary {
    input := {}
    output := { SummaryMap: SummaryMap }
}
@iam(action: "iam:CreateAccountAlias", resource: "*")
operation CreateAccountAlias {
    input := { @required AccountAlias: AccountAliasType }
    errors: [EntityAlreadyExists]
}
@iam(action: "iam:DeleteAccountAlias", resource: "*")
operation DeleteAccountAlias {
    input := { @required AccountAlias: AccountAliasType }
    errors: [NoSuchEntity]
}
@iam(action: "iam:ListAccountAliases", resource: "*")
operation ListAccountAliases {
    input := { Marker: MarkerType  MaxItems: MaxItemsType }
    output := { @required AccountAliases: StringList  @required IsTruncated: Boolean  Marker: String }
}
@iam(action: "iam:GetAccountAuthorizationDetails", resource: "*")
operation GetAccountAuthorizationDetails {
    input := { Filter: EntityTypeList  Marker: MarkerType  MaxItems: MaxItemsType }
    output := {
        @required UserDetailList: UserDetailList
        @required GroupDetailList: GroupDetailList
        @required RoleDetailList: RoleDetailList
        @required Policies: ManagedPolicyDetailList
        @required IsTruncated: Boolean
        Marker: String
    }
}

// ---- reports

@iam(action: "iam:GenerateCredentialReport", resource: "*")
operation GenerateCredentialReport {
    input := {}
    output := { State: String  Description: String }
    errors: [LimitExceeded]
}
@iam(action: "iam:GetCredentialReport", resource: "*")
operation GetCredentialReport {
    input := {}
    output := { Content: Blob  ReportFormat: String  GeneratedTime: Timestamp }
    errors: [CredentialReportNotPresentException, CredentialReportExpiredException]
}
@iam(action: "iam:EnableOrganizationsRootCredentialsManagement", resource: "*")
operation EnableOrganizationsRootCredentialsManagement {
    input := {}
    output := { OrganizationId: String  EnabledFeatures: FeaturesListType }
    errors: [ServiceAccessNotEnabledException, AccountNotManagementOrDelegatedAdministratorException, OrganizationNotFoundException,
             OrganizationNotInAllFeaturesModeException, CallerIsNotManagementAccountException]
}
@iam(action: "iam:DisableOrganizationsRootCredentialsManagement", resource: "*")
operation DisableOrganizationsRootCredentialsManagement {
    input := {}
    output := { OrganizationId: String  EnabledFeatures: FeaturesListType }
    errors: [ServiceAccessNotEnabledException, AccountNotManagementOrDelegatedAdministratorException, OrganizationNotFoundException,
             OrganizationNotInAllFeaturesModeException]
}
@iam(action: "iam:EnableOrganizationsRootSessions", resource: "*")
operation EnableOrganizationsRootSessions {
    input := {}
    output := { OrganizationId: String  EnabledFeatures: FeaturesListType }
    errors: [ServiceAccessNotEnabledException, AccountNotManagementOrDelegatedAdministratorException, OrganizationNotFoundException,
             OrganizationNotInAllFeaturesModeException, CallerIsNotManagementAccountException]
}
@iam(action: "iam:DisableOrganizationsRootSessions", resource: "*")
operation DisableOrganizationsRootSessions {
    input := {}
    output := { OrganizationId: String  EnabledFeatures: FeaturesListType }
    errors: [ServiceAccessNotEnabledException, AccountNotManagementOrDelegatedAdministratorException, OrganizationNotFoundException,
             OrganizationNotInAllFeaturesModeException]
}
@iam(action: "iam:ListOrganizationsFeatures", resource: "*")
operation ListOrganizationsFeatures {
    input := {}
    output := { OrganizationId: String  EnabledFeatures: FeaturesListType }
    errors: [ServiceAccessNotEnabledException, AccountNotManagementOrDelegatedAdministratorException, OrganizationNotFoundException,
             OrganizationNotInAllFeaturesModeException]
}
@iam(action: "iam:GenerateServiceLastAccessedDetails", resource: "{Arn}")
operation GenerateServiceLastAccessedDetails {
    input := { @required Arn: ArnType  Granularity: AccessAdvisorUsageGranularityType }
    output := { JobId: String }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:GetServiceLastAccessedDetails", resource: "*")
operation GetServiceLastAccessedDetails {
    input := { @required JobId: JobIDType  MaxItems: MaxItemsType  Marker: MarkerType }
    output := {
        @required JobStatus: String
        JobType: String
        @required JobCreationDate: Timestamp
        @required ServicesLastAccessed: ServicesLastAccessed
        @required JobCompletionDate: Timestamp
        IsTruncated: Boolean
        Marker: String
    }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:GetServiceLastAccessedDetailsWithEntities", resource: "*")
operation GetServiceLastAccessedDetailsWithEntities {
    input := { @required JobId: JobIDType  @required ServiceNamespace: ServiceNamespaceType  MaxItems: MaxItemsType  Marker: MarkerType }
    output := {
        @required JobStatus: String
        @required JobCreationDate: Timestamp
        @required JobCompletionDate: Timestamp
        @required EntityDetailsList: EntityDetailsList
        IsTruncated: Boolean
        Marker: String
    }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:ListPoliciesGrantingServiceAccess", resource: "{Arn}")
operation ListPoliciesGrantingServiceAccess {
    input := { Marker: MarkerType  @required Arn: ArnType  @required ServiceNamespaces: ServiceNamespaceList }
    output := { @required PoliciesGrantingServiceAccess: PoliciesGrantingServiceAccessList  IsTruncated: Boolean  Marker: String }
    errors: [NoSuchEntity, InvalidInput]
}

// ---- simulation

@iam(action: "iam:GetContextKeysForCustomPolicy", resource: "*")
operation GetContextKeysForCustomPolicy {
    input := { @required PolicyInputList: PolicyDocumentList }
    output := { ContextKeyNames: StringList }
    errors: [InvalidInput]
}
@iam(action: "iam:GetContextKeysForPrincipalPolicy", resource: "{PolicySourceArn}")
operation GetContextKeysForPrincipalPolicy {
    input := { @required PolicySourceArn: ArnType  PolicyInputList: PolicyDocumentList }
    output := { ContextKeyNames: StringList }
    errors: [NoSuchEntity, InvalidInput]
}
@iam(action: "iam:SimulateCustomPolicy", resource: "*")
operation SimulateCustomPolicy {
    input := {
        @required PolicyInputList: PolicyDocumentList
        PermissionsBoundaryPolicyInputList: PolicyDocumentList
        @required ActionNames: StringList
        ResourceArns: StringList
        ResourcePolicy: PolicyDocument
        ResourceOwner: String
        CallerArn: String
        ContextEntries: ContextEntryList
        ResourceHandlingOption: String
        MaxItems: MaxItemsType
        Marker: MarkerType
    }
    output: SimulatePolicyResponse
    errors: [InvalidInput]
}
@iam(action: "iam:SimulatePrincipalPolicy")
operation SimulatePrincipalPolicy {
    input := {
        @required PolicySourceArn: ArnType
        PolicyInputList: PolicyDocumentList
        PermissionsBoundaryPolicyInputList: PolicyDocumentList
        @required ActionNames: StringList
        ResourceArns: StringList
        ResourcePolicy: PolicyDocument
        ResourceOwner: String
        CallerArn: String
        ContextEntries: ContextEntryList
        ResourceHandlingOption: String
        MaxItems: MaxItemsType
        Marker: MarkerType
    }
    output: SimulatePolicyResponse
    errors: [InvalidInput, NoSuchEntity]
}

// ---- in-process only

/// Who signed in with a service-specific credential. Looks in all accounts: the user name is the only thing a client sends.
@internal
operation AuthenticateServiceSpecificCredential {
    input := { @required ServiceUserName: String  @required ServicePassword: String  @required ServiceName: String }
    output := { @required UserArn: String  @required UserName: String  @required UserId: String  @required AccountId: String }
    errors: [NoSuchEntity]
}
/// The registered OpenID Connect provider of the caller's account for an issuer.
@internal
operation FindOpenIDConnectProvider {
    input := { @required Issuer: String }
    output := { @required Exists: Boolean  @required Arn: String  @required Name: String  @required Url: String  @required ClientIds: StringList }
}
/// A SAML provider of the caller's account.
@internal
operation FindSAMLProvider {
    input := { @required Arn: String }
    output := { @required Exists: Boolean  @required Name: String  @required Metadata: String }
}
/// Whether a code is a user's device's, now and for the first time.
@internal
operation VerifyMfaCode {
    input := { @required SerialNumber: String  @required UserArn: String  @required Code: String }
    output := { @required Known: Boolean  @required Valid: Boolean }
}
/// The unique id of a user or role of any account by its ARN, and of the role behind a session by the session's: for who keeps
/// principals beyond their names. Empty: there is none.
@internal
operation ResolvePrincipal {
    input := { @required Arn: String }
    output := { @required Id: String }
}
/// A role of any account, as STS needs it to make a session.
@internal
operation ResolveRole {
    input := { @required RoleArn: String }
    output := {
        @required Exists: Boolean
        @required Name: String
        @required Id: String
        @required MaxSessionDuration: Integer
        @required Tags: TagList
    }
}
/// The documents of managed policies, in their order.
@internal
operation ResolvePolicies {
    input := { @required AccountId: String  @required PolicyArns: StringList }
    output := { @required PolicyDocuments: StringList }
    errors: [NoSuchEntity]
}
/// Whether an account may take a task policy to the root user of another account, and the policy's document.
@internal
operation ResolveRootAccess {
    input := { @required AccountId: String  @required TargetAccountId: String  @required TaskPolicyArn: String }
    output := { @required Known: Boolean  @required Permitted: Boolean  @required Document: String }
}
/// Makes the caller's account usable: the user `admin` with AdministratorAccess and an access key, which are answered when they
/// are there already; and a role that `TrustedAccount` may administer it by.
@internal
operation ProvisionAdministrator {
    input := { RoleName: RoleName  TrustedAccount: String }
    output := { @required AccessKeyId: String  @required SecretAccessKey: String }
}
/// The key of the account's `admin` user, when there is one.
@internal
operation FindAdministrator {
    input := {}
    output := { AccessKeyId: String  SecretAccessKey: String }
}

// ---- shapes

@length(min: 1, max: 64) string UserName
@length(min: 1, max: 128) string GroupName
@length(min: 1, max: 64) string RoleName
@length(min: 1, max: 128) string PolicyName
@length(min: 1, max: 128) string InstanceProfileName
@length(min: 1, max: 512) string PathType
@length(min: 1, max: 512) @pattern("\\u002F[\\u0021-\\u007F]*") string PathPrefixType
@length(min: 20, max: 2048) string ArnType
@length(min: 16, max: 128) @pattern("[\\w]+") string AccessKeyIdType
@length(min: 20, max: 128) @pattern("[\\w]+") string CredentialIdType
@length(min: 1, max: 131072) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string PolicyDocument
@length(min: 0, max: 1000) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*") string RoleDescription
@range(min: 3600, max: 43200) integer MaxSessionDurationType
@pattern("v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?") string PolicyVersionIdType
@length(min: 3, max: 63) @pattern("[a-z0-9]([a-z0-9]|-)*[a-z0-9]") string AccountAliasType
@length(min: 1) string MarkerType
@range(min: 1, max: 1000) integer MaxItemsType
@length(min: 1, max: 128) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string PasswordType
@length(min: 1) @pattern("[\\w+=,.@-]+") string VirtualMFADeviceName
@length(min: 9, max: 256) @pattern("[\\w+=/:,.@-]+") string SerialNumberType
@length(min: 6, max: 6) @pattern("[\\d]+") string AuthenticationCodeType
@length(min: 1, max: 255) string ClientIDType
@length(min: 40, max: 40) string ThumbprintType
@length(min: 1000, max: 10000000) string SAMLMetadataDocumentType
@length(min: 1, max: 128) @pattern("[\\w._-]+") string SAMLProviderNameType
@length(min: 1, max: 16384) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string PublicKeyMaterialType
@length(min: 20, max: 128) @pattern("[\\w]+") string PublicKeyIdType
@length(min: 36, max: 36) string JobIDType
@length(min: 1, max: 64) @pattern("[\\w-]*") string ServiceNamespaceType
@length(min: 1, max: 128) string TagKey
@length(min: 0, max: 256) string TagValue

enum AssignmentStatusType { ASSIGNED = "Assigned"  UNASSIGNED = "Unassigned"  ANY = "Any" }
enum AccessAdvisorUsageGranularityType { SERVICE_LEVEL  ACTION_LEVEL }
enum EncodingType { SSH = "SSH"  PEM = "PEM" }
enum StatusType { ACTIVE = "Active"  INACTIVE = "Inactive" }
enum PolicyScopeType { ALL = "All"  AWS = "AWS"  LOCAL = "Local" }
enum PolicyUsageType { PERMISSIONS = "PermissionsPolicy"  BOUNDARY = "PermissionsBoundary" }
enum EntityType { USER = "User"  ROLE = "Role"  GROUP = "Group"  LOCAL = "LocalManagedPolicy"  AWS = "AWSManagedPolicy" }

list VirtualMFADeviceList { member: VirtualMFADevice }
list MFADeviceList { member: MFADevice }
list ClientIDList { member: ClientIDType }
list ThumbprintList { member: ThumbprintType }
list OpenIDConnectProviderList { member: OpenIDConnectProviderListEntry }
list SAMLProviderList { member: SAMLProviderListEntry }
@length(min: 1, max: 128) @pattern("[\\w+=,.@-]+") string ServerCertificateNameType
@length(min: 1, max: 16384) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string CertificateBodyType
@length(min: 1, max: 16384) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string PrivateKeyType
@length(min: 1, max: 2097152) @pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+") string CertificateChainType
@length(min: 24, max: 128) @pattern("[\\w]+") string CertificateIdType
enum GlobalEndpointTokenVersion { v1Token  v2Token }
list ServerCertificateMetadataList { member: ServerCertificateMetadata }
list SigningCertificateList { member: SigningCertificate }
list SSHPublicKeyMetadataList { member: SSHPublicKeyMetadata }
list ServicesLastAccessed { member: ServiceLastAccessed }
list EntityDetailsList { member: EntityDetails }
list ServiceNamespaceList { member: ServiceNamespaceType }
list PoliciesGrantingServiceAccessList { member: ListPoliciesGrantingServiceAccessEntry }
list PolicyGrantingServiceAccessList { member: PolicyGrantingServiceAccess }
list EntityTypeList { member: EntityType }
list StringList { member: String }
list PolicyDocumentList { member: PolicyDocument }
list TagList { member: Tag }
list TagKeyList { member: TagKey }
list UserList { member: User }
list GroupList { member: Group }
list RoleList { member: Role }
list PolicyList { member: Policy }
list PolicyVersionList { member: PolicyVersion }
list AttachedPolicyList { member: AttachedPolicy }
list InstanceProfileList { member: InstanceProfile }
list AccessKeyMetadataList { member: AccessKeyMetadata }
list PolicyGroupList { member: PolicyGroup }
list PolicyUserList { member: PolicyUser }
list PolicyRoleList { member: PolicyRole }
list ServiceSpecificCredentialList { member: ServiceSpecificCredentialMetadata }
list UserDetailList { member: UserDetail }
list GroupDetailList { member: GroupDetail }
list RoleDetailList { member: RoleDetail }
list ManagedPolicyDetailList { member: ManagedPolicyDetail }
list PolicyDetailList { member: PolicyDetail }
list ContextEntryList { member: ContextEntry }
list EvaluationResultList { member: EvaluationResult }
list StatementList { member: Statement }
list ResourceSpecificResultList { member: ResourceSpecificResult }
map EvalDecisionDetailsType { key: String  value: String }
map SummaryMap { key: String  value: Integer }

structure Tag { @required Key: TagKey  @required Value: TagValue }
structure AttachedPermissionsBoundary { PermissionsBoundaryType: String  PermissionsBoundaryArn: String }
structure User {
    Path: String
    UserName: String
    @required UserId: String
    @required Arn: String
    @required CreateDate: Timestamp
    PasswordLastUsed: Timestamp
    PermissionsBoundary: AttachedPermissionsBoundary
    Tags: TagList
}
structure Group { @required Path: String  @required GroupName: String  @required GroupId: String  @required Arn: String  @required CreateDate: Timestamp }
structure RoleLastUsed { LastUsedDate: Timestamp  Region: String }
structure Role {
    @required Path: String
    @required RoleName: String
    @required RoleId: String
    @required Arn: String
    @required CreateDate: Timestamp
    AssumeRolePolicyDocument: String
    Description: String
    MaxSessionDuration: Integer
    PermissionsBoundary: AttachedPermissionsBoundary
    Tags: TagList
    RoleLastUsed: RoleLastUsed
}
structure Policy {
    PolicyName: String
    PolicyId: String
    Arn: String
    Path: String
    DefaultVersionId: String
    AttachmentCount: Integer
    PermissionsBoundaryUsageCount: Integer
    IsAttachable: Boolean
    Description: String
    CreateDate: Timestamp
    UpdateDate: Timestamp
    Tags: TagList
}
structure PolicyVersion { Document: String  VersionId: String  IsDefaultVersion: Boolean  CreateDate: Timestamp }
structure AttachedPolicy { PolicyName: String  PolicyArn: String }
structure PolicyGroup { GroupName: String  GroupId: String }
structure PolicyUser { UserName: String  UserId: String }
structure PolicyRole { RoleName: String  RoleId: String }
structure InstanceProfile {
    @required Path: String
    @required InstanceProfileName: String
    @required InstanceProfileId: String
    @required Arn: String
    @required CreateDate: Timestamp
    @required Roles: RoleList
    Tags: TagList
}
structure AccessKey {
    @required UserName: String
    @required AccessKeyId: String
    @required Status: String
    @required SecretAccessKey: String
    CreateDate: Timestamp
}
structure AccessKeyMetadata { UserName: String  AccessKeyId: String  Status: String  CreateDate: Timestamp }
structure AccessKeyLastUsed { LastUsedDate: Timestamp  @required ServiceName: String  @required Region: String }
structure ServiceSpecificCredential {
    @required CreateDate: Timestamp
    @required ServiceName: String
    ServiceUserName: String
    ServicePassword: String
    @required ServiceSpecificCredentialId: String
    @required UserName: String
    @required Status: String
}
structure ServiceSpecificCredentialMetadata {
    @required UserName: String
    @required Status: String
    ServiceUserName: String
    @required CreateDate: Timestamp
    @required ServiceSpecificCredentialId: String
    @required ServiceName: String
}
list FeaturesListType { member: String }
structure LoginProfile { @required UserName: String  @required CreateDate: Timestamp  PasswordResetRequired: Boolean }
structure PasswordPolicy {
    MinimumPasswordLength: Integer
    RequireSymbols: Boolean
    RequireNumbers: Boolean
    RequireUppercaseCharacters: Boolean
    RequireLowercaseCharacters: Boolean
    AllowUsersToChangePassword: Boolean
    ExpirePasswords: Boolean
    MaxPasswordAge: Integer
    PasswordReusePrevention: Integer
    HardExpiry: Boolean
}
structure VirtualMFADevice { @required SerialNumber: String  Base32StringSeed: Blob  User: User  EnableDate: Timestamp  Tags: TagList }
structure MFADevice { @required UserName: String  @required SerialNumber: String  @required EnableDate: Timestamp }
structure OpenIDConnectProviderListEntry { Arn: String }
structure SAMLProviderListEntry { Arn: String  ValidUntil: Timestamp  CreateDate: Timestamp }
structure ServerCertificateMetadata {
    @required Path: String
    @required ServerCertificateName: String
    @required ServerCertificateId: String
    @required Arn: String
    UploadDate: Timestamp
    Expiration: Timestamp
}
structure ServerCertificate {
    @required ServerCertificateMetadata: ServerCertificateMetadata
    @required CertificateBody: String
    CertificateChain: String
    Tags: TagList
}
structure SigningCertificate {
    @required UserName: String
    @required CertificateId: String
    @required CertificateBody: String
    @required Status: String
    UploadDate: Timestamp
}
structure SSHPublicKey {
    @required UserName: String
    @required SSHPublicKeyId: String
    @required Fingerprint: String
    @required SSHPublicKeyBody: String
    @required Status: String
    UploadDate: Timestamp
}
structure SSHPublicKeyMetadata { @required UserName: String  @required SSHPublicKeyId: String  @required Status: String  @required UploadDate: Timestamp }
structure ServiceLastAccessed {
    @required ServiceName: String
    LastAuthenticated: Timestamp
    @required ServiceNamespace: String
    LastAuthenticatedEntity: String
    LastAuthenticatedRegion: String
    TotalAuthenticatedEntities: Integer
    TrackedActionsLastAccessed: TrackedActionsLastAccessed
}
list TrackedActionsLastAccessed { member: TrackedActionLastAccessed }
structure TrackedActionLastAccessed {
    ActionName: String
    LastAccessedEntity: String
    LastAccessedTime: Timestamp
    LastAccessedRegion: String
}
structure EntityInfo { @required Arn: String  @required Name: String  @required Type: String  @required Id: String  Path: String }
structure EntityDetails { @required EntityInfo: EntityInfo  LastAuthenticated: Timestamp }
structure PolicyGrantingServiceAccess {
    @required PolicyName: String
    @required PolicyType: String
    PolicyArn: String
    EntityType: String
    EntityName: String
}
structure ListPoliciesGrantingServiceAccessEntry { ServiceNamespace: String  Policies: PolicyGrantingServiceAccessList }
structure PolicyDetail { PolicyName: String  PolicyDocument: String }
structure UserDetail {
    Path: String
    UserName: String
    UserId: String
    Arn: String
    CreateDate: Timestamp
    UserPolicyList: PolicyDetailList
    GroupList: StringList
    AttachedManagedPolicies: AttachedPolicyList
    PermissionsBoundary: AttachedPermissionsBoundary
    Tags: TagList
}
structure GroupDetail {
    Path: String
    GroupName: String
    GroupId: String
    Arn: String
    CreateDate: Timestamp
    GroupPolicyList: PolicyDetailList
    AttachedManagedPolicies: AttachedPolicyList
}
structure RoleDetail {
    Path: String
    RoleName: String
    RoleId: String
    Arn: String
    CreateDate: Timestamp
    AssumeRolePolicyDocument: String
    InstanceProfileList: InstanceProfileList
    RolePolicyList: PolicyDetailList
    AttachedManagedPolicies: AttachedPolicyList
    PermissionsBoundary: AttachedPermissionsBoundary
    Tags: TagList
    RoleLastUsed: RoleLastUsed
}
structure ManagedPolicyDetail {
    PolicyName: String
    PolicyId: String
    Arn: String
    Path: String
    DefaultVersionId: String
    AttachmentCount: Integer
    PermissionsBoundaryUsageCount: Integer
    IsAttachable: Boolean
    Description: String
    CreateDate: Timestamp
    UpdateDate: Timestamp
    PolicyVersionList: PolicyVersionList
}
structure ContextEntry { ContextKeyName: String  ContextKeyValues: StringList  ContextKeyType: ContextKeyType }
enum ContextKeyType {
    STRING = "string"
    STRING_LIST = "stringList"
    NUMERIC = "numeric"
    NUMERIC_LIST = "numericList"
    BOOLEAN = "boolean"
    BOOLEAN_LIST = "booleanList"
    IP = "ip"
    IP_LIST = "ipList"
    BINARY = "binary"
    BINARY_LIST = "binaryList"
    DATE = "date"
    DATE_LIST = "dateList"
}
structure Position { Line: Integer  Column: Integer }
structure Statement { SourcePolicyId: String  SourcePolicyType: String  StartPosition: Position  EndPosition: Position }
structure PermissionsBoundaryDecisionDetail { AllowedByPermissionsBoundary: Boolean }
structure OrganizationsDecisionDetail { AllowedByOrganizations: Boolean }
structure ResourceSpecificResult {
    @required EvalResourceName: String
    @required EvalResourceDecision: String
    MatchedStatements: StatementList
    MissingContextValues: StringList
    EvalDecisionDetails: EvalDecisionDetailsType
    PermissionsBoundaryDecisionDetail: PermissionsBoundaryDecisionDetail
}
structure EvaluationResult {
    @required EvalActionName: String
    EvalResourceName: String
    @required EvalDecision: String
    MatchedStatements: StatementList
    MissingContextValues: StringList
    OrganizationsDecisionDetail: OrganizationsDecisionDetail
    PermissionsBoundaryDecisionDetail: PermissionsBoundaryDecisionDetail
    EvalDecisionDetails: EvalDecisionDetailsType
    ResourceSpecificResults: ResourceSpecificResultList
}
structure SimulatePolicyResponse { EvaluationResults: EvaluationResultList  IsTruncated: Boolean  Marker: String }

// ---- errors

@error("client") @httpError(400) structure ServiceAccessNotEnabledException { message: String }
@error("client") @httpError(400) structure AccountNotManagementOrDelegatedAdministratorException { message: String }
@error("client") @httpError(400) structure OrganizationNotFoundException { message: String }
@error("client") @httpError(400) structure OrganizationNotInAllFeaturesModeException { message: String }
@error("client") @httpError(400) structure CallerIsNotManagementAccountException { message: String }
@error("client") @httpError(404) structure NoSuchEntity { message: String }
@error("client") @httpError(409) structure EntityAlreadyExists { message: String }
@error("client") @httpError(409) structure DeleteConflict { message: String }
@error("client") @httpError(409) structure LimitExceeded { message: String }
@error("client") @httpError(400) structure MalformedPolicyDocument { message: String }
@error("client") @httpError(400) structure PasswordPolicyViolation { message: String }
@error("client") @httpError(400) structure InvalidUserType { message: String }
@error("client") @httpError(403) structure InvalidAuthenticationCode { message: String }
@error("client") @httpError(400) structure InvalidPublicKey { message: String }
@error("client") @httpError(400) structure DuplicateSSHPublicKey { message: String }
@error("client") @httpError(400) structure MalformedCertificate { message: String }
@error("client") @httpError(400) structure InvalidCertificate { message: String }
@error("client") @httpError(400) structure KeyPairMismatch { message: String }
@error("client") @httpError(409) structure DuplicateCertificate { message: String }
@error("client") @httpError(410) @errorCode("ReportNotPresent") structure CredentialReportNotPresentException { message: String }
@error("client") @httpError(410) @errorCode("ReportExpired") structure CredentialReportExpiredException { message: String }
@error("client") @httpError(400) structure InvalidInput { message: String }
@error("client") @httpError(400) structure UnmodifiableEntity { message: String }
@error("client") @httpError(400) structure PolicyNotAttachable { message: String }
@error("client") @httpError(404) @errorCode("NotSupportedService") structure ServiceNotSupported { message: String }
@error("client") @httpError(400) structure ValidationError { message: String }

// ---- rows

@record structure InlinePolicyRow { @required Name: String  @required Document: String }
list InlinePolicyRowList { member: InlinePolicyRow }

/// A user with all that hangs on it, so that one read tells its permissions.
@record structure UserRow {
    @required Name: String
    @required Path: String
    @required Id: String
    @required Created: Timestamp
    @required Tags: TagList
    @required Inline: InlinePolicyRowList
    /// ARNs.
    @required Attached: StringList
    Boundary: String
    @required Groups: StringList
    @required AccessKeys: StringList
    /// Service user names of its service-specific credentials.
    @required ServiceCredentials: StringList
    Password: PasswordRow
    /// Serial numbers.
    MfaDevices: StringList
    SshKeys: SshKeyRowList
    SigningCertificates: SigningCertificateRowList
}
@record structure PasswordRow {
    @required Salt: String
    @required Hash: String
    @required Created: Timestamp
    @required Changed: Timestamp
    @required ResetRequired: Boolean
    /// Salted hashes of earlier ones, newest first.
    @required Earlier: StringList
}
@record structure SshKeyRow {
    @required Id: String
    @required Body: String
    @required Fingerprint: String
    @required Status: String
    @required Uploaded: Timestamp
}
list SshKeyRowList { member: SshKeyRow }
@record structure SigningCertificateRow {
    @required Id: String
    @required Body: String
    @required Status: String
    @required Uploaded: Timestamp
}
list SigningCertificateRowList { member: SigningCertificateRow }
@record structure ServerCertificateRow {
    @required Name: String
    @required Path: String
    @required Id: String
    @required Body: String
    Chain: String
    /// Never told again.
    @required Key: String
    @required Uploaded: Timestamp
    @required Expires: Timestamp
    @required Tags: TagList
}
@record structure PasswordPolicyRow {
    @required MinimumLength: Integer
    @required Symbols: Boolean
    @required Numbers: Boolean
    @required Uppercase: Boolean
    @required Lowercase: Boolean
    @required UsersMayChange: Boolean
    MaxAge: Integer
    ReusePrevention: Integer
    HardExpiry: Boolean
}
@record structure MfaDeviceRow {
    @required Name: String
    @required Path: String
    /// What the device shares, in base 32.
    @required Seed: String
    @required Tags: TagList
    UserId: String
    Enabled: Timestamp
    /// How many steps the device's clock is ahead, and the last step whose code was taken.
    @required Drift: Integer
    @required LastStep: Integer
}
@record structure OidcProviderRow {
    /// "https://…" as it was given.
    @required Url: String
    @required ClientIds: StringList
    @required Thumbprints: StringList
    @required Tags: TagList
    @required Created: Timestamp
}
@record structure SamlProviderRow {
    @required Name: String
    @required Metadata: String
    @required Tags: TagList
    @required Created: Timestamp
}
@record structure GroupRow {
    @required Name: String
    @required Path: String
    @required Id: String
    @required Created: Timestamp
    @required Inline: InlinePolicyRowList
    @required Attached: StringList
    @required Users: StringList
}
@record structure RoleRow {
    @required Name: String
    @required Path: String
    @required Id: String
    @required Created: Timestamp
    @required Tags: TagList
    @required Inline: InlinePolicyRowList
    @required Attached: StringList
    Boundary: String
    /// Users and roles stand in it by their unique ids.
    @required Trust: String
    Description: String
    @required MaxSessionDuration: Integer
    @required InstanceProfiles: StringList
}
@record structure PolicyVersionRow { @required Number: Integer  @required Document: String  @required Created: Timestamp }
list PolicyVersionRowList { member: PolicyVersionRow }
@record structure PolicyRow {
    @required Name: String
    @required Path: String
    @required Id: String
    Description: String
    @required Created: Timestamp
    @required Updated: Timestamp
    @required Tags: TagList
    @required Versions: PolicyVersionRowList
    @required DefaultVersion: Integer
    @required LastVersion: Integer
    @required Attachments: Integer
    @required BoundaryUses: Integer
}
@record structure InstanceProfileRow {
    @required Name: String
    @required Path: String
    @required Id: String
    @required Created: Timestamp
    @required Tags: TagList
    @required Roles: StringList
}
@record structure AccessKeyRow {
    @required Id: String
    @required Secret: String
    @required Account: String
    @required UserName: String
    @required Status: String
    @required Created: Timestamp
}
@record structure ServiceCredentialRow {
    @required ServiceUserName: String
    @required Password: String
    @required Id: String
    @required ServiceName: String
    @required Account: String
    @required UserName: String
    @required Status: String
    @required Created: Timestamp
}
@record structure CredentialReportRow { @required Content: String  @required Made: Timestamp }
@record structure AccessJobRow { @required Id: String  @required Arn: String  @required Granularity: String  @required Created: Timestamp }
