# shellcheck shell=bash disable=SC2034,SC2154
# The cases on Debian 12, where filebus is built in its own Debian 13 root. Sourced by scripts/newcomer.

case_12_user_fresh() {
    what="an ordinary user, nothing installed: demo" expected="refused; names apt-get update and the packages that create a root" needs=debian12
    [[ $1 == run ]] || return 0
    put_checkout
    in_machine newcomer ./scripts/demo
    status_is 1
    says 'as root, run: apt-get update && apt-get install --no-install-recommends mmdebstrap bubblewrap uidmap$'
}

case_12_root_offline() {
    what="root without network: demo" expected="refused; says that it needs the network" needs=debian12
    [[ $1 == run ]] || return 0
    put_checkout
    network=no
    in_machine root ./scripts/demo
    status_is 1
    says 'the first run needs the network'
}

case_12_root_demo() {
    what="root, nothing installed: demo" expected="creates a root with a compiler, and runs" needs=debian12
    [[ $1 == run ]] || return 0
    put_checkout
    in_machine root ./scripts/demo
    status_is 0
    says '^3 \(slow\).* yes$'
    in_machine root './scripts/shell bash -c "command -v Xvfb"'
    status_is 1
}

# Nothing that is written through scripts/shell may be lost.
case_12_directories() {
    what="root: ./scripts/shell filebus in the home, /srv, /mnt, /var/tmp, /" expected="the bus is there afterwards, or the command is refused" needs=12-root-demo
    [[ $1 == run ]] || return 0
    local directory
    for directory in /root /srv '/srv/a b' /mnt /media /opt /var/tmp /run /usr/local/src /home/newcomer; do
        in_machine root "mkdir -p '$directory' && cd '$directory' && echo 21.5 | '$place/scripts/shell' filebus --filename x.bus producer \
            && tar xOf x.bus from_server"
        status_is 0
        says '21\.5'
    done
    for directory in / /usr /etc; do
        in_machine root "cd $directory && $place/scripts/shell filebus --filename x.bus producer </dev/null"
        status_is 1
        says "$directory is not visible in the Debian 13 root"
    done
    in_machine root "mkdir /tmp/gone && cd /tmp/gone && rmdir /tmp/gone && $place/scripts/shell true"
    status_is 1
    says 'the current directory no longer exists'
    in_machine root "ln -s /srv /root/link && unset HOME && cd /root/link && $place/scripts/shell filebus --version"
    status_is 0
}

case_12_root_test_packages() {
    what="root: the packages of the tests, interrupted at first, then twice at once" expected="added; the first root stays" needs=12-root-demo
    [[ $1 == run ]] || return 0
    local prepare='. scripts/environment/environment.sh && environment_need test && environment_prepare'
    in_machine root "timeout -s KILL 12 bash -c '$prepare'"
    status_is 137
    in_machine root "bash -c '$prepare' & bash -c '$prepare'; first=\$?; wait \$! && exit \$first"
    status_is 0
    in_machine root './scripts/shell bash -c "command -v Xvfb mandoc"; ls -d ~/.cache/filebus/debian-13-*'
    status_is 0
    [[ $(grep -c debian-13- "$output") == 2 && $(grep -c part "$output") == 0 ]] || unmet "roots: $(grep -c debian-13- "$output")"
}

case_12_user_demo() {
    what="an ordinary user with mmdebstrap, a path with spaces: demo, the packages of the tests" expected="runs; the packages are added" needs=debian12
    [[ $1 == run ]] || return 0
    place='/home/newcomer/my own/file bus'
    put_checkout
    in_machine root 'apt-get update && apt-get install -y --no-install-recommends mmdebstrap bubblewrap uidmap'
    status_is 0
    in_machine newcomer 'unshare --user --map-root-user true'
    [[ $status == 0 ]] || { impossible="user namespaces are forbidden here"; return; }
    in_machine newcomer ./scripts/demo
    status_is 0
    says '^3 \(slow\).* yes$'
    in_machine newcomer 'cd && echo 21.5 | "my own/file bus/scripts/shell" filebus --filename x.bus producer && tar xOf x.bus from_server'
    status_is 0
    says '21\.5'
    in_machine newcomer '. scripts/environment/environment.sh && environment_need test && environment_prepare'
    status_is 0
    in_machine newcomer './scripts/shell bash -c "command -v Xvfb mandoc"'
    status_is 0
}
