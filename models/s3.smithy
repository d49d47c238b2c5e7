$version: "2"
namespace drydock.s3

// Amazon S3: buckets, objects with versions, multipart uploads. Handlers ask IAM themselves, because the owner of a
// bucket is known only from its row.
@awsService(signingName: "s3", hostPrefix: "s3", protocol: "rest-xml", version: "2006-03-01",
            xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/", global: true)
service s3

// ---- stored rows

@record structure BucketRow {
    @required Name: String
    @required Account: String
    @required Region: String
    @required Created: Timestamp
    Versioning: String
    Policy: String
    SseAlgorithm: String
    KmsKeyId: String
    BucketKeyEnabled: Boolean
    Lifecycle: LifecycleRules
    Tags: TagSet
    PublicAccessBlock: PublicAccessBlockConfiguration
    Notification: NotificationConfiguration
    ObjectOwnership: String              // of the ownership controls
    Acl: StoredGrants                    // empty: the owner alone
    Cors: CORSRules
    // Documents of older data: "cors", before Cors was.
    Raw: RawConfigurations
    Website: WebsiteConfiguration
    Logging: BucketLoggingStatus
    Payer: String                        // empty: the owner
    Acceleration: String                 // empty: never said
    ObjectLock: ObjectLockConfiguration  // set: versions can be locked, for good
}
map RawConfigurations { key: String value: String }

// What is set for all buckets of an account, in every region.
@record structure AccountRow { PublicAccessBlock: PublicAccessBlockConfiguration }

@record structure ObjectRow {
    @required Key: String
    @required VersionId: String          // "null" where the bucket was not versioned
    @required Sequence: Long             // order of versions of one key
    @required LastModified: Timestamp
    DeleteMarker: Boolean
    BlobId: String
    Parts: StoredParts                   // multipart: what it was made of
    Size: Long
    ETag: String
    ContentType: String
    ContentEncoding: String
    ContentDisposition: String
    ContentLanguage: String
    CacheControl: String
    Expires: String
    WebsiteRedirectLocation: String
    StorageClass: String
    Metadata: Metadata
    Tags: TagSet
    SseAlgorithm: String
    KmsKeyId: String
    DataKey: Blob                        // the encrypted data key that KMS gave
    Checksums: Metadata                  // header name to value
    ChecksumType: String
    Owner: String                        // an account; empty: the bucket's owner
    Acl: StoredGrants                    // empty: the owner alone
    LockMode: String
    RetainUntil: Timestamp
    LegalHold: String                    // "ON", "OFF"; empty: never said
}
structure StoredGrant { @required Grantee: String @required Permission: String }  // by canonical id or by a group's URI
list StoredGrants { member: StoredGrant }
structure StoredPart { @required BlobId: String @required Size: Long @required ETag: String @required PartNumber: Integer Checksums: Metadata LastModified: Timestamp }
list StoredParts { member: StoredPart }

@record structure UploadRow {
    @required Bucket: String
    @required Key: String
    @required UploadId: String
    @required Initiated: Timestamp
    @required Object: ObjectRow           // headers of the object to be
    Initiator: String
    ChecksumAlgorithm: String
    ChecksumType: String
}

// ---- shared shapes

@length(min: 1) string ObjectKey  // the upper limit has an error of its own, see access.cc
string BucketName
map Metadata { key: String value: String }
structure Tag { @required Key: String @required Value: String }
list TagSet { @xmlName("Tag") member: Tag }
structure Tagging { @required TagSet: TagSet }
structure Owner { DisplayName: String ID: String }
structure Initiator { ID: String DisplayName: String }

structure LifecycleExpiration { Date: Timestamp Days: Integer ExpiredObjectDeleteMarker: Boolean }
structure NoncurrentVersionExpiration { NoncurrentDays: Integer NewerNoncurrentVersions: Integer }
structure AbortIncompleteMultipartUpload { DaysAfterInitiation: Integer }
structure LifecycleTransition { Date: Timestamp Days: Integer StorageClass: String }
list TransitionList { member: LifecycleTransition }
structure NoncurrentVersionTransition { NoncurrentDays: Integer StorageClass: String NewerNoncurrentVersions: Integer }
list NoncurrentTransitionList { member: NoncurrentVersionTransition }
structure LifecycleAnd { Prefix: String @xmlFlattened @xmlName("Tag") Tags: TagSet ObjectSizeGreaterThan: Long ObjectSizeLessThan: Long }
structure LifecycleFilter { Prefix: String Tag: Tag ObjectSizeGreaterThan: Long ObjectSizeLessThan: Long And: LifecycleAnd }
enum ExpirationStatus { Enabled = "Enabled" Disabled = "Disabled" }
structure LifecycleRule {
    Expiration: LifecycleExpiration
    ID: String
    Prefix: String
    Filter: LifecycleFilter
    @required Status: ExpirationStatus
    @xmlFlattened @xmlName("Transition") Transitions: TransitionList
    @xmlFlattened @xmlName("NoncurrentVersionTransition") NoncurrentVersionTransitions: NoncurrentTransitionList
    NoncurrentVersionExpiration: NoncurrentVersionExpiration
    AbortIncompleteMultipartUpload: AbortIncompleteMultipartUpload
}
@length(max: 1000) list LifecycleRules { member: LifecycleRule }
structure LifecycleConfiguration { @required @xmlFlattened @xmlName("Rule") Rules: LifecycleRules }

structure PublicAccessBlockConfiguration { BlockPublicAcls: Boolean IgnorePublicAcls: Boolean BlockPublicPolicy: Boolean RestrictPublicBuckets: Boolean }
structure ServerSideEncryptionByDefault { @required SSEAlgorithm: String KMSMasterKeyID: String }
structure ServerSideEncryptionRule { ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault BucketKeyEnabled: Boolean }
list ServerSideEncryptionRules { member: ServerSideEncryptionRule }
structure ServerSideEncryptionConfiguration { @required @xmlFlattened @xmlName("Rule") Rules: ServerSideEncryptionRules }
enum BucketVersioningStatus { Enabled = "Enabled" Suspended = "Suspended" }
structure VersioningConfiguration { Status: BucketVersioningStatus MFADelete: String }
structure CreateBucketConfiguration { LocationConstraint: String }

// ---- buckets

structure BucketEntry { Name: String CreationDate: Timestamp BucketRegion: String }
list Buckets { @xmlName("Bucket") member: BucketEntry }
@http(method: "GET", uri: "/", code: 200)
@iam(action: "s3:ListAllMyBuckets")
operation ListBuckets {
    input := { @httpQuery("max-buckets") MaxBuckets: Integer @httpQuery("continuation-token") ContinuationToken: String
               @httpQuery("prefix") Prefix: String @httpQuery("bucket-region") BucketRegion: String }
    output := @xmlName("ListAllMyBucketsResult") { Buckets: Buckets Owner: Owner ContinuationToken: String Prefix: String }
}
@http(method: "PUT", uri: "/{Bucket}", code: 200)
@iam(action: "s3:CreateBucket", keys: ["s3:LocationConstraint={CreateBucketConfiguration.LocationConstraint}",
     "s3:x-amz-acl={ACL}", "s3:x-amz-grant-full-control={GrantFullControl}", "s3:x-amz-grant-read={GrantRead}",
     "s3:x-amz-grant-read-acp={GrantReadACP}", "s3:x-amz-grant-write={GrantWrite}", "s3:x-amz-grant-write-acp={GrantWriteACP}",
     "s3:x-amz-object-ownership={ObjectOwnership}"], also: ["s3:PutBucketAcl", "s3:PutBucketOwnershipControls", "s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"])
operation CreateBucket {
    input := { @required @httpLabel Bucket: BucketName @httpPayload CreateBucketConfiguration: CreateBucketConfiguration
               @httpHeader("x-amz-acl") ACL: String @httpHeader("x-amz-object-ownership") ObjectOwnership: String
               @httpHeader("x-amz-grant-full-control") GrantFullControl: String @httpHeader("x-amz-grant-read") GrantRead: String
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: String @httpHeader("x-amz-grant-write-acp") GrantWriteACP: String @httpHeader("x-amz-grant-write") GrantWrite: String
               @httpHeader("x-amz-bucket-object-lock-enabled") ObjectLockEnabledForBucket: Boolean }
    output := { @httpHeader("Location") Location: String }
}
@http(method: "HEAD", uri: "/{Bucket}", code: 200)
@iam(action: "s3:ListBucket")
@dataEvent
@optionalAuth
operation HeadBucket {
    input := { @required @httpLabel Bucket: BucketName }
    output := { @httpHeader("x-amz-bucket-region") BucketRegion: String }
}
@http(method: "DELETE", uri: "/{Bucket}", code: 204)
@iam(action: "s3:DeleteBucket")
operation DeleteBucket { input := { @required @httpLabel Bucket: BucketName } }
@http(method: "GET", uri: "/{Bucket}?location", code: 200)
@iam(action: "s3:GetBucketLocation")
operation GetBucketLocation {
    input := { @required @httpLabel Bucket: BucketName }
    output := { @httpPayload Body: Blob @httpHeader("Content-Type") ContentType: String }
}

@http(method: "GET", uri: "/{Bucket}?versioning", code: 200)
@iam(action: "s3:GetBucketVersioning")
operation GetBucketVersioning {
    input := { @required @httpLabel Bucket: BucketName }
    output := @xmlName("VersioningConfiguration") { Status: String MFADelete: String }
}
@http(method: "PUT", uri: "/{Bucket}?versioning", code: 200)
@iam(action: "s3:PutBucketVersioning")
operation PutBucketVersioning { input := { @required @httpLabel Bucket: BucketName @required @httpPayload VersioningConfiguration: VersioningConfiguration } }

@http(method: "GET", uri: "/{Bucket}?encryption", code: 200)
@iam(action: "s3:GetEncryptionConfiguration")
operation GetBucketEncryption {
    input := { @required @httpLabel Bucket: BucketName }
    output := { @httpPayload ServerSideEncryptionConfiguration: ServerSideEncryptionConfiguration }
}
@http(method: "PUT", uri: "/{Bucket}?encryption", code: 200)
@iam(action: "s3:PutEncryptionConfiguration")
operation PutBucketEncryption { input := { @required @httpLabel Bucket: BucketName @required @httpPayload ServerSideEncryptionConfiguration: ServerSideEncryptionConfiguration } }
@http(method: "DELETE", uri: "/{Bucket}?encryption", code: 204)
@iam(action: "s3:PutEncryptionConfiguration")
operation DeleteBucketEncryption { input := { @required @httpLabel Bucket: BucketName } }

@http(method: "GET", uri: "/{Bucket}?policy", code: 200)
@iam(action: "s3:GetBucketPolicy")
operation GetBucketPolicy {
    input := { @required @httpLabel Bucket: BucketName }
    output := { @httpPayload Policy: String @httpHeader("Content-Type") ContentType: String }
}
@http(method: "PUT", uri: "/{Bucket}?policy", code: 204)
@iam(action: "s3:PutBucketPolicy")
operation PutBucketPolicy { input := { @required @httpLabel Bucket: BucketName @required @httpPayload Policy: String } }
@http(method: "DELETE", uri: "/{Bucket}?policy", code: 204)
@iam(action: "s3:DeleteBucketPolicy")
operation DeleteBucketPolicy { input := { @required @httpLabel Bucket: BucketName } }
structure PolicyStatus { IsPublic: Boolean }
@http(method: "GET", uri: "/{Bucket}?policyStatus", code: 200)
@iam(action: "s3:GetBucketPolicyStatus")
operation GetBucketPolicyStatus { input := { @required @httpLabel Bucket: BucketName } output := { @httpPayload PolicyStatus: PolicyStatus } }

@http(method: "GET", uri: "/{Bucket}?lifecycle", code: 200)
@iam(action: "s3:GetLifecycleConfiguration")
operation GetBucketLifecycleConfiguration {
    input := { @required @httpLabel Bucket: BucketName }
    output := @xmlName("LifecycleConfiguration") { @xmlFlattened @xmlName("Rule") Rules: LifecycleRules }
}
@http(method: "PUT", uri: "/{Bucket}?lifecycle", code: 200)
@iam(action: "s3:PutLifecycleConfiguration")
operation PutBucketLifecycleConfiguration { input := { @required @httpLabel Bucket: BucketName @required @httpPayload LifecycleConfiguration: LifecycleConfiguration } }
@http(method: "DELETE", uri: "/{Bucket}?lifecycle", code: 204)
@iam(action: "s3:PutLifecycleConfiguration")
operation DeleteBucketLifecycle { input := { @required @httpLabel Bucket: BucketName } }

@http(method: "GET", uri: "/{Bucket}?tagging", code: 200)
@iam(action: "s3:GetBucketTagging")
operation GetBucketTagging {
    input := { @required @httpLabel Bucket: BucketName }
    output := @xmlName("Tagging") { @required TagSet: TagSet }
}
@http(method: "PUT", uri: "/{Bucket}?tagging", code: 204)
@iam(action: "s3:PutBucketTagging")
operation PutBucketTagging { input := { @required @httpLabel Bucket: BucketName @required @httpPayload Tagging: Tagging } }
@http(method: "DELETE", uri: "/{Bucket}?tagging", code: 204)
@iam(action: "s3:PutBucketTagging")
operation DeleteBucketTagging { input := { @required @httpLabel Bucket: BucketName } }

@http(method: "GET", uri: "/{Bucket}?publicAccessBlock", code: 200)
@iam(action: "s3:GetBucketPublicAccessBlock")
operation GetPublicAccessBlock {
    input := { @required @httpLabel Bucket: BucketName }
    output := { @httpPayload PublicAccessBlockConfiguration: PublicAccessBlockConfiguration }
}
@http(method: "PUT", uri: "/{Bucket}?publicAccessBlock", code: 200)
@iam(action: "s3:PutBucketPublicAccessBlock")
operation PutPublicAccessBlock { input := { @required @httpLabel Bucket: BucketName @required @httpPayload PublicAccessBlockConfiguration: PublicAccessBlockConfiguration } }
@http(method: "DELETE", uri: "/{Bucket}?publicAccessBlock", code: 204)
@iam(action: "s3:PutBucketPublicAccessBlock")
operation DeletePublicAccessBlock { input := { @required @httpLabel Bucket: BucketName } }

// Configurations that are never set here: AWS's answer for a bucket without them.
structure RawBucketOutput { @httpPayload Body: Blob @httpHeader("Content-Type") ContentType: String }
structure OnlyBucketInput { @required @httpLabel Bucket: BucketName }
list CORSTexts { member: String }
structure CORSRule {
    ID: String
    @xmlFlattened @xmlName("AllowedHeader") AllowedHeaders: CORSTexts
    @required @xmlFlattened @xmlName("AllowedMethod") AllowedMethods: CORSTexts
    @required @xmlFlattened @xmlName("AllowedOrigin") AllowedOrigins: CORSTexts
    @xmlFlattened @xmlName("ExposeHeader") ExposeHeaders: CORSTexts
    MaxAgeSeconds: Integer
}
@length(min: 1, max: 100) list CORSRules { member: CORSRule }
structure CORSConfiguration { @required @xmlFlattened @xmlName("CORSRule") CORSRules: CORSRules }
@http(method: "GET", uri: "/{Bucket}?cors", code: 200) @iam(action: "s3:GetBucketCORS")
operation GetBucketCors {
    input: OnlyBucketInput
    output := @xmlName("CORSConfiguration") { @xmlFlattened @xmlName("CORSRule") CORSRules: CORSRules }
}
@http(method: "PUT", uri: "/{Bucket}?cors", code: 200) @iam(action: "s3:PutBucketCORS")
operation PutBucketCors { input := { @required @httpLabel Bucket: BucketName @required @httpPayload CORSConfiguration: CORSConfiguration } }
@http(method: "DELETE", uri: "/{Bucket}?cors", code: 204) @iam(action: "s3:PutBucketCORS") operation DeleteBucketCors { input: OnlyBucketInput }
structure OwnershipControlsRule { @required ObjectOwnership: String }
list OwnershipControlsRules { member: OwnershipControlsRule }
structure OwnershipControls { @required @xmlFlattened @xmlName("Rule") Rules: OwnershipControlsRules }
@http(method: "GET", uri: "/{Bucket}?ownershipControls", code: 200) @iam(action: "s3:GetBucketOwnershipControls")
operation GetBucketOwnershipControls { input: OnlyBucketInput output := { @httpPayload OwnershipControls: OwnershipControls } }
@http(method: "PUT", uri: "/{Bucket}?ownershipControls", code: 200) @iam(action: "s3:PutBucketOwnershipControls")
operation PutBucketOwnershipControls { input := { @required @httpLabel Bucket: BucketName @required @httpPayload OwnershipControls: OwnershipControls } }
@http(method: "DELETE", uri: "/{Bucket}?ownershipControls", code: 204) @iam(action: "s3:PutBucketOwnershipControls") operation DeleteBucketOwnershipControls { input: OnlyBucketInput }
@http(method: "GET", uri: "/{Bucket}?acl", code: 200) @iam(action: "s3:GetBucketAcl") @optionalAuth operation GetBucketAcl { input: OnlyBucketInput output: RawBucketOutput }
structure AclGrantee { ID: String DisplayName: String URI: String EmailAddress: String }
enum AclPermission { FULL_CONTROL READ READ_ACP WRITE WRITE_ACP }
structure AclGrant { Grantee: AclGrantee Permission: AclPermission }
list AclGrants { @xmlName("Grant") member: AclGrant }
structure AccessControlPolicy { Owner: Owner AccessControlList: AclGrants }
@http(method: "PUT", uri: "/{Bucket}?acl", code: 200) @iam(action: "s3:PutBucketAcl")
@optionalAuth
operation PutBucketAcl { input := { @required @httpLabel Bucket: BucketName @httpPayload AccessControlPolicy: AccessControlPolicy
    @httpHeader("x-amz-acl") ACL: String
    @httpHeader("x-amz-grant-full-control") GrantFullControl: String @httpHeader("x-amz-grant-read") GrantRead: String
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: String @httpHeader("x-amz-grant-write-acp") GrantWriteACP: String @httpHeader("x-amz-grant-write") GrantWrite: String } }
enum AccelerateStatus { Enabled = "Enabled" Suspended = "Suspended" }
structure AccelerateConfiguration { Status: AccelerateStatus }
@http(method: "GET", uri: "/{Bucket}?accelerate", code: 200) @iam(action: "s3:GetAccelerateConfiguration")
operation GetBucketAccelerateConfiguration { input: OnlyBucketInput output := @xmlName("AccelerateConfiguration") { Status: String } }
@http(method: "PUT", uri: "/{Bucket}?accelerate", code: 200) @iam(action: "s3:PutAccelerateConfiguration")
operation PutBucketAccelerateConfiguration { input := { @required @httpLabel Bucket: BucketName @required @httpPayload AccelerateConfiguration: AccelerateConfiguration } }
enum Payer { Requester = "Requester" BucketOwner = "BucketOwner" }
structure RequestPaymentConfiguration { @required Payer: Payer }
@http(method: "GET", uri: "/{Bucket}?requestPayment", code: 200) @iam(action: "s3:GetBucketRequestPayment")
operation GetBucketRequestPayment { input: OnlyBucketInput output := @xmlName("RequestPaymentConfiguration") { Payer: String } }
@http(method: "PUT", uri: "/{Bucket}?requestPayment", code: 200) @iam(action: "s3:PutBucketRequestPayment")
operation PutBucketRequestPayment { input := { @required @httpLabel Bucket: BucketName @required @httpPayload RequestPaymentConfiguration: RequestPaymentConfiguration } }
@http(method: "GET", uri: "/{Bucket}?replication", code: 200) @iam(action: "s3:GetReplicationConfiguration") operation GetBucketReplication { input: OnlyBucketInput output: RawBucketOutput }

// ---- access logs

structure LoggingTargetGrant { Grantee: AclGrantee Permission: String }
list LoggingTargetGrants { @xmlName("Grant") member: LoggingTargetGrant }
enum PartitionDateSource { EventTime = "EventTime" DeliveryTime = "DeliveryTime" }
structure PartitionedPrefix { PartitionDateSource: PartitionDateSource }
structure SimplePrefix {}
structure TargetObjectKeyFormat { SimplePrefix: SimplePrefix PartitionedPrefix: PartitionedPrefix }
structure LoggingEnabled { @required TargetBucket: String @required TargetPrefix: String TargetGrants: LoggingTargetGrants TargetObjectKeyFormat: TargetObjectKeyFormat }
structure BucketLoggingStatus { LoggingEnabled: LoggingEnabled }
@http(method: "GET", uri: "/{Bucket}?logging", code: 200) @iam(action: "s3:GetBucketLogging")
operation GetBucketLogging { input: OnlyBucketInput output := @xmlName("BucketLoggingStatus") { LoggingEnabled: LoggingEnabled } }
@http(method: "PUT", uri: "/{Bucket}?logging", code: 200) @iam(action: "s3:PutBucketLogging")
operation PutBucketLogging { input := { @required @httpLabel Bucket: BucketName @required @httpPayload BucketLoggingStatus: BucketLoggingStatus } }

// ---- websites

structure WebsiteIndex { @required Suffix: String }
structure WebsiteErrorDocument { @required Key: String }
structure RedirectAllRequestsTo { @required HostName: String Protocol: String }
structure RoutingCondition { HttpErrorCodeReturnedEquals: String KeyPrefixEquals: String }
structure RoutingRedirect { HostName: String HttpRedirectCode: String Protocol: String ReplaceKeyPrefixWith: String ReplaceKeyWith: String }
structure RoutingRule { Condition: RoutingCondition @required Redirect: RoutingRedirect }
list RoutingRules { @xmlName("RoutingRule") member: RoutingRule }
structure WebsiteConfiguration {
    RedirectAllRequestsTo: RedirectAllRequestsTo IndexDocument: WebsiteIndex ErrorDocument: WebsiteErrorDocument RoutingRules: RoutingRules
}
@http(method: "GET", uri: "/{Bucket}?website", code: 200) @iam(action: "s3:GetBucketWebsite")
operation GetBucketWebsite {
    input: OnlyBucketInput
    output := @xmlName("WebsiteConfiguration") {
        RedirectAllRequestsTo: RedirectAllRequestsTo IndexDocument: WebsiteIndex ErrorDocument: WebsiteErrorDocument RoutingRules: RoutingRules
    }
}
@http(method: "PUT", uri: "/{Bucket}?website", code: 200) @iam(action: "s3:PutBucketWebsite")
operation PutBucketWebsite { input := { @required @httpLabel Bucket: BucketName @required @httpPayload WebsiteConfiguration: WebsiteConfiguration } }
@http(method: "DELETE", uri: "/{Bucket}?website", code: 204) @iam(action: "s3:DeleteBucketWebsite") operation DeleteBucketWebsite { input: OnlyBucketInput }

// ---- object lock

enum ObjectLockEnabledStatus { Enabled = "Enabled" }
enum RetentionMode { GOVERNANCE COMPLIANCE }
enum LegalHoldStatus { ON OFF }
structure DefaultRetention { @required Mode: RetentionMode Days: Integer Years: Integer }
structure ObjectLockRule { @required DefaultRetention: DefaultRetention }
structure ObjectLockConfiguration { @required ObjectLockEnabled: ObjectLockEnabledStatus Rule: ObjectLockRule }
@http(method: "GET", uri: "/{Bucket}?object-lock", code: 200)
@iam(action: "s3:GetBucketObjectLockConfiguration")
operation GetObjectLockConfiguration { input: OnlyBucketInput output := { @httpPayload ObjectLockConfiguration: ObjectLockConfiguration } }
@http(method: "PUT", uri: "/{Bucket}?object-lock", code: 200)
@iam(action: "s3:PutBucketObjectLockConfiguration")
operation PutObjectLockConfiguration { input := { @required @httpLabel Bucket: BucketName @required @httpPayload ObjectLockConfiguration: ObjectLockConfiguration } }
structure Retention { Mode: RetentionMode RetainUntilDate: Timestamp }
@http(method: "GET", uri: "/{Bucket}/{Key+}?retention", code: 200)
@iam(action: "s3:GetObjectRetention")
@dataEvent
operation GetObjectRetention {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String }
    output := { @httpPayload Retention: Retention }
}
@http(method: "PUT", uri: "/{Bucket}/{Key+}?retention", code: 200)
@iam(action: "s3:PutObjectRetention", also: ["s3:BypassGovernanceRetention"])
@dataEvent
operation PutObjectRetention {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String
               @httpHeader("x-amz-bypass-governance-retention") BypassGovernanceRetention: Boolean @required @httpPayload Retention: Retention }
}
structure ObjectLockLegalHold { Status: LegalHoldStatus }
@http(method: "GET", uri: "/{Bucket}/{Key+}?legal-hold", code: 200)
@iam(action: "s3:GetObjectLegalHold")
@dataEvent
operation GetObjectLegalHold {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String }
    output := { @httpPayload @xmlName("LegalHold") LegalHold: ObjectLockLegalHold }
}
@http(method: "PUT", uri: "/{Bucket}/{Key+}?legal-hold", code: 200)
@iam(action: "s3:PutObjectLegalHold", keys: ["s3:object-lock-legal-hold={LegalHold.Status}"])
@dataEvent
operation PutObjectLegalHold {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String
               @required @httpPayload @xmlName("LegalHold") LegalHold: ObjectLockLegalHold }
}

