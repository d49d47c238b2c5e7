// The life of a request: each step has one kind of failure.
#include <cassert>

#include "api/call_impl.h"
#include "api/resource_template.h"
#include "api/server_impl.h"
#include "api/session_limits.h"
#include "api/structs.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"

namespace drydock {

namespace {

constexpr int kCommitAttempts = 64;

bool is_s3(const Service& service) { return service.signing_name == "s3"; }

// us-east-1 out of "dynamodb.us-east-1.amazonaws.com"; the default when the host names none.
Region region_of_host(const std::string& host, const Region& otherwise) {
  for (std::string_view part : split(host, '.')) {
    size_t first = part.find('-');
    if (first == std::string_view::npos || part.size() < 9) continue;
    char last = part.back();
    if (last >= '1' && last <= '9' && part[part.size() - 2] == '-' && first == 2)
      return Region{std::string(part)};
  }
  return otherwise;
}

// AWS does: IAM and Organizations have one home, wherever their caller is (IAM User Guide, global
// condition keys, aws:RequestedRegion: "global services … us-east-1").
const Region& home_region(const Operation& operation, const Region& region) {
  static const Region kHome{"us-east-1"};
  const std::string_view service = operation.service ? operation.service().name : "";
  return service == "iam" || service == "organizations" ? kHome : region;
}

// For "last used": the key, and the user or role behind it.
void note_use(LastUses& uses, const Operation& operation, const Caller& caller,
              const Region& region, Timestamp now) {
  const Principal& p = caller.principal;
  const std::string_view service = operation.service().signing_name;
  if (p.kind == Principal::Kind::kUser) uses.note(p.id, service, region.text, p.arn, now);
  if (p.kind == Principal::Kind::kAssumedRole)
    uses.note(p.role_id, service, region.text, p.arn, now);
  if (caller.access_key_id.starts_with("AKIA"))
    uses.note(caller.access_key_id, service, region.text, p.arn, now);
}

void note_error(TrailCall& call, const Operation& operation, const Fault& error) {
  Fault told = wire::dialect(&operation.service(), error);
  call.error_code = std::move(told.code);
  call.error_message = std::move(told.message);
}

}  // namespace

bool ServerImpl::may_block(const HttpRequest& head) {
  if (head.target.starts_with("/_drydock/")) return head.target != "/_drydock/health";
  for (const Door& door : registry_.doors)
    if (door.matches(head)) return door.may_block;
  const Service* service = nullptr;
  // A target names the operation by itself; the signature need not be taken apart for it twice.
  if (!head.header("X-Amz-Target").empty())
    if (auto routed = wire::route(head, {}, &service)) return routed->operation->waits;
  auto claim = sigv4::parse(head);
  auto routed =
      wire::route(head, claim && *claim ? (*claim)->service : std::string_view{}, &service);
  // Query services name their operation in the body, which is not here yet: they may all wait.
  if (!routed) return true;
  return routed->operation->waits;
}

HttpResponse ServerImpl::serve(HttpRequest& request) {
  if (request.target.starts_with("/_drydock/") && request.peer != "sandbox")
    return serve_admin(request);
  for (const Door& door : registry_.doors)
    if (door.matches(request)) return door.serve(request);
  return serve_aws(request, random_.uuid());
}

HttpResponse ServerImpl::serve_aws(HttpRequest& request, const std::string& request_id) {
  const Service* service = nullptr;
  const Operation* found = nullptr;
  Caller caller;
  Headers headers;
  auto answer = [&]() -> Result<HttpResponse> {
    auto claim = sigv4::parse(request);
    auto routed =
        wire::route(request, claim && *claim ? (*claim)->service : std::string_view{}, &service);
    if (!claim) return fault(std::move(claim).error());
    if (!routed) return fault(std::move(routed).error());
    const Operation& operation = *routed->operation;
    found = &operation;
    if (operation.internal) return not_implemented("The operation " + std::string(operation.name));

    const KeyFactsPtr key = TRY(authenticate(*claim, request, service, operation, caller));
    const Region region = *claim && !(*claim)->region.empty()
                              ? Region{(*claim)->region}
                              : region_of_host(request.host(), settings_.default_region);
    Payload body = request.body;
    if (*claim && sigv4::is_chunked(request)) {
      Headers trailers;  // say what a header would have said
      body = TRY(sigv4::decode_chunked(**claim, request, key->secret, blobs_->scratch_folder(),
                                       &trailers));
      for (auto& [name, value] : trailers)
        if (name.starts_with("x-amz-checksum-"))
          set_header(request.headers, name, std::move(value));
    }

    Structs structs(operation);
    auto read = [&]() -> Result<void> {
      auto decoded = TRY(wire::decode(*routed, request, body));
      TRY(validate(operation.input(), decoded.input, service->protocol));
      from_value(operation.input(), std::move(decoded.input), structs.input);
      wire::set_stream(operation.input(), structs.input, std::move(decoded.stream));
      return {};
    }();
    if (!read) {
      record_refused(operation, caller, region, request_id, read.error());
      return fault(std::move(read).error());
    }

    TRY(run(operation, caller, region, structs.input, structs.output, &request, &headers,
            request_id));
    return wire::encode(operation, structs.output, request_id);
  }();
  if (!answer && log::enabled(log::Level::kDebug))
    log::debug(request.method + " " + request.target + " -> " + answer.error().code + ": " +
               answer.error().message);
  HttpResponse response =
      answer ? std::move(*answer) : wire::encode_fault(service, answer.error(), request_id);
  for (auto& [name, value] : headers) set_header(response.headers, name, std::move(value));
  registry_.tell_finished(service, {.operation = found,
                                    .caller = caller,
                                    .request_id = request_id,
                                    .fault = answer ? nullptr : &answer.error(),
                                    .request = &request,
                                    .response = &response});
  return response;
}

Caller ServerImpl::account_root(const AccountId& account) const {
  Caller caller;
  caller.principal.kind = Principal::Kind::kRoot;
  caller.principal.account = account;
  caller.principal.arn = "arn:aws:iam::" + account.text + ":root";
  caller.principal.id = account.text;
  caller.principal.name = "root";
  return caller;
}

Result<KeyFactsPtr> ServerImpl::key_facts(std::string_view access_key_id,
                                          std::string_view session_token) {
  const auto account = AccountId::parse(access_key_id);
  auto root_of = [&](const AccountId& whose) {
    return std::make_shared<KeyFacts>(KeyFacts{.secret = "test", .caller = account_root(whose)});
  };
  if (settings_.enforcement == Enforcement::kOff)
    return root_of(account ? *account : settings_.default_account);
  if (account && settings_.root_by_account_key) return root_of(*account);
  auto facts = registry_.find_key(access_key_id);
  if (!facts)
    return fault("UnknownKey", "The security token included in the request is invalid.", 403);
  if (facts->session_token != session_token)
    return fault("BadToken", "The security token included in the request is invalid.", 403);
  if (facts->expires && *facts->expires <= clock_->now())
    return fault("ExpiredToken", "The security token included in the request is expired", 403);
  return facts;
}

Result<KeyFactsPtr> ServerImpl::authenticate(const std::optional<sigv4::Claim>& claim,
                                             const HttpRequest& request, const Service* service,
                                             const Operation& operation, Caller& caller) {
  KeyFactsPtr facts;
  if (!claim) {
    if (settings_.enforcement == Enforcement::kOff) {
      caller = account_root(settings_.default_account);
    } else if (!operation.anonymous) {
      return fault("MissingAuthentication", "Missing Authentication Token", 403);
    }
  } else {
    facts = TRY(key_facts(claim->access_key_id, claim->session_token));
    if (settings_.enforcement != Enforcement::kOff)
      TRY(sigv4::verify(*claim, request, facts->secret, clock_->unmoved_now(), is_s3(*service)));
    caller.principal = facts->caller.principal;
    caller.access_key_id = claim->access_key_id;
  }
  caller.source_ip = request.peer == "sandbox" || request.peer.empty() ? "127.0.0.1" : request.peer;
  caller.user_agent = request.header("User-Agent");
  caller.referer = request.header("Referer");
  // The plain listener is loopback only: nothing of it crosses a network, so aws:SecureTransport is
  // true on both.
  caller.secure_transport = true;
  return facts;
}

Result<void> ServerImpl::run(const Operation& operation, const Caller& caller,
                             const Region& asked_in, const void* input, void* output,
                             const HttpRequest* http, Headers* headers,
                             const std::string& request_id) {
  const Region& region = home_region(operation, asked_in);
  if (!operation.internal && !is_own_call(caller))
    note_use(last_uses_, operation, caller, region, clock_->now());
  if (!operation.recorded || is_own_call(caller))
    return attempt(operation, caller, region, input, output, http, headers, request_id, nullptr);
  std::vector<std::string> asked;
  auto result =
      attempt(operation, caller, region, input, output, http, headers, request_id, &asked);
  TrailCall call = trail_call(operation, caller, region, request_id, clock_->now());
  call.parameters = told(operation, operation.input(), input);
  call.asked = std::move(asked);
  if (!result) {
    note_error(call, operation, result.error());
  } else if (operation.service().name == "s3") {
    // AWS does tell no answers of S3.
  } else if (!operation.read_only || operation.service().name == "sts") {
    call.response = told(operation, operation.output(), output);
  }
  // The new session goes on with the work of the one that asked for it.
  if (result && operation.service().name == "sts" && journal_.knows(caller))
    journal_.follow(caller, call.response["credentials"]["accessKeyId"].string_or(""));
  trail_.record(std::move(call));
  return result;
}

// Who calls is known, what they want cannot be read: a record without parameters. Calls that nobody
// signed, or not rightly, are in no history, as on AWS.
void ServerImpl::record_refused(const Operation& operation, const Caller& caller,
                                const Region& region, const std::string& request_id,
                                const Fault& error) {
  if (!operation.recorded) return;
  TrailCall call =
      trail_call(operation, caller, home_region(operation, region), request_id, clock_->now());
  note_error(call, operation, error);
  trail_.record(std::move(call));
}

Result<void> ServerImpl::attempt(const Operation& operation, const Caller& caller,
                                 const Region& region, const void* input, void* output,
                                 const HttpRequest* http, Headers* headers,
                                 const std::string& request_id, std::vector<std::string>* asked) {
  if (!operation.internal && settings_.enforcement == Enforcement::kEnforce && !is_own_call(caller))
    TRY(check_session(caller, operation));
  std::optional<Turns::Turn> turn;
  for (int attempt = 0; attempt < kCommitAttempts; ++attempt) {
    if (attempt == Turns::kPatience) turn.emplace(engine_->turns());
    CallImpl call(*this, operation, caller, region, request_id, input, http, headers);
    if (asked) {
      asked->clear();
      call.note_asked(asked);
    }
    if (!operation.unauthorized && !operation.resource.empty())
      TRY(call.authorize(
          operation.action,
          expand_resource(operation.resource, operation.input(), input, call.account(), region),
          {}));
    TRY(operation.run(call, input, output));
    if (!call.decided() && !operation.unauthorized && !operation.internal) {
      log::error(std::string(operation.name) +
                 " finished without asking IAM; nothing was committed");
      return fault(
          "InternalFailure",
          "The request processing has failed because of an unknown error, exception or failure.",
          500);
    }
    if (call.commit()) return {};
    if (operation.waits) break;
  }
  log::error(std::string(operation.name) + ": gave up after commit conflicts");
  return fault("InternalFailure", "The request conflicted with others too often.", 500);
}

}  // namespace drydock
