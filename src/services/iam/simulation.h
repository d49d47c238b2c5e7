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
  bool bounded = false;      // a boundary was given, also an empty one
  bool resources_given = false;
  std::string resource_account;  // empty: the caller's
  Context context;
};

EvaluationResult simulate_one(const Simulation& simulation, const std::string& action,
                              const std::string& resource);

}  // namespace drydock::iam
