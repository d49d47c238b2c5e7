#include "api/decisions.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "auth/assumed_root.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock {

namespace {

constexpr Table<std::string> kUses{"api.use"};           // [hash] -> counts and packed question
constexpr Table<Value> kSessions{"api.session-origin"};  // [session's ARN] -> {principal, …}
// What an explanation calls a session of sts:AssumeRoot.
constexpr std::string_view kAssumedRootMark = " (AssumeRoot)";

// The account's root user has the same name when it came by its own keys.
std::string session_name_of(const Principal& principal) {
  std::string name = principal.arn.empty() ? principal.name : principal.arn;
  if (is_assumed_root(principal)) name += kAssumedRootMark;
  return name;
}

// Of the context, what least-privilege policies are told apart by.
constexpr std::string_view kTellingKeys[] = {"iam:PassedToService", "kms:ViaService",
                                             "sts:ExternalId"};

// A resource up to where calls on different ones need the same statement of a policy
// (least_privilege.h's common_resource): objects, log streams, what is in an API.
std::string_view common_part(std::string_view resource) {
  const auto until = [&](std::string_view mark, size_t from) {
    return resource.substr(0, resource.find(mark, std::min(from, resource.size())));
  };
  constexpr std::string_view kStream = ":log-stream:", kApis = "/restapis/";
  if (resource.starts_with("arn:aws:s3:::")) return until("/", 0);
  if (resource.starts_with("arn:aws:logs:")) return until(kStream, 0);
  if (resource.starts_with("arn:aws:cloudformation:")) return until("/", until("/", 0).size() + 1);
  if (resource.starts_with("arn:aws:codebuild:"))
    if (const size_t build = resource.find(":build/"); build != std::string_view::npos)
      return until(":", build + 1);
  if (resource.starts_with("arn:aws:apigateway:"))
    if (const size_t api = resource.find(kApis); api != std::string_view::npos)
      return until("/", api + kApis.size());
  return resource;
}

// The resource for which a service asks: of an API its stage, without the path of the request.
std::string_view asking_resource(const Caller& caller) {
  const std::string_view arn = caller.source_arn;
  if (!arn.starts_with("arn:aws:execute-api:")) return arn;
  const size_t stage = arn.find('/');
  return stage == std::string_view::npos ? arn : arn.substr(0, arn.find('/', stage + 1));
}

uint64_t mix(uint64_t hash, std::string_view text) {
  return (hash ^ std::hash<std::string_view>{}(text)) * 0x9E3779B97F4A7C15ull + 0x7F4A7C15ull;
}

// Of an allowed call; a denied one has another.
uint64_t key_of(const QuestionView& q, std::string_view resource) {
  uint64_t hash = mix(1, acting_principal(q.caller.principal));
  hash = mix(mix(hash, q.action), resource);
  for (const std::string& service : q.caller.called_via) hash = mix(hash, service);
  for (const auto& [key, values] : q.context)
    for (std::string_view telling : kTellingKeys)
      if (key == telling && !values.empty()) hash = mix(hash, values.front());
  const Principal::Kind kind = q.caller.principal.kind;
  if (kind == Principal::Kind::kService) hash = mix(hash, asking_resource(q.caller));
  if (kind == Principal::Kind::kFederated)  // whom the provider vouches for
    for (const auto& [key, values] : q.context)
      if ((key.ends_with(":aud") || key.ends_with(":sub")) && !values.empty())
        hash = mix(hash, values.front());
  return hash;
}
uint64_t with_outcome(uint64_t key, Outcome outcome) {
  return outcome == Outcome::kAllowed ? key : ~key;
}

// The stored form of a use: five words (count, first, last, outcome, size of the needs), the needs,
// the packed question.
std::string use_row(uint64_t count, int64_t first, int64_t last, Outcome outcome,
                    std::string_view needs, std::string_view packed) {
  std::string row = std::to_string(count) + ' ' + std::to_string(first) + ' ' +
                    std::to_string(last) + (outcome == Outcome::kAllowed ? " a " : " d ") +
                    std::to_string(needs.size()) + ' ';
  row += needs;
  return row += packed;
}

}  // namespace

