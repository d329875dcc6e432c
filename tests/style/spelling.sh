#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks the spelling in code, documents, manual pages and messages. Run it in the top directory. 77 means skipped.
command -v codespell >/dev/null || { echo "skipped: codespell is not installed"; exit 77; }
# CamelCase names are several words. Of the ignored words, nd is a macro of mdoc(7), caf precedes a byte that is not UTF-8, and the
# other two are typing errors of users for which the program finds the right word.
exec codespell --check-hidden --skip './.git,./build,./tests/data' --ignore-regex '\b\w*[a-z][A-Z]\w*\b' \
    --ignore-words-list nd,caf,filenname,prodcer
