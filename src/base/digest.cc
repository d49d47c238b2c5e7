// The digests of encoding.h by OpenSSL and zlib; the only file of base that names them.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <zlib.h>

#include <array>
#include <cassert>

#include "base/encoding.h"

namespace drydock {

namespace {
// Fetched once: EVP_sha256() looks its implementation up at each use in OpenSSL 3.
const EVP_MD* fetched(Digest::Kind kind) {
  static const EVP_MD* sha256_md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* sha1_md = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* md5_md = EVP_MD_fetch(nullptr, "MD5", nullptr);
  switch (kind) {
    case Digest::Kind::kSha256: return sha256_md;
    case Digest::Kind::kSha1: return sha1_md;
    case Digest::Kind::kMd5: return md5_md;
  }
  return nullptr;
}

std::string digest(Digest::Kind kind, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), out, &length, fetched(kind), nullptr);
  return std::string(reinterpret_cast<char*>(out), length);
}
}  // namespace

// The low-level calls: the one-shot SHA256() of OpenSSL 3 fetches its algorithm at each use, which
// costs more than hashing a small request. They are deprecated, not removed, in all of OpenSSL 3.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(reinterpret_cast<unsigned char*>(out.data()), &context);
  return out;
}
#pragma GCC diagnostic pop
std::string sha1(std::string_view bytes) { return digest(Digest::Kind::kSha1, bytes); }
std::string md5(std::string_view bytes) { return digest(Digest::Kind::kMd5, bytes); }

// By hand over SHA-256: OpenSSL 3's HMAC() fetches its algorithms anew at each call.
std::string hmac_sha256(std::string_view key, std::string_view message) {
  constexpr size_t kBlock = 64;
  std::string shortened;
  if (key.size() > kBlock) {
    shortened = sha256(key);
    key = shortened;
  }
  std::string inner(kBlock, '\x36'), outer(kBlock, '\x5c');
  for (size_t i = 0; i < key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ key[i]);
    outer[i] = static_cast<char>(outer[i] ^ key[i]);
  }
  inner += message;
  outer += sha256(inner);
  return sha256(outer);
}

uint32_t crc32(std::string_view bytes, uint32_t previous) {
  return static_cast<uint32_t>(
      ::crc32_z(previous, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

uint32_t crc32c(std::string_view bytes, uint32_t previous) {
  static const auto table = [] {
    std::array<uint32_t, 256> made{};
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
      made[i] = crc;
    }
    return made;
  }();
  uint32_t crc = ~previous;
  for (char c : bytes) crc = table[(crc ^ static_cast<unsigned char>(c)) & 255] ^ crc >> 8;
  return ~crc;
}

Digest::Digest(Kind kind) : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), fetched(kind), nullptr);
}
Digest::~Digest() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }
void Digest::update(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}
std::string Digest::finish() {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), out, &length);
  return std::string(reinterpret_cast<char*>(out), length);
}

}  // namespace drydock
