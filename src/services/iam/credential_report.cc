// The credential report: a table of every user of the account and what it can sign in with.
#include "gen/iam_handlers.h"
#include "services/iam/entities.h"
#include "services/iam/last_use.h"

namespace drydock::iam {

namespace {

constexpr int64_t kFreshMs = 4LL * 3600 * 1000;
constexpr size_t kKeyColumns = 2;

std::string date_of(Timestamp time) {
  std::string text = to_iso8601(Timestamp{time.seconds() * 1000});
  if (text.ends_with('Z')) text.replace(text.size() - 1, 1, "+00:00");
  return text;
}

// A user's name may have a comma.
std::string field(const std::string& text) {
  return text.find(',') == std::string::npos ? text : '"' + text + '"';
}

std::string yes(bool value) { return value ? "true" : "false"; }

std::string password_columns(Call& call, const UserRow& user) {
  if (!user.Password) return ",false,N/A,N/A,N/A";
  auto policy = kPasswordPolicy.get(call.txn(), call.global_space(), {"policy"});
  std::string next = "N/A";
  if (policy && policy->MaxAge)
    next = date_of(user.Password->Changed + *policy->MaxAge * 24 * 3600 * 1000);
  return ",true,no_information," + date_of(user.Password->Changed) + "," + next;
}

std::string key_columns(Call& call, const std::string& id) {
  auto key = kAccessKeys.get(call.txn(), kInstallation, {id});
  if (!key) return ",false,N/A,N/A,N/A,N/A";
  std::string out = "," + yes(key->Status == "Active") + "," + date_of(key->Created);
  auto use = latest_use(call, id);
  return out +
         (use ? "," + date_of(use->time) + "," + use->region + "," + use->service : ",N/A,N/A,N/A");
}

std::string certificate_columns(const UserRow& user) {
  constexpr size_t kColumns = 2;
  const auto certificates = user.SigningCertificates.value_or(std::vector<SigningCertificateRow>{});
  std::string out;
  for (size_t i = 0; i < kColumns; ++i)
    out += i < certificates.size() ? "," + yes(certificates[i].Status == "Active") + "," +
                                         date_of(certificates[i].Uploaded)
                                   : ",false,N/A";
  return out + "\n";
}

std::string report_of(Call& call) {
  std::string out =
      "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,"
      "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
      "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,"
      "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n";
  constexpr std::string_view kNoCertificates = ",false,N/A,false,N/A\n";
  out += "<root_account>,arn:aws:iam::" + call.account().text + ":root," +
         date_of(account_created(call)) +
         ",not_supported,no_information,not_supported,not_supported,false";
  for (size_t i = 0; i < kKeyColumns; ++i) out += ",false,N/A,N/A,N/A,N/A";
  out += kNoCertificates;
  for (const auto& user : kUsers.scan(call.txn(), call.global_space())) {
    out += field(user.Name) + "," + field(arn_of(call.account().text, user)) + "," +
           date_of(user.Created) + password_columns(call, user) + "," +
           yes(user.MfaDevices && !user.MfaDevices->empty());
    for (size_t i = 0; i < kKeyColumns; ++i)
      out += key_columns(call, i < user.AccessKeys.size() ? user.AccessKeys[i] : "");
    out += certificate_columns(user);
  }
  return out;
}

}  // namespace

Result<GenerateCredentialReportOutput> generate_credential_report(
    Call& call, const GenerateCredentialReportInput&) {
  auto known = kCredentialReport.get(call.txn(), call.global_space(), {"report"});
  if (known && call.now().ms - known->Made.ms < kFreshMs)
    return GenerateCredentialReportOutput{.State = "COMPLETE"};
  kCredentialReport.put(call.txn(), call.global_space(), {"report"},
                        {.Content = report_of(call), .Made = call.now()});
  return GenerateCredentialReportOutput{
      .State = "STARTED", .Description = "No report exists. Starting a new report generation task"};
}

Result<GetCredentialReportOutput> get_credential_report(Call& call,
                                                        const GetCredentialReportInput&) {
  auto known = kCredentialReport.get(call.txn(), call.global_space(), {"report"});
  if (!known)
    return errors::CredentialReportNotPresentException(
        "Unable to find an existing report; please generate a report first");
  if (call.now().ms - known->Made.ms >= kFreshMs)
    return errors::CredentialReportExpiredException(
        "The existing report is older than 4 hours; please generate a new report");
  return GetCredentialReportOutput{
      .Content = known->Content, .ReportFormat = "text/csv", .GeneratedTime = known->Made};
}

}  // namespace drydock::iam
