#include "services/cloudformation/engine/dynamic.h"

#include "base/text.h"

namespace drydock::cloudformation {

namespace {

// "ssm:name:3", "ssm-secure:name", "secretsmanager:id-or-arn:SecretString:json-key:stage:version".
Result<std::string> resolve_one(std::string_view reference, const Client& client) {
  auto unsupported = [&] {
    return fault("ValidationError",
                 "Invalid dynamic reference {{resolve:" + std::string(reference) + "}}");
  };
  size_t colon = reference.find(':');
  if (colon == std::string_view::npos) return unsupported();
  std::string_view service = reference.substr(0, colon);
  std::string rest(reference.substr(colon + 1));
  if (service == "ssm" || service == "ssm-secure") {
    auto answer =
        client.call("ssm", "GetParameter",
                    Value::object({{"Name", rest}, {"WithDecryption", service == "ssm-secure"}}));
    if (!answer && answer.error().code.starts_with("Parameter"))  // the name or its version
      return fault("ValidationError",
                   "Parameters: [" + std::string(reference) + "] cannot be found.");
    if (!answer) return fault(std::move(answer).error());
    return (*answer)["Parameter"]["Value"].string_or("");
  }
  if (service != "secretsmanager") return unsupported();
  std::string id = rest, key;
  Value input = Value(Value::Object{});
  if (size_t at = rest.find(":SecretString"); at != std::string::npos) {
    id = rest.substr(0, at);
    auto parts = split(std::string_view(rest).substr(at + 1), ':');
    if (parts.size() > 1) key = parts[1];
    if (parts.size() > 2 && !parts[2].empty()) input.set("VersionStage", std::string(parts[2]));
    if (parts.size() > 3 && !parts[3].empty()) input.set("VersionId", std::string(parts[3]));
  }
  input.set("SecretId", id);
  Value answer = TRY(client.call("secretsmanager", "GetSecretValue", std::move(input)));
  std::string secret = answer["SecretString"].string_or("");
  if (key.empty()) return secret;
  auto json = parse_json(secret);
  if (!json || !json->find(key))
    return fault("ValidationError",
                 "Could not find a value associated with JSONKey in SecretString");
  return (*json)[key].scalar_text();
}

Result<std::string> resolve_text(const std::string& text, const Client& client) {
  constexpr std::string_view kStart = "{{resolve:";
  std::string out;
  std::string_view rest = text;
  for (size_t start; (start = rest.find(kStart)) != std::string_view::npos;) {
    size_t end = rest.find("}}", start);
    if (end == std::string_view::npos) break;
    out += rest.substr(0, start);
    out +=
        TRY(resolve_one(rest.substr(start + kStart.size(), end - start - kStart.size()), client));
    rest.remove_prefix(end + 2);
  }
  return out + std::string(rest);
}

}  // namespace

Result<Value> resolve_dynamic_references(const Value& value, const Client& client) {
  if (value.is_string()) {
    if (value.as_string().find("{{resolve:") == std::string::npos) return value;
    return Value(TRY(resolve_text(value.as_string(), client)));
  }
  if (value.is_list()) {
    Value::List out;
    for (const Value& item : value.as_list())
      out.push_back(TRY(resolve_dynamic_references(item, client)));
    return Value(std::move(out));
  }
  if (value.is_object()) {
    Value::Object out;
    for (const auto& [name, inner] : value.as_object())
      out.push_back({name, TRY(resolve_dynamic_references(inner, client))});
    return Value(std::move(out));
  }
  return value;
}

}  // namespace drydock::cloudformation
