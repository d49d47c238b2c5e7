$version: "2"
namespace drydock.secretsmanager

@awsService(signingName: "secretsmanager", hostPrefix: "secretsmanager", protocol: "json11", version: "2017-10-17",
            targetPrefix: "secretsmanager")
service secretsmanager

// A secret's ARN ends in random characters, so handlers find the secret first and ask IAM themselves.

@iam(action: "secretsmanager:CreateSecret", also: ["kms:GenerateDataKey", "kms:Decrypt"], tagAction: "secretsmanager:TagResource")
operation CreateSecret {
    input := {
        @required @length(min: 1, max: 512) Name: String
        ClientRequestToken: ClientRequestToken
        @length(min: 0, max: 2048) Description: String
        @length(min: 0, max: 2048) KmsKeyId: String
        @length(min: 1, max: 65536) SecretBinary: Blob
        @length(min: 1, max: 65536) SecretString: String
        Tags: TagList
        AddReplicaRegions: ReplicaRegionList
        ForceOverwriteReplicaSecret: Boolean
    }
    output := { ARN: String  Name: String  VersionId: String }
    errors: [InvalidParameterException, InvalidRequestException, LimitExceededException, EncryptionFailure,
             ResourceExistsException, ResourceNotFoundException, MalformedPolicyDocumentException]
}

@iam(action: "secretsmanager:GetSecretValue", also: ["kms:Decrypt"])
operation GetSecretValue {
    input := { @required SecretId: SecretId  VersionId: ClientRequestToken  VersionStage: VersionStage }
    output := {
        ARN: String
        Name: String
        VersionId: String
        SecretBinary: Blob
        SecretString: String
        VersionStages: StageList
        CreatedDate: Timestamp
    }
    errors: [ResourceNotFoundException, InvalidParameterException, InvalidRequestException, DecryptionFailure]
}

/// Each secret is asked for by itself; what is refused stands among the errors.
@iam(action: "secretsmanager:BatchGetSecretValue", resource: "*", also: ["secretsmanager:GetSecretValue", "secretsmanager:ListSecrets", "kms:Decrypt"])
operation BatchGetSecretValue {
    input := {
        @length(min: 1, max: 20) SecretIdList: SecretIdList
        @length(min: 0, max: 10) Filters: FilterList
        @range(min: 1, max: 20) MaxResults: Integer
        NextToken: String
    }
    output := { SecretValues: SecretValueList  NextToken: String  Errors: SecretErrorList }
    errors: [InvalidParameterException, InvalidNextTokenException]
}

@iam(action: "secretsmanager:PutSecretValue", also: ["kms:GenerateDataKey", "kms:Decrypt"])
operation PutSecretValue {
    input := {
        @required SecretId: SecretId
        ClientRequestToken: ClientRequestToken
        @length(min: 1, max: 65536) SecretBinary: Blob
        @length(min: 1, max: 65536) SecretString: String
        @length(min: 1, max: 20) VersionStages: StageList
    }
    output := { ARN: String  Name: String  VersionId: String  VersionStages: StageList }
    errors: [InvalidParameterException, InvalidRequestException, ResourceExistsException, ResourceNotFoundException]
}

@iam(action: "secretsmanager:UpdateSecret", also: ["kms:GenerateDataKey", "kms:Decrypt"])
operation UpdateSecret {
    input := {
        @required SecretId: SecretId
        ClientRequestToken: ClientRequestToken
        @length(min: 0, max: 2048) Description: String
        @length(min: 0, max: 2048) KmsKeyId: String
        @length(min: 1, max: 65536) SecretBinary: Blob
        @length(min: 1, max: 65536) SecretString: String
    }
    output := { ARN: String  Name: String  VersionId: String }
    errors: [InvalidParameterException, InvalidRequestException, ResourceExistsException, ResourceNotFoundException]
}

@iam(action: "secretsmanager:UpdateSecretVersionStage")
operation UpdateSecretVersionStage {
    input := {
        @required SecretId: SecretId
        @required VersionStage: VersionStage
        RemoveFromVersionId: ClientRequestToken
        MoveToVersionId: ClientRequestToken
    }
    output := { ARN: String  Name: String }
    errors: [InvalidParameterException, InvalidRequestException, ResourceNotFoundException]
}

