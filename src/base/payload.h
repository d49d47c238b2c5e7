// Payload: the bytes of a request, an answer or an object, in memory when small and in a file when
// large.
//
// So a 100 MB push or upload streams through the disk and is never held in memory. A Payload is
// cheap to copy (shared, immutable). Thread-safe to read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace drydock {

class Payload {
 public:
  Payload() = default;         // empty
  Payload(std::string bytes);  // in memory
  Payload(const char* text) : Payload(std::string(text)) {}
  // Part of a file. The file must not change while the Payload lives; it may be unlinked. When
  // `remove_when_done`, the file is unlinked with the last copy.
  enum class Keep { kFile, kRemove };
  static Payload from_file(std::string path, uint64_t offset, uint64_t length,
                           Keep keep = Keep::kFile);

  uint64_t size() const;
  bool in_memory() const;
  // Whole content as one string. For bodies with a limit; a large file is read in full.
  std::string read_all() const;
  // The bytes when in memory; empty view otherwise.
  std::string_view view() const;
  // Calls `sink` with successive pieces (at most 256 KiB) until the end or until it returns false.
  // False when `sink` stopped it or the file could not be read.
  bool each_piece(const std::function<bool(std::string_view)>& sink) const;
  // A part, sharing the bytes. offset + length must lie inside.
  Payload slice(uint64_t offset, uint64_t length) const;
  // Path when it lies in a file, else empty; offset() inside it.
  const std::string& path() const;
  uint64_t offset() const { return offset_; }

 private:
  struct Store;
  std::shared_ptr<const Store> store_;
  uint64_t offset_ = 0;
  uint64_t length_ = 0;
};

// Collects bytes: in memory up to `memory_limit`, then in a new file in `folder`.
class PayloadWriter {
 public:
  PayloadWriter(std::string folder, uint64_t memory_limit = 256 << 10);
  ~PayloadWriter();
  PayloadWriter(PayloadWriter&&) noexcept;
  void write(std::string_view bytes);
  uint64_t size() const;
  Payload finish();  // once; the file, if any, goes with the last copy of the Payload

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
