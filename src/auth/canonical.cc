#include "auth/canonical.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace drydock::sigv4 {
namespace {

bool is_plain_path(std::string_view path) {
  for (char c : path) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '/' || c == '-' || c == '_' || c == '~';
    if (!plain) return false;
  }
  return path.find("//") == std::string_view::npos;
}

std::string normalize(std::string_view path) {
  std::vector<std::string_view> kept;
  for (auto segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    kept.push_back(segment);
  }
  std::string out;
  for (auto segment : kept) (out += '/') += segment;
  bool ends_in_slash = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  if (out.empty() || ends_in_slash) out += '/';
  return out;
}

// Blanks at both ends go, runs of blanks become one.
void append_header_value(std::string& out, std::string_view value) {
  bool blank = false, any = false;
  for (char c : value) {
    if (c == ' ' || c == '\t') {
      blank = true;
      continue;
    }
    if (blank && any) out += ' ';
    blank = false;
    any = true;
    out += c;
  }
}

bool same_name(std::string_view lower, std::string_view name) {
  if (lower.size() != name.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    char c = name[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c != lower[i]) return false;
  }
  return true;
}

}  // namespace

std::string canonical_path(std::string_view raw_path, PathRule rule) {
  if (raw_path.empty()) return "/";
  if (is_plain_path(raw_path)) return std::string(raw_path);
  if (rule == PathRule::kOnce) return percent_encode(percent_decode(raw_path), "/");
  return percent_encode(normalize(raw_path), "/");
}

std::string canonical_query(std::string_view raw_query, std::string_view except) {
  if (raw_query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> parameters;
  for (auto piece : split(raw_query, '&')) {
    if (piece.empty()) continue;
    auto equals = piece.find('=');
    auto name = percent_decode(piece.substr(0, equals));
    if (!except.empty() && name == except) continue;
    auto value =
        equals == std::string_view::npos ? std::string() : percent_decode(piece.substr(equals + 1));
    parameters.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string out;
  out.reserve(raw_query.size() + 16);
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    ((out += name) += '=') += value;
  }
  return out;
}

std::string canonical_request(const HttpRequest& request, PathRule rule,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash, std::string_view except_parameter) {
  std::string out;
  out.reserve(1024);
  (out += request.method) += '\n';
  (out += canonical_path(request.raw_path(), rule)) += '\n';
  (out += canonical_query(request.raw_query(), except_parameter)) += '\n';
  for (const auto& name : signed_headers) {
    (out += name) += ':';
    bool first = true;
    for (const auto& [header, value] : request.headers) {
      if (!same_name(name, header)) continue;
      if (!first) out += ',';
      first = false;
      append_header_value(out, value);
    }
    out += '\n';
  }
  out += '\n';
  for (size_t i = 0; i < signed_headers.size(); ++i) {
    if (i) out += ';';
    out += signed_headers[i];
  }
  (out += '\n') += payload_hash;
  return out;
}

std::string scope_text(std::string_view date, std::string_view region, std::string_view service) {
  std::string out;
  out.reserve(date.size() + region.size() + service.size() + 16);
  (((((out += date) += '/') += region) += '/') += service) += "/aws4_request";
  return out;
}

std::string string_to_sign(std::string_view time, std::string_view scope,
                           std::string_view canonical) {
  std::string out = "AWS4-HMAC-SHA256\n";
  out.reserve(out.size() + time.size() + scope.size() + 66);
  ((((out += time) += '\n') += scope) += '\n') += to_hex(sha256(canonical));
  return out;
}

}  // namespace drydock::sigv4
