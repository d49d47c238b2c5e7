$version: "2"
namespace drydock.lambda

@awsService(signingName: "lambda", hostPrefix: "lambda", protocol: "rest-json", version: "2015-03-31")
service lambda

// A function may be named by name, partial ARN or ARN, with a qualifier behind it or beside it. So the handlers work
// out the resource and ask IAM themselves wherever @iam names no resource.

// ---- functions

@http(method: "POST", uri: "/2015-03-31/functions", code: 201)
@iam(action: "lambda:CreateFunction", keys: ["lambda:Layer={Layers}", "lambda:CodeSigningConfigArn={CodeSigningConfigArn}"], also: ["iam:PassRole", "lambda:GetLayerVersion", "kms:Encrypt", "kms:CreateGrant", "kms:Decrypt"], tagAction: "lambda:TagResource")
operation CreateFunction {
    input := {
        @required FunctionName: FunctionName
        Runtime: Runtime
        @required Role: RoleArn
        Handler: Handler
        @required Code: FunctionCode
        Description: Description
        Timeout: Timeout
        MemorySize: MemorySize
        Publish: Boolean
        VpcConfig: Document
        PackageType: PackageType
        DeadLetterConfig: DeadLetterConfig
        Environment: Environment
        KMSKeyArn: String
        TracingConfig: TracingConfig
        Tags: Tags
        Layers: StringList
        FileSystemConfigs: DocumentList
        ImageConfig: Document
        CodeSigningConfigArn: String
        Architectures: ArchitectureList
        EphemeralStorage: EphemeralStorage
        SnapStart: SnapStart
        LoggingConfig: LoggingConfig
    }
    output: FunctionConfiguration
    errors: [InvalidParameterValueException, ResourceConflictException]
}

@http(method: "GET", uri: "/2015-03-31/functions/{FunctionName}")
@iam(action: "lambda:GetFunction", also: ["kms:Decrypt"])
operation GetFunction {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: Qualifier
    }
    output := {
        Configuration: FunctionConfiguration
        Code: FunctionCodeLocation
        Tags: Tags
        Concurrency: Concurrency
    }
    errors: [ResourceNotFoundException]
}

@http(method: "GET", uri: "/2015-03-31/functions/{FunctionName}/configuration")
@iam(action: "lambda:GetFunctionConfiguration", also: ["kms:Decrypt"])
operation GetFunctionConfiguration {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: Qualifier
    }
    output: FunctionConfiguration
    errors: [ResourceNotFoundException]
}

@http(method: "PUT", uri: "/2015-03-31/functions/{FunctionName}/code")
@iam(action: "lambda:UpdateFunctionCode", also: ["kms:Decrypt"])
operation UpdateFunctionCode {
    input := {
        @required @httpLabel FunctionName: FunctionName
        ZipFile: Blob
        S3Bucket: S3Bucket
        S3Key: S3Key
        S3ObjectVersion: S3ObjectVersion
        ImageUri: String
        Publish: Boolean
        DryRun: Boolean
        RevisionId: String
        Architectures: ArchitectureList
    }
    output: FunctionConfiguration
    errors: [ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException]
}

@http(method: "PUT", uri: "/2015-03-31/functions/{FunctionName}/configuration")
@iam(action: "lambda:UpdateFunctionConfiguration", keys: ["lambda:Layer={Layers}"], also: ["iam:PassRole", "lambda:GetLayerVersion", "kms:Encrypt", "kms:CreateGrant", "kms:Decrypt"])
operation UpdateFunctionConfiguration {
    input := {
        @required @httpLabel FunctionName: FunctionName
        Role: RoleArn
        Handler: Handler
        Description: Description
        Timeout: Timeout
        MemorySize: MemorySize
        VpcConfig: Document
        Environment: Environment
        Runtime: Runtime
        DeadLetterConfig: DeadLetterConfig
        KMSKeyArn: String
        TracingConfig: TracingConfig
        RevisionId: String
        Layers: StringList
        FileSystemConfigs: DocumentList
        ImageConfig: Document
        EphemeralStorage: EphemeralStorage
        SnapStart: SnapStart
        LoggingConfig: LoggingConfig
    }
    output: FunctionConfiguration
    errors: [ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException]
}

@http(method: "DELETE", uri: "/2015-03-31/functions/{FunctionName}", code: 204)
@iam(action: "lambda:DeleteFunction")
operation DeleteFunction {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: Qualifier
    }
    errors: [ResourceNotFoundException, InvalidParameterValueException, ResourceConflictException]
}

@http(method: "GET", uri: "/2015-03-31/functions/")
@iam(action: "lambda:ListFunctions", resource: "*", also: ["kms:Decrypt"])
operation ListFunctions {
    input := {
        @httpQuery("MasterRegion") MasterRegion: String
        @httpQuery("FunctionVersion") FunctionVersion: FunctionVersionFilter
        @httpQuery("Marker") Marker: String
        @httpQuery("MaxItems") MaxItems: MaxItems
    }
    output := {
        NextMarker: String
        Functions: FunctionList
    }
    errors: [InvalidParameterValueException]
}

