#include "api/resource_template.h"

#include "base/encoding.h"

namespace drydock {

namespace {

// A scalar member's text; empty when absent.
std::string member_text(const Shape& shape, const void* input, std::string_view name) {
  for (const Member& member : shape.members) {
    if (member.name != name) continue;
    const void* at = static_cast<const char*>(input) + member.offset;
    if (member.optional) at = member.optional->get(at);
    if (!at) return {};
    if (member.shape().kind == ShapeKind::kString) return *static_cast<const std::string*>(at);
    if (member.shape().kind == ShapeKind::kInteger)
      return std::to_string(*static_cast<const int64_t*>(at));
  }
  return {};
}

}  // namespace

std::string expand_resource(std::string_view pattern, const Shape& shape, const void* input,
                            const AccountId& account, const Region& region) {
  std::string out;
  for (size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '{') {
      out += pattern[at++];
      continue;
    }
    size_t end = pattern.find('}', at);
    std::string_view name = pattern.substr(at + 1, end - at - 1);
    at = end + 1;
    if (name == "account")
      out += account.text;
    else if (name == "region")
      out += region.text;
    else if (name == "partition")
      out += "aws";
    else {
      const bool encoded = name.ends_with('%');
      if (encoded) name.remove_suffix(1);
      size_t bar = name.find('|');
      std::string text = member_text(shape, input, name.substr(0, bar));
      // A member named …Arn always holds one, so a template around it means what it says
      // (/tags/{resourceArn}).
      const bool is_named_arn = name.ends_with("Arn") || name.ends_with("ARN");
      if (text.starts_with("arn:") && !is_named_arn) return text;
      if (text.empty() && bar != std::string_view::npos) text = name.substr(bar + 1);
      out += encoded ? percent_encode(text) : text;
    }
  }
  return out;
}

}  // namespace drydock
