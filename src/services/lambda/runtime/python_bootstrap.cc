// The Python runtime. What it imports is paid by every cold start, so: the C halves of socket and
// json alone (json itself costs as much as half an interpreter), no site, no http, no importlib,
// and logging only when the function asks for it.
#include "services/lambda/runtime/bootstraps.h"

namespace drydock::lambda {

const std::string_view kPythonBootstrap = R"PY(
import sys
import builtins
import os
import time
import _json
import _socket

sys.path[:] = ["/var/task"] + [p for p in sys.path if p and p != "/var/runtime"] + ["/opt/python", f"/opt/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", "/usr/local/lib/python3/dist-packages", "/usr/lib/python3/dist-packages"]
sys.argv[0] = "bootstrap"
builtins.exit = builtins.quit = sys.exit  # what the site module would do
sys.stdout.reconfigure(line_buffering=True)
sys.stderr.reconfigure(line_buffering=True)

API = "/2018-06-01/runtime/"
request_id = None


class Scanner:
    """What the C scanner asks of its decoder: the json module's defaults."""
    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int = float, int
    parse_constant = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}.__getitem__
    memo = {}


scan_once = _json.make_scanner(Scanner)


def parse(text):
    text = text.decode().strip(" \t\r\n")
    try:
        value, end = scan_once(text, 0)
    except StopIteration:
        value, end = None, -1
    if end != len(text):
        import json
        return json.loads(text)  # which names the error
    return value


def encode(value):
    return "".join(_json.make_encoder({}, encode_default, _json.encode_basestring_ascii, None, ": ", ", ", False, False, True)(value, 0)).encode()


class Runtime:
    """The Runtime API over one kept-alive connection."""

    def __init__(self):
        path = os.environ.pop("DRYDOCK_RUNTIME_SOCKET", None)
        if path:
            self.socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
            self.socket.connect(path)
        else:
            host, _, port = os.environ["AWS_LAMBDA_RUNTIME_API"].partition(":")
            self.socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
            self.socket.connect((host, int(port)))
        self.buffer = b""

    def call(self, method, path, body=b"", headers=""):
        head = f"{method} {API}{path} HTTP/1.1\r\nHost: runtime\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode()
        self.socket.sendall(head + body)
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        answer = {}
        for line in head.decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            answer[name.lower()] = value
        length = int(answer.get("content-length", 0))
        while len(self.buffer) < length:
            self.fill()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return answer, body

    def fill(self):
        piece = self.socket.recv(1 << 16)
        if not piece:
            os._exit(1)
        self.buffer += piece


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = values.get("client")


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext:
    def __init__(self, headers):
        environment = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.function_name = environment["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = environment["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = environment["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = environment["AWS_LAMBDA_LOG_STREAM_NAME"]
        client = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext(parse(client.encode())) if client else None
        self.identity = Identity()
        self._deadline = int(headers["lambda-runtime-deadline-ms"]) / 1000

    def get_remaining_time_in_millis(self):
        return max(0, int((self._deadline - time.time()) * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        return (f"LambdaContext([aws_request_id={self.aws_request_id},log_group_name={self.log_group_name},"
                f"log_stream_name={self.log_stream_name},function_name={self.function_name},"
                f"memory_limit_in_mb={self.memory_limit_in_mb},function_version={self.function_version},"
                f"invoked_function_arn={self.invoked_function_arn},client_context={self.client_context},"
                f"identity={self.identity}])")


def configure_logging(logging):
    """The root logger as AWS sets it up, with the request's id in each line; a record stays one event."""

    class Handler(logging.Handler):
        def emit(self, record):
            try:
                text = self.format(record)
                sys.stdout.write(text.rstrip("\n").replace("\n", "\r") + "\n")
            except Exception:
                self.handleError(record)

    class Filter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = request_id or ""
            return True

    formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = Handler()
    handler.setFormatter(formatter)
    handler.addFilter(Filter())
    logging.getLogger().addHandler(handler)


class LoggingHook:
    """Configures logging at its first import, whoever imports it."""

    def find_spec(self, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            configure_logging(module)

        spec.loader.exec_module = exec_module
        return spec


def report_of(error):
    """The error as AWS's runtime reports it; frames of this file are left out."""
    import traceback
    skip = main.__code__.co_filename
    frames = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in frames if frame.filename != skip and "importlib" not in frame.filename]
    return {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": request_id or "",
            "stackTrace": traceback.format_list(frames)}


def log_error(report):
    text = "[ERROR] " + (f"{report['errorType']}: {report['errorMessage']}" if report["errorMessage"] else report["errorType"])
    if report["stackTrace"]:
        text += "\nTraceback (most recent call last):\n" + "".join(report["stackTrace"])
    sys.stdout.write(text.rstrip("\n").replace("\n", "\r") + "\n")
    sys.stdout.flush()


class InitError(Exception):
    def __init__(self, kind, message, cause=None):
        super().__init__(message)
        self.kind, self.cause = kind, cause


def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise InitError("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    dotted = module_name.replace("/", ".")
    if dotted.split(".")[0] in sys.builtin_module_names:
        raise InitError("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module")
    try:
        __import__(dotted)
        module = sys.modules[dotted]
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}", error)
    except SyntaxError as error:
        raise InitError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", error)
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise InitError("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")


def encode_default(value):
    from decimal import Decimal
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def post_error(runtime, path, report):
    kind = report["errorType"]
    runtime.call("POST", path, encode(report), f"Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: {kind}\r\n")


def main():
    global request_id
    runtime = Runtime()
    sys.meta_path.insert(0, LoggingHook())
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except InitError as error:
        report = {"errorMessage": str(error), "errorType": error.kind, "requestId": "", "stackTrace": []}
        if isinstance(error.cause, SyntaxError):
            report["stackTrace"] = [f"  File \"{error.cause.filename}\" Line {error.cause.lineno}\n    {(error.cause.text or '').strip()}\n"]
        log_error(report)
        post_error(runtime, "init/error", report)
        sys.exit(1)
    except Exception as error:
        report = report_of(error)
        log_error(report)
        post_error(runtime, "init/error", report)
        sys.exit(1)
    while True:
        headers, event = runtime.call("GET", "invocation/next")
        request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        base = "invocation/" + request_id
        try:
            try:
                event = parse(event) if event else {}
            except ValueError as error:
                raise InitError("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}")
            answer = handler(event, LambdaContext(headers))
            if hasattr(answer, "read"):
                answer = answer.read()
            if not isinstance(answer, bytes):
                try:
                    answer = encode(answer)
                except Exception as error:
                    raise InitError("Runtime.MarshalError", f"Unable to marshal response: {error}")
        except InitError as error:
            report = {"errorMessage": str(error), "errorType": error.kind, "requestId": request_id, "stackTrace": []}
            log_error(report)
            post_error(runtime, base + "/error", report)
        except Exception as error:
            report = report_of(error)
            log_error(report)
            post_error(runtime, base + "/error", report)
        else:
            sys.stdout.flush()
            runtime.call("POST", base + "/response", answer, "Content-Type: application/json\r\n")


main()
)PY";

}  // namespace drydock::lambda
