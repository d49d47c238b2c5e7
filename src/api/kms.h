// What services ask of KMS to encrypt and decrypt with a customer's key: data keys, made and opened
// as the caller through the service (Call::client, a forward access session, so that key policies
// see kms:ViaService), or as the service itself (Server::client_as_service).
#pragma once

#include <string>
#include <string_view>

#include "api/client.h"
#include "shape/shape.h"
#include "store/table.h"

namespace drydock {

// One key as a service uses it for a resource.
struct KeyUse {
  std::string key;  // id, alias or ARN; full_key_arn() where the owner may not be the caller
  Map<std::string> context;  // encryption context
};

// The ARN of a key or alias that `owner` named by id, by alias or by ARN.
std::string full_key_arn(const Space& owner, std::string_view name);

// kms:GenerateDataKey, then kms:Decrypt, by which SQS and SNS verify a new data key before they use
// it. The sealed data key, for open_data_key.
Result<std::string> make_data_key(const Client& client, const KeyUse& use);
// kms:Decrypt of a sealed data key. `use.key` is not read: the sealed key names its own.
Result<void> open_data_key(const Client& client, const KeyUse& use, const std::string& sealed);

// A fault of KMS as a service passes it on, under a code of its own: AWS does append whose it was.
Fault kms_fault(Fault from_kms, std::string code);

}  // namespace drydock
