# shellcheck shell=bash
# Machines for scripts/newcomer: minimal Debian roots with layers on top, entered with pivot_root(2), so that they can mount file
# systems and create user namespaces like a real machine. They share only the kernel, /dev, /sys and downloaded packages with this
# system.

machines=$cache/newcomer

machines_prepare() {
    mkdir -p "$machines" || fail "cannot write to $machines; set XDG_CACHE_HOME to a directory in which you have write permission."
    command -v mmdebstrap >/dev/null || install_packages mmdebstrap
    machines_forget
    find "$machines" -mindepth 1 -maxdepth 1 -name '*.layer' -exec rm -rf --one-file-system {} +
    local version
    for version in 12:bookworm 13:trixie; do
        [[ -d $machines/debian${version%:*} ]] || machine_install "$machines/debian${version%:*}" "${version#*:}"
    done
}

machines_forget() { rm -rf --one-file-system "$machines"/*.upper "$machines"/*.work "$machines"/*.root; }

machine_install() {
    say "creating $1"
    rm -rf --one-file-system "$1.part"
    mkdir -p "$1.part" "$1.debs/partial"
    mmdebstrap --mode=root --variant=minbase --format=tar "$2" - 2>"$1.log" | tar -x --exclude='./dev/*' -C "$1.part" \
        || fail "cannot reach the packages of Debian. Log: $1.log"
    chroot "$1.part" useradd --create-home --shell /bin/bash newcomer
    mv -T "$1.part" "$1"
}

# machine_begin NAME BASE: starts a machine on top of BASE, a Debian root or the final state of another case.
machine_begin() {
    local below=$2
    lower=$machines/$below
    while [[ $below != debian* ]]; do
        lower=${lower%"$machines/$below"}$machines/$below.layer:$machines/$(cat "$machines/$below.below")
        below=$(cat "$machines/$below.below")
    done
    debs=$machines/$below.debs upper=$machines/$1.upper work=$machines/$1.work newroot=$machines/$1.root
    network=yes place=/home/newcomer/filebus shell=bash
    mkdir -p "$upper" "$work" "$newroot"
    printf '%s' "$2" >"$machines/$1.below"
    [[ $below == "$2" ]] || [[ -d $machines/$2.layer ]]
}

# If the case succeeded, keeps the final state of its machine for the cases that build on it.
machine_end() {
    if [[ -n $2 ]]; then rm -rf --one-file-system "$upper"; else mv -T "$upper" "$machines/$1.layer"; fi
    rm -rf --one-file-system "$work" "$newroot"
}

# Copies all files that git tracks, or everything but the build, to $place: a tree without .git.
put_checkout() {
    mkdir -p "$upper/home"
    in_machine root "mkdir -p '$place' && chown newcomer:newcomer '$place' '${place%/*}'" || return
    (cd "$checkout" && { git ls-files -z 2>/dev/null | grep -z . || find . -path ./build -prune -o ! -type d -print0; } \
        | xargs -0 tar -c) | in_machine root "tar -x --no-same-owner -C '$place' && chown -R newcomer:newcomer '$place'"
}

# in_machine USER SCRIPT: runs a script in the login shell of a user, in $place. Sets status, and writes the output to $output.
in_machine() {
    local options=(--mount --pid --fork --kill-child)
    [[ $network == yes ]] || options+=(--net)
    # shellcheck disable=SC2016
    unshare "${options[@]}" bash -euc '
        mount --make-rprivate /
        mount -t overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" machine "$4"
        cd "$4"
        mount --rbind /dev dev
        mount --rbind /sys sys
        mount -t proc proc proc
        mount --bind "$5" var/cache/apt/archives
        cat /etc/resolv.conf >etc/resolv.conf
        echo "Binary::apt-get::APT::Keep-Downloaded-Packages \"true\"; APT::Keep-Downloaded-Packages \"true\";" >etc/apt/apt.conf.d/99keep
        mkdir -p .outside
        pivot_root . .outside
        cd /
        umount -l /.outside
        shift 5
        place=$1 user=$2 shell=$3 script=$4
        cd "$place" 2>/dev/null || cd /
        home=$(getent passwd "$user" | cut -d: -f6)
        exec setpriv --reuid="$user" --regid="$user" --init-groups env -i HOME="$home" USER="$user" LOGNAME="$user" \
            SHELL="/bin/$shell" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=en_US.UTF-8 TERM=dumb \
            "$shell" -lc "$script"' \
        bash "$lower" "$upper" "$work" "$newroot" "$debs" "$place" "$1" "$shell" "$2" >"$output" 2>&1
    status=$?
    { printf '\n$ %s (%s)\n' "$2" "$1"; cat "$output"; } >>"$log"
    return $status
}
