// Question: one request as IAM was asked about it, without any policy, so that it can be asked
// again later; packed into bytes for keeping.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/evaluate.h"
#include "auth/principal.h"
#include "base/ids.h"
#include "base/time.h"

namespace drydock {

struct Question {
  std::string request_id;
  Timestamp time;
  Region region;
  Caller caller;
  std::string action, resource;
  Context context;  // what the service gave; the global keys follow from the rest
};

// The same by reference, where it is asked.
struct QuestionView {
  std::string_view request_id;
  Timestamp time;
  std::string_view region;
  const Caller& caller;
  std::string_view action, resource;
  std::span<const std::pair<std::string, std::vector<std::string>>> context;
};

void pack(std::string& out, const QuestionView& question);  // appends
// nullopt: not something that this version packed.
std::optional<Question> unpack(std::string_view bytes);
// The request id of packed bytes, without unpacking.
std::string_view packed_request_id(std::string_view bytes);

// Who a question is counted for: the role of a session, else the principal itself.
std::string_view acting_principal(const Principal& principal);

}  // namespace drydock
