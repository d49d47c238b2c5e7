// Messages between the server and its hidden half: lists of texts, with file descriptors, over a
// Unix socket.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace drydock {

using Frame = std::vector<std::string>;

// Blocks. False: the other end is gone.
bool send_frame(int socket, const Frame& frame, const std::vector<int>& descriptors = {});
// Blocks for a whole frame. Descriptors that came with it are appended to `descriptors` (closed
// when null).
std::optional<Frame> receive_frame(int socket, std::vector<int>* descriptors = nullptr);

}  // namespace drydock
