// Shapes of Smithy's own types.
#include "shape/tables.h"

namespace drydock::prelude {
namespace {
constexpr Shape kString = {.kind = ShapeKind::kString, .name = "String"};
constexpr Shape kBoolean = {.kind = ShapeKind::kBoolean, .name = "Boolean"};
constexpr Shape kInteger = {.kind = ShapeKind::kInteger, .name = "Integer"};
constexpr Shape kLong = {.kind = ShapeKind::kInteger, .name = "Long"};
constexpr Shape kDouble = {.kind = ShapeKind::kDouble, .name = "Double"};
constexpr Shape kTimestamp = {.kind = ShapeKind::kTimestamp, .name = "Timestamp"};
constexpr Shape kBlob = {.kind = ShapeKind::kBlob, .name = "Blob"};
constexpr Shape kDocument = {.kind = ShapeKind::kDocument, .name = "Document"};
}  // namespace

const Shape& string() { return kString; }
const Shape& boolean() { return kBoolean; }
const Shape& integer() { return kInteger; }
const Shape& long_() { return kLong; }
const Shape& double_() { return kDouble; }
const Shape& timestamp() { return kTimestamp; }
const Shape& blob() { return kBlob; }
const Shape& document() { return kDocument; }

}  // namespace drydock::prelude