// ---- denies

void Decisions::load_denies(Txn& txn) {
  if (denies_loaded_) return;
  denies_loaded_ = true;
  kDenies.each(txn, kInstallation, {.limit = 1, .order = Txn::Order::kReverse},
               [&](const std::vector<std::string>& key, const Value&) {
                 next_deny_ = std::stoull(key.at(0)) + 1;
                 return false;
               });
}

void Decisions::record_deny(const std::string& request_id, const std::string& authorization_id,
                            Timestamp now, Value explanation) {
  explanation.set("requestId", request_id);
  explanation.set("authorizationId", authorization_id);
  explanation.set("time", to_iso8601_ms(now));
  std::lock_guard lock(deny_mutex_);
  auto txn = engine_.begin();
  load_denies(*txn);
  if (Value* policies = explanation.find("policies"))
    for (Value& policy : policies->as_list())
      if (Value* document = policy.find("document")) {
        std::string hash = to_hex(sha256(document->as_string()));
        if (!kPolicyTexts.contains(*txn, kInstallation, {hash}))
          kPolicyTexts.put(*txn, kInstallation, {hash}, document->as_string());
        *document = std::move(hash);
      }
  const auto number = static_cast<int64_t>(next_deny_++);
  kDenies.put(*txn, kInstallation, {number}, explanation);
  kDeniesById.put(*txn, kInstallation, {request_id, number}, "");
  kDeniesById.put(*txn, kInstallation, {authorization_id, number}, "");
  if (number >= static_cast<int64_t>(kKeptDenies)) {
    const int64_t old = number - static_cast<int64_t>(kKeptDenies);
    if (auto gone = kDenies.get(*txn, kInstallation, {old})) {
      kDeniesById.erase(*txn, kInstallation, {(*gone)["requestId"].string_or(""), old});
      kDeniesById.erase(*txn, kInstallation, {(*gone)["authorizationId"].string_or(""), old});
      kDenies.erase(*txn, kInstallation, {old});
    }
  }
  [[maybe_unused]] bool committed = txn->commit();  // sole writer, under the mutex
}

std::vector<Value> Decisions::find(std::string_view id) {
  auto txn = engine_.begin_read();
  std::vector<Value> found;
  kDeniesById.each(*txn, kInstallation, {.prefix = {id}, .order = Txn::Order::kReverse},
                   [&](const std::vector<std::string>& key, const std::string&) {
                     if (auto deny = kDenies.get(*txn, kInstallation,
                                                 {static_cast<int64_t>(std::stoll(key.at(1)))}))
                       found.push_back(std::move(*deny));
                     return true;
                   });
  return found;
}

std::vector<Value> Decisions::denies_with(std::string_view text, size_t limit) {
  auto txn = engine_.begin_read();
  std::vector<Value> found;
  kDenies.raw().scan(*txn, kInstallation, {.order = Txn::Order::kReverse},
                     [&](const std::vector<std::string>&, std::string_view bytes) {
                       if (bytes.find(text) != std::string_view::npos)
                         if (auto deny = parse_json(bytes)) found.push_back(std::move(*deny));
                       return found.size() < limit;
                     });
  return found;
}

std::vector<Value> Decisions::denies_since(Timestamp since, size_t limit) {
  auto txn = engine_.begin_read();
  const std::string from = to_iso8601_ms(since);
  std::vector<Value> found;
  kDenies.each(*txn, kInstallation, {.order = Txn::Order::kReverse},
               [&](const std::vector<std::string>&, Value deny) {
                 if (deny["time"].string_or("") < from || found.size() >= limit) return false;
                 found.push_back(std::move(deny));
                 return true;
               });
  return found;
}

// ---- every decision

Decisions::Shard& Decisions::shard_of_thread() {
  static std::atomic<size_t> threads{0};
  thread_local const size_t mine = threads.fetch_add(1, std::memory_order_relaxed) % kShards;
  return shards_[mine];
}

