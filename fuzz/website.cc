// Website configurations of S3 and the requests that they redirect: what is taken sends a browser
// to one place, in one line of a header.
#include "services/s3/website.h"

#include "gen/s3.h"
#include "input.h"
#include "wire/xml_in.h"

using namespace drydock;
using namespace drydock::s3;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  const int error_status = 400 + in.byte() % 100;
  const std::string key = in.line(), host = in.line();
  if (auto bucket = website_bucket(host); !bucket.empty()) fuzz::require(host.starts_with(bucket));
  auto value = wire::parse_xml_body(shape_of<WebsiteConfiguration>(), in.rest());
  if (!value || !validate(shape_of<WebsiteConfiguration>(), *value, Protocol::kRestXml)) return 0;
  const auto website = from_value<WebsiteConfiguration>(std::move(*value));
  if (!check_website(website)) return 0;
  fuzz::require(website.RedirectAllRequestsTo || website.IndexDocument);
  for (int status : {0, error_status}) {
    auto redirect = website_redirect(website, {"http", "b.example", key}, status);
    if (!redirect) continue;
    fuzz::require(redirect->status > 300 && redirect->status < 400);
    fuzz::require(redirect->location.starts_with("http"));
    for (char c : redirect->location)
      fuzz::require(static_cast<unsigned char>(c) > ' ' && c != 0x7f);
  }
  return 0;
}
