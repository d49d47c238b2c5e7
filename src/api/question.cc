#include "api/question.h"

#include <cstring>

namespace drydock {

namespace {

// First byte of what is packed; a change of the fields below needs another one.
constexpr char kVersion1 = 1;

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}
  void number(uint64_t n) { out_.append(reinterpret_cast<const char*>(&n), sizeof n); }
  void text(std::string_view s) {
    const auto size = static_cast<uint32_t>(s.size());
    out_.append(reinterpret_cast<const char*>(&size), sizeof size);
    out_.append(s);
  }
  void texts(const std::vector<std::string>& list) {
    number(list.size());
    for (const std::string& s : list) text(s);
  }
  void when(const std::optional<Timestamp>& t) { number(t ? static_cast<uint64_t>(t->ms) + 1 : 0); }

 private:
  std::string& out_;
};

// Reads what Packer wrote; after a missing byte everything is empty and good() is false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view in) : in_(in) {}
  bool good() const { return good_; }
  uint64_t number() {
    uint64_t n = 0;
    take(&n, sizeof n);
    return good_ ? n : 0;
  }
  std::string text() {
    uint32_t size = 0;
    take(&size, sizeof size);
    if (!good_ || size > in_.size()) {
      good_ = false;
      return {};
    }
    std::string s(in_.substr(0, size));
    in_.remove_prefix(size);
    return s;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> list;
    for (uint64_t left = number(); left && good_; --left) list.push_back(text());
    return list;
  }
  std::optional<Timestamp> when() {
    const uint64_t ms = number();
    if (!ms) return std::nullopt;
    return Timestamp{static_cast<int64_t>(ms - 1)};
  }

 private:
  void take(void* to, size_t size) {
    if (size > in_.size()) good_ = false;
    if (!good_) return;
    std::memcpy(to, in_.data(), size);
    in_.remove_prefix(size);
  }
  std::string_view in_;
  bool good_ = true;
};

}  // namespace

void pack(std::string& out, const QuestionView& q) {
  Packer to(out);
  out += kVersion1;
  to.text(q.request_id);
  to.number(static_cast<uint64_t>(q.time.ms));
  to.text(q.region);
  const Principal& p = q.caller.principal;
  to.number(static_cast<uint64_t>(p.kind));
  for (const std::string* s : {&p.account.text, &p.arn, &p.id, &p.name, &p.role_arn, &p.role_name,
                               &p.role_id, &p.source_identity})
    to.text(*s);
  to.texts(p.session_policies);
  to.texts(p.session_policy_arns);
  to.texts(p.transitive_tag_keys);
  to.number(p.tags.size());
  for (const auto& [key, value] : p.tags) {
    to.text(key);
    to.text(value);
  }
  to.text(p.federated_provider);
  to.when(p.mfa_at);
  to.when(p.issued);
  to.number(p.chained);
  to.text(q.caller.access_key_id);
  to.texts(q.caller.called_via);
  for (const std::string* s : {&q.caller.source_arn, &q.caller.source_account, &q.caller.source_ip,
                               &q.caller.user_agent, &q.caller.referer})
    to.text(*s);
  to.number(q.caller.secure_transport);
  to.text(q.action);
  to.text(q.resource);
  to.number(q.context.entries.size());
  for (const auto& [key, values] : q.context.entries) {
    to.text(key);
    to.texts(values);
  }
}

std::optional<Question> unpack(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != kVersion1) return std::nullopt;
  Unpacker from(bytes.substr(1));
  Question q;
  q.request_id = from.text();
  q.time.ms = static_cast<int64_t>(from.number());
  q.region.text = from.text();
  Principal& p = q.caller.principal;
  const uint64_t kind = from.number();
  if (kind > static_cast<uint64_t>(Principal::Kind::kFederated)) return std::nullopt;
  p.kind = static_cast<Principal::Kind>(kind);
  for (std::string* s : {&p.account.text, &p.arn, &p.id, &p.name, &p.role_arn, &p.role_name,
                         &p.role_id, &p.source_identity})
    *s = from.text();
  p.session_policies = from.texts();
  p.session_policy_arns = from.texts();
  p.transitive_tag_keys = from.texts();
  for (uint64_t left = from.number(); left && from.good(); --left) {
    std::string key = from.text();
    p.tags.emplace_back(std::move(key), from.text());
  }
  p.federated_provider = from.text();
  p.mfa_at = from.when();
  p.issued = from.when();
  p.chained = from.number() != 0;
  q.caller.access_key_id = from.text();
  q.caller.called_via = from.texts();
  for (std::string* s : {&q.caller.source_arn, &q.caller.source_account, &q.caller.source_ip,
                         &q.caller.user_agent, &q.caller.referer})
    *s = from.text();
  q.caller.secure_transport = from.number() != 0;
  q.action = from.text();
  q.resource = from.text();
  for (uint64_t left = from.number(); left && from.good(); --left) {
    std::string key = from.text();
    q.context.add(std::move(key), from.texts());
  }
  if (!from.good()) return std::nullopt;
  return q;
}

std::string_view packed_request_id(std::string_view bytes) {
  uint32_t size = 0;
  if (bytes.size() < 1 + sizeof size || bytes.front() != kVersion1) return {};
  std::memcpy(&size, bytes.data() + 1, sizeof size);
  return bytes.substr(1 + sizeof size, size);
}

std::string_view acting_principal(const Principal& principal) {
  if (principal.kind == Principal::Kind::kAssumedRole) return principal.role_arn;
  if (!principal.arn.empty()) return principal.arn;
  return principal.name.empty() ? std::string_view("anonymous") : std::string_view(principal.name);
}

}  // namespace drydock