// ---- notifications

structure EventBridgeConfiguration {}
structure NotificationFilterRule { @required Name: String @required Value: String }
list NotificationFilterRules { member: NotificationFilterRule }
structure NotificationKeyFilter { @xmlFlattened @xmlName("FilterRule") FilterRules: NotificationFilterRules }
structure NotificationFilter { @xmlName("S3Key") Key: NotificationKeyFilter }
@length(min: 1) list NotificationEvents { member: String }
structure LambdaFunctionConfiguration {
    Id: String
    @required @xmlName("CloudFunction") LambdaFunctionArn: String
    @required @xmlFlattened @xmlName("Event") Events: NotificationEvents
    Filter: NotificationFilter
}
list LambdaFunctionConfigurations { member: LambdaFunctionConfiguration }
structure QueueConfiguration {
    Id: String
    @required @xmlName("Queue") QueueArn: String
    @required @xmlFlattened @xmlName("Event") Events: NotificationEvents
    Filter: NotificationFilter
}
list QueueConfigurations { member: QueueConfiguration }
structure TopicConfiguration {
    Id: String
    @required @xmlName("Topic") TopicArn: String
    @required @xmlFlattened @xmlName("Event") Events: NotificationEvents
    Filter: NotificationFilter
}
list TopicConfigurations { member: TopicConfiguration }
structure NotificationConfiguration {
    @xmlFlattened @xmlName("TopicConfiguration") TopicConfigurations: TopicConfigurations
    @xmlFlattened @xmlName("QueueConfiguration") QueueConfigurations: QueueConfigurations
    @xmlFlattened @xmlName("CloudFunctionConfiguration") LambdaFunctionConfigurations: LambdaFunctionConfigurations
    EventBridgeConfiguration: EventBridgeConfiguration
}
@http(method: "GET", uri: "/{Bucket}?notification", code: 200)
@iam(action: "s3:GetBucketNotification")
operation GetBucketNotificationConfiguration {
    input: OnlyBucketInput
    output := @xmlName("NotificationConfiguration") {
        @xmlFlattened @xmlName("TopicConfiguration") TopicConfigurations: TopicConfigurations
        @xmlFlattened @xmlName("QueueConfiguration") QueueConfigurations: QueueConfigurations
        @xmlFlattened @xmlName("CloudFunctionConfiguration") LambdaFunctionConfigurations: LambdaFunctionConfigurations
        EventBridgeConfiguration: EventBridgeConfiguration
    }
}
@http(method: "PUT", uri: "/{Bucket}?notification", code: 200)
@iam(action: "s3:PutBucketNotification")
operation PutBucketNotificationConfiguration {
    input := { @required @httpLabel Bucket: BucketName @required @httpPayload NotificationConfiguration: NotificationConfiguration
               @httpHeader("x-amz-skip-destination-validation") SkipDestinationValidation: Boolean }
}

