// Versions of layers: how requests name them, their rows, and what IAM must know of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/registry.h"
#include "services/lambda/tables.h"

namespace drydock::lambda {

struct LayerRef {
  Space space;
  std::string name;
  int64_t version = 0;  // 0: none given
  std::string arn() const;
  std::string version_arn() const { return arn() + ":" + std::to_string(version); }
};
std::optional<LayerRef> layer_of_arn(std::string_view text);
// By a layer's name or ARN.
LayerRef layer_ref(Call& call, const std::string& name, int64_t version = 0);

Result<LayerVersionRow> find_layer(Call& call, const LayerRef& ref);

std::optional<ResourceFacts> layer_facts(Txn& txn, const Arn& arn);

}  // namespace drydock::lambda
