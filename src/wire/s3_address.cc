#include "wire/s3_address.h"

#include "base/text.h"

namespace drydock::wire {
namespace {

// The host without the domain that AWS names lead from; empty when it is not such a domain.
std::string_view without_domain(std::string_view host) {
  for (std::string_view domain :
       {".amazonaws.com", ".amazonaws.com.cn", ".localhost", ".localhost.localstack.cloud"}) {
    if (host.ends_with(domain)) return host.substr(0, host.size() - domain.size());
  }
  return {};
}

constexpr std::string_view kControl = "s3-control";

struct Subresource {
  std::string_view key, name;
};
constexpr Subresource kSubresources[] = {{"accelerate", "AccelerateConfiguration"},
                                         {"acl", "Acl"},
                                         {"analytics", "AnalyticsConfiguration"},
                                         {"attributes", "Attributes"},
                                         {"cors", "Cors"},
                                         {"delete", "Objects"},
                                         {"encryption", "Encryption"},
                                         {"intelligent-tiering", "IntelligentTieringConfiguration"},
                                         {"inventory", "InventoryConfiguration"},
                                         {"legal-hold", "LegalHold"},
                                         {"lifecycle", "LifecycleConfiguration"},
                                         {"location", "Location"},
                                         {"logging", "Logging"},
                                         {"metadataTable", "MetadataTableConfiguration"},
                                         {"metrics", "MetricsConfiguration"},
                                         {"notification", "NotificationConfiguration"},
                                         {"object-lock", "LockConfiguration"},
                                         {"ownershipControls", "OwnershipControls"},
                                         {"policy", "Policy"},
                                         {"policyStatus", "PolicyStatus"},
                                         {"publicAccessBlock", "PublicAccessBlock"},
                                         {"replication", "Replication"},
                                         {"requestPayment", "RequestPayment"},
                                         {"restore", "Restore"},
                                         {"retention", "Retention"},
                                         {"select", "SelectContent"},
                                         {"session", "Session"},
                                         {"tagging", "Tagging"},
                                         {"torrent", "Torrent"},
                                         {"uploadId", "MultipartUpload"},
                                         {"uploads", "MultipartUploads"},
                                         {"versioning", "Versioning"},
                                         {"versions", "Versions"},
                                         {"website", "Website"}};

}  // namespace

S3Host s3_host(std::string_view host) {
  std::string_view rest = without_domain(host);
  if (rest.empty()) return {};
  // From the right: [region] [dualstack|fips] s3 or s3-…; what is left of it is the bucket, dots
  // and all.
  std::vector<std::string_view> labels = split(rest, '.');
  for (size_t from_right = 1; from_right <= 3 && from_right <= labels.size(); ++from_right) {
    std::string_view label = labels[labels.size() - from_right];
    if (label == kControl) return {};
    if (label != "s3" && !label.starts_with("s3-")) continue;
    size_t start = static_cast<size_t>(label.data() - rest.data());
    return {true, std::string(start == 0 ? std::string_view{} : rest.substr(0, start - 1))};
  }
  return {};
}

std::string s3_bucket_of_host(std::string_view host) {
  S3Host found = s3_host(host);
  if (found.is_s3) return found.bucket;
  for (std::string_view domain : {".localhost", ".localhost.localstack.cloud"}) {
    if (host.ends_with(domain)) return std::string(host.substr(0, host.size() - domain.size()));
  }
  return {};
}

bool is_s3_control(const HttpRequest& request, std::string_view host) {
  const size_t dot = host.find('.');
  const std::string_view second = dot == std::string_view::npos ? "" : host.substr(dot + 1);
  if (host.substr(0, dot) == kControl || second.substr(0, second.find('.')) == kControl)
    return true;
  return request.raw_path().starts_with("/v20180820/") &&
         !request.header("x-amz-account-id").empty();
}

std::string_view s3_subresource(const std::vector<std::pair<std::string, std::string>>& query) {
  for (const auto& [key, value] : query) {
    for (const Subresource& one : kSubresources) {
      if (one.key == key) return one.key;
    }
  }
  return {};
}

std::string s3_operation_name(std::string_view method, bool has_key, std::string_view subresource) {
  if (subresource.empty())
    return std::string(method) + (has_key ? " of an object" : " of a bucket");
  if (method == "POST" && subresource == "select") return "SelectObjectContent";
  if (method == "POST" && subresource == "restore") return "RestoreObject";
  std::string verb = method == "GET"      ? "Get"
                     : method == "DELETE" ? "Delete"
                     : method == "HEAD"   ? "Head"
                                          : "Put";
  for (const Subresource& one : kSubresources) {
    if (one.key == subresource)
      return verb + (has_key ? "Object" : "Bucket") + std::string(one.name);
  }
  return verb;
}

}  // namespace drydock::wire
