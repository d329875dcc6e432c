#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No chained QString::arg(): the second call replaces the %1 that the text of the first one brings along, be it a file name, a
subscription or a program. One call with all arguments replaces only what stands in the message itself."""
import re
import subprocess
import sys


def end_of_call(text, start):
    """Index just behind the parenthesis that closes the one at start."""
    depth, quote, i = 0, None, start
    while i < len(text):
        char = text[i]
        if quote:
            if char == "\\":
                i += 1
            elif char == quote:
                quote = None
        elif char in "\"'":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    return len(text)


def chained_calls(text):
    for call in re.finditer(r"\.arg\(", text):
        if re.match(r"\s*\.arg\(", text[end_of_call(text, call.end() - 1):]):
            yield text.count("\n", 0, call.start()) + 1


def sources(arguments):
    if arguments:
        return arguments
    folders = ["libfilebus", "cli", "common", "gui", "examples"]
    found = subprocess.run(["find", *folders, "-name", "*.cpp", "-o", "-name", "*.h"], check=True, capture_output=True, text=True)
    return found.stdout.split()


def main():
    mistakes = [f"{path}:{line}: chained arg()" for path in sources(sys.argv[1:])
                for line in chained_calls(open(path, encoding="utf-8").read())]
    print("\n".join(mistakes) or "no chained arg()")
    sys.exit(1 if mistakes else 0)


main()
