#include "http/message.h"

#include "base/encoding.h"
#include "base/text.h"

namespace drydock {

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && equals_ignore_case(key, name)) return &value;
  }
  return nullptr;
}

void erase_header(Headers& headers, std::string_view name) {
  std::erase_if(headers,
                [&](const auto& header) { return equals_ignore_case(header.first, name); });
}

void set_header(Headers& headers, std::string_view name, std::string value) {
  erase_header(headers, name);
  headers.emplace_back(std::string(name), std::move(value));
}

namespace {

// The target without scheme and authority: clients of a proxy send "GET http://host/path".
std::string_view origin_form(std::string_view target) {
  if (target.empty() || target[0] == '/') return target;
  auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  auto slash = target.find_first_of("/?", scheme + 3);
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

}  // namespace

std::string_view HttpRequest::raw_path() const {
  auto form = origin_form(target);
  return form.substr(0, form.find('?'));
}

std::string_view HttpRequest::raw_query() const {
  auto form = origin_form(target);
  auto mark = form.find('?');
  return mark == std::string_view::npos ? std::string_view() : form.substr(mark + 1);
}

std::string HttpRequest::host_with_port() const { return to_lower(trim(header("host"))); }

std::string HttpRequest::host() const {
  std::string host = host_with_port();
  if (!host.empty() && host[0] == '[') {  // [::1]:4566
    auto end = host.find(']');
    if (end != std::string::npos) return host.substr(1, end - 1);
  }
  auto colon = host.rfind(':');
  if (colon != std::string::npos) host.resize(colon);
  return host;
}

std::string_view HttpRequest::header(std::string_view name) const {
  auto* value = find_header(headers, name);
  return value ? std::string_view(*value) : std::string_view();
}

std::vector<std::pair<std::string, std::string>> HttpRequest::query() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  auto text = raw_query();
  if (text.empty()) return pairs;
  for (auto part : split(text, '&')) {
    if (part.empty()) continue;
    auto equals = part.find('=');
    if (equals == std::string_view::npos) {
      pairs.emplace_back(form_decode(part), "");
    } else {
      pairs.emplace_back(form_decode(part.substr(0, equals)), form_decode(part.substr(equals + 1)));
    }
  }
  return pairs;
}

}  // namespace drydock
