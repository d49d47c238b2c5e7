// A small signing AWS client over HTTP, for the rehearsal: what `aws` would send, without starting
// it.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "http/message.h"

namespace drydock::rehearse {

// An account as the rehearsal acts in it: its administrator.
struct Account {
  std::string name;
  std::string id;
  std::string access_key_id;
  std::string secret_access_key;
};

// An AWS error, or code "" when the server could not be reached.
struct AwsError {
  std::string code;
  std::string message;
  int status = 0;
  std::string request_id;
};

class AwsClient {
 public:
  AwsClient(std::string url, std::string region, Account account)
      : url_(std::move(url)), region_(std::move(region)), account_(std::move(account)) {}

  // CloudFormation by the query protocol; lists become `.member.N`. The result element as a Value:
  // elements that hold <member> are lists, the rest objects and text.
  std::expected<Value, AwsError> cloudformation(std::string_view action, const Value& input) const;
  // Services of JSON 1.1: target is "CodePipeline_20150709.GetPipelineState".
  std::expected<Value, AwsError> json(std::string_view service, std::string_view target,
                                      const Value& input) const;
  // S3: the XML answer as a Value, repeated elements as lists.
  std::expected<Value, AwsError> s3(std::string_view method, const std::string& path_and_query,
                                    const std::string& body) const;

  const Account& account() const { return account_; }
  // User and password of git over HTTPS for `path` at this server's host (CodeCommit's GIT
  // signature).
  std::pair<std::string, std::string> git_credentials(const std::string& path) const;
  const std::string& url() const { return url_; }

 private:
  std::expected<HttpResponse, AwsError> send(HttpRequest request, std::string_view service) const;
  std::string url_, region_;
  Account account_;
};

// The host of an http URL, without its port.
std::string host_of(const std::string& url);

}  // namespace drydock::rehearse
