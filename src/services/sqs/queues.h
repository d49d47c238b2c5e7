// Finding the queue that a request means, asking IAM about it, and its attributes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "services/sqs/tables.h"
#include "shape/map.h"

namespace drydock::sqs {

inline constexpr int64_t kMostMessageBytes = 1024 * 1024;

struct Queue {
  QueueRow row;
  Space space;  // of the owner, who may be another account
  std::string arn() const;
  bool is_fifo() const;
  // An attribute as it is set, or AWS's default.
  std::string attribute(std::string_view name) const;
  int64_t number(std::string_view name) const;
};

// By URL; asks IAM for `action` first, as AWS does, then whether the queue is there.
Result<Queue> open_queue(Call& call, const std::string& url, std::string_view action);
std::optional<Queue> queue_of_arn(Txn& txn, const Arn& arn);
void put_queue(Call& call, const Queue& queue);

// The URL of a queue as the caller reaches us: under AWS's name, or under the endpoint it uses.
std::string url_of(Call& call, const Space& space, std::string_view name);

// Where a queue's failed messages go. Nothing when it has no redrive policy.
struct Redrive {
  std::string target_arn;
  int64_t most_receives = 0;
};
std::optional<Redrive> redrive_of(const Queue& queue);

Unexpected invalid_parameter(std::string_view name, std::string_view value,
                             std::string_view reason);
Unexpected missing_parameter(std::string_view name);

// Checks a policy's text and gives it as it is kept.
Result<std::string> held_policy(Call& call, const std::string& document);

inline constexpr size_t kMostTags = 50;

// Waiters of a queue's long polls sleep under this name; all of them look again after the commit.
std::string waiters_of(const Queue& queue);
void wake_receivers(Call& call, const Queue& queue);

// The lists of Send…, Delete… and Change…Batch: AWS's rules about their number and their ids.
Result<void> check_batch(const std::vector<std::string>& ids, std::string_view entry_name);

}  // namespace drydock::sqs
