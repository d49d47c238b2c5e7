// The syntax trees of DynamoDB's expressions. Placeholders (#name, :value) are numbered slots, so
// that one parsed text serves every request that uses it; `Bindings` fills the slots.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace drydock::dynamodb {

// One step of a document path: a name written out, a placeholder, or a list index.
struct PathStep {
  enum class Kind : uint8_t { kName, kPlaceholder, kIndex } kind = Kind::kName;
  std::string name;     // kName
  uint32_t number = 0;  // slot of kPlaceholder, index of kIndex
};
using Path = std::vector<PathStep>;

struct Operand {
  enum class Kind : uint8_t {
    kPath,
    kValue,
    kSize,
    kIfNotExists,
    kListAppend,
    kAdd,
    kSubtract
  } kind = Kind::kPath;
  Path path;                      // kPath; first operand of kIfNotExists
  uint32_t value = 0;             // kValue: slot
  std::vector<Operand> operands;  // of functions and arithmetic
};

struct Condition {
  enum class Kind : uint8_t {
    kAnd,
    kOr,
    kNot,
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kBetween,
    kIn,
    kExists,
    kNotExists,
    kType,
    kBeginsWith,
    kContains,
    kNotContains,  // legacy NOT_CONTAINS alone
  } kind = Kind::kAnd;
  std::vector<Condition> conditions;  // kAnd, kOr, kNot
  std::vector<Operand> operands;      // the others
};

struct Update {
  enum class Kind : uint8_t { kSet, kRemove, kAdd, kDelete };
  struct Action {
    Kind kind = Kind::kSet;
    Path path;
    Operand operand;  // kSet; kAdd and kDelete: a kValue
  };
  std::vector<Action> actions;
};

// What every parsed text has: the placeholders it uses, in slot order ("#n", ":v").
struct Placeholders {
  std::vector<std::string> names;
  std::vector<std::string> values;
};

struct ConditionExpression {
  Condition root;
  Placeholders used;
};
struct UpdateExpression {
  Update update;
  Placeholders used;
};
struct ProjectionExpression {
  std::vector<Path> paths;
  Placeholders used;
};

}  // namespace drydock::dynamodb
