#include "services/kms/cipher.h"

#include <algorithm>

#include "base/aes_gcm.h"

namespace drydock::kms {
namespace {

constexpr char kVersion = 1;

void append_size(std::string& out, size_t size) {
  out += static_cast<char>(size >> 8);
  out += static_cast<char>(size);
}

size_t size_at(std::string_view bytes, size_t at) {
  return static_cast<size_t>(static_cast<unsigned char>(bytes[at])) << 8 |
         static_cast<unsigned char>(bytes[at + 1]);
}

// The encryption context in one spelling: sorted, each text behind its length.
std::string associated_data(std::string_view key_arn, Map<std::string> context) {
  std::sort(context.begin(), context.end());
  std::string out;
  auto append = [&](std::string_view text) {
    append_size(out, text.size() >> 16);
    append_size(out, text.size());
    out += text;
  };
  append(key_arn);
  for (const auto& [key, value] : context) append(key), append(value);
  return out;
}

}  // namespace

std::string seal(std::string_view material, size_t material_number, std::string_view key_arn,
                 std::string_view nonce, const Map<std::string>& context,
                 std::string_view plaintext) {
  std::string out(1, kVersion);
  append_size(out, key_arn.size());
  out += key_arn;
  append_size(out, material_number);
  (out += nonce) += aes_256_gcm_seal(material, nonce, associated_data(key_arn, context), plaintext);
  return out;
}

std::optional<Sealed> read_sealed(std::string_view ciphertext) {
  if (ciphertext.size() < 3 || ciphertext[0] != kVersion) return std::nullopt;
  size_t arn = size_at(ciphertext, 1);
  if (ciphertext.size() < 3 + arn + 2 + kNonceBytes + kAesTagBytes) return std::nullopt;
  Sealed sealed;
  sealed.key_arn = std::string(ciphertext.substr(3, arn));
  sealed.material = size_at(ciphertext, 3 + arn);
  sealed.rest = ciphertext.substr(3 + arn + 2);
  return sealed;
}

std::optional<std::string> open(std::string_view material, const Sealed& sealed,
                                const Map<std::string>& context) {
  return aes_256_gcm_open(material, sealed.rest.substr(0, kNonceBytes),
                          associated_data(sealed.key_arn, context),
                          sealed.rest.substr(kNonceBytes));
}

}  // namespace drydock::kms
