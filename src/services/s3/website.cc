// Website configurations of buckets: kept, checked, and their redirects.
#include "services/s3/website.h"

#include "base/encoding.h"
#include "base/text.h"
#include "gen/s3_handlers.h"
#include "services/s3/access.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

namespace {

constexpr size_t kMostRoutingRules = 50;

Unexpected bad_website(std::string_view name, const char* value, const char* text) {
  Fault bad{"InvalidArgument", text, 400};
  bad.members = Value::object({{"ArgumentName", std::string(name)}, {"ArgumentValue", value}});
  return fault(std::move(bad));
}

Result<void> check_protocol(const std::optional<std::string>& protocol) {
  if (!protocol || *protocol == "http" || *protocol == "https") return {};
  return errors::InvalidRequest(
      "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.");
}

// A host stands in a header of the answer.
Result<void> check_host(const std::optional<std::string>& host) {
  if (!host) return {};
  for (char c : *host)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
      return errors::InvalidRequest("The host name is not well formed.");
  return {};
}

Result<void> check_code(const std::optional<std::string>& code, const char* what, int least,
                        int most, const char* valid) {
  if (!code) return {};
  const auto number = parse_int(*code);
  if (number && *number >= least && *number <= most) return {};
  return errors::InvalidRequest("The provided HTTP " + std::string(what) + " code (" + *code +
                                ") is not valid. Valid codes are " + valid + ".");
}

Result<void> check_rule(const RoutingRule& rule) {
  const RoutingRedirect& redirect = rule.Redirect;
  if (rule.Condition) {
    if (!rule.Condition->HttpErrorCodeReturnedEquals && !rule.Condition->KeyPrefixEquals)
      return errors::InvalidRequest(
          "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.");
    TRY(check_code(rule.Condition->HttpErrorCodeReturnedEquals, "error", 400, 599, "4XX or 5XX"));
  }
  if (redirect.ReplaceKeyWith && redirect.ReplaceKeyPrefixWith)
    return errors::InvalidRequest(
        "You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  TRY(check_code(redirect.HttpRedirectCode, "redirect", 301, 399, "3XX except 300"));
  TRY(check_protocol(redirect.Protocol));
  return check_host(redirect.HostName);
}

}  // namespace

Result<void> check_website(const WebsiteConfiguration& website) {
  if (const auto& all = website.RedirectAllRequestsTo) {
    if (website.IndexDocument || website.ErrorDocument || website.RoutingRules)
      return bad_website(
          "RedirectAllRequestsTo", "not null",
          "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.");
    TRY(check_protocol(all->Protocol));
    return check_host(all->HostName);
  }
  if (!website.IndexDocument)
    return bad_website(
        "IndexDocument", "null",
        "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty");
  const std::string& suffix = website.IndexDocument->Suffix;
  if (suffix.empty() || suffix.find('/') != std::string::npos)
    return bad_website("IndexDocument", suffix.c_str(),
                       "The IndexDocument Suffix is not well formed");
  if (website.ErrorDocument && website.ErrorDocument->Key.empty())
    return bad_website("ErrorDocument", "", "The ErrorDocument Key is not well formed");
  if (!website.RoutingRules) return {};
  const RoutingRules& rules = *website.RoutingRules;
  if (rules.size() > kMostRoutingRules)
    return errors::InvalidRequest(
        std::to_string(rules.size()) +
        " routing rules provided, the number of routing rules in a website configuration is limited to " +
        std::to_string(kMostRoutingRules) + ".");
  for (const RoutingRule& rule : rules) TRY(check_rule(rule));
  return {};
}

std::optional<WebsiteRedirect> website_redirect(const WebsiteConfiguration& website,
                                                const WebsiteRequest& request, int error_status) {
  auto to = [&](const std::optional<std::string>& protocol, const std::optional<std::string>& host,
                std::string_view key) {
    return protocol.value_or(std::string(request.protocol)) + "://" +
           host.value_or(std::string(request.host)) + "/" + percent_encode(key, "/");
  };
  if (const auto& all = website.RedirectAllRequestsTo)
    return WebsiteRedirect{301, to(all->Protocol, all->HostName, request.key)};
  if (!website.RoutingRules) return std::nullopt;
  for (const RoutingRule& rule : *website.RoutingRules) {
    std::string_view prefix;
    const std::optional<std::string>* wanted = nullptr;
    if (rule.Condition) {
      if (rule.Condition->KeyPrefixEquals) prefix = *rule.Condition->KeyPrefixEquals;
      if (rule.Condition->HttpErrorCodeReturnedEquals)
        wanted = &rule.Condition->HttpErrorCodeReturnedEquals;
    }
    if (!request.key.starts_with(prefix)) continue;
    if (wanted ? **wanted != std::to_string(error_status) : error_status != 0) continue;
    const RoutingRedirect& redirect = rule.Redirect;
    std::string key(request.key);
    if (redirect.ReplaceKeyWith)
      key = *redirect.ReplaceKeyWith;
    else if (redirect.ReplaceKeyPrefixWith)
      key = *redirect.ReplaceKeyPrefixWith + key.substr(prefix.size());
    return WebsiteRedirect{
        static_cast<int>(parse_int(redirect.HttpRedirectCode.value_or("301")).value_or(301)),
        to(redirect.Protocol, redirect.HostName, key)};
  }
  return std::nullopt;
}

std::string website_bucket(std::string_view host) {
  const size_t at = host.rfind(".s3-website");
  if (at == std::string_view::npos || at == 0) return {};
  const std::string_view rest = host.substr(at + sizeof(".s3-website") - 1);
  if (!rest.starts_with('.') && !rest.starts_with('-')) return {};
  for (std::string_view domain :
       {".amazonaws.com", ".amazonaws.com.cn", ".localhost", ".localhost.localstack.cloud"})
    if (rest.ends_with(domain)) return std::string(host.substr(0, at));
  return {};
}

Result<GetBucketWebsiteOutput> get_bucket_website(Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:GetBucketWebsite"));
  if (!bucket.Website) {
    Fault none{"NoSuchWebsiteConfiguration",
               "The specified bucket does not have a website configuration", 404};
    none.members = Value::object({{"BucketName", in.Bucket}});
    return fault(std::move(none));
  }
  const WebsiteConfiguration& website = *bucket.Website;
  return GetBucketWebsiteOutput{.RedirectAllRequestsTo = website.RedirectAllRequestsTo,
                                .IndexDocument = website.IndexDocument,
                                .ErrorDocument = website.ErrorDocument,
                                .RoutingRules = website.RoutingRules};
}

Result<PutBucketWebsiteOutput> put_bucket_website(Call& call, const PutBucketWebsiteInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:PutBucketWebsite"));
  TRY(check_website(in.WebsiteConfiguration));
  bucket.Website = in.WebsiteConfiguration;
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return PutBucketWebsiteOutput{};
}

Result<DeleteBucketWebsiteOutput> delete_bucket_website(Call& call, const OnlyBucketInput& in) {
  BucketRow bucket = TRY(open_bucket(call, in.Bucket, "s3:DeleteBucketWebsite"));
  bucket.Website.reset();
  kBuckets.put(call.txn(), kInstallation, {bucket.Name}, bucket);
  return DeleteBucketWebsiteOutput{};
}

}  // namespace drydock::s3
