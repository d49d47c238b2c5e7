#include "api/trail.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace drydock {

namespace {

constexpr Table<std::string> kOrder{"api.trail-order"};  // [number] -> "account region ms"

// What AWS counts as data events, or does not log at all.
constexpr std::string_view kDataEvents[] = {"dynamodb:PutItem",
                                            "dynamodb:GetItem",
                                            "dynamodb:UpdateItem",
                                            "dynamodb:DeleteItem",
                                            "dynamodb:Query",
                                            "dynamodb:Scan",
                                            "dynamodb:BatchGetItem",
                                            "dynamodb:BatchWriteItem",
                                            "dynamodb:TransactGetItems",
                                            "dynamodb:TransactWriteItems",
                                            "s3:ListObjectsV2",
                                            "s3:ListObjects",
                                            "s3:ListObjectVersions",
                                            "s3:PutObject",
                                            "s3:GetObject",
                                            "s3:HeadObject",
                                            "s3:DeleteObject",
                                            "s3:DeleteObjects",
                                            "s3:CopyObject",
                                            "s3:GetObjectTagging",
                                            "s3:PutObjectTagging",
                                            "s3:DeleteObjectTagging",
                                            "s3:GetObjectAcl",
                                            "s3:PutObjectAcl",
                                            "s3:GetObjectAttributes",
                                            "s3:CreateMultipartUpload",
                                            "s3:UploadPart",
                                            "s3:UploadPartCopy",
                                            "s3:CompleteMultipartUpload",
                                            "s3:AbortMultipartUpload",
                                            "s3:ListParts",
                                            "s3:ListMultipartUploads",
                                            "s3:HeadBucket",
                                            "lambda:Invoke",
                                            "lambda:InvokeAsync",
                                            "lambda:InvokeWithResponseStream",
                                            "logs:PutLogEvents",
                                            "logs:GetLogEvents",
                                            "logs:FilterLogEvents",
                                            "events:PutEvents",
                                            "events:TestEventPattern",
                                            "sns:Publish",
                                            "sns:PublishBatch",
                                            "sqs:SendMessage",
                                            "sqs:SendMessageBatch",
                                            "sqs:ReceiveMessage",
                                            "sqs:DeleteMessage",
                                            "sqs:DeleteMessageBatch",
                                            "sqs:ChangeMessageVisibility",
                                            "sqs:ChangeMessageVisibilityBatch"};

// Texts that no record shows: AWS writes these words instead.
constexpr std::string_view kHidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
constexpr std::string_view kSecretNames[] = {"password",
                                             "secretstring",
                                             "secretbinary",
                                             "secretaccesskey",
                                             "sessiontoken",
                                             "plaintext",
                                             "ciphertextblob",
                                             "privatekey",
                                             "tokencode",
                                             "servicepassword",
                                             "sshpublickeybody",
                                             "webidentitytoken",
                                             "samlassertion",
                                             "parametervalue",
                                             "zipfile",
                                             "templatebody",
                                             "stackpolicybody",
                                             "filecontent",
                                             "authorizationtoken",
                                             "oldpassword",
                                             "newpassword",
                                             "authenticationcode1",
                                             "authenticationcode2",
                                             "base32stringseed",
                                             "qrcodepng",
                                             "oauthtoken",
                                             "secrettoken"};
constexpr size_t kMostRecordBytes = 100 * 1024;  // of requestParameters, as AWS limits them

bool is_secret(std::string_view name) {
  const std::string lower = to_lower(name);
  return std::find(std::begin(kSecretNames), std::end(kSecretNames), lower) !=
         std::end(kSecretNames);
}

// Members in AWS's spelling of records (lower first letter), without secrets.
Value told(const Value& value, bool hide_values) {
  if (value.is_list()) {
    Value list = Value::list();
    for (const Value& item : value.as_list()) list.push_back(told(item, hide_values));
    return list;
  }
  if (!value.is_object()) return value;
  Value out = Value(Value::Object{});
  for (const auto& [name, member] : value.as_object()) {
    if (member.is_null()) continue;
    std::string spelled = name;
    if (!spelled.empty() && spelled[0] >= 'A' && spelled[0] <= 'Z')
      spelled[0] = static_cast<char>(spelled[0] - 'A' + 'a');
    if (is_secret(name) || (hide_values && spelled == "value"))
      out.set(spelled, kHidden);
    else if (spelled == "environment" && member.find("Variables"))
      out.set(spelled, Value(Value::Object{}));  // AWS leaves a function's variables out
    else
      out.set(spelled, told(member, hide_values));
  }
  return out;
}

Value parameters(const Operation& operation, const Value& value) {
  if (!value.is_object() || value.as_object().empty()) return Value();
  // A parameter's text is a member called Value.
  const bool hide_values =
      operation.service().name == "ssm" && operation.name.find("Parameter") != std::string::npos;
  Value out = told(value, hide_values);
  if (to_json(out).size() > kMostRecordBytes)
    return Value::object(
        {{"omitted", true}, {"originalSize", static_cast<int64_t>(to_json(out).size())}});
  return out;
}

std::string source_of(const Service& service) {
  return std::string(service.signing_name) + ".amazonaws.com";
}

// AWS's names of Lambda's events carry the version of its interface.
std::string event_name(const Operation& operation) {
  std::string name(operation.name);
  if (operation.service().name != "lambda") return name;
  if (name == "TagResource" || name == "UntagResource") return name + "20170331v2";
  if (name == "ListTags") return name + "20170331";
  constexpr std::string_view kSecond[] = {"GetFunction",        "GetFunctionConfiguration",
                                          "UpdateFunctionCode", "UpdateFunctionConfiguration",
                                          "AddPermission",      "RemovePermission",
                                          "GetPolicy"};
  name += "20150331";
  if (std::find(std::begin(kSecond), std::end(kSecond), operation.name) != std::end(kSecond))
    name += "v2";
  return name;
}

Value identity_of(const TrailCall& call, const std::string& recipient) {
  const Principal& p = call.caller.principal;
  using Kind = Principal::Kind;
  Value out = Value(Value::Object{});
  if (p.kind == Kind::kService) {
    out.set("type", "AWSService");
    out.set("invokedBy", p.name);
    return out;
  }
  if (p.account.text != recipient) {
    out.set("type", "AWSAccount");
    out.set("principalId", p.id);
    out.set("accountId", p.account.text.empty() ? "ANONYMOUS_PRINCIPAL" : p.account.text);
    return out;
  }
  out.set("type", p.kind == Kind::kRoot          ? "Root"
                  : p.kind == Kind::kUser        ? "IAMUser"
                  : p.kind == Kind::kAssumedRole ? "AssumedRole"
                                                 : "FederatedUser");
  out.set("principalId", p.id);
  out.set("arn", p.arn);
  out.set("accountId", p.account.text);
  if (!call.caller.access_key_id.empty()) out.set("accessKeyId", call.caller.access_key_id);
  if (p.kind == Kind::kUser) out.set("userName", p.name);
  if (p.kind == Kind::kAssumedRole) {
    Value attributes = Value(Value::Object{});
    if (p.issued) attributes.set("creationDate", to_iso8601(Timestamp{p.issued->seconds() * 1000}));
    attributes.set("mfaAuthenticated", "false");
    Value session = Value::object({{"sessionIssuer", Value::object({{"type", "Role"},
                                                                    {"principalId", p.role_id},
                                                                    {"arn", p.role_arn},
                                                                    {"accountId", p.account.text},
                                                                    {"userName", p.role_name}})},
                                   {"attributes", std::move(attributes)}});
    if (!p.source_identity.empty()) session.set("sourceIdentity", p.source_identity);
    out.set("sessionContext", std::move(session));
  }
  if (!call.caller.called_via.empty()) out.set("invokedBy", call.caller.called_via.back());
  return out;
}

// CloudFormation's name of the type that an ARN is of, and the name AWS lists it by.
struct Named {
  std::string type, name;
};
std::optional<Named> named_resource(const std::string& text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->resource.empty() || arn->resource == "*") return std::nullopt;
  const std::string& r = arn->resource;
  const auto behind = [&](std::string_view mark) { return r.substr(r.find(mark) + mark.size()); };
  const std::string last = r.substr(r.rfind('/') == std::string::npos ? 0 : r.rfind('/') + 1);
  if (arn->service == "iam") {
    if (last.empty()) return std::nullopt;
    if (r.starts_with("role/")) return Named{"AWS::IAM::Role", last};
    if (r.starts_with("user/")) return Named{"AWS::IAM::User", last};
    if (r.starts_with("group/")) return Named{"AWS::IAM::Group", last};
    if (r.starts_with("policy/")) return Named{"AWS::IAM::Policy", text};
    return std::nullopt;
  }
  if (arn->service == "s3") return Named{"AWS::S3::Bucket", r.substr(0, r.find('/'))};
  if (arn->service == "kms")
    return Named{r.starts_with("alias/") ? "AWS::KMS::Alias" : "AWS::KMS::Key", text};
  if (arn->service == "lambda" && r.starts_with("function:"))
    return Named{"AWS::Lambda::Function", behind("function:")};
  if (arn->service == "dynamodb" && r.starts_with("table/"))
    return Named{"AWS::DynamoDB::Table", behind("table/")};
  if (arn->service == "cloudformation" && r.starts_with("stack/"))
    return Named{"AWS::CloudFormation::Stack",
                 behind("stack/").substr(0, behind("stack/").find('/'))};
  if (arn->service == "codecommit") return Named{"AWS::CodeCommit::Repository", r};
  if (arn->service == "codebuild" && r.starts_with("project/"))
    return Named{"AWS::CodeBuild::Project", last};
  if (arn->service == "codepipeline")
    return Named{"AWS::CodePipeline::Pipeline", r.substr(0, r.find('/'))};
  if (arn->service == "events" && r.starts_with("rule/")) return Named{"AWS::Events::Rule", last};
  if (arn->service == "logs" && r.starts_with("log-group:")) {
    const std::string name = behind("log-group:");
    return Named{"AWS::Logs::LogGroup", name.substr(0, name.find(':'))};
  }
  if (arn->service == "secretsmanager") return Named{"AWS::SecretsManager::Secret", text};
  if (arn->service == "ssm" && r.starts_with("parameter/"))
    return Named{"AWS::SSM::Parameter", r.substr(9)};
  return std::nullopt;
}

