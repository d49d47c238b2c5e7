// The local certificate authority: made once per data folder, it signs a leaf for each host name
// asked for.
#pragma once

#include <expected>
#include <memory>
#include <string>

namespace drydock {

class CertificateAuthority {
 public:
  // Loads ca.pem and ca.key from `folder`, or makes them (EC P-256, 10 years, key file mode 0600).
  static std::expected<std::unique_ptr<CertificateAuthority>, std::string> open(
      const std::string& folder);
  ~CertificateAuthority();
  const std::string& certificate_pem() const;
  // Writes the machine's public roots plus this authority's certificate: what clients whose setting
  // replaces the roots (AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, SSL_CERT_FILE) need. Returns the path.
  std::string write_bundle(const std::string& folder) const;
  // An SSL_CTX* that presents a leaf per SNI name (cached); owned by this object.
  void* server_context();

 private:
  struct State;
  std::unique_ptr<State> state_;
  explicit CertificateAuthority(std::unique_ptr<State> state);
};

}  // namespace drydock
