// Signatures: a target line, then headers; parsing and checking never break, and never accept
// without the secret.
#include "auth/sigv4.h"
#include "base/text.h"
#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  bool is_s3 = input.byte() & 1;
  HttpRequest request;
  request.method = "GET";
  request.target = input.line();
  while (!input.empty()) {
    auto line = input.line();
    auto colon = line.find(':');
    // The HTTP parser lets only tokens through as names.
    if (colon == std::string::npos ||
        to_lower(line.substr(0, colon)).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") <
            colon)
      break;
    request.headers.emplace_back(line.substr(0, colon),
                                 std::string(trim(std::string_view(line).substr(colon + 1))));
  }
  auto claim = sigv4::parse(request);
  if (claim && *claim) {
    auto verdict = sigv4::verify(**claim, request, "a secret that the input does not know",
                                 (*claim)->time, is_s3);
    fuzz::require(!verdict.has_value());
  }
  auto user = request.header("user"), password = request.header("password");
  if (auto git = sigv4::parse_git(user, password, "us-east-1")) {
    fuzz::require(!sigv4::verify_git(*git, "/v1/repos/r", "git-codecommit.us-east-1.amazonaws.com",
                                     "secret", git->time)
                       .has_value());
  }

  // What we sign ourselves is accepted, whatever the path, query and headers.
  HttpRequest ours;
  ours.method = "PUT";
  ours.target = request.target.starts_with('/') ? request.target : "/" + request.target;
  ours.headers = {{"Host", "h.amazonaws.com"}};
  ours.body = "body";
  for (const auto& [name, value] : request.headers) {
    if (name.size() > 6 && equals_ignore_case(std::string_view(name).substr(0, 6), "x-amz-") &&
        !equals_ignore_case(name, "x-amz-content-sha256")) {
      ours.headers.emplace_back(name, value);
    }
  }
  if (ours.target.find("X-Amz-") != std::string::npos) return 0;
  Timestamp now{1772366400000};
  const char* service = is_s3 ? "s3" : "lambda";
  sigv4::sign(ours, {"AKID", "secret", ""}, "us-east-1", service, now);
  auto own = sigv4::parse(ours);
  fuzz::require(own.has_value() && own->has_value());
  if ((*own)->signed_headers.size() < 100)
    fuzz::require(sigv4::verify(**own, ours, "secret", now, is_s3).has_value());
  return 0;
}
