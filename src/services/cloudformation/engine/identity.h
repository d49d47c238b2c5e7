// As whom a stack acts: its role, or the caller of the operation through CloudFormation; kept in
// the row, so that a restarted server goes on as the same one.
#pragma once

#include "api/client.h"
#include "api/server.h"
#include "gen/cloudformation.h"

namespace drydock::cloudformation {

Value to_stored(const Caller& caller);
Caller from_stored(const Value& stored);

// "Role arn… is invalid or cannot be assumed" when its trust does not allow CloudFormation.
Result<Client> stack_client(Server& server, const Region& region, const std::string& account,
                            const std::string& stack_id, const std::string& role_arn,
                            const Value& stored_caller);

}  // namespace drydock::cloudformation
