// AWS::S3::Bucket
#include "base/text.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value lifecycle_rule(const Value& rule) {
  Value out = pick(rule, {"Id:ID", "Status"});
  if (rule["TagFilters"].size() > 0) {
    Value both = pick(rule, {"Prefix", "TagFilters:Tags"});
    out.set("Filter", Value::object({{"And", both}}));
  } else {
    out.set("Filter", Value::object({{"Prefix", rule["Prefix"].string_or("")}}));
  }
  Value expiration =
      pick(rule, {"ExpirationInDays:Days", "ExpirationDate:Date", "ExpiredObjectDeleteMarker"});
  if (expiration.size() > 0) out.set("Expiration", std::move(expiration));
  if (rule.find("NoncurrentVersionExpirationInDays"))
    out.set("NoncurrentVersionExpiration",
            pick(rule, {"NoncurrentVersionExpirationInDays:NoncurrentDays"}));
  if (const Value* same = rule.find("NoncurrentVersionExpiration"))
    out.set("NoncurrentVersionExpiration", *same);
  if (const Value* same = rule.find("AbortIncompleteMultipartUpload"))
    out.set("AbortIncompleteMultipartUpload", *same);
  Value transitions = Value::list(), noncurrent = Value::list();
  if (rule["Transitions"].is_list())
    for (const Value& t : rule["Transitions"].as_list())
      transitions.push_back(
          pick(t, {"StorageClass", "TransitionInDays:Days", "TransitionDate:Date"}));
  if (rule["NoncurrentVersionTransitions"].is_list())
    for (const Value& t : rule["NoncurrentVersionTransitions"].as_list())
      noncurrent.push_back(
          pick(t, {"StorageClass", "TransitionInDays:NoncurrentDays", "NewerNoncurrentVersions"}));
  if (transitions.size() > 0) out.set("Transitions", std::move(transitions));
  if (noncurrent.size() > 0) out.set("NoncurrentVersionTransitions", std::move(noncurrent));
  return out;
}

Result<void> put(Work& w, const char* operation, const char* member, Value configuration) {
  TRY(w.call("s3", operation,
             Value::object({{"Bucket", w.physical_id}, {member, std::move(configuration)}})));
  return {};
}

// Properties that S3 takes as they are: property, operation to put, member of its input, operation
// to take away.
struct Plain {
  const char *property, *put, *member, *take;
};
constexpr Plain kPlain[] = {{"PublicAccessBlockConfiguration", "PutPublicAccessBlock",
                             "PublicAccessBlockConfiguration", "DeletePublicAccessBlock"},
                            {"OwnershipControls", "PutBucketOwnershipControls", "OwnershipControls",
                             "DeleteBucketOwnershipControls"}};

// A template names one event in each entry, and its rules one level deeper than S3's API does.
void add_notifications(const Value& given, const char* list, const char* target,
                       const char* api_list, const char* api_target, Value& out) {
  if (!given[list].is_list()) return;
  Value entries = Value::list();
  for (const Value& one : given[list].as_list()) {
    Value entry = Value::object({{api_target, one[target]}});
    Value events = Value::list();
    events.push_back(one["Event"]);
    entry.set("Events", std::move(events));
    const Value& rules = one["Filter"]["S3Key"]["Rules"];
    if (rules.is_list())
      entry.set("Filter", Value::object({{"Key", Value::object({{"FilterRules", rules}})}}));
    entries.push_back(std::move(entry));
  }
  out.set(api_list, std::move(entries));
}

Result<void> put_notifications(Work& w) {
  const Value& given = w["NotificationConfiguration"];
  Value out = Value(Value::Object{});
  add_notifications(given, "LambdaConfigurations", "Function", "LambdaFunctionConfigurations",
                    "LambdaFunctionArn", out);
  add_notifications(given, "QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn", out);
  add_notifications(given, "TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn", out);
  if (const Value* bridge = given.find("EventBridgeConfiguration");
      bridge && (*bridge)["EventBridgeEnabled"].scalar_text() != "false")
    out.set("EventBridgeConfiguration", Value(Value::Object{}));
  return put(w, "PutBucketNotificationConfiguration", "NotificationConfiguration", std::move(out));
}

Value cors_rule(const Value& rule) {
  Value out = Value::object(
      {{"AllowedMethods", rule["AllowedMethods"]}, {"AllowedOrigins", rule["AllowedOrigins"]}});
  if (!rule["Id"].is_null()) out.set("ID", rule["Id"]);
  if (!rule["AllowedHeaders"].is_null()) out.set("AllowedHeaders", rule["AllowedHeaders"]);
  if (!rule["ExposedHeaders"].is_null()) out.set("ExposeHeaders", rule["ExposedHeaders"]);
  if (auto seconds = parse_int(rule["MaxAge"].scalar_text())) out.set("MaxAgeSeconds", *seconds);
  return out;
}

