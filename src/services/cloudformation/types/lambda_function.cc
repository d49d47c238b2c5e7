// AWS::Lambda::Function
#include "services/cloudformation/types/inline_zip.h"
#include "services/cloudformation/types/response_modules.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

namespace {

// Code of the template as the API takes it: inline text becomes an archive with AWS's file name.
Result<Value> code_of(const Work& w) {
  Value code = w["Code"];
  const Value* inline_text = code.find("ZipFile");
  if (!inline_text) return code;
  std::string runtime = w["Runtime"].string_or("");
  bool node = runtime.starts_with("nodejs"), python = runtime.starts_with("python");
  if (!node && !python)
    return refuse("ZipFile can only be used when Runtime is set to either of nodejs or python.");
  const std::string text = inline_text->scalar_text();
  std::vector<ZippedFile> files = {{node ? "index.js" : "index.py", text}};
  if (node && text.find("cfn-response") != std::string::npos)
    files.push_back({"cfn-response.js", kNodeResponse});
  if (python && text.find("cfnresponse") != std::string::npos)
    files.push_back({"cfnresponse.py", kPythonResponse});
  return Value::object({{"ZipFile", zip_of(files)}});
}

Value configuration(const Work& w) {
  return pick(w.properties, {"Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize",
                             "VpcConfig", "DeadLetterConfig", "Environment", "KmsKeyArn:KMSKeyArn",
                             "TracingConfig", "Layers", "FileSystemConfigs", "ImageConfig",
                             "EphemeralStorage", "SnapStart", "LoggingConfig"});
}

Result<void> set_concurrency(Work& w) {
  if (!w.changed("ReservedConcurrentExecutions")) return {};
  Value input = Value::object({{"FunctionName", w.physical_id}});
  if (w["ReservedConcurrentExecutions"].is_null())
    return deleted(w.call("lambda", "DeleteFunctionConcurrency", std::move(input)));
  input.set("ReservedConcurrentExecutions", w["ReservedConcurrentExecutions"]);
  TRY(w.call("lambda", "PutFunctionConcurrency", std::move(input)));
  return {};
}

Result<void> create(Work& w) {
  Value input = configuration(w);
  input.set("FunctionName", w.name);
  input.set("Code", TRY(code_of(w)));
  for (const char* name : {"PackageType", "Architectures", "CodeSigningConfigArn"})
    if (const Value* found = w.properties.find(name)) input.set(name, *found);
  input.set("Tags", tag_map(merged_tags(w["Tags"], w.tags)));
  auto made = w.call("lambda", "CreateFunction", std::move(input));
  if (!made && w.adopts(made.error(), {"ResourceConflictException"})) {
    auto found = TRY(w.call("lambda", "GetFunction", Value::object({{"FunctionName", w.name}})));
    made = found["Configuration"];
  }
  if (!made) return fault(std::move(made).error());
  w.attributes = Value::object({{"Arn", (*made)["FunctionArn"]}});
  w.made(w.name);
  return set_concurrency(w);
}

// Active and not amid an update.
Result<bool> settled(Work& w) {
  Value answer =
      TRY(w.call("lambda", "GetFunction", Value::object({{"FunctionName", w.physical_id}})));
  const Value& c = answer["Configuration"];
  if (c["State"].string_or("") == "Failed" || c["LastUpdateStatus"].string_or("") == "Failed")
    return refuse("Function " + w.physical_id + " failed to stabilize: " +
                  c["StateReason"].string_or(c["LastUpdateStatusReason"].string_or("")));
  return c["State"].string_or("Active") == "Active" &&
         c["LastUpdateStatus"].string_or("Successful") == "Successful";
}

// Lambda takes one change at a time, so the configuration follows once the code has settled.
Result<bool> ready(Work& w) {
  if (!TRY(settled(w))) return false;
  if (!w.scratch["ConfigurationNext"].bool_or(false)) return true;
  w.scratch.set("ConfigurationNext", false);
  Value input = configuration(w);
  input.set("FunctionName", w.physical_id);
  // What the template no longer says goes back to its default.
  for (const auto& [name, otherwise] :
       {std::pair<const char*, Value>{"Description", ""},
        {"Timeout", 3},
        {"MemorySize", 128},
        {"Environment", Value::object({{"Variables", Value(Value::Object{})}})},
        {"Layers", Value(Value::List{})},
        {"TracingConfig", Value::object({{"Mode", "PassThrough"}})},
        {"EphemeralStorage", Value::object({{"Size", 512}})},
        {"DeadLetterConfig", Value::object({{"TargetArn", ""}})}})
    if (w[name].is_null() && !w.before[name].is_null()) input.set(name, otherwise);
  TRY(w.call("lambda", "UpdateFunctionConfiguration", std::move(input)));
  return settled(w);
}

Result<void> update(Work& w) {
  Value tags_before = merged_tags(w.before["Tags"], w.tags_before),
        tags = merged_tags(w["Tags"], w.tags);
  std::string arn = w.arn("lambda", "function:" + w.physical_id);
  TRY(retag(w, {"lambda", "TagResource", "UntagResource", "Tags", "TagKeys", TagForm::kMap},
            Value::object({{"Resource", arn}}), tags_before, tags));
  TRY(set_concurrency(w));
  bool configured = false;
  for (const char* name :
       {"Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "VpcConfig",
        "DeadLetterConfig", "Environment", "KmsKeyArn", "TracingConfig", "Layers",
        "FileSystemConfigs", "ImageConfig", "EphemeralStorage", "SnapStart", "LoggingConfig"})
    configured = configured || w.changed(name);
  if (w.changed("Code") || w.changed("Architectures")) {
    Value input = TRY(code_of(w));
    input.set("FunctionName", w.physical_id);
    if (const Value* found = w.properties.find("Architectures")) input.set("Architectures", *found);
    TRY(w.call("lambda", "UpdateFunctionCode", std::move(input)));
  }
  w.scratch.set("ConfigurationNext", configured);
  return {};
}

Result<void> remove(Work& w) {
  return deleted(
      w.call("lambda", "DeleteFunction", Value::object({{"FunctionName", w.physical_id}})));
}

}  // namespace

extern const ResourceType kLambdaFunction = {
    .name = "AWS::Lambda::Function",
    .properties =
        "FunctionName# Code! Role! Handler Runtime Description Timeout MemorySize VpcConfig DeadLetterConfig Environment KmsKeyArn TracingConfig "
        "Layers FileSystemConfigs ImageConfig EphemeralStorage SnapStart LoggingConfig PackageType# Architectures CodeSigningConfigArn "
        "ReservedConcurrentExecutions Tags "
        "RuntimeManagementConfig~ RecursiveLoop~ FunctionScalingConfig~ CapacityProviderConfig~ DurableConfig~ TenancyConfig~ PublishToLatestPublished~",
    .attributes = "Arn",
    .name_property = "FunctionName",
    .name_max = 64,
    .create = create,
    .update = update,
    .remove = remove,
    .ready = ready};

}  // namespace drydock::cloudformation
