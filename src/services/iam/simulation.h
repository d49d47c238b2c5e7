// One simulated decision: the evaluator that decides every request, asked without doing anything,
// and its answer in the shape of the simulators.
#pragma once

#include <string>
#include <vector>

#include "auth/evaluate.h"
#include "gen/iam.h"

namespace drydock::iam {

// Policies and the caller that they are of.
struct Simulation {
  std::vector<AppliedPolicy> identity, boundary, resource;
  OrganizationPtr organization;  // of the caller's account
  Caller caller;
  bool caller_known = true;  // otherwise nothing about the caller is implied
  bool of_user = false;      // the policies are a user's
  bool bounded = false;      // a boundary was given, also an empty one
  bool resources_given = false;
  std::string resource_account;  // of resources whose ARN does not say it; empty: the caller's
  Context context;
};

// One action on every resource.
EvaluationResult simulate_action(const Simulation& simulation, const std::string& action,
                                 const std::vector<std::string>& resources);

}  // namespace drydock::iam
