"""What a model must satisfy, and the meaning of its names: prelude types, C++ names, order of structures."""
import os
import re

from smithy import Member, ModelError, Shape, Trait

PRELUDE = {  # prelude type -> (kind, C++ type)
    "String": ("kString", "std::string"), "Boolean": ("kBoolean", "bool"),
    "Byte": ("kInteger", "int64_t"), "Short": ("kInteger", "int64_t"), "Integer": ("kInteger", "int64_t"),
    "Long": ("kInteger", "int64_t"), "Float": ("kDouble", "double"), "Double": ("kDouble", "double"),
    "Timestamp": ("kTimestamp", "::drydock::Timestamp"), "Blob": ("kBlob", "std::string"),
    "Document": ("kDocument", "::drydock::Value"),
}
for _name in ("Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double"):
    PRELUDE["Primitive" + _name] = PRELUDE[_name]

TEXT, FLAG = "text", "flag"
# trait -> (where it may stand, argument names or TEXT or FLAG). m: member, s: structure, o: operation, v: service,
# t: a simple type, list, map or union
TRAITS = {
    "required": ("m", FLAG), "length": ("mt", {"min", "max"}), "pattern": ("mt", TEXT), "range": ("mt", {"min", "max"}),
    "httpLabel": ("m", FLAG), "httpQuery": ("m", TEXT), "httpQueryParams": ("m", FLAG), "httpHeader": ("m", TEXT),
    "httpPrefixHeaders": ("m", TEXT), "httpPayload": ("m", FLAG), "httpResponseCode": ("m", FLAG),
    "http": ("o", {"method", "uri", "code"}), "xmlName": ("ms", TEXT), "xmlFlattened": ("m", FLAG),
    "xmlAttribute": ("m", FLAG), "xmlNamespace": ("msv", {"uri", "prefix"}), "jsonName": ("m", TEXT),
    "timestampFormat": ("mt", TEXT), "streaming": ("t", FLAG), "error": ("s", TEXT), "httpError": ("s", "number"),
    "errorCode": ("s", TEXT), "awsService": ("v", {"signingName", "hostPrefix", "protocol", "version", "targetPrefix",
                                                  "xmlNamespace", "global"}),
    "iam": ("o", {"action", "resource", "also", "keys", "tagAction"}), "noauth": ("o", FLAG), "optionalAuth": ("o", FLAG), "waits": ("o", FLAG),
    "internal": ("o", FLAG), "dataEvent": ("o", FLAG), "readonly": ("o", FLAG), "record": ("s", FLAG),
}
PROTOCOLS = {"query": "kQuery", "json10": "kJson10", "json11": "kJson11", "rest-json": "kRestJson",
             "rest-xml": "kRestXml"}
BINDINGS = {"httpLabel": "kLabel", "httpQuery": "kQuery", "httpQueryParams": "kQueryMap", "httpHeader": "kHeader",
            "httpPrefixHeaders": "kPrefixHeaders", "httpPayload": "kPayload", "httpResponseCode": "kStatus"}
# C++ keywords, and names that common headers define as macros.
RESERVED = set("""alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t
class compl concept const consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default
delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable
namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires
return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try
typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq
NULL TRUE FALSE EOF TRY linux unix errno stdin stdout stderr assert major minor""".split())


def cpp_name(name):
    return name + "_" if name in RESERVED else name


def snake_case(name):
    return cpp_name(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower())


# Operations called so only read: CloudTrail's records and its ReadOnly attribute say so. @readonly adds to them.
READING = ("Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search", "Filter", "Validate", "Simulate", "Preview",
           "Estimate", "Detect")


def is_recorded(operation):
    """Whether its calls are part of CloudTrail's event history."""
    return not {"internal", "dataEvent"} & operation.traits.keys()


def is_read_only(operation):
    return "readonly" in operation.traits or operation.name.startswith(READING)


