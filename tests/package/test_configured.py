# SPDX-License-Identifier: Apache-2.0
"""CMake in the situations of a first attempt: without a preset, inside another project, with missing packages."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["SOURCE_DIRECTORY"])
CXX = os.environ["CXX"]


class Configured(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="filebus-configured.")))

    def configure(self, *options, source=SOURCE, generator="Ninja"):
        """The exit status of CMake, its output on one line, and the variables of its cache."""
        build = self.directory / "build"
        environment = {name: value for name, value in os.environ.items() if name not in ("CMAKE_BUILD_TYPE", "CXXFLAGS")}
        done = subprocess.run(["cmake", "-S", source, "-B", build, "-G", generator, f"-DCMAKE_CXX_COMPILER={CXX}",
                               "-DFILEBUS_VIEWER=OFF", *options],
                              env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
        cache = dict(re.findall(r"^(\w+):\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.M))
        return done.returncode, " ".join((done.stdout + done.stderr).split()), cache

    def test_without_a_build_type_it_is_optimised(self):
        status, said, cache = self.configure("-DBUILD_TESTING=OFF")
        self.assertEqual((status, cache["CMAKE_BUILD_TYPE"]), (0, "Release"), said)
        self.assertNotIn("CMAKE_COMPILE_WARNING_AS_ERROR", cache)

    def test_a_build_type_that_is_named_stays(self):
        status, said, cache = self.configure("-DBUILD_TESTING=OFF", "-DCMAKE_BUILD_TYPE=None")
        self.assertEqual((status, cache["CMAKE_BUILD_TYPE"]), (0, "None"), said)

    def test_a_generator_with_many_build_types_has_its_own(self):
        status, said, cache = self.configure("-DBUILD_TESTING=OFF", generator="Ninja Multi-Config")
        self.assertEqual((status, cache.get("CMAKE_BUILD_TYPE", "")), (0, ""), said)

    def test_within_another_project_it_neither_chooses_the_build_type_nor_adds_tests(self):
        (self.directory / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(other LANGUAGES CXX)\nenable_testing()\nset(BUILD_TESTING ON)\n"
            f'add_subdirectory("{SOURCE}" filebus)\nadd_executable(other "{SOURCE}/tests/package/client/main.cpp")\n'
            "target_link_libraries(other FileBus::Core)\n")
        status, said, cache = self.configure(source=self.directory)
        self.assertEqual((status, cache["CMAKE_BUILD_TYPE"]), (0, ""), said)
        self.assertFalse(list((self.directory / "build").glob("filebus/tests*")))

    def test_what_is_missing_is_named_with_a_way_out(self):
        for package, name in ("KF6Archive", "libkf6archive-dev"), ("Qt6", "qt6-base-dev"):
            with self.subTest(package):
                status, said, _ = self.configure(f"-DCMAKE_DISABLE_FIND_PACKAGE_{package}=ON")
                self.assertNotEqual(status, 0)
                self.assertIn(name, said)
                self.assertIn("./scripts/build", said)


class Presets(unittest.TestCase):
    def test_warnings_are_errors_for_those_who_can_mend_them(self):
        presets = {preset["name"]: preset for preset in json.loads((SOURCE / "CMakePresets.json").read_text())["configurePresets"]}

        def is_strict(name):
            return name == "strict" or ("inherits" in presets[name] and is_strict(presets[name]["inherits"]))

        named = {name for name, preset in presets.items() if not preset.get("hidden")}
        self.assertEqual({name for name in named if not is_strict(name)}, {"release", "demo", "bench", "tidy"})


if __name__ == "__main__":
    unittest.main()
