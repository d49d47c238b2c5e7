// The modules with which inline functions answer custom resources: AWS puts `cfnresponse` (Python)
// and `cfn-response` (Node) beside the code of a template's ZipFile, and nowhere else.
#pragma once

#include <string_view>

namespace drydock::cloudformation {

// As an inline function has them: SUCCESS, FAILED and send(), with AWS's parameters.
inline constexpr std::string_view kPythonResponse = R"(import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer["Status"] = responseStatus
    answer["Reason"] = reason or "See the details in CloudWatch Log Stream: " + context.log_stream_name
    answer["PhysicalResourceId"] = physicalResourceId or context.log_stream_name
    answer["NoEcho"] = noEcho
    answer["Data"] = responseData
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""})
    try:
        with urllib.request.urlopen(request) as put:
            print("Status code:", put.status)
    except Exception as error:
        print("send(..) failed:", error)
)";

inline constexpr std::string_view kNodeResponse = R"(const https = require('https');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = (event, context, responseStatus, responseData, physicalResourceId, noEcho) => new Promise((resolve) => {
  const body = JSON.stringify({
    Status: responseStatus,
    Reason: 'See the details in CloudWatch Log Stream: ' + context.logStreamName,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData,
  });
  const finish = () => { resolve(); context.done(); };
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const request = https.request(event.ResponseURL, { method: 'PUT', headers }, (answer) => {
    console.log('Status code: ' + answer.statusCode);
    answer.resume();
    answer.on('end', finish);
  });
  request.on('error', (error) => { console.log('send(..) failed: ' + error); finish(); });
  request.end(body);
});
)";

}  // namespace drydock::cloudformation
