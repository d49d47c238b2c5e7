// DNS questions from programs in a sandbox: names that are host names, answers that repeat the
// question.
#include "sandbox/dns.h"

#include "input.h"

using namespace drydock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto question = dns::parse_question({reinterpret_cast<const char*>(data), size});
  if (!question) return 0;
  fuzz::require(question->name.size() <= 253);
  for (char c : question->name)
    fuzz::require(c > ' ' && c < 127 && c != ':' && c != '/' && c != '@');
  std::string answer = dns::make_answer(*question, dns::Outcome::kFound, 0x64400001);
  fuzz::require(answer.compare(12, question->wire.size(), question->wire) == 0);
  fuzz::require(!dns::parse_question(answer));
  return 0;
}
