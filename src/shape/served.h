// What this program serves: for `drydock services`, the console, and tests.
#pragma once

#include <string_view>
#include <vector>

#include "shape/service.h"

namespace drydock {

struct ServedService {
  std::string_view name;
  std::vector<std::string_view>
      operations;  // in the model's order, without those reachable only in-process
};

std::vector<ServedService> drydock_served();

}  // namespace drydock