class Service:
    """A checked model."""

    def __init__(self, model):
        self.model = model
        self.shapes = model.shapes
        self.name = os.path.splitext(os.path.basename(model.path))[0]
        if model.namespace != "drydock." + self.name:
            raise ModelError(model.namespace_where, f"the namespace of {model.path} must be drydock.{self.name}")
        services = self.of_kind("service")
        if len(services) != 1:
            raise ModelError(services[1].where if services else model.path, "a model has exactly one service")
        self.service = services[0]
        self.operations = self.of_kind("operation")
        self.check_traits()
        self.aws = self.check_service()
        self.check_targets()
        for operation in self.operations:
            self.check_operation(operation)
        self.check_names()
        self.structures = self.ordered_structures()

    def of_kind(self, *kinds):
        return [s for s in self.shapes.values() if s.kind in kinds]

    # ---- traits
    def check_traits(self):
        place = {"service": "v", "operation": "o", "structure": "s"}
        for shape in self.shapes.values():
            for trait in shape.traits.values():
                self.check_trait(trait, place.get(shape.kind, "t"), f"{shape.kind} {shape.name}")
            for member in shape.members:
                for trait in member.traits.values():
                    self.check_trait(trait, "m", f"member {shape.name}.{member.name}")

    def check_trait(self, trait, place, owner):
        known = TRAITS.get(trait.name)
        if not known:
            raise ModelError(trait.where, f"unknown trait @{trait.name}")
        places, arguments = known
        if place not in places:
            raise ModelError(trait.where, f"@{trait.name} has no meaning on {owner}")
        value = trait.value
        if arguments is FLAG and value not in (None, {}):
            raise ModelError(trait.where, f"@{trait.name} takes no value")
        if arguments is TEXT and not isinstance(value, str):
            raise ModelError(trait.where, f"@{trait.name} takes one string")
        if arguments == "number" and not isinstance(value, int):
            raise ModelError(trait.where, f"@{trait.name} takes one number")
        if isinstance(arguments, set):
            if not isinstance(value, dict):
                raise ModelError(trait.where, f"@{trait.name} takes {', '.join(sorted(arguments))}")
            for key in value:
                if key not in arguments:
                    raise ModelError(trait.where, f"@{trait.name} has no argument '{key}'")
        if trait.name == "pattern":
            # RE2 repeats at most 1000 times; @length says the same
            for piece in re.findall(r"\{(\d+)(?:,(\d*))?\}", value):
                if any(int(part) > 1000 for part in piece if part):
                    raise ModelError(trait.where, "a pattern repeats at most 1000 times; use @length")
            if re.search(r"\(\?(?:[=!>]|<[=!])|[*+?}]\+", value):
                raise ModelError(trait.where, "a pattern has no look-around and no possessive repetition")
        if trait.name == "error" and value not in ("client", "server"):
            raise ModelError(trait.where, '@error is "client" or "server"')
        if trait.name == "timestampFormat" and value not in ("epoch-seconds", "date-time", "http-date"):
            raise ModelError(trait.where, '@timestampFormat is "epoch-seconds", "date-time" or "http-date"')

    def check_service(self):
        trait = self.service.traits.get("awsService")
        if not trait:
            raise ModelError(self.service.where, "the service needs @awsService")
        aws = trait.value
        for key in ("signingName", "hostPrefix", "protocol"):
            if key not in aws:
                raise ModelError(trait.where, f"@awsService needs {key}")
        if aws["protocol"] not in PROTOCOLS:
            raise ModelError(trait.where, f"protocol is one of {', '.join(PROTOCOLS)}")
        if aws["protocol"].startswith("json") and "targetPrefix" not in aws:
            raise ModelError(trait.where, "a JSON service needs targetPrefix")
        if aws["protocol"] == "query" and "version" not in aws:
            raise ModelError(trait.where, "a query service needs version")
        return aws

    # ---- names
    def resolve(self, name):
        """A shape of the model, a prelude type as a Shape, or None."""
        if name in self.shapes:
            return self.shapes[name]
        if name in PRELUDE:
            return Shape("prelude", name, {}, [], "prelude")
        return None

    def check_targets(self):
        for shape in list(self.shapes.values()):
            for member in shape.members:
                target = self.resolve(member.target)
                if not target or target.kind in ("service", "operation"):
                    raise ModelError(member.where, f"unknown shape {member.target}")
            names = [m.name for m in shape.members]
            if shape.kind == "list" and names != ["member"]:
                raise ModelError(shape.where, f"list {shape.name} has exactly one member, 'member'")
            if shape.kind == "map" and names != ["key", "value"]:
                raise ModelError(shape.where, f"map {shape.name} has exactly 'key' and 'value'")
            if shape.kind in ("list", "map"):
                if self.value_kind(shape.members[-1].target) == "kBoolean" and shape.kind == "list":
                    raise ModelError(shape.where, "lists of Boolean are not in our subset")
            if shape.kind == "map" and self.value_kind(shape.members[0].target) != "kString":
                raise ModelError(shape.where, f"the keys of map {shape.name} must be strings")
            if shape.kind == "union" and any("required" in m.traits for m in shape.members):
                raise ModelError(shape.where, f"members of union {shape.name} cannot be @required")

    def value_kind(self, name):
        shape = self.resolve(name)
        if shape.kind == "prelude":
            return PRELUDE[name][0]
        if shape.kind in ("structure", "union", "list", "map"):
            return "k" + shape.kind.capitalize()
        if shape.kind == "enum":
            return "kString"
        if "streaming" in shape.traits:
            return "kStream"
        return PRELUDE[shape.kind.capitalize()][0]

    def structure_of(self, operation, side):
        """The structure of one side; an empty one is made when there is none."""
        name = getattr(operation, side)
        if name is None:
            name = operation.name + side.capitalize()
            if name not in self.shapes:
                self.shapes[name] = Shape("structure", name, {}, [], operation.where)
        shape = self.shapes.get(name)
        if not shape:
            raise ModelError(operation.where, f"unknown shape {name}")
        if shape.kind != "structure":
            raise ModelError(operation.where, f"{side} {name} of {operation.name} is no structure")
        setattr(operation, side, name)
        return shape

    def check_operation(self, operation):
        input, output = self.structure_of(operation, "input"), self.structure_of(operation, "output")
        codes = {s.traits["errorCode"].value for s in self.of_kind("structure") if "errorCode" in s.traits}
        for name, where in operation.errors:
            shape = self.shapes.get(name)
            if not (shape and "error" in shape.traits) and name not in codes:
                raise ModelError(where, f"unknown error {name}")
        rest = self.aws["protocol"].startswith("rest")
        if rest and "http" not in operation.traits and "internal" not in operation.traits:
            raise ModelError(operation.where, f"{operation.name} needs @http")
        if not {"iam", "noauth", "internal"} & operation.traits.keys():
            raise ModelError(operation.where, f"{operation.name} needs @iam or @noauth")
        if "iam" in operation.traits:
            self.check_template(operation, input)
        if rest and "http" in operation.traits:
            self.check_http(operation, input)
        for shape in (input, output):
            bodies = [m for m in shape.members if "httpPayload" in m.traits]
            if len(bodies) > 1:
                raise ModelError(bodies[1].where, f"{shape.name} has two @httpPayload members")
            for member in shape.members:
                if len(BINDINGS.keys() & member.traits.keys()) > 1:
                    raise ModelError(member.where, f"{member.name} is bound to two places")

    def check_template(self, operation, input):
        trait = operation.traits["iam"]
        if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", trait.value.get("action", "")):
            raise ModelError(trait.where, '@iam needs action: "service:Action"')
        names = {m.name for m in input.members} | {"account", "region", "partition"}
        for piece in re.findall(r"\{([^}|%]*)", trait.value.get("resource", "")):
            if piece.split(".")[0] not in names:
                raise ModelError(trait.where, f"{input.name} has no member {piece} for the resource template")
        for action in [*trait.value.get("also", []), trait.value.get("tagAction", "x:X")]:
            if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action):
                raise ModelError(trait.where, f'"{action}" is no action: "service:Action"')
        for key in trait.value.get("keys", []):
            name, _, source = key.partition("=")
            if ":" not in name or not source:
                raise ModelError(trait.where, f'"{key}" is no condition key: "service:Key={{Member}}"')
            # "x:things/{id}.part": one key for each of several things, named by their member.
            if not re.fullmatch(r"[^{}]*(\{[A-Za-z]+\}[^{}]*)?", name):
                raise ModelError(trait.where, f'"{key}" is no condition key: "service:Things/{{Member}}.Part={{Things.Part}}"')
            if source.startswith("{") and source[1:-1].split(".")[0] not in names:
                raise ModelError(trait.where, f"{input.name} has no member {source} for the condition key")
        if "tagAction" in trait.value and not self.tag_members(operation)[0]:
            raise ModelError(trait.where, f"{input.name} has no tags for the tagAction")

    def tag_members(self, operation):
        """The members of the input with tags to set and with tag keys to remove; None where there are none."""
        input = self.shapes[operation.input]
        def items(member):  # what a list holds; logs:UntagLogGroup calls its tag keys "tags"
            return self.value_kind(self.shapes[member.target].members[-1].target)
        found = [m for m in input.members if m.name.lower() in ("tags", "taglist", "tagkeys", "tagkeylist")
                 and self.value_kind(m.target) in ("kList", "kMap")]
        tags = next((m.name for m in found if self.value_kind(m.target) == "kMap" or items(m) == "kStructure"), None)
        keys = next((m.name for m in found if self.value_kind(m.target) == "kList" and items(m) == "kString"), None)
        return tags, keys

    def check_http(self, operation, input):
        trait = operation.traits["http"]
        for key in ("method", "uri"):
            if not isinstance(trait.value.get(key), str):
                raise ModelError(trait.where, f"@http needs {key}")
        in_uri = set(re.findall(r"\{([^}+]*)\+?\}", trait.value["uri"]))
        labels = {m.name for m in input.members if "httpLabel" in m.traits}
        if in_uri != labels:
            raise ModelError(trait.where, f"labels of the uri and @httpLabel members differ: "
                             f"{', '.join(sorted(in_uri ^ labels))}")
        for member in input.members:
            if "httpLabel" in member.traits and "required" not in member.traits:
                raise ModelError(member.where, f"@httpLabel {member.name} must be @required")

    def check_names(self):
        handlers = {}
        for operation in self.operations:
            other = handlers.setdefault(snake_case(operation.name), operation)
            if other is not operation:
                raise ModelError(operation.where, f"{operation.name} and {other.name} make one handler name")
        for shape in self.of_kind("structure", "union"):
            if shape.name in RESERVED or shape.name in ("errors", "service"):
                raise ModelError(shape.where, f"{shape.name} cannot be a C++ type name")

    # ---- order of structures
    def struct_edges(self, shape, direct):
        """Structures that `shape` holds: by value (direct), or in lists and maps."""
        found = []
        for member in shape.members:
            target, through = self.shapes.get(member.target), False
            while target and target.kind in ("list", "map"):
                target, through = self.shapes.get(target.members[-1].target), True
            if target and target.kind in ("structure", "union") and through != direct:
                found.append(target.name)
        return found

    def ordered_structures(self):
        """Each after what it holds by value, and where possible after what its lists hold. Sets self.boxed:
        (structure, member) pairs that would hold themselves."""
        nodes = [s.name for s in self.of_kind("structure", "union")]
        direct = {n: self.struct_edges(self.shapes[n], True) for n in nodes}
        component = {n: index for index, group in enumerate(components(nodes, direct)) for n in group}
        # an edge inside a component is part of a cycle
        self.boxed = {(n, member.name) for n in nodes for member in self.shapes[n].members
                      if component.get(member.target) == component[n]}
        direct = {n: [t for t in direct[n] if component[t] != component[n]] for n in nodes}
        both = {n: direct[n] + self.struct_edges(self.shapes[n], False) for n in nodes}
        order = []
        for group in components(nodes, both):
            inside = {n: [t for t in direct[n] if t in group] for n in group}
            for piece in components([n for n in nodes if n in group], inside):
                order += piece
        return [self.shapes[n] for n in order]


def components(nodes, edges):
    """Strongly connected components, those pointed to first (Tarjan)."""
    index, low, stack, on_stack, result = {}, {}, [], set(), []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for target in edges[node]:
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in on_stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = []
            while not group or group[-1] != node:
                group.append(stack.pop())
                on_stack.discard(group[-1])
            result.append(group)

    for node in nodes:
        if node not in index:
            visit(node)
    return result
