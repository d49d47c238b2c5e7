// X.509 certificates and private keys in PEM, as people upload them. Whatever arrives, a bad one is
// told apart from a good one and does nothing else.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace drydock {

struct CertificateFacts {
  Timestamp from, until;  // its validity
};
// The certificate that `pem` begins with; nothing when there is none, or when others follow it.
std::optional<CertificateFacts> read_certificate(std::string_view pem);

// One certificate after the other, at least one, and nothing else.
bool is_certificate_chain(std::string_view pem);

enum class KeyFits { kNoKey /* unreadable or under a passphrase */, kNo, kYes };
// Whether the private key belongs to the certificate.
KeyFits key_fits(std::string_view certificate_pem, std::string_view key_pem);

}  // namespace drydock