// ---- listings

structure ObjectEntry { Key: String LastModified: Timestamp ETag: String Size: Long StorageClass: String Owner: Owner @xmlFlattened ChecksumAlgorithm: StringList ChecksumType: String }
list StringList { member: String }
list ObjectEntries { member: ObjectEntry }
structure CommonPrefix { Prefix: String }
list CommonPrefixes { member: CommonPrefix }
@http(method: "GET", uri: "/{Bucket}?list-type=2", code: 200)
@iam(action: "s3:ListBucket")
@dataEvent
@optionalAuth
operation ListObjectsV2 {
    input := { @required @httpLabel Bucket: BucketName @httpQuery("delimiter") Delimiter: String @httpQuery("encoding-type") EncodingType: String
               @httpQuery("max-keys") MaxKeys: Integer @httpQuery("prefix") Prefix: String @httpQuery("continuation-token") ContinuationToken: String
               @httpQuery("fetch-owner") FetchOwner: Boolean @httpQuery("start-after") StartAfter: String }
    output := @xmlName("ListBucketResult") { IsTruncated: Boolean @xmlFlattened Contents: ObjectEntries Name: String Prefix: String Delimiter: String MaxKeys: Integer
               @xmlFlattened CommonPrefixes: CommonPrefixes EncodingType: String KeyCount: Integer ContinuationToken: String NextContinuationToken: String StartAfter: String }
}
@http(method: "GET", uri: "/{Bucket}", code: 200)
@iam(action: "s3:ListBucket")
@dataEvent
@optionalAuth
operation ListObjects {
    input := { @required @httpLabel Bucket: BucketName @httpQuery("delimiter") Delimiter: String @httpQuery("encoding-type") EncodingType: String
               @httpQuery("marker") Marker: String @httpQuery("max-keys") MaxKeys: Integer @httpQuery("prefix") Prefix: String }
    output := @xmlName("ListBucketResult") { IsTruncated: Boolean Marker: String NextMarker: String @xmlFlattened Contents: ObjectEntries Name: String Prefix: String
               Delimiter: String MaxKeys: Integer @xmlFlattened CommonPrefixes: CommonPrefixes EncodingType: String }
}
structure VersionEntry { ETag: String Size: Long StorageClass: String Key: String VersionId: String IsLatest: Boolean LastModified: Timestamp Owner: Owner }
list VersionEntries { member: VersionEntry }
structure DeleteMarkerEntry { Owner: Owner Key: String VersionId: String IsLatest: Boolean LastModified: Timestamp }
list DeleteMarkers { member: DeleteMarkerEntry }
@http(method: "GET", uri: "/{Bucket}?versions", code: 200)
@iam(action: "s3:ListBucketVersions")
@dataEvent
@optionalAuth
operation ListObjectVersions {
    input := { @required @httpLabel Bucket: BucketName @httpQuery("delimiter") Delimiter: String @httpQuery("encoding-type") EncodingType: String
               @httpQuery("key-marker") KeyMarker: String @httpQuery("version-id-marker") VersionIdMarker: String @httpQuery("max-keys") MaxKeys: Integer @httpQuery("prefix") Prefix: String }
    output := @xmlName("ListVersionsResult") { IsTruncated: Boolean KeyMarker: String VersionIdMarker: String NextKeyMarker: String NextVersionIdMarker: String
               @xmlFlattened @xmlName("Version") Versions: VersionEntries @xmlFlattened @xmlName("DeleteMarker") DeleteMarkers: DeleteMarkers
               Name: String Prefix: String Delimiter: String MaxKeys: Integer @xmlFlattened CommonPrefixes: CommonPrefixes EncodingType: String }
}

