#include "sandbox/dns.h"

namespace drydock::dns {

namespace {

constexpr size_t kHeaderBytes = 12;
constexpr size_t kMaxLabel = 63, kMaxName = 253;
constexpr uint32_t kTimeToLive = 60;  // seconds

uint16_t read16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                               static_cast<unsigned char>(bytes[at + 1]));
}
void write16(std::string& out, uint32_t number) {
  out += static_cast<char>(number >> 8 & 0xff);
  out += static_cast<char>(number & 0xff);
}

// Names are used as host names in CONNECT: nothing but what a host name may hold.
bool is_host_character(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

std::optional<Question> parse_question(std::string_view message) {
  if (message.size() < kHeaderBytes || message.size() > kMaxMessageBytes) return std::nullopt;
  Question question;
  question.id = read16(message, 0);
  uint16_t flags = read16(message, 2);
  constexpr uint16_t kResponse = 0x8000, kOpcode = 0x7800, kRecursion = 0x0100;
  if (flags & (kResponse | kOpcode) || read16(message, 4) != 1) return std::nullopt;
  question.recursion_desired = flags & kRecursion;
  size_t at = kHeaderBytes;
  for (;;) {
    if (at >= message.size()) return std::nullopt;
    size_t length = static_cast<unsigned char>(message[at++]);
    if (length == 0) break;
    // A question has no earlier name that it could point to.
    if (length > kMaxLabel || at + length > message.size()) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (char c : message.substr(at, length)) {
      unsigned char lower = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      if (!is_host_character(lower)) return std::nullopt;
      question.name += static_cast<char>(lower);
    }
    at += length;
    if (question.name.size() > kMaxName) return std::nullopt;
  }
  if (at + 4 > message.size()) return std::nullopt;
  question.type = read16(message, at);
  question.wire = message.substr(kHeaderBytes, at + 4 - kHeaderBytes);
  return question;
}

std::string make_answer(const Question& question, Outcome outcome,
                        std::optional<uint32_t> address) {
  bool with_address = outcome == Outcome::kFound && address && question.type == kTypeA;
  std::string out;
  write16(out, question.id);
  uint32_t code = outcome == Outcome::kNoSuchName ? 3
                  : outcome == Outcome::kRefused  ? 5
                  : outcome == Outcome::kFailed   ? 2
                                                  : 0;
  // Response, authoritative, recursion available.
  write16(out, 0x8400u | 0x0080u | (question.recursion_desired ? 0x0100u : 0u) | code);
  write16(out, 1);
  write16(out, with_address ? 1 : 0);
  write16(out, 0);
  write16(out, 0);
  out += question.wire;
  if (with_address) {
    write16(out, 0xc000u | kHeaderBytes);  // the question's name
    write16(out, kTypeA);
    write16(out, 1);  // class IN
    write16(out, kTimeToLive >> 16);
    write16(out, kTimeToLive);
    write16(out, 4);
    write16(out, *address >> 16);
    write16(out, *address);
  }
  return out;
}

}  // namespace drydock::dns
