#include "services/kms/cipher.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <memory>

namespace drydock::kms {
namespace {

constexpr char kVersion = 1;
constexpr size_t kTagBytes = 16;

void append_size(std::string& out, size_t size) {
  out += static_cast<char>(size >> 8);
  out += static_cast<char>(size);
}

size_t size_at(std::string_view bytes, size_t at) {
  return static_cast<size_t>(static_cast<unsigned char>(bytes[at])) << 8 | static_cast<unsigned char>(bytes[at + 1]);
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

struct Free {
  void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string seal(std::string_view material, size_t material_number, std::string_view key_arn, std::string_view nonce,
                 const Map<std::string>& context, std::string_view plaintext) {
  auto extra = associated_data(key_arn, context);
  std::string bytes(plaintext.size(), '\0'), tag(kTagBytes, '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  bool good = EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(material), raw(nonce)) == 1 &&
              EVP_EncryptUpdate(cipher.get(), nullptr, &length, raw(extra), static_cast<int>(extra.size())) == 1 &&
              EVP_EncryptUpdate(cipher.get(), raw(bytes), &length, raw(plaintext), static_cast<int>(plaintext.size())) == 1 &&
              EVP_EncryptFinal_ex(cipher.get(), raw(bytes) + length, &length) == 1 &&
              EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1;
  assert(good);
  (void)good;
  std::string out(1, kVersion);
  append_size(out, key_arn.size());
  out += key_arn;
  append_size(out, material_number);
  ((out += nonce) += tag) += bytes;
  return out;
}

std::optional<Sealed> read_sealed(std::string_view ciphertext) {
  if (ciphertext.size() < 3 || ciphertext[0] != kVersion) return std::nullopt;
  size_t arn = size_at(ciphertext, 1);
  if (ciphertext.size() < 3 + arn + 2 + kNonceBytes + kTagBytes) return std::nullopt;
  Sealed sealed;
  sealed.key_arn = std::string(ciphertext.substr(3, arn));
  sealed.material = size_at(ciphertext, 3 + arn);
  sealed.rest = ciphertext.substr(3 + arn + 2);
  return sealed;
}

std::optional<std::string> open(std::string_view material, const Sealed& sealed, const Map<std::string>& context) {
  auto extra = associated_data(sealed.key_arn, context);
  auto nonce = sealed.rest.substr(0, kNonceBytes);
  std::string tag(sealed.rest.substr(kNonceBytes, kTagBytes));
  auto bytes = sealed.rest.substr(kNonceBytes + kTagBytes);
  std::string plaintext(bytes.size(), '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  bool good = EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(material), raw(nonce)) == 1 &&
              EVP_DecryptUpdate(cipher.get(), nullptr, &length, raw(extra), static_cast<int>(extra.size())) == 1 &&
              EVP_DecryptUpdate(cipher.get(), raw(plaintext), &length, raw(bytes), static_cast<int>(bytes.size())) == 1 &&
              EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
              EVP_DecryptFinal_ex(cipher.get(), raw(plaintext) + length, &length) == 1;
  if (!good) return std::nullopt;
  return plaintext;
}

}  // namespace drydock::kms
