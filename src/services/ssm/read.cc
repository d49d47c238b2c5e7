// Getting, listing and describing parameters.
#include "base/text.h"
#include "gen/ssm_handlers.h"
#include "services/ssm/parameters.h"

namespace drydock::ssm {
namespace {

Result<Parameter> answer(Call& call, const Space& space, const VersionRow& row, Secrets secrets) {
  Parameter p;
  p.Name = row.Name;
  p.Type = row.Type;
  p.Value = TRY(value_text(call, space, row, secrets));
  p.Version = row.Version;
  p.LastModifiedDate = row.Modified;
  p.ARN = parameter_arn(space, row.Name);
  p.DataType = row.DataType;
  return p;
}

ParameterMetadata describe(const Space& space, const VersionRow& row) {
  ParameterMetadata m;
  m.Name = row.Name;
  m.ARN = parameter_arn(space, row.Name);
  m.Type = row.Type;
  m.KeyId = row.KeyId;
  m.LastModifiedDate = row.Modified;
  m.LastModifiedUser = row.User;
  m.Description = row.Description;
  m.AllowedPattern = row.AllowedPattern;
  m.Version = row.Version;
  m.Tier = row.Tier;
  m.Policies = std::vector<InlinePolicy>{};
  m.DataType = row.DataType;
  return m;
}

// DescribeParameters' older filters, as the newer ones.
Result<std::optional<std::vector<ParameterStringFilter>>> all_filters(
    const DescribeParametersInput& in) {
  auto filters = in.ParameterFilters;
  if (in.Filters) {
    if (filters)
      return errors::ValidationException(
          "You can use either Filters or ParameterFilters in a single request.");
    filters.emplace();
    for (const auto& old : *in.Filters)
      filters->push_back({.Key = old.Key, .Option = "BeginsWith", .Values = old.Values});
  }
  TRY(check_filters(filters));
  return filters;
}

}  // namespace

Result<GetParameterOutput> get_parameter(Call& call, const GetParameterInput& in) {
  auto s = read_selector(call, in.Name);
  TRY(call.authorize("ssm:GetParameter", parameter_arn(s.space, s.name)));
  auto row = TRY(find_version(call, s));
  auto parameter = TRY(answer(call, s.space, row, secrets_of(in.WithDecryption)));
  if (!s.version.empty()) parameter.Selector = ":" + s.version;
  return GetParameterOutput{.Parameter = std::move(parameter)};
}

Result<GetParametersOutput> get_parameters(Call& call, const GetParametersInput& in) {
  GetParametersOutput out{.Parameters = std::vector<Parameter>{},
                          .InvalidParameters = std::vector<std::string>{}};
  std::vector<Selector> selectors;
  for (const auto& name : in.Names) {
    selectors.push_back(read_selector(call, name));
    TRY(call.authorize("ssm:GetParameters",
                       parameter_arn(selectors.back().space, selectors.back().name)));
  }
  for (size_t i = 0; i < selectors.size(); ++i) {
    auto row = find_version(call, selectors[i]);
    if (!row) {
      out.InvalidParameters->push_back(in.Names[i]);
      continue;
    }
    auto parameter = TRY(answer(call, selectors[i].space, *row, secrets_of(in.WithDecryption)));
    if (!selectors[i].version.empty()) parameter.Selector = ":" + selectors[i].version;
    out.Parameters->push_back(std::move(parameter));
  }
  return out;
}

Result<GetParametersByPathOutput> get_parameters_by_path(Call& call,
                                                         const GetParametersByPathInput& in) {
  std::string path = in.Path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  TRY(call.authorize("ssm:GetParametersByPath", parameter_arn(call.space(), path)));
  if (!path.starts_with('/')) {
    return errors::ValidationException(
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It "
        "can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: "
        ". (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the "
        "forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.");
  }
  TRY(check_filters(in.ParameterFilters));
  auto after = TRY(read_token(in.NextToken));
  const std::string prefix = path == "/" ? path : path + "/";
  const auto limit = static_cast<size_t>(in.MaxResults.value_or(10));
  std::vector<VersionRow> found;
  GetParametersByPathOutput out{.Parameters = std::vector<Parameter>{}};
  // Names of one path lie together; the scan starts before the first and ends behind the last.
  kParameters.each(
      call.txn(), call.space(), {.after = {after.empty() ? path : after}},
      [&](const auto&, const ParameterRow& row) {
        if (!row.Name.starts_with(prefix)) return row.Name < prefix;
        if (!in.Recursive.value_or(false) && row.Name.find('/', prefix.size()) != std::string::npos)
          return true;
        auto latest = latest_version(call.txn(), call.space(), row);
        if (!latest || !passes_filters(row, *latest, in.ParameterFilters)) return true;
        if (found.size() == limit) {
          out.NextToken = write_token(found.back().Name);
          return false;
        }
        found.push_back(std::move(*latest));
        return true;
      });
  for (const auto& row : found)
    out.Parameters->push_back(TRY(answer(call, call.space(), row, secrets_of(in.WithDecryption))));
  return out;
}

Result<GetParameterHistoryOutput> get_parameter_history(Call& call,
                                                        const GetParameterHistoryInput& in) {
  auto s = read_selector(call, in.Name);
  TRY(call.authorize("ssm:GetParameterHistory", parameter_arn(s.space, s.name)));
  s.version.clear();
  TRY(find_version(call, s));
  auto after = TRY(read_token(in.NextToken));
  const auto limit = static_cast<size_t>(in.MaxResults.value_or(50));
  ScanOptions options{.prefix = {s.name}, .limit = limit + 1};
  if (auto number = parse_int(after)) options.after = {s.name, *number};
  auto rows = kVersions.scan(call.txn(), s.space, options);
  GetParameterHistoryOutput out{.Parameters = std::vector<ParameterHistory>{}};
  if (rows.size() > limit) {
    rows.pop_back();
    out.NextToken = write_token(std::to_string(rows.back().Version));
  }
  for (const auto& row : rows) {
    ParameterHistory h;
    h.Name = row.Name;
    h.Type = row.Type;
    h.KeyId = row.KeyId;
    h.LastModifiedDate = row.Modified;
    h.LastModifiedUser = row.User;
    h.Description = row.Description;
    h.Value = TRY(value_text(call, s.space, row, secrets_of(in.WithDecryption)));
    h.AllowedPattern = row.AllowedPattern;
    h.Version = row.Version;
    h.Labels = row.Labels;
    h.Tier = row.Tier;
    h.Policies = std::vector<InlinePolicy>{};
    h.DataType = row.DataType;
    out.Parameters->push_back(std::move(h));
  }
  return out;
}

Result<DescribeParametersOutput> describe_parameters(Call& call,
                                                     const DescribeParametersInput& in) {
  auto filters = TRY(all_filters(in));
  auto after = TRY(read_token(in.NextToken));
  const auto limit = static_cast<size_t>(in.MaxResults.value_or(50));
  DescribeParametersOutput out{.Parameters = std::vector<ParameterMetadata>{}};
  // Those that others share by resource policies alone are not listed on AWS either.
  if (in.Shared.value_or(false)) return out;
  ScanOptions options;
  if (!after.empty()) options.after = {after};
  kParameters.each(call.txn(), call.space(), options, [&](const auto&, const ParameterRow& row) {
    auto latest = latest_version(call.txn(), call.space(), row);
    if (!latest || !passes_filters(row, *latest, filters)) return true;
    if (out.Parameters->size() == limit) {
      out.NextToken = write_token(*out.Parameters->back().Name);
      return false;
    }
    out.Parameters->push_back(describe(call.space(), *latest));
    return true;
  });
  return out;
}

}  // namespace drydock::ssm
