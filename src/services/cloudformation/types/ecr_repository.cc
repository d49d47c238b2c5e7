// AWS::ECR::Repository, AWS::ECR::RegistryPolicy
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

Value of_repository(const Work& w) {
  return Value::object({{"repositoryName", w.physical_id.empty() ? w.name : w.physical_id}});
}

// A document of the template may be JSON or text already.
Result<void> put_repository_policy(Work& w) {
  Value input = of_repository(w);
  const Value& document = w["RepositoryPolicyText"];
  if (document.is_null()) {
    auto gone = w.call("ecr", "DeleteRepositoryPolicy", std::move(input));
    if (gone || gone.error().code == "RepositoryPolicyNotFoundException") return {};
    return fault(std::move(gone).error());
  }
  input.set("policyText", document.is_string() ? document : Value(to_json(document)));
  TRY(w.call("ecr", "SetRepositoryPolicy", std::move(input)));
  return {};
}

Result<void> put_lifecycle(Work& w) {
  Value input = of_repository(w);
  const Value& text = w["LifecyclePolicy"]["LifecyclePolicyText"];
  if (text.is_null()) {
    auto gone = w.call("ecr", "DeleteLifecyclePolicy", std::move(input));
    if (gone || gone.error().code == "LifecyclePolicyNotFoundException") return {};
    return fault(std::move(gone).error());
  }
  input.set("lifecyclePolicyText", text);
  TRY(w.call("ecr", "PutLifecyclePolicy", std::move(input)));
  return {};
}

Result<void> create_repository(Work& w) {
  Value input = of_repository(w);
  if (!w["ImageTagMutability"].is_null()) input.set("imageTagMutability", w["ImageTagMutability"]);
  if (!w["ImageScanningConfiguration"].is_null())
    input.set("imageScanningConfiguration",
              pick(w["ImageScanningConfiguration"], {"ScanOnPush:scanOnPush"}));
  if (!w["EncryptionConfiguration"].is_null())
    input.set("encryptionConfiguration", pick(w["EncryptionConfiguration"],
                                              {"EncryptionType:encryptionType", "KmsKey:kmsKey"}));
  Value tags = merged_tags(w["Tags"], w.tags);
  if (tags.size() > 0) input.set("tags", std::move(tags));
  auto made = w.call("ecr", "CreateRepository", std::move(input));
  if (!made && !w.adopts(made.error(), {"RepositoryAlreadyExistsException"}))
    return fault(std::move(made).error());
  w.attributes = Value::object(
      {{"Arn", w.arn("ecr", "repository/" + w.name)},
       {"RepositoryUri", w.account + ".dkr.ecr." + w.region + ".amazonaws.com/" + w.name}});
  w.made(w.name);
  if (!w["RepositoryPolicyText"].is_null()) TRY(put_repository_policy(w));
  if (!w["LifecyclePolicy"].is_null()) TRY(put_lifecycle(w));
  return {};
}

Result<void> update_repository(Work& w) {
  if (w.changed("ImageTagMutability")) {
    Value input = of_repository(w);
    input.set("imageTagMutability", w["ImageTagMutability"].string_or("MUTABLE"));
    TRY(w.call("ecr", "PutImageTagMutability", std::move(input)));
  }
  if (w.changed("ImageScanningConfiguration")) {
    Value input = of_repository(w);
    Value wanted = pick(w["ImageScanningConfiguration"], {"ScanOnPush:scanOnPush"});
    if (wanted.size() == 0) wanted = Value::object({{"scanOnPush", false}});
    input.set("imageScanningConfiguration", std::move(wanted));
    TRY(w.call("ecr", "PutImageScanningConfiguration", std::move(input)));
  }
  if (w.changed("RepositoryPolicyText")) TRY(put_repository_policy(w));
  if (w.changed("LifecyclePolicy")) TRY(put_lifecycle(w));
  return retag(w, {"ecr", "TagResource", "UntagResource", "tags", "tagKeys", TagForm::kList},
               Value::object({{"resourceArn", w.attributes["Arn"]}}),
               merged_tags(w.before["Tags"], w.tags_before), merged_tags(w["Tags"], w.tags));
}

Result<void> remove_repository(Work& w) {
  Value input = of_repository(w);
  input.set("force", w["EmptyOnDelete"].scalar_text() == "true");
  return deleted(w.call("ecr", "DeleteRepository", std::move(input)));
}

// ---- the registry's policy, of which there is one

Result<void> put_registry_policy(Work& w) {
  if (w.physical_id.empty() && !w.again) {
    auto there = w.call("ecr", "GetRegistryPolicy", Value::object());
    if (there) return refuse("Resource of type 'AWS::ECR::RegistryPolicy' already exists.");
    if (there.error().code != "RegistryPolicyNotFoundException")
      return fault(std::move(there).error());
  }
  const Value& document = w["PolicyText"];
  TRY(w.call(
      "ecr", "PutRegistryPolicy",
      Value::object({{"policyText", document.is_string() ? document : Value(to_json(document))}})));
  w.attributes = Value::object({{"RegistryId", w.account}});
  if (w.physical_id.empty()) w.made(w.account);
  return {};
}
Result<void> remove_registry_policy(Work& w) {
  auto gone = w.call("ecr", "DeleteRegistryPolicy", Value::object());
  if (gone || gone.error().code == "RegistryPolicyNotFoundException") return {};
  return fault(std::move(gone).error());
}

}  // namespace

extern const ResourceType kEcrRegistryPolicy = {.name = "AWS::ECR::RegistryPolicy",
                                                .properties = "PolicyText!",
                                                .attributes = "RegistryId",
                                                .create = put_registry_policy,
                                                .update = put_registry_policy,
                                                .remove = remove_registry_policy};
extern const ResourceType kEcrRepository = {
    .name = "AWS::ECR::Repository",
    .properties =
        "RepositoryName# EncryptionConfiguration# ImageTagMutability ImageScanningConfiguration RepositoryPolicyText EmptyOnDelete LifecyclePolicy ImageTagMutabilityExclusionFilters~ Tags",
    .attributes = "Arn RepositoryUri",
    .name_property = "RepositoryName",
    .name_max = 256,
    .lower_case_name = true,
    .create = create_repository,
    .update = update_repository,
    .remove = remove_repository};

}  // namespace drydock::cloudformation
