#!/usr/bin/env python3
"""modelc: models/*.smithy to C++. See models/README.md.

usage: modelc.py --out FOLDER MODEL.smithy...
"""
import argparse
import os
import sys

from check import Service
from emit import Emitter, services_source
from smithy import ModelError, parse


def write_when_changed(path, text):
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("models", nargs="*")
    options = arguments.parse_args()
    failed, outputs, names = False, {}, []
    for path in sorted(options.models):
        try:
            emitter = Emitter(Service(parse(path)))
            names.append(emitter.name)
            outputs[emitter.name + ".h"] = emitter.header()
            outputs[emitter.name + "_handlers.h"] = emitter.handlers()
            outputs[emitter.name + ".cc"] = emitter.source()
        except ModelError as error:
            print(error, file=sys.stderr)
            failed = True
    if failed:
        sys.exit(1)
    outputs["services.cc"] = services_source(names)
    os.makedirs(options.out, exist_ok=True)
    for name, text in outputs.items():
        write_when_changed(os.path.join(options.out, name), text)


if __name__ == "__main__":
    main()
