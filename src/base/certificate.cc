#include "base/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

namespace drydock {
namespace {

template <auto Free>
struct Release {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Source = std::unique_ptr<BIO, Release<BIO_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;

Source source_of(std::string_view pem) {
  return Source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Never asks anybody: OpenSSL's own would ask the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

Certificate next_certificate(const Source& source) {
  Certificate out(source ? PEM_read_bio_X509(source.get(), nullptr, no_passphrase, nullptr)
                         : nullptr);
  ERR_clear_error();
  return out;
}

bool is_at_end(const Source& source) { return BIO_pending(source.get()) == 0; }

std::optional<Timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return Timestamp{static_cast<int64_t>(timegm(&parts)) * 1000};
}

}  // namespace

std::optional<CertificateFacts> read_certificate(std::string_view pem) {
  const Source source = source_of(pem);
  const Certificate certificate = next_certificate(source);
  if (!certificate || next_certificate(source)) return std::nullopt;
  auto from = time_of(X509_get0_notBefore(certificate.get()));
  auto until = time_of(X509_get0_notAfter(certificate.get()));
  if (!from || !until) return std::nullopt;
  return CertificateFacts{*from, *until};
}

bool is_certificate_chain(std::string_view pem) {
  const Source source = source_of(pem);
  bool any = false;
  while (next_certificate(source)) any = true;
  return any && is_at_end(source);
}

KeyFits key_fits(std::string_view certificate_pem, std::string_view key_pem) {
  const Certificate certificate = next_certificate(source_of(certificate_pem));
  const Source source = source_of(key_pem);
  const PrivateKey key(
      source ? PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, nullptr) : nullptr);
  KeyFits out = !key                                                        ? KeyFits::kNoKey
                : !certificate                                              ? KeyFits::kNo
                : X509_check_private_key(certificate.get(), key.get()) == 1 ? KeyFits::kYes
                                                                            : KeyFits::kNo;
  ERR_clear_error();
  return out;
}

}  // namespace drydock
