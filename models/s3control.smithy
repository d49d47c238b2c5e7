$version: "2"
namespace drydock.s3control

// Amazon S3's interface for whole accounts. It works on the tables of S3, so its handlers stand in src/services/s3
// (account_block.cc). Clients put the account before the host: 123456789012.s3-control.us-east-1.amazonaws.com.
@awsService(signingName: "s3", hostPrefix: "s3-control", protocol: "rest-xml", version: "2018-08-20",
            xmlNamespace: "http://awss3control.amazonaws.com/doc/2018-08-20/", global: true)
service s3control

structure PublicAccessBlockConfiguration { BlockPublicAcls: Boolean IgnorePublicAcls: Boolean BlockPublicPolicy: Boolean RestrictPublicBuckets: Boolean }

@http(method: "PUT", uri: "/v20180820/configuration/publicAccessBlock", code: 201)
@iam(action: "s3:PutAccountPublicAccessBlock")
operation PutPublicAccessBlock {
    input := { @required @httpHeader("x-amz-account-id") AccountId: String
               @required @httpPayload PublicAccessBlockConfiguration: PublicAccessBlockConfiguration }
}
@http(method: "GET", uri: "/v20180820/configuration/publicAccessBlock", code: 200)
@iam(action: "s3:GetAccountPublicAccessBlock")
operation GetPublicAccessBlock {
    input := { @required @httpHeader("x-amz-account-id") AccountId: String }
    output := { @httpPayload PublicAccessBlockConfiguration: PublicAccessBlockConfiguration }
}
@http(method: "DELETE", uri: "/v20180820/configuration/publicAccessBlock", code: 204)
@iam(action: "s3:PutAccountPublicAccessBlock")
operation DeletePublicAccessBlock { input := { @required @httpHeader("x-amz-account-id") AccountId: String } }
