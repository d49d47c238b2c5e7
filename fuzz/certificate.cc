// Certificates and keys in PEM: only what is armoured as one is taken for a certificate, only a
// private key fits one.
#include "base/certificate.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const std::string text = input.rest();
  const bool has_block = text.find("-----BEGIN ") != std::string::npos;
  if (read_certificate(text) || is_certificate_chain(text)) fuzz::require(has_block);
  if (key_fits(text, text) == KeyFits::kYes)
    fuzz::require(text.find("PRIVATE KEY") != std::string::npos);
  return 0;
}
