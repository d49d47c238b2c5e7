$version: "2"
namespace drydock.apigateway

@awsService(signingName: "apigateway", hostPrefix: "apigateway", protocol: "rest-json", version: "2015-07-09")
service apigateway

// ---- REST APIs

@http(method: "POST", uri: "/restapis", code: 201)
@iam(action: "apigateway:POST", resource: "arn:{partition}:apigateway:{region}::/restapis",
     also: ["apigateway:PUT", "apigateway:UpdateRestApiPolicy"])
operation CreateRestApi {
    input := {
        @required name: String
        description: String
        version: String
        cloneFrom: String
        binaryMediaTypes: StringList
        minimumCompressionSize: Integer
        apiKeySource: ApiKeySource
        endpointConfiguration: EndpointConfiguration
        policy: String
        tags: Tags
        disableExecuteApiEndpoint: Boolean
    }
    output: RestApi
    errors: [BadRequestException]
}

@http(method: "GET", uri: "/restapis/{restApiId}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}")
operation GetRestApi {
    input := { @required @httpLabel restApiId: String }
    output: RestApi
    errors: [NotFoundException]
}

@http(method: "GET", uri: "/restapis")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis")
operation GetRestApis {
    input: PageInput
    output := {
        position: String
        @jsonName("item") items: RestApis
    }
}

@http(method: "PATCH", uri: "/restapis/{restApiId}")
@iam(action: "apigateway:PATCH", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}",
     also: ["apigateway:UpdateRestApiPolicy"])
operation UpdateRestApi {
    input := {
        @required @httpLabel restApiId: String
        patchOperations: PatchOperations
    }
    output: RestApi
    errors: [NotFoundException, BadRequestException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}", code: 202)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}")
operation DeleteRestApi {
    input := { @required @httpLabel restApiId: String }
    errors: [NotFoundException]
}

// ---- resources

@http(method: "POST", uri: "/restapis/{restApiId}/resources/{parentId}", code: 201)
@iam(action: "apigateway:POST", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{parentId}")
operation CreateResource {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel parentId: String
        @required pathPart: String
    }
    output: Resource
    errors: [NotFoundException, BadRequestException, ConflictException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/resources/{resourceId}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}")
operation GetResource {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel resourceId: String
        @httpQuery("embed") embed: StringList
    }
    output: Resource
    errors: [NotFoundException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/resources")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources")
operation GetResources {
    input := {
        @required @httpLabel restApiId: String
        @httpQuery("position") position: String
        @httpQuery("limit") limit: Integer
        @httpQuery("embed") embed: StringList
    }
    output := {
        position: String
        @jsonName("item") items: Resources
    }
    errors: [NotFoundException]
}

@http(method: "PATCH", uri: "/restapis/{restApiId}/resources/{resourceId}")
@iam(action: "apigateway:PATCH", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}")
operation UpdateResource {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel resourceId: String
        patchOperations: PatchOperations
    }
    output: Resource
    errors: [NotFoundException, BadRequestException, ConflictException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}/resources/{resourceId}", code: 202)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}")
operation DeleteResource {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel resourceId: String
    }
    errors: [NotFoundException, BadRequestException]
}

// ---- methods

@http(method: "PUT", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}", code: 201)
@iam(action: "apigateway:PUT", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}")
operation PutMethod {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel resourceId: String
        @required @httpLabel httpMethod: String
        @required authorizationType: String
        authorizerId: String
        apiKeyRequired: Boolean
        operationName: String
        requestParameters: BooleanMap
        requestModels: StringMap
        requestValidatorId: String
        authorizationScopes: StringList
    }
    output: Method
    errors: [NotFoundException, BadRequestException, ConflictException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}")
operation GetMethod {
    input: MethodInput
    output: Method
    errors: [NotFoundException]
}

@http(method: "PATCH", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}")
@iam(action: "apigateway:PATCH", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}")
operation UpdateMethod {
    input: MethodPatchInput
    output: Method
    errors: [NotFoundException, BadRequestException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}", code: 204)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}")
operation DeleteMethod {
    input: MethodInput
    errors: [NotFoundException]
}

@http(method: "PUT", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode}", code: 201)
@iam(action: "apigateway:PUT", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode}")
operation PutMethodResponse {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel resourceId: String
        @required @httpLabel httpMethod: String
        @required @httpLabel statusCode: StatusCode
        responseParameters: BooleanMap
        responseModels: StringMap
    }
    output: MethodResponse
    errors: [NotFoundException, ConflictException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode}")
