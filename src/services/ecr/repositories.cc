// Repositories: made, described, tagged and deleted; their policies.
#include "services/ecr/repositories.h"

#include "api/server.h"
#include "auth/evaluate.h"
#include "base/encoding.h"
#include "gen/ecr_handlers.h"
#include "shape/pattern.h"

namespace drydock::ecr {

std::string repository_arn(const Space& space, std::string_view name) {
  return Arn{.service = "ecr",
             .region = space.region,
             .account = space.account,
             .resource = "repository/" + std::string(name)}
      .text();
}

std::string named(std::string_view name, const Space& space) {
  return "the repository with name '" + std::string(name) + "' in the registry with id '" +
         space.account + "'";
}

Unexpected invalid_parameter(std::string_view name, std::string_view constraint) {
  return errors::InvalidParameterException("Invalid parameter at '" + std::string(name) +
                                           "' failed to satisfy constraint: '" +
                                           std::string(constraint) + "'");
}

namespace {

constexpr size_t kMostTags = 50;
constexpr std::string_view kNamePattern =
    "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";

// A registry is an account's.
Space registry_of(Call& call, const std::optional<std::string>& registry) {
  Space space = call.space();
  if (registry) space.account = *registry;
  return space;
}

Result<FoundRepository> find(Call& call, std::string_view action, const Space& space,
                             const std::string& name, Context context = {}) {
  TRY(call.authorize(action, repository_arn(space, name), std::move(context)));
  auto row = kRepositories.get(call.txn(), space, {name});
  if (!row)
    return errors::RepositoryNotFoundException("The repository with name '" + name +
                                               "' does not exist in the registry with id '" +
                                               space.account + "'");
  return FoundRepository{space, std::move(*row)};
}
template <class Input>
Result<FoundRepository> find(Call& call, std::string_view action, const Input& in) {
  return find(call, action, registry_of(call, in.registryId), in.repositoryName);
}

Result<FoundRepository> find_by_arn(Call& call, std::string_view action, const std::string& text,
                                    Context context = {}) {
  constexpr std::string_view kKind = "repository/";
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "ecr" || !arn->resource.starts_with(kKind)) {
    TRY(call.authorize(action, arn ? std::string_view(text) : "*", std::move(context)));
    return invalid_parameter("resourceArn", "Invalid ARN");
  }
  return find(call, action, {arn->account, arn->region}, arn->resource.substr(kKind.size()),
              std::move(context));
}

Context context_of(const std::vector<Tag>& tags) {
  Context context;
  std::vector<std::string> keys;
  for (const Tag& tag : tags) {
    context.add("aws:RequestTag/" + tag.Key, tag.Value);
    keys.push_back(tag.Key);
  }
  if (!keys.empty()) context.add("aws:TagKeys", std::move(keys));
  return context;
}

Unexpected too_many_tags(const std::string& name) {
  return errors::TooManyTagsException("The repository with name '" + name +
                                      "' would have more than 50 tags");
}

// Whether a policy would keep its owner's caller from ever setting another.
bool locks_out(Call& call, const FoundRepository& found, const PolicyPtr& policy) {
  const std::string& arn = *found.row.repository.repositoryArn;
  AuthorizationRequest request;
  request.caller = &call.caller();
  request.action = "ecr:SetRepositoryPolicy";
  request.resource = arn;
  request.resource_account = found.space.account;
  request.resource_policies = {{policy, {}, arn, arn}};
  request.region = found.space.region;
  request.now = call.now();
  return evaluate(request).effect == Effect::kExplicitDeny;
}

Unexpected no_policy(const FoundRepository& found) {
  return errors::RepositoryPolicyNotFoundException(
      "Repository policy does not exist for " +
      named(*found.row.repository.repositoryName, found.space));
}

}  // namespace

Result<FoundRepository> find_repository(Call& call, std::string_view action,
                                        const std::optional<std::string>& registry,
                                        const std::string& name) {
  return find(call, action, registry_of(call, registry), name);
}

void put_repository(Call& call, const FoundRepository& found) {
  kRepositories.put(call.txn(), found.space, {*found.row.repository.repositoryName}, found.row);
}

