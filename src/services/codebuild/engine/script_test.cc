#include "services/codebuild/engine/script.h"

#include <gtest/gtest.h>

namespace drydock::codebuild {
namespace {

TEST(MarkReader, SplitsLinesAndMarks) {
  MarkReader reader("tok");
  std::vector<std::string> seen;
  auto on_line = [&](const std::string& line) { seen.push_back("line " + line); };
  auto on_mark = [&](const Mark& mark) {
    seen.push_back("mark " + std::to_string(static_cast<int>(mark.kind)) + " " +
                   std::to_string(mark.index) + " " + std::to_string(mark.code));
  };
  std::string bytes = "\x1etok P 0\na\nno newline\x1etok E 3 17\n\x1eother E 1 1\nlast";
  for (char c : bytes) reader.feed(std::string_view(&c, 1), on_line, on_mark);
  reader.finish(on_line);
  EXPECT_EQ(seen, (std::vector<std::string>{"mark 0 0 0", "line a", "line no newline",
                                            "mark 3 3 17", "line \x1eother E 1 1", "line last"}));
}

}  // namespace
}  // namespace drydock::codebuild