Result<void> put_cors(Work& w) {
  if (!w["CorsConfiguration"].is_object())
    return deleted(w.call("s3", "DeleteBucketCors", Value::object({{"Bucket", w.physical_id}})));
  Value rules = Value::list();
  if (w["CorsConfiguration"]["CorsRules"].is_list())
    for (const Value& rule : w["CorsConfiguration"]["CorsRules"].as_list())
      rules.push_back(cors_rule(rule));
  return put(w, "PutBucketCors", "CORSConfiguration", Value::object({{"CORSRules", rules}}));
}

Result<void> put_website(Work& w) {
  const Value& given = w["WebsiteConfiguration"];
  if (given.is_null())
    return deleted(w.call("s3", "DeleteBucketWebsite", Value::object({{"Bucket", w.physical_id}})));
  Value out = pick(given, {"RedirectAllRequestsTo"});
  if (given.find("IndexDocument"))
    out.set("IndexDocument", Value::object({{"Suffix", given["IndexDocument"]}}));
  if (given.find("ErrorDocument"))
    out.set("ErrorDocument", Value::object({{"Key", given["ErrorDocument"]}}));
  if (given["RoutingRules"].is_list()) {
    Value rules = Value::list();
    for (const Value& rule : given["RoutingRules"].as_list())
      rules.push_back(pick(rule, {"RedirectRule:Redirect", "RoutingRuleCondition:Condition"}));
    out.set("RoutingRules", std::move(rules));
  }
  return put(w, "PutBucketWebsite", "WebsiteConfiguration", std::move(out));
}

// Without a destination the bucket's logs go to the bucket itself.
Result<void> put_logging(Work& w) {
  const Value& given = w["LoggingConfiguration"];
  Value out = Value(Value::Object{});
  if (given.is_object()) {
    Value logging =
        Value::object({{"TargetBucket", given["DestinationBucketName"].string_or(w.physical_id)},
                       {"TargetPrefix", given["LogFilePrefix"].string_or("")}});
    if (const Value* format = given.find("TargetObjectKeyFormat"))
      logging.set("TargetObjectKeyFormat", *format);
    out.set("LoggingEnabled", std::move(logging));
  }
  return put(w, "PutBucketLogging", "BucketLoggingStatus", std::move(out));
}

// What was locked stays so; a configuration that goes takes only the default retention with it.
Result<void> put_object_lock(Work& w) {
  if (w["ObjectLockConfiguration"].is_null() && w.before.is_null()) return {};
  Value out = Value::object({{"ObjectLockEnabled", "Enabled"}});
  if (const Value* rule = w["ObjectLockConfiguration"].find("Rule")) out.set("Rule", *rule);
  return put(w, "PutObjectLockConfiguration", "ObjectLockConfiguration", std::move(out));
}

// "BucketOwnerFullControl" as S3 writes it.
std::string canned_acl(const std::string& name) {
  std::string out;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z' && !out.empty()) out += '-';
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return out;
}