void Decisions::keep_recent(Shard& shard, const QuestionView& question, Outcome outcome) {
  if (shard.ring.empty()) shard.ring.resize(kKeptRecent / kShards);
  RecentSlot& slot = shard.ring[shard.next++ % shard.ring.size()];
  slot.packed.clear();  // keeps its room
  pack(slot.packed, question);
  slot.order = std::chrono::steady_clock::now().time_since_epoch().count();
  slot.outcome = outcome;
}

uint64_t Decisions::key_of_use(const QuestionView& question) {
  return key_of(question, question.resource);
}

std::optional<uint64_t> Decisions::record(const QuestionView& q, Outcome outcome,
                                          uint64_t key_of_use) {
  if (outcome == Outcome::kAllowed &&
      (q.action == "sts:AssumeRole" || q.action == "sts:AssumeRoot"))
    note_session(q);
  uint64_t key = with_outcome(key_of_use, outcome);
  Shard& mine = shard_of_thread();
  {
    std::lock_guard lock(mine.mutex);
    auto found = mine.tallies.find(key);
    if (found == mine.tallies.end()) {
      keep_recent(mine, q, outcome);
    } else {
      Tally& tally = found->second;
      if (tally.last_ms / 1000 != q.time.ms / 1000) tally.kept = 0;
      ++tally.count;
      tally.last_ms = q.time.ms;
      if (outcome == Outcome::kDenied || tally.kept++ < kKeptEachSecond)
        keep_recent(mine, q, outcome);
      return std::nullopt;
    }
  }
  if (count_again(key, q.time)) {
    std::lock_guard lock(mine.mutex);
    if (mine.tallies.size() < kKeptUses / kShards) mine.tallies.try_emplace(key);
    return std::nullopt;
  }
  const std::string_view common = common_part(q.resource);
  const uint64_t kind = with_outcome(key_of(q, common), outcome);
  if (common != q.resource) {
    Shard& shard = shards_[kind % kShards];
    std::lock_guard lock(shard.mutex);
    uint32_t* different = nullptr;
    if (auto found = shard.spread.find(kind); found != shard.spread.end())
      different = &found->second;
    else if (shard.spread.size() < kKeptUses)
      different = &shard.spread.emplace(kind, 0).first->second;
    if (!different || *different >= kKeptResources)
      key = kind;
    else
      ++*different;
  }
  if (key == kind && count_again(key, q.time)) return std::nullopt;
  Shard& shard = shards_[key % kShards];
  std::lock_guard lock(shard.mutex);
  if (shard.uses.size() >= kKeptUses / kShards) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
  }
  KeptUse& use = shard.uses[key];
  const bool is_first = use.packed.empty();
  if (is_first) {
    pack(use.packed, q);
    use.first_ms = q.time.ms;
  }
  use.last_ms = std::max(use.last_ms, q.time.ms);
  use.outcome = outcome;
  ++use.count;
  use.dirty = true;
  return is_first ? std::optional(key) : std::nullopt;
}

bool Decisions::count_again(uint64_t key, Timestamp now) {
  Shard& shard = shards_[key % kShards];
  std::lock_guard lock(shard.mutex);
  auto found = shard.uses.find(key);
  if (found == shard.uses.end()) return false;
  ++found->second.count;
  found->second.last_ms = now.ms;
  found->second.dirty = true;
  return true;
}

// Between two of these each thread counts for itself.
void Decisions::add_tallies() {
  std::unordered_map<uint64_t, Tally> taken;
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    for (auto& [key, tally] : shard.tallies) {
      if (tally.count == 0) continue;
      Tally& sum = taken[key];
      sum.count += std::exchange(tally.count, 0);
      sum.last_ms = std::max(sum.last_ms, tally.last_ms);
    }
  }
  for (const auto& [key, tally] : taken) {
    Shard& shard = shards_[key % kShards];
    std::lock_guard lock(shard.mutex);
    auto found = shard.uses.find(key);
    if (found == shard.uses.end()) continue;
    found->second.count += tally.count;
    found->second.last_ms = std::max(found->second.last_ms, tally.last_ms);
    found->second.dirty = true;
  }
}

