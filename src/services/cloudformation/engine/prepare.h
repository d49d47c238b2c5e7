// From a request to what a stack operation needs: template, parameters, lookup; all checks that AWS
// makes before it accepts the operation.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/call.h"
#include "services/cloudformation/tables.h"
#include "services/cloudformation/template/functions.h"
#include "services/cloudformation/template/parameters.h"

namespace drydock::cloudformation {

// Reads and checks a template with all served types, declarations and attributes.
Result<Template> read_checked_template(std::string_view text);

struct NeededCapabilities {
  std::vector<std::string> names;  // CAPABILITY_IAM or CAPABILITY_NAMED_IAM
  std::vector<std::string> types;  // that need them
  std::string reason() const;
};
NeededCapabilities needed_capabilities(const Template& t);
Result<void> check_capabilities(const Template& t,
                                const std::optional<std::vector<std::string>>& given);

std::vector<StackParameter> to_parameters(
    const std::optional<std::vector<StoredParameter>>& stored);
std::vector<StoredParameter> to_stored(const std::vector<StackParameter>& parameters);

// Ref, GetAtt and imports still to be set by the caller.
Lookup make_lookup(const Template& t, const StackRow& stack, const Space& space,
                   const std::vector<StackParameter>& parameters);

// Fn::ImportValue of a lookup by the exports of this account and region.
std::function<Result<Value>(std::string_view)> export_lookup(Txn& txn, const Space& space);

// Names that Fn::ImportValue asks for in wanted resources and outputs, as far as they can be known.
std::set<std::string> imports_of(const Template& t, const Lookup& lookup);

}  // namespace drydock::cloudformation
