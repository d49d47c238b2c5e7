#include "auth/signing_key.h"

#include "base/encoding.h"
#include "base/read_mostly.h"

namespace drydock::sigv4 {
namespace {

constexpr size_t kMostKeys = 8192;

std::string derive(std::string_view secret, std::string_view date, std::string_view region,
                   std::string_view service) {
  std::string start = "AWS4";
  start += secret;
  return hmac_sha256(hmac_sha256(hmac_sha256(hmac_sha256(start, date), region), service),
                     "aws4_request");
}

}  // namespace

std::string signing_key(std::string_view secret, std::string_view date, std::string_view region,
                        std::string_view service) {
  std::string name;
  name.reserve(secret.size() + date.size() + region.size() + service.size() + 3);
  ((((((name += secret) += '\0') += date) += '\0') += region) += '\0') += service;
  static ReadMostly<std::string> keys(kMostKeys);
  return *keys.get(name, 0, [&] {
    return std::make_shared<const std::string>(derive(secret, date, region, service));
  });
}

}  // namespace drydock::sigv4