@http(method: "GET", uri: "/2016-08-19/account-settings/")
@iam(action: "lambda:GetAccountSettings", resource: "*")
operation GetAccountSettings {
    output := {
        AccountLimit: AccountLimit
        AccountUsage: AccountUsage
    }
}

// Code signing is not served; AWS does answer so for every function without it.
@http(method: "GET", uri: "/2020-06-30/functions/{FunctionName}/code-signing-config")
@iam(action: "lambda:GetFunctionCodeSigningConfig")
operation GetFunctionCodeSigningConfig {
    input := { @required @httpLabel FunctionName: FunctionName }
    output := {
        CodeSigningConfigArn: String
        FunctionName: String
    }
    errors: [ResourceNotFoundException]
}

// ---- versions and aliases

@http(method: "POST", uri: "/2015-03-31/functions/{FunctionName}/versions", code: 201)
@iam(action: "lambda:PublishVersion", also: ["kms:Decrypt"])
operation PublishVersion {
    input := {
        @required @httpLabel FunctionName: FunctionName
        CodeSha256: String
        Description: Description
        RevisionId: String
    }
    output: FunctionConfiguration
    errors: [ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException]
}

@http(method: "GET", uri: "/2015-03-31/functions/{FunctionName}/versions")
@iam(action: "lambda:ListVersionsByFunction", also: ["kms:Decrypt"])
operation ListVersionsByFunction {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Marker") Marker: String
        @httpQuery("MaxItems") MaxItems: MaxItems
    }
    output := {
        NextMarker: String
        Versions: FunctionList
    }
    errors: [ResourceNotFoundException]
}

@http(method: "POST", uri: "/2015-03-31/functions/{FunctionName}/aliases", code: 201)
@iam(action: "lambda:CreateAlias")
operation CreateAlias {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @required Name: AliasName
        @required FunctionVersion: Version
        Description: Description
        RoutingConfig: AliasRoutingConfiguration
    }
    output: AliasConfiguration
    errors: [ResourceNotFoundException, ResourceConflictException, InvalidParameterValueException]
}

@http(method: "GET", uri: "/2015-03-31/functions/{FunctionName}/aliases/{Name}")
@iam(action: "lambda:GetAlias")
operation GetAlias {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @required @httpLabel Name: AliasName
    }
    output: AliasConfiguration
    errors: [ResourceNotFoundException]
}

@http(method: "PUT", uri: "/2015-03-31/functions/{FunctionName}/aliases/{Name}")
@iam(action: "lambda:UpdateAlias")
operation UpdateAlias {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @required @httpLabel Name: AliasName
        FunctionVersion: Version
        Description: Description
        RoutingConfig: AliasRoutingConfiguration
        RevisionId: String
    }
    output: AliasConfiguration
    errors: [ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException]
}

@http(method: "DELETE", uri: "/2015-03-31/functions/{FunctionName}/aliases/{Name}", code: 204)
@iam(action: "lambda:DeleteAlias")
operation DeleteAlias {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @required @httpLabel Name: AliasName
    }
    errors: [ResourceNotFoundException]
}

@http(method: "GET", uri: "/2015-03-31/functions/{FunctionName}/aliases")
@iam(action: "lambda:ListAliases")
operation ListAliases {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("FunctionVersion") FunctionVersion: Version
        @httpQuery("Marker") Marker: String
        @httpQuery("MaxItems") MaxItems: MaxItems
    }
    output := {
        NextMarker: String
        Aliases: AliasList
    }
    errors: [ResourceNotFoundException]
}

// ---- permissions

@http(method: "POST", uri: "/2015-03-31/functions/{FunctionName}/policy", code: 201)
@iam(action: "lambda:AddPermission")
operation AddPermission {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @required StatementId: StatementId
        @required Action: PermissionAction
        @required Principal: PermissionPrincipal
        SourceArn: String
        @pattern("\\d{12}") SourceAccount: String
        EventSourceToken: String
        @httpQuery("Qualifier") Qualifier: Qualifier
        RevisionId: String
        PrincipalOrgID: String
        FunctionUrlAuthType: FunctionUrlAuthType
        InvokedViaFunctionUrl: Boolean
    }
    output := { Statement: String }
    errors: [ResourceNotFoundException, ResourceConflictException, InvalidParameterValueException, PreconditionFailedException]
}

@http(method: "DELETE", uri: "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", code: 204)
@iam(action: "lambda:RemovePermission")
operation RemovePermission {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @required @httpLabel StatementId: String
        @httpQuery("Qualifier") Qualifier: Qualifier
        @httpQuery("RevisionId") RevisionId: String
    }
    errors: [ResourceNotFoundException, PreconditionFailedException]
}

