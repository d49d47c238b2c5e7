#include "services/ssm/parameters.h"

#include "base/encoding.h"
#include "base/text.h"
#include "gen/kms.h"

namespace drydock::ssm {
namespace {

constexpr std::string_view kVia = "ssm.amazonaws.com";
constexpr size_t kMostLevels = 15;

// KMS's complaint in the words of Parameter Store; a deny stays a deny.
Unexpected key_fault(Fault f) {
  if (f.code == "AccessDenied" || f.code == "AccessDeniedException" || f.code == "NotImplemented")
    return fault(std::move(f));
  return errors::InvalidKeyId(f.message);
}

Map<std::string> encryption_context(const std::string& arn) { return {{"PARAMETER_ARN", arn}}; }

bool one_of(const std::optional<std::vector<std::string>>& values, std::string_view text,
            std::string_view option) {
  if (!values) return false;
  for (const auto& value : *values) {
    if (option == "BeginsWith" ? text.starts_with(value)
        : option == "Contains" ? text.find(value) != text.npos
                               : text == value) {
      return true;
    }
  }
  return false;
}

bool in_path(std::string_view name, const std::optional<std::vector<std::string>>& paths,
             bool recursive) {
  if (!paths) return false;
  for (std::string path : *paths) {
    if (!path.ends_with('/')) path += '/';
    if (!name.starts_with(path)) continue;
    if (recursive || name.find('/', path.size()) == std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

std::string parameter_arn(const Space& space, std::string_view name) {
  std::string arn = "arn:aws:ssm:" + space.region + ":" + space.account + ":parameter";
  if (!name.starts_with('/')) arn += '/';
  return arn.append(name);
}

Selector read_selector(Call& call, const std::string& text) {
  Selector s{.name = text, .version = {}, .space = call.space()};
  if (auto arn = Arn::parse(text);
      arn && arn->service == "ssm" && arn->resource.starts_with("parameter/")) {
    s.space = {arn->account, arn->region};
    s.name = arn->resource.substr(9);
    // The ARN does not tell "name" from "/name"; a name without further slashes was given without
    // one.
    bool plain = s.name.find('/', 1) == std::string::npos;
    auto bare = s.name.substr(1, s.name.find(':') - 1);
    if (plain && kParameters.contains(call.txn(), s.space, {bare})) s.name.erase(0, 1);
  }
  if (auto colon = s.name.find(':'); colon != std::string::npos) {
    s.version = s.name.substr(colon + 1);
    s.name.erase(colon);
  }
  return s;
}

bool is_own(Call& call, const Selector& s) {
  const Space own = call.space();
  return s.space.account == own.account && s.space.region == own.region;
}

Result<void> check_new_name(const std::string& name) {
  constexpr std::string_view kRule =
      "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). If formed as a path, it can consist of "
      "sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols "
      ".-_";
  auto bare =
      to_lower(name.starts_with('/') ? std::string_view(name).substr(1) : std::string_view(name));
  if (bare.starts_with("aws"))
    return fault("AccessDeniedException", "No access to reserved parameter name: " + name + ".");
  if (bare.starts_with("ssm") || bare.empty() || name.ends_with('/') ||
      name.find("//") != std::string::npos) {
    return errors::ValidationException(std::string(kRule));
  }
  size_t levels = 0;
  for (char c : name) {
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '.' || c == '-' || c == '_' || c == '/';
    if (!good) return errors::ValidationException(std::string(kRule));
    if (c == '/') ++levels;
  }
  if (levels > 0 && !name.starts_with('/')) {
    return errors::ValidationException("Parameter name must be a fully qualified name.");
  }
  if (levels > kMostLevels) {
    return fault("HierarchyLevelLimitExceededException",
                 "A parameter name can have at most 15 levels of hierarchy; " + name + " has " +
                     std::to_string(levels) + ".");
  }
  return {};
}

std::optional<VersionRow> latest_version(Txn& txn, const Space& space, const ParameterRow& row) {
  return kVersions.get(txn, space, {row.Name, row.Latest});
}

Result<VersionRow> find_version(Call& call, const Selector& s) {
  std::optional<ParameterRow> row;
  if (s.space.region == call.space().region) row = kParameters.get(call.txn(), s.space, {s.name});
  if (!row) return errors::ParameterNotFound("");
  if (s.version.empty()) {
    auto latest = latest_version(call.txn(), s.space, *row);
    if (!latest) return errors::ParameterNotFound("");
    return std::move(*latest);
  }
  if (auto number = parse_int(s.version)) {
    if (auto version = kVersions.get(call.txn(), s.space, {s.name, *number}))
      return std::move(*version);
  } else {
    for (auto& version : kVersions.scan(call.txn(), s.space, {.prefix = {s.name}})) {
      for (const auto& label : version.Labels) {
        if (label == s.version) return std::move(version);
      }
    }
  }
  return errors::ParameterVersionNotFound("Systems Manager could not find version " + s.version +
                                          " of " + s.name + ". Verify the version and try again.");
}

Result<std::string> value_text(Call& call, const Space& owner, const VersionRow& row,
                               Secrets secrets) {
  if (row.Type != "SecureString") return row.Value;
  if (secrets == Secrets::kAsStored) return to_base64(row.Value);
  auto context = encryption_context(parameter_arn(owner, row.Name));
  auto opened = call.client(kVia).call<kms::Decrypt>(
      {.CiphertextBlob = row.Value, .EncryptionContext = context});
  if (!opened) return key_fault(std::move(opened).error());
  return opened->Plaintext.value_or("");
}

Result<std::string> encrypt_value(Call& call, const std::string& name, const std::string& key_id,
                                  const std::string& text) {
  if (text.size() > 4096) return not_implemented("A SecureString of more than 4096 bytes");
  auto context = encryption_context(parameter_arn(call.space(), name));
  auto sealed = call.client(kVia).call<kms::Encrypt>(
      {.KeyId = key_id, .Plaintext = text, .EncryptionContext = context});
  if (!sealed) return key_fault(std::move(sealed).error());
  return sealed->CiphertextBlob.value_or("");
}

Result<void> check_filters(const std::optional<std::vector<ParameterStringFilter>>& filters) {
  if (!filters) return {};
  for (const auto& filter : *filters) {
    const auto& key = filter.Key;
    bool known = key == "Name" || key == "Type" || key == "KeyId" || key == "Path" ||
                 key == "Label" || key == "Tier" || key == "DataType" || key.starts_with("tag:");
    if (!known) {
      return errors::InvalidFilterKey(
          "The following filter key is not valid: " + key +
          ". Valid filter keys include: [Path, Name, Type, KeyId, Tier, DataType, Label].");
    }
    auto option = filter.Option.value_or("");
    bool good = key == "Path" ? option.empty() || option == "Recursive" || option == "OneLevel"
                              : option.empty() || option == "Equals" || option == "BeginsWith" ||
                                    option == "Contains";
    if (!good) {
      return errors::InvalidFilterOption("The following filter option is not valid: " + option +
                                         ". Valid options include: [BeginsWith, Equals].");
    }
  }
  return {};
}

bool passes_filters(const ParameterRow& row, const VersionRow& latest,
                    const std::optional<std::vector<ParameterStringFilter>>& filters) {
  if (!filters) return true;
  for (const auto& filter : *filters) {
    auto option = filter.Option.value_or("");
    bool passes = false;
    if (filter.Key == "Name") {
      passes = one_of(filter.Values, row.Name, option) ||
               (row.Name.starts_with('/') && one_of(filter.Values, row.Name.substr(1), option));
    } else if (filter.Key == "Type") {
      passes = one_of(filter.Values, row.Type, option);
    } else if (filter.Key == "KeyId") {
      passes = one_of(filter.Values, latest.KeyId.value_or(""), option);
    } else if (filter.Key == "Path") {
      passes = in_path(row.Name, filter.Values, option == "Recursive");
    } else if (filter.Key == "Tier") {
      passes = one_of(filter.Values, latest.Tier, option);
    } else if (filter.Key == "DataType") {
      passes = one_of(filter.Values, latest.DataType, option);
    } else if (filter.Key == "Label") {
      for (const auto& label : latest.Labels) passes |= one_of(filter.Values, label, option);
    } else {
      for (const auto& tag : row.Tags) {
        passes |= "tag:" + tag.Key == filter.Key &&
                  (!filter.Values || one_of(filter.Values, tag.Value, option));
      }
    }
    if (!passes) return false;
  }
  return true;
}

Result<std::string> read_token(const std::optional<std::string>& token) {
  if (!token || token->empty()) return "";
  auto text = from_base64(*token);
  if (!text) return errors::InvalidNextToken("The specified token is not valid.");
  return std::move(*text);
}

std::string write_token(std::string_view last_name) { return to_base64(last_name); }

}  // namespace drydock::ssm
