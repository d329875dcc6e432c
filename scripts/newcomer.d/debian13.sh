# shellcheck shell=bash disable=SC2034,SC2154
# The cases on Debian 13. Each case describes itself and then runs. Sourced by scripts/newcomer.

case_13_user_fresh() {
    what="an ordinary user, nothing installed: demo" expected="refused; names apt-get update and only the packages" needs=debian13
    [[ $1 == run ]] || return 0
    put_checkout
    in_machine newcomer ./scripts/demo
    status_is 1
    says 'as root, run: apt-get update && apt-get install --no-install-recommends cmake'
    says_nothing_of 'mmdebstrap|bubblewrap|qcustomplot|xvfb'
}

case_13_root_offline() {
    what="root without network: demo" expected="refused; says that it needs the network" needs=debian13
    [[ $1 == run ]] || return 0
    put_checkout
    network=no
    in_machine root ./scripts/demo
    status_is 1
    says 'the first run needs the network'
    says_nothing_of mmdebstrap
}

case_13_root_demo() {
    what="root, nothing installed: demo" expected="installs the packages to build the program, and runs" needs=debian13
    [[ $1 == run ]] || return 0
    put_checkout
    in_machine root ./scripts/demo
    status_is 0
    says '^3 \(slow\).* yes$'
    in_machine root 'command -v xvfb-run clang mmdebstrap bwrap'
    status_is 1
}

case_13_user_spaces() {
    what="an ordinary user, no network, a path with spaces, no .git: demo" expected="runs" needs=13-root-demo
    [[ $1 == run ]] || return 0
    place='/home/newcomer/my own/file bus'
    put_checkout
    network=no
    in_machine newcomer ./scripts/demo
    status_is 0
    says '^3 \(slow\).* yes$'
    in_machine newcomer "cd && '$place/scripts/shell' filebus --version"
    status_is 0
    in_machine newcomer "echo 21.5 | ./scripts/shell filebus --filename '/home/newcomer/my own/x.bus' producer"
    status_is 0
    in_machine newcomer "tar xOf '/home/newcomer/my own/x.bus' from_server"
    says '21\.5'
}

case_13_user_fortify() {
    what="CXXFLAGS=-D_FORTIFY_SOURCE=3: build" expected="no warning" needs=13-root-demo
    [[ $1 == run ]] || return 0
    place=/home/newcomer/fortified
    put_checkout
    in_machine newcomer 'CXXFLAGS=-D_FORTIFY_SOURCE=3 ./scripts/build demo filebus_program'
    status_is 0
    says_nothing_of 'warning:'
}

case_13_shells() {
    what="login shells dash and zsh: a shell in the environment, the program of the last build" expected="work" needs=13-root-demo
    [[ $1 == run ]] || return 0
    in_machine root 'apt-get install -y --no-install-recommends zsh'
    for shell in dash zsh; do
        in_machine newcomer './scripts/shell filebus --version && echo exit 7 | ./scripts/shell'
        status_is 7
        says '^filebus [0-9]'
    done
}

case_13_test_packages() {
    what="root: the packages of the tests" expected="added to those of the build" needs=13-root-demo
    [[ $1 == run ]] || return 0
    in_machine root '. scripts/environment/environment.sh && environment_need test && environment_prepare && command -v Xvfb mandoc'
    status_is 0
}

case_13_beside_systemd() {
    what="root, with systemd: the packages of the tests" expected="systemd stays" needs=13-root-demo
    [[ $1 == run ]] || return 0
    in_machine root 'apt-get install -y --no-install-recommends systemd'
    in_machine root '. scripts/environment/environment.sh && environment_need test && environment_prepare && dpkg -s systemd'
    status_is 0
    says '^Status: install ok installed'
}

case_13_spaces_tests() {
    what="root, a path with spaces: tests of faults, clocks and crashes" expected="they inject their faults, and pass" needs=13-test-packages
    [[ $1 == run ]] || return 0
    place='/root/my own/file bus'
    put_checkout
    in_machine root './scripts/build dev tst_unreadable tst_clock tst_in_use tst_lossless_crash'
    status_is 0
    in_machine root 'ctest --preset dev -R "^(faults/unreadable|hostile/(clock|in_use)|process/lossless_crash)$"'
    status_is 0
    says '100% tests passed'
}

case_13_user_clang() {
    what="CC=clang CXX=clang++: build" expected="no warning" needs=13-test-packages
    [[ $1 == run ]] || return 0
    place=/home/newcomer/by-clang
    put_checkout
    in_machine root '. scripts/environment/environment.sh && environment_need develop && environment_prepare'
    status_is 0
    in_machine newcomer 'CC=clang CXX=clang++ ./scripts/build demo filebus_program'
    status_is 0
    says_nothing_of 'warning:'
}
