// Who am I, and whose is this key.
#include "api/call.h"
#include "api/server.h"
#include "gen/sts_handlers.h"

namespace drydock::sts {

Result<GetCallerIdentityOutput> get_caller_identity(Call& call, const GetCallerIdentityInput&) {
  const Principal& caller = call.caller().principal;
  return GetCallerIdentityOutput{
      .UserId = caller.id, .Account = caller.account.text, .Arn = caller.arn};
}

Result<GetAccessKeyInfoOutput> get_access_key_info(Call& call, const GetAccessKeyInfoInput& in) {
  auto account = call.server().account_of_key(in.AccessKeyId);
  if (!account) return errors::ValidationError("Access key " + in.AccessKeyId + " is not known.");
  return GetAccessKeyInfoOutput{.Account = account->text};
}

// Encoded messages are EC2's way to deny. No service here sends one, so none can be valid.
Result<DecodeAuthorizationMessageOutput> decode_authorization_message(
    Call&, const DecodeAuthorizationMessageInput&) {
  return errors::InvalidAuthorizationMessageException("Message is not valid");
}

}  // namespace drydock::sts