std::string username_of(const Caller& caller) {
  const Principal& p = caller.principal;
  if (p.kind == Principal::Kind::kRoot) return "root";
  if (p.kind == Principal::Kind::kService || p.kind == Principal::Kind::kAnonymous) return {};
  return p.name;
}

}  // namespace

bool Trail::is_recorded(const Operation& operation) {
  if (operation.internal) return false;
  const std::string_view service = operation.service().name;
  for (std::string_view data : kDataEvents)
    if (data.size() == service.size() + 1 + operation.name.size() && data.starts_with(service) &&
        data.ends_with(operation.name))
      return false;
  return true;
}

bool Trail::is_read_only(const Operation& operation) {
  for (std::string_view start : {"Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search",
                                 "Filter", "Validate", "Simulate", "Preview", "Estimate", "Detect"})
    if (operation.name.starts_with(start)) return true;
  const std::string_view service = operation.service().name;
  if (service == "sts") return true;
  if (service != "kms") return false;
  for (std::string_view name : {"Encrypt", "Decrypt", "ReEncrypt", "Sign", "Verify"})
    if (operation.name == name) return true;
  return operation.name.starts_with("Generate");
}

Value trail_record(const TrailCall& call, const std::string& recipient, const std::string& event_id,
                   const std::string& shared_event_id) {
  const Operation& operation = *call.operation;
  const Service& service = operation.service();
  const bool read_only = Trail::is_read_only(operation);
  const auto& via = call.caller.called_via;
  Value event =
      Value::object({{"eventVersion", "1.11"},
                     {"userIdentity", identity_of(call, recipient)},
                     {"eventTime", to_iso8601(Timestamp{call.time.seconds() * 1000})},
                     {"eventSource", source_of(service)},
                     {"eventName", event_name(operation)},
                     {"awsRegion", call.region.text},
                     {"sourceIPAddress", via.empty() ? call.caller.source_ip : via.back()},
                     {"userAgent", via.empty() ? call.caller.user_agent : via.back()}});
  if (!call.error_code.empty()) {
    event.set("errorCode", call.error_code);
    event.set("errorMessage", call.error_message);
  }
  event.set("requestParameters", parameters(operation, call.input));
  event.set("responseElements", (!read_only || service.name == "sts") && call.error_code.empty()
                                    ? parameters(operation, call.output)
                                    : Value());
  event.set("requestID", call.request_id);
  event.set("eventID", event_id);
  event.set("readOnly", read_only);
  Value resources = Value::list();
  for (const std::string& text : call.asked)
    if (auto named = named_resource(text); named && text.starts_with("arn:")) {
      auto arn = Arn::parse(text);
      resources.push_back(
          Value::object({{"accountId", arn->account.empty() ? recipient : arn->account},
                         {"type", named->type},
                         {"ARN", text}}));
    }
  if (resources.size()) event.set("resources", std::move(resources));
  event.set("eventType", "AwsApiCall");
  event.set("managementEvent", true);
  event.set("recipientAccountId", recipient);
  if (!shared_event_id.empty()) event.set("sharedEventID", shared_event_id);
  event.set("eventCategory", "Management");
  return event;
}

