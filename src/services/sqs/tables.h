// Every table of SQS.
#pragma once

#include <string_view>

#include "gen/sqs.h"
#include "store/table.h"

namespace drydock::sqs {

inline const Table<QueueRow> kQueues{"sqs.queue"};        // {name}
inline const Table<MessageRow> kMessages{"sqs.message"};  // {queue's id, message id}
// {queue's id, when it may be received (FIFO: 0), sequence} -> message id: the order of receiving.
inline const Table<std::string> kOrder{"sqs.order"};
// {queue's id, deduplication id, group} -> the message that it stood for, for five minutes.
inline const Table<Value> kDeduplications{"sqs.deduplication"};
inline const Table<Value> kCounters{
    "sqs.counter"};  // {queue's id}: the last sequence number (FIFO)

inline constexpr std::string_view kSweepJob = "sqs.sweep";  // one per queue id
inline constexpr int64_t kSweepPauseMs = 3600 * 1000;

}  // namespace drydock::sqs
