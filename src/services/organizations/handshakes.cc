// Invitations: how an account that belongs to nobody comes into an organization.
#include "gen/organizations_handlers.h"
#include "services/organizations/accounts.h"
#include "services/organizations/paging.h"
#include "services/organizations/tags.h"

namespace drydock::organizations {
namespace {

constexpr int64_t kOpenMs = 15LL * 24 * 3600 * 1000;
constexpr size_t kMostOpen = 20;

std::string state_of(const HandshakeRow& row, Timestamp now) {
  return row.State == "OPEN" && row.Expires <= now ? "EXPIRED" : row.State;
}

std::string handshake_arn(const HandshakeRow& row) {
  return "arn:aws:organizations::" + row.Management + ":handshake/" + row.Organization +
         "/invite/" + row.Id;
}

Handshake shown(const HandshakeRow& row, Timestamp now) {
  Handshake out;
  out.Id = row.Id;
  out.Arn = handshake_arn(row);
  out.Parties = {{.Id = row.Organization.substr(2), .Type = "ORGANIZATION"},
                 {.Id = row.Account, .Type = "ACCOUNT"}};
  out.State = state_of(row, now);
  out.RequestedTimestamp = row.Requested;
  out.ExpirationTimestamp = row.Expires;
  out.Action = "INVITE";
  out.Resources = {{.Value = row.Organization, .Type = "ORGANIZATION"},
                   {.Value = row.Account, .Type = "ACCOUNT"}};
  if (row.Notes) out.Resources->push_back({.Value = *row.Notes, .Type = "NOTES"});
  return out;
}

// The handshake that this call is about, if the caller is the party that may do this.
enum class Party { kInviter, kInvited, kEither };
Result<HandshakeRow> find(Call& call, const std::string& id, Party party) {
  auto row = kHandshakes.get(call.txn(), kInstallation, {id});
  const std::string& caller = call.account().text;
  bool mine = row && ((party != Party::kInvited && row->Management == caller) ||
                      (party != Party::kInviter && row->Account == caller));
  // The other party's handshake lies in that party's account, where this one has no say.
  const bool owned = row && row->Management == caller;
  TRY(call.authorize(call.operation().action, owned ? handshake_arn(*row) : "*"));
  if (!mine)
    return errors::HandshakeNotFoundException(
        "We can't find a handshake with the HandshakeId that you specified.");
  return std::move(*row);
}

Result<HandshakeRow> close(Call& call, const std::string& id, Party party,
                           const std::string& state) {
  auto row = TRY(find(call, id, party));
  if (state_of(row, call.now()) != "OPEN")
    return errors::InvalidHandshakeTransitionException(
        "You can't perform the operation on the handshake in its current state.");
  row.State = state;
  kHandshakes.put(call.txn(), kInstallation, {row.Id}, row);
  return row;
}

Unexpected already_in() {
  return errors::HandshakeConstraintViolationException(
      "The invited account is already a member of an organization.",
      Value::object({{"Reason", "ALREADY_IN_AN_ORGANIZATION"}}));
}

template <class In, class Out, class Wanted>
Result<Out> list(Call& call, const In& in, Wanted wanted) {
  std::vector<Handshake> all;
  for (const auto& row : kHandshakes.scan(call.txn(), kInstallation)) {
    if (in.Filter && in.Filter->ActionType && *in.Filter->ActionType != "INVITE") continue;
    if (wanted(row)) all.push_back(shown(row, call.now()));
  }
  Out out;
  out.Handshakes = TRY(page(std::move(all), in.NextToken, in.MaxResults, out.NextToken,
                            [](const Handshake& h) { return *h.Id; }));
  return out;
}

}  // namespace

Result<InviteAccountToOrganizationOutput> invite_account_to_organization(
    Call& call, const InviteAccountToOrganizationInput& in) {
  Context context;
  add_tag_context(context, in.Tags);
  TRY(call.authorize("organizations:InviteAccountToOrganization", "*", std::move(context)));
  auto organization = TRY(require_management(call));
  if (in.Target.Type == "ORGANIZATION" ||
      (in.Target.Type == "ACCOUNT" && !is_account_id(in.Target.Id)))
    return invalid_input(
        "INVALID_PARTY_TYPE_TARGET",
        "You specified the wrong type of entity (account, organization, or email) as a party.");
  std::optional<AccountRow> account;
  size_t open = 0;
  for (const auto& row : kAccounts.scan(call.txn(), kInstallation)) {
    if (row.Id == in.Target.Id || row.Email == in.Target.Id) account = row;
  }
  if (!account)
    return invalid_input("INVALID_PARTY_TYPE_TARGET",
                         "You specified an account that doesn't exist.");
  if (organization_of(call.txn(), *account)) return already_in();
  for (const auto& row : kHandshakes.scan(call.txn(), kInstallation)) {
    if (row.Organization != organization.Id || state_of(row, call.now()) != "OPEN") continue;
    ++open;
    if (row.Account == account->Id)
      return errors::DuplicateHandshakeException(
          "A handshake with the same action and target already exists.");
  }
  if (open >= kMostOpen)
    return errors::HandshakeConstraintViolationException(
        "The organization has " + std::to_string(kMostOpen) +
            " open invitations; that is the limit.",
        Value::object({{"Reason", "HANDSHAKE_RATE_LIMIT_EXCEEDED"}}));
  HandshakeRow row;
  row.Id = "h-" + call.random().base36(12);
  row.Organization = organization.Id;
  row.Management = organization.Management;
  row.Account = account->Id;
  row.State = "OPEN";
  row.Requested = call.now();
  row.Expires = call.now() + kOpenMs;
  row.Notes = in.Notes;
  TRY(add_tags(row.Tags, in.Tags));
  kHandshakes.put(call.txn(), kInstallation, {row.Id}, row);
  return InviteAccountToOrganizationOutput{.Handshake = shown(row, call.now())};
}

Result<AcceptHandshakeOutput> accept_handshake(Call& call, const AcceptHandshakeInput& in) {
  auto row = TRY(close(call, in.HandshakeId, Party::kInvited, "ACCEPTED"));
  auto account = kAccounts.get(call.txn(), kInstallation, {row.Account});
  auto organization = kOrganizations.get(call.txn(), kInstallation, {row.Organization});
  if (!account || organization_of(call.txn(), *account)) return already_in();
  if (!organization)
    return errors::InvalidHandshakeTransitionException(
        "You can't perform the operation on the handshake in its current state.");
  account->Tags = row.Tags;
  join(call, *organization, *account);
  return AcceptHandshakeOutput{.Handshake = shown(row, call.now())};
}

Result<DeclineHandshakeOutput> decline_handshake(Call& call, const DeclineHandshakeInput& in) {
  auto row = TRY(close(call, in.HandshakeId, Party::kInvited, "DECLINED"));
  return DeclineHandshakeOutput{.Handshake = shown(row, call.now())};
}

Result<CancelHandshakeOutput> cancel_handshake(Call& call, const CancelHandshakeInput& in) {
  auto row = TRY(close(call, in.HandshakeId, Party::kInviter, "CANCELED"));
  return CancelHandshakeOutput{.Handshake = shown(row, call.now())};
}

Result<DescribeHandshakeOutput> describe_handshake(Call& call, const DescribeHandshakeInput& in) {
  auto row = TRY(find(call, in.HandshakeId, Party::kEither));
  return DescribeHandshakeOutput{.Handshake = shown(row, call.now())};
}

Result<ListHandshakesForAccountOutput> list_handshakes_for_account(
    Call& call, const ListHandshakesForAccountInput& in) {
  return list<ListHandshakesForAccountInput, ListHandshakesForAccountOutput>(
      call, in, [&](const HandshakeRow& row) { return row.Account == call.account().text; });
}

Result<ListHandshakesForOrganizationOutput> list_handshakes_for_organization(
    Call& call, const ListHandshakesForOrganizationInput& in) {
  auto organization = TRY(require_management(call));
  return list<ListHandshakesForOrganizationInput, ListHandshakesForOrganizationOutput>(
      call, in, [&](const HandshakeRow& row) { return row.Organization == organization.Id; });
}

}  // namespace drydock::organizations
