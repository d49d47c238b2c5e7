// The bytes of objects on disk, and the removal of those that no object, version or part names any
// more.
#pragma once

#include "api/server.h"
#include "store/blobs.h"
#include "work/jobs.h"

namespace drydock::s3 {

// S3's own blobs, apart from those of other services: only S3 knows which of these are in use.
Blobs& object_blobs(Server& server);

// The job that sweeps, every kSweepPauseMs; put at start when it is not there.
inline constexpr int64_t kSweepPauseMs = 3600 * 1000;
void ensure_sweep_job(Server& server);
Step sweep_step(Server& server);

}  // namespace drydock::s3
