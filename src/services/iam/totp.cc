#include "services/iam/totp.h"

#include "base/encoding.h"

namespace drydock::iam {
namespace {

constexpr size_t kBlock = 64;  // of SHA-1

std::string hmac_sha1(std::string_view key, std::string_view message) {
  std::string block = key.size() > kBlock ? sha1(key) : std::string(key);
  block.resize(kBlock, '\0');
  std::string inner = block, outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return sha1(outer + sha1(inner.append(message)));
}

}  // namespace

std::optional<std::string> from_base32(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=') break;
    int digit = c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
    if (digit < 0) return std::nullopt;
    bits = bits << 5 | static_cast<uint32_t>(digit);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count);
    bits &= (1u << count) - 1;
  }
  return out;
}

std::string totp(std::string_view secret, int64_t step) {
  std::string counter(8, '\0');
  for (int i = 7; i >= 0; --i, step >>= 8) counter[i] = static_cast<char>(step & 0xff);
  const std::string digest = hmac_sha1(secret, counter);
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(digest[i]));
  };
  const size_t at = byte(digest.size() - 1) & 0xf;
  const uint32_t number =
      (byte(at) & 0x7f) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3);
  std::string code = std::to_string(number % 1000000);
  return std::string(6 - code.size(), '0') + code;
}

}  // namespace drydock::iam
