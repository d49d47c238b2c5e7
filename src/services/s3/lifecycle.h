// The daily lifecycle job of one bucket.
#pragma once

#include "work/jobs.h"

namespace drydock {
class Server;
}

namespace drydock::s3 {

// Step of job kind "s3.lifecycle"; payload {"bucket": name}. Safe to repeat.
Next apply_lifecycle(Server& server, const Job& job);

}  // namespace drydock::s3
