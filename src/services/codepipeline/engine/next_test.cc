#include "services/codepipeline/engine/next.h"

#include <gtest/gtest.h>

namespace drydock::codepipeline {
namespace {

PipelineDeclaration pipeline() {
  PipelineDeclaration p{.name = "p", .roleArn = "r"};
  p.stages.push_back({.name = "Source", .actions = {{.name = "S"}}});
  p.stages.push_back({.name = "Build",
                      .actions = {{.name = "B1", .runOrder = 1},
                                  {.name = "B2", .runOrder = 1},
                                  {.name = "B3", .runOrder = 5}}});
  p.stages.push_back({.name = "Deploy", .actions = {{.name = "D"}}});
  return p;
}

Active execution(int64_t number, const char* mode = "SUPERSEDED") {
  Active a{.definition = pipeline()};
  a.row = ExecutionRow{.Id = "e" + std::to_string(number),
                       .Number = number,
                       .Version = 1,
                       .Mode = mode,
                       .Status = "InProgress",
                       .Waiting = true};
  a.row.Stages = fresh_stages(a.definition);
  return a;
}

struct Pipe {
  std::vector<Active> all;
  std::set<std::string> disabled;
  std::string log;

  void go() {
    Progress progress = advance(all, disabled, Timestamp{1});
    for (auto& s : progress.starts)
      log += all[s.execution].row.Stages[s.stage].Actions[s.action].Name + "+ ";
    for (auto& a : progress.announcements)
      if (a.stage < 0) log += all[a.execution].row.Id + ":" + a.state + " ";
  }
  void finish(size_t e, size_t stage, size_t action, const char* status = "Succeeded") {
    all[e].row.Stages[stage].Actions[action].Status = status;
    go();
  }
  std::string take() { return std::exchange(log, ""); }
};

TEST(PipelineEngine, RunsStagesAndRunOrdersInTurn) {
  Pipe run{{execution(1)}};
  run.go();
  EXPECT_EQ(run.take(), "S+ e1:STARTED ");
  run.finish(0, 0, 0);
  EXPECT_EQ(run.take(), "B1+ B2+ ");
  run.finish(0, 1, 0);
  EXPECT_EQ(run.take(), "");
  run.finish(0, 1, 1);
  EXPECT_EQ(run.take(), "B3+ ");
  run.finish(0, 1, 2);
  EXPECT_EQ(run.take(), "D+ ");
  run.finish(0, 2, 0);
  EXPECT_EQ(run.take(), "e1:SUCCEEDED ");
  EXPECT_EQ(run.all[0].row.Status, "Succeeded");
}

TEST(PipelineEngine, FailureWaitsForTheOthersOfItsStage) {
  Pipe run{{execution(1)}};
  run.go();
  run.finish(0, 0, 0);
  run.take();
  run.finish(0, 1, 0, "Failed");
  EXPECT_EQ(run.all[0].row.Status, "InProgress");
  run.finish(0, 1, 1);
  EXPECT_EQ(run.take(), "e1:FAILED ");
  EXPECT_EQ(run.all[0].row.Stages[1].Status, "Failed");
  EXPECT_EQ(run.all[0].row.Stages[2].Status, "NotStarted");
}

TEST(PipelineEngine, NewerSupersedesWhatWaits) {
  Pipe run{{execution(1), execution(2), execution(3)}};
  run.go();
  EXPECT_EQ(run.all[0].row.Waiting, false);
  EXPECT_EQ(run.all[1].row.Status, "Superseded");
  EXPECT_EQ(run.all[2].row.Waiting, true);
  run.take();
  run.finish(0, 0, 0);
  EXPECT_EQ(run.take(), "S+ B1+ B2+ e3:STARTED ");
  Pipe queued{{execution(1, "QUEUED"), execution(2, "QUEUED"), execution(3, "QUEUED")}};
  queued.go();
  EXPECT_EQ(queued.all[1].row.Status, "InProgress");
  queued.take();
  queued.finish(0, 0, 0);
  EXPECT_EQ(queued.all[1].row.Waiting, false);
  EXPECT_EQ(queued.all[2].row.Waiting, true);
  Pipe parallel{{execution(1, "PARALLEL"), execution(2, "PARALLEL")}};
  parallel.go();
  EXPECT_EQ(parallel.take(), "S+ S+ e1:STARTED e2:STARTED ");
}

TEST(PipelineEngine, DisabledTransitionHoldsAndStopEnds) {
  Pipe run{{execution(1)}, {"Build"}};
  run.go();
  run.finish(0, 0, 0);
  EXPECT_TRUE(run.all[0].row.Waiting);
  run.disabled.clear();
  run.take();
  run.go();
  EXPECT_EQ(run.take(), "B1+ B2+ ");
  run.all[0].row.Status = "Stopping";
  run.finish(0, 1, 0);
  EXPECT_EQ(run.all[0].row.Status, "Stopping");
  run.all[0].row.StopAbandons = true;
  run.go();
  EXPECT_EQ(run.all[0].row.Status, "Stopped");
  EXPECT_EQ(run.all[0].row.Stages[1].Actions[1].Status, "Abandoned");
}

TEST(PipelineEngine, RetriesOnceWhereTheStageSaysSo) {
  Pipe run{{execution(1)}};
  run.all[0].definition.stages[0].onFailure = FailureConditions{.result = "RETRY"};
  run.go();
  run.take();
  run.finish(0, 0, 0, "Failed");
  EXPECT_EQ(run.take(), "S+ ");
  run.finish(0, 0, 0, "Failed");
  EXPECT_EQ(run.take(), "e1:FAILED ");
}

}  // namespace
}  // namespace drydock::codepipeline
