// The users and roles that a policy's Principal elements name, for who keeps policies: at rest they
// stand there by unique id.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace drydock {

// The document with every text of an "AWS" entry put through `change`; the text itself when nothing
// changed or when it is no JSON.
Result<std::string> with_principals(std::string_view document,
                                    const std::function<Result<void>(std::string&)>& change);

// The first unique id that a document names as a principal, as it is shown: of who was deleted. AWS
// takes no policy that names one.
std::optional<std::string> lost_principal(std::string_view shown);

// "AIDA…" or "AROA…".
bool is_unique_id(std::string_view text);

}  // namespace drydock