void Decisions::note_needs(uint64_t key, const Needs& needs) {
  std::string text = to_json(needs.to_value());
  Shard& shard = shards_[key % kShards];
  std::lock_guard lock(shard.mutex);
  if (auto found = shard.uses.find(key); found != shard.uses.end())
    found->second.needs = std::move(text);
}

Value Needs::to_value() const {
  Value list = Value::list();
  for (const Matched& m : matched)
    list.push_back(Value::list({Value(m.policy), Value(m.attached_to), Value(m.label)}));
  return Value::object({{"i", identity},
                        {"r", resource},
                        {"d", delegates},
                        {"h", holder},
                        {"k", resource_kind},
                        {"o", owner},
                        {"p", mandatory},
                        {"m", std::move(list)}});
}

Needs Needs::from_value(const Value& v) {
  Needs needs{v["i"].bool_or(false), v["r"].bool_or(false), v["d"].bool_or(false),
              v["h"].string_or(""),  v["k"].string_or(""),  v["o"].string_or(""),
              v["p"].bool_or(false)};
  const Value& list = v["m"];
  for (size_t i = 0; i < list.size(); ++i) {
    const auto& one = list.as_list()[i].as_list();
    needs.matched.push_back({one[0].string_or(""), one[1].string_or(""), one[2].string_or("")});
  }
  return needs;
}

std::vector<Recent> Decisions::recent(std::string_view request_id) {
  std::vector<std::pair<int64_t, Recent>> found;
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    for (const RecentSlot& slot : shard.ring)
      if (!slot.packed.empty() && packed_request_id(slot.packed) == request_id)
        if (auto question = unpack(slot.packed))
          found.emplace_back(slot.order, Recent{std::move(*question), slot.outcome});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Recent> out;
  for (auto& [number, recent] : found) out.push_back(std::move(recent));
  return out;
}

std::string Decisions::last_request_id() {
  int64_t best = 0;
  std::string id;
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    for (const RecentSlot& slot : shard.ring)
      if (slot.order > best) {
        best = slot.order;
        id = packed_request_id(slot.packed);
      }
  }
  return id;
}

std::vector<Use> Decisions::uses(std::string_view principal, Timestamp since) {
  add_tallies();
  std::vector<Use> out;
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    for (const auto& [key, kept] : shard.uses) {
      if (kept.last_ms < since.ms) continue;
      auto question = unpack(kept.packed);
      if (!question) continue;
      if (!principal.empty() && acting_principal(question->caller.principal) != principal) continue;
      auto needs = parse_json(kept.needs);
      out.push_back(Use{std::move(*question), kept.outcome,
                        needs ? Needs::from_value(*needs) : Needs{}, kept.count,
                        Timestamp{kept.first_ms}, Timestamp{kept.last_ms}});
    }
  }
  std::sort(out.begin(), out.end(), [](const Use& a, const Use& b) {
    if (a.first != b.first) return a.first < b.first;
    if (a.sample.action != b.sample.action) return a.sample.action < b.sample.action;
    return a.sample.resource < b.sample.resource;
  });
  return out;
}

// ---- sessions

void Decisions::note_session(const QuestionView& q) {
  const std::vector<std::string>* name = nullptr;
  for (const auto& [key, values] : q.context)
    if (key == "sts:RoleSessionName") name = &values;
  auto role = Arn::parse(q.resource);
  const bool of_root = q.action == "sts:AssumeRoot";
  if (!role || (!of_root && (!name || name->empty()))) return;
  const std::string session = of_root ? std::string(q.resource) + std::string(kAssumedRootMark)
                                      : "arn:aws:sts::" + role->account + ":assumed-role/" +
                                            role->resource.substr(role->resource.rfind('/') + 1) +
                                            "/" + name->front();
  const Principal& p = q.caller.principal;
  std::lock_guard lock(session_mutex_);
  if (sessions_.size() >= kKeptSessions && !sessions_.contains(session))
    sessions_.erase(sessions_.begin());
  sessions_[session] = Origin{session_name_of(p), q.caller.source_arn, q.time.ms, true};
}

