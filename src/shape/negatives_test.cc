#include "shape/negatives.h"

#include <gtest/gtest.h>

#include <set>

#include "gen/toyjson.h"
#include "gen/toyquery.h"
#include "shape/pattern.h"
#include "shape/served.h"

namespace drydock {
namespace {

std::vector<const Service*> services() {
  std::vector<const Service*> all(all_services().begin(), all_services().end());
  all.push_back(&toyjson::service());
  all.push_back(&toyquery::service());
  return all;
}

// One failure per operation is enough to read.
void expect_refused(const Operation& operation, const Negative& negative) {
  auto checked = validate(operation.input(), negative.input, operation.service().protocol);
  std::string place = std::string(operation.service().name) + ":" + std::string(operation.name) +
                      " " + negative.what;
  ASSERT_FALSE(checked.has_value()) << place;
  ASSERT_EQ(checked.error().code, negative.code) << place << "\n" << checked.error().message;
  ASSERT_NE(checked.error().message.find(negative.contains), std::string::npos)
      << place << "\nwanted: " << negative.contains << "\ngot: " << checked.error().message;
}

TEST(Negatives, EveryOperationRefusesWhatItsModelForbids) {
  size_t count = 0;
  for (const Service* service : services()) {
    for (const Operation& operation : service->operations) {
      for (const Negative& negative : negatives_of(operation)) {
        expect_refused(operation, negative);
        ++count;
        if (HasFatalFailure()) break;
      }
    }
  }
  EXPECT_GT(count, 50u);
}

void collect_patterns(const Shape& shape, std::set<const Shape*>& seen,
                      std::set<std::string_view>& patterns) {
  if (!seen.insert(&shape).second) return;
  if (!shape.constraints.pattern.empty()) patterns.insert(shape.constraints.pattern);
  if (shape.key_constraints && !shape.key_constraints->pattern.empty())
    patterns.insert(shape.key_constraints->pattern);
  if (shape.item) collect_patterns(shape.item(), seen, patterns);
  for (const Member& member : shape.members) collect_patterns(member.shape(), seen, patterns);
}

TEST(Negatives, EveryPatternIsUsable) {
  std::set<const Shape*> seen;
  std::set<std::string_view> patterns;
  for (const Service* service : services()) {
    for (const Operation& operation : service->operations)
      collect_patterns(operation.input(), seen, patterns);
  }
  for (std::string_view pattern : patterns) EXPECT_TRUE(pattern_is_usable(pattern)) << pattern;
}

// Output samples go through the struct and back unchanged: offsets, boxes and optional fields agree
// with the tables.
TEST(Negatives, SamplesSurviveTheStructs) {
  for (const Service* service : services()) {
    for (const Operation& operation : service->operations) {
      void* input = operation.make_input();
      Value sample = sample_of(operation.input());
      from_value(operation.input(), Value(sample), input);
      EXPECT_EQ(to_value(operation.input(), input), sample)
          << service->name << ":" << operation.name;
      operation.free_input(input);
    }
  }
}

TEST(Served, NamesWhatTheWireReaches) {
  for (const ServedService& service : drydock_served()) {
    EXPECT_FALSE(service.name.empty());
    EXPECT_FALSE(service.operations.empty()) << service.name;
  }
}

}  // namespace
}  // namespace drydock