// ---- objects

@streaming blob StreamingBlob
structure PutObjectRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpLabel Key: ObjectKey
    @httpPayload Body: StreamingBlob
    @httpHeader("x-amz-acl") ACL: String
    @httpHeader("x-amz-grant-full-control") GrantFullControl: String @httpHeader("x-amz-grant-read") GrantRead: String
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: String @httpHeader("x-amz-grant-write-acp") GrantWriteACP: String
    @httpHeader("Cache-Control") CacheControl: String
    @httpHeader("Content-Disposition") ContentDisposition: String
    @httpHeader("Content-Encoding") ContentEncoding: String
    @httpHeader("Content-Language") ContentLanguage: String
    @httpHeader("Content-MD5") ContentMD5: String
    @httpHeader("Content-Type") ContentType: String
    @httpHeader("Expires") Expires: String
    @httpHeader("If-Match") IfMatch: String
    @httpHeader("If-None-Match") IfNoneMatch: String
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: String
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: String
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: String
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: String
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: String
    @httpHeader("x-amz-sdk-checksum-algorithm") ChecksumAlgorithm: String
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String
    @httpHeader("x-amz-storage-class") StorageClass: String
    @httpHeader("x-amz-tagging") Tagging: String
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: String
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: String @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: String
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: String
}
@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:PutObject", keys: ["s3:if-match={IfMatch}",
     "s3:if-none-match={IfNoneMatch}",
     "s3:x-amz-website-redirect-location={WebsiteRedirectLocation}", "s3:ObjectCreationOperation=true"], also: ["s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold", "kms:GenerateDataKey"])
