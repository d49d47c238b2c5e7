// Artifacts in S3: reading and writing them as an action's role, and the zip files they are.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "services/codepipeline/actions.h"

namespace drydock::codepipeline {

// The object of an input artifact.
Result<Payload> read_artifact(Task& task, const Located& artifact);
// One file of a zip; nothing when it is not there. Files above `limit` are not there either.
std::optional<std::string> file_of_zip(const Payload& zip, const std::string& name, size_t limit,
                                       const std::string& scratch_folder);
// Every file of a zip, in order; false stops. The Payload is valid for the call alone.
bool each_file_of_zip(
    const Payload& zip, const std::string& scratch_folder,
    const std::function<bool(const std::string& name, const Payload& content)>& visit);
// A zip with one file.
Payload zip_of(const std::string& name, const std::string& content,
               const std::string& scratch_folder);

struct Written {
  std::string version_id, etag;
};
// With the artifact store's key, when it has one.
Result<Written> write_object(Task& task, const std::string& bucket, const std::string& key,
                             Payload content, const std::string& content_type);
// "Artifact::file" into its two parts.
std::optional<std::pair<std::string, std::string>> split_path(const std::string& text);
const Located* find_input(const Task& task, std::string_view name);

}  // namespace drydock::codepipeline
