#include "services/codebuild/engine/file_selection.h"

#include <gtest/gtest.h>

namespace drydock::codebuild {
namespace {

TEST(FileSelection, Patterns) {
  EXPECT_TRUE(path_matches("**/*", "a"));
  EXPECT_TRUE(path_matches("**/*", "a/b/c"));
  EXPECT_TRUE(path_matches("dir/*", "dir/x.txt"));
  EXPECT_FALSE(path_matches("dir/*", "dir/sub/x.txt"));
  EXPECT_TRUE(path_matches("dir/**/*", "dir/sub/x.txt"));
  EXPECT_TRUE(path_matches("*.zip", "a.zip"));
  EXPECT_FALSE(path_matches("*.zip", "d/a.zip"));
  EXPECT_TRUE(path_matches("api-endpoint.txt", "api-endpoint.txt"));
}

}  // namespace
}  // namespace drydock::codebuild