@dataEvent
@optionalAuth
operation PutObject {
    input: PutObjectRequest
    output := {
        @httpHeader("ETag") ETag: String @httpHeader("x-amz-version-id") VersionId: String
        @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String
        @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: String @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: String
        @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: String @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: String @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: String
        @httpHeader("x-amz-checksum-type") ChecksumType: String
    }
}
structure GetObjectRequest {
    @required @httpLabel Bucket: BucketName
    @required @httpLabel Key: ObjectKey
    @httpHeader("If-Match") IfMatch: String
    @httpHeader("If-Modified-Since") IfModifiedSince: String
    @httpHeader("If-None-Match") IfNoneMatch: String
    @httpHeader("If-Unmodified-Since") IfUnmodifiedSince: String
    @httpHeader("Range") Range: String
    @httpQuery("response-cache-control") ResponseCacheControl: String
    @httpQuery("response-content-disposition") ResponseContentDisposition: String
    @httpQuery("response-content-encoding") ResponseContentEncoding: String
    @httpQuery("response-content-language") ResponseContentLanguage: String
    @httpQuery("response-content-type") ResponseContentType: String
    @httpQuery("response-expires") ResponseExpires: String
    @httpQuery("versionId") VersionId: String
    @httpQuery("partNumber") PartNumber: Integer
    @httpHeader("x-amz-checksum-mode") ChecksumMode: String
}
// Headers of GetObject and HeadObject.
structure GetObjectOutput {
    @httpPayload Body: StreamingBlob
    @httpResponseCode StatusCode: Integer
    @httpHeader("x-amz-delete-marker") DeleteMarker: Boolean
    @httpHeader("accept-ranges") AcceptRanges: String
    @httpHeader("Last-Modified") LastModified: Timestamp
    @httpHeader("ETag") ETag: String
    @httpHeader("x-amz-version-id") VersionId: String
    @httpHeader("Cache-Control") CacheControl: String
    @httpHeader("Content-Disposition") ContentDisposition: String
    @httpHeader("Content-Encoding") ContentEncoding: String
    @httpHeader("Content-Language") ContentLanguage: String
    @httpHeader("Content-Range") ContentRange: String
    @httpHeader("Content-Type") ContentType: String
    @httpHeader("Expires") Expires: String
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: String
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String
    @httpHeader("x-amz-storage-class") StorageClass: String
    @httpHeader("x-amz-tagging-count") TagCount: Integer
    @httpHeader("x-amz-mp-parts-count") PartsCount: Integer
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: String
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: String
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: String
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: String
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: String
    @httpHeader("x-amz-checksum-type") ChecksumType: String
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: String @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: String
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: String
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
}
@http(method: "GET", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:GetObject", also: ["s3:ListBucket", "kms:Decrypt", "s3:GetObjectRetention", "s3:GetObjectLegalHold"])
@optionalAuth
@dataEvent
operation GetObject { input: GetObjectRequest output: GetObjectOutput }
structure HeadObjectOutput {
    @httpHeader("Content-Length") ContentLength: Long
    @httpResponseCode StatusCode: Integer
    @httpHeader("x-amz-delete-marker") DeleteMarker: Boolean
    @httpHeader("accept-ranges") AcceptRanges: String
    @httpHeader("Last-Modified") LastModified: Timestamp
    @httpHeader("ETag") ETag: String
    @httpHeader("x-amz-version-id") VersionId: String
    @httpHeader("Cache-Control") CacheControl: String
    @httpHeader("Content-Disposition") ContentDisposition: String
    @httpHeader("Content-Encoding") ContentEncoding: String
    @httpHeader("Content-Language") ContentLanguage: String
    @httpHeader("Content-Range") ContentRange: String
    @httpHeader("Content-Type") ContentType: String
    @httpHeader("Expires") Expires: String
    @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: String
    @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String
    @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String
    @httpHeader("x-amz-storage-class") StorageClass: String
    @httpHeader("x-amz-mp-parts-count") PartsCount: Integer
    @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: String
    @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: String
    @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: String
    @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: String
    @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: String
    @httpHeader("x-amz-checksum-type") ChecksumType: String
    @httpHeader("x-amz-object-lock-mode") ObjectLockMode: String @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: String
    @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: String
    @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
}
@http(method: "HEAD", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:GetObject", also: ["s3:ListBucket", "kms:Decrypt", "s3:GetObjectRetention", "s3:GetObjectLegalHold"])
@optionalAuth
@dataEvent
operation HeadObject { input: GetObjectRequest output: HeadObjectOutput }
@http(method: "DELETE", uri: "/{Bucket}/{Key+}", code: 204)
@iam(action: "s3:DeleteObject", also: ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"])
@dataEvent
@optionalAuth
operation DeleteObject {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String
               @httpHeader("x-amz-bypass-governance-retention") BypassGovernanceRetention: Boolean }
    output := { @httpHeader("x-amz-delete-marker") DeleteMarker: Boolean @httpHeader("x-amz-version-id") VersionId: String }
}
structure ObjectIdentifier { @required Key: ObjectKey VersionId: String }
@length(min: 1, max: 1000) list ObjectIdentifiers { member: ObjectIdentifier }
structure Delete { @required @xmlFlattened @xmlName("Object") Objects: ObjectIdentifiers Quiet: Boolean }
structure DeletedObject { Key: String VersionId: String DeleteMarker: Boolean DeleteMarkerVersionId: String }
list DeletedObjects { member: DeletedObject }
structure DeleteError { Key: String VersionId: String Code: String Message: String }
list DeleteErrors { member: DeleteError }
@http(method: "POST", uri: "/{Bucket}?delete", code: 200)
@iam(action: "s3:DeleteObject", also: ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"])
@dataEvent
operation DeleteObjects {
    input := { @required @httpLabel Bucket: BucketName @required @httpPayload Delete: Delete @httpHeader("x-amz-bypass-governance-retention") BypassGovernanceRetention: Boolean }
    output := @xmlName("DeleteResult") { @xmlFlattened Deleted: DeletedObjects @xmlFlattened @xmlName("Error") Errors: DeleteErrors }
}
structure CopyObjectResult { ETag: String LastModified: Timestamp }
@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:PutObject", keys: ["s3:x-amz-website-redirect-location={WebsiteRedirectLocation}", "s3:ObjectCreationOperation=true"], also: ["s3:GetObject", "s3:GetObjectTagging", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold", "kms:Decrypt", "kms:GenerateDataKey"])
@dataEvent
operation CopyObject {
    input := {
        @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey
        @required @httpHeader("x-amz-copy-source") CopySource: String
        @httpHeader("x-amz-metadata-directive") MetadataDirective: String @httpHeader("x-amz-tagging-directive") TaggingDirective: String
        @httpHeader("x-amz-copy-source-if-match") CopySourceIfMatch: String @httpHeader("x-amz-copy-source-if-none-match") CopySourceIfNoneMatch: String
        @httpHeader("Cache-Control") CacheControl: String @httpHeader("Content-Disposition") ContentDisposition: String
        @httpHeader("Content-Encoding") ContentEncoding: String @httpHeader("Content-Language") ContentLanguage: String
        @httpHeader("Content-Type") ContentType: String @httpHeader("Expires") Expires: String
        @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
        @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String
        @httpHeader("x-amz-storage-class") StorageClass: String @httpHeader("x-amz-tagging") Tagging: String @httpHeader("x-amz-acl") ACL: String
        @httpHeader("x-amz-grant-full-control") GrantFullControl: String @httpHeader("x-amz-grant-read") GrantRead: String
        @httpHeader("x-amz-grant-read-acp") GrantReadACP: String @httpHeader("x-amz-grant-write-acp") GrantWriteACP: String
        @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: String
        @httpHeader("x-amz-object-lock-mode") ObjectLockMode: String @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: String
        @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: String
    }
    output := { @httpPayload CopyObjectResult: CopyObjectResult @httpHeader("x-amz-version-id") VersionId: String
                @httpHeader("x-amz-copy-source-version-id") CopySourceVersionId: String
                @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String }
}
@http(method: "GET", uri: "/{Bucket}/{Key+}?tagging", code: 200)
@iam(action: "s3:GetObjectTagging")
@dataEvent
@optionalAuth
operation GetObjectTagging {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String }
    output := @xmlName("Tagging") { @httpHeader("x-amz-version-id") VersionId: String @required TagSet: TagSet }
}
@http(method: "PUT", uri: "/{Bucket}/{Key+}?tagging", code: 200)
@iam(action: "s3:PutObjectTagging")
@dataEvent
operation PutObjectTagging {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String @required @httpPayload Tagging: Tagging }
    output := { @httpHeader("x-amz-version-id") VersionId: String }
}
@http(method: "DELETE", uri: "/{Bucket}/{Key+}?tagging", code: 204)
@iam(action: "s3:DeleteObjectTagging")
@dataEvent
operation DeleteObjectTagging {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String }
    output := { @httpHeader("x-amz-version-id") VersionId: String }
}
@http(method: "GET", uri: "/{Bucket}/{Key+}?acl", code: 200)
@iam(action: "s3:GetObjectAcl")
@dataEvent
@optionalAuth
operation GetObjectAcl {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String }
    output: RawBucketOutput
}
@http(method: "PUT", uri: "/{Bucket}/{Key+}?acl", code: 200)
@iam(action: "s3:PutObjectAcl")
@dataEvent
@optionalAuth
operation PutObjectAcl { input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String
    @httpPayload AccessControlPolicy: AccessControlPolicy
    @httpHeader("x-amz-acl") ACL: String
    @httpHeader("x-amz-grant-full-control") GrantFullControl: String @httpHeader("x-amz-grant-read") GrantRead: String
    @httpHeader("x-amz-grant-read-acp") GrantReadACP: String @httpHeader("x-amz-grant-write-acp") GrantWriteACP: String @httpHeader("x-amz-grant-write") GrantWrite: String } }

