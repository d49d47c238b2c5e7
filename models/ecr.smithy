$version: "2"
namespace drydock.ecr

// No registry is served. Clients that look for their repository (the Serverless Framework when it removes a
// service, the CDK's bootstrap check) get the answer of an account without repositories.
@awsService(signingName: "ecr", hostPrefix: "api.ecr", protocol: "json11", version: "2015-09-21",
            targetPrefix: "AmazonEC2ContainerRegistry_V20150921")
service ecr

@iam(action: "ecr:DescribeRepositories")
operation DescribeRepositories {
    input := {
        @length(min: 12, max: 12) registryId: String
        repositoryNames: RepositoryNameList
        nextToken: String
        @range(min: 1, max: 1000) maxResults: Integer
    }
    output := { repositories: RepositoryList }
    errors: [RepositoryNotFoundException]
}

@length(min: 1, max: 100) list RepositoryNameList { member: RepositoryName }
@length(min: 2, max: 256) string RepositoryName
list RepositoryList { member: Repository }
structure Repository { repositoryArn: String  registryId: String  repositoryName: String  repositoryUri: String }

@error("client") @httpError(400) structure RepositoryNotFoundException { message: String }
