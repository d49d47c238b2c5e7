#include "base/aws_host.h"

#include "base/text.h"

namespace drydock {

bool is_aws_host(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  auto under = [&](std::string_view domain) {  // the domain itself or a name in it
    if (host.size() < domain.size()) return false;
    auto end = host.substr(host.size() - domain.size());
    return equals_ignore_case(end, domain) &&
           (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
  };
  return under("amazonaws.com") || under("amazonaws.com.cn") || under("api.aws") ||
         under("on.aws") || host == "169.254.170.2";
}

}  // namespace drydock
