$version: "2"
namespace drydock.kms

@awsService(signingName: "kms", hostPrefix: "kms", protocol: "json11", version: "2014-11-01", targetPrefix: "TrentService")
service kms

// Most operations name a key by id, ARN or alias, so their handlers ask IAM once the key is known.

// ---- keys

@iam(action: "kms:CreateKey", also: ["kms:TagResource"])
operation CreateKey {
    input := {
        @length(min: 1, max: 131072) Policy: String
        @length(min: 0, max: 8192) Description: String
        KeyUsage: KeyUsageType
        CustomerMasterKeySpec: KeySpecType
        KeySpec: KeySpecType
        Origin: OriginType
        CustomKeyStoreId: String
        BypassPolicyLockoutSafetyCheck: Boolean
        Tags: TagList
        MultiRegion: Boolean
    }
    output := { @required KeyMetadata: KeyMetadata }
    errors: [MalformedPolicyDocumentException, TagException, LimitExceededException]
}

@iam(action: "kms:DescribeKey")
operation DescribeKey {
    input := { @required KeyId: KeyIdType  GrantTokens: GrantTokenList }
    output := { @required KeyMetadata: KeyMetadata }
    errors: [NotFoundException, InvalidArnException]
}

@iam(action: "kms:ListKeys", resource: "*")
operation ListKeys {
    input := { Limit: Limit  Marker: Marker }
    output := { @required Keys: KeyList  NextMarker: String  @required Truncated: Boolean }
    errors: [InvalidMarkerException]
}

@iam(action: "kms:UpdateKeyDescription")
operation UpdateKeyDescription {
    input := { @required KeyId: KeyIdType  @required @length(min: 0, max: 8192) Description: String }
    errors: [NotFoundException]
}

@iam(action: "kms:EnableKey")
operation EnableKey {
    input := { @required KeyId: KeyIdType }
    errors: [NotFoundException, KMSInvalidStateException]
}

@iam(action: "kms:DisableKey")
operation DisableKey {
    input := { @required KeyId: KeyIdType }
    errors: [NotFoundException, KMSInvalidStateException]
}

@iam(action: "kms:EnableKeyRotation")
operation EnableKeyRotation {
    input := { @required KeyId: KeyIdType  @range(min: 90, max: 2560) RotationPeriodInDays: Integer }
    errors: [NotFoundException, DisabledException, KMSInvalidStateException]
}

@iam(action: "kms:DisableKeyRotation")
operation DisableKeyRotation {
    input := { @required KeyId: KeyIdType }
    errors: [NotFoundException, DisabledException, KMSInvalidStateException]
}

@iam(action: "kms:GetKeyRotationStatus")
operation GetKeyRotationStatus {
    input := { @required KeyId: KeyIdType }
    output := {
        @required KeyRotationEnabled: Boolean
        KeyId: String
        RotationPeriodInDays: Integer
        NextRotationDate: Timestamp
    }
    errors: [NotFoundException, KMSInvalidStateException]
}

@iam(action: "kms:ScheduleKeyDeletion")
operation ScheduleKeyDeletion {
    input := { @required KeyId: KeyIdType  @range(min: 1, max: 365) PendingWindowInDays: Integer }
    output := { KeyId: String  DeletionDate: Timestamp  KeyState: String  PendingWindowInDays: Integer }
    errors: [NotFoundException, KMSInvalidStateException]
}

@iam(action: "kms:CancelKeyDeletion")
operation CancelKeyDeletion {
    input := { @required KeyId: KeyIdType }
    output := { KeyId: String }
    errors: [NotFoundException, KMSInvalidStateException]
}

// ---- policies

@iam(action: "kms:PutKeyPolicy")
operation PutKeyPolicy {
    input := {
        @required KeyId: KeyIdType
        PolicyName: PolicyName
        @required @length(min: 1, max: 131072) Policy: String
        BypassPolicyLockoutSafetyCheck: Boolean
    }
    errors: [NotFoundException, MalformedPolicyDocumentException, LimitExceededException, KMSInvalidStateException]
}

@iam(action: "kms:GetKeyPolicy")
operation GetKeyPolicy {
    input := { @required KeyId: KeyIdType  PolicyName: PolicyName }
    output := { Policy: String  PolicyName: String }
    errors: [NotFoundException]
}

@iam(action: "kms:ListKeyPolicies")
operation ListKeyPolicies {
    input := { @required KeyId: KeyIdType  Limit: Limit  Marker: Marker }
    output := { @required PolicyNames: PolicyNameList  @required Truncated: Boolean }
    errors: [NotFoundException]
}

// ---- aliases

@iam(action: "kms:CreateAlias")
operation CreateAlias {
    input := { @required AliasName: AliasName  @required TargetKeyId: KeyIdType }
    errors: [AlreadyExistsException, NotFoundException, InvalidAliasNameException, KMSInvalidStateException]
}

