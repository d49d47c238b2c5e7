// Structs to XML, straight from the tables: query answers and S3.
#pragma once

#include <string>
#include <string_view>

#include "shape/shape.h"

namespace drydock::wire {

void append_xml_text(std::string_view text, std::string& out);

// The members of a structure as elements, without an element around them.
void append_xml_members(const Shape& shape, const void* from, Protocol protocol, std::string& out);
// One element of the value, with its attributes and, when not empty, xmlns.
void append_xml_element(std::string_view name, std::string_view xml_namespace, const Shape& shape,
                        const void* from, Protocol protocol, std::string& out);
// A Value as elements, for the members of faults. Lists repeat the element.
void append_xml_value(std::string_view name, const Value& value, std::string& out);

}  // namespace drydock::wire
