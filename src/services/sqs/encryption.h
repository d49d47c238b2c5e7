// Queues encrypted with a key of KMS: what is asked of KMS when messages are sent and received.
//
// Amazon SQS Developer Guide, "Configuring KMS permissions for Amazon SQS": producers need
// kms:GenerateDataKey and kms:Decrypt, consumers kms:Decrypt. AWS keeps data keys for
// KmsDataKeyReusePeriodSeconds; here each request asks, so that a changed policy holds at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/sqs/queues.h"

namespace drydock::sqs {

// The sealed data key for messages of one request, made as the caller. Nothing when the queue has
// no key of KMS.
Result<std::optional<std::string>> data_key_of(Call& call, const Queue& queue);
// Opens the data keys of messages that the caller is to receive.
Result<void> open_messages(Call& call, const Queue& queue, const std::vector<MessageRow>& rows);

}  // namespace drydock::sqs