Result<CreateRepositoryOutput> create_repository(Call& call, const CreateRepositoryInput& in) {
  const Space space = registry_of(call, in.registryId);
  const std::string arn = repository_arn(space, in.repositoryName);
  const auto tags = in.tags.value_or(std::vector<Tag>{});
  TRY(call.authorize("ecr:CreateRepository", arn, context_of(tags)));
  if (space.account != call.account().text)
    return invalid_parameter("registryId", "The registry must be the caller's own");
  if (!satisfies_pattern(kNamePattern, in.repositoryName))
    return invalid_parameter("repositoryName",
                             "must satisfy regular expression '" + std::string(kNamePattern) + "'");
  if (tags.size() > kMostTags) return too_many_tags(in.repositoryName);
  if (kRepositories.contains(call.txn(), space, {in.repositoryName}))
    return errors::RepositoryAlreadyExistsException(
        "The repository with name '" + in.repositoryName +
        "' already exists in the registry with id '" + space.account + "'");
  Repository made{
      .repositoryArn = arn,
      .registryId = space.account,
      .repositoryName = in.repositoryName,
      .repositoryUri =
          space.account + ".dkr.ecr." + space.region + ".amazonaws.com/" + in.repositoryName,
      .createdAt = call.now(),
      .imageTagMutability = in.imageTagMutability.value_or("MUTABLE"),
      .imageScanningConfiguration =
          in.imageScanningConfiguration.value_or(ImageScanningConfiguration{.scanOnPush = false}),
      .encryptionConfiguration =
          in.encryptionConfiguration.value_or(EncryptionConfiguration{.encryptionType = "AES256"})};
  put_repository(call, {space, {.repository = made, .tags = tags}});
  return CreateRepositoryOutput{.repository = std::move(made)};
}

Result<DescribeRepositoriesOutput> describe_repositories(Call& call,
                                                         const DescribeRepositoriesInput& in) {
  const Space space = registry_of(call, in.registryId);
  DescribeRepositoriesOutput out{.repositories = std::vector<Repository>{}};
  if (in.repositoryNames && !in.repositoryNames->empty()) {
    for (const auto& name : *in.repositoryNames)
      TRY(call.authorize("ecr:DescribeRepositories", repository_arn(space, name)));
    for (const auto& name : *in.repositoryNames)
      out.repositories->push_back(
          TRY(find(call, "ecr:DescribeRepositories", space, name)).row.repository);
    return out;
  }
  TRY(call.authorize("ecr:DescribeRepositories", repository_arn(space, "*")));
  ScanOptions options;
  if (in.nextToken) {
    auto after = from_base64(*in.nextToken);
    if (!after) return invalid_parameter("nextToken", "Invalid token");
    options.after = {*after};
  }
  const auto limit = static_cast<size_t>(in.maxResults.value_or(100));
  kRepositories.each(call.txn(), space, options, [&](const auto&, const RepositoryRow& row) {
    if (out.repositories->size() == limit) {
      out.nextToken = to_base64(*out.repositories->back().repositoryName);
      return false;
    }
    out.repositories->push_back(row.repository);
    return true;
  });
  return out;
}

Result<DeleteRepositoryOutput> delete_repository(Call& call, const DeleteRepositoryInput& in) {
  auto found = TRY(find(call, "ecr:DeleteRepository", in));
  kRepositories.erase(call.txn(), found.space, {in.repositoryName});
  return DeleteRepositoryOutput{.repository = std::move(found.row.repository)};
}

Result<PutImageTagMutabilityOutput> put_image_tag_mutability(Call& call,
                                                             const PutImageTagMutabilityInput& in) {
  auto found = TRY(find(call, "ecr:PutImageTagMutability", in));
  found.row.repository.imageTagMutability = in.imageTagMutability;
  put_repository(call, found);
  return PutImageTagMutabilityOutput{.registryId = found.space.account,
                                     .repositoryName = in.repositoryName,
                                     .imageTagMutability = in.imageTagMutability};
}

Result<PutImageScanningConfigurationOutput> put_image_scanning_configuration(
    Call& call, const PutImageScanningConfigurationInput& in) {
  auto found = TRY(find(call, "ecr:PutImageScanningConfiguration", in));
  found.row.repository.imageScanningConfiguration = in.imageScanningConfiguration;
  put_repository(call, found);
  return PutImageScanningConfigurationOutput{
      .registryId = found.space.account,
      .repositoryName = in.repositoryName,
      .imageScanningConfiguration = in.imageScanningConfiguration};
}

