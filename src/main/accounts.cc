// `drydock account` and `drydock env`.
#include <cstdio>

#include "base/encoding.h"
#include "main/commands.h"

namespace drydock {

int run_account_create(const Endpoint& endpoint, const std::string& name, const std::string& id,
                       Output output) {
  Value body = Value::object({{"Name", name}});
  if (!id.empty()) body.set("Id", id);
  auto account = admin_post(endpoint, "/accounts", body);
  if (!account) return failed(account.error());
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(*account).c_str());
    return 0;
  }
  std::printf("account %s %s\n", (*account)["Id"].string_or("").c_str(), name.c_str());
  std::printf("use it:  eval \"$(drydock env %s)\"   or   drydock shell --account %s\n",
              name.c_str(), name.c_str());
  return 0;
}

int run_account_list(const Endpoint& endpoint, Output output) {
  auto accounts = admin_get(endpoint, "/accounts");
  if (!accounts) return failed(accounts.error());
  if (output == Output::kJson) {
    std::printf("%s\n", to_pretty_json(*accounts).c_str());
    return 0;
  }
  const Value& list = (*accounts)["Accounts"];
  if (list.is_list())
    for (const Value& account : list.as_list())
      std::printf("%s  %s\n", account["Id"].string_or("").c_str(),
                  account["Name"].string_or("").c_str());
  return 0;
}

int run_env(const Endpoint& endpoint, const std::string& name, EnvStyle style) {
  auto health = admin_get(endpoint, "/health");
  if (!health) return failed(health.error());
  auto account = admin_get(endpoint, "/accounts/" + percent_encode(name));
  if (!account) return failed(account.error());
  auto line = [](const char* variable, const std::string& value) {
    std::printf("export %s='%s'\n", variable, value.c_str());
  };
  line("AWS_ACCESS_KEY_ID", (*account)["AccessKeyId"].string_or(""));
  line("AWS_SECRET_ACCESS_KEY", (*account)["SecretAccessKey"].string_or(""));
  std::printf("unset AWS_SESSION_TOKEN AWS_PROFILE\n");
  line("AWS_REGION", (*health)["region"].string_or("us-east-1"));
  line("AWS_DEFAULT_REGION", (*health)["region"].string_or("us-east-1"));
  line("DRYDOCK_URL", endpoint.url);
  if (style == EnvStyle::kEndpoint) {
    line("AWS_ENDPOINT_URL", endpoint.url);
    return 0;
  }
  const std::string bundle = (*health)["bundleFile"].string_or("");
  line("HTTPS_PROXY", endpoint.url);
  line("https_proxy", endpoint.url);
  line("AWS_CA_BUNDLE", bundle);
  line("REQUESTS_CA_BUNDLE", bundle);
  line("GIT_SSL_CAINFO", bundle);
  line("CURL_CA_BUNDLE", bundle);
  line("NODE_EXTRA_CA_CERTS", (*health)["caFile"].string_or(""));
  return 0;
}

}  // namespace drydock
