#include "api/question.h"

#include <cstring>

namespace drydock {

namespace {

// First byte of what is packed; a change of the fields below needs another one.
constexpr char kVersion = 2;

// Where packed bytes go: first only counted, then written into the room that was made for them.
class Counter {
 public:
  void bytes(const void*, size_t size) { size_ += size; }
  size_t size() const { return size_; }

 private:
  size_t size_ = 0;
};
class Writer {
 public:
  explicit Writer(char* at) : at_(at) {}
  void bytes(const void* from, size_t size) {
    std::memcpy(at_, from, size);
    at_ += size;
  }

 private:
  char* at_;
};

template <class Out>
class Packer {
 public:
  explicit Packer(Out& out) : out_(out) {}
  void number(uint64_t n) { out_.bytes(&n, sizeof n); }
  void text(std::string_view s) {
    const auto size = static_cast<uint32_t>(s.size());
    out_.bytes(&size, sizeof size);
    if (size) out_.bytes(s.data(), size);
  }
  void texts(const std::vector<std::string>& list) {
    number(list.size());
    for (const std::string& s : list) text(s);
  }
  void pairs(const Map<std::string>& map) {
    number(map.size());
    for (const auto& [key, value] : map) {
      text(key);
      text(value);
    }
  }
  void when(const std::optional<Timestamp>& t) { number(t ? static_cast<uint64_t>(t->ms) + 1 : 0); }
  void question(const QuestionView& q);

 private:
  Out& out_;
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
  Map<std::string> pairs() {
    Map<std::string> map;
    for (uint64_t left = number(); left && good_; --left) {
      std::string key = text();
      map.emplace_back(std::move(key), text());
    }
    return map;
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

template <class Out>
void Packer<Out>::question(const QuestionView& q) {
  out_.bytes(&kVersion, 1);
  text(q.request_id);
  number(static_cast<uint64_t>(q.time.ms));
  text(q.region);
  const Principal& p = q.caller.principal;
  number(static_cast<uint64_t>(p.kind));
  for (const std::string* s : {&p.account.text, &p.arn, &p.id, &p.name, &p.role_arn, &p.role_name,
                               &p.role_id, &p.source_identity})
    text(*s);
  texts(p.session_policies);
  texts(p.session_policy_arns);
  texts(p.transitive_tag_keys);
  pairs(p.tags);
  pairs(p.session_keys);
  text(p.federated_provider);
  when(p.mfa_at);
  when(p.issued);
  number(p.chained);
  text(q.caller.access_key_id);
  texts(q.caller.called_via);
  for (const std::string* s : {&q.caller.source_arn, &q.caller.source_account, &q.caller.source_ip,
                               &q.caller.user_agent, &q.caller.referer})
    text(*s);
  number(q.caller.secure_transport);
  text(q.action);
  text(q.resource);
  number(q.context.size());
  for (const auto& [key, values] : q.context) {
    text(key);
    texts(values);
  }
}

}  // namespace

void pack(std::string& out, const QuestionView& q) {
  Counter counter;
  Packer<Counter>(counter).question(q);
  const size_t before = out.size();
  // The room is not cleared first: every byte of it is written.
  out.resize_and_overwrite(before + counter.size(), [&](char* text, size_t size) {
    Writer writer(text + before);
    Packer<Writer>(writer).question(q);
    return size;
  });
}

std::optional<Question> unpack(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != kVersion) return std::nullopt;
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
  p.tags = from.pairs();
  p.session_keys = from.pairs();
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
  if (bytes.size() < 1 + sizeof size || bytes.front() != kVersion) return {};
  std::memcpy(&size, bytes.data() + 1, sizeof size);
  return bytes.substr(1 + sizeof size, size);
}

std::string_view acting_principal(const Principal& principal) {
  if (principal.kind == Principal::Kind::kAssumedRole) return principal.role_arn;
  if (!principal.arn.empty()) return principal.arn;
  return principal.name.empty() ? std::string_view("anonymous") : std::string_view(principal.name);
}

}  // namespace drydock
