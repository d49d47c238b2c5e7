// Signatures of others that are checked here: RSA and ECDSA over SHA-2, as JWT and XML-DSig use
// them. Keys come from outside; a bad one verifies nothing.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

// The bits of the digest: 256, 384 or 512. Anything else verifies nothing.
// RSASSA-PKCS1-v1_5 with a key of big-endian modulus and exponent.
bool verify_rsa(std::string_view modulus, std::string_view exponent, int digest_bits,
                std::string_view message, std::string_view signature);
// ECDSA over the curve of these coordinates: "P-256", "P-384" or "P-521"; `signature` is r and s,
// each as long as the curve's numbers.
bool verify_ecdsa(std::string_view curve, std::string_view x, std::string_view y, int digest_bits,
                  std::string_view message, std::string_view signature);

// With the public key of an X.509 certificate in DER.
bool verify_by_certificate(std::string_view certificate, int digest_bits, std::string_view message,
                           std::string_view signature);
// Raw bytes of SHA-384 or SHA-512 (or 256); empty for other sizes.
std::string sha2(int digest_bits, std::string_view bytes);

// base64url without padding (RFC 7515); empty when it is none.
std::string from_base64url(std::string_view text);

}  // namespace drydock