structure AttributesChecksum { ChecksumCRC32: String ChecksumCRC32C: String ChecksumCRC64NVME: String ChecksumSHA1: String ChecksumSHA256: String ChecksumType: String }
structure ObjectPart { PartNumber: Integer Size: Long ChecksumCRC32: String ChecksumCRC32C: String ChecksumCRC64NVME: String ChecksumSHA1: String ChecksumSHA256: String }
list ObjectPartsList { member: ObjectPart }
structure AttributesParts {
    @xmlName("PartsCount") TotalPartsCount: Integer PartNumberMarker: Integer NextPartNumberMarker: Integer MaxParts: Integer IsTruncated: Boolean
    @xmlFlattened @xmlName("Part") Parts: ObjectPartsList
}
@http(method: "GET", uri: "/{Bucket}/{Key+}?attributes", code: 200)
@iam(action: "s3:GetObjectAttributes", also: ["s3:GetObject", "kms:Decrypt"])
@dataEvent
operation GetObjectAttributes {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @httpQuery("versionId") VersionId: String
               @httpHeader("x-amz-object-attributes") ObjectAttributes: String @httpHeader("x-amz-max-parts") MaxParts: Integer
               @httpHeader("x-amz-part-number-marker") PartNumberMarker: Integer }
    output := @xmlName("GetObjectAttributesResponse") { @httpHeader("x-amz-delete-marker") DeleteMarker: Boolean @httpHeader("Last-Modified") LastModified: Timestamp
               @httpHeader("x-amz-version-id") VersionId: String ETag: String Checksum: AttributesChecksum ObjectParts: AttributesParts StorageClass: String ObjectSize: Long }
}

