"""The Smithy subset of models/README.md: text to a tree of shapes. Knows syntax only; check.py knows meaning."""
import re


class ModelError(Exception):
    def __init__(self, where, message):
        super().__init__(f"{where}: error: {message}")


class Shape:
    """One definition. kind: service, operation, structure, union, list, map, enum, or a simple type's name."""

    def __init__(self, kind, name, traits, doc, where):
        self.kind, self.name, self.traits, self.doc, self.where = kind, name, traits, doc, where
        self.members = []            # structure, union; list ("member"); map ("key", "value")
        self.values = []             # enum
        self.input = self.output = None  # operation: shape names
        self.errors = []             # operation: [(name, where)]


class Member:
    def __init__(self, name, target, traits, doc, where):
        self.name, self.target, self.traits, self.doc, self.where = name, target, traits, doc, where


class Trait:
    def __init__(self, name, value, where):
        self.name, self.value, self.where = name, value, where


class Model:
    def __init__(self, path):
        self.path = path
        self.namespace = None
        self.namespace_where = path
        self.shapes = {}  # by name, in order

    def add(self, shape):
        other = self.shapes.get(shape.name)
        if other:
            raise ModelError(shape.where, f"{shape.name} is already defined at {other.where}")
        self.shapes[shape.name] = shape


SIMPLE = {"string", "boolean", "byte", "short", "integer", "long", "float", "double", "timestamp", "blob", "document"}
TOKEN = re.compile(r'''
    (?P<blank>[\s,]+)
  | (?P<doc>///[^\n]*)
  | (?P<comment>//[^\n]*)
  | (?P<block>"""\n(?:[^"\\]|\\.|"(?!""))*""")
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<walrus>:=)
  | (?P<name>\$?[A-Za-z_][A-Za-z0-9_]*(?:[.\#][A-Za-z_][A-Za-z0-9_]*)*)
  | (?P<mark>[{}\[\]():=@])
''', re.X | re.S)
ESCAPE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}


def tokens_of(text, path):
    """[(kind, text, line, docs before it)]"""
    tokens, at, line, docs = [], 0, 1, []
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ModelError(f"{path}:{line}", f"unexpected character {text[at]!r}")
        kind, piece = match.lastgroup, match.group()
        if kind == "doc":
            docs.append(piece[3:].strip())
        elif kind not in ("blank", "comment"):
            tokens.append((kind, piece, line, docs))
            docs = []
        line += piece.count("\n")
        at = match.end()
    tokens.append(("end", "end of file", line, []))
    return tokens


def unescape(body):
    def one(match):
        escape = match.group(1)
        if escape[0] == "u":
            return chr(int(escape[1:], 16))
        return ESCAPE.get(escape, escape)
    return re.sub(r"\\(u[0-9A-Fa-f]{4}|.)", one, body, flags=re.S)


