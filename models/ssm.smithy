$version: "2"
namespace drydock.ssm

@awsService(signingName: "ssm", hostPrefix: "ssm", protocol: "json11", version: "2014-11-06", targetPrefix: "AmazonSSM")
service ssm

// A parameter's ARN has one slash whether its name begins with one or not, so handlers ask IAM themselves.

@iam(action: "ssm:PutParameter", keys: ["ssm:Policies={Policies}"], tagAction: "ssm:AddTagsToResource")
operation PutParameter {
    input := {
        @required Name: ParameterName
        @length(min: 0, max: 1024) Description: String
        @required Value: String
        Type: ParameterType
        @length(min: 1, max: 256) KeyId: String
        Overwrite: Boolean
        @length(min: 0, max: 1024) AllowedPattern: String
        Tags: TagList
        Tier: ParameterTier
        Policies: String
        DataType: String
    }
    output := { Version: Long  Tier: String }
    errors: [ParameterAlreadyExists, ParameterLimitExceeded, HierarchyTypeMismatchException, ParameterPatternMismatchException,
             InvalidAllowedPatternException, UnsupportedParameterType, InvalidKeyId, TooManyUpdates, ValidationException]
}

@iam(action: "ssm:GetParameter")
operation GetParameter {
    input := { @required Name: ParameterSelector  WithDecryption: Boolean }
    output := { Parameter: Parameter }
    errors: [ParameterNotFound, ParameterVersionNotFound, InvalidKeyId]
}

@iam(action: "ssm:GetParameters")
operation GetParameters {
    input := { @required @length(min: 1, max: 10) Names: ParameterSelectorList  WithDecryption: Boolean }
    output := { Parameters: ParameterList  InvalidParameters: StringList }
    errors: [InvalidKeyId]
}

@iam(action: "ssm:GetParametersByPath", keys: ["ssm:Recursive={Recursive}"])
operation GetParametersByPath {
    input := {
        @required @length(min: 1, max: 2048) Path: String
        Recursive: Boolean
        ParameterFilters: ParameterFilterList
        WithDecryption: Boolean
        @range(min: 1, max: 10) MaxResults: Integer
        NextToken: String
    }
    output := { Parameters: ParameterList  NextToken: String }
    errors: [InvalidFilterKey, InvalidFilterOption, InvalidFilterValue, InvalidKeyId, InvalidNextToken, ValidationException]
}

@iam(action: "ssm:GetParameterHistory")
operation GetParameterHistory {
    input := {
        @required Name: ParameterName
        WithDecryption: Boolean
        @range(min: 1, max: 50) MaxResults: Integer
        NextToken: String
    }
    output := { Parameters: ParameterHistoryList  NextToken: String }
    errors: [ParameterNotFound, InvalidNextToken, InvalidKeyId]
}

@iam(action: "ssm:DeleteParameter")
operation DeleteParameter {
    input := { @required Name: ParameterName }
    output := {}
    errors: [ParameterNotFound]
}

@iam(action: "ssm:DeleteParameters")
operation DeleteParameters {
    input := { @required @length(min: 1, max: 10) Names: ParameterNameList }
    output := { DeletedParameters: StringList  InvalidParameters: StringList }
}

@iam(action: "ssm:DescribeParameters", resource: "*")
operation DescribeParameters {
    input := {
        Filters: ParametersFilterList
        ParameterFilters: ParameterFilterList
        @range(min: 1, max: 50) MaxResults: Integer
        NextToken: String
        Shared: Boolean
    }
    output := { Parameters: ParameterMetadataList  NextToken: String }
    errors: [InvalidFilterKey, InvalidFilterOption, InvalidFilterValue, InvalidNextToken]
}

@iam(action: "ssm:LabelParameterVersion")
operation LabelParameterVersion {
    input := {
        @required Name: ParameterName
        ParameterVersion: Long
        @required @length(min: 1, max: 10) Labels: StringList
    }
    output := { InvalidLabels: StringList  ParameterVersion: Long }
    errors: [ParameterNotFound, ParameterVersionNotFound, ParameterVersionLabelLimitExceeded]
}

@iam(action: "ssm:AddTagsToResource")
operation AddTagsToResource {
    input := { @required ResourceType: String  @required ResourceId: String  @required Tags: TagList }
    output := {}
    errors: [InvalidResourceType, InvalidResourceId, TooManyTagsError]
}

@iam(action: "ssm:RemoveTagsFromResource")
operation RemoveTagsFromResource {
    input := { @required ResourceType: String  @required ResourceId: String  @required TagKeys: StringList }
    output := {}
    errors: [InvalidResourceType, InvalidResourceId]
}

@iam(action: "ssm:ListTagsForResource")
operation ListTagsForResource {
    input := { @required ResourceType: String  @required ResourceId: String }
    output := { TagList: TagList }
    errors: [InvalidResourceType, InvalidResourceId]
}

// ---- sharing with other accounts

@iam(action: "ssm:PutResourcePolicy")
operation PutResourcePolicy {
    input := {
        @required @length(min: 20, max: 2048) ResourceArn: String
        @required Policy: String
        PolicyId: String
        PolicyHash: String
    }
    output := { PolicyId: String  PolicyHash: String }
    errors: [MalformedResourcePolicyDocumentException, ResourceNotFoundException, ResourcePolicyConflictException,
             ResourcePolicyInvalidParameterException, ResourcePolicyLimitExceededException, ResourcePolicyNotFoundException]
}

