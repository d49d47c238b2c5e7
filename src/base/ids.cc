#include "base/ids.h"

#include <sys/random.h>

#include <iterator>
#include <mutex>
#include <random>
#include <utility>

#include "base/encoding.h"

namespace drydock {

std::optional<AccountId> AccountId::parse(std::string_view text) {
  if (text.size() != 12) return std::nullopt;
  for (char c : text)
    if (c < '0' || c > '9') return std::nullopt;
  return AccountId{std::string(text)};
}

std::string Arn::text() const {
  return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
}

bool Arn::is(std::string_view text) const {
  if (!text.starts_with("arn:")) return false;
  text.remove_prefix(4);
  for (const std::string* part : {&partition, &service, &region, &account}) {
    if (!text.starts_with(*part) || text.size() == part->size() || text[part->size()] != ':')
      return false;
    text.remove_prefix(part->size() + 1);
  }
  return text == resource;
}

std::optional<Arn> Arn::parse(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  std::string_view part[4];  // partition, service, region, account
  text.remove_prefix(4);
  for (std::string_view& each : part) {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    each = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (part[0].empty() || part[1].empty() || text.empty()) return std::nullopt;
  return Arn{std::string(part[0]), std::string(part[1]), std::string(part[2]), std::string(part[3]),
             std::string(text)};
}

struct Random::State {
  std::mutex mutex;
  std::mt19937_64 engine;
  bool from_system = false;
};

Random::Random(uint64_t seed) : state_(new State) { state_->engine.seed(seed); }
Random Random::from_system() {
  Random random(0);
  random.state_->from_system = true;
  return random;
}
Random::Random(Random&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
Random::~Random() { delete state_; }

namespace {
// The system's randomness, fetched for several numbers at once: every request takes an id, and a
// system call for each costs more than the rest of making it. A number is forgotten once it is
// given out.
uint64_t next_from_system() {
  struct Pool {
    uint64_t numbers[32];
    size_t left = 0;
  };
  thread_local Pool pool;
  if (pool.left == 0) {
    while (getrandom(pool.numbers, sizeof pool.numbers, 0) != sizeof pool.numbers) {
    }
    pool.left = std::size(pool.numbers);
  }
  return std::exchange(pool.numbers[--pool.left], 0);
}
}  // namespace

uint64_t Random::next() {
  if (state_->from_system) return next_from_system();
  std::lock_guard lock(state_->mutex);
  return state_->engine();
}

std::string Random::bytes(size_t count) {
  std::string out;
  out.reserve(count + 8);
  while (out.size() < count) {
    uint64_t number = next();
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  out.resize(count);
  return out;
}

std::string Random::text(size_t length, std::string_view alphabet) {
  std::string out;
  out.reserve(length);
  // Rejection keeps every character equally likely.
  const unsigned limit = 256 - 256 % static_cast<unsigned>(alphabet.size());
  while (out.size() < length)
    for (char c : bytes(length - out.size()))
      if (auto byte = static_cast<unsigned char>(c); byte < limit)
        out += alphabet[byte % alphabet.size()];
  return out;
}

std::string Random::uuid() {
  std::string raw = bytes(16);
  raw[6] = static_cast<char>((raw[6] & 0x0f) | 0x40);
  raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
  std::string hex = to_hex(raw);
  for (size_t at : {8, 13, 18, 23}) hex.insert(at, "-");
  return hex;
}

std::string Random::base36(size_t length) {
  return text(length, "0123456789abcdefghijklmnopqrstuvwxyz");
}
std::string Random::upper_base32(size_t length) {
  return text(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

}  // namespace drydock
