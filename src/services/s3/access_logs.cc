// Access logs: which buckets have them, and their delivery, which the target's policy decides.
#include "services/s3/access_logs.h"

#include "api/server.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/acl.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr size_t kMostWaitingBytes = 16 << 20;  // of one bucket's lines; more are lost
constexpr std::string_view kLogging = "logging.s3.amazonaws.com";

Unexpected bad_target(const char* text, const std::string& target) {
  Fault bad{"InvalidTargetBucketForLogging", text, 400};
  bad.members = Value::object({{"TargetBucket", target}});
  return fault(std::move(bad));
}

// S3 User Guide, "Log object key format": by the time of delivery, or by day alone for event time.
std::string log_key(const BucketRow& source, Timestamp now, const std::string& unique) {
  const LoggingEnabled& logging = *source.Logging->LoggingEnabled;
  const std::string at = to_iso8601(Timestamp{now.seconds() * 1000});  // 2026-01-02T03:04:05Z
  const std::string year = at.substr(0, 4), month = at.substr(5, 2), day = at.substr(8, 2);
  std::string time = at.substr(11, 2) + "-" + at.substr(14, 2) + "-" + at.substr(17, 2);
  std::string key = logging.TargetPrefix;
  if (logging.TargetObjectKeyFormat && logging.TargetObjectKeyFormat->PartitionedPrefix) {
    const auto& partitioned = *logging.TargetObjectKeyFormat->PartitionedPrefix;
    key += source.Account + "/" + source.Region + "/" + source.Name + "/" + year + "/" + month +
           "/" + day + "/";
    if (partitioned.PartitionDateSource == "EventTime") time = "00-00-00";
  }
  return key + year + "-" + month + "-" + day + "-" + time + "-" + unique;
}

}  // namespace

void AccessLogs::note(const Finished& finished) {
  if (finished.operation && finished.operation->name == "PutBucketLogging" && !finished.fault)
    refresh();
  // What is delivered is not logged itself: it would go on for ever.
  if (!any_.load(std::memory_order_relaxed) || finished.caller.principal.name == kLogging) return;
  const std::string bucket = bucket_of(finished);
  {
    std::lock_guard lock(mutex_);
    if (!sources_.contains(bucket)) return;
  }
  const std::string line = access_log_line(finished, bucket, server_.clock().now());
  std::lock_guard lock(mutex_);
  std::string& waiting = lines_[bucket];
  if (waiting.size() + line.size() <= kMostWaitingBytes) waiting += line;
}

void AccessLogs::refresh() {
  std::set<std::string> sources;
  kBuckets.each(*server_.engine().begin_read(), kInstallation, {},
                [&](const auto&, const BucketRow& bucket) {
                  if (bucket.Logging && bucket.Logging->LoggingEnabled) sources.insert(bucket.Name);
                  return true;
                });
  std::lock_guard lock(mutex_);
  std::erase_if(lines_, [&](const auto& one) { return !sources.contains(one.first); });
  sources_ = std::move(sources);
  any_ = !sources_.empty();
}

Next AccessLogs::deliver(const Job&) {
  std::map<std::string, std::string> ready;
  {
    std::lock_guard lock(mutex_);
    ready.swap(lines_);
  }
  const Timestamp now = server_.clock().now();
  for (const auto& [name, lines] : ready) {
    auto source = kBuckets.get(*server_.engine().begin_read(), kInstallation, {name});
    if (!source || !source->Logging || !source->Logging->LoggingEnabled) continue;
    const std::string owner = canonical_id(source->Account) + " ";
    std::string text;
    for (std::string_view line : split(lines, '\n'))
      if (!line.empty()) text.append(owner).append(line).append("\n");
    const std::string unique = server_.random().text(16, "0123456789ABCDEF");
    auto put =
        server_
            .client_as_service(kLogging, bucket_arn(name), source->Account, Region{source->Region})
            .call<PutObject>({.Bucket = source->Logging->LoggingEnabled->TargetBucket,
                              .Key = log_key(*source, now, unique),
                              .Body = Payload(std::move(text)),
                              .ContentType = "text/plain"});
    if (!put)
      log::info("s3: access logs of " + name + " were not delivered: " + put.error().message);
  }
  return Next::again(server_.clock().now() + kAccessLogPauseMs);
}

Result<GetBucketLoggingOutput> get_bucket_logging(Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketLogging"));
  GetBucketLoggingOutput out;
  if (bucket.Logging) out.LoggingEnabled = bucket.Logging->LoggingEnabled;
  return out;
}

Result<PutBucketLoggingOutput> put_bucket_logging(Call& call, const PutBucketLoggingInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketLogging"));
  if (const auto& logging = in.BucketLoggingStatus.LoggingEnabled) {
    auto target = kBuckets.get(call.txn(), kInstallation, {logging->TargetBucket});
    if (!target)
      return bad_target("The target bucket for logging does not exist", logging->TargetBucket);
    if (target->Account != bucket.Account)
      return bad_target(
          "The owner for the bucket to be logged and the target bucket must be the same.",
          logging->TargetBucket);
    if (target->Region != bucket.Region) {
      Fault far{"CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed.", 403};
      far.members = Value::object({{"TargetBucketLocation", target->Region}});
      return fault(std::move(far));
    }
    if (logging->TargetGrants && !logging->TargetGrants->empty())
      return not_implemented("PutBucketLogging with TargetGrants");
    if (const auto& format = logging->TargetObjectKeyFormat;
        format && !format->SimplePrefix == !format->PartitionedPrefix)
      return errors::MalformedXML(
          "The XML you provided was not well-formed or did not validate against our published schema");
    call.start_job(kAccessLogs, "", call.now() + kAccessLogPauseMs, {});
  }
  bucket.Logging = in.BucketLoggingStatus;
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutBucketLoggingOutput{};
}

}  // namespace drydock::s3
