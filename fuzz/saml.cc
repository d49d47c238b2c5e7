// SAML: metadata and responses of anyone; what no certificate signed is never read.
#include "services/sts/saml.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const bool metadata = input.byte() % 2;
  const auto text = input.rest();
  if (metadata) {
    auto provider = sts::parse_saml_metadata(text);
    if (provider) fuzz::require(!provider->entity_id.empty() && !provider->certificates.empty());
    return 0;
  }
  const sts::SamlProvider provider{"https://idp.example", {"no certificate"}};
  auto assertion = sts::read_saml_response(text, provider);
  fuzz::require(!assertion && !assertion.error().message.empty());
  return 0;
}
