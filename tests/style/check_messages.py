#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that QString::arg() replaces placeholders only in our own messages. Calls must not be chained, because the second one would
replace a %1 in the text inserted by the first one, such as a file name, a subscription or a program. And arg() must be called on a
literal, tr() or translate()."""
import re
import subprocess
import sys


def end_of_call(text, start):
    """The index after the parenthesis that closes the one at start."""
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


LITERALS = ("tr", "translate", "QStringLiteral")


def start_of_call(text, end):
    """The index of the parenthesis that the one at end closes. Ignores quotes, because the parentheses in messages are paired."""
    depth = 0
    for i in range(end, -1, -1):
        depth += {")": 1, "(": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return 0


def is_literal(text, call):
    """Whether the text before the index call is one of our own messages."""
    before = text[:call].rstrip()
    if before.endswith('"_s'):
        return True
    if not before.endswith(")"):
        return False
    name = re.search(r"(\w+)$", before[:start_of_call(before, len(before) - 1)])
    return bool(name) and name.group(1) in LITERALS


def foreign_templates(text):
    for call in re.finditer(r"\.arg\(", text):
        if not is_literal(text, call.start()):
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
    mistakes += [f"{path}:{line}: arg() on what is no literal" for path in sources(sys.argv[1:])
                 for line in foreign_templates(open(path, encoding="utf-8").read())]
    print("\n".join(mistakes) or "no chained arg(), and none on a text from elsewhere")
    sys.exit(1 if mistakes else 0)


main()