// ---- multipart

@http(method: "POST", uri: "/{Bucket}/{Key+}?uploads", code: 200)
@iam(action: "s3:PutObject", keys: ["s3:x-amz-website-redirect-location={WebsiteRedirectLocation}", "s3:ObjectCreationOperation=false"], also: ["s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold", "kms:GenerateDataKey"])
@dataEvent
operation CreateMultipartUpload {
    input := {
        @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey
        @httpHeader("Cache-Control") CacheControl: String @httpHeader("Content-Disposition") ContentDisposition: String
        @httpHeader("Content-Encoding") ContentEncoding: String @httpHeader("Content-Language") ContentLanguage: String
        @httpHeader("Content-Type") ContentType: String @httpHeader("Expires") Expires: String
        @httpPrefixHeaders("x-amz-meta-") Metadata: Metadata
        @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String
        @httpHeader("x-amz-storage-class") StorageClass: String @httpHeader("x-amz-tagging") Tagging: String @httpHeader("x-amz-acl") ACL: String
        @httpHeader("x-amz-grant-full-control") GrantFullControl: String @httpHeader("x-amz-grant-read") GrantRead: String
        @httpHeader("x-amz-grant-read-acp") GrantReadACP: String @httpHeader("x-amz-grant-write-acp") GrantWriteACP: String
        @httpHeader("x-amz-checksum-algorithm") ChecksumAlgorithm: String @httpHeader("x-amz-checksum-type") ChecksumType: String
        @httpHeader("x-amz-website-redirect-location") WebsiteRedirectLocation: String
        @httpHeader("x-amz-object-lock-mode") ObjectLockMode: String @httpHeader("x-amz-object-lock-retain-until-date") ObjectLockRetainUntilDate: String
        @httpHeader("x-amz-object-lock-legal-hold") ObjectLockLegalHoldStatus: String
    }
    output := @xmlName("InitiateMultipartUploadResult") { Bucket: String Key: String UploadId: String
        @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String
        @httpHeader("x-amz-checksum-algorithm") ChecksumAlgorithm: String @httpHeader("x-amz-checksum-type") ChecksumType: String }
}
@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:PutObject", keys: ["s3:ObjectCreationOperation=false"], also: ["kms:Decrypt"])
@dataEvent
operation UploadPart {
    input := {
        @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey
        @required @httpQuery("partNumber") PartNumber: Integer @required @httpQuery("uploadId") UploadId: String
        @httpPayload Body: StreamingBlob @httpHeader("Content-MD5") ContentMD5: String @httpHeader("x-amz-sdk-checksum-algorithm") ChecksumAlgorithm: String
        @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: String @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: String
        @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: String @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: String @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: String
    }
    output := { @httpHeader("ETag") ETag: String
        @httpHeader("x-amz-checksum-crc32") ChecksumCRC32: String @httpHeader("x-amz-checksum-crc32c") ChecksumCRC32C: String
        @httpHeader("x-amz-checksum-crc64nvme") ChecksumCRC64NVME: String @httpHeader("x-amz-checksum-sha1") ChecksumSHA1: String @httpHeader("x-amz-checksum-sha256") ChecksumSHA256: String
        @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String }
}
structure CopyPartResult { ETag: String LastModified: Timestamp }
@http(method: "PUT", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:PutObject", keys: ["s3:ObjectCreationOperation=false"], also: ["s3:GetObject", "kms:Decrypt"])
@dataEvent
operation UploadPartCopy {
    input := {
        @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey
        @required @httpQuery("partNumber") PartNumber: Integer @required @httpQuery("uploadId") UploadId: String
        @required @httpHeader("x-amz-copy-source") CopySource: String @httpHeader("x-amz-copy-source-range") CopySourceRange: String
    }
    output := { @httpPayload CopyPartResult: CopyPartResult }
}
structure CompletedPart { ETag: String @required PartNumber: Integer ChecksumCRC32: String ChecksumCRC32C: String ChecksumCRC64NVME: String ChecksumSHA1: String ChecksumSHA256: String }
list CompletedParts { member: CompletedPart }
structure CompletedMultipartUpload { @xmlFlattened @xmlName("Part") Parts: CompletedParts }
@http(method: "POST", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:PutObject", keys: ["s3:if-match={IfMatch}", "s3:if-none-match={IfNoneMatch}", "s3:ObjectCreationOperation=true"])
@dataEvent
operation CompleteMultipartUpload {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @required @httpQuery("uploadId") UploadId: String
               @httpPayload @xmlName("CompleteMultipartUpload") MultipartUpload: CompletedMultipartUpload @httpHeader("If-None-Match") IfNoneMatch: String @httpHeader("If-Match") IfMatch: String }
    output := @xmlName("CompleteMultipartUploadResult") { Location: String Bucket: String Key: String ETag: String @httpHeader("x-amz-version-id") VersionId: String
               ChecksumCRC32: String ChecksumCRC32C: String ChecksumCRC64NVME: String ChecksumSHA1: String ChecksumSHA256: String ChecksumType: String
               @httpHeader("x-amz-server-side-encryption") ServerSideEncryption: String @httpHeader("x-amz-server-side-encryption-aws-kms-key-id") SSEKMSKeyId: String }
}
@http(method: "DELETE", uri: "/{Bucket}/{Key+}", code: 204)
@iam(action: "s3:AbortMultipartUpload")
@dataEvent
operation AbortMultipartUpload {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @required @httpQuery("uploadId") UploadId: String }
}
structure PartEntry { PartNumber: Integer LastModified: Timestamp ETag: String Size: Long ChecksumCRC32: String ChecksumCRC32C: String ChecksumCRC64NVME: String ChecksumSHA1: String ChecksumSHA256: String }
list PartEntries { member: PartEntry }
@http(method: "GET", uri: "/{Bucket}/{Key+}", code: 200)
@iam(action: "s3:ListMultipartUploadParts")
@dataEvent
operation ListParts {
    input := { @required @httpLabel Bucket: BucketName @required @httpLabel Key: ObjectKey @required @httpQuery("uploadId") UploadId: String
               @httpQuery("max-parts") MaxParts: Integer @httpQuery("part-number-marker") PartNumberMarker: String }
    output := @xmlName("ListPartsResult") { Bucket: String Key: String UploadId: String PartNumberMarker: String NextPartNumberMarker: String MaxParts: Integer
               IsTruncated: Boolean @xmlFlattened @xmlName("Part") Parts: PartEntries Initiator: Initiator Owner: Owner StorageClass: String }
}
structure UploadEntry { UploadId: String Key: String Initiated: Timestamp StorageClass: String Owner: Owner Initiator: Initiator }
list UploadEntries { member: UploadEntry }
@http(method: "GET", uri: "/{Bucket}?uploads", code: 200)
@iam(action: "s3:ListBucketMultipartUploads")
@dataEvent
operation ListMultipartUploads {
    input := { @required @httpLabel Bucket: BucketName @httpQuery("delimiter") Delimiter: String @httpQuery("encoding-type") EncodingType: String
               @httpQuery("key-marker") KeyMarker: String @httpQuery("upload-id-marker") UploadIdMarker: String @httpQuery("max-uploads") MaxUploads: Integer @httpQuery("prefix") Prefix: String }
    output := @xmlName("ListMultipartUploadsResult") { Bucket: String KeyMarker: String UploadIdMarker: String NextKeyMarker: String NextUploadIdMarker: String Prefix: String
               Delimiter: String MaxUploads: Integer IsTruncated: Boolean @xmlFlattened @xmlName("Upload") Uploads: UploadEntries @xmlFlattened CommonPrefixes: CommonPrefixes EncodingType: String }
}

