// What the /_drydock/ endpoints share.
#pragma once

#include "base/value.h"
#include "http/message.h"

namespace drydock {

inline HttpResponse json_answer(const Value& value, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = Payload(to_json(value) + "\n");
  return response;
}

}  // namespace drydock
