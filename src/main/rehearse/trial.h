// Policies on trial: they stand in for the server's own while this process wants them. A thread
// renews the trial; it ends with this object, with a signal, or when nobody renews it.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/value.h"
#include "main/commands.h"

namespace drydock::rehearse {

class Trial {
 public:
  // From here on SIGINT, SIGTERM and SIGHUP end the trial before they end the process.
  explicit Trial(const Endpoint& endpoint);
  ~Trial();
  // From now on these policies and no others of their kind hold for whom they name.
  std::expected<void, std::string> put(const Value& policies);
  // The policies of the store hold again. False: they already did before, for a while, so that what
  // happened under the trial proves nothing.
  bool end();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock::rehearse
