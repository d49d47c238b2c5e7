#include "auth/pattern.h"

namespace drydock {
namespace {

bool same(char pattern, char text) {
  if (pattern == kLiteralStar) return text == '*';
  if (pattern == kLiteralQuestion) return text == '?';
  return pattern == text;
}

}  // namespace

bool pattern_matches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || same(pattern[p], text[t]))) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string pattern_text(std::string pattern) {
  for (char& c : pattern) {
    if (c == kLiteralStar) c = '*';
    if (c == kLiteralQuestion) c = '?';
  }
  return pattern;
}

ArnParts split_arn(std::string_view text) {
  ArnParts arn;
  if (text.find("${") == std::string_view::npos) {
    for (size_t colon; arn.count < 5 && (colon = text.find(':')) != std::string_view::npos;
         text.remove_prefix(colon + 1))
      arn.part[arn.count++] = text.substr(0, colon);
    arn.part[arn.count++] = text;
    return arn;
  }
  size_t start = 0;
  int depth = 0;
  for (size_t i = 0; i < text.size() && arn.count < 5; ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{')
      ++depth;
    else if (text[i] == '}' && depth > 0)
      --depth;
    else if (text[i] == ':' && depth == 0) {
      arn.part[arn.count++] = text.substr(start, i - start);
      start = i + 1;
    }
  }
  arn.part[arn.count++] = text.substr(start);
  return arn;
}

Pattern Pattern::of(std::string_view text, bool variables) {
  Pattern out;
  out.text = std::string(text);
  if (variables && text.find("${") != std::string_view::npos) {
    out.has_variable = true;
    out.kind = Kind::kGlob;
    return out;
  }
  auto wild = text.find_first_of("*?\x01\x02");
  if (wild == std::string_view::npos) return out;
  if (text == "*") {
    out.kind = Kind::kAll;
  } else if (wild + 1 == text.size() && text.back() == '*') {
    out.kind = Kind::kPrefix;
    out.text.pop_back();
  } else {
    out.kind = Kind::kGlob;
  }
  return out;
}

bool Pattern::matches(std::string_view subject) const {
  switch (kind) {
    case Kind::kAll: return true;
    case Kind::kExact: return subject == text;
    case Kind::kPrefix: return subject.starts_with(text);
    case Kind::kGlob: return pattern_matches(text, subject);
  }
  return false;
}

ResourcePattern ResourcePattern::of(std::string_view text, bool variables) {
  ResourcePattern out;
  out.text = std::string(text);
  out.all = text == "*";
  if (out.all) return out;
  auto arn = split_arn(text);
  for (int i = 0; i < 6; ++i)
    out.parts.push_back(Pattern::of(i < arn.count ? arn.part[i] : "*", variables));
  for (const auto& part : out.parts) out.has_variable |= part.has_variable;
  return out;
}

}  // namespace drydock
