// Site: a deployment made ready to serve: which resource and method a path means. Pure and
// immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/apigateway/tables.h"

namespace drydock::apigateway {

struct Site {
  struct Node {
    std::string part;            // "product", "{id}", "{proxy+}"
    size_t resource = SIZE_MAX;  // index into resources
    std::vector<std::unique_ptr<Node>> children;
  };
  std::string deployment_id;
  RestApi api;
  std::vector<PlacedResource> resources;
  Node root;
};

std::shared_ptr<const Site> build_site(DeploymentRow deployment);

struct Match {
  const PlacedResource* resource = nullptr;  // null: nothing there
  const Method* method = nullptr;            // null: not this method
  Map<std::string> parameters;               // decoded
};
// `path` is encoded, behind the stage, "/product/find/1001". Literal parts win over variables,
// those over greedy ones.
Match match_site(const Site& site, std::string_view http_method, std::string_view path);

}  // namespace drydock::apigateway
