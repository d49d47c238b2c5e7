$version: "2"
namespace drydock.iamtoolbox

@awsService(signingName: "iam", hostPrefix: "iam-toolbox", protocol: "rest-json", version: "2018-05-10")
service iamtoolbox

@http(method: "GET", uri: "/authorization-details/{authorizationId}")
@iam(action: "iam:GetRequestAuthorizationDetails", resource: "*")
operation GetRequestAuthorizationDetails {
    input := {
        @required @httpLabel authorizationId: AuthorizationId
        @httpQuery("nextToken") nextToken: String
    }
    output := {
        requestContext: Document
        evaluations: EvaluationList
        policies: PolicyInfoList
        nextToken: String
    }
    errors: [ResourceNotFoundException, ValidationException]
}

@http(method: "GET", uri: "/authorization-details/{authorizationId}/policy")
@iam(action: "iam:GetRequestAuthorizationPolicy", resource: "*")
operation GetRequestAuthorizationPolicy {
    input := {
        @required @httpLabel authorizationId: AuthorizationId
        @required @httpQuery("policyUri") policyUri: String
    }
    output := { policyDocument: Document }
    errors: [ResourceNotFoundException, ValidationException]
}

@length(min: 0, max: 256) @pattern("[0123456789abcdefghijklmnopqrstuvwxyz]+")
string AuthorizationId

list EvaluationList { member: Evaluation }
structure Evaluation {
    action: String
    resource: String
    context: Document
    evaluatedEffect: String
    matchedPolicies: MatchedPolicyList
}
list MatchedPolicyList { member: MatchedPolicy }
structure MatchedPolicy { @required uri: String  matchedStatements: MatchedStatementList }
list MatchedStatementList { member: MatchedStatement }
structure MatchedStatement { sid: String  evaluatedEffect: String }

list PolicyInfoList { member: PolicyInfo }
structure PolicyInfo { uri: String  type: String  inline: Boolean  attachedTo: AttachedToList }
list AttachedToList { member: AttachedTo }
structure AttachedTo { arn: String }

@error("client") @httpError(404) structure ResourceNotFoundException { message: String }
@error("client") @httpError(400) structure ValidationException { message: String }
