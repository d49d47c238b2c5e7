// The parameters of a query-protocol request: those of the form body and of the URL.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace drydock::wire {

// AWS does limit requests; far more than any client sends.
constexpr size_t kMaxQueryParameters = 20000;

Result<std::vector<std::pair<std::string, std::string>>> query_params(const HttpRequest& request,
                                                                      const Payload& body);
// The value of one parameter without decoding all of them; empty when absent.
std::string query_param(const HttpRequest& request, std::string_view name);

}  // namespace drydock::wire
