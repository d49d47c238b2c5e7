#include "services/codebuild/engine/workspace.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace drydock::codebuild {

// A build leaves what it likes in its folders, also a link where the server writes afterwards.
TEST(Workspace, WritesThroughNoLink) {
  std::string folder = ::testing::TempDir() + "workspace-" + std::to_string(::getpid());
  std::string kept = folder + "-kept", link = folder + "-link";
  ASSERT_TRUE(Workspace::write(kept, "of the machine"));
  ASSERT_EQ(::symlink(kept.c_str(), link.c_str()), 0);
  EXPECT_FALSE(Workspace::write(link, ""));
  std::ifstream file(kept);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "of the machine");
  ::unlink(link.c_str());
  ::unlink(kept.c_str());
}

}  // namespace drydock::codebuild
