// Ciphertexts of symmetric keys: AES-256-GCM, bound to key and encryption context. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shape/shape.h"

namespace drydock::kms {

// A ciphertext names its key, so that Decrypt need not be told:
//   version 1 | ARN length (2) | ARN | material (2) | nonce (12) | tag (16) | bytes
struct Sealed {
  std::string key_arn;
  size_t material = 0;    // which of the key's materials, from 0
  std::string_view rest;  // nonce, tag, bytes
};

constexpr size_t kNonceBytes = 12;

std::string seal(std::string_view material, size_t material_number, std::string_view key_arn,
                 std::string_view nonce, const Map<std::string>& context,
                 std::string_view plaintext);
// What a ciphertext says of itself; empty when it is none of ours.
std::optional<Sealed> read_sealed(std::string_view ciphertext);
// Empty: another key, another context, or changed bytes.
std::optional<std::string> open(std::string_view material, const Sealed& sealed,
                                const Map<std::string>& context);

}  // namespace drydock::kms
