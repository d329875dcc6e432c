#!/bin/sh
# Checks that all sources are formatted according to .clang-format. Run it in the top directory. 77 means skipped.
command -v clang-format >/dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
find . -path ./build -prune -o \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs -0 clang-format --dry-run -Werror