@iam(action: "kms:UpdateAlias")
operation UpdateAlias {
    input := { @required AliasName: AliasName  @required TargetKeyId: KeyIdType }
    errors: [NotFoundException, KMSInvalidStateException]
}

@iam(action: "kms:DeleteAlias")
operation DeleteAlias {
    input := { @required AliasName: AliasName }
    errors: [NotFoundException]
}

@iam(action: "kms:ListAliases", resource: "*")
operation ListAliases {
    input := { KeyId: KeyIdType  Limit: Limit  Marker: Marker }
    output := { @required Aliases: AliasList  NextMarker: String  @required Truncated: Boolean }
    errors: [NotFoundException, InvalidMarkerException]
}

// ---- cryptography

@iam(action: "kms:Encrypt")
@readonly
operation Encrypt {
    input := {
        @required KeyId: KeyIdType
        @required @length(min: 1, max: 4096) Plaintext: Blob
        EncryptionContext: EncryptionContextType
        GrantTokens: GrantTokenList
        EncryptionAlgorithm: EncryptionAlgorithmSpec
        DryRun: Boolean
    }
    output := { CiphertextBlob: Blob  KeyId: String  EncryptionAlgorithm: String }
    errors: [NotFoundException, DisabledException, KMSInvalidStateException, DryRunOperationException]
}

@iam(action: "kms:Decrypt")
@readonly
operation Decrypt {
    input := {
        @required @length(min: 1, max: 6144) CiphertextBlob: Blob
        EncryptionContext: EncryptionContextType
        GrantTokens: GrantTokenList
        KeyId: KeyIdType
        EncryptionAlgorithm: EncryptionAlgorithmSpec
        DryRun: Boolean
    }
    output := { KeyId: String  Plaintext: Blob  EncryptionAlgorithm: String }
    errors: [NotFoundException, DisabledException, InvalidCiphertextException, IncorrectKeyException,
             KMSInvalidStateException, DryRunOperationException]
}

@iam(action: "kms:ReEncryptFrom", also: ["kms:ReEncryptTo"])
@readonly
operation ReEncrypt {
    input := {
        @required @length(min: 1, max: 6144) CiphertextBlob: Blob
        SourceEncryptionContext: EncryptionContextType
        SourceKeyId: KeyIdType
        @required DestinationKeyId: KeyIdType
        DestinationEncryptionContext: EncryptionContextType
        SourceEncryptionAlgorithm: EncryptionAlgorithmSpec
        DestinationEncryptionAlgorithm: EncryptionAlgorithmSpec
        GrantTokens: GrantTokenList
        DryRun: Boolean
    }
    output := {
        CiphertextBlob: Blob
        SourceKeyId: String
        KeyId: String
        SourceEncryptionAlgorithm: String
        DestinationEncryptionAlgorithm: String
    }
    errors: [NotFoundException, DisabledException, InvalidCiphertextException, IncorrectKeyException,
             KMSInvalidStateException, DryRunOperationException]
}

@iam(action: "kms:GenerateDataKey")
@readonly
operation GenerateDataKey {
    input := {
        @required KeyId: KeyIdType
        EncryptionContext: EncryptionContextType
        @range(min: 1, max: 1024) NumberOfBytes: Integer
        KeySpec: DataKeySpec
        GrantTokens: GrantTokenList
        DryRun: Boolean
    }
    output := { CiphertextBlob: Blob  Plaintext: Blob  KeyId: String }
    errors: [NotFoundException, DisabledException, KMSInvalidStateException, DryRunOperationException]
}

@iam(action: "kms:GenerateDataKeyWithoutPlaintext")
@readonly
operation GenerateDataKeyWithoutPlaintext {
    input := {
        @required KeyId: KeyIdType
        EncryptionContext: EncryptionContextType
        KeySpec: DataKeySpec
        @range(min: 1, max: 1024) NumberOfBytes: Integer
        GrantTokens: GrantTokenList
        DryRun: Boolean
    }
    output := { CiphertextBlob: Blob  KeyId: String }
    errors: [NotFoundException, DisabledException, KMSInvalidStateException, DryRunOperationException]
}

@iam(action: "kms:GenerateRandom", resource: "*")
@readonly
operation GenerateRandom {
    input := { @range(min: 1, max: 1024) NumberOfBytes: Integer  CustomKeyStoreId: String }
    output := { Plaintext: Blob }
}

// ---- tags

@iam(action: "kms:TagResource")
operation TagResource {
    input := { @required KeyId: KeyIdType  @required Tags: TagList }
    errors: [NotFoundException, TagException, LimitExceededException, KMSInvalidStateException]
}