@iam(action: "secretsmanager:DescribeSecret")
operation DescribeSecret {
    input := { @required SecretId: SecretId }
    output := {
        ARN: String
        Name: String
        Description: String
        KmsKeyId: String
        RotationEnabled: Boolean
        LastChangedDate: Timestamp
        LastAccessedDate: Timestamp
        DeletedDate: Timestamp
        Tags: TagList
        VersionIdsToStages: VersionStageMap
        CreatedDate: Timestamp
    }
    errors: [ResourceNotFoundException]
}

@iam(action: "secretsmanager:ListSecrets", resource: "*")
operation ListSecrets {
    input := {
        IncludePlannedDeletion: Boolean
        @range(min: 1, max: 100) MaxResults: Integer
        NextToken: String
        @length(min: 0, max: 10) Filters: FilterList
        SortOrder: SortOrder
    }
    output := { SecretList: SecretEntryList  NextToken: String }
    errors: [InvalidParameterException, InvalidNextTokenException]
}

@iam(action: "secretsmanager:ListSecretVersionIds")
operation ListSecretVersionIds {
    input := {
        @required SecretId: SecretId
        @range(min: 1, max: 100) MaxResults: Integer
        NextToken: String
        IncludeDeprecated: Boolean
    }
    output := { Versions: VersionEntryList  ARN: String  Name: String }
    errors: [ResourceNotFoundException, InvalidNextTokenException]
}

@iam(action: "secretsmanager:DeleteSecret")
operation DeleteSecret {
    input := { @required SecretId: SecretId  RecoveryWindowInDays: Long  ForceDeleteWithoutRecovery: Boolean }
    output := { ARN: String  Name: String  DeletionDate: Timestamp }
    errors: [InvalidParameterException, InvalidRequestException, ResourceNotFoundException]
}

@iam(action: "secretsmanager:RestoreSecret")
operation RestoreSecret {
    input := { @required SecretId: SecretId }
    output := { ARN: String  Name: String }
    errors: [InvalidRequestException, ResourceNotFoundException]
}

@iam(action: "secretsmanager:GetRandomPassword", resource: "*")
operation GetRandomPassword {
    input := {
        @range(min: 1, max: 4096) PasswordLength: Long
        @length(min: 0, max: 4096) ExcludeCharacters: String
        ExcludeNumbers: Boolean
        ExcludePunctuation: Boolean
        ExcludeUppercase: Boolean
        ExcludeLowercase: Boolean
        IncludeSpace: Boolean
        RequireEachIncludedType: Boolean
    }
    output := { RandomPassword: String }
    errors: [InvalidParameterException, InvalidRequestException]
}

@iam(action: "secretsmanager:PutResourcePolicy")
operation PutResourcePolicy {
    input := {
        @required SecretId: SecretId
        @required @length(min: 1, max: 20480) ResourcePolicy: String
        BlockPublicPolicy: Boolean
    }
    output := { ARN: String  Name: String }
    errors: [MalformedPolicyDocumentException, ResourceNotFoundException, InvalidRequestException, PublicPolicyException]
}

@iam(action: "secretsmanager:ValidateResourcePolicy", also: ["secretsmanager:PutResourcePolicy"])
operation ValidateResourcePolicy {
    input := { SecretId: SecretId  @required @length(min: 1, max: 20480) ResourcePolicy: String }
    output := { PolicyValidationPassed: Boolean  ValidationErrors: ValidationErrorList }
    errors: [MalformedPolicyDocumentException, ResourceNotFoundException, InvalidRequestException]
}

@iam(action: "secretsmanager:GetResourcePolicy")
operation GetResourcePolicy {
    input := { @required SecretId: SecretId }
    output := { ARN: String  Name: String  ResourcePolicy: String }
    errors: [ResourceNotFoundException]
}

@iam(action: "secretsmanager:DeleteResourcePolicy")
operation DeleteResourcePolicy {
    input := { @required SecretId: SecretId }
    output := { ARN: String  Name: String }
    errors: [ResourceNotFoundException]
}

