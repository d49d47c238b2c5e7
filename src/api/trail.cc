#include "api/trail.h"

#include <algorithm>

#include "auth/assumed_root.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"

namespace drydock {

namespace {

constexpr Table<std::string> kOrder{"api.trail-number"};  // account: [number] -> "region ms"

// Texts that no record shows: AWS writes these words instead.
constexpr std::string_view kHidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
constexpr std::string_view kSecretNames[] = {"password",
                                             "secretstring",
                                             "secretbinary",
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

// Member by member from the struct itself, so that what is left out is not copied first.
class Telling {
 public:
  // A parameter's text is a member called Value.
  explicit Telling(const Operation& operation)
      : hide_values_(operation.service().name == "ssm" &&
                     operation.name.find("Parameter") != std::string_view::npos),
        is_s3_(operation.service().name == "s3") {}

  Value value(const Shape& shape, const void* from) {
    switch (shape.kind) {
      case ShapeKind::kString: return text(*static_cast<const std::string*>(from));
      case ShapeKind::kBlob: {
        const auto& blob = *static_cast<const std::string*>(from);
        return fits(blob.size()) ? Value(to_base64(blob)) : Value();
      }
      case ShapeKind::kList: {
        Value list = Value::list();
        const size_t count = shape.sequence->size(from);
        for (size_t i = 0; i < count; ++i)
          list.push_back(value(shape.item(), shape.sequence->at(from, i)));
        return list;
      }
      case ShapeKind::kMap: {
        Value map = Value(Value::Object{});
        const size_t count = shape.sequence->size(from);
        for (size_t i = 0; i < count; ++i) {
          const std::string& key = map_key(shape, from, i);
          if (fits(key.size())) map.set(key, value(shape.item(), shape.sequence->at(from, i)));
        }
        return map;
      }
      case ShapeKind::kTimestamp: return date(*static_cast<const Timestamp*>(from));
      case ShapeKind::kStructure:
      case ShapeKind::kUnion: return structure(shape, from);
      default: fits(8); return to_value(shape, from);
    }
  }
  size_t bytes() const { return bytes_; }

 private:
  bool fits(size_t size) {
    bytes_ += size;
    return bytes_ <= kMostRecordBytes;
  }
  // A record is JSON; bytes that are no text (a header's, a blob's) are told in base64.
  Value text(const std::string& text) {
    if (!fits(text.size())) return {};
    return is_utf8(text) ? Value(text) : Value(to_base64(text));
  }
  // "Nov 3, 2026 1:05:09 PM", as AWS's records have times.
  Value date(Timestamp time) {
    fits(24);
    const std::string http = to_http_date(time);  // "Tue, 03 Nov 2026 13:05:09 GMT"
    const auto day = parse_int(std::string_view(http).substr(5, 2)).value_or(0);
    const auto hour = parse_int(std::string_view(http).substr(17, 2)).value_or(0);
    return http.substr(8, 3) + " " + std::to_string(day) + ", " + http.substr(12, 4) + " " +
           std::to_string((hour + 11) % 12 + 1) + http.substr(19, 6) + (hour < 12 ? " AM" : " PM");
  }
  // What S3's records call a bucket and its policy.
  Value of_s3(std::string& spelled, Value value) const {
    if (spelled == "bucket") spelled = "bucketName";
    if (spelled == "policy" && value.is_string())
      if (auto policy = parse_json(value.as_string())) {
        spelled = "bucketPolicy";
        return std::move(*policy);
      }
    return value;
  }
  Value structure(const Shape& shape, const void* from) {
    Value out = Value(Value::Object{});
    for (const Member& member : shape.members) {
      const void* field = field_of(member, from);
      const Shape& target = member.shape();
      if (!field || target.kind == ShapeKind::kStream) continue;
      if (member.name == "SecretAccessKey") continue;  // AWS does not even name it
      std::string spelled(member.name);
      if (spelled[0] >= 'A' && spelled[0] <= 'Z')
        spelled[0] = static_cast<char>(spelled[0] - 'A' + 'a');
      if (is_secret(member.name) || (hide_values_ && member.name == "Value" && shape.name != "Tag"))
        out.set(spelled, kHidden);
      else if (member.name == "Environment" && !target.members.empty() &&
               target.members.front().name == "Variables")
        out.set(spelled, Value(Value::Object{}));  // AWS leaves a function's variables out
      else {
        Value told = value(target, field);
        if (is_s3_) told = of_s3(spelled, std::move(told));
        out.set(spelled, std::move(told));
      }
    }
    return out;
  }

  bool hide_values_, is_s3_;
  size_t bytes_ = 0;
};

// S3 User Guide, "Amazon S3 CloudTrail events": bucket operations whose events have other names.
struct EventName {
  std::string_view operation, event;
};
constexpr EventName kBucketEvents[] = {
    {"GetPublicAccessBlock", "GetBucketPublicAccessBlock"},
    {"PutPublicAccessBlock", "PutBucketPublicAccessBlock"},
    {"DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"},
    {"GetBucketLifecycleConfiguration", "GetBucketLifecycle"},
    {"PutBucketLifecycleConfiguration", "PutBucketLifecycle"},
    {"GetBucketNotificationConfiguration", "GetBucketNotification"},
    {"PutBucketNotificationConfiguration", "PutBucketNotification"},
    {"GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"},
    {"PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"},
    {"GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"},
    {"PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"}};

// AWS's names of some events: Lambda's carry the version of its interface.
std::string event_name(const Operation& operation) {
  std::string name(operation.name);
  if (operation.service().name == "s3")
    for (const EventName& known : kBucketEvents)
      if (known.operation == operation.name) return std::string(known.event);
  // PutAccountPublicAccessBlock: the account's own, beside those of buckets.
  if (operation.service().name == "s3control") return name.insert(name.find("Public"), "Account");
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

// Who came with a token or an assertion: nobody of an account yet, so what STS answered says it.
Value federated_identity(const TrailCall& call) {
  const bool saml = call.name == "AssumeRoleWithSAML";
  const Value& r = call.response;
  const std::string provider = r[saml ? "nameQualifier" : "provider"].string_or("");
  const std::string user = r[saml ? "subject" : "subjectFromWebIdentityToken"].string_or("");
  std::string id = provider + ":";
  if (!saml) id += r["audience"].string_or("") + ":";
  Value out = Value::object({{"type", saml ? "SAMLUser" : "WebIdentityUser"}});
  if (user.empty()) return out;  // refused
  out.set("principalId", id + user);
  out.set("userName", user);
  out.set("identityProvider", provider);
  return out;
}

Value identity_of(const TrailCall& call, const std::string& recipient) {
  const Principal& p = call.caller.principal;
  using Kind = Principal::Kind;
  Value out = Value(Value::Object{});
  if (call.source == "sts" && call.name.starts_with("AssumeRoleWith"))
    return federated_identity(call);
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
  if (p.kind == Kind::kAssumedRole || p.issued) {
    Value session = Value(Value::Object{});
    // A federated user carries who let it in where sessions carry their role.
    if (p.kind == Kind::kAssumedRole || (p.kind == Kind::kFederatedUser && !p.role_arn.empty()))
      session.set("sessionIssuer",
                  Value::object({{"type", p.kind == Kind::kAssumedRole    ? "Role"
                                          : p.role_arn.ends_with(":root") ? "Root"
                                                                          : "IAMUser"},
                                 {"principalId", p.role_id},
                                 {"arn", p.role_arn},
                                 {"accountId", p.account.text},
                                 {"userName", p.role_name}}));
    if (!p.federated_provider.empty())
      session.set("webIdFederationData", Value::object({{"federatedProvider", p.federated_provider},
                                                        {"attributes", Value(Value::Object{})}}));
    Value attributes = Value(Value::Object{});
    if (p.issued) attributes.set("creationDate", to_iso8601(Timestamp{p.issued->seconds() * 1000}));
    attributes.set("mfaAuthenticated", p.mfa_at ? "true" : "false");
    session.set("attributes", std::move(attributes));
    if (is_assumed_root(p)) session.set("assumedRoot", "true");
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
  if (!arn || arn->resource.empty() || arn->resource.find_first_of("*?") != std::string::npos)
    return std::nullopt;  // what IAM was asked about before the thing had a name
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

Value told(const Operation& operation, const Shape& shape, const void* from) {
  Telling telling(operation);
  Value out = telling.value(shape, from);
  if (!out.is_object() || out.as_object().empty()) return {};
  if (telling.bytes() > kMostRecordBytes)
    return Value::object(
        {{"omitted", true}, {"originalSize", static_cast<int64_t>(telling.bytes())}});
  return out;
}

TrailCall trail_call(const Operation& operation, const Caller& caller, const Region& region,
                     const std::string& request_id, Timestamp now) {
  const std::string& account = caller.principal.account.text;
  // Signed for iam, it is a source of its own.
  const bool toolbox = operation.service().name == "iamtoolbox";
  return {.source = std::string(toolbox ? "iam-toolbox" : operation.service().signing_name),
          .name = event_name(operation),
          .read_only = operation.read_only,
          .caller = caller,
          .account = account.empty() ? caller.source_account : account,
          .region = region,
          .request_id = request_id,
          .time = now};
}

Value trail_record(const TrailCall& call, const std::string& recipient, const std::string& event_id,
                   const std::string& shared_event_id) {
  const auto& via = call.caller.called_via;
  Value event =
      Value::object({{"eventVersion", "1.11"},
                     {"userIdentity", identity_of(call, recipient)},
                     {"eventTime", to_iso8601(Timestamp{call.time.seconds() * 1000})},
                     {"eventSource", call.source + ".amazonaws.com"},
                     {"eventName", call.name},
                     {"awsRegion", call.region.text},
                     {"sourceIPAddress", via.empty() ? call.caller.source_ip : via.back()},
                     {"userAgent", via.empty() ? call.caller.user_agent : via.back()}});
  if (!call.error_code.empty()) {
    event.set("errorCode", call.error_code);
    event.set("errorMessage", call.error_message);
  }
  event.set("requestParameters", call.parameters);
  event.set("responseElements", call.response);
  if (!call.additional.is_null()) event.set("additionalEventData", call.additional);
  event.set("requestID", call.request_id);
  event.set("eventID", event_id);
  event.set("readOnly", call.read_only);
  Value resources = Value::list();
  for (const std::string& text : call.asked)
    if (auto named = named_resource(text); named && text.starts_with("arn:")) {
      auto arn = Arn::parse(text);
      Value one = Value::object({{"accountId", arn->account.empty() ? recipient : arn->account},
                                 {"type", named->type},
                                 {"ARN", text}});
      const auto& known = resources.as_list();
      if (std::find(known.begin(), known.end(), one) == known.end())
        resources.push_back(std::move(one));
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
  // Who comes with a token is of no account: the call is in the history of the role's.
  if (call.asked.empty() && call.source == "sts" && call.name.starts_with("AssumeRoleWith"))
    call.asked.push_back(call.parameters["roleArn"].string_or(""));
  std::lock_guard lock(mutex_);
  if (queue_.size() >= kMostQueued) {
    ++lost_;
    return;
  }
  queue_.push_back(std::move(call));
}

uint64_t Trail::next_number(Txn& txn, const std::string& account) {
  auto [at, is_new] = next_.try_emplace(account, 0);
  if (is_new)
    kOrder.each(txn, Space{account, ""}, {.limit = 1, .order = Txn::Order::kReverse},
                [&](const std::vector<std::string>& key, const std::string&) {
                  at->second = static_cast<uint64_t>(parse_int(key.at(0)).value_or(0)) + 1;
                  return false;
                });
  return at->second++;
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
      const auto number = static_cast<int64_t>(next_number(*txn, recipient));
      kTrail.put(*txn, Space{recipient, call.region.text}, {call.time.ms, number},
                 Value::object({{"event", trail_record(call, recipient, random_.uuid(), shared)},
                                {"username", recipient == call.caller.principal.account.text
                                                 ? username_of(call.caller)
                                                 : std::string()},
                                {"resources", resources}}));
      const Space account{recipient, ""};
      kOrder.put(*txn, account, {number}, call.region.text + " " + std::to_string(call.time.ms));
      const int64_t old = number - static_cast<int64_t>(kKeptEvents);
      if (old < 0) continue;
      if (auto gone = kOrder.get(*txn, account, {old})) {
        const auto words = split(std::string_view(*gone), ' ');
        if (words.size() == 2)
          kTrail.erase(*txn, Space{recipient, std::string(words[0])},
                       {parse_int(words[1]).value_or(0), old});
        kOrder.erase(*txn, account, {old});
      }
    }
  }
  (void)txn->commit();  // sole writer of these rows
}

void Trail::clear() {
  std::lock_guard flushing(flush_mutex_);
  std::lock_guard lock(mutex_);
  queue_.clear();
  next_.clear();
}

}  // namespace drydock
