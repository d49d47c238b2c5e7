// Streams: the changes of a table, in order, for a day.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/server.h"
#include "services/dynamodb/item_store.h"
#include "services/dynamodb/schema.h"

namespace drydock::dynamodb {

// What the request alone decides; AWS's texts.
Result<void> check_stream(const std::optional<StreamSpecification>& specification);
// Begins a stream, noting it in the table's row.
void open_stream(Call& call, const Space& space, TableRow& row, const std::string& view_type);
// Ends it; it can be read for a day.
void close_stream(Call& call, const Space& space, TableRow& row);
Result<void> change_stream(Call& call, const Space& space, TableRow& row,
                           const std::optional<StreamSpecification>& specification);

// Nothing for a write that changes nothing.
void record_change(Call& call, const Schema& schema, const Item* before, const Item* after,
                   Writer writer);

inline constexpr std::string_view kTrimJob =
    "dynamodb.trim-stream";  // takes away what is a day old
Next trim_step(Server& server, const Job& job);

// A place in a stream, as a client carries it. Pure.
struct ShardPlace {
  std::string stream_arn;
  int64_t next = 1;    // number of the change to be read
  int64_t issued = 0;  // milliseconds
};
std::string write_place(const ShardPlace& place);
std::optional<ShardPlace> read_place(std::string_view text);  // of at most 2 KB
// "table/NAME/stream/LABEL".
struct StreamName {
  std::string table, label;
};
std::optional<StreamName> stream_name(std::string_view resource);

}  // namespace drydock::dynamodb
