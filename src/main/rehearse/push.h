// Pushing a folder to a repository by git over HTTPS.
#pragma once

#include <expected>
#include <string>

#include "main/rehearse/aws.h"
#include "main/rehearse/spec.h"

namespace drydock::rehearse {

// Makes the branch's content equal to the folder, as one commit on top of what is there, and pushes
// it. Returns the commit id; an empty one when there was nothing to change. The error holds git's
// own words.
std::expected<std::string, std::string> push_folder(const AwsClient& client, const PushSpec& push);

}  // namespace drydock::rehearse
