// SPDX-License-Identifier: Apache-2.0
//
// The flock(2) of a file system without locks. To be preloaded (ld.so(8), LD_PRELOAD).
//
//   FILEBUS_FLOCK=ERRNO       each call fails with this number; with 0, each call succeeds and does nothing
//   FILEBUS_FLOCK_PATH=TEXT   only for files whose path ends with TEXT
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

static int counts(int descriptor)
{
    const char *end = getenv("FILEBUS_FLOCK_PATH");
    char link[64];
    char path[PATH_MAX];
    if (!end)
        return 1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, path, sizeof path);
    const size_t wanted = strlen(end);
    return length >= (ssize_t)wanted && memcmp(path + length - wanted, end, wanted) == 0;
}

int flock(int descriptor, int operation)
{
    if (!counts(descriptor))
        return (int)syscall(SYS_flock, descriptor, operation);
    const char *number = getenv("FILEBUS_FLOCK");
    errno = number ? atoi(number) : 0;
    return errno == 0 ? 0 : -1;
}
