# SPDX-License-Identifier: Apache-2.0
"""Checks the arrows of docs/architecture.md: a file includes only files of its own folder and of folders below it.

Also checks that a file includes, itself or through the header of its own name, each header of the library whose types it names;
only then do the includes show its dependencies. And that headers and names that only Linux has occur only in the folder for Linux.
Run it in the top directory.
"""

import functools
import pathlib
import re
import sys

LIBRARY = pathlib.Path("libfilebus")
FLOORS = [  # from the bottom up; folders on one floor do not know each other
    ["base"],
    ["system"],
    ["system/linux", "system/portable"],
    ["chunk"],
    ["format"],
    ["bus"],
    ["file/disk", "cluster"],
    ["file/watch"],
    ["file/publish", "file/consume"],
    ["file"],
    ["api"],
    ["stream"],
]
ROOMS_OF_PUBLIC_HEADERS = {
    "base": ["displaytext", "error", "export", "format"],
    "chunk": ["busstatistics", "chunk", "lossknowledge"],
    "bus": ["businspection", "busaddress"],
    "api": ["consumer", "producer"],
    "stream": ["stream"],
}
EXPORTED = {  # what a header is included for, too
    "base/failure.h": ["filebus/error.h"],
    "bus/backend.h": ["base/failure.h", "bus/chunksink.h", "bus/chunksource.h", "bus/consumesettings.h", "bus/publishsettings.h",
                      "filebus/businspection.h", "filebus/chunk.h", "filebus/error.h"],
    "bus/chunksink.h": ["base/failure.h", "bus/publishsettings.h", "filebus/chunk.h", "filebus/error.h"],
    "bus/chunksource.h": ["base/failure.h", "base/waiting.h", "bus/step.h", "filebus/chunk.h", "filebus/error.h"],
    "bus/step.h": ["base/failure.h", "filebus/chunk.h", "filebus/error.h"],
    "file/disk/localfilesystem.h": ["system/filesystemkind.h"],
    "system/directoryevents.h": ["base/waiting.h"],
    "system/linux/linuxsystem.h": ["system/filesystemkind.h", "system/processes.h", "system/system.h"],
    "system/portable/portablesystem.h": ["base/waiting.h", "system/attributes.h", "system/directoryevents.h",
                                         "system/filesystemkind.h", "system/processes.h", "system/replacements.h",
                                         "system/system.h"],
    "system/system.h": ["system/attributes.h", "system/directoryevents.h", "system/filesystemkind.h", "system/processes.h",
                        "system/replacements.h"],
}
ONLY_LINUX_HAS = re.compile(r"<linux/[\w/]+\.h>|<sys/(?:epoll|eventfd|inotify|prctl|sendfile|signalfd|statfs|syscall|sysmacros|timerfd|vfs|"
                            r"xattr)\.h>|/proc/|\b(?:statx|renameat2|inotify_\w+|program_invocation\w*|CLOCK_BOOTTIME|O_TMPFILE|O_PATH|"
                            r"memfd_create|copy_file_range|pidfd_\w+|syscall|gettid|[fl]?(?:get|set|list|remove)xattr)\b")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
INCLUDE = re.compile(r'^#include (?:"([a-z/]+\.h)"|<(filebus/[a-z]+\.h)>)', re.M)
NO_CODE = re.compile(r"""//[^\n]*|/\*.*?\*/|R"\(.*?\)"|'(?:\\.|[^'\\\n])+'|"(?:\\.|[^"\\\n])*"|Q_DECLARE_TR_FUNCTIONS\(.*?\)""", re.S)
DECLARED = re.compile(r"^(?:class|struct|enum(?: class)?) (?:FILEBUS_EXPORT )?(\w+)(?: final)?(?: :.*)?(?:\n\{|\s*\{)|^using (\w+) =|"
                      r"^namespace (\w+)\n\{", re.M)

floor_of = {folder: floor for floor, folders in enumerate(FLOORS) for folder in folders}
public_rooms = {f"filebus/{name}.h": room for room, names in ROOMS_OF_PUBLIC_HEADERS.items() for name in names}


@functools.cache
def text(path):
    return path.read_text()


def code_of(path):
    return NO_CODE.sub("", INCLUDE.sub("", text(path)))


def room_of(name):
    """The folder of a header, derived from its include path."""
    return public_rooms[name] if name in public_rooms else name.rpartition("/")[0]


def included_by(path):
    return {quoted or public for quoted, public in INCLUDE.findall(text(path))}


def path_of(name):
    return LIBRARY / ("include" if name in public_rooms else "src") / name


def points_up(folder, other):
    return floor_of[other] > floor_of[folder] or (floor_of[other] == floor_of[folder] and other != folder)


def arrows_that_point_up(path, name):
    folder = room_of(name)
    return [f"{path} includes {other}: {folder}/ must not know {room_of(other)}/"
            for other in sorted(included_by(path)) if points_up(folder, room_of(other))]


def headers_by_type(headers):
    found = {}
    for name in headers:
        for names in DECLARED.findall(text(path_of(name))):
            declared = next(filter(None, names))
            if declared != "FileBus":
                found.setdefault(declared, name)
    return found


def missing_includes(path, name, header_of):
    """The names in a file for which it includes no header, except its own header."""
    own = name.removesuffix(".cpp") + ".h"
    known, code = included_by(path), code_of(path)
    for header in (own, f"filebus/{path.stem}.h") if path.suffix == ".cpp" else ():
        if header in known:
            known |= included_by(path_of(header))
            code = code_of(path_of(header)) + code
    known |= {name} | {exported for header in known for exported in EXPORTED.get(header, [])}
    here = set(re.findall(r"\b(?:class|struct|enum|enum class|using) (?:FILEBUS_EXPORT )?(\w+)", code))
    for word in sorted(set(re.findall(r"(?<![:.>\w])(?:FileBus::)?([A-Z]\w+)", code)) & header_of.keys() - here):
        if header_of[word] not in known:
            yield header_of[word], f"{path} names {word} without including {header_of[word]}"


def what_only_linux_has(path, name):
    if room_of(name) == "system/linux":
        return []
    return [f"{path} uses {found}, which only Linux has: it belongs in system/linux/"
            for found in sorted(set(ONLY_LINUX_HAS.findall(COMMENT.sub("", text(path)))))]


def files():
    """Each file of the library, and the path by which it is included."""
    for folder in LIBRARY / "include", LIBRARY / "src":
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".h", ".cpp"):
                yield path, str(path.relative_to(folder))


def main():
    names = dict(files())
    strays = [f"{path} is in a folder, or is a header, that this check does not know" for path, name in names.items()
              if not (name in public_rooms or room_of(name) in floor_of)]
    if strays:
        sys.exit("\n".join(strays))
    header_of = headers_by_type([name for path, name in names.items() if path.suffix == ".h"])
    wrong = [line for path, name in names.items() for line in arrows_that_point_up(path, name)]
    wrong += [line for path, name in names.items() for _, line in missing_includes(path, name, header_of)]
    wrong += [line for path, name in names.items() for line in what_only_linux_has(path, name)]
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
