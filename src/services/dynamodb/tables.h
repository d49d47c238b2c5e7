// Every table of this service's state.
#pragma once

#include "gen/dynamodb.h"
#include "store/table.h"

namespace drydock::dynamodb {

inline const Table<TableRow> kTables{"dynamodb.table"};  // {table name}
inline constexpr RawTable kItems{"dynamodb.item"};       // {table id, partition, sort}
inline constexpr RawTable kIndexItems{
    "dynamodb.index-item"};  // {table id, index id, partition, sort, item's partition, item's sort}
inline const Table<TransactionRow> kTransactions{"dynamodb.transaction"};  // {client request token}
inline const Table<StreamRow> kStreams{"dynamodb.stream"};                 // {table name, label}
inline const Table<ChangeRow> kChanges{"dynamodb.change"};       // {table name, label, number}
inline const Table<Value> kLastChanges{"dynamodb.last-change"};  // {table name, label}: a number

}  // namespace drydock::dynamodb
