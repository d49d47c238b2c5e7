// The text of a template that a request names: inline, or an object of S3 read as the caller.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"

namespace drydock::cloudformation {

// "Either Template URL or Template Body must be specified." when there is none.
Result<std::string> template_text(Call& call, const std::optional<std::string>& body,
                                  const std::optional<std::string>& url);
// Any of the same for stack policies; empty when neither is given.
Result<std::string> fetch_text(Call& call, const std::string& url);

// Bucket and key of an S3 address, in all its forms. Pure.
struct S3Place {
  std::string bucket, key, version;
  bool is_signed = false;  // the address carries its own credentials
};
std::optional<S3Place> parse_s3_url(std::string_view url, std::string_view own_url);

}  // namespace drydock::cloudformation
