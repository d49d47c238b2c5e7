#include "services/codecommit/git_events.h"

#include "api/trail.h"
#include "base/encoding.h"
#include "base/text.h"

namespace drydock::codecommit {

namespace {
constexpr size_t kMostToldReferences = 500;
constexpr uint64_t kAnswerHead = 256 << 10;  // acknowledgements of a negotiation come before a pack
}  // namespace

void record_git(Server& server, const GitVisit& visit, const std::vector<PushCommand>& commands,
                const Fault* error) {
  TrailCall call{.source = "codecommit",
                 .name = visit.push ? "GitPush" : "GitPull",
                 .read_only = !visit.push,
                 .caller = visit.caller,
                 .account = visit.caller.principal.account.text,
                 .region = visit.region,
                 .request_id = server.random().uuid(),
                 .time = server.clock().now(),
                 .asked = {visit.arn}};
  if (!commands.empty()) {
    Value references = Value::list();
    for (const PushCommand& command : commands)
      if (references.size() < kMostToldReferences)
        references.push_back(Value::object(
            {{"commit", command.new_id},
             {"ref", is_utf8(command.reference) ? command.reference
                                                : percent_encode(command.reference)}}));
    call.parameters = Value::object({{"references", std::move(references)}});
  }
  if (error) {
    call.error_code = error->status == 403 ? "AccessDenied" : error->code;
    call.error_message = error->message;
  }
  call.additional = Value::object({{"protocol", "HTTP"},
                                   {"dataTransferred", error == nullptr},
                                   {"repositoryName", visit.repository}});
  if (!visit.repository_id.empty()) call.additional.set("repositoryId", visit.repository_id);
  server.record_in_trail(std::move(call));
}

bool carries_pack(const Payload& answer) {
  const std::string head = answer.slice(0, std::min(answer.size(), kAnswerHead)).read_all();
  return head.find("PACK") != std::string::npos;
}

}  // namespace drydock::codecommit