operation GetMethodResponse {
    input: ResponseInput
    output: MethodResponse
    errors: [NotFoundException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode}", code: 204)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode}")
operation DeleteMethodResponse {
    input: ResponseInput
    errors: [NotFoundException]
}

// ---- integrations

// A role in `credentials` is passed: the handler asks for iam:PassRole besides.
@http(method: "PUT", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration", code: 201)
@iam(action: "apigateway:PUT", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration",
     also: ["iam:PassRole"])
operation PutIntegration {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel resourceId: String
        @required @httpLabel httpMethod: String
        @required type: IntegrationType
        @jsonName("httpMethod") integrationHttpMethod: String
        uri: String
        connectionType: ConnectionType
        connectionId: String
        credentials: String
        requestParameters: StringMap
        requestTemplates: StringMap
        passthroughBehavior: String
        cacheNamespace: String
        cacheKeyParameters: StringList
        contentHandling: ContentHandling
        @range(min: 50, max: 29000) timeoutInMillis: Integer
    }
    output: Integration
    errors: [NotFoundException, BadRequestException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration")
operation GetIntegration {
    input: MethodInput
    output: Integration
    errors: [NotFoundException]
}

@http(method: "PATCH", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration")
@iam(action: "apigateway:PATCH", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration",
     also: ["iam:PassRole"])
operation UpdateIntegration {
    input: MethodPatchInput
    output: Integration
    errors: [NotFoundException, BadRequestException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration", code: 204)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration")
operation DeleteIntegration {
    input: MethodInput
    errors: [NotFoundException]
}

@http(method: "PUT", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode}", code: 201)
@iam(action: "apigateway:PUT", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode}")
operation PutIntegrationResponse {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel resourceId: String
        @required @httpLabel httpMethod: String
        @required @httpLabel statusCode: StatusCode
        selectionPattern: String
        responseParameters: StringMap
        responseTemplates: StringMap
        contentHandling: ContentHandling
    }
    output: IntegrationResponse
    errors: [NotFoundException, BadRequestException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode}")
operation GetIntegrationResponse {
    input: ResponseInput
    output: IntegrationResponse
    errors: [NotFoundException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode}", code: 204)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode}")
operation DeleteIntegrationResponse {
    input: ResponseInput
    errors: [NotFoundException]
}

// ---- deployments

@http(method: "POST", uri: "/restapis/{restApiId}/deployments", code: 201)
@iam(action: "apigateway:POST", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/deployments")
operation CreateDeployment {
    input := {
        @required @httpLabel restApiId: String
        stageName: StageName
        stageDescription: String
        description: String
        cacheClusterEnabled: Boolean
        cacheClusterSize: String
        variables: StringMap
        tracingEnabled: Boolean
    }
    output: Deployment
    errors: [NotFoundException, BadRequestException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/deployments/{deploymentId}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/deployments/{deploymentId}")
operation GetDeployment {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel deploymentId: String
        @httpQuery("embed") embed: StringList
    }
    output: Deployment
    errors: [NotFoundException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/deployments")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/deployments")
operation GetDeployments {
    input := {
        @required @httpLabel restApiId: String
        @httpQuery("position") position: String
        @httpQuery("limit") limit: Integer
    }
    output := {
        position: String
        @jsonName("item") items: Deployments
    }
    errors: [NotFoundException]
}

@http(method: "PATCH", uri: "/restapis/{restApiId}/deployments/{deploymentId}")
@iam(action: "apigateway:PATCH", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/deployments/{deploymentId}")
operation UpdateDeployment {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel deploymentId: String
        patchOperations: PatchOperations
    }
    output: Deployment
    errors: [NotFoundException, BadRequestException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}/deployments/{deploymentId}", code: 202)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/deployments/{deploymentId}")
operation DeleteDeployment {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel deploymentId: String
    }
    errors: [NotFoundException, BadRequestException]
}

// ---- stages

@http(method: "POST", uri: "/restapis/{restApiId}/stages", code: 201)
@iam(action: "apigateway:POST", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/stages", also: ["apigateway:PUT"])
operation CreateStage {
    input := {
        @required @httpLabel restApiId: String
        @required stageName: StageName
        @required deploymentId: String
        description: String
        cacheClusterEnabled: Boolean
        cacheClusterSize: String
        variables: StringMap
        documentationVersion: String
        tracingEnabled: Boolean
        tags: Tags
    }
    output: Stage
    errors: [NotFoundException, BadRequestException, ConflictException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/stages/{stageName}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/stages/{stageName}")
operation GetStage {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel stageName: String
    }
    output: Stage
    errors: [NotFoundException]
}

@http(method: "GET", uri: "/restapis/{restApiId}/stages")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/stages")
operation GetStages {
    input := {
        @required @httpLabel restApiId: String
        @httpQuery("deploymentId") deploymentId: String
    }
    output := { item: Stages }
    errors: [NotFoundException]
}

@http(method: "PATCH", uri: "/restapis/{restApiId}/stages/{stageName}")
@iam(action: "apigateway:PATCH", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/stages/{stageName}")
operation UpdateStage {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel stageName: String
        patchOperations: PatchOperations
    }
    output: Stage
    errors: [NotFoundException, BadRequestException]
}

@http(method: "DELETE", uri: "/restapis/{restApiId}/stages/{stageName}", code: 202)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}/stages/{stageName}")
operation DeleteStage {
    input := {
        @required @httpLabel restApiId: String
        @required @httpLabel stageName: String
    }
    errors: [NotFoundException]
}

// ---- tags and account

@http(method: "PUT", uri: "/tags/{resourceArn}", code: 204)
@iam(action: "apigateway:PUT", resource: "arn:{partition}:apigateway:{region}::/tags/{resourceArn%}")
operation TagResource {
    input := {
        @required @httpLabel resourceArn: String
        @required tags: Tags
    }
    errors: [NotFoundException, BadRequestException]
}

@http(method: "DELETE", uri: "/tags/{resourceArn}", code: 204)
@iam(action: "apigateway:DELETE", resource: "arn:{partition}:apigateway:{region}::/tags/{resourceArn%}")
operation UntagResource {
    input := {
        @required @httpLabel resourceArn: String
        @required @httpQuery("tagKeys") tagKeys: StringList
    }
    errors: [NotFoundException, BadRequestException]
}

@http(method: "GET", uri: "/tags/{resourceArn}")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/tags/{resourceArn%}")
operation GetTags {
    input := {
        @required @httpLabel resourceArn: String
        @httpQuery("position") position: String
        @httpQuery("limit") limit: Integer
    }
    output := { tags: Tags }
    errors: [NotFoundException, BadRequestException]
}

@http(method: "GET", uri: "/account")
@iam(action: "apigateway:GET", resource: "arn:{partition}:apigateway:{region}::/account")
operation GetAccount {
    output: Account
}

@http(method: "PATCH", uri: "/account")
@iam(action: "apigateway:PATCH", resource: "arn:{partition}:apigateway:{region}::/account", also: ["iam:PassRole"])
operation UpdateAccount {
    input := { patchOperations: PatchOperations }
    output: Account
    errors: [BadRequestException]
}

// ---- shapes

structure PageInput {
    @httpQuery("position") position: String
    @httpQuery("limit") limit: Integer
}
structure MethodInput {
    @required @httpLabel restApiId: String
    @required @httpLabel resourceId: String
    @required @httpLabel httpMethod: String
}
structure MethodPatchInput {
    @required @httpLabel restApiId: String
    @required @httpLabel resourceId: String
    @required @httpLabel httpMethod: String
    patchOperations: PatchOperations
}
structure ResponseInput {
    @required @httpLabel restApiId: String
    @required @httpLabel resourceId: String
    @required @httpLabel httpMethod: String
    @required @httpLabel statusCode: StatusCode
}

@pattern("[1-5]\\d\\d")
string StatusCode
@length(min: 1, max: 128) @pattern("[A-Za-z0-9_-]+")
string StageName
enum ApiKeySource { HEADER AUTHORIZER }
enum EndpointType { REGIONAL EDGE PRIVATE }
enum IntegrationType { HTTP AWS MOCK HTTP_PROXY AWS_PROXY }
enum ConnectionType { INTERNET VPC_LINK }
enum ContentHandling { CONVERT_TO_BINARY CONVERT_TO_TEXT }
enum PatchOp { add remove replace move copy test }

list StringList { member: String }
map StringMap { key: String  value: String }
map BooleanMap { key: String  value: Boolean }
map Tags { key: String  value: String }

list PatchOperations { member: PatchOperation }
structure PatchOperation {
    op: PatchOp
    path: String
    value: String
    from: String
}

list EndpointTypes { member: EndpointType }
structure EndpointConfiguration {
    types: EndpointTypes
    vpcEndpointIds: StringList
}

list RestApis { member: RestApi }
structure RestApi {
    id: String
    name: String
    description: String
    createdDate: Timestamp
    version: String
    binaryMediaTypes: StringList
    minimumCompressionSize: Integer
    apiKeySource: String
    endpointConfiguration: EndpointConfiguration
    policy: String
    tags: Tags
    disableExecuteApiEndpoint: Boolean
    rootResourceId: String
}

list Resources { member: Resource }
structure Resource {
    id: String
    parentId: String
    pathPart: String
    path: String
    resourceMethods: Methods
}

map Methods { key: String  value: Method }
structure Method {
    httpMethod: String
    authorizationType: String
    authorizerId: String
    apiKeyRequired: Boolean
    requestValidatorId: String
    operationName: String
    requestParameters: BooleanMap
    requestModels: StringMap
    methodResponses: MethodResponses
    methodIntegration: Integration
    authorizationScopes: StringList
}
map MethodResponses { key: String  value: MethodResponse }
structure MethodResponse {
    statusCode: String
    responseParameters: BooleanMap
    responseModels: StringMap
}

structure Integration {
    type: String
    httpMethod: String
    uri: String
    connectionType: String
    connectionId: String
    credentials: String
    requestParameters: StringMap
    requestTemplates: StringMap
    passthroughBehavior: String
    contentHandling: String
    timeoutInMillis: Integer
    cacheNamespace: String
    cacheKeyParameters: StringList
    integrationResponses: IntegrationResponses
}
map IntegrationResponses { key: String  value: IntegrationResponse }
structure IntegrationResponse {
    statusCode: String
    selectionPattern: String
    responseParameters: StringMap
    responseTemplates: StringMap
    contentHandling: String
}

list Deployments { member: Deployment }
map ApiSummary { key: String  value: MethodSummaries }
map MethodSummaries { key: String  value: MethodSnapshot }
structure MethodSnapshot {
    authorizationType: String
    apiKeyRequired: Boolean
}
structure Deployment {
    id: String
    description: String
    createdDate: Timestamp
    apiSummary: ApiSummary
}

list Stages { member: Stage }
map MethodSettings { key: String  value: MethodSetting }
structure MethodSetting {
    metricsEnabled: Boolean
    loggingLevel: String
    dataTraceEnabled: Boolean
    throttlingBurstLimit: Integer
    throttlingRateLimit: Double
    cachingEnabled: Boolean
    cacheTtlInSeconds: Integer
    cacheDataEncrypted: Boolean
}
structure AccessLogSettings {
    format: String
    destinationArn: String
}
structure Stage {
    deploymentId: String
    stageName: String
    description: String
    cacheClusterEnabled: Boolean
    cacheClusterSize: String
    cacheClusterStatus: String
    methodSettings: MethodSettings
    variables: StringMap
    documentationVersion: String
    accessLogSettings: AccessLogSettings
    tracingEnabled: Boolean
    tags: Tags
    createdDate: Timestamp
    lastUpdatedDate: Timestamp
}

structure ThrottleSettings {
    burstLimit: Integer
    rateLimit: Double
}
structure Account {
    cloudwatchRoleArn: String
    throttleSettings: ThrottleSettings
    features: StringList
    apiKeyVersion: String
}

@error("client") @httpError(404) structure NotFoundException { message: String }
@error("client") @httpError(400) structure BadRequestException { message: String }
@error("client") @httpError(409) structure ConflictException { message: String }

// ---- rows

@record
structure ApiRow {
    @required Api: RestApi
    /// Written by whoever adds or removes a resource, so that two who decide by the list of siblings conflict.
    @required ResourceChanges: Long
}

@record
structure ResourceRow {
    @required Id: String
    ParentId: String
    PathPart: String
    @required Methods: Methods
}

/// What a deployment froze. Never changes but for its description.
list ResourceRows { member: ResourceRow }
@record
structure DeploymentRow {
    @required Id: String
    @required Created: Long
    Description: String
    @required RestApi: RestApi
    @required Resources: ResourceRows
}

@record
structure StageRow { @required Stage: Stage }

/// Which account and region an API's id belongs to.
@record
structure OwnerRow {
    @required Account: String
    @required Region: String
}

@record
structure AccountRow { CloudwatchRoleArn: String }
