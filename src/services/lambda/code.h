// A function's code package on its way in (upload or S3) and out (download URL).
#pragma once

#include <string>

#include "api/call.h"
#include "api/registry.h"
#include "gen/lambda.h"

namespace drydock::lambda {

struct Package {
  std::string blob;
  int64_t size = 0;
  std::string sha256_base64;
};

// Takes the package from the request, or as the caller from S3, checks that it is a zip file, and
// keeps it as a blob.
Result<Package> take_package(Call& call, const FunctionCode& code);

// A URL that gives the package to whoever holds it, for ten minutes.
std::string download_url(Call& call, const std::string& blob);
Door download_door(Server& server);

}  // namespace drydock::lambda