void Trail::record(TrailCall call) {
  std::lock_guard lock(mutex_);
  if (queue_.size() >= kMostQueued) {
    ++lost_;
    return;
  }
  queue_.push_back(std::move(call));
}

void Trail::flush(Engine& engine) {
  std::lock_guard flushing(flush_mutex_);
  std::deque<TrailCall> calls;
  uint64_t lost = 0;
  {
    std::lock_guard lock(mutex_);
    calls.swap(queue_);
    std::swap(lost, lost_);
  }
  if (lost)
    log::warning("cloudtrail: " + std::to_string(lost) + " events were lost, more than " +
                 std::to_string(kMostQueued) + " came at once");
  if (calls.empty()) return;
  auto txn = engine.begin();
  if (!loaded_) {
    loaded_ = true;
    kOrder.each(*txn, kInstallation, {.limit = 1, .order = Txn::Order::kReverse},
                [&](const std::vector<std::string>& key, const std::string&) {
                  next_ = static_cast<uint64_t>(parse_int(key.at(0)).value_or(0)) + 1;
                  return false;
                });
  }
  for (const TrailCall& call : calls) {
    std::vector<std::string> recipients{call.account};
    for (const std::string& text : call.asked)
      if (auto arn = Arn::parse(text);
          arn && AccountId::parse(arn->account) &&
          std::find(recipients.begin(), recipients.end(), arn->account) == recipients.end())
        recipients.push_back(arn->account);
    // A service has no account: the call is seen where it was for.
    if (call.caller.principal.kind == Principal::Kind::kService && recipients.size() > 1)
      recipients.erase(recipients.begin());
    const std::string shared = recipients.size() > 1 ? random_.uuid() : std::string();
    Value resources = Value::list();
    for (const std::string& text : call.asked)
      if (auto named = named_resource(text)) {
        Value one = Value::object({{"type", named->type}, {"name", named->name}});
        if (std::find(resources.as_list().begin(), resources.as_list().end(), one) ==
            resources.as_list().end())
          resources.push_back(std::move(one));
      }
    for (const std::string& recipient : recipients) {
      if (recipient.empty()) continue;
      const auto number = static_cast<int64_t>(next_++);
      kTrail.put(*txn, Space{recipient, call.region.text}, {call.time.ms, number},
                 Value::object({{"event", trail_record(call, recipient, random_.uuid(), shared)},
                                {"username", recipient == call.caller.principal.account.text
                                                 ? username_of(call.caller)
                                                 : std::string()},
                                {"resources", resources}}));
      kOrder.put(*txn, kInstallation, {number},
                 recipient + " " + call.region.text + " " + std::to_string(call.time.ms));
      const int64_t old = number - static_cast<int64_t>(kKeptEvents);
      if (old < 0) continue;
      if (auto gone = kOrder.get(*txn, kInstallation, {old})) {
        const auto words = split(std::string_view(*gone), ' ');
        if (words.size() == 3)
          kTrail.erase(*txn, Space{std::string(words[0]), std::string(words[1])},
                       {parse_int(words[2]).value_or(0), old});
        kOrder.erase(*txn, kInstallation, {old});
      }
    }
  }
  (void)txn->commit();  // sole writer of these rows
}

void Trail::clear() {
  std::lock_guard flushing(flush_mutex_);
  std::lock_guard lock(mutex_);
  queue_.clear();
  next_ = 0;
}

}  // namespace drydock
