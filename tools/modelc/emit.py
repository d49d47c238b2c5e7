"""The C++ of a checked model: header, handler declarations, tables."""
from check import BINDINGS, PRELUDE, PROTOCOLS, cpp_name, is_read_only, is_recorded, snake_case

BANNER = "// Made by tools/modelc from models/{}.smithy.\n"
TIMESTAMPS = {"epoch-seconds": "kEpochSeconds", "date-time": "kDateTime", "http-date": "kHttpDate"}


def quoted(text):
    out = []
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif 32 <= byte < 127:
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def number(value):
    return repr(float(value))


class Emitter:
    def __init__(self, service):
        self.service, self.shapes, self.name = service, service.shapes, service.name
        self.xml = service.aws["protocol"] != "rest-json"  # JSON RPC has no names of its own; SQS speaks the query protocol too
        self.tables = []       # text of tables, each after those it names by value
        self.declared = []     # names of shape functions
        self.constraint_count = 0

    # ---- types
    def type_of(self, name):
        shape = self.service.resolve(name)
        kind = self.service.value_kind(name)
        if shape.kind in ("structure", "union"):
            return f"::drydock::{self.name}::{name}"
        if shape.kind == "list":
            return f"std::vector<{self.type_of(shape.members[0].target)}>"
        if shape.kind == "map":
            return f"::drydock::Map<{self.type_of(shape.members[1].target)}>"
        if kind == "kStream":
            return "::drydock::Payload"
        return next(cpp for table_kind, cpp in PRELUDE.values() if table_kind == kind)

    def is_stream(self, member):
        return self.service.value_kind(member.target) == "kStream"

    def is_required(self, member):
        """Held as T, not as optional<T>. A stream is always there, empty or not."""
        return "required" in member.traits or self.is_stream(member)

    def member_type(self, shape, member):
        held = self.type_of(member.target)
        if (shape.name, member.name) in self.service.boxed:
            held = f"::drydock::Box<{held}>"
        return held if self.is_required(member) else f"std::optional<{held}>"

    # ---- gen/x.h
    def header(self):
        out = [BANNER.format(self.name), "#pragma once\n", '#include "shape/service.h"\n',
               f"namespace drydock::{self.name} {{\n"]
        structures = [s for s in self.service.structures if "error" not in s.traits]
        out.append("\n".join(f"struct {s.name};" for s in structures) + "\n")
        for shape in structures:
            out.append(self.structure(shape))
        for operation in self.service.operations:
            out.append(comment(operation.doc, "") +
                       f"struct {operation.name} {{\n  using Input = {operation.input};\n"
                       f"  using Output = {operation.output};\n  static const Operation& operation();\n}};\n")
        out.append("const Service& service();\n")
        out.append(self.errors_declared())
        out.append(f"}}  // namespace drydock::{self.name}\n\nnamespace drydock {{\n")
        for shape in structures:
            out.append(f"template <> const Shape& shape_of<{self.name}::{shape.name}>();\n")
        out.append("}  // namespace drydock\n")
        return "\n".join(out[:4]) + "\n".join(out[4:])

    def structure(self, shape):
        out = comment(shape.doc, "") + f"struct {shape.name} {{\n"
        for member in shape.members:
            held = self.member_type(shape, member)
            start = {"int64_t": " = 0", "double": " = 0", "bool": " = false"}.get(held, "")
            out += comment(member.doc, "  ") + f"  {held} {cpp_name(member.name)}{start};\n"
        return out + "};\n"

    def errors(self):
        return [s for s in self.service.of_kind("structure") if "error" in s.traits]

    def errors_declared(self):
        """`members`: what the error structure has besides its message."""
        lines = [f"Unexpected {e.name}(std::string message, Value members = {{}});" for e in self.errors()]
        return "namespace errors {\n" + "\n".join(lines) + "\n}  // namespace errors\n"

    # ---- gen/x_handlers.h
    def handlers(self):
        out = BANNER.format(self.name) + f'#pragma once\n\n#include "gen/{self.name}.h"\n\n'
        out += f"namespace drydock::{self.name} {{\n\n"
        for operation in self.service.operations:
            out += (f"Result<{operation.output}> {snake_case(operation.name)}"
                    f"(Call& call, const {operation.input}& in);\n")
        return out + f"\n}}  // namespace drydock::{self.name}\n"

    # ---- gen/x.cc
    def source(self):
        structures = [s for s in self.service.structures if "error" not in s.traits]
        for shape in structures:
            self.structure_table(shape)
        operations = ",\n".join(self.operation_row(o) for o in self.service.operations)
        aws, name = self.service.aws, self.name
        out = BANNER.format(name) + f'#include "gen/{name}.h"\n\n#include "gen/{name}_handlers.h"\n'
        out += '#include "shape/tables.h"\n\n#pragma GCC diagnostic ignored "-Winvalid-offsetof"\n\n'
        out += f"namespace drydock::{name} {{\nnamespace {{\n\n"
        out += "".join(f"[[maybe_unused]] const Shape& {f}();\n" for f in self.declared) + "\n"
        out += "\n".join(self.tables)
        # operator[] of an empty array is no C++: a service always serves something
        out += f"\nconstexpr Operation kOperations[] = {{\n{operations}}};\n" if operations else ""
        out += "\nconstexpr Service kService = {\n" + "".join(f"    .{k} = {v},\n" for k, v in (
            ("name", quoted(name)), ("signing_name", quoted(aws["signingName"])),
            ("host_prefix", quoted(aws["hostPrefix"])), ("protocol", "Protocol::" + PROTOCOLS[aws["protocol"]]),
            ("version", quoted(str(aws.get("version", "")))), ("target_prefix", quoted(aws.get("targetPrefix", ""))),
            ("xml_namespace", quoted(aws.get("xmlNamespace", ""))),
            ("global", "true" if aws.get("global") else "false"),
            ("operations", "kOperations" if operations else "{}"))) + "};\n\n}  // namespace\n\n"
        out += "const Service& service() { return kService; }\n"
        for index, operation in enumerate(self.service.operations):
            out += f"const Operation& {operation.name}::operation() {{ return kOperations[{index}]; }}\n"
        out += "\nnamespace errors {\n" + "".join(self.error_maker(e) for e in self.errors()) + "}  // namespace errors\n"
        out += f"\n}}  // namespace drydock::{name}\n\nnamespace drydock {{\n\n"
        for shape in structures:
            out += (f"template <> const Shape& shape_of<{name}::{shape.name}>() "
                    f"{{ return {name}::shape_{shape.name}(); }}\n")
        return out + "\n}  // namespace drydock\n"

    def error_maker(self, error):
        code = error.traits["errorCode"].value if "errorCode" in error.traits else error.name
        default = 500 if error.traits["error"].value == "server" else 400
        status = error.traits["httpError"].value if "httpError" in error.traits else default
        return (f"Unexpected {error.name}(std::string message, Value members) {{\n"
                f"  return fault(Fault{{{quoted(code)}, std::move(message), {status}, std::move(members)}});\n}}\n")

    # ---- tables
    def emit_shape(self, name, fields):
        """A constant `kShape_<name>` and its function."""
        body = "".join(f"    .{k} = {v},\n" for k, v in fields if v)
        self.tables.append(f"constexpr Shape kShape_{name} = {{\n{body}}};\n"
                           f"const Shape& shape_{name}() {{ return kShape_{name}; }}\n")

    def shape_function(self, name, extra=None, owner=""):
        """The C++ function that gives the shape `name`; with `extra` traits (of a member) a shape of its own."""
        shape = self.service.resolve(name)
        if shape.kind == "prelude" and not extra:
            if name in ("Long", "PrimitiveLong"):
                return "prelude::long_"
            return "prelude::" + {"kDouble": "double_"}.get(PRELUDE[name][0], PRELUDE[name][0][1:].lower())
        if shape.kind in ("structure", "union"):
            return f"shape_{name}"
        table = f"{owner}_{name}" if extra else name
        function = f"shape_{table}"
        if function in self.declared:
            return function
        self.declared.append(function)
        fields = [("kind", "ShapeKind::" + self.service.value_kind(name)), ("name", quoted(name)),
                  ("constraints", self.constraints({**shape.traits, **(extra or {})}, shape, table))]
        if shape.kind in ("list", "map"):
            fields += self.sequence_fields(shape, table)
        self.emit_shape(table, fields)
        return function

    def sequence_fields(self, shape, table):
        item = shape.members[-1]
        fields = [("item", self.shape_function(item.target, constraint_traits(item), f"{shape.name}_{item.name}"))]
        if "xmlName" in item.traits and self.xml:
            fields.append(("item_wire_name", quoted(item.traits["xmlName"].value)))
        ops = "kSequence" if shape.kind == "list" else "kMapSequence"
        if shape.kind == "map":
            key = shape.members[0]
            if "xmlName" in key.traits and self.xml:
                fields.append(("key_wire_name", quoted(key.traits["xmlName"].value)))
            target = self.service.resolve(key.target)
            constraints = self.constraints({**target.traits, **key.traits}, target, table + "_key")
            if constraints:
                self.tables.append(f"constexpr Constraints kConstraints_{table}_key = {constraints};\n")
                fields.append(("key_constraints", f"&kConstraints_{table}_key"))
        fields.append(("sequence", f"&{ops}<{self.type_of(item.target)}>"))
        return fields

    def constraints(self, traits, shape, table):
        fields = []
        if "length" in traits:
            for side in ("min", "max"):
                if side in traits["length"].value:
                    fields.append(f".{side}_length = {traits['length'].value[side]}")
        if "range" in traits:
            for side in ("min", "max"):
                if side in traits["range"].value:
                    fields.append(f".{side} = {number(traits['range'].value[side])}")
        if "pattern" in traits:
            fields.append(f".pattern = {quoted(traits['pattern'].value)}")
        if shape.kind == "enum":
            values = ", ".join(quoted(v) for v in shape.values)
            self.tables.append(f"constexpr std::string_view kValues_{table}[] = {{{values}}};\n")
            fields.append(f".values = kValues_{table}")
        return "{" + ", ".join(fields) + "}" if fields else ""

    def structure_table(self, shape):
        self.declared.append(f"shape_{shape.name}")
        rows = [self.member_row(shape, member) for member in shape.members]
        if rows:
            self.tables.append(f"constexpr Member kMembers_{shape.name}[] = {{\n" + ",\n".join(rows) + "};\n")
        namespace = shape.traits["xmlNamespace"].value["uri"] if "xmlNamespace" in shape.traits else ""
        self.emit_shape(shape.name, [
            ("kind", "ShapeKind::kUnion" if shape.kind == "union" else "ShapeKind::kStructure"),
            ("name", quoted(shape.name)), ("members", f"kMembers_{shape.name}" if rows else ""),
            ("xml_name", quoted(shape.traits["xmlName"].value) if "xmlName" in shape.traits else ""),
            ("xml_namespace", quoted(namespace) if namespace else "")])

    def member_row(self, shape, member):
        traits = member.traits
        boxed = (shape.name, member.name) in self.service.boxed
        held = self.type_of(member.target)
        function = self.shape_function(member.target, constraint_traits(member), f"{shape.name}_{member.name}")
        required = self.is_required(member)
        fields = [f".name = {quoted(member.name)}", f".shape = {function}",
                  f".offset = offsetof({shape.name}, {cpp_name(member.name)})"]
        if required:
            fields.append(".required = true")
        if boxed:
            fields.append(".boxed = true")
        for trait, field in (("xmlFlattened", "flattened"), ("xmlAttribute", "attribute")):
            if trait in traits:
                fields.append(f".{field} = true")
        for trait, binding in BINDINGS.items():
            if trait in traits:
                fields.append(f".binding = HttpBinding::{binding}")
        fields.append(f".wire_name = {quoted(self.wire_name(member))}")
        stamp = traits.get("timestampFormat") or self.service.resolve(member.target).traits.get("timestampFormat")
        if stamp:
            fields.append(f".timestamp_format = TimestampFormat::{TIMESTAMPS[stamp.value]}")
        if boxed:
            fields.append(f".optional = &{'kBoxOps' if required else 'kOptionalBoxOps'}<{held}>")
        elif not required:
            fields.append(f".optional = &kOptionalOps<{held}>")
        return "    {" + ", ".join(fields) + "}"

    def wire_name(self, member):
        for trait in ("httpQuery", "httpHeader", "httpPrefixHeaders", "xmlName" if self.xml else "jsonName"):
            if trait in member.traits:
                return member.traits[trait].value
        return member.name

    def table(self, operation, kind, type_name, rows):
        """A constant array of its own for one operation; its name."""
        name = f"k{kind}_{operation.name}"
        self.tables.append(f"constexpr {type_name} {name}[] = {{{', '.join(rows)}}};\n")
        return name

    def operation_row(self, operation):
        traits = operation.traits
        http = traits["http"].value if "http" in traits else {}
        iam = traits["iam"].value if "iam" in traits else {}
        fields = [f".name = {quoted(operation.name)}", ".service = service",
                  f".input = shape_{operation.input}", f".output = shape_{operation.output}"]
        if http:
            fields.append(f".http = {{{quoted(http['method'])}, {quoted(http['uri'])}, {http.get('code', 200)}}}")
        for field in ("action", "resource"):
            if iam.get(field):
                fields.append(f".{field} = {quoted(iam[field])}")
        if iam.get("also"):
            fields.append(f".also = {self.table(operation, 'Also', 'std::string_view', map(quoted, iam['also']))}")
        if iam.get("keys"):
            rows = [f"{{{quoted(name)}, {quoted(source)}}}" for name, _, source in
                    (key.partition("=") for key in iam["keys"])]
            fields.append(f".keys = {self.table(operation, 'Keys', 'ConditionKey', rows)}")
        if iam:
            for field, member in zip(("tags", "tag_keys"), self.service.tag_members(operation)):
                if member:
                    fields.append(f".{field} = {quoted(member)}")
        if "tagAction" in iam:
            fields.append(f".tag_action = {quoted(iam['tagAction'])}")
        for trait, field in (("noauth", "unauthorized"), ("optionalAuth", "anonymous"), ("waits", "waits"),
                             ("internal", "internal")):
            if trait in traits:
                fields.append(f".{field} = true")
        for holds, field in ((is_recorded(operation), "recorded"), (is_read_only(operation), "read_only")):
            if holds:
                fields.append(f".{field} = true")
        fields += [f".run = run_handler<{operation.input}, {operation.output}, {snake_case(operation.name)}>"]
        for side in ("input", "output"):
            struct = getattr(operation, side)
            fields += [f".make_{side} = make_struct<{struct}>", f".free_{side} = free_struct<{struct}>"]
        return "    {" + ",\n     ".join(fields) + "}"


def constraint_traits(member):
    """Constraints that stand on the member itself."""
    return {n: t for n, t in member.traits.items() if n in ("length", "pattern", "range")}


def comment(lines, indent):
    return "".join(f"{indent}// {line}".rstrip() + "\n" for line in lines)


def services_source(names):
    out = ("// Made by tools/modelc: every service in models/.\n#include <span>\n\n#include \"shape/service.h\"\n\n"
           "namespace drydock {\n\n")
    for name in names:
        out += (f"namespace {name} {{\nconst Service& service();\nvoid register_service(Registry& registry);\n"
                f"}}  // namespace {name}\n")
    rows = ", ".join(f"&{name}::service()" for name in names)
    if names:
        out += f"\nstd::span<const Service* const> all_services() {{\n  static const Service* const services[] = {{{rows}}};\n"
        out += "  return services;\n}\n"
    else:
        out += "\nstd::span<const Service* const> all_services() { return {}; }\n"
    out += "\nvoid register_all_services([[maybe_unused]] Registry& registry) {\n"
    out += "".join(f"  {name}::register_service(registry);\n" for name in names)
    return out + "}\n\n}  // namespace drydock\n"