@http(method: "GET", uri: "/2015-03-31/functions/{FunctionName}/policy")
@iam(action: "lambda:GetPolicy")
operation GetPolicy {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: Qualifier
    }
    output := {
        Policy: String
        RevisionId: String
    }
    errors: [ResourceNotFoundException]
}

// ---- invocation

@http(method: "POST", uri: "/2015-03-31/functions/{FunctionName}/invocations")
@iam(action: "lambda:InvokeFunction")
@waits
@dataEvent
operation Invoke {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpHeader("X-Amz-Invocation-Type") InvocationType: InvocationType
        @httpHeader("X-Amz-Log-Type") LogType: LogType
        @httpHeader("X-Amz-Client-Context") ClientContext: String
        @httpQuery("Qualifier") Qualifier: Qualifier
        @httpPayload Payload: Blob
    }
    output := {
        @httpResponseCode StatusCode: Integer
        @httpHeader("X-Amz-Function-Error") FunctionError: String
        @httpHeader("X-Amz-Log-Result") LogResult: String
        @httpHeader("X-Amz-Executed-Version") ExecutedVersion: String
        @httpPayload Payload: Blob
    }
    errors: [ResourceNotFoundException, TooManyRequestsException, RequestTooLargeException, InvalidRequestContentException,
             InvalidParameterValueException, ServiceException]
}

// ---- concurrency and asynchronous invocation

@http(method: "PUT", uri: "/2017-10-31/functions/{FunctionName}/concurrency")
@iam(action: "lambda:PutFunctionConcurrency")
operation PutFunctionConcurrency {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @required @range(min: 0) ReservedConcurrentExecutions: Integer
    }
    output: Concurrency
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

@http(method: "GET", uri: "/2019-09-30/functions/{FunctionName}/concurrency")
@iam(action: "lambda:GetFunctionConcurrency")
operation GetFunctionConcurrency {
    input := { @required @httpLabel FunctionName: FunctionName }
    output := { ReservedConcurrentExecutions: Integer }
    errors: [ResourceNotFoundException]
}

@http(method: "DELETE", uri: "/2017-10-31/functions/{FunctionName}/concurrency", code: 204)
@iam(action: "lambda:DeleteFunctionConcurrency")
operation DeleteFunctionConcurrency {
    input := { @required @httpLabel FunctionName: FunctionName }
    errors: [ResourceNotFoundException]
}

@http(method: "PUT", uri: "/2019-09-25/functions/{FunctionName}/event-invoke-config")
@iam(action: "lambda:PutFunctionEventInvokeConfig")
operation PutFunctionEventInvokeConfig {
    input: EventInvokeConfigInput
    output: FunctionEventInvokeConfig
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

@http(method: "POST", uri: "/2019-09-25/functions/{FunctionName}/event-invoke-config")
@iam(action: "lambda:UpdateFunctionEventInvokeConfig")
operation UpdateFunctionEventInvokeConfig {
    input: EventInvokeConfigInput
    output: FunctionEventInvokeConfig
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

@http(method: "GET", uri: "/2019-09-25/functions/{FunctionName}/event-invoke-config")
@iam(action: "lambda:GetFunctionEventInvokeConfig")
operation GetFunctionEventInvokeConfig {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: Qualifier
    }
    output: FunctionEventInvokeConfig
    errors: [ResourceNotFoundException]
}

@http(method: "DELETE", uri: "/2019-09-25/functions/{FunctionName}/event-invoke-config", code: 204)
@iam(action: "lambda:DeleteFunctionEventInvokeConfig")
operation DeleteFunctionEventInvokeConfig {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: Qualifier
    }
    errors: [ResourceNotFoundException]
}

// ---- URLs. The handlers give lambda:FunctionUrlAuthType: of what is asked for, else of the URL there is.

@http(method: "POST", uri: "/2021-10-31/functions/{FunctionName}/url", code: 201)
@iam(action: "lambda:CreateFunctionUrlConfig", keys: ["lambda:FunctionUrlAuthType={AuthType}"])
operation CreateFunctionUrlConfig {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: UrlQualifier
        @required AuthType: FunctionUrlAuthType
        Cors: Cors
        InvokeMode: InvokeMode
    }
    output := {
        @required FunctionUrl: String
        @required FunctionArn: String
        @required AuthType: String
        Cors: Cors
        @required CreationTime: String
        InvokeMode: String
    }
    errors: [ResourceNotFoundException, ResourceConflictException, InvalidParameterValueException]
}

@http(method: "GET", uri: "/2021-10-31/functions/{FunctionName}/url")
@iam(action: "lambda:GetFunctionUrlConfig")
operation GetFunctionUrlConfig {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: UrlQualifier
    }
    output: FunctionUrlConfig
    errors: [ResourceNotFoundException]
}

@http(method: "PUT", uri: "/2021-10-31/functions/{FunctionName}/url")
@iam(action: "lambda:UpdateFunctionUrlConfig", keys: ["lambda:FunctionUrlAuthType={AuthType}"])
operation UpdateFunctionUrlConfig {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: UrlQualifier
        AuthType: FunctionUrlAuthType
        Cors: Cors
        InvokeMode: InvokeMode
    }
    output: FunctionUrlConfig
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

