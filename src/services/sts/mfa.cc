#include "services/sts/mfa.h"

#include "api/server.h"
#include "gen/iam.h"
#include "gen/sts.h"

namespace drydock::sts {

Result<bool> check_mfa(Call& call, const std::optional<std::string>& serial_number,
                       const std::optional<std::string>& token_code) {
  if (!serial_number && !token_code) return false;
  if (!serial_number || !token_code) {
    return errors::AccessDenied(
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.");
  }
  const Principal& caller = call.caller().principal;
  auto unknown = [] {
    return errors::AccessDenied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.");
  };
  const bool person =
      caller.kind == Principal::Kind::kUser || caller.kind == Principal::Kind::kRoot;
  if (!person) return unknown();
  auto checked =
      TRY(call.client("sts.amazonaws.com")
              .call<iam::VerifyMfaCode>(
                  {.SerialNumber = *serial_number, .UserArn = caller.arn, .Code = *token_code}));
  if (!checked.Known) return unknown();
  if (!checked.Valid)
    return errors::AccessDenied(
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  return true;
}

}  // namespace drydock::sts
