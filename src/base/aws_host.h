// Which host names are AWS's: they lead to Drydock, wherever a client may ask.
#pragma once

#include <string_view>

namespace drydock {

// *.amazonaws.com, *.amazonaws.com.cn, *.api.aws, *.on.aws (function URLs), and the address of
// container credentials.
bool is_aws_host(std::string_view host);

}  // namespace drydock
