# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` puts into an empty prefix, and whether an independent program can use it."""

import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SOURCE_DIRECTORY"])
BUILD = os.environ["BUILD_DIRECTORY"]
CXX = os.environ["CXX"]
CXXFLAGS = os.environ["CXXFLAGS"]
CLIENT = SOURCE / "tests/package/client"
VIEWER_FILES = {"bin/filebus-viewer", "share/man/man1/filebus-viewer.1", "share/applications/filebus-viewer.desktop",
                "share/metainfo/filebus-viewer.metainfo.xml", "share/mime/packages/filebus-viewer.xml",
                "share/icons/hicolor/scalable/apps/filebus-viewer.svg"}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-DQT_NO_CAST_FROM_ASCII", "-DQT_NO_KEYWORDS"]


def run(*command, **environment):
    """The output of a command, which must succeed."""
    done = subprocess.run(list(map(str, command)), env=os.environ | environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    if done.returncode:
        raise AssertionError(f"{shlex.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Prefix:
    """An installed tree."""

    def __init__(self, path):
        self.path = path
        self.library = next(path.glob("lib*/**/libfilebus.so"))
        self.include = path / "include"
        self.headers = sorted(self.include.glob("filebus/*.h"))

    def files(self):
        return {str(file.relative_to(self.path)) for file in self.path.rglob("*") if not file.is_dir() or file.is_symlink()}

    def pkg_config(self, *options):
        path = f"{self.library.parent}/pkgconfig"
        return shlex.split(run("pkg-config", *options, "filebus", PKG_CONFIG_PATH=path))

    def build_with_cmake(self, directory):
        # KArchive cannot be found here: it is a private dependency of the library.
        run("cmake", "-S", CLIENT, "-B", directory, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={CXX}", f"-DCMAKE_CXX_FLAGS={CXXFLAGS}",
            f"-DCMAKE_PREFIX_PATH={self.path}", "-DCMAKE_DISABLE_FIND_PACKAGE_KF6Archive=ON")
        run("cmake", "--build", directory)
        return directory / "client"

    def build_with_pkg_config(self, directory):
        client = directory / "client"
        run(CXX, *shlex.split(CXXFLAGS), CLIENT / "main.cpp", "-o", client, *self.pkg_config("--cflags", "--libs"))
        return client

    def run(self, program, *arguments):
        return run(program, *arguments, LD_LIBRARY_PATH=str(self.library.parent))


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="filebus-package.")))
        run("cmake", "--install", BUILD, "--prefix", cls.directory / "prefix")
        cls.prefix = Prefix(cls.directory / "prefix")

    def scratch(self):
        return pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(dir=self.directory)))

    def test_nothing_is_missing_and_nothing_is_too_much(self):
        lib = self.prefix.library.parent.relative_to(self.prefix.path)
        version = run(self.prefix.path / "bin/filebus", "--version").split()[1]
        cache = pathlib.Path(BUILD, "CMakeCache.txt").read_text()
        build_type = re.search(r"^CMAKE_BUILD_TYPE:\w+=(.*)$", cache, re.M)[1].lower()
        expected = {"bin/filebus", "share/doc/FileBus/FORMAT.md", f"{lib}/pkgconfig/filebus.pc"}
        expected |= {f"{lib}/libfilebus.so{suffix}" for suffix in ("", f".{version.split('.')[0]}", f".{version}")}
        expected |= {f"include/filebus/{header.name}" for header in (SOURCE / "libfilebus/include/filebus").iterdir()}
        expected |= {f"{lib}/cmake/FileBus/FileBus{part}.cmake"
                     for part in ("Config", "ConfigVersion", "Targets", f"Targets-{build_type}")}
        if pathlib.Path(BUILD, "lib/qt6/plugins/filebus/filebus_nats.so").exists():
            expected.add(f"{lib}/qt6/plugins/filebus/filebus_nats.so")
        if (SOURCE / "cli/filebus.1").exists():
            expected.add("share/man/man1/filebus.1")
        if re.search(r"^FILEBUS_VIEWER:\w+=ON$", cache, re.M):
            expected |= VIEWER_FILES
        self.assertEqual(self.prefix.files(), expected)

    def test_the_library_carries_its_major_version(self):
        soname = re.search(r"SONAME\s+(\S+)", run("objdump", "-p", self.prefix.library))[1]
        self.assertRegex(soname, r"^libfilebus\.so\.\d+$")
        self.assertEqual((self.prefix.library.parent / soname).resolve(), self.prefix.library.resolve())

    def test_only_what_is_public_or_for_a_plugin_is_exported(self):
        marked = [*self.prefix.headers, *(SOURCE / "libfilebus/src").rglob("*.h")]
        public = {name for header in marked
                  for name in re.findall(r"FILEBUS_EXPORT (?:\w+ (?=\w+\())?(\w+)", header.read_text())}
        public |= {name for header in marked
                   for name in re.findall(r"Q_DECLARE_EXPORTED_LOGGING_CATEGORY\((\w+)", header.read_text())}
        public |= {"staticMetaObject", "operator=="}
        symbols = [line.split(maxsplit=2)[1:] for line in run("nm", "-DC", "--defined-only", self.prefix.library).splitlines()]
        foreign = [name for kind, name in symbols if not self.may_be_exported(kind, name, public)]
        self.assertTrue(symbols)
        self.assertEqual(foreign, [])

    @staticmethod
    def may_be_exported(kind, name, public):
        # Weak symbols, from templates of others, are merged by the linker; AddressSanitizer marks each variable.
        if (kind in "VWu" and re.match(r"(\w+ )?std::", name)) or name.startswith("__odr_asan."):
            return True
        if found := re.search(r"\bFileBus::(operator==|\w+)", name):
            return found[1] in public
        return kind in "VWu" or name.removesuffix("()") in public

    def test_public_headers_include_public_headers_of_ours_and_of_qt_core(self):
        included = {name for header in self.prefix.headers
                    for name in re.findall(r"^\s*#\s*include\s*(\S+)", header.read_text(), re.M)}
        ours = {f"<filebus/{header.name}>" for header in self.prefix.headers}
        others = {name for name in included - ours if not re.fullmatch(r"<(QtCore/\w+(\.h)?|[a-z_]+)>", name)}
        self.assertEqual(others, set())

    def test_each_public_header_compiles_alone(self):
        flags = self.prefix.pkg_config("--cflags")
        for header in self.prefix.headers:
            with self.subTest(header.name):
                run(CXX, "-fsyntax-only", "-fPIC", "-x", "c++", *STRICT, *flags, "-include", f"filebus/{header.name}", os.devnull)

    def test_the_headers_take_each_standard_that_qt_takes(self):
        flags = self.prefix.pkg_config("--cflags")
        self.assertEqual([flag for flag in flags if flag.startswith("-std")], [], "that is for the user to choose")
        includes = [word for header in self.prefix.headers for word in ("-include", f"filebus/{header.name}")]
        for standard in "c++17", "gnu++20", "c++23":
            with self.subTest(standard):
                run(CXX, "-fsyntax-only", "-fPIC", "-x", "c++", f"-std={standard}", *STRICT, *flags, *includes, os.devnull)

    def test_qt_core_is_the_only_public_dependency(self):
        targets = next(self.prefix.path.rglob("FileBusTargets.cmake")).read_text()
        self.assertEqual(re.findall(r'INTERFACE_LINK_LIBRARIES "(.*)"', targets), ["Qt6::Core"])
        needed = run("pkg-config", "--print-requires", "--print-requires-private", self.prefix.library.parent / "pkgconfig/filebus.pc")
        self.assertEqual(needed.split()[0::3], ["Qt6Core"])

    def test_a_client_finds_it_through_cmake(self):
        directory = self.scratch()
        client = self.prefix.build_with_cmake(directory)
        self.prefix.run(client, directory / "bus")

    def test_only_what_is_there_is_found(self):
        directory = self.scratch()
        asked = ["", "0.1", "0.1 COMPONENTS Core", "0.1...0.9", "0.0...0.1", "0.1 OPTIONAL_COMPONENTS Nonsense"]
        refused = ["COMPONENTS Nonsense", "COMPONENTS Core Nonsense", "0.2", "1.0", "0.0...<0.1", "0.2...0.9"]
        queries = "".join(f"find_package(FileBus {query} QUIET)\n"
                          f'message(STATUS "<{query}> ${{FileBus_FOUND}} ${{FileBus_NOT_FOUND_MESSAGE}}")\n'
                          "unset(FileBus_NOT_FOUND_MESSAGE)\n" for query in asked + refused)
        (directory / "CMakeLists.txt").write_text(f"cmake_minimum_required(VERSION 3.25)\nproject(asker LANGUAGES CXX)\n{queries}")
        said = dict(re.findall(r"^-- <(.*)> (\d.*)$", run("cmake", "-S", directory, "-B", directory / "build", "-G", "Ninja",
                                                        f"-DCMAKE_PREFIX_PATH={self.prefix.path}"), re.M))
        self.assertEqual({query: said[query].strip() for query in asked}, dict.fromkeys(asked, "1"))
        self.assertEqual({query: said[query][0] for query in refused}, dict.fromkeys(refused, "0"))
        self.assertEqual({said[query][2:] for query in refused if "Nonsense" in query}, {"FileBus has no component Nonsense, only Core"})

    def test_a_client_finds_it_through_pkg_config(self):
        directory = self.scratch()
        client = self.prefix.build_with_pkg_config(directory)
        self.prefix.run(client, directory / "bus")

    def test_with_few_descriptors_it_is_the_program_that_speaks(self):
        # Below four, the dynamic loader cannot work.
        for limit in range(4, 9):
            with self.subTest(limit):
                command = [self.prefix.path / "bin/filebus", "--filename", self.scratch() / "bus", "producer"]
                done = subprocess.run(["sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh", *command], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
                self.assertEqual(done.returncode, 74, done.stderr)
                self.assertRegex(done.stderr, r"\Afilebus: filebus cannot open as many files as it needs: .*\n\Z")

    def test_it_can_be_moved(self):
        directory = self.scratch()
        moved = Prefix((self.prefix.path).rename(directory / "a new place"))
        self.addCleanup(moved.path.rename, self.prefix.path)
        run(moved.path / "bin/filebus", "--version")
        for build in (moved.build_with_cmake, moved.build_with_pkg_config):
            with self.subTest(build.__name__):
                (directory / build.__name__).mkdir()
                client = build(directory / build.__name__)
                moved.run(client, directory / f"{build.__name__}.bus")


if __name__ == "__main__":
    unittest.main()
