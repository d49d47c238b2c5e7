// Whether a resource's policy is public: it allows everybody, without a condition that narrows this
// to fixed values (S3 User Guide, "Blocking public access", the meaning of "public"). Secrets
// Manager refuses the same.
#pragma once

#include "base/value.h"

namespace drydock {

bool is_public_statement(const Value& statement);
bool is_public_policy(const Value& document);

}  // namespace drydock
