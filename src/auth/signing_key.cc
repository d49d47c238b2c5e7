#include "auth/signing_key.h"

#include <array>
#include <mutex>
#include <unordered_map>

#include "base/encoding.h"

namespace drydock::sigv4 {
namespace {

constexpr size_t kShards = 16;
constexpr size_t kKeysPerShard = 512;

struct Shard {
  std::mutex mutex;
  std::unordered_map<std::string, std::string> keys;
};

std::array<Shard, kShards>& shards() {
  static auto* all = new std::array<Shard, kShards>();
  return *all;
}

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
  Shard& shard = shards()[std::hash<std::string>{}(name) % kShards];
  {
    std::lock_guard lock(shard.mutex);
    if (auto found = shard.keys.find(name); found != shard.keys.end()) return found->second;
  }
  auto key = derive(secret, date, region, service);
  std::lock_guard lock(shard.mutex);
  // A full shard starts anew: yesterday's keys go, today's come back within a request each.
  if (shard.keys.size() >= kKeysPerShard) shard.keys.clear();
  shard.keys.emplace(std::move(name), key);
  return key;
}

}  // namespace drydock::sigv4
