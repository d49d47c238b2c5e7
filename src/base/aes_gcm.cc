#include "base/aes_gcm.h"

#include <openssl/evp.h>

#include <cassert>
#include <memory>

namespace drydock {
namespace {

struct Free {
  void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int length_of(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

std::string aes_256_gcm_seal(std::string_view key, std::string_view nonce,
                             std::string_view associated, std::string_view plaintext) {
  assert(key.size() == kAesKeyBytes && nonce.size() == kAesNonceBytes);
  std::string bytes(plaintext.size(), '\0'), tag(kAesTagBytes, '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  bool good =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(key), raw(nonce)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &length, raw(associated), length_of(associated)) ==
          1 &&
      EVP_EncryptUpdate(cipher.get(), raw(bytes), &length, raw(plaintext), length_of(plaintext)) ==
          1 &&
      EVP_EncryptFinal_ex(cipher.get(), raw(bytes) + length, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kAesTagBytes, tag.data()) == 1;
  assert(good);
  (void)good;
  return tag + bytes;
}

std::optional<std::string> aes_256_gcm_open(std::string_view key, std::string_view nonce,
                                            std::string_view associated, std::string_view sealed) {
  if (key.size() != kAesKeyBytes || nonce.size() != kAesNonceBytes || sealed.size() < kAesTagBytes)
    return std::nullopt;
  std::string tag(sealed.substr(0, kAesTagBytes));
  auto bytes = sealed.substr(kAesTagBytes);
  std::string plaintext(bytes.size(), '\0');
  Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  bool good =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(key), raw(nonce)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &length, raw(associated), length_of(associated)) ==
          1 &&
      EVP_DecryptUpdate(cipher.get(), raw(plaintext), &length, raw(bytes), length_of(bytes)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kAesTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), raw(plaintext) + length, &length) == 1;
  if (!good) return std::nullopt;
  return plaintext;
}

}  // namespace drydock
