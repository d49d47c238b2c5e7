$version: "2"
namespace drydock.toyrest

@awsService(signingName: "toyrest", hostPrefix: "toyrest", protocol: "rest-json", version: "2015-03-31")
service toyrest

@iam(action: "toyrest:ListFunctions", resource: "*")
@http(method: "GET", uri: "/2015-03-31/functions/")
operation ListFunctions {
    input := { @httpQuery("MaxItems") MaxItems: Integer  @httpQuery("tag") Tags: Names  @httpQueryParams Others: Strings }
    output := { @jsonName("functions") Functions: Names  @timestampFormat("date-time") At: Timestamp }
}
@iam(action: "toyrest:GetFunction", resource: "*")
@http(method: "GET", uri: "/2015-03-31/functions/{FunctionName}")
operation GetFunction {
    input := { @required @httpLabel FunctionName: String }
    output := { Name: String }
}
@iam(action: "toyrest:GetSettings", resource: "*")
@http(method: "GET", uri: "/2015-03-31/functions/settings")
operation GetSettings {}
@iam(action: "toyrest:CreateFunction", resource: "*")
@http(method: "POST", uri: "/2015-03-31/functions", code: 201)
operation CreateFunction {
    input := { @required FunctionName: String  Code: Code  @jsonName("environment") Environment: Strings
               @httpHeader("X-Amz-Dry") DryRun: Boolean }
    output := { Name: String  @httpHeader("X-Amz-Version") Version: Integer }
}
structure Code { ZipFile: Blob }
@iam(action: "toyrest:Invoke", resource: "*")
@http(method: "POST", uri: "/2015-03-31/functions/{FunctionName}/invocations")
operation Invoke {
    input := { @required @httpLabel FunctionName: String  @httpPayload Payload: Blob }
    output := { @httpResponseCode Status: Integer  @httpHeader("X-Amz-Function-Error") FunctionError: String
                @httpPayload Payload: Blob }
}
list Names { member: String }
map Strings { key: String  value: String }