@http(method: "DELETE", uri: "/2021-10-31/functions/{FunctionName}/url", code: 204)
@iam(action: "lambda:DeleteFunctionUrlConfig")
operation DeleteFunctionUrlConfig {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Qualifier") Qualifier: UrlQualifier
    }
    errors: [ResourceNotFoundException]
}

@http(method: "GET", uri: "/2021-10-31/functions/{FunctionName}/urls")
@iam(action: "lambda:ListFunctionUrlConfigs")
operation ListFunctionUrlConfigs {
    input := {
        @required @httpLabel FunctionName: FunctionName
        @httpQuery("Marker") Marker: String
        @httpQuery("MaxItems") @range(min: 1, max: 50) MaxItems: Integer
    }
    output := {
        @required FunctionUrlConfigs: FunctionUrlConfigList
        NextMarker: String
    }
    errors: [ResourceNotFoundException]
}

// ---- event source mappings, of SQS queues and DynamoDB streams. The handlers give lambda:FunctionArn.

@http(method: "POST", uri: "/2015-03-31/event-source-mappings", code: 202)
@iam(action: "lambda:CreateEventSourceMapping", tagAction: "lambda:TagResource")
operation CreateEventSourceMapping {
    input := {
        EventSourceArn: EventSourceArn
        @required FunctionName: FunctionName
        Enabled: Boolean
        BatchSize: BatchSize
        FilterCriteria: FilterCriteria
        MaximumBatchingWindowInSeconds: BatchingWindow
        FunctionResponseTypes: FunctionResponseTypeList
        ScalingConfig: ScalingConfig
        StartingPosition: StartingPosition
        Tags: Tags
        DestinationConfig: DestinationConfig
        MaximumRecordAgeInSeconds: RecordAge
        BisectBatchOnFunctionError: Boolean
        MaximumRetryAttempts: StreamRetries
        @range(min: 1, max: 10) ParallelizationFactor: Integer
        @range(min: 0, max: 900) TumblingWindowInSeconds: Integer
        Topics: StringList
        Queues: StringList
        SourceAccessConfigurations: DocumentList
        SelfManagedEventSource: Document
        KMSKeyArn: String
        MetricsConfig: Document
        ProvisionedPollerConfig: Document
    }
    output: EventSourceMappingConfiguration
    errors: [InvalidParameterValueException, ResourceConflictException, ResourceNotFoundException]
}

@http(method: "GET", uri: "/2015-03-31/event-source-mappings/{UUID}")
@iam(action: "lambda:GetEventSourceMapping")
operation GetEventSourceMapping {
    input := { @required @httpLabel UUID: MappingId }
    output: EventSourceMappingConfiguration
    errors: [ResourceNotFoundException]
}

@http(method: "PUT", uri: "/2015-03-31/event-source-mappings/{UUID}", code: 202)
@iam(action: "lambda:UpdateEventSourceMapping")
operation UpdateEventSourceMapping {
    input := {
        @required @httpLabel UUID: MappingId
        FunctionName: FunctionName
        Enabled: Boolean
        BatchSize: BatchSize
        FilterCriteria: FilterCriteria
        MaximumBatchingWindowInSeconds: BatchingWindow
        FunctionResponseTypes: FunctionResponseTypeList
        ScalingConfig: ScalingConfig
        DestinationConfig: DestinationConfig
        MaximumRecordAgeInSeconds: RecordAge
        BisectBatchOnFunctionError: Boolean
        MaximumRetryAttempts: StreamRetries
        @range(min: 1, max: 10) ParallelizationFactor: Integer
        @range(min: 0, max: 900) TumblingWindowInSeconds: Integer
        SourceAccessConfigurations: DocumentList
        KMSKeyArn: String
        MetricsConfig: Document
        ProvisionedPollerConfig: Document
    }
    output: EventSourceMappingConfiguration
    errors: [InvalidParameterValueException, ResourceNotFoundException, ResourceInUseException]
}

@http(method: "DELETE", uri: "/2015-03-31/event-source-mappings/{UUID}", code: 202)
@iam(action: "lambda:DeleteEventSourceMapping")
operation DeleteEventSourceMapping {
    input := { @required @httpLabel UUID: MappingId }
    output: EventSourceMappingConfiguration
    errors: [ResourceNotFoundException, ResourceInUseException]
}

@http(method: "GET", uri: "/2015-03-31/event-source-mappings")
@iam(action: "lambda:ListEventSourceMappings", resource: "*")
operation ListEventSourceMappings {
    input := {
        @httpQuery("EventSourceArn") EventSourceArn: EventSourceArn
        @httpQuery("FunctionName") FunctionName: FunctionName
        @httpQuery("Marker") Marker: String
        @httpQuery("MaxItems") MaxItems: MaxItems
    }
    output := {
        NextMarker: String
        EventSourceMappings: EventSourceMappingList
    }
    errors: [InvalidParameterValueException]
}

