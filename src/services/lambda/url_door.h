// The door of function URLs: https://<id>.lambda-url.<region>.on.aws/ and the same under localhost.
#pragma once

#include "api/registry.h"

namespace drydock::lambda {

Door url_door(Server& server);

}  // namespace drydock::lambda
