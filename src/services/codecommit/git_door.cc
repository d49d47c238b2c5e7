// Git over HTTPS: /v1/repos/<name>/{info/refs,git-upload-pack,git-receive-pack}, the smart
// protocol, by git itself.
//
// The credentials are Basic: a SigV4 signature over the path (the AWS CLI's credential program), or
// a service-specific user and password that IAM keeps. Permission is codecommit:GitPull or GitPush,
// asked once for each reference of a push.
#include "services/codecommit/git_door.h"

#include <zlib.h>

#include <filesystem>
#include <set>

#include "api/server.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "services/codecommit/git_events.h"
#include "services/codecommit/git_process.h"
#include "services/codecommit/push_commands.h"
#include "services/codecommit/repository.h"

namespace drydock::codecommit {
namespace {

constexpr uint64_t kLargestFetchRequest = 64u << 20;
constexpr uint64_t kLargestPush = uint64_t{4} << 30;
constexpr std::string_view kPrefix = "/v1/repos/";

enum class Service { kUploadPack, kReceivePack };

struct Asked {
  std::string repository;
  std::string signed_path;  // what the client signed: without /info/refs and the like
  Service service = Service::kUploadPack;
  bool advertisement = false;
};

std::string_view name_of(Service service) {
  return service == Service::kUploadPack ? "git-upload-pack" : "git-receive-pack";
}

std::optional<Asked> parse_target(const HttpRequest& request) {
  std::string_view path = request.raw_path();
  if (!path.starts_with(kPrefix)) return std::nullopt;
  size_t end = path.find('/', kPrefix.size());
  if (end == std::string_view::npos) return std::nullopt;
  Asked asked;
  asked.repository = percent_decode(path.substr(kPrefix.size(), end - kPrefix.size()));
  asked.signed_path = std::string(path.substr(0, end));
  std::string_view rest = path.substr(end + 1);
  std::string service(rest);
  if (rest == "info/refs") {
    asked.advertisement = true;
    service.clear();
    for (auto& [key, value] : request.query())
      if (key == "service") service = value;
  }
  if (service == "git-receive-pack")
    asked.service = Service::kReceivePack;
  else if (service != "git-upload-pack")
    return asked.advertisement ? std::optional(Asked{}) : std::nullopt;
  return asked;
}

// "us-east-1" of git-codecommit.us-east-1.amazonaws.com, also git-codecommit-fips and vpce-… hosts;
// else empty.
std::string region_of_host(const std::string& host) {
  size_t at = host.find("git-codecommit");
  if (at == std::string::npos) return {};
  size_t dot = host.find('.', at);
  size_t end = dot == std::string::npos ? dot : host.find('.', dot + 1);
  return end == std::string::npos ? std::string() : host.substr(dot + 1, end - dot - 1);
}

HttpResponse plain(int status, std::string text) {
  HttpResponse response{.status = status};
  set_header(response.headers, "Content-Type",
             "text/plain; charset=utf-8");  // git shows it to its user
  set_header(response.headers, "Cache-Control", "no-cache");
  response.body = Payload(std::move(text) + "\n");
  return response;
}

HttpResponse ask_for_credentials() {
  HttpResponse response = plain(401, "Unauthorized");
  set_header(response.headers, "WWW-Authenticate", "Basic realm=\"AWS CodeCommit\"");
  return response;
}

// Where this host's name leads; a plain host (localhost) leads to every region that has such a
// repository.
std::vector<std::string> regions_of(Server& server, const HttpRequest& request,
                                    const std::string& repository) {
  if (auto region = region_of_host(request.host()); !region.empty()) return {region};
  std::vector<std::string> regions{server.settings().default_region.text};
  auto txn = server.engine().begin_read();
  kPlaces.each(*txn, kInstallation, {}, [&](const auto&, const Value& place) {
    if (place["name"].as_string() == repository && place["region"].as_string() != regions[0])
      regions.push_back(place["region"].as_string());
    return true;
  });
  return regions;
}

struct Visitor {
  Caller caller;
  Region region;
};

Result<Visitor> by_signature(Server& server, const HttpRequest& request, const Asked& asked,
                             const std::string& user, const std::string& password) {
  Unexpected failed =
      fault("UnknownKey", "The security token included in the request is invalid.", 403);
  for (const std::string& region : regions_of(server, request, asked.repository)) {
    auto claim = sigv4::parse_git(user, password, region);
    if (!claim) break;
    std::string secret = TRY(server.secret_of(claim->access_key_id));
    auto verified = sigv4::verify_git(*claim, asked.signed_path, request.host_with_port(), secret,
                                      server.clock().unmoved_now());
    if (verified)
      return Visitor{TRY(server.caller_of(claim->access_key_id, claim->session_token)),
                     Region{region}};
    failed = Unexpected(verified.error());
  }
  return failed;
}

// A plain host does not say the region: the one where this account has the repository.
Region region_for(Server& server, const HttpRequest& request, const std::string& account,
                  const std::string& repository) {
  auto regions = regions_of(server, request, repository);
  auto txn = server.engine().begin_read();
  for (auto& region : regions)
    if (kRepositories.contains(*txn, {account, region}, {repository})) return Region{region};
  return Region{regions[0]};
}

Result<Visitor> by_service_credential(Server& server, const HttpRequest& request,
                                      const Asked& asked, const std::string& user,
                                      const std::string& password) {
  Client iam = server.client_as_service("codecommit.amazonaws.com", "", "",
                                        server.settings().default_region);
  Value found = TRY(iam.call("iam", "AuthenticateServiceSpecificCredential",
                             Value::object({{"ServiceUserName", user},
                                            {"ServicePassword", password},
                                            {"ServiceName", "codecommit.amazonaws.com"}})));
  auto arn = Arn::parse(found["UserArn"].string_or(""));
  if (!arn) return fault("UnknownKey", "The credentials are not valid.", 403);
  Caller caller;
  caller.principal.kind = Principal::Kind::kUser;
  caller.principal.account = AccountId{arn->account};
  caller.principal.arn = arn->text();
  caller.principal.id = found["UserId"].string_or("");
  caller.principal.name = found["UserName"].string_or("");
  Region region = region_for(server, request, arn->account, asked.repository);
  return Visitor{std::move(caller), std::move(region)};
}

// Who asks. An answer instead when nobody does.
std::expected<Visitor, HttpResponse> authenticate(Server& server, const HttpRequest& request,
                                                  const Asked& asked) {
  const Settings& settings = server.settings();
  if (settings.enforcement == Enforcement::kOff) {
    auto root = server.caller_of(settings.default_account.text, "");
    if (root)
      return Visitor{*root,
                     region_for(server, request, root->principal.account.text, asked.repository)};
  }
  std::string_view header = request.header("Authorization");
  auto decoded = header.size() > 6 && equals_ignore_case(header.substr(0, 6), "Basic ")
                     ? from_base64(trim(header.substr(6)))
                     : std::nullopt;
  size_t colon = decoded ? decoded->rfind(':') : std::string::npos;
  if (colon == std::string::npos) return std::unexpected(ask_for_credentials());
  std::string user = decoded->substr(0, colon), password = decoded->substr(colon + 1);
  auto visitor = sigv4::parse_git(user, password, "any")
                     ? by_signature(server, request, asked, user, password)
                     : by_service_credential(server, request, asked, user, password);
  if (!visitor) {
    log::info("codecommit: git credentials refused: " + visitor.error().message);
    return std::unexpected(plain(403, visitor.error().message));
  }
  visitor->caller.source_ip =
      request.peer.empty() || request.peer == "sandbox" ? "127.0.0.1" : request.peer;
  visitor->caller.user_agent = request.header("User-Agent");
  return std::move(*visitor);
}

// Undoes Content-Encoding: gzip. Nothing: it is broken or too large.
std::optional<Payload> plain_body(const HttpRequest& request, uint64_t limit,
                                  const std::string& scratch_folder) {
  std::string_view coding = request.header("Content-Encoding");
  if (coding.empty() || equals_ignore_case(coding, "identity"))
    return request.body.size() <= limit ? std::optional(request.body) : std::nullopt;
  if (!equals_ignore_case(coding, "gzip") && !equals_ignore_case(coding, "x-gzip"))
    return std::nullopt;
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return std::nullopt;
  PayloadWriter writer(scratch_folder);
  std::string buffer(64 << 10, '\0');
  int status = Z_OK;
  bool read = request.body.each_piece([&](std::string_view piece) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      status = inflate(&stream, Z_NO_FLUSH);
      writer.write({buffer.data(), buffer.size() - stream.avail_out});
      if (writer.size() > limit) status = Z_DATA_ERROR;
    } while (status == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
  });
  inflateEnd(&stream);
  if (!read || status != Z_STREAM_END) return std::nullopt;
  return writer.finish();
}

Result<std::vector<PushCommand>> read_commands(const Payload& body) {
  auto commands = parse_push_commands(
      body.slice(0, std::min<uint64_t>(body.size(), kLongestCommandList)).read_all());
  if (!commands)
    return fault("InvalidRequest", "The push is malformed, or has more than 4000 references.", 400);
  return std::move(*commands);
}

Result<void> authorize_push(Server& server, const Visitor& visitor, const std::string& arn,
                            const std::vector<PushCommand>& commands) {
  if (commands.empty())
    return server.authorize(visitor.caller, visitor.region, "codecommit:GitPush",
                            arn);  // git's probe before a large push
  std::set<std::string> references;
  for (auto& command : commands) references.insert(command.reference);
  for (auto& reference : references) {
    Context context;
    context.add("codecommit:References", reference);
    TRY(server.authorize(visitor.caller, visitor.region, "codecommit:GitPush", arn,
                         std::move(context)));
  }
  return {};
}

HttpResponse git_answer(const GitRun& run, std::string_view type, const Payload* before = nullptr) {
  if (run.exit_code != 0)
    log::info("codecommit: git ended with " + std::to_string(run.exit_code) + ": " +
              replace_all(std::string(trim(run.errors)), "\n", " | "));
  if (run.exit_code != 0 && run.output.size() == 0)
    return plain(400, run.errors.empty() ? "git failed" : run.errors);
  HttpResponse response;
  set_header(response.headers, "Content-Type", std::string(type));
  set_header(response.headers, "Cache-Control", "no-cache, max-age=0, must-revalidate");
  set_header(response.headers, "Pragma", "no-cache");
  set_header(response.headers, "Expires", "Fri, 01 Jan 1980 00:00:00 GMT");
  response.body = before ? *before : run.output;
  return response;
}

HttpResponse advertise(const Asked& asked, const std::string& folder, std::string_view protocol,
                       const std::string& scratch_folder) {
  std::string service(name_of(asked.service));
  bool v2 =
      asked.service == Service::kUploadPack && protocol.find("version=2") != std::string_view::npos;
  GitRun run = run_git({service.substr(4), "--stateless-rpc", "--http-backend-info-refs", folder},
                       {}, protocol, scratch_folder);
  std::string type = "application/x-" + service + "-advertisement";
  if (v2) return git_answer(run, type);
  std::string line = "# service=" + service + "\n";
  char length[5];
  std::snprintf(length, sizeof length, "%04zx", line.size() + 4);
  Payload whole(length + line + "0000" + run.output.read_all());
  return git_answer(run, type, &whole);
}

}  // namespace

