// Which variables make which clients trust a private certificate authority.
#include "sandbox/sandbox.h"

namespace drydock {

std::vector<std::pair<std::string, std::string>> trust_environment(const std::string& bundle_path,
                                                                   const std::string& ca_path) {
  return {
      {"SSL_CERT_FILE", bundle_path},  // OpenSSL, Go, Ruby, Python's ssl
      {"AWS_CA_BUNDLE",
       bundle_path},  // AWS CLI, boto3, SDKs; replaces the roots, so it is the whole bundle
      {"REQUESTS_CA_BUNDLE", bundle_path},  // requests
      {"CURL_CA_BUNDLE", bundle_path},      // curl
      {"GIT_SSL_CAINFO", bundle_path},      // git
      {"PIP_CERT", bundle_path},            // pip
      {"npm_config_cafile", bundle_path},   // npm; replaces the roots
      {"CARGO_HTTP_CAINFO", bundle_path},   // cargo
      {"HTTPLIB2_CA_CERTS", bundle_path},   // httplib2
      {"NIX_SSL_CERT_FILE", bundle_path},   // programs of nix
      {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", bundle_path},
      // Node adds these to its own roots; the whole bundle, for hosts behind a company's authority.
      {"NODE_EXTRA_CA_CERTS", bundle_path.empty() ? ca_path : bundle_path},
      {"DENO_CERT", ca_path},
  };
}

}  // namespace drydock
