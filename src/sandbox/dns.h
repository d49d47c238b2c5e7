// DNS messages: one question in, one answer out. Pure; the bytes come from programs in a sandbox.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drydock::dns {

constexpr size_t kMaxMessageBytes = 4096;
constexpr uint16_t kTypeA = 1;

struct Question {
  std::string name;  // lower case, without the final dot
  uint16_t type = 0;
  std::string wire;  // the question section as it came
  uint16_t id = 0;
  bool recursion_desired = false;
};

// nullopt: not a question that can be answered (a response, no or several questions, a broken
// name).
std::optional<Question> parse_question(std::string_view message);

enum class Outcome { kFound, kNoSuchName, kRefused, kFailed };
// kFound with an address (IPv4, host order) answers type A; without one the name exists but has no
// such record.
std::string make_answer(const Question& question, Outcome outcome, std::optional<uint32_t> address);

}  // namespace drydock::dns