// ---- layers

@http(method: "POST", uri: "/2018-10-31/layers/{LayerName}/versions", code: 201)
@iam(action: "lambda:PublishLayerVersion")
operation PublishLayerVersion {
    input := {
        @required @httpLabel LayerName: LayerName
        Description: Description
        @required Content: LayerVersionContentInput
        CompatibleRuntimes: RuntimeList
        LicenseInfo: String
        CompatibleArchitectures: ArchitectureList
    }
    output: LayerVersion
    errors: [InvalidParameterValueException]
}

@http(method: "GET", uri: "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}")
@iam(action: "lambda:GetLayerVersion")
operation GetLayerVersion {
    input: LayerVersionInput
    output: LayerVersion
    errors: [ResourceNotFoundException]
}

// The handler asks for the ARN: required here, a request without it would be one for ListLayers.
@http(method: "GET", uri: "/2018-10-31/layers?find=LayerVersion")
@iam(action: "lambda:GetLayerVersion")
operation GetLayerVersionByArn {
    input := { @httpQuery("Arn") Arn: LayerVersionArn }
    output: LayerVersion
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

@http(method: "POST", uri: "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy", code: 201)
@iam(action: "lambda:AddLayerVersionPermission")
operation AddLayerVersionPermission {
    input := {
        @required @httpLabel LayerName: LayerName
        @required @httpLabel VersionNumber: Long
        @httpQuery("RevisionId") RevisionId: String
        @required StatementId: StatementId
        @required @length(min: 0, max: 22) @pattern("lambda:GetLayerVersion") Action: String
        @required @pattern("\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root") Principal: String
        @length(min: 0, max: 34) @pattern("o-[a-z0-9]{10,32}") OrganizationId: String
    }
    output := { Statement: String  RevisionId: String }
    errors: [ResourceNotFoundException, ResourceConflictException, InvalidParameterValueException, PreconditionFailedException]
}

@http(method: "DELETE", uri: "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}", code: 204)
@iam(action: "lambda:RemoveLayerVersionPermission")
operation RemoveLayerVersionPermission {
    input := {
        @required @httpLabel LayerName: LayerName
        @required @httpLabel VersionNumber: Long
        @required @httpLabel StatementId: StatementId
        @httpQuery("RevisionId") RevisionId: String
    }
    errors: [ResourceNotFoundException, PreconditionFailedException]
}

@http(method: "GET", uri: "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy")
@iam(action: "lambda:GetLayerVersionPolicy")
operation GetLayerVersionPolicy {
    input: LayerVersionInput
    output := { Policy: String  RevisionId: String }
    errors: [ResourceNotFoundException]
}

@http(method: "DELETE", uri: "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}", code: 204)
@iam(action: "lambda:DeleteLayerVersion")
operation DeleteLayerVersion {
    input: LayerVersionInput
}

@http(method: "GET", uri: "/2018-10-31/layers/{LayerName}/versions")
@iam(action: "lambda:ListLayerVersions")
operation ListLayerVersions {
    input := {
        @required @httpLabel LayerName: LayerName
        @httpQuery("CompatibleRuntime") CompatibleRuntime: Runtime
        @httpQuery("Marker") Marker: String
        @httpQuery("MaxItems") @range(min: 1, max: 50) MaxItems: Integer
    }
    output := {
        NextMarker: String
        LayerVersions: LayerVersionList
    }
}

@http(method: "GET", uri: "/2018-10-31/layers")
@iam(action: "lambda:ListLayers", resource: "*")
operation ListLayers {
    input := {
        @httpQuery("CompatibleRuntime") CompatibleRuntime: Runtime
        @httpQuery("Marker") Marker: String
        @httpQuery("MaxItems") @range(min: 1, max: 50) MaxItems: Integer
    }
    output := {
        NextMarker: String
        Layers: LayerList
    }
}

// ---- tags

@http(method: "POST", uri: "/2017-03-31/tags/{Resource}", code: 204)
@iam(action: "lambda:TagResource", resource: "{Resource}")
operation TagResource {
    input := {
        @required @httpLabel Resource: String
        @required Tags: Tags
    }
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

@http(method: "DELETE", uri: "/2017-03-31/tags/{Resource}", code: 204)
@iam(action: "lambda:UntagResource", resource: "{Resource}")
operation UntagResource {
    input := {
        @required @httpLabel Resource: String
        @required @httpQuery("tagKeys") TagKeys: StringList
    }
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

@http(method: "GET", uri: "/2017-03-31/tags/{Resource}")
@iam(action: "lambda:ListTags", resource: "{Resource}")
operation ListTags {
    input := { @required @httpLabel Resource: String }
    output := { Tags: Tags }
    errors: [ResourceNotFoundException, InvalidParameterValueException]
}

// ---- shapes

@length(min: 1, max: 170)
@pattern("(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9_-]+)(:(\\$LATEST|[a-zA-Z0-9_-]+))?")
string FunctionName
@length(min: 1, max: 128) @pattern("[|a-zA-Z0-9$_-]+")
string Qualifier
@pattern("arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+")
string RoleArn
@length(min: 0, max: 128) @pattern("[^\\s]+")
string Handler
@length(min: 0, max: 256)
string Description
@range(min: 1, max: 900)
integer Timeout
@range(min: 128, max: 10240)
integer MemorySize
@range(min: 1, max: 10000)
integer MaxItems
// Any identifier of the known families, retired ones too.
@pattern("(python\\d+\\.\\d+|nodejs(\\d+\\.(x|\\d+))?|provided(\\.[a-z0-9]+)?|java\\d+(\\.al\\d+)?|dotnet(core)?[0-9.]+|go1\\.x|ruby\\d+\\.\\d+)")
string Runtime
@length(min: 3, max: 63) @pattern("[0-9A-Za-z._-]+")
string S3Bucket
@length(min: 1, max: 1024)
string S3Key
@length(min: 1, max: 1024)
string S3ObjectVersion
@length(min: 1, max: 1024) @pattern("(\\$LATEST|[0-9]+)")
string Version
@length(min: 1, max: 128) @pattern("[a-zA-Z0-9_-]+")
string AliasName
@length(min: 1, max: 100) @pattern("([a-zA-Z0-9_-]+)")
string StatementId
@pattern("(lambda:[*]|lambda:[a-zA-Z]+|[*])")
string PermissionAction
@pattern("[^\\s]+")
string PermissionPrincipal

enum PackageType { Zip Image }
enum Architecture { x86_64 arm64 }
enum InvocationType { Event RequestResponse DryRun }
enum LogType { None Tail }
enum FunctionVersionFilter { ALL }
enum TracingMode { Active PassThrough }

list StringList { member: String }
list DocumentList { member: Document }
@length(min: 1, max: 1)
list ArchitectureList { member: Architecture }
map Tags { key: String  value: String }

structure FunctionCode {
    ZipFile: Blob
    S3Bucket: S3Bucket
    S3Key: S3Key
    S3ObjectVersion: S3ObjectVersion
    ImageUri: String
}
structure FunctionCodeLocation {
    RepositoryType: String
    Location: String
}
structure DeadLetterConfig { TargetArn: String }
map EnvironmentVariables { key: EnvironmentVariableName  value: String }
@pattern("[a-zA-Z]([a-zA-Z0-9_])+")
string EnvironmentVariableName
structure Environment { Variables: EnvironmentVariables }
structure EnvironmentResponse { Variables: EnvironmentVariables  Error: EnvironmentError }
structure EnvironmentError { ErrorCode: String  Message: String }
structure TracingConfig { Mode: TracingMode }
structure EphemeralStorage { @required @range(min: 512, max: 10240) Size: Integer }
structure SnapStart { ApplyOn: String  OptimizationStatus: String }
structure LoggingConfig {
    LogFormat: String
    ApplicationLogLevel: String
    SystemLogLevel: String
    LogGroup: String
}
list LayerReferences { member: LayerReference }
structure LayerReference { Arn: String  CodeSize: Long }

structure FunctionConfiguration {
    FunctionName: String
    FunctionArn: String
    Runtime: String
    Role: String
    Handler: String
    CodeSize: Long
    Description: String
    Timeout: Integer
    MemorySize: Integer
    LastModified: String
    CodeSha256: String
    Version: String
    VpcConfig: Document
    DeadLetterConfig: DeadLetterConfig
    Environment: EnvironmentResponse
    KMSKeyArn: String
    TracingConfig: TracingConfig
    RevisionId: String
    Layers: LayerReferences
    State: String
    StateReason: String
    StateReasonCode: String
    LastUpdateStatus: String
    PackageType: String
    Architectures: StringList
    EphemeralStorage: EphemeralStorage
    SnapStart: SnapStart
    LoggingConfig: LoggingConfig
}
list FunctionList { member: FunctionConfiguration }

structure Concurrency { ReservedConcurrentExecutions: Integer }

structure AccountLimit {
    TotalCodeSize: Long
    CodeSizeUnzipped: Long
    CodeSizeZipped: Long
    ConcurrentExecutions: Integer
    UnreservedConcurrentExecutions: Integer
}
structure AccountUsage {
    TotalCodeSize: Long
    FunctionCount: Long
}

map RoutingWeights { key: String  value: Weight }
@range(min: 0, max: 1)
double Weight
structure AliasRoutingConfiguration { AdditionalVersionWeights: RoutingWeights }
structure AliasConfiguration {
    AliasArn: String
    Name: String
    FunctionVersion: String
    Description: String
    RoutingConfig: AliasRoutingConfiguration
    RevisionId: String
}
list AliasList { member: AliasConfiguration }

@length(min: 1, max: 256)
string MappingId
@length(min: 1, max: 1024) @pattern("arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)")
string EventSourceArn
@range(min: 1, max: 10000)
integer BatchSize
@range(min: 0, max: 300)
integer BatchingWindow
structure FilterCriteria { Filters: FilterList }
@length(min: 0, max: 10)
list FilterList { member: Filter }
structure Filter { Pattern: FilterPattern }
@length(min: 0, max: 4096)
string FilterPattern
enum FunctionResponseType { ReportBatchItemFailures }
@length(min: 0, max: 1)
list FunctionResponseTypeList { member: FunctionResponseType }
@range(min: -1, max: 604800)
integer RecordAge
@range(min: -1, max: 10000)
integer StreamRetries
enum StartingPosition { TRIM_HORIZON LATEST AT_TIMESTAMP }
structure ScalingConfig { @range(min: 2, max: 1000) MaximumConcurrency: Integer }
structure EventSourceMappingConfiguration {
    UUID: String
    BatchSize: Integer
    MaximumBatchingWindowInSeconds: Integer
    EventSourceArn: String
    FilterCriteria: FilterCriteria
    FunctionArn: String
    LastModified: Timestamp
    State: String
    StateTransitionReason: String
    FunctionResponseTypes: StringList
    ScalingConfig: ScalingConfig
    EventSourceMappingArn: String
    StartingPosition: String
    LastProcessingResult: String
    DestinationConfig: DestinationConfig
    MaximumRecordAgeInSeconds: Integer
    BisectBatchOnFunctionError: Boolean
    MaximumRetryAttempts: Integer
    ParallelizationFactor: Integer
    TumblingWindowInSeconds: Integer
}
list EventSourceMappingList { member: EventSourceMappingConfiguration }

enum FunctionUrlAuthType { NONE AWS_IAM }
enum InvokeMode { BUFFERED RESPONSE_STREAM }
@length(min: 1, max: 128) @pattern("[0-9a-zA-Z_-]+")
string UrlQualifier
structure Cors {
    AllowCredentials: Boolean
    AllowHeaders: CorsHeaders
    AllowMethods: CorsMethods
    AllowOrigins: CorsOrigins
    ExposeHeaders: CorsHeaders
    @range(min: 0, max: 86400) MaxAge: Integer
}
@length(min: 0, max: 100)
list CorsHeaders { member: CorsHeader }
@length(min: 0, max: 1024) @pattern(".*")
string CorsHeader
@length(min: 0, max: 6)
list CorsMethods { member: CorsMethod }
@length(min: 0, max: 6) @pattern(".*")
string CorsMethod
@length(min: 0, max: 100)
list CorsOrigins { member: CorsOrigin }
@length(min: 1, max: 253) @pattern(".*")
string CorsOrigin
structure FunctionUrlConfig {
    @required FunctionUrl: String
    @required FunctionArn: String
    @required CreationTime: String
    @required LastModifiedTime: String
    Cors: Cors
    @required AuthType: String
    InvokeMode: String
}
list FunctionUrlConfigList { member: FunctionUrlConfig }

structure EventInvokeConfigInput {
    @required @httpLabel FunctionName: FunctionName
    @httpQuery("Qualifier") Qualifier: Qualifier
    @range(min: 0, max: 2) MaximumRetryAttempts: Integer
    @range(min: 60, max: 21600) MaximumEventAgeInSeconds: Integer
    DestinationConfig: DestinationConfig
}
structure DestinationConfig { OnSuccess: Destination  OnFailure: Destination }
structure Destination { Destination: String }
structure FunctionEventInvokeConfig {
    LastModified: Timestamp
    FunctionArn: String
    MaximumRetryAttempts: Integer
    MaximumEventAgeInSeconds: Integer
    DestinationConfig: DestinationConfig
}

@length(min: 1, max: 140) @pattern("(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9_-]+)|[a-zA-Z0-9_-]+")
string LayerName
@length(min: 1, max: 140) @pattern("arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9_-]+:[0-9]+")
string LayerVersionArn
list RuntimeList { member: Runtime }
structure LayerVersionInput {
    @required @httpLabel LayerName: LayerName
    @required @httpLabel VersionNumber: Long
}
structure LayerVersionContentInput {
    S3Bucket: S3Bucket
    S3Key: S3Key
    S3ObjectVersion: S3ObjectVersion
    ZipFile: Blob
}
structure LayerVersionContent {
    Location: String
    CodeSha256: String
    CodeSize: Long
}
structure LayerVersion {
    Content: LayerVersionContent
    LayerArn: String
    LayerVersionArn: String
    Description: String
    CreatedDate: String
    Version: Long
    CompatibleRuntimes: RuntimeList
    LicenseInfo: String
    CompatibleArchitectures: ArchitectureList
}
list LayerVersionList { member: LayerVersion }
list LayerList { member: Layer }
structure Layer {
    LayerName: String
    LayerArn: String
    LatestMatchingVersion: LayerVersion
}

@error("client") @httpError(404) structure ResourceNotFoundException { Message: String }
@error("client") @httpError(409) structure ResourceConflictException { Message: String }
@error("client") @httpError(400) structure InvalidParameterValueException { Message: String }
@error("client") @httpError(400) structure ResourceInUseException { Message: String }
@error("client") @httpError(412) structure PreconditionFailedException { Message: String }
@error("client") @httpError(429) structure TooManyRequestsException { Message: String }
@error("client") @httpError(413) structure RequestTooLargeException { Message: String }
@error("client") @httpError(400) structure InvalidRequestContentException { Message: String }
@error("client") @httpError(400) structure CodeStorageExceededException { Message: String }
@error("server") @httpError(500) structure ServiceException { Message: String }
@error("server") @httpError(502) structure KMSAccessDeniedException { Message: String }
@error("server") @httpError(502) structure KMSDisabledException { Message: String }
@error("server") @httpError(502) structure KMSInvalidStateException { Message: String }
@error("server") @httpError(502) structure KMSNotFoundException { Message: String }

// ---- rows

/// What belongs to the function as a whole.
@record
structure FunctionRow {
    @required Name: String
    @required LastVersion: Long
    Reserved: Integer
    @required Tags: Tags
}

/// One version of a function's configuration; "$LATEST" is one of them.
@record
structure VersionRow {
    @required Name: String
    @required Version: String
    @required Runtime: String
    @required Role: String
    @required Handler: String
    @required CodeBlob: String
    @required CodeSize: Long
    @required CodeSha256: String
    @required Description: String
    @required Timeout: Long
    @required MemorySize: Long
    @required LastModified: Long
    @required RevisionId: String
    Environment: EnvironmentVariables
    DeadLetterTarget: String
    TracingMode: String
    KMSKeyArn: String
    /// What KMS sealed under that key for the environment, and the grant of the function's role.
    EnvironmentKey: Blob
    Grant: String
    Architecture: String
    EphemeralStorage: Integer
    LogGroup: String
    LogFormat: String
    Layers: LayerUses
}

/// A layer version in a function's configuration; it stays usable after the version was deleted.
structure LayerUse {
    @required Arn: String
    @required CodeSize: Long
    @required CodeBlob: String
}
list LayerUses { member: LayerUse }

@record
structure LayerRow { @required LastVersion: Long }

@record
structure LayerVersionRow {
    @required Name: String
    @required Version: Long
    @required CodeBlob: String
    @required CodeSize: Long
    @required CodeSha256: String
    @required Created: Long
    @required Description: String
    Runtimes: RuntimeList
    LicenseInfo: String
    Architectures: ArchitectureList
}

@record
structure AliasRow {
    @required Name: String
    @required FunctionVersion: String
    @required Description: String
    @required RevisionId: String
    Weights: RoutingWeights
}

/// The resource policy of a function ("" as qualifier), of a version or of an alias, or of a layer's version.
@record
structure PolicyRow {
    @required RevisionId: String
    @required Statements: DocumentList
}

@record
structure EventConfigRow {
    @required LastModified: Long
    MaximumRetryAttempts: Integer
    MaximumEventAgeInSeconds: Integer
    OnSuccess: String
    OnFailure: String
}

/// The URL of a function ("" as qualifier) or of an alias.
@record
structure UrlRow {
    @required Id: String
    @required Qualifier: String
    @required AuthType: String
    @required InvokeMode: String
    @required Created: Long
    @required Modified: Long
    Cors: Cors
}

/// Whose URL an id is; among all of the installation.
@record
structure UrlOwnerRow {
    @required Account: String
    @required Region: String
    @required Name: String
    @required Qualifier: String
}

/// A queue or stream that a function is fed from.
@record
structure MappingRow {
    @required Id: String
    @required Source: String
    @required Function: String
    @required Qualifier: String
    @required Enabled: Boolean
    @required State: String
    @required LastModified: Long
    @required BatchSize: Long
    @required Window: Long
    @required ReportsFailures: Boolean
    MaximumConcurrency: Long
    Filters: StringList
    /// Of a stream; a queue has none.
    Stream: StreamMapping
    Tags: Tags
}
structure StreamMapping {
    @required StartingPosition: String
    @required MaximumAge: Long
    @required MaximumRetries: Long
    @required Bisects: Boolean
    OnFailure: String
    @required Result: String
    /// Where it stands: an iterator, when that was given, and the last change that is done with.
    @required Iterator: String
    @required IteratorTime: Long
    Checkpoint: String
    /// Of the batch it stands before: how often it failed, and how much of it is tried at once.
    @required Attempts: Long
    Part: Long
}

/// Messages on their way to a mapping's function: gathered ("open" as batch's id), then given to it by the job of that id.
@record
structure BatchRow {
    @required Records: Blob
    /// When the first of them was received.
    @required Opened: Long
}

/// An asynchronous invocation that waits to be done; the job has its id.
@record
structure EventRow {
    @required Function: String
    @required Qualifier: String
    @required Payload: Blob
    @required Accepted: Long
    ClientContext: String
}
