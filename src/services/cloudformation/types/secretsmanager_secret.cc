// AWS::SecretsManager::Secret
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// What GenerateSecretString asks for: a password, alone or as one more member of a JSON object.
Result<Value> generated_secret(Work& w) {
  const Value& wanted = w["GenerateSecretString"];
  Value input = pick(
      wanted, {"PasswordLength", "ExcludeCharacters", "ExcludeNumbers", "ExcludePunctuation",
               "ExcludeUppercase", "ExcludeLowercase", "IncludeSpace", "RequireEachIncludedType"});
  Value made = TRY(w.call("secretsmanager", "GetRandomPassword", std::move(input)));
  const Value& password = made["RandomPassword"];
  const std::string pattern = wanted["SecretStringTemplate"].string_or("");
  const std::string key = wanted["GenerateStringKey"].string_or("");
  if (pattern.empty() != key.empty())
    return refuse("SecretStringTemplate and GenerateStringKey must be specified together");
  if (key.empty()) return password;
  auto object = parse_json(pattern);
  if (!object || !object->is_object()) return refuse("SecretStringTemplate is no JSON object");
  object->set(key, password);
  return Value(to_json(*object));
}

// The value for a new version, if the template says one.
Result<void> add_secret_string(Work& w, Value& input) {
  if (!w["SecretString"].is_null() && !w["GenerateSecretString"].is_null())
    return refuse("You can't specify both SecretString and GenerateSecretString");
  if (!w["SecretString"].is_null()) input.set("SecretString", w["SecretString"]);
  if (!w["GenerateSecretString"].is_null()) input.set("SecretString", TRY(generated_secret(w)));
  return {};
}

Result<void> create_secret(Work& w) {
  Value input = pick(w.properties, {"Description", "KmsKeyId"});
  input.set("Name", w.name);
  TRY(add_secret_string(w, input));
  Value tags = merged_tags(w["Tags"], w.tags);
  if (tags.size() > 0) input.set("Tags", std::move(tags));
  auto made = w.call("secretsmanager", "CreateSecret", std::move(input));
  if (!made && w.adopts(made.error(), {"ResourceExistsException"}))
    made = w.call("secretsmanager", "DescribeSecret", Value::object({{"SecretId", w.name}}));
  if (!made) return fault(std::move(made).error());
  w.attributes = Value::object({{"Id", (*made)["ARN"]}});
  w.made((*made)["ARN"].as_string());
  return {};
}

Result<void> update_secret(Work& w) {
  const Value secret = Value::object({{"SecretId", w.physical_id}});
  Value input = secret;
  if (w.changed("Description")) input.set("Description", w["Description"].string_or(""));
  if (w.changed("KmsKeyId"))
    input.set("KmsKeyId", w["KmsKeyId"].string_or("alias/aws/secretsmanager"));
  if (w.changed("SecretString") || w.changed("GenerateSecretString"))
    TRY(add_secret_string(w, input));
  if (input.size() > 1) TRY(w.call("secretsmanager", "UpdateSecret", std::move(input)));
  return retag(w, {"secretsmanager", "TagResource", "UntagResource"}, secret,
               merged_tags(w.before["Tags"], w.tags_before), merged_tags(w["Tags"], w.tags));
}

// CloudFormation leaves no recovery window.
Result<void> remove_secret(Work& w) {
  return deleted(
      w.call("secretsmanager", "DeleteSecret",
             Value::object({{"SecretId", w.physical_id}, {"ForceDeleteWithoutRecovery", true}})));
}

}  // namespace

extern const ResourceType kSecretsManagerSecret = {
    .name = "AWS::SecretsManager::Secret",
    .properties =
        "Name# Description KmsKeyId SecretString GenerateSecretString ReplicaRegions~ Type~ Tags",
    .attributes = "Id",
    .name_property = "Name",
    .name_max = 512,
    .create = create_secret,
    .update = update_secret,
    .remove = remove_secret};

}  // namespace drydock::cloudformation