@iam(action: "kms:UntagResource")
operation UntagResource {
    input := { @required KeyId: KeyIdType  @required TagKeys: TagKeyList }
    errors: [NotFoundException, TagException, KMSInvalidStateException]
}

@iam(action: "kms:ListResourceTags")
operation ListResourceTags {
    input := { @required KeyId: KeyIdType  @range(min: 1, max: 50) Limit: Integer  Marker: Marker }
    output := { @required Tags: TagList  NextMarker: String  @required Truncated: Boolean }
    errors: [NotFoundException, InvalidMarkerException]
}

// ---- grants

@iam(action: "kms:CreateGrant")
operation CreateGrant {
    input := {
        @required KeyId: KeyIdType
        @required @length(min: 1, max: 256) GranteePrincipal: String
        @length(min: 1, max: 256) RetiringPrincipal: String
        @required Operations: GrantOperationList
        Constraints: GrantConstraints
        GrantTokens: GrantTokenList
        @length(min: 1, max: 256) @pattern("[a-zA-Z0-9:/_-]+") Name: String
        DryRun: Boolean
    }
    output := { GrantToken: String  GrantId: String }
    errors: [NotFoundException, DisabledException, InvalidArnException, KMSInvalidStateException, DryRunOperationException]
}

@iam(action: "kms:ListGrants")
operation ListGrants {
    input := {
        Limit: Limit
        Marker: Marker
        @required KeyId: KeyIdType
        @length(min: 1, max: 128) GrantId: String
        @length(min: 1, max: 256) GranteePrincipal: String
    }
    output := { @required Grants: GrantList  NextMarker: String  @required Truncated: Boolean }
    errors: [NotFoundException, InvalidMarkerException, InvalidGrantIdException]
}

@iam(action: "kms:ListRetirableGrants", resource: "*")
operation ListRetirableGrants {
    input := {
        Limit: Limit
        Marker: Marker
        @required @length(min: 1, max: 256) RetiringPrincipal: String
    }
    output := { @required Grants: GrantList  NextMarker: String  @required Truncated: Boolean }
    errors: [NotFoundException, InvalidMarkerException, InvalidArnException]
}

@iam(action: "kms:RevokeGrant")
operation RevokeGrant {
    input := { @required KeyId: KeyIdType  @required @length(min: 1, max: 128) GrantId: String  DryRun: Boolean }
    errors: [NotFoundException, InvalidGrantIdException, DryRunOperationException]
}

@iam(action: "kms:RetireGrant")
operation RetireGrant {
    input := {
        @length(min: 1, max: 8192) GrantToken: String
        KeyId: KeyIdType
        @length(min: 1, max: 128) GrantId: String
        DryRun: Boolean
    }
    errors: [NotFoundException, InvalidGrantIdException, InvalidGrantTokenException, DryRunOperationException]
}

// ---- shapes

@length(min: 1, max: 2048) string KeyIdType
@length(min: 1, max: 256) @pattern("[a-zA-Z0-9:/_-]+") string AliasName
@length(min: 1, max: 128) @pattern("[\\w]+") string PolicyName
@range(min: 1, max: 1000) integer Limit
@length(min: 1, max: 1024) string Marker

enum KeyUsageType {
    SIGN_VERIFY = "SIGN_VERIFY"
    ENCRYPT_DECRYPT = "ENCRYPT_DECRYPT"
    GENERATE_VERIFY_MAC = "GENERATE_VERIFY_MAC"
    KEY_AGREEMENT = "KEY_AGREEMENT"
}
enum KeySpecType {
    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"
    ECC_NIST_P256 = "ECC_NIST_P256"
    ECC_NIST_P384 = "ECC_NIST_P384"
    ECC_NIST_P521 = "ECC_NIST_P521"
    ECC_SECG_P256K1 = "ECC_SECG_P256K1"
    SYMMETRIC_DEFAULT = "SYMMETRIC_DEFAULT"
    HMAC_224 = "HMAC_224"
    HMAC_256 = "HMAC_256"
    HMAC_384 = "HMAC_384"
    HMAC_512 = "HMAC_512"
    SM2 = "SM2"
}
enum OriginType {
    AWS_KMS = "AWS_KMS"
    EXTERNAL = "EXTERNAL"
    AWS_CLOUDHSM = "AWS_CLOUDHSM"
    EXTERNAL_KEY_STORE = "EXTERNAL_KEY_STORE"
}
enum DataKeySpec { AES_256 = "AES_256"  AES_128 = "AES_128" }
enum EncryptionAlgorithmSpec {
    SYMMETRIC_DEFAULT = "SYMMETRIC_DEFAULT"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    SM2PKE = "SM2PKE"
}
enum GrantOperation {
    Decrypt = "Decrypt"
    Encrypt = "Encrypt"
    GenerateDataKey = "GenerateDataKey"
    GenerateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext"
    ReEncryptFrom = "ReEncryptFrom"
    ReEncryptTo = "ReEncryptTo"
    Sign = "Sign"
    Verify = "Verify"
    GetPublicKey = "GetPublicKey"
    CreateGrant = "CreateGrant"
    RetireGrant = "RetireGrant"
    DescribeKey = "DescribeKey"
    GenerateDataKeyPair = "GenerateDataKeyPair"
    GenerateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext"
    GenerateMac = "GenerateMac"
    VerifyMac = "VerifyMac"
}

