// What may start now: the one decision of a stack operation. Pure.
#pragma once

#include <string>
#include <vector>

namespace drydock::cloudformation {

struct PlanItem {
  enum class State { kWaiting, kRunning, kDone, kFailed };
  std::string id;
  std::vector<std::string>
      after;  // items that must be done before; ids that are not in the plan do not count
  State state = State::kWaiting;
};

struct Plan {
  std::vector<std::string> start;  // waiting items whose predecessors are done, as given
  std::vector<std::string> running;
  std::vector<std::string> failed;
  bool finished = false;  // every item is done
  bool stuck = false;     // nothing runs, nothing may start, not finished
};
Plan next_of(const std::vector<PlanItem>& items);

// The plan of deletion: the reverse of who references whom.
struct Deletable {
  std::string id;                       // of this item
  std::string name;                     // logical id
  std::vector<std::string> references;  // logical ids
  PlanItem::State state = PlanItem::State::kWaiting;
};
std::vector<PlanItem> deletion_plan(const std::vector<Deletable>& items);

}  // namespace drydock::cloudformation
