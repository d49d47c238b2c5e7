// Encryption at rest: what DynamoDB asks of KMS for tables under a key of a customer's account.
//
// Who chooses a key must be allowed kms:DescribeKey and kms:CreateGrant through DynamoDB: the grant
// is for DynamoDB itself, which makes the table key by it and looks after the table. Who reads or
// writes items opens the table key: kms:Decrypt, as the caller through DynamoDB.
#pragma once

#include "api/server.h"
#include "services/dynamodb/schema.h"

namespace drydock::dynamodb {

// What the request alone decides of it; AWS's texts.
Result<void> check_encryption(const std::optional<SSESpecification>& specification);
// Puts the table under the key that the specification names, or under DynamoDB's own. To be done
// last: a grant that was made stays when the request fails later.
Result<void> set_encryption(Call& call, TableRow& row,
                            const std::optional<SSESpecification>& specification);
// The same for a table that is there; AWS does refuse the key that it has, named by its ARN.
Result<void> change_encryption(Call& call, const Schema& schema, TableRow& row,
                               const std::optional<SSESpecification>& specification);

Result<void> decrypt_table_key(Call& call, const Schema& schema);
// Asked of everyone who reads or writes items; nothing to do for most tables.
inline Result<void> open_table_key(Call& call, const Schema& schema) {
  if (!schema.row.SseDataKey) [[likely]]
    return {};
  return decrypt_table_key(call, schema);
}
// Whether DynamoDB itself can open it, by its grant: for what it does on its own.
bool can_maintain(Server& server, const Schema& schema);
// Whether the key is enabled and DynamoDB may still see it; for tables with a table key.
bool is_accessible(Server& server, const Schema& schema);

// DynamoDB gives up its grant, once this call has committed.
void retire_grant_later(Call& call, const TableRow& row);
inline constexpr std::string_view kRetireJob = "dynamodb.retire-grant";
Next retire_step(Server& server, const Job& job);

}  // namespace drydock::dynamodb
