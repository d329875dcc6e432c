# SPDX-License-Identifier: Apache-2.0
"""Checks that each source includes the precompiled headers it uses, itself or through headers of the project.

Otherwise only a build without precompiled headers would show a missing include. Run it in the top directory.
"""

import functools
import pathlib
import re
import sys

FOLDERS = "libfilebus", "common", "cli", "gui", "examples", "tests"
STANDARD = {  # what shows that a header of the standard library is needed
    "algorithm": r"(?:ranges::)?(?:sort|stable_sort|find|find_if|any_of|all_of|none_of|min|max|clamp|min_element|max_element|"
                 r"lower_bound|upper_bound|remove_if|count_if|transform|equal|mismatch|reverse)\(",
    "chrono": r"chrono::",
    "deque": r"deque<",
    "filesystem": r"filesystem::",
    "memory": r"(?:unique_ptr|shared_ptr|make_unique|make_shared|addressof)\b",
    "optional": r"(?:optional<|nullopt\b)",
    "variant": r"(?:variant<|visit\(|holds_alternative|get_if|monostate)",
}
INCLUDE = re.compile(r'^#include [<"](\S+)[>"]', re.M)
COMMENT_OR_STRING = re.compile(r"""//[^\n]*|/\*.*?\*/|R"\(.*?\)"|'(?:\\.|[^'\\\n])+'|"(?:\\.|[^"\\\n])*\"""", re.S)


def precompiled():
    """The headers that the build precompiles anywhere."""
    files = [pathlib.Path("cmake/PrecompiledHeaders.cmake"), *pathlib.Path().glob("[a-z]*/CMakeLists.txt")]
    return set(re.findall(r"<([\w/]+)>", "".join(file.read_text() for file in files)))


SOURCES = [path for folder in FOLDERS for path in sorted(pathlib.Path(folder).rglob("*"))
           if path.suffix in (".h", ".cpp") and "data" not in path.parts]  # programs of users stay as they came
BY_NAME = {}
for source in SOURCES:
    BY_NAME.setdefault(source.name, []).append(source)


@functools.cache
def text(path):
    return path.read_text()


@functools.cache
def includes(path):
    """All headers that a file includes, directly or through headers of the project."""
    found = set()
    for name in INCLUDE.findall(text(path)):
        found.add(name)
        for header in BY_NAME.get(pathlib.PurePath(name).name, []) if not name.startswith("Qt") else []:
            if header != path:
                found |= includes(header)
    return found


def needs(path, headers):
    code = COMMENT_OR_STRING.sub("", INCLUDE.sub("", text(path)))
    for header in headers:
        name = header.rpartition("/")[2]
        if header in STANDARD:
            if re.search(r"\bstd::" + STANDARD[header], code):
                yield header
        elif re.search(rf"\b{name}\b", code) and not re.search(rf"\bclass {name};", code):
            yield header


def main():
    headers = sorted(precompiled())
    unknown = [header for header in headers if "/" not in header and header not in STANDARD]
    missing = [f"{path} uses <{header}> without including it"
               for path in SOURCES for header in needs(path, headers) if header not in includes(path)]
    for line in missing + [f"{header} is precompiled, and this check knows nothing of it" for header in unknown]:
        print(line)
    sys.exit(bool(missing or unknown))


if __name__ == "__main__":
    main()
