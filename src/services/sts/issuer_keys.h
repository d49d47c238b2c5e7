// The public keys of an OpenID Connect issuer, asked from it: its configuration names where they
// are.
#pragma once

#include <expected>
#include <string>

#include "base/value.h"

namespace drydock::sts {

// Plain HTTP is taken from this machine alone.
bool is_issuer_url(std::string_view url);

// The JWKS document of `issuer` ("https://…"); or a text that says what failed. `ca_file` is what
// TLS is checked with.
std::expected<Value, std::string> fetch_issuer_keys(const std::string& issuer,
                                                    const std::string& ca_file);

}  // namespace drydock::sts
