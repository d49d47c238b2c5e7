#include "services/sqs/encryption.h"

#include <algorithm>

#include "api/kms.h"

namespace drydock::sqs {
namespace {

constexpr std::string_view kService = "sqs.amazonaws.com";

KeyUse use_of(const Queue& queue, const std::string& key) {
  return {.key = full_key_arn(queue.space, key), .context = {{"aws:sqs:arn", queue.arn()}}};
}

// "KMS.AccessDeniedException": SQS tells KMS's faults under names of its own.
Unexpected passed_on(Fault from_kms) {
  std::string name = from_kms.code == "AccessDenied"               ? "AccessDeniedException"
                     : from_kms.code == "KMSInvalidStateException" ? "InvalidStateException"
                                                                   : from_kms.code;
  return fault(kms_fault(std::move(from_kms), "KMS." + name));
}

}  // namespace

Result<std::optional<std::string>> data_key_of(Call& call, const Queue& queue) {
  const std::string key = queue.attribute("KmsMasterKeyId");
  if (key.empty()) return std::nullopt;
  auto made = make_data_key(call.client(kService), use_of(queue, key));
  if (!made) return passed_on(std::move(made).error());
  return std::move(*made);
}

Result<void> open_messages(Call& call, const Queue& queue, const std::vector<MessageRow>& rows) {
  std::vector<const std::string*> opened;
  for (const MessageRow& row : rows) {
    if (!row.DataKey) continue;
    const bool again = std::any_of(opened.begin(), opened.end(),
                                   [&](const std::string* one) { return *one == *row.DataKey; });
    if (again) continue;
    // A message keeps the queue that it was sent to in its data key's context.
    KeyUse use = use_of(queue, {});
    if (row.DeadLetterSource) use.context = {{"aws:sqs:arn", *row.DeadLetterSource}};
    if (auto open = open_data_key(call.client(kService), use, *row.DataKey); !open)
      return passed_on(std::move(open).error());
    opened.push_back(&*row.DataKey);
  }
  return {};
}

}  // namespace drydock::sqs
