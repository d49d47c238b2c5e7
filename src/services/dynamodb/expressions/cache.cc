#include "services/dynamodb/expressions/cache.h"

#include <mutex>

#include "base/read_mostly.h"
#include "services/dynamodb/expressions/parser.h"
#include "services/dynamodb/values/document.h"

namespace drydock::dynamodb {
namespace {

constexpr size_t kMaxCached = 2048;  // texts of each kind

template <class T>
class Cache {
 public:
  template <class Parse>
  Result<std::shared_ptr<const T>> get(std::string_view text, std::string_view parameter,
                                       Parse&& parse) {
    {
      std::lock_guard lock(mutex_);
      if (auto at = parsed_.find(text); at != parsed_.end()) return at->second;
    }
    auto parsed = parse(text);
    if (!parsed) return validation("Invalid " + std::string(parameter) + ": " + parsed.error());
    auto shared = std::make_shared<const T>(std::move(*parsed));
    std::lock_guard lock(mutex_);
    // Texts with values written into them would fill it without end; then it starts anew.
    if (parsed_.size() >= kMaxCached) parsed_.clear();
    parsed_.emplace(text, shared);
    return shared;
  }

 private:
  std::mutex mutex_;
  TextMap<std::shared_ptr<const T>> parsed_;
};

}  // namespace

Result<std::shared_ptr<const ConditionExpression>> condition_expression(
    std::string_view text, std::string_view parameter) {
  static Cache<ConditionExpression> cache;
  return cache.get(text, parameter, parse_condition);
}
Result<std::shared_ptr<const UpdateExpression>> update_expression(std::string_view text) {
  static Cache<UpdateExpression> cache;
  return cache.get(text, "UpdateExpression", parse_update);
}
Result<std::shared_ptr<const ProjectionExpression>> projection_expression(std::string_view text) {
  static Cache<ProjectionExpression> cache;
  return cache.get(text, "ProjectionExpression", parse_projection);
}

}  // namespace drydock::dynamodb
