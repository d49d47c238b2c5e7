// Event notifications: what happens to objects, told to EventBridge, functions, queues and topics.
#pragma once

#include <string_view>

#include "api/server.h"
#include "services/s3/lists.h"
#include "work/jobs.h"

namespace drydock::s3 {

enum class ObjectEvent {
  kPut,
  kCopy,
  kCompleteMultipartUpload,  // made
  kDelete,
  kDeleteMarkerCreated,  // removed
  kLifecycleDelete,
  kLifecycleDeleteMarkerCreated,
};

// Starts what the bucket's notification configuration asks for; it leaves when the call commits.
void announce(Call& call, const BucketRow& bucket, const ObjectRow& row, ObjectEvent event);

// Tells one destination.
Next deliver_notification(Server& server, const Job& job);

}  // namespace drydock::s3