map EncryptionContextType { key: String  value: String }
@length(min: 0, max: 10) list GrantTokenList { member: String }
list GrantOperationList { member: GrantOperation }
list EncryptionAlgorithmList { member: String }
list PolicyNameList { member: String }

structure KeyMetadata {
    AWSAccountId: String
    @required KeyId: String
    Arn: String
    CreationDate: Timestamp
    Enabled: Boolean
    Description: String
    KeyUsage: String
    KeyState: String
    DeletionDate: Timestamp
    Origin: String
    KeyManager: String
    CustomerMasterKeySpec: String
    KeySpec: String
    EncryptionAlgorithms: EncryptionAlgorithmList
    MultiRegion: Boolean
}

list KeyList { member: KeyListEntry }
structure KeyListEntry { KeyId: String  KeyArn: String }

list AliasList { member: AliasListEntry }
structure AliasListEntry {
    AliasName: String
    AliasArn: String
    TargetKeyId: String
    CreationDate: Timestamp
    LastUpdatedDate: Timestamp
}

list TagList { member: Tag }
structure Tag {
    @required @length(min: 1, max: 128) TagKey: String
    @required @length(min: 0, max: 256) TagValue: String
}
list TagKeyList { member: String }

structure GrantConstraints {
    EncryptionContextSubset: EncryptionContextType
    EncryptionContextEquals: EncryptionContextType
}
list GrantList { member: GrantListEntry }
structure GrantListEntry {
    KeyId: String
    GrantId: String
    Name: String
    CreationDate: Timestamp
    GranteePrincipal: String
    RetiringPrincipal: String
    IssuingAccount: String
    Operations: GrantOperationList
    Constraints: GrantConstraints
}

@error("client") @httpError(400) structure NotFoundException { message: String }
@error("client") @httpError(400) structure InvalidArnException { message: String }
@error("client") @httpError(400) structure DisabledException { message: String }
@error("client") @httpError(400) structure KMSInvalidStateException { message: String }
@error("client") @httpError(400) structure AlreadyExistsException { message: String }
@error("client") @httpError(400) structure InvalidAliasNameException { message: String }
@error("client") @httpError(400) structure NotAuthorizedException { message: String }
@error("client") @httpError(400) structure MalformedPolicyDocumentException { message: String }
@error("client") @httpError(400) structure LimitExceededException { message: String }
@error("client") @httpError(400) structure TagException { message: String }
@error("client") @httpError(400) structure InvalidMarkerException { message: String }
@error("client") @httpError(400) structure InvalidCiphertextException { message: String }
@error("client") @httpError(400) structure IncorrectKeyException { message: String }
@error("client") @httpError(400) structure InvalidGrantIdException { message: String }
@error("client") @httpError(400) structure InvalidGrantTokenException { message: String }
@error("client") @httpError(412) structure DryRunOperationException { message: String }
@error("client") @httpError(400) structure ValidationException { message: String }
@error("client") @httpError(400) structure UnsupportedOperationException { message: String }

// ---- rows

list MaterialList { member: Blob }

@record
structure KeyRow {
    @required Id: String
    @required Arn: String
    @required Created: Timestamp
    @required Description: String
    /// Enabled, Disabled or PendingDeletion.
    @required State: String
    /// CUSTOMER or AWS.
    @required Manager: String
    @required Policy: String
    @required Tags: TagList
    /// The first is the oldest; rotation adds one. Ciphertexts name theirs by position.
    @required Materials: MaterialList
    DeletionDate: Timestamp
    RotationDays: Integer
    NextRotation: Timestamp
}

@record
structure AliasRow {
    @required Name: String
    @required KeyId: String
    @required Created: Timestamp
    @required Updated: Timestamp
}

@record
structure GrantRow {
    @required Id: String
    @required Token: String
    @required KeyId: String
    Name: String
    @required Created: Timestamp
    @required Grantee: String
    Retiring: String
    /// What aws:userid of users, roles and sessions is: who is deleted and made anew has another one.
    GranteeId: String
    RetiringId: String
    @required Issuer: String
    @required Operations: GrantOperationList
    Subset: EncryptionContextType
    Equals: EncryptionContextType
}