bool is_git_request(const HttpRequest& head) { return parse_target(head).has_value(); }

HttpResponse serve_git(Server& server, HttpRequest& request) {
  auto asked = parse_target(request);
  if (!asked || asked->repository.empty())
    return plain(404, "Not found");  // also the dumb protocol, which is not spoken
  if (request.method != (asked->advertisement ? "GET" : "POST"))
    return plain(405, "Method not allowed");
  auto visitor = authenticate(server, request, *asked);
  if (!visitor) return std::move(visitor.error());
  const AccountId& account = visitor->caller.principal.account;
  const std::string scratch = server.blobs().scratch_folder();
  const bool push = asked->service == Service::kReceivePack;

  std::string arn = repository_arn(account.text, visitor->region.text, asked->repository);
  Payload body;
  if (!asked->advertisement) {
    auto decoded = plain_body(request, push ? kLargestPush : kLargestFetchRequest, scratch);
    if (!decoded) return plain(400, "The request body is broken or too large");
    body = std::move(*decoded);
  }
  std::vector<PushCommand> commands;
  if (push && !asked->advertisement) {
    auto read = read_commands(body);
    if (!read) return plain(read.error().status, read.error().message);
    commands = std::move(*read);
  }
  GitVisit visit{visitor->caller, visitor->region, asked->repository, "", arn, push};
  auto allowed = push && !asked->advertisement
                     ? authorize_push(server, *visitor, arn, commands)
                     : server.authorize(visitor->caller, visitor->region,
                                        push ? "codecommit:GitPush" : "codecommit:GitPull", arn);
  if (!allowed) {
    record_git(server, visit, commands, &allowed.error());
    return plain(allowed.error().status, allowed.error().message);
  }

  std::optional<RepositoryRow> row;
  if (check_name(asked->repository)) {
    auto txn = server.engine().begin_read();
    row = kRepositories.get(*txn, {account.text, visitor->region.text}, {asked->repository});
  }
  if (!row) return plain(404, "repository " + asked->repository + " does not exist");
  std::string folder = folder_of(server.settings(), account, visitor->region, row->Id);
  std::string_view protocol = request.header("Git-Protocol");
  if (asked->advertisement) return advertise(*asked, folder, protocol, scratch);

  std::string service(name_of(asked->service));
  GitRun run = run_git({service.substr(4), "--stateless-rpc", folder}, body, protocol, scratch);
  visit.repository_id = row->Id;
  if (push ? !commands.empty() : carries_pack(run.output))
    record_git(server, visit, commands, nullptr);
  if (push) announce_changes(server, account, visitor->region, row->Name);
  return git_answer(run, "application/x-" + service + "-result");
}

}  // namespace drydock::codecommit
