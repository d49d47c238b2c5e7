#include "services/codebuild/engine/role_session.h"

#include <map>
#include <mutex>

#include "api/journal.h"

namespace drydock::codebuild {

namespace {
constexpr int64_t kRenewMs = 20 * 60 * 1000;  // clients renew 15 minutes before the end
}

struct RoleSession::State {
  Server& server;
  std::string project_arn, build_arn, account;
  Region region;
  std::string role_arn, session_name;
  std::mutex mutex;
  Value credentials;
  std::optional<Client> client;

  Result<void> renew() {
    std::optional<Timestamp> end;
    if (credentials.is_object()) end = parse_iso8601(credentials["Expiration"].string_or(""));
    if (end && end->ms - server.clock().now().ms > kRenewMs) return {};
    Client service =
        server.client_as_service("codebuild.amazonaws.com", project_arn, account, region)
            .saying({{"codebuild:projectArn", project_arn}, {"codebuild:buildArn", build_arn}});
    Value output = TRY(
        service.call("sts", "AssumeRole",
                     Value::object({{"RoleArn", role_arn}, {"RoleSessionName", session_name}})));
    const Value& given = output["Credentials"];
    const Value& expiration = given["Expiration"];
    std::string text =
        expiration.is_string()
            ? expiration.as_string()
            : to_iso8601(Timestamp{expiration.is_number()
                                       ? static_cast<int64_t>(expiration.as_double() * 1000)
                                       : 0});
    Caller caller = TRY(
        server.caller_of(given["AccessKeyId"].string_or(""), given["SessionToken"].string_or("")));
    caller.user_agent = "codebuild.amazonaws.com";
    works_for(server, caller, session_name);
    client.emplace(server.client_as(std::move(caller), region));
    credentials = Value::object({{"RoleArn", role_arn},
                                 {"AccessKeyId", given["AccessKeyId"]},
                                 {"SecretAccessKey", given["SecretAccessKey"]},
                                 {"Token", given["SessionToken"]},
                                 {"Expiration", text}});
    return {};
  }

  static std::mutex registry_mutex;
  static std::map<std::string, std::shared_ptr<State>> by_path;
  friend Door credentials_door();
};

std::mutex RoleSession::State::registry_mutex;
std::map<std::string, std::shared_ptr<RoleSession::State>> RoleSession::State::by_path;

namespace {
// The door finds a session by its path through this.
std::function<Result<Value>(const std::string&)> find_credentials;
}  // namespace

RoleSession::RoleSession(Server& server, std::string project_arn, std::string build_arn,
                         std::string account, Region region, std::string role_arn,
                         std::string session_name)
    : state_(new State{.server = server,
                       .project_arn = std::move(project_arn),
                       .build_arn = std::move(build_arn),
                       .account = std::move(account),
                       .region = std::move(region),
                       .role_arn = std::move(role_arn),
                       .session_name = std::move(session_name)}),
      path_("/v2/credentials/" + server.random().uuid()) {
  std::lock_guard lock(State::registry_mutex);
  State::by_path[path_] = state_;
  if (!find_credentials) {
    find_credentials = [](const std::string& path) -> Result<Value> {
      std::shared_ptr<State> state;
      {
        std::lock_guard inner(State::registry_mutex);
        auto found = State::by_path.find(path);
        if (found == State::by_path.end())
          return fault("CredentialsNotFound", "No credentials are served at this path.", 404);
        state = found->second;
      }
      std::lock_guard inner(state->mutex);
      TRY(state->renew());
      return state->credentials;
    };
  }
}

RoleSession::~RoleSession() {
  std::lock_guard lock(State::registry_mutex);
  State::by_path.erase(path_);
}

Result<Client> RoleSession::client() {
  std::lock_guard lock(state_->mutex);
  TRY(state_->renew());
  return *state_->client;
}

Result<Value> RoleSession::credentials() {
  std::lock_guard lock(state_->mutex);
  TRY(state_->renew());
  return state_->credentials;
}

Door credentials_door() {
  return {.name = "container credentials of builds",
          .matches =
              [](const HttpRequest& head) {
                return head.raw_path().starts_with("/v2/credentials/") &&
                       head.host() == "169.254.170.2";
              },
          .serve = [](HttpRequest& request) -> HttpResponse {
            Headers headers{{"Content-Type", "application/json"}};
            auto found = find_credentials
                             ? find_credentials(std::string(request.raw_path()))
                             : Result<Value>(fault("CredentialsNotFound",
                                                   "No credentials are served at this path.", 404));
            if (found) return {200, headers, to_json(*found)};
            return {found.error().status, headers,
                    to_json(Value::object(
                        {{"code", found.error().code}, {"message", found.error().message}}))};
          }};
}

}  // namespace drydock::codebuild
