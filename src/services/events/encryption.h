// Buses under a customer's key: what EventBridge asks of KMS for them.
//
// Who gives a bus its key must be allowed kms:DescribeKey and kms:GenerateDataKeyWithoutPlaintext,
// and EventBridge itself (events.amazonaws.com, for the bus) kms:GenerateDataKey and kms:Decrypt.
// Later whoever reads or writes rules and targets needs kms:Decrypt, and EventBridge enciphers each
// event of a customer and deciphers the rules that may want it.
#pragma once

#include "api/server.h"
#include "services/events/buses.h"

namespace drydock::events {

// Puts the bus under the key that the request names by id, alias or ARN; "" takes it from under its
// key.
Result<void> set_key(Call& call, const BusRef& bus, BusRow& row, const std::string& identifier);

// For the operations on rules and targets, as their caller.
Result<void> open_configuration(Call& call, const BusRef& bus);

// As EventBridge. KMS's faults.
Result<void> encrypt_event(Call& call, const BusRef& bus);
Result<void> decrypt_rules(Call& call, const BusRef& bus);

}  // namespace drydock::events
