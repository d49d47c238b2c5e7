// Every table of SNS.
#pragma once

#include <string_view>

#include "gen/sns.h"
#include "store/table.h"

namespace drydock::sns {

inline const Table<TopicRow> kTopics{"sns.topic"};  // {name}
inline const Table<SubscriptionRow> kSubscriptions{
    "sns.subscription"};  // {topic, id}, in the topic's account
// {subscription's ARN}, in the account that subscribed.
inline const Table<std::string> kOwned{"sns.owned-subscription"};

inline constexpr std::string_view kDeliverJob = "sns.deliver";  // one per message and subscription

}  // namespace drydock::sns
