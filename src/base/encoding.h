// Hexadecimal, base64, percent encoding, and the digests of AWS's protocols.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock {

std::string to_hex(std::string_view bytes);  // lower case
std::optional<std::string> from_hex(std::string_view text);
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // strict alphabet; padding required

// RFC 3986: everything but A-Z a-z 0-9 - . _ ~ (and `keep`) becomes %XX in upper case.
std::string percent_encode(std::string_view text, std::string_view keep = {});
std::string percent_decode(std::string_view text);  // broken escapes stay as they are
std::string form_decode(std::string_view text);     // percent_decode with + as a blank

// Raw digest bytes (not hex).
std::string sha256(std::string_view bytes);
std::string sha1(std::string_view bytes);
std::string md5(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view message);
uint32_t crc32(std::string_view bytes, uint32_t previous = 0);
uint32_t crc32c(std::string_view bytes, uint32_t previous = 0);
bool equal_in_constant_time(std::string_view a, std::string_view b);

// A digest fed piece by piece. kSha256, kSha1 or kMd5.
class Digest {
 public:
  enum class Kind { kSha256, kSha1, kMd5 };
  explicit Digest(Kind kind);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void update(std::string_view bytes);
  std::string finish();  // raw bytes; once

 private:
  void* context_;
};

}  // namespace drydock
