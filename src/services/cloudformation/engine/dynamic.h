// Dynamic references: {{resolve:ssm:name:version}} and {{resolve:secretsmanager:…}} in property
// values. Read as the stack's identity just before a resource is made; rows and events keep the
// reference, never the secret.
#pragma once

#include "api/client.h"

namespace drydock::cloudformation {

Result<Value> resolve_dynamic_references(const Value& value, const Client& client);

}  // namespace drydock::cloudformation
