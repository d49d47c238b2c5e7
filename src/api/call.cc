// What a handler sees of its request.
#include "api/call_impl.h"
#include "api/operation_keys.h"

namespace drydock {

std::string Call::arn(std::string_view service, std::string_view resource) const {
  std::string out = "arn:aws:";
  out += service;
  out += ':';
  out += region().text;
  out += ':';
  out += account().text;
  out += ':';
  out += resource;
  return out;
}

CallImpl::CallImpl(ServerImpl& server, const Operation& operation, const Caller& caller,
                   const Region& region, const std::string& request_id, const void* input,
                   const HttpRequest* http, Headers* headers)
    : server_(server),
      operation_(operation),
      caller_(caller),
      // A service has no account of its own: it works in the account it acts for.
      account_(caller.principal.account.text.empty() ? AccountId{caller.source_account}
                                                     : caller.principal.account),
      region_(region),
      request_id_(request_id),
      now_(server.clock().now()),
      input_(input),
      http_(http),
      headers_(headers),
      epoch_(server.epoch()) {}

Txn& CallImpl::txn() {
  if (!txn_) txn_ = server_.engine().begin();
  return *txn_;
}

bool CallImpl::commit() {
  if (txn_) {
    bool committed = server_.commit(*txn_, epoch_);
    txn_.reset();
    if (!committed) {
      after_.clear();
      jobs_put_ = false;
      return false;
    }
  }
  if (jobs_put_) server_.jobs().poke();
  jobs_put_ = false;
  // An action may itself queue more; take the list first.
  auto actions = std::move(after_);
  after_.clear();
  for (auto& action : actions) action();
  return true;
}

void CallImpl::start_job(std::string kind, std::string id, Timestamp due, Value payload) {
  server_.jobs().put(txn(), Job{std::move(kind), std::move(id), due, std::move(payload), 0});
  jobs_put_ = true;
}

void CallImpl::cancel_job(std::string_view kind, std::string_view id) {
  server_.jobs().erase(txn(), kind, id);
}

void CallImpl::emit(std::string source, std::string detail_type, std::vector<std::string> resources,
                    Value detail) {
  Value resource_list = Value::list();
  for (std::string& resource : resources) resource_list.push_back(std::move(resource));
  std::string id = server_.random().uuid();
  Value entry = Value::object({{"EventId", id},
                               {"Source", std::move(source)},
                               {"DetailType", std::move(detail_type)},
                               {"Resources", std::move(resource_list)},
                               {"Detail", std::move(detail)},
                               {"Time", static_cast<double>(now_.ms) / 1000.0}});
  start_job("api.publish-event", id, now_,
            Value::object({{"service", operation_.service ? std::string(operation_.service().name)
                                                          : std::string()},
                           {"account", account_.text},
                           {"region", region_.text},
                           {"entry", std::move(entry)}}));
}

Result<void> CallImpl::authorize(std::string_view action, std::string_view resource,
                                 Context context) {
  if (asked_) asked_->emplace_back(resource);
  decided_ = true;
  const bool own = input_ && is_of_service(operation_, action);
  if (own) add_operation_keys(operation_, input_, context);
  const bool tagging = own && action == operation_.action && !operation_.tag_action.empty() &&
                       has_tags(operation_, input_);
  Context again = tagging ? context : Context{};
  TRY(server_.decide(txn(), caller_, region_, request_id_, action, resource, std::move(context),
                     policies_));
  if (!tagging) return {};
  return server_.decide(txn(), caller_, region_, request_id_, operation_.tag_action, resource,
                        std::move(again), policies_);
}

Result<void> CallImpl::pass_role(std::string_view role_arn, std::string_view service,
                                 std::string_view for_resource) {
  auto arn = Arn::parse(role_arn);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/"))
    return fault("ValidationError", "Role ARN " + std::string(role_arn) + " is invalid");
  if (arn->account != account_.text)
    return fault("AccessDenied", "Cross-account pass role is not allowed.", 403);
  Context context;
  context.add("iam:PassedToService", std::string(service));
  if (!for_resource.empty()) context.add("iam:AssociatedResourceArn", std::string(for_resource));
  return authorize("iam:PassRole", role_arn, std::move(context));
}

Client CallImpl::client(std::string_view via) {
  Caller forwarded = caller_;
  forwarded.called_via.emplace_back(via);
  forwarded.source_ip = std::string(via);
  return Client(server_, std::move(forwarded), region_);
}

}  // namespace drydock
