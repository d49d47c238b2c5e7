$version: "2"
namespace drydock.ecr

// Repositories with their policies and tags; no registry is served, so no repository ever holds an image.
@awsService(signingName: "ecr", hostPrefix: "api.ecr", protocol: "json11", version: "2015-09-21",
            targetPrefix: "AmazonEC2ContainerRegistry_V20150921")
service ecr

// A repository is named with its registry, which is an account, so handlers ask IAM themselves.

@iam(action: "ecr:CreateRepository", tagAction: "ecr:TagResource")
operation CreateRepository {
    input := {
        registryId: RegistryId
        @required repositoryName: RepositoryName
        tags: TagList
        imageTagMutability: ImageTagMutability
        imageScanningConfiguration: ImageScanningConfiguration
        encryptionConfiguration: EncryptionConfiguration
    }
    output := { repository: Repository }
    errors: [InvalidParameterException, RepositoryAlreadyExistsException, TooManyTagsException]
}
@iam(action: "ecr:DescribeRepositories")
operation DescribeRepositories {
    input := {
        registryId: RegistryId
        repositoryNames: RepositoryNameList
        nextToken: String
        @range(min: 1, max: 1000) maxResults: Integer
    }
    output := { repositories: RepositoryList  nextToken: String }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:DeleteRepository")
operation DeleteRepository {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName  force: Boolean }
    output := { repository: Repository }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:PutImageTagMutability")
operation PutImageTagMutability {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName  @required imageTagMutability: ImageTagMutability }
    output := { registryId: String  repositoryName: String  imageTagMutability: String }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:PutImageScanningConfiguration")
operation PutImageScanningConfiguration {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName  @required imageScanningConfiguration: ImageScanningConfiguration }
    output := { registryId: String  repositoryName: String  imageScanningConfiguration: ImageScanningConfiguration }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:ListImages")
operation ListImages {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName  nextToken: String  @range(min: 1, max: 1000) maxResults: Integer }
    output := { imageIds: ImageIdentifierList  nextToken: String }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:DescribeImages")
operation DescribeImages {
    input := {
        registryId: RegistryId
        @required repositoryName: RepositoryName
        imageIds: ImageIdentifierList
        nextToken: String
        @range(min: 1, max: 1000) maxResults: Integer
    }
    output := { imageDetails: ImageDetailList  nextToken: String }
    errors: [RepositoryNotFoundException, ImageNotFoundException, InvalidParameterException]
}

// ---- policies

@iam(action: "ecr:SetRepositoryPolicy")
operation SetRepositoryPolicy {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName  @required policyText: PolicyText  force: Boolean }
    output := { registryId: String  repositoryName: String  policyText: String }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:GetRepositoryPolicy")
operation GetRepositoryPolicy {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName }
    output := { registryId: String  repositoryName: String  policyText: String }
    errors: [RepositoryNotFoundException, RepositoryPolicyNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:DeleteRepositoryPolicy")
operation DeleteRepositoryPolicy {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName }
    output := { registryId: String  repositoryName: String  policyText: String }
    errors: [RepositoryNotFoundException, RepositoryPolicyNotFoundException, InvalidParameterException]
}

@iam(action: "ecr:PutRegistryPolicy", resource: "*")
operation PutRegistryPolicy {
    input := { @required policyText: PolicyText }
    output := { registryId: String  policyText: String }
    errors: [InvalidParameterException]
}
@iam(action: "ecr:GetRegistryPolicy", resource: "*")
operation GetRegistryPolicy {
    input := {}
    output := { registryId: String  policyText: String }
    errors: [RegistryPolicyNotFoundException]
}
@iam(action: "ecr:DeleteRegistryPolicy", resource: "*")
operation DeleteRegistryPolicy {
    input := {}
    output := { registryId: String  policyText: String }
    errors: [RegistryPolicyNotFoundException]
}

// ---- lifecycle policies

@iam(action: "ecr:PutLifecyclePolicy")
operation PutLifecyclePolicy {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName  @required lifecyclePolicyText: LifecyclePolicyText }
    output := { registryId: String  repositoryName: String  lifecyclePolicyText: String }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:GetLifecyclePolicy")
operation GetLifecyclePolicy {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName }
    output := { registryId: String  repositoryName: String  lifecyclePolicyText: String  lastEvaluatedAt: Timestamp }
    errors: [RepositoryNotFoundException, LifecyclePolicyNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:DeleteLifecyclePolicy")
operation DeleteLifecyclePolicy {
    input := { registryId: RegistryId  @required repositoryName: RepositoryName }
    output := { registryId: String  repositoryName: String  lifecyclePolicyText: String  lastEvaluatedAt: Timestamp }
    errors: [RepositoryNotFoundException, LifecyclePolicyNotFoundException, InvalidParameterException]
}

// ---- tags

@iam(action: "ecr:TagResource")
operation TagResource {
    input := { @required resourceArn: String  @required tags: TagList }
    output := {}
    errors: [RepositoryNotFoundException, InvalidParameterException, TooManyTagsException]
}
@iam(action: "ecr:UntagResource")
operation UntagResource {
    input := { @required resourceArn: String  @required tagKeys: TagKeyList }
    output := {}
    errors: [RepositoryNotFoundException, InvalidParameterException]
}
@iam(action: "ecr:ListTagsForResource")
operation ListTagsForResource {
    input := { @required resourceArn: String }
    output := { tags: TagList }
    errors: [RepositoryNotFoundException, InvalidParameterException]
}

// ---- shapes

@length(min: 12, max: 12) @pattern("[0-9]{12}") string RegistryId
// Its form is checked by the handler, in ECR's words.
@length(min: 2, max: 256) string RepositoryName
@length(min: 1, max: 100) list RepositoryNameList { member: RepositoryName }
@length(min: 0, max: 10240) string PolicyText
@length(min: 100, max: 30720) string LifecyclePolicyText
enum ImageTagMutability { MUTABLE IMMUTABLE }
structure ImageScanningConfiguration { scanOnPush: Boolean }
enum EncryptionType { AES256 KMS }
structure EncryptionConfiguration { @required encryptionType: EncryptionType  kmsKey: String }

list RepositoryList { member: Repository }
structure Repository {
    repositoryArn: String
    registryId: String
    repositoryName: String
    repositoryUri: String
    createdAt: Timestamp
    imageTagMutability: String
    imageScanningConfiguration: ImageScanningConfiguration
    encryptionConfiguration: EncryptionConfiguration
}
list ImageIdentifierList { member: ImageIdentifier }
structure ImageIdentifier { imageDigest: String  imageTag: String }
list ImageDetailList { member: ImageDetail }
structure ImageDetail { registryId: String  repositoryName: String  imageDigest: String }

list TagKeyList { member: TagKey }
@length(min: 1, max: 128) string TagKey
list TagList { member: Tag }
structure Tag { @required Key: TagKey  @required @length(min: 0, max: 256) Value: String }

@error("client") @httpError(400) structure ImageNotFoundException { message: String }
@error("client") @httpError(400) structure InvalidParameterException { message: String }
@error("client") @httpError(400) structure LifecyclePolicyNotFoundException { message: String }
@error("client") @httpError(400) structure RegistryPolicyNotFoundException { message: String }
@error("client") @httpError(400) structure RepositoryAlreadyExistsException { message: String }
@error("client") @httpError(400) structure RepositoryNotFoundException { message: String }
@error("client") @httpError(400) structure RepositoryPolicyNotFoundException { message: String }
@error("client") @httpError(400) structure TooManyTagsException { message: String }

// ---- rows

@record
structure RepositoryRow {
    @required repository: Repository
    @required tags: TagList
    /// Its policy, with principals by unique id.
    policy: String
    lifecycle: String
}
