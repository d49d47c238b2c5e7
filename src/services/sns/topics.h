// Finding topics and subscriptions by their ARNs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/call.h"
#include "services/sns/tables.h"
#include "shape/map.h"

namespace drydock::sns {

struct FoundTopic {
  TopicRow row;
  Space space;  // of the owner, who may be another account
  std::string arn() const;
};
// NotFound, or InvalidParameter when the ARN is none of a topic in this region. Asks nobody.
Result<FoundTopic> find_topic(Call& call, const std::string& arn);
std::optional<FoundTopic> topic_of_arn(Txn& txn, const Arn& arn);

// "Invalid parameter: " and what is wrong, as SNS says it.
Unexpected invalid(std::string what);

std::string subscription_arn(const FoundTopic& topic, const SubscriptionRow& row);
void erase_subscription(Txn& txn, const FoundTopic& topic, const SubscriptionRow& row);

// Pages as AWS cuts them.
inline constexpr size_t kPage = 100;
Result<std::string> page_start(const std::optional<std::string>& token);

// One message to one subscription, as a job step does it.
Next deliver(Server& server, const Job& job);
// Leaves the message that asks the endpoint's owner to confirm.
void ask_to_confirm(Call& call, const FoundTopic& topic, const SubscriptionRow& row);

}  // namespace drydock::sns
