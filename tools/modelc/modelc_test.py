"""python3 -m unittest discover -s tools/modelc -p "*_test.py" """
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from check import Service, snake_case  # noqa: E402
from emit import Emitter  # noqa: E402
from smithy import ModelError, parse  # noqa: E402

HEAD = '''$version: "2"
namespace drydock.toy
@awsService(signingName: "toy", hostPrefix: "toy", protocol: "json11", version: "1", targetPrefix: "Toy")
service toy
'''


def service_of(text, head=HEAD):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "toy.smithy")
        with open(path, "w", encoding="utf-8") as file:
            file.write(head + text)
        return Service(parse(path))


class Checks(unittest.TestCase):
    def refused(self, text, line, message, head=HEAD):
        with self.assertRaises(ModelError) as caught:
            service_of(text, head)
        self.assertRegex(str(caught.exception), rf"toy\.smithy:{line}: error: .*{message}")

    def test_errors_name_file_and_line(self):
        self.refused("structure A {\n  x: Nope\n}", 6, "unknown shape Nope")
        self.refused("structure A {}\nstructure A {}", 6, "A is already defined at .*:5")
        self.refused("structure A {\n @sparkling x: String }", 6, "unknown trait @sparkling")
        self.refused("structure A { x: String\n x: String }", 6, "two members x")
        self.refused("@required structure A {}", 5, "@required has no meaning on structure A")
        self.refused("list L { item: String }", 5, "exactly one member")
        self.refused("apply A @required", 5, "not in our Smithy subset")
        self.refused("structure A { x: String = 5 }", 5, "default values")
        self.refused("structure A { x; String }", 5, "unexpected character")

    def test_operations(self):
        self.refused("operation Get {}", 5, "Get needs @iam or @noauth")
        self.refused('@iam(action: "toy:Get", resource: "x/{Nope}")\noperation Get {}', 5, "no member Nope")
        self.refused("@noauth operation Get { errors: [Nope] }", 5, "unknown error Nope")
        self.refused("@noauth operation Get { input: Nope }", 5, "unknown shape Nope")
        self.refused("@noauth operation Get {}\nstructure Get {}", 6, "already defined")
        rest = HEAD.replace("json11", "rest-json")
        self.refused("@noauth operation Get {}", 5, "needs @http", rest)
        self.refused('@noauth @http(method: "GET", uri: "/{a}") operation Get { input := { @httpLabel a: String } }', 5,
                     "must be @required", rest)
        self.refused('@noauth @http(method: "GET", uri: "/{a}") operation Get {}', 5, "differ: a", rest)

    def test_patterns_that_re2_cannot_take(self):
        self.refused('@pattern("a{1,2048}") string S', 5, "at most 1000")
        self.refused('@pattern("(?!x)a") string S', 5, "look-around")

    def test_namespace_is_the_file(self):
        self.refused("", 2, "must be drydock.toy", HEAD.replace("drydock.toy", "drydock.tow"))


class Output(unittest.TestCase):
    def test_structures_come_after_what_they_hold(self):
        service = service_of("structure A { b: B } structure B { c: Cs } structure C { d: D } list Cs { member: C } "
                             "structure D { a: A  n: D }")
        names = [s.name for s in service.structures]
        self.assertLess(names.index("B"), names.index("A"))
        self.assertLess(names.index("D"), names.index("C"))
        self.assertEqual(service.boxed, {("D", "n")})

    def test_cycles_through_members_are_boxed(self):
        service = service_of("structure A { b: B } structure B { @required a: A  as: As } list As { member: A }")
        self.assertEqual(service.boxed, {("A", "b"), ("B", "a")})

    def test_keywords_and_types(self):
        header = Emitter(service_of("structure A { default: Boolean  @required NULL: PrimitiveLong  t: Timestamp d: Document "
                                    "m: M } map M { key: String value: Double }")).header()
        for line in ("std::optional<bool> default_;", "int64_t NULL_ = 0;", "std::optional<::drydock::Timestamp> t;",
                     "std::optional<::drydock::Value> d;", "std::optional<::drydock::Map<double>> m;"):
            self.assertIn(line, header)

    def test_traits_in_any_order_and_place(self):
        service = service_of('/// Text.\n@length(min: 1, max: 2) // why\n@pattern("[a-z\\\\d]+") string S\n'
                             '@iam(action: "toy:Get", resource: "*")\n@waits\noperation Get { input := @xmlName("X") '
                             '{ @required\n s: S, t: S } }')
        source = Emitter(service).source()
        self.assertIn('.pattern = "[a-z\\\\d]+"', source)
        self.assertIn(".min_length = 1, .max_length = 2", source)
        self.assertIn(".waits = true", source)

    def test_what_the_event_history_holds(self):
        source = Emitter(service_of('@noauth operation GetIt {}\n@noauth @dataEvent operation PutIt {}\n'
                                    '@noauth @readonly operation CheckIt {}\n@internal operation ListIt {}')).source()
        rows = source.split(".name = ")
        def row(name): return next(r for r in rows if r.startswith(f'"{name}"'))
        for name, recorded, read_only in (("GetIt", True, True), ("PutIt", False, False), ("CheckIt", True, True),
                                          ("ListIt", False, True)):
            self.assertEqual((".recorded = true" in row(name), ".read_only = true" in row(name)), (recorded, read_only), name)

    def test_handler_names(self):
        for name, snake in (("CreateRole", "create_role"), ("ListObjectsV2", "list_objects_v2"),
                            ("GetSAMLProvider", "get_saml_provider"), ("Delete", "delete_")):
            self.assertEqual(snake_case(name), snake)


if __name__ == "__main__":
    unittest.main()
