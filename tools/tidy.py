#!/usr/bin/env python3
"""Checks what STYLE.md and ARCHITECTURE.md promise and a machine can see.

Violations fail the run: the include graph, heavy libraries outside the folders that own them, folders without a
README.md of at most 60 lines, loops over a part of a temporary, paths of somebody's machine in tracked text. Long lines and long files only warn.
`tools/tidy.py --warnings` lists the warnings; without it they are counted.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MOST_LINE, MOST_FILE, MOST_README = 100, 600, 60

# A folder may include itself and what is named here: ARCHITECTURE.md's table.
MAY_INCLUDE = {
    "base": set(),
    "shape": {"base"},
    "store": {"base", "shape"},
    "work": {"base", "store"},
    "http": {"base"},
    "sandbox": {"base"},
    "wire": {"base", "shape"},
    "auth": {"base", "shape"},
    "api": {"base", "shape", "store", "work", "http", "sandbox", "wire", "auth"},
    "services": {"base", "shape", "store", "work", "http", "sandbox", "wire", "auth", "api", "gen"},
    "main": {"base", "shape", "store", "work", "http", "sandbox", "wire", "auth", "api", "services", "gen"},
}
# Single headers beyond the table: plain structs that several layers speak in.
ALSO = {("wire", "http/message.h"), ("auth", "http/message.h"), ("api", "http/message.h")}

# Heavy libraries and the folders that own them; in .cc files alone.
OWNERS = {
    "boost/": {"http"},
    "rocksdb/": {"store"},
    "re2/": {"shape", "services/apigateway", "services/cloudformation", "services/logs", "services/ssm"},
    "yaml-cpp/": {"services/cloudformation", "services/codebuild", "main"},
    "pugixml": {"wire", "main", "services/sts"},
    "archive": {"services/codepipeline", "services/lambda", "services/codebuild", "services/codecommit"},
    "git2": {"services/codecommit"},
    "openssl/": {"base", "http"},
    "zlib.h": {"base", "services/codecommit"},
}
NEVER = {"regex": "std::regex is slow to compile and to run", "nlohmann": "base/value.h is our JSON"}
NEVER_IN_HEADERS = {"iostream", "fstream", "sstream", "boost/", "rocksdb/", "re2/", "yaml-cpp/", "pugixml", "openssl/"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
# C++23 before GCC 15: what such a call returns is gone before the loop's first turn.
DANGLING = re.compile(r"for \([^;]*\s:\s*(\*\s*[\w:.>-]+\(.*\)|.*\)\s*\.value\(\))\s*\)\s*[^)]*$")
# Texts stay in one piece, so that they can be searched for.
LONG_TEXT = re.compile(r'"[^"]{40,}"|R"|//')
HOME = re.compile(r"(?<![\w.])(/home/[a-z][\w-]*/|/Users/[A-Za-z][\w-]*/|/work/(wt|main|shared)\b)")


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name and os.path.isfile(os.path.join(ROOT, name))]


def text_of(name):
    with open(os.path.join(ROOT, name), "rb") as file:
        data = file.read()
    return None if b"\0" in data[:8000] else data.decode("utf-8", "replace")


def home_of(name):
    """("services", "s3") for src/services/s3/x.cc; ("http", "") for src/http/x.cc."""
    parts = name.split("/")
    return (parts[1], parts[2]) if parts[1] == "services" and len(parts) > 3 else (parts[1], "")


def check_includes(name, lines, violations):
    folder, service = home_of(name)
    owner = f"services/{service}" if service else folder
    header, test = name.endswith(".h"), name.endswith("_test.cc")
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        bracket, path = found.groups()
        where = f"{name}:{number}"
        top = path.split("/")[0]
        if bracket == '"':
            if "/" not in path:
                if folder != "main" or not test:
                    violations.append(f'{where}: write "{owner}/{path}": includes start at src/')
            elif top == "services" and folder == "services" and path.split("/")[1] != service:
                violations.append(f"{where}: a service never includes another service's folder ({path}); call it through a Client")
            elif top != folder and top not in MAY_INCLUDE.get(folder, set()) and (folder, path) not in ALSO:
                if not (test and top == "gen"):
                    violations.append(f"{where}: {folder} may not include {path} (ARCHITECTURE.md)")
            continue
        for library, why in NEVER.items():
            if path.startswith(library):
                violations.append(f"{where}: {why}")
        for library, owners in OWNERS.items():
            if path.startswith(library) and owner not in owners:
                violations.append(f"{where}: {path} belongs to {', '.join(sorted(owners))}")
        if header and any(path.startswith(library) for library in NEVER_IN_HEADERS):
            violations.append(f"{where}: <{path}> in a header slows every file that includes it")


def check_readmes(files, violations):
    folders = set()
    for name in files:
        parts = name.split("/")
        if parts[0] == "src" and len(parts) > 2 and parts[1] != "services":
            folders.add("/".join(parts[:2]))
        if parts[:2] == ["src", "services"] and len(parts) > 3:
            folders.add("/".join(parts[:3]))
    for folder in sorted(folders):
        readme = f"{folder}/README.md"
        if readme not in files:
            violations.append(f"{folder}: no README.md")
        elif (lines := text_of(readme).count("\n")) > MOST_README:
            violations.append(f"{readme}: {lines} lines; the limit is {MOST_README}")


def main():
    files = set(tracked())
    violations, warnings = [], []
    for name in sorted(files):
        text = text_of(name)
        if text is None:
            continue
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            if name != "tools/tidy.py" and HOME.search(line):
                violations.append(f"{name}:{number}: a path of one machine: {line.strip()[:80]}")
        if not name.endswith((".cc", ".h")):
            continue
        if name.startswith("src/"):
            check_includes(name, lines, violations)
        for number, line in enumerate(lines, 1):
            if DANGLING.search(line):
                violations.append(f"{name}:{number}: a loop over part of a temporary, which is gone at the first turn: name it first")
        if len(lines) > MOST_FILE + 1:
            warnings.append(f"{name}: {len(lines)} lines; a file has one idea and at most about {MOST_FILE}")
        long_lines = [number for number, line in enumerate(lines, 1) if len(line) > MOST_LINE and not LONG_TEXT.search(line)]
        if long_lines:
            warnings.append(f"{name}: {len(long_lines)} lines longer than {MOST_LINE}, the first is {long_lines[0]}")
    check_readmes(files, violations)
    for violation in violations:
        print(violation)
    if "--warnings" in sys.argv:
        for warning in warnings:
            print("warning:", warning)
    print(f"tidy: {len(files)} files, {len(violations)} violations, {len(warnings)} warnings" + ("" if "--warnings" in sys.argv or not warnings else " (--warnings lists them)"))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
