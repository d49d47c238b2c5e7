// AWS::CodeCommit::Repository: Ref is the repository's id, not its name.
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

void note(Work& w, const Value& metadata) {
  w.attributes = pick(metadata, {"Arn", "arn:Arn", "cloneUrlHttp:CloneUrlHttp",
                                 "cloneUrlSsh:CloneUrlSsh", "repositoryName:Name"});
}

Result<void> create(Work& w) {
  if (w["Triggers"].size() > 0)
    return not_implemented("The property Triggers of AWS::CodeCommit::Repository");
  Value input = pick(w.properties, {"RepositoryName", "RepositoryDescription", "KmsKeyId"});
  input.set("tags", tag_map(merged_tags(w["Tags"], w.tags)));
  auto made = w.call("codecommit", "CreateRepository", std::move(input));
  if (!made && w.adopts(made.error(), {"RepositoryNameExistsException"}))
    made = w.call("codecommit", "GetRepository", pick(w.properties, {"RepositoryName"}));
  if (!made) return fault(std::move(made).error());
  note(w, (*made)["repositoryMetadata"]);
  w.made((*made)["repositoryMetadata"]["repositoryId"].as_string());
  if (w["Code"].is_null()) return {};
  // Only now: later changes of Code are ignored, as on AWS.
  Value seed = pick(w["Code"]["S3"], {"Bucket:bucket", "Key:key", "ObjectVersion:versionId"});
  seed.set("repositoryName", w["RepositoryName"]);
  seed.set("branchName", w["Code"]["BranchName"].string_or("main"));
  TRY(w.call("codecommit", "ImportArchive", std::move(seed)));
  return {};
}

Result<void> update(Work& w) {
  std::string name = w["RepositoryName"].scalar_text();
  if (w.changed("RepositoryName")) {
    auto done = w.call("codecommit", "UpdateRepositoryName",
                       Value::object({{"oldName", w.before["RepositoryName"]}, {"newName", name}}));
    if (!done && !(w.again && is_missing(done.error()))) return fault(std::move(done).error());
  }
  if (w.changed("RepositoryDescription"))
    TRY(w.call(
        "codecommit", "UpdateRepositoryDescription",
        Value::object({{"repositoryName", name},
                       {"repositoryDescription", w["RepositoryDescription"].scalar_text()}})));
  Value answer =
      TRY(w.call("codecommit", "GetRepository", Value::object({{"repositoryName", name}})));
  note(w, answer["repositoryMetadata"]);
  Value before = merged_tags(w.before["Tags"], w.tags_before),
        after = merged_tags(w["Tags"], w.tags);
  return retag(w, {"codecommit", "TagResource", "UntagResource", "tags", "tagKeys", TagForm::kMap},
               Value::object({{"resourceArn", w.attributes["Arn"]}}), before, after);
}

Result<void> remove(Work& w) {
  Value name = w.attributes["Name"].is_null() ? w["RepositoryName"] : w.attributes["Name"];
  return deleted(
      w.call("codecommit", "DeleteRepository", Value::object({{"repositoryName", name}})));
}

}  // namespace

extern const ResourceType kCodeCommitRepository = {
    .name = "AWS::CodeCommit::Repository",
    .properties = "RepositoryName! RepositoryDescription Code Triggers KmsKeyId Tags",
    .attributes = "Arn CloneUrlHttp CloneUrlSsh Name",
    .create = create,
    .update = update,
    .remove = remove};

}  // namespace drydock::cloudformation
