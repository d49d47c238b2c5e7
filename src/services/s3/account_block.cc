// The public access block of a whole account: kept for S3's second interface (s3control), and in
// effect on every bucket of the account in all regions.
#include "services/s3/account_block.h"

#include "api/registry.h"
#include "gen/s3control_handlers.h"
#include "services/s3/access.h"
#include "services/s3/tables.h"

namespace drydock::s3 {

bool is_blocked(Txn& txn, const BucketRow& bucket, BlockSetting setting) {
  auto blocks = [&](const std::optional<PublicAccessBlockConfiguration>& block) {
    return block && ((*block).*setting).value_or(false);
  };
  if (blocks(bucket.PublicAccessBlock)) return true;
  auto account = kAccounts.get(txn, {bucket.Account, ""}, {kAccountSettings});
  return account && blocks(account->PublicAccessBlock);
}

}  // namespace drydock::s3

namespace drydock::s3control {

namespace {

using s3::AccountRow;
using s3::kAccounts;
using s3::kAccountSettings;

// AWS does name no reason to those who ask for another account.
Result<void> open_account(Call& call, const std::string& account_id, std::string_view action) {
  TRY(s3::ask_account(call, action));
  if (account_id == call.account().text) return {};
  return fault("AccessDenied", "Access Denied", 403);
}

AccountRow settings_of(Call& call) {
  return kAccounts.get(call.txn(), call.global_space(), {kAccountSettings}).value_or(AccountRow{});
}

}  // namespace

Result<GetPublicAccessBlockOutput> get_public_access_block(Call& call,
                                                           const GetPublicAccessBlockInput& in) {
  TRY(open_account(call, in.AccountId, "s3:GetAccountPublicAccessBlock"));
  const AccountRow row = settings_of(call);
  if (!row.PublicAccessBlock) {
    Fault none{"NoSuchPublicAccessBlockConfiguration",
               "The public access block configuration was not found", 404};
    none.members = Value::object({{"AccountId", in.AccountId}});
    return fault(std::move(none));
  }
  const auto& block = *row.PublicAccessBlock;
  GetPublicAccessBlockOutput out;
  // AWS does keep what was not said as false.
  out.PublicAccessBlockConfiguration = PublicAccessBlockConfiguration{
      .BlockPublicAcls = block.BlockPublicAcls.value_or(false),
      .IgnorePublicAcls = block.IgnorePublicAcls.value_or(false),
      .BlockPublicPolicy = block.BlockPublicPolicy.value_or(false),
      .RestrictPublicBuckets = block.RestrictPublicBuckets.value_or(false)};
  return out;
}

Result<PutPublicAccessBlockOutput> put_public_access_block(Call& call,
                                                           const PutPublicAccessBlockInput& in) {
  TRY(open_account(call, in.AccountId, "s3:PutAccountPublicAccessBlock"));
  AccountRow row = settings_of(call);
  const auto& block = in.PublicAccessBlockConfiguration;
  row.PublicAccessBlock =
      s3::PublicAccessBlockConfiguration{.BlockPublicAcls = block.BlockPublicAcls,
                                         .IgnorePublicAcls = block.IgnorePublicAcls,
                                         .BlockPublicPolicy = block.BlockPublicPolicy,
                                         .RestrictPublicBuckets = block.RestrictPublicBuckets};
  kAccounts.put(call.txn(), call.global_space(), {kAccountSettings}, row);
  return PutPublicAccessBlockOutput{};
}

Result<DeletePublicAccessBlockOutput> delete_public_access_block(
    Call& call, const DeletePublicAccessBlockInput& in) {
  TRY(open_account(call, in.AccountId, "s3:PutAccountPublicAccessBlock"));
  AccountRow row = settings_of(call);
  row.PublicAccessBlock.reset();
  kAccounts.put(call.txn(), call.global_space(), {kAccountSettings}, row);
  return DeletePublicAccessBlockOutput{};
}

void register_service(Registry&) {}

}  // namespace drydock::s3control
