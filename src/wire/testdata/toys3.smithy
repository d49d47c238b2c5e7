$version: "2"
namespace drydock.toys3

@awsService(signingName: "s3", hostPrefix: "s3", protocol: "rest-xml", version: "2006-03-01",
            xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/")
service toys3

@optionalAuth @iam(action: "s3:ListAllMyBuckets", resource: "*") @http(method: "GET", uri: "/?x-id=ListBuckets")
operation ListBuckets {
    output := @xmlName("ListAllMyBucketsResult") { Buckets: Buckets }
}
@iam(action: "s3:ListBucket", resource: "arn:aws:s3:::{Bucket}") @http(method: "GET", uri: "/{Bucket}")
operation ListObjects { input := { @required @httpLabel Bucket: String } }
@iam(action: "s3:ListBucket", resource: "arn:aws:s3:::{Bucket}") @http(method: "GET", uri: "/{Bucket}?list-type=2")
operation ListObjectsV2 {
    input := { @required @httpLabel Bucket: String  @httpQuery("max-keys") MaxKeys: Integer  @httpQuery("prefix") Prefix: String }
    output := @xmlName("ListBucketResult") { IsTruncated: Boolean  @xmlFlattened Contents: Objects  Prefix: String }
}
@iam(action: "s3:GetBucketLocation", resource: "arn:aws:s3:::{Bucket}") @http(method: "GET", uri: "/{Bucket}?location")
operation GetBucketLocation {
    input := { @required @httpLabel Bucket: String }
    output := @xmlName("LocationConstraint") { LocationConstraint: String }
}
@iam(action: "s3:PutObject", resource: "arn:aws:s3:::{Bucket}/{Key}") @http(method: "PUT", uri: "/{Bucket}/{Key+}?x-id=PutObject")
operation PutObject {
    input := { @required @httpLabel Bucket: String  @required @httpLabel Key: String
               @httpPrefixHeaders("x-amz-meta-") Metadata: Strings  @httpPayload Body: Body }
    output := { @httpHeader("ETag") ETag: String }
}
@iam(action: "s3:PutObject", resource: "arn:aws:s3:::{Bucket}/{Key}") @http(method: "PUT", uri: "/{Bucket}/{Key+}")
operation CopyObject {
    input := { @required @httpLabel Bucket: String  @required @httpLabel Key: String
               @required @httpHeader("x-amz-copy-source") CopySource: String }
    output := { @httpPayload CopyObjectResult: CopyObjectResult }
}
structure CopyObjectResult { ETag: String  LastModified: Timestamp }
@iam(action: "s3:PutObject", resource: "arn:aws:s3:::{Bucket}/{Key}") @http(method: "PUT", uri: "/{Bucket}/{Key+}")
operation UploadPart {
    input := { @required @httpLabel Bucket: String  @required @httpLabel Key: String
               @required @httpQuery("partNumber") PartNumber: Integer  @required @httpQuery("uploadId") UploadId: String
               @httpPayload Body: Body }
}
@iam(action: "s3:PutObject", resource: "arn:aws:s3:::{Bucket}/{Key}") @http(method: "PUT", uri: "/{Bucket}/{Key+}")
operation UploadPartCopy {
    input := { @required @httpLabel Bucket: String  @required @httpLabel Key: String
               @required @httpHeader("x-amz-copy-source") CopySource: String
               @required @httpQuery("partNumber") PartNumber: Integer  @required @httpQuery("uploadId") UploadId: String }
}
@optionalAuth @iam(action: "s3:GetObject", resource: "arn:aws:s3:::{Bucket}/{Key}") @http(method: "GET", uri: "/{Bucket}/{Key+}")
operation GetObject {
    input := { @required @httpLabel Bucket: String  @required @httpLabel Key: String
               @httpHeader("If-Modified-Since") IfModifiedSince: Timestamp  @httpQuery("versionId") VersionId: String }
    output := { @httpHeader("Content-Type") ContentType: String  @httpHeader("Last-Modified") LastModified: Timestamp
                @httpPrefixHeaders("x-amz-meta-") Metadata: Strings  @httpPayload Body: Body }
}
@iam(action: "s3:DeleteObject", resource: "*") @http(method: "POST", uri: "/{Bucket}?delete")
operation DeleteObjects {
    input := { @required @httpLabel Bucket: String  @required @httpPayload @xmlName("Delete") Delete: Delete }
}
structure Delete { @required @xmlName("Object") @xmlFlattened Objects: ObjectIds  Quiet: Boolean }
list ObjectIds { member: ObjectId }
structure ObjectId { @required Key: String  VersionId: String }
list Buckets { @xmlName("Bucket") member: Bucket }
structure Bucket { Name: String  CreationDate: Timestamp }
list Objects { member: Object }
structure Object { Key: String  ETag: String  Size: Long  Owner: Grantee }
structure Grantee { @xmlName("xsi:type") @xmlAttribute Type: String  ID: String }
map Strings { key: String  value: String }
@streaming blob Body
