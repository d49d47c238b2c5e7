// Which files an artifact's patterns mean. Looks at folders, never through links to outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::codebuild {

// A path pattern of a buildspec: * and ? inside a folder, ** through folders.
bool path_matches(std::string_view pattern, std::string_view path);

// Paths below `folder`, relative, of the files that a pattern matches; a pattern that names a
// folder means nothing, as on AWS. At most `limit` files.
std::vector<std::string> select_files(const std::string& folder,
                                      const std::vector<std::string>& patterns,
                                      const std::vector<std::string>& excluded,
                                      size_t limit = 500000);

}  // namespace drydock::codebuild