@iam(action: "secretsmanager:TagResource")
operation TagResource {
    input := { @required SecretId: SecretId  @required Tags: TagList }
    errors: [ResourceNotFoundException, InvalidParameterException, InvalidRequestException]
}

@iam(action: "secretsmanager:UntagResource")
operation UntagResource {
    input := { @required SecretId: SecretId  @required TagKeys: TagKeyList }
    errors: [ResourceNotFoundException, InvalidRequestException]
}

// ---- shapes

@length(min: 1, max: 2048) string SecretId
@length(min: 32, max: 64) string ClientRequestToken
@length(min: 1, max: 256) string VersionStage
list StageList { member: VersionStage }
map VersionStageMap { key: String  value: StageList }
enum SortOrder { asc = "asc"  desc = "desc" }

list TagList { member: Tag }
structure Tag { @length(min: 1, max: 128) Key: String  @length(min: 0, max: 256) Value: String }
list TagKeyList { member: String }
list ReplicaRegionList { member: ReplicaRegion }
structure ReplicaRegion { Region: String  KmsKeyId: String }

list SecretIdList { member: SecretId }
list SecretValueList { member: SecretValueEntry }
structure SecretValueEntry {
    ARN: String
    Name: String
    VersionId: String
    SecretBinary: Blob
    SecretString: String
    VersionStages: StageList
    CreatedDate: Timestamp
}
list SecretErrorList { member: SecretErrorEntry }
structure SecretErrorEntry { SecretId: String  ErrorCode: String  Message: String }

list FilterList { member: Filter }
structure Filter { Key: FilterName  @length(min: 1, max: 10) Values: FilterValueList }
enum FilterName {
    description = "description"
    name = "name"
    tag_key = "tag-key"
    tag_value = "tag-value"
    primary_region = "primary-region"
    owning_service = "owning-service"
    all = "all"
}
list FilterValueList { member: String }

list SecretEntryList { member: SecretListEntry }
structure SecretListEntry {
    ARN: String
    Name: String
    Description: String
    KmsKeyId: String
    RotationEnabled: Boolean
    LastChangedDate: Timestamp
    LastAccessedDate: Timestamp
    DeletedDate: Timestamp
    Tags: TagList
    SecretVersionsToStages: VersionStageMap
    CreatedDate: Timestamp
}
list VersionEntryList { member: VersionEntry }
structure VersionEntry { VersionId: String  VersionStages: StageList  CreatedDate: Timestamp  KmsKeyIds: FilterValueList }

@error("client") @httpError(400) structure ResourceNotFoundException { message: String }
@error("client") @httpError(400) structure ResourceExistsException { message: String }
@error("client") @httpError(400) structure InvalidParameterException { message: String }
@error("client") @httpError(400) structure InvalidRequestException { message: String }
@error("client") @httpError(400) structure InvalidNextTokenException { message: String }
@error("client") @httpError(400) structure LimitExceededException { message: String }
@error("client") @httpError(400) structure EncryptionFailure { message: String }
list ValidationErrorList { member: ValidationErrorsEntry }
structure ValidationErrorsEntry { CheckName: String  ErrorMessage: String }

@error("client") @httpError(400) structure DecryptionFailure { message: String }
@error("client") @httpError(400) structure MalformedPolicyDocumentException { message: String }
@error("client") @httpError(400) structure PublicPolicyException { message: String }

// ---- rows

@record
structure SecretRow {
    @required Name: String
    @required Arn: String
    Description: String
    KmsKeyId: String
    @required Created: Timestamp
    @required Changed: Timestamp
    Accessed: Timestamp
    /// When it was marked for deletion, and when it goes.
    Deleted: Timestamp
    Goes: Timestamp
    @required Tags: TagList
    Policy: String
}

@record
structure SecretVersionRow {
    @required Id: String
    @required Created: Timestamp
    @required Stages: StageList
    @required IsBinary: Boolean
    /// KMS's ciphertext of the data key; nonce, tag and bytes sealed with that key.
    @required DataKey: Blob
    @required Sealed: Blob
}
