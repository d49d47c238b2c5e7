// A stack's status and its events: always written together, newest number last.
#pragma once

#include <string>

#include "api/call.h"
#include "services/cloudformation/tables.h"

namespace drydock::cloudformation {

// Sets the status and appends the stack's event; wakes who waits and tells EventBridge when this
// commits.
void set_stack_status(Call& call, const Space& space, StackRow& stack, std::string status,
                      std::string reason);
// Appends a resource's event. `properties` is JSON text, or empty.
void add_resource_event(Call& call, const Space& space, StackRow& stack,
                        const ResourceRow& resource, std::string properties);

bool is_in_progress(std::string_view status);
bool is_complete_or_failed(std::string_view status);

}  // namespace drydock::cloudformation
