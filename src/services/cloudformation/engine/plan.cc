#include "services/cloudformation/engine/plan.h"

#include <algorithm>
#include <unordered_map>

namespace drydock::cloudformation {

Plan next_of(const std::vector<PlanItem>& items) {
  using State = PlanItem::State;
  std::unordered_map<std::string, State> states;
  for (const PlanItem& item : items) states[item.id] = item.state;
  Plan plan;
  plan.finished = true;
  for (const PlanItem& item : items) {
    if (item.state != State::kDone) plan.finished = false;
    if (item.state == State::kRunning) plan.running.push_back(item.id);
    if (item.state == State::kFailed) plan.failed.push_back(item.id);
    if (item.state != State::kWaiting) continue;
    bool ready = std::ranges::all_of(item.after, [&](const std::string& name) {
      auto found = states.find(name);
      return found == states.end() || found->second == State::kDone;
    });
    if (ready) plan.start.push_back(item.id);
  }
  plan.stuck = !plan.finished && plan.start.empty() && plan.running.empty();
  return plan;
}

std::vector<PlanItem> deletion_plan(const std::vector<Deletable>& items) {
  std::unordered_map<std::string, std::vector<size_t>> by_name;
  for (size_t i = 0; i < items.size(); ++i) by_name[items[i].name].push_back(i);
  std::vector<PlanItem> plan;
  for (const Deletable& item : items) plan.push_back({item.id, {}, item.state});
  for (const Deletable& item : items)
    for (const std::string& name : item.references)
      if (auto found = by_name.find(name); found != by_name.end())
        for (size_t target : found->second)
          if (items[target].id != item.id) plan[target].after.push_back(item.id);
  return plan;
}

}  // namespace drydock::cloudformation
