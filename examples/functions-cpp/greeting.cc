// A function behind API Gateway: GET /hello?name=Ada answers a greeting. Direct events {"name":
// "Ada"} work as well.
#include <cstdio>

#include "lambda_runtime.h"

namespace {

// The string value of the first member of that name; enough for this event's shape.
std::string member(std::string_view json, const std::string& name) {
  size_t at = json.find("\"" + name + "\"");
  if (at == std::string_view::npos) return {};
  at = json.find_first_not_of(" \t\r\n:", at + name.size() + 2);
  if (at == std::string_view::npos || json[at] != '"') return {};
  std::string out;
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\' && at + 1 < json.size()) ++at;
    out += json[at];
  }
  return out;
}

std::string greet(std::string_view event, const lambda::Context& context) {
  std::string name = member(event, "name");
  if (name == "nobody") throw std::runtime_error("there is nobody to greet");
  std::printf("greeting %s for %s\n", name.empty() ? "the world" : name.c_str(),
              context.request_id.c_str());
  std::fflush(stdout);
  std::string greeting =
      "{\"greeting\":" + lambda::json_string("Hello, " + (name.empty() ? "world" : name) + "!") +
      "}";
  if (event.find("\"requestContext\"") == std::string_view::npos) return greeting;
  return "{\"statusCode\":200,\"headers\":{\"Content-Type\":\"application/json\"},\"body\":" +
         lambda::json_string(greeting) + "}";
}

}  // namespace

int main() {
  try {
    return lambda::run(greet);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
