// Messages in their queue: their order, their checksums, and the moves between the two tables.
#pragma once

#include <string>

#include "services/sqs/queues.h"

namespace drydock::sqs {

// AWS's checksum of attributes: SDKs compare it.
std::string md5_of(const Map<MessageAttributeValue>& attributes);
// The text of a sequence number, as long as AWS's.
std::string sequence_text(int64_t sequence);

// The next place in a queue: growing by one writer after the other in a FIFO queue; in a standard
// one about the time, without making senders wait for each other. `index` keeps a batch in its
// order.
int64_t next_sequence(Call& call, const Queue& queue, Timestamp now, size_t index);
void put_message(Txn& txn, const Queue& queue, const MessageRow& row);
void erase_message(Txn& txn, const Queue& queue, const MessageRow& row);

}  // namespace drydock::sqs
