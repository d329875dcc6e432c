#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether code, documents, manual pages and messages are spelt correctly; run it in the top directory. 77 means skipped.
command -v codespell >/dev/null || { echo "skipped: codespell is not installed"; exit 77; }
# Names in CamelCase are several words. Of the words ignored, nd is a macro of mdoc(7), caf what precedes a byte that is not UTF-8,
# and the other two are the mistakes of users for whom the program finds the right word.
exec codespell --check-hidden --skip './.git,./build,./tests/data' --ignore-regex '\b\w*[a-z][A-Z]\w*\b' \
    --ignore-words-list nd,caf,filenname,prodcer