Value Decisions::chain_of(const Principal& principal) {
  constexpr int kLongestChain = 16;
  std::vector<Value> links;
  std::string at = session_name_of(principal);
  if (at.empty()) at = "anonymous";
  std::lock_guard lock(session_mutex_);
  for (int i = 0; i < kLongestChain; ++i) {
    Value link = Value::object({{"principal", at}});
    auto origin = sessions_.find(at);
    if (origin == sessions_.end()) {
      links.push_back(std::move(link));
      break;
    }
    link.set("assumedAt", to_iso8601_ms(Timestamp{origin->second.ms}));
    if (!origin->second.source_arn.empty()) link.set("for", origin->second.source_arn);
    links.push_back(std::move(link));
    if (origin->second.principal == at) break;
    at = origin->second.principal;
  }
  Value chain = Value::list();
  for (size_t i = links.size(); i-- > 0;) chain.push_back(std::move(links[i]));
  return chain;
}

// ---- the store

void Decisions::load() {
  auto txn = engine_.begin_read();
  {
    std::lock_guard lock(deny_mutex_);
    load_denies(*txn);
  }
  kUses.raw().scan(*txn, kInstallation, {.limit = kKeptUses},
                   [&](const std::vector<std::string>& key, std::string_view row) {
                     KeptUse use;
                     std::string_view words[5];
                     for (std::string_view& word : words) {
                       const size_t blank = row.find(' ');
                       if (blank == std::string_view::npos) return true;
                       word = row.substr(0, blank);
                       row.remove_prefix(blank + 1);
                     }
                     const auto needs_size = static_cast<size_t>(parse_int(words[4]).value_or(0));
                     if (needs_size > row.size()) return true;
                     use.count = static_cast<uint64_t>(parse_int(words[0]).value_or(0));
                     use.first_ms = parse_int(words[1]).value_or(0);
                     use.last_ms = parse_int(words[2]).value_or(0);
                     use.outcome = words[3] == "a" ? Outcome::kAllowed : Outcome::kDenied;
                     use.needs = row.substr(0, needs_size);
                     use.packed = row.substr(needs_size);
                     const auto hash = static_cast<uint64_t>(std::stoll(key.at(0)));
                     Shard& shard = shards_[hash % kShards];
                     std::lock_guard lock(shard.mutex);
                     shard.uses[hash] = std::move(use);
                     return true;
                   });
  std::lock_guard lock(session_mutex_);
  kSessions.each(*txn, kInstallation, {.limit = kKeptSessions},
                 [&](const std::vector<std::string>& key, const Value& row) {
                   sessions_[key.at(0)] = Origin{row["principal"].string_or(""),
                                                 row["for"].string_or(""), row["ms"].int_or(0)};
                   return true;
                 });
}

void Decisions::flush() {
  std::lock_guard flushing(flush_mutex_);
  add_tallies();
  auto txn = engine_.begin();
  bool wrote = false;
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    for (auto& [hash, use] : shard.uses) {
      if (!use.dirty) continue;
      use.dirty = false;
      wrote = true;
      kUses.put(*txn, kInstallation, {static_cast<int64_t>(hash)},
                use_row(use.count, use.first_ms, use.last_ms, use.outcome, use.needs, use.packed));
    }
  }
  {
    std::lock_guard lock(session_mutex_);
    for (auto& [session, origin] : sessions_) {
      if (!origin.dirty) continue;
      origin.dirty = false;
      wrote = true;
      kSessions.put(
          *txn, kInstallation, {session},
          Value::object(
              {{"principal", origin.principal}, {"for", origin.source_arn}, {"ms", origin.ms}}));
    }
  }
  if (wrote) (void)txn->commit();  // sole writer of these rows
}

void Decisions::clear() {
  std::lock_guard flushing(flush_mutex_);
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    shard.uses.clear();
    shard.spread.clear();
    shard.ring.clear();
    shard.next = 0;
  }
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    shard.tallies.clear();  // behind the uses: none may stay without its use
  }
  {
    std::lock_guard lock(session_mutex_);
    sessions_.clear();
  }
  lost_ = 0;
  std::lock_guard lock(deny_mutex_);
  next_deny_ = 0;
}

}  // namespace drydock
