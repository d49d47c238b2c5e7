#include "services/lambda/environment.h"

#include "gen/kms.h"
#include "services/lambda/runtime/fleet.h"

namespace drydock::lambda {
namespace {

constexpr std::string_view kForwarded = "lambda.amazonaws.com";
constexpr size_t kEnvironmentKeyBytes = 32;

Map<std::string> encryption_context(const FunctionRef& ref) {
  return {{"aws:lambda:FunctionArn", FunctionRef{ref.space, ref.name, ""}.arn()}};
}

bool is_denied(const Fault& kms) {
  return kms.code == "AccessDenied" || kms.code == "AccessDeniedException";
}
std::string told_code(const Fault& kms) {
  return is_denied(kms) ? "AccessDeniedException" : kms.code;
}

// Why a call of KMS failed that somebody's request led to: AWS's words of before and after
// "because".
std::string told(std::string_view doing, std::string_view operation, const Fault& kms) {
  std::string text =
      "Lambda was unable to " + std::string(doing) + " your environment variables because the KMS ";
  if (is_denied(kms))
    text += "access was denied. Please check your KMS permissions.";
  else if (kms.code == "DisabledException")
    text += "key used is disabled. Please check your KMS key settings.";
  else
    text +=
        "key is invalid for " + std::string(operation) + ". Please check your KMS key settings.";
  return text + " KMS Exception: " + told_code(kms) + " KMS Message: " + kms.message;
}

Unexpected not_configured(std::string_view doing, std::string_view operation, const Fault& kms) {
  auto out = errors::InvalidParameterValueException(told(doing, operation, kms), user_type());
  out.error().authorization_id = kms.authorization_id;
  return out;
}

Result<void> decrypt(const Client& client, const FunctionRef& ref, const VersionRow& row) {
  TRY(client.call<kms::Decrypt>(
      {.CiphertextBlob = *row.EnvironmentKey, .EncryptionContext = encryption_context(ref)}));
  return {};
}

// Sessions of a function have its name.
std::string session_of(const VersionRow& row) {
  const Arn role = *Arn::parse(row.Role);
  return "arn:aws:sts::" + role.account + ":assumed-role/" +
         role.resource.substr(role.resource.rfind('/') + 1) + "/" + role_session_name(row.Name);
}

}  // namespace

Result<void> seal_environment(Call& call, const FunctionRef& ref, VersionRow& row,
                              const VersionRow& before) {
  const bool same_key = before.KMSKeyArn == row.KMSKeyArn;
  const bool same_values = before.Environment == row.Environment;
  const Client caller = call.client(kForwarded).in_region(Region{ref.space.region});
  if (before.EnvironmentKey && row.Environment && same_values && !same_key)
    if (auto open = decrypt(caller, ref, before); !open)
      return not_configured("decrypt", "Decrypt", open.error());
  if (!row.KMSKeyArn || !row.Environment) {
    row.EnvironmentKey.reset();
    row.Grant.reset();
    return {};
  }
  const bool sealed = before.EnvironmentKey && same_key && same_values;
  if (sealed && before.Role == row.Role) return {};
  if (!sealed) {
    auto made = caller.call<kms::Encrypt>({.KeyId = *row.KMSKeyArn,
                                           .Plaintext = call.random().bytes(kEnvironmentKeyBytes),
                                           .EncryptionContext = encryption_context(ref)});
    if (!made) return not_configured("encrypt", "Encrypt", made.error());
    row.EnvironmentKey = made->CiphertextBlob;
  }
  const std::string session = session_of(row);
  auto grant = caller.call<kms::CreateGrant>(
      {.KeyId = *row.KMSKeyArn,
       .GranteePrincipal = session,
       .RetiringPrincipal = session,
       .Operations = {"Decrypt", "RetireGrant"},
       .Constraints = kms::GrantConstraints{.EncryptionContextEquals = encryption_context(ref)},
       .Name = row.Name});
  if (!grant) return not_configured("configure access to", "CreateGrant", grant.error());
  row.Grant = grant->GrantId;
  return {};
}

FunctionConfiguration show(Call& call, const Space& space, const VersionRow& row) {
  FunctionConfiguration out = describe(space, row);
  if (!row.EnvironmentKey) return out;
  auto open =
      decrypt(call.client(kForwarded).in_region(Region{space.region}), {space, row.Name, ""}, row);
  if (open) return out;
  out.Environment = EnvironmentResponse{
      .Error = EnvironmentError{.ErrorCode = told_code(open.error()),
                                .Message = told("decrypt", "Decrypt", open.error())}};
  return out;
}

FunctionConfiguration show_qualified(Call& call, const FunctionRef& ref, const VersionRow& row) {
  FunctionConfiguration out = show(call, ref.space, row);
  if (!ref.qualifier.empty()) out.FunctionArn = ref.qualified_arn();
  return out;
}

Result<void> open_environment(Server& server, Caller role, const FunctionRef& ref,
                              const VersionRow& row) {
  if (!row.EnvironmentKey) return {};
  role.called_via.emplace_back(kForwarded);
  role.source_ip = std::string(kForwarded);
  auto open = decrypt(server.client_as(std::move(role), Region{ref.space.region}), ref, row);
  if (open) return {};
  const Fault& kms = open.error();
  // AWS does write the two parts behind one another.
  auto text = [&](std::string_view because) {
    return "Lambda was unable to decrypt the environment variables because " +
           std::string(because) +
           ". Please check the function's KMS key settings. KMS Exception: " + told_code(kms) +
           "KMS Message: " + kms.message;
  };
  auto failed = [&]() -> Unexpected {
    if (kms.code == "DisabledException")
      return errors::KMSDisabledException(text("the KMS key used is disabled"), user_type());
    if (kms.code == "KMSInvalidStateException")
      return errors::KMSInvalidStateException(
          text("the KMS key used is in an invalid state for Decrypt"), user_type());
    if (kms.code == "NotFoundException")
      return errors::KMSNotFoundException(text("the KMS key was not found"), user_type());
    return errors::KMSAccessDeniedException(text("KMS access was denied"), user_type());
  }();
  failed.error().authorization_id = kms.authorization_id;
  return failed;
}

std::set<GrantUse> grants_of(Txn& txn, const FunctionRef& ref) {
  std::set<GrantUse> out;
  auto add = [&](const VersionRow& row) {
    if (row.Grant && row.KMSKeyArn) out.insert({*row.KMSKeyArn, *row.Grant, row.Role});
  };
  if (auto latest = kLatest.get(txn, ref.space, {ref.name})) add(*latest);
  kVersions.each(txn, ref.space, {.prefix = {ref.name}}, [&](const auto&, const VersionRow& row) {
    add(row);
    return true;
  });
  return out;
}

void retire_unused_grants(Call& call, const FunctionRef& ref, const std::set<GrantUse>& before) {
  if (before.empty()) return;
  const std::set<GrantUse> now = grants_of(call.txn(), ref);
  for (const GrantUse& use : before) {
    if (now.contains(use)) continue;
    // The role alone may retire it; when the role is gone, the grant is nobody's and stays.
    auto role = call.server()
                    .client_as_service(kForwarded, FunctionRef{ref.space, ref.name, ""}.arn(),
                                       ref.space.account, Region{ref.space.region})
                    .assume_role(use.role, role_session_name(ref.name));
    if (role) (void)role->call<kms::RetireGrant>({.KeyId = use.key, .GrantId = use.grant});
  }
}

}  // namespace drydock::lambda
