// Template parameters: declarations, constraints, and the values that a stack gets. Pure; SSM
// values come from a callback.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "services/cloudformation/template/template.h"

namespace drydock::cloudformation {

// What a request says of one parameter.
struct GivenParameter {
  std::string key;
  std::string value;
  bool has_value = false;
  bool use_previous = false;
};

// One parameter of a stack. `resolved` differs from `value` for SSM types.
struct StackParameter {
  std::string key;
  std::string value;
  std::string resolved;
  bool no_echo = false;
  bool from_ssm = false;
};

// Fetches an SSM parameter's value by name.
using SsmFetch = std::function<Result<std::string>(const std::string& name)>;

// Declarations alone: types and defaults are well-formed.
Result<void> check_declarations(const Template& t);
// The values by request, previous values and defaults, checked against every constraint.
Result<std::vector<StackParameter>> settle_parameters(const Template& t,
                                                      const std::vector<GivenParameter>& given,
                                                      const std::vector<StackParameter>* previous,
                                                      const SsmFetch& ssm);
// For Lookup::parameters: strings, and lists for list types.
Value parameter_values(const Template& t, const std::vector<StackParameter>& parameters);

}  // namespace drydock::cloudformation
