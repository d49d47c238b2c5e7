// How main makes and runs the server.
#pragma once

#include <memory>
#include <string>

#include "api/server.h"
#include "base/ids.h"
#include "store/engine.h"
#include "work/clock.h"

namespace drydock {

// A server with its life in the owner's hands.
class RunningServer {
 public:
  virtual ~RunningServer() = default;  // stop()
  virtual Server& server() = 0;
  virtual void set_public_url(std::string url) = 0;  // before start
  virtual void start() = 0;                          // repairs after a crash, then runs jobs
  virtual void stop() = 0;
};

// All services registered, nothing started.
std::unique_ptr<RunningServer> make_server(Settings settings, std::unique_ptr<Engine> engine,
                                           std::unique_ptr<Clock> clock, Random random);

}  // namespace drydock
