// AES-256-GCM: bytes that only the key opens, bound to data that goes along in the clear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drydock {

inline constexpr size_t kAesKeyBytes = 32;
inline constexpr size_t kAesNonceBytes = 12;  // never twice with one key
inline constexpr size_t kAesTagBytes = 16;

// Tag, then bytes as long as `plaintext`.
std::string aes_256_gcm_seal(std::string_view key, std::string_view nonce,
                             std::string_view associated, std::string_view plaintext);
// Empty: another key, nonce or associated data, or changed bytes.
std::optional<std::string> aes_256_gcm_open(std::string_view key, std::string_view nonce,
                                            std::string_view associated, std::string_view sealed);

}  // namespace drydock
