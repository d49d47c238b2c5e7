#include "api/allowed_before.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace drydock {
namespace {

using Values = std::vector<std::string>;

// What one key was, as far as the request said it: its own context, else the call. The resource's
// keys and the organizations' follow from the grounds.
struct KeyOfRequest {
  std::string name;
  bool in_context = false;
  std::optional<Values> values;
};

struct Remembered {
  AllowedBefore::Grounds grounds;
  Principal::Kind kind{};
  std::string arn, id, source_account, action, resource;
  std::vector<KeyOfRequest> keys;
};

Remembered& place_of(uint64_t key) {
  constexpr size_t kPlaces = 64;
  thread_local const auto places = std::make_unique<std::array<Remembered, kPlaces>>();
  return (*places)[key % kPlaces];
}

// Sessions of one name may have other policies; who has no id cannot be told from others.
bool can_be_told(const Principal& p) {
  return p.session_policies.empty() && !p.arn.empty() && !p.id.empty();
}

const Values* in_context(const QuestionView& q, std::string_view key) {
  for (const auto& [name, values] : q.context)
    if (name.size() == key.size() && equals_ignore_case(name, key)) return &values;
  return nullptr;
}

KeyOfRequest key_of(const QuestionView& q, std::string_view key) {
  if (const Values* given = in_context(q, key)) return {std::string(key), true, *given};
  return {std::string(key), false, key_of_call(key, q.caller, q.region, q.time)};
}

bool is_the_same(const KeyOfRequest& before, const QuestionView& q) {
  const Values* given = in_context(q, before.name);
  if (given || before.in_context) return given && before.in_context && *given == *before.values;
  return !before.values || before.values == key_of_call(before.name, q.caller, q.region, q.time);
}

}  // namespace

bool AllowedBefore::knows(uint64_t key, const QuestionView& q, const Grounds& grounds) {
  const Principal& p = q.caller.principal;
  const Remembered& mine = place_of(key);
  if (mine.grounds != grounds || !can_be_told(p) || mine.kind != p.kind || mine.id != p.id ||
      mine.arn != p.arn || mine.source_account != q.caller.source_account ||
      mine.action != q.action || mine.resource != q.resource)
    return false;
  for (const KeyOfRequest& before : mine.keys)
    if (!is_the_same(before, q)) return false;
  return true;
}

void AllowedBefore::remember(uint64_t key, const QuestionView& q, const Grounds& grounds,
                             const AskedKeys& asked) {
  const Principal& p = q.caller.principal;
  if (!asked.complete() || !can_be_told(p)) return;
  Remembered& mine = place_of(key);
  mine.grounds = grounds;
  mine.kind = p.kind;
  mine.id = p.id;
  mine.arn = p.arn;
  mine.source_account = q.caller.source_account;
  mine.action = q.action;
  mine.resource = q.resource;
  mine.keys.clear();
  for (std::string_view name : asked.names()) mine.keys.push_back(key_of(q, name));
}

}  // namespace drydock