@iam(action: "ssm:GetResourcePolicies")
operation GetResourcePolicies {
    input := {
        @required @length(min: 20, max: 2048) ResourceArn: String
        @range(min: 1, max: 50) MaxResults: Integer
        NextToken: String
    }
    output := { Policies: ResourcePolicyList  NextToken: String }
    errors: [ResourceNotFoundException, ResourcePolicyInvalidParameterException, InvalidNextToken]
}

@iam(action: "ssm:DeleteResourcePolicy")
operation DeleteResourcePolicy {
    input := {
        @required @length(min: 20, max: 2048) ResourceArn: String
        @required PolicyId: String
        @required PolicyHash: String
    }
    output := {}
    errors: [ResourceNotFoundException, ResourcePolicyConflictException, ResourcePolicyInvalidParameterException, ResourcePolicyNotFoundException]
}

// ---- shapes

@length(min: 1, max: 2048) string ParameterName
@length(min: 1, max: 2048) string ParameterSelector
list ParameterNameList { member: ParameterName }
list ParameterSelectorList { member: ParameterSelector }
list StringList { member: String }
enum ParameterType { String = "String"  StringList = "StringList"  SecureString = "SecureString" }
enum ParameterTier { Standard = "Standard"  Advanced = "Advanced"  IntelligentTiering = "Intelligent-Tiering" }

list ParameterList { member: Parameter }
structure Parameter {
    Name: String
    Type: String
    Value: String
    Version: Long
    Selector: String
    SourceResult: String
    LastModifiedDate: Timestamp
    ARN: String
    DataType: String
}

list ParameterHistoryList { member: ParameterHistory }
structure ParameterHistory {
    Name: String
    Type: String
    KeyId: String
    LastModifiedDate: Timestamp
    LastModifiedUser: String
    Description: String
    Value: String
    AllowedPattern: String
    Version: Long
    Labels: StringList
    Tier: String
    Policies: PolicyList
    DataType: String
}

list ParameterMetadataList { member: ParameterMetadata }
structure ParameterMetadata {
    Name: String
    ARN: String
    Type: String
    KeyId: String
    LastModifiedDate: Timestamp
    LastModifiedUser: String
    Description: String
    AllowedPattern: String
    Version: Long
    Tier: String
    Policies: PolicyList
    DataType: String
}
list PolicyList { member: InlinePolicy }
structure InlinePolicy { PolicyText: String  PolicyType: String  PolicyStatus: String }

list ParameterFilterList { member: ParameterStringFilter }
structure ParameterStringFilter {
    @required @length(min: 1, max: 132) Key: String
    @length(min: 1, max: 10) Option: String
    @length(min: 1, max: 50) Values: StringList
}
list ParametersFilterList { member: ParametersFilter }
structure ParametersFilter { @required Key: String  @required @length(min: 1, max: 50) Values: StringList }

list ResourcePolicyList { member: ResourcePolicy }
structure ResourcePolicy { PolicyId: String  PolicyHash: String  Policy: String }

list TagList { member: Tag }
structure Tag { @required @length(min: 1, max: 128) Key: String  @required @length(min: 0, max: 256) Value: String }

@error("client") @httpError(400) structure ParameterNotFound { message: String }
@error("client") @httpError(400) structure ParameterVersionNotFound { message: String }
@error("client") @httpError(400) structure ParameterAlreadyExists { message: String }
@error("client") @httpError(400) structure ParameterLimitExceeded { message: String }
@error("client") @httpError(400) structure ParameterVersionLabelLimitExceeded { message: String }
@error("client") @httpError(400) structure HierarchyTypeMismatchException { message: String }
@error("client") @httpError(400) structure ParameterPatternMismatchException { message: String }
@error("client") @httpError(400) structure InvalidAllowedPatternException { message: String }
@error("client") @httpError(400) structure UnsupportedParameterType { message: String }
@error("client") @httpError(400) structure InvalidKeyId { message: String }
@error("client") @httpError(400) structure TooManyUpdates { message: String }
@error("client") @httpError(400) structure InvalidFilterKey { message: String }
@error("client") @httpError(400) structure InvalidFilterOption { message: String }
@error("client") @httpError(400) structure InvalidFilterValue { message: String }
@error("client") @httpError(400) structure InvalidNextToken { message: String }
@error("client") @httpError(400) structure InvalidResourceType { message: String }
@error("client") @httpError(400) structure InvalidResourceId { message: String }
@error("client") @httpError(400) structure TooManyTagsError { message: String }
@error("client") @httpError(400) structure MalformedResourcePolicyDocumentException { message: String }
@error("client") @httpError(400) structure ResourceNotFoundException { message: String }
@error("client") @httpError(400) structure ResourcePolicyConflictException { message: String }
@error("client") @httpError(400) structure ResourcePolicyInvalidParameterException { message: String }
@error("client") @httpError(400) structure ResourcePolicyLimitExceededException { message: String }
@error("client") @httpError(400) structure ResourcePolicyNotFoundException { message: String }
@error("client") @httpError(400) structure ValidationException { message: String }

// ---- rows

@record
structure ParameterRow {
    @required Name: String
    @required Latest: Long
    @required Oldest: Long
    @required Tags: TagList
    /// Copies of the latest version's, for lists.
    @required Type: String
    /// Resource policies, their principals by unique id.
    Shares: ResourcePolicyList
}

@record
structure VersionRow {
    @required Name: String
    @required Version: Long
    @required Type: String
    /// The text; of a SecureString KMS's ciphertext.
    @required Value: Blob
    KeyId: String
    Description: String
    AllowedPattern: String
    @required Tier: String
    @required DataType: String
    @required Modified: Timestamp
    @required User: String
    @required Labels: StringList
}
