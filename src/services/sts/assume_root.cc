// AssumeRoot: the root user of a member account, for one task and a quarter of an hour.
#include "api/server.h"
#include "auth/assumed_root.h"
#include "gen/iam.h"
#include "gen/sts_handlers.h"
#include "services/sts/sessions.h"

namespace drydock::sts {
namespace {

constexpr int64_t kMostRootTaskSeconds = 900;
constexpr std::string_view kGlobalHost = "sts.amazonaws.com";

// The account of "123456789012" or of its root user's ARN.
Result<std::string> target_account(const std::string& target) {
  if (AccountId::parse(target)) return target;
  auto arn = Arn::parse(target);
  if (arn && arn->service == "iam" && arn->region.empty() && arn->resource == "root" &&
      AccountId::parse(arn->account))
    return std::string(arn->account);
  return errors::ValidationError(target + " is invalid");
}

}  // namespace

Result<AssumeRootOutput> assume_root(Call& call, const AssumeRootInput& in) {
  const Principal& caller = call.caller().principal;
  const std::string target = TRY(target_account(in.TargetPrincipal));
  const std::string root_arn = "arn:aws:iam::" + target + ":root";
  const std::string task = in.TaskPolicyArn.arn.value_or("");
  if (call.server().settings().enforcement == Enforcement::kEnforce &&
      caller.kind == Principal::Kind::kRoot)
    return errors::AccessDenied("Root users may not be assumed by root accounts.");
  Context context;
  context.add("sts:TaskPolicyArn", task);
  TRY(call.authorize("sts:AssumeRoot", root_arn, std::move(context)));
  const HttpRequest* http = call.http();
  if (http && http->header("Host").substr(0, http->header("Host").find(':')) == kGlobalHost)
    return errors::ValidationError(
        "AssumeRoot is not supported at the global endpoint. Use a Regional STS endpoint.");

  auto client = call.server().client_as_service(kGlobalHost, {}, call.account().text,
                                                call.region());
  const auto access = TRY(client.call<iam::ResolveRootAccess>(
      {.AccountId = call.account().text, .TargetAccountId = target, .TaskPolicyArn = task}));
  if (!access.Known)
    return errors::ValidationError("The task policy " + task + " is not supported by AssumeRoot.");
  if (!access.Permitted)
    return errors::AccessDenied("User: " + caller.arn +
                                " is not authorized to perform: sts:AssumeRoot on resource: " +
                                root_arn);
  SessionRow row = new_session(call, in.DurationSeconds.value_or(kMostRootTaskSeconds));
  row.Kind = "root";
  row.Account = row.UserId = target;
  row.Arn = root_arn;
  row.Name = "root";
  row.SessionPolicies.push_back(access.Document);
  row.SessionPolicyArns.push_back(task);
  row.Chained = true;
  row.Keys.emplace();
  row.Keys->push_back({std::string(kAssumedRootKey), "true"});
  if (!caller.source_identity.empty()) row.SourceIdentity = caller.source_identity;
  save_session(call, row);
  return AssumeRootOutput{.Credentials = credentials_of(row), .SourceIdentity = row.SourceIdentity};
}

}  // namespace drydock::sts