Result<ListImagesOutput> list_images(Call& call, const ListImagesInput& in) {
  TRY(find(call, "ecr:ListImages", in));
  return ListImagesOutput{.imageIds = std::vector<ImageIdentifier>{}};
}

Result<DescribeImagesOutput> describe_images(Call& call, const DescribeImagesInput& in) {
  auto found = TRY(find(call, "ecr:DescribeImages", in));
  if (!in.imageIds || in.imageIds->empty())
    return DescribeImagesOutput{.imageDetails = std::vector<ImageDetail>{}};
  const ImageIdentifier& wanted = in.imageIds->front();
  return errors::ImageNotFoundException(
      "The image with imageId {imageDigest:'" + wanted.imageDigest.value_or("null") +
      "', imageTag:'" + wanted.imageTag.value_or("null") + "'} does not exist within " +
      named(in.repositoryName, found.space));
}

// ---- policies

Result<SetRepositoryPolicyOutput> set_repository_policy(Call& call,
                                                        const SetRepositoryPolicyInput& in) {
  auto found = TRY(find(call, "ecr:SetRepositoryPolicy", in));
  auto refuse = [](std::string_view why) { return invalid_parameter("PolicyText", why); };
  auto policy = parse_policy(in.policyText, PolicyUse::kResource);
  if (!policy) return refuse("Invalid repository policy provided");
  auto held = call.server().hold_principals(call.txn(), in.policyText);
  // Text: terraform-provider-aws issue 39064.
  if (!held) return refuse("Principal not found");
  if (!in.force.value_or(false) && locks_out(call, found, *policy))
    return refuse(
        "The repository policy would prevent you from setting another one; use force to set it");
  found.row.policy = std::move(*held);
  put_repository(call, found);
  return SetRepositoryPolicyOutput{.registryId = found.space.account,
                                   .repositoryName = in.repositoryName,
                                   .policyText = in.policyText};
}

Result<GetRepositoryPolicyOutput> get_repository_policy(Call& call,
                                                        const GetRepositoryPolicyInput& in) {
  auto found = TRY(find(call, "ecr:GetRepositoryPolicy", in));
  if (!found.row.policy) return no_policy(found);
  return GetRepositoryPolicyOutput{
      .registryId = found.space.account,
      .repositoryName = in.repositoryName,
      .policyText = call.server().show_principals(call.txn(), *found.row.policy)};
}

Result<DeleteRepositoryPolicyOutput> delete_repository_policy(
    Call& call, const DeleteRepositoryPolicyInput& in) {
  auto found = TRY(find(call, "ecr:DeleteRepositoryPolicy", in));
  if (!found.row.policy) return no_policy(found);
  const std::string shown = call.server().show_principals(call.txn(), *found.row.policy);
  found.row.policy.reset();
  put_repository(call, found);
  return DeleteRepositoryPolicyOutput{
      .registryId = found.space.account, .repositoryName = in.repositoryName, .policyText = shown};
}

// ---- tags

Result<TagResourceOutput> tag_resource(Call& call, const TagResourceInput& in) {
  auto found = TRY(find_by_arn(call, "ecr:TagResource", in.resourceArn, context_of(in.tags)));
  for (const Tag& tag : in.tags) {
    std::erase_if(found.row.tags, [&](const Tag& old) { return old.Key == tag.Key; });
    found.row.tags.push_back(tag);
  }
  if (found.row.tags.size() > kMostTags) return too_many_tags(*found.row.repository.repositoryName);
  put_repository(call, found);
  return TagResourceOutput{};
}

Result<UntagResourceOutput> untag_resource(Call& call, const UntagResourceInput& in) {
  Context context;
  context.add("aws:TagKeys", in.tagKeys);
  auto found = TRY(find_by_arn(call, "ecr:UntagResource", in.resourceArn, std::move(context)));
  for (const auto& key : in.tagKeys)
    std::erase_if(found.row.tags, [&](const Tag& tag) { return tag.Key == key; });
  put_repository(call, found);
  return UntagResourceOutput{};
}

Result<ListTagsForResourceOutput> list_tags_for_resource(Call& call,
                                                         const ListTagsForResourceInput& in) {
  auto found = TRY(find_by_arn(call, "ecr:ListTagsForResource", in.resourceArn));
  return ListTagsForResourceOutput{.tags = std::move(found.row.tags)};
}

}  // namespace drydock::ecr
