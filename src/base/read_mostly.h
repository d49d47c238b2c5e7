// ReadMostly<T>: values by name that every request looks up and few requests change.
//
// Each thread remembers what it found, with a reference count of its own: a lock or a count that
// two cores write in turn costs a request more than the whole look-up. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace drydock {

// Text as a key that is looked up without making a string of it.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// What the calling thread remembers under a name; one of a fixed number of places, which names
// share.
struct RememberedByThread {
  uint64_t owner = 0, generation = 0;
  std::string key;
  std::shared_ptr<const void> held;
};
RememberedByThread& remembered_by_thread(uint64_t owner, std::string_view key);
uint64_t new_owner_of_remembered();

template <class T>
class ReadMostly {
 public:
  // Forgets everything when it would hold more than `most`.
  explicit ReadMostly(size_t most) : most_(most), owner_(new_owner_of_remembered()) {}

  // What `load()`, a shared pointer, gave for `key` when it was asked in this generation; null is
  // remembered too. A caller whose values change takes the generation first and loads from a
  // snapshot that it begins afterwards: then a change meanwhile only makes it load once too often.
  template <class Load>
  std::shared_ptr<const T> get(std::string_view key, uint64_t generation, Load load) {
    RememberedByThread& mine = remembered_by_thread(owner_, key);
    if (mine.owner != owner_ || mine.generation != generation || mine.key != key) {
      std::shared_ptr<const T> held = shared(key, generation, load);
      const void* value = held.get();
      mine.owner = owner_;
      mine.generation = generation;
      mine.key = key;
      mine.held = value ? std::shared_ptr<const void>(
                              std::make_shared<std::shared_ptr<const T>>(std::move(held)), value)
                        : nullptr;
    }
    return std::static_pointer_cast<const T>(mine.held);
  }

 private:
  template <class Load>
  std::shared_ptr<const T> shared(std::string_view key, uint64_t generation, Load& load) {
    {
      std::lock_guard lock(mutex_);
      auto found = values_.find(key);
      if (found != values_.end() && found->second.first == generation) return found->second.second;
    }
    std::shared_ptr<const T> held = load();
    std::lock_guard lock(mutex_);
    if (values_.size() >= most_) values_.clear();
    values_.insert_or_assign(std::string(key), std::pair(generation, held));
    return held;
  }

  const size_t most_;
  const uint64_t owner_;
  std::mutex mutex_;
  TextMap<std::pair<uint64_t, std::shared_ptr<const T>>> values_;
};

}  // namespace drydock
