// The removal of blobs that no row names any more. Whoever owns a folder of blobs sweeps it: only
// the owner knows its rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "store/blobs.h"

namespace drydock {

// How long a blob is left alone after it was put or kept, by the machine's clock: the row that
// names it may not have committed yet.
inline constexpr int64_t kBlobGraceSeconds = 3600;

// The blob is there, and will be for kBlobGraceSeconds: for a new row that names the blob of an
// older one.
bool keep_blob(const Blobs& blobs, std::string_view id);

// Removes blobs that are neither `in_use` nor young. Gives their number.
size_t sweep_blobs(const Blobs& blobs, const std::function<bool(std::string_view id)>& in_use);

}  // namespace drydock
