#include "services/iam/paging.h"

#include "base/encoding.h"
#include "gen/iam.h"

namespace drydock::iam {

Result<std::string> read_marker(const std::optional<std::string>& marker) {
  if (!marker) return std::string();
  auto key = from_base64(*marker);
  if (!key || key->empty()) return errors::ValidationError("Invalid Marker.");
  return *key;
}

std::string write_marker(std::string_view last_key) { return to_base64(last_key); }

}  // namespace drydock::iam