Result<void> configure(Work& w) {
  if (w.changed("VersioningConfiguration")) {
    std::string status = w["VersioningConfiguration"]["Status"].string_or("Suspended");
    if (w["VersioningConfiguration"].is_object() || w.before.is_object())
      TRY(put(w, "PutBucketVersioning", "VersioningConfiguration",
              Value::object({{"Status", status}})));
  }
  if (w.changed("BucketEncryption")) {
    Value rules = Value::list();
    const Value& given = w["BucketEncryption"]["ServerSideEncryptionConfiguration"];
    if (given.is_list())
      for (const Value& rule : given.as_list())
        rules.push_back(
            pick(rule, {"ServerSideEncryptionByDefault:ApplyServerSideEncryptionByDefault",
                        "BucketKeyEnabled"}));
    if (rules.size() > 0)
      TRY(put(w, "PutBucketEncryption", "ServerSideEncryptionConfiguration",
              Value::object({{"Rules", std::move(rules)}})));
    else if (w.before.is_object())
      TRY(w.call("s3", "DeleteBucketEncryption", Value::object({{"Bucket", w.physical_id}})));
  }
  if (w.changed("LifecycleConfiguration")) {
    Value rules = Value::list();
    if (w["LifecycleConfiguration"]["Rules"].is_list())
      for (const Value& rule : w["LifecycleConfiguration"]["Rules"].as_list())
        rules.push_back(lifecycle_rule(rule));
    if (rules.size() > 0)
      TRY(put(w, "PutBucketLifecycleConfiguration", "LifecycleConfiguration",
              Value::object({{"Rules", std::move(rules)}})));
    else if (w.before.is_object())
      TRY(w.call("s3", "DeleteBucketLifecycle", Value::object({{"Bucket", w.physical_id}})));
  }
  if (w.changed("ObjectLockConfiguration")) TRY(put_object_lock(w));
  if (w.changed("CorsConfiguration")) TRY(put_cors(w));
  for (const Plain& plain : kPlain) {
    if (!w.changed(plain.property)) continue;
    if (!w[plain.property].is_null())
      TRY(put(w, plain.put, plain.member, w[plain.property]));
    else
      TRY(w.call("s3", plain.take, Value::object({{"Bucket", w.physical_id}})));
  }
  // AWS does know no way back to a bucket that never had it.
  if (w.changed("AccelerateConfiguration"))
    TRY(put(w, "PutBucketAccelerateConfiguration", "AccelerateConfiguration",
            Value::object({{"Status", w["AccelerateConfiguration"]["AccelerationStatus"].string_or(
                                          "Suspended")}})));
  if (w.changed("NotificationConfiguration")) TRY(put_notifications(w));
  if (w.changed("WebsiteConfiguration")) TRY(put_website(w));
  if (w.changed("LoggingConfiguration")) TRY(put_logging(w));
  // After the controls that decide whether the bucket may have one.
  const std::string acl = w["AccessControl"].string_or("Private");
  if (acl != (w.before.is_object() ? w.before["AccessControl"].string_or("Private") : "Private"))
    TRY(w.call("s3", "PutBucketAcl",
               Value::object({{"Bucket", w.physical_id}, {"ACL", canned_acl(acl)}})));
  if (w.before.is_null() || w.changed("Tags") || !(w.tags == w.tags_before))
    TRY(put(w, "PutBucketTagging", "Tagging",
            Value::object({{"TagSet", merged_tags(w["Tags"], w.tags)}})));
  return {};
}

Result<void> create(Work& w) {
  Value input = Value::object({{"Bucket", w.name}});
  if (w.region != "us-east-1")
    input.set("CreateBucketConfiguration", Value::object({{"LocationConstraint", w.region}}));
  if (w["ObjectLockEnabled"].scalar_text() == "true") input.set("ObjectLockEnabledForBucket", true);
  auto made = w.call("s3", "CreateBucket", std::move(input));
  // S3 in us-east-1 answers success for a bucket one owns already; elsewhere that fault is ours
  // after a crash.
  if (!made && !w.adopts(made.error(), {"BucketAlreadyOwnedByYou"}))
    return fault(std::move(made).error());
  w.made(w.name);
  const std::string& name = w.name;
  w.attributes = Value::object(
      {{"Arn", "arn:aws:s3:::" + name},
       {"DomainName", name + ".s3.amazonaws.com"},
       {"RegionalDomainName", name + ".s3." + w.region + ".amazonaws.com"},
       {"DualStackDomainName", name + ".s3.dualstack." + w.region + ".amazonaws.com"},
       {"WebsiteURL", "http://" + name + ".s3-website-" + w.region + ".amazonaws.com"}});
  return configure(w);
}

Result<void> remove(Work& w) {
  return deleted(w.call("s3", "DeleteBucket", Value::object({{"Bucket", w.physical_id}})));
}

}  // namespace

extern const ResourceType kS3Bucket = {
    .name = "AWS::S3::Bucket",
    .properties =
        "BucketName# AccessControl VersioningConfiguration BucketEncryption LifecycleConfiguration PublicAccessBlockConfiguration "
        "OwnershipControls WebsiteConfiguration NotificationConfiguration LoggingConfiguration CorsConfiguration AccelerateConfiguration "
        "ObjectLockEnabled# ObjectLockConfiguration Tags "
        "AnalyticsConfigurations~ IntelligentTieringConfigurations~ InventoryConfigurations~ MetricsConfigurations~ "
        "ReplicationConfiguration~ MetadataConfiguration~ MetadataTableConfiguration~ AbacStatus~ BucketNamePrefix~ BucketNamespace~",
    .attributes = "Arn DomainName RegionalDomainName DualStackDomainName WebsiteURL",
    .name_property = "BucketName",
    .name_max = 63,
    .lower_case_name = true,
    .create = create,
    .update = configure,
    .remove = remove};

}  // namespace drydock::cloudformation
