#include "services/codebuild/buildspec.h"

#include <gtest/gtest.h>

namespace drydock::codebuild {
namespace {

TEST(Buildspec, ReadsTheReferenceShape) {
  auto spec = parse_buildspec(R"(
version: 0.2
env:
  variables: {A: 1, DAY: 2012-10-17}
  secrets-manager: {S: "id:key"}
  exported-variables: [A]
phases:
  install:
    runtime-versions:
      nodejs: 12.x
    commands:
      - echo $X
      - |
        if true; then
          echo two
        fi
  build:
    on-failure: CONTINUE
    commands: sls package >
      out
    finally: [echo bye]
artifacts:
  files: [api-endpoint.txt]
  discard-paths: no
  base-directory: $CODEBUILD_SRC_DIR
)");
  ASSERT_TRUE(spec) << spec.error();
  EXPECT_EQ(spec->variables[1].second, "2012-10-17");
  EXPECT_EQ(spec->runtime_versions[0], (std::pair<std::string, std::string>("nodejs", "12.x")));
  EXPECT_EQ(spec->phases[0].commands[1], "if true; then\n  echo two\nfi\n");
  EXPECT_FALSE(spec->phases[1].present);
  EXPECT_EQ(spec->phases[2].on_failure, OnFailure::kContinue);
  EXPECT_EQ(spec->phases[2].finally.size(), 1u);
  EXPECT_EQ(spec->artifacts->base_directory, "$CODEBUILD_SRC_DIR");
  EXPECT_FALSE(spec->artifacts->discard_paths);
}

TEST(Buildspec, SaysWhatIsWrong) {
  auto problem = [](const char* text) {
    auto spec = parse_buildspec(text);
    return spec ? std::string() : spec.error();
  };
  EXPECT_EQ(problem("version: 0.3\nphases: {}"),
            "Invalid buildspec version: 0.3. Expecting: 0.1,0.2");
  EXPECT_EQ(problem("version: 0.2\nphases: {biuld: {}}"),
            "Invalid buildspec phase name: biuld. Expecting: build,install,post_build,pre_build");
  EXPECT_NE(problem("version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b\n")
                .find("Expected Commands[0] to be of string type"),
            std::string::npos);
  EXPECT_NE(problem("version: 0.2\n  phases: [").find("line"), std::string::npos);
  EXPECT_EQ(problem("just text"), "wrong number of container tags, expected 1");
  EXPECT_FALSE(problem(std::string(100000, '[').c_str()).empty());
}

}  // namespace
}  // namespace drydock::codebuild
