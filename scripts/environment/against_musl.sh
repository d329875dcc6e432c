# shellcheck shell=bash
# Part of scripts/musl: runs in the top directory, where the packages are.
set -eu
triplet=$(g++ -print-multiarch)
version=$(g++ -dumpversion)
qt=/usr/include/$triplet/qt6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# libstdc++ was configured for glibc; this is what its headers expect of that.
cat >"$work/standin.h" <<'HEADER'
#include <bits/c++config.h>
#include <ctype.h>
#include <locale.h>
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK
#define __locale_t locale_t
enum { _ISupper = 1, _ISlower = 2, _ISalpha = 4, _ISdigit = 8, _ISxdigit = 16, _ISspace = 32, _ISprint = 64, _ISblank = 128,
       _IScntrl = 256, _ISpunct = 512, _ISalnum = 1024 };
HEADER

flags=(-std=c++20 -fsyntax-only -fPIC -Wall -Wextra -Werror -nostdinc '-D__GLIBC_PREREQ(a,b)=0' -include "$work/standin.h")
for directory in "/usr/include/c++/$version" "/usr/include/$triplet/c++/$version" "$(g++ -print-file-name=include)" \
    "/usr/include/${triplet/gnu/musl}" "$qt" "$qt/QtCore" "/usr/lib/$triplet/qt6/mkspecs/linux-g++" /usr/include/KF6/KArchive; do
    flags+=(-isystem "$directory")
done
flags+=(-DQT_CORE_LIB '-DFILEBUS_MONITOR="qt"' -DFILEBUS_HAS_QT_MONITOR -Ilibfilebus/src -Ilibfilebus/include)

find libfilebus/src -name '*.cpp' -not -path '*/system/linux/*' -print0 \
    | xargs -0 -P "$(nproc)" -I{} sh -c '"$@" || { echo "{} does not compile against musl" >&2; exit 1; }' sh g++ "${flags[@]}" {}
echo "$(find libfilebus/src -name '*.cpp' -not -path '*/system/linux/*' | wc -l) files compile against musl"
