#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the window shows text from elsewhere verbatim: no label that could interpret markup (PlainLabel instead), only the message
boxes of PlainMessage and the file dialogs of FileQuestions, and only tool tips that are our own texts or come from PlainText."""
import re
import subprocess
import sys

OWN = {"PlainLabel": "plainlabel.h", "PlainMessage": "plainmessage.cpp", "FileQuestions": "filequestions.cpp"}
RULES = [
    (r"new QLabel\b|QLabel [a-z_]\w*\(|QLabel [a-z_]\w*;", "PlainLabel", "a label for markup: use PlainLabel"),
    (r"QMessageBox::(about|warning|information|question|critical)\(|QMessageBox \w+\(|QErrorMessage", "PlainMessage",
     "a message for markup: use PlainMessage"),
    (r"QFileDialog::get|QFileDialog \w+\(", "FileQuestions", "a file dialog with Qt's own questions: use FileQuestions"),
    (r"setTextFormat\(Qt::(Auto|Rich|Markdown)Text|setHtml\(|QTextBrowser|setMarkdown\(", None, "markup"),
    (r"setToolTip\((?!\s*tr\(|tip\)|explanation\)|keys\.isEmpty|PlainText::toolTip\()", None, "a tool tip for markup: use PlainText::toolTip"),
]


def mistakes(path):
    text = open(path, encoding="utf-8").read()
    for pattern, owner, message in RULES:
        for mistake in re.finditer(pattern, text):
            if not path.endswith(OWN.get(owner, "/")):
                yield f"{path}:{text.count(chr(10), 0, mistake.start()) + 1}: {message}"


def main():
    paths = sys.argv[1:] or subprocess.run(["find", "gui", "-name", "*.cpp", "-o", "-name", "*.h"], check=True, capture_output=True,
                                           text=True).stdout.split()
    found = [mistake for path in sorted(paths) for mistake in mistakes(path)]
    print("\n".join(found) or "all text is plain")
    sys.exit(1 if found else 0)


main()
