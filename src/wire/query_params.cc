#include "wire/query_params.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::wire {
namespace {

constexpr size_t kMaxFormBytes = 16u << 20;

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> query_params(const HttpRequest& request,
                                                                      const Payload& body) {
  auto params = request.query();
  if (body.size() == 0) return params;
  std::string copy;
  std::string_view text = body.view();
  if (!body.in_memory()) text = copy = body.read_all();
  size_t count = static_cast<size_t>(std::count(text.begin(), text.end(), '&')) + 1;
  if (count > kMaxQueryParameters) {
    return fault(
        "MalformedQueryString",
        "The query string has more than " + std::to_string(kMaxQueryParameters) + " parameters.",
        400);
  }
  params.reserve(params.size() + count);
  for (std::string_view pair : split(text, '&')) {
    if (pair.empty()) continue;
    size_t equals = pair.find('=');
    params.emplace_back(
        form_decode(pair.substr(0, equals)),
        equals == std::string_view::npos ? std::string() : form_decode(pair.substr(equals + 1)));
  }
  return params;
}

std::string query_param(const HttpRequest& request, std::string_view name) {
  for (auto& [key, value] : request.query()) {
    if (key == name) return value;
  }
  if (request.body.size() == 0 || request.body.size() > kMaxFormBytes) return {};
  std::string copy;
  std::string_view text = request.body.view();
  if (!request.body.in_memory()) text = copy = request.body.read_all();
  for (std::string_view pair : split(text, '&')) {
    if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name)) {
      return form_decode(pair.substr(name.size() + 1));
    }
  }
  return {};
}

}  // namespace drydock::wire
