#include "shape/served.h"

namespace drydock {

std::vector<ServedService> drydock_served() {
  std::vector<ServedService> served;
  for (const Service* service : all_services()) {
    ServedService& one = served.emplace_back(service->name);
    for (const Operation& operation : service->operations) {
      if (!operation.internal) one.operations.push_back(operation.name);
    }
  }
  return served;
}

}  // namespace drydock
