// Wait condition handles: a URL that whoever holds it puts a signal to, as AWS's presigned ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/registry.h"
#include "api/server.h"
#include "gen/cloudformation.h"

namespace drydock::cloudformation {

// https://cloudformation-waitcondition-REGION.s3.amazonaws.com/STACK-ARN/HANDLE?Expires=…&Signature=…
Result<std::string> wait_handle_url(Server& server, const std::string& region,
                                    const std::string& stack_id, const std::string& logical_id);
// The handle's logical id in its URL; empty when it is none.
std::string handle_of_url(std::string_view url);
// What came for a handle by its URL, or for a resource by SignalResource.
std::vector<Signal> signals_of(Server& server, const std::string& stack_id,
                               const std::string& logical_id);
// Takes the signals. They are stored under the handle.
Door wait_door(Server& server);

// What is put: {"Status": "SUCCESS", "UniqueId": "a", "Data": "…", "Reason": "…"}.
struct WaitSignal {
  std::string status, unique_id, data, reason;
};
Result<WaitSignal> parse_wait_signal(std::string_view text);

}  // namespace drydock::cloudformation