class Parser:
    def __init__(self, text, path):
        self.path, self.tokens, self.at = path, tokens_of(text, path), 0

    # ---- tokens
    def peek(self):
        return self.tokens[self.at]

    def where(self):
        return f"{self.path}:{self.peek()[2]}"

    def fail(self, message):
        raise ModelError(self.where(), message)

    def take(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, text):
        if self.peek()[1] == text and self.peek()[0] != "string":
            self.at += 1
            return True
        return False

    def expect(self, text):
        if not self.accept(text):
            self.fail(f"expected '{text}', found '{self.peek()[1]}'")

    def name(self, what):
        kind, text, _, _ = self.peek()
        if kind != "name":
            self.fail(f"expected {what}, found '{text}'")
        self.at += 1
        return text

    def shape_id(self):
        return self.name("a shape").split("#")[-1]

    # ---- values of traits
    def value(self):
        kind, text, _, _ = self.peek()
        if kind == "string":
            self.at += 1
            return unescape(text[1:-1])
        if kind == "block":
            self.at += 1
            lines = text[4:-3].split("\n")
            indent = min((len(l) - len(l.lstrip()) for l in lines if l.strip()), default=0)
            return unescape("\n".join(l[indent:] for l in lines))
        if kind == "number":
            self.at += 1
            return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
        if self.accept("["):
            items = []
            while not self.accept("]"):
                items.append(self.value())
            return items
        if self.accept("{"):
            return self.pairs("}")
        if kind == "name":
            self.at += 1
            return {"true": True, "false": False, "null": None}.get(text, text)
        self.fail(f"expected a value, found '{text}'")

    def pairs(self, end):
        result = {}
        while not self.accept(end):
            kind, text, _, _ = self.take()
            key = unescape(text[1:-1]) if kind == "string" else text
            if kind not in ("string", "name"):
                self.at -= 1
                self.fail(f"expected a key, found '{text}'")
            self.expect(":")
            result[key] = self.value()
        return result

    def traits(self):
        """({name: Trait}, doc). Value: None, a plain value, or a dict of arguments."""
        found, docs = {}, list(self.peek()[3])
        while self.peek()[1] == "@" and self.peek()[0] == "mark":
            where = self.where()
            self.take()
            name, value = self.name("a trait").split("#")[-1], None
            if self.accept("("):
                key, colon = self.peek(), self.tokens[self.at + 1]
                if key[0] in ("name", "string") and colon[1] == ":" and colon[0] == "mark":
                    value = self.pairs(")")
                elif not self.accept(")"):
                    value = self.value()
                    self.expect(")")
            if name in found:
                raise ModelError(where, f"@{name} is given twice")
            found[name] = Trait(name, value, where)
            docs += self.peek()[3]
        return found, docs

    # ---- statements
    def model(self):
        model = Model(self.path)
        while self.peek()[1].startswith("$"):
            self.take()
            self.expect(":")
            self.value()
        model.namespace_where = self.where()
        self.expect("namespace")
        model.namespace = self.name("a namespace")
        while self.accept("use"):
            self.name("a shape")
        while self.peek()[0] != "end":
            self.statement(model)
        return model

    def statement(self, model):
        traits, doc = self.traits()
        where = self.where()
        keyword = self.name("a definition")
        if keyword in ("apply", "metadata", "resource", "intEnum", "set", "bigInteger", "bigDecimal"):
            raise ModelError(where, f"'{keyword}' is not in our Smithy subset")
        if keyword not in SIMPLE | {"service", "operation", "structure", "union", "list", "map", "enum"}:
            raise ModelError(where, f"unknown definition '{keyword}'")
        shape = Shape(keyword, self.name("a name"), traits, doc, where)
        if self.peek()[1] in ("with", "for") and self.peek()[0] == "name":
            self.fail(f"'{self.peek()[1]}' is not in our Smithy subset")
        model.add(shape)
        if keyword == "service":
            if self.accept("{"):
                self.pairs("}")
        elif keyword == "operation":
            self.operation(model, shape)
        elif keyword == "enum":
            self.enum(shape)
        elif keyword not in SIMPLE:
            self.members(shape)

    def members(self, shape):
        self.expect("{")
        while not self.accept("}"):
            traits, doc = self.traits()
            where = self.where()
            name = self.name("a member")
            self.expect(":")
            member = Member(name, self.shape_id(), traits, doc, where)
            if self.peek()[1] == "=":
                self.fail("default values are not in our Smithy subset")
            if any(other.name == name for other in shape.members):
                raise ModelError(where, f"{shape.name} has two members {name}")
            shape.members.append(member)

    def enum(self, shape):
        self.expect("{")
        while not self.accept("}"):
            self.traits()
            name = self.name("an enum member")
            shape.values.append(self.value() if self.accept("=") else name)

    def operation(self, model, shape):
        self.expect("{")
        while not self.accept("}"):
            key = self.name("input, output or errors")
            if key in ("input", "output"):
                if self.accept(":="):
                    traits, doc = self.traits()
                    inline = Shape("structure", shape.name + key.capitalize(), traits, doc, self.where())
                    model.add(inline)
                    self.members(inline)
                    setattr(shape, key, inline.name)
                else:
                    self.expect(":")
                    target = self.shape_id()
                    setattr(shape, key, None if target == "Unit" else target)
            elif key == "errors":
                self.expect(":")
                self.expect("[")
                while not self.accept("]"):
                    where = self.where()
                    shape.errors.append((self.shape_id(), where))
            else:
                self.at -= 1
                self.fail(f"an operation has input, output and errors, not '{key}'")


def parse(path):
    with open(path, encoding="utf-8") as file:
        return Parser(file.read(), path).model()