// ---- errors

@error("client") @httpError(404) structure NoSuchBucket { message: String }
@error("client") @httpError(404) structure NoSuchKey { message: String }
@error("client") @httpError(404) structure NoSuchVersion { message: String }
@error("client") @httpError(404) structure NoSuchUpload { message: String }
@error("client") @httpError(409) structure BucketAlreadyExists { message: String }
@error("client") @httpError(409) structure BucketAlreadyOwnedByYou { message: String }
@error("client") @httpError(409) structure BucketNotEmpty { message: String }
@error("client") @httpError(400) structure InvalidBucketName { message: String }
@error("client") @httpError(400) structure InvalidArgument { message: String }
@error("client") @httpError(400) structure InvalidRequest { message: String }
@error("client") @httpError(400) structure BadDigest { message: String }
@error("client") @httpError(400) structure InvalidDigest { message: String }
@error("client") @httpError(400) structure MalformedPolicy { message: String }
@error("client") @httpError(400) structure MalformedXML { message: String }
@error("client") @httpError(400) structure InvalidPart { message: String }
@error("client") @httpError(400) structure InvalidPartOrder { message: String }
@error("client") @httpError(400) structure EntityTooSmall { message: String }
@error("client") @httpError(400) structure InvalidTag { message: String }
@error("client") @httpError(400) structure IllegalLocationConstraintException { message: String }
@error("client") @httpError(412) structure PreconditionFailed { message: String }
@error("client") @httpError(416) structure InvalidRange { message: String }
@error("client") @httpError(405) structure MethodNotAllowed { message: String }
@error("client") @httpError(404) structure NoSuchBucketPolicy { message: String }
@error("client") @httpError(404) structure NoSuchLifecycleConfiguration { message: String }
@error("client") @httpError(404) structure NoSuchTagSet { message: String }
@error("client") @httpError(404) structure NoSuchPublicAccessBlockConfiguration { message: String }
@error("client") @httpError(404) structure ServerSideEncryptionConfigurationNotFoundError { message: String }
@error("client") @httpError(404) structure NoSuchConfiguration { message: String }
