// SPDX-License-Identifier: Apache-2.0
//
// Refuses to replace or link files, as some file systems and kernels do. To be preloaded (ld.so(8), LD_PRELOAD).
//
//   FILEBUS_REFUSE_EXCHANGE=ERRNO  renameat2(2) fails with this number
//   FILEBUS_REFUSE_RENAME=ERRNO    rename(2) fails with this number
//   FILEBUS_REFUSE_WHILE=FILE      both fail only while this file exists
//   FILEBUS_REFUSE_FOREIGN_LINK=1  link(2) to a file of another user fails (fs.protected_hardlinks)
//   FILEBUS_KILL_AT_LINK=N         kills the process at the Nth link(2) to a file in X.d/staging, that is, to a chunk
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(type, name, ...)                                                                                                    \
    static type (*real)(__VA_ARGS__);                                                                                            \
    if (!real)                                                                                                                   \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

static int isRefused(const char *variable)
{
    const char *number = getenv(variable), *file = getenv("FILEBUS_REFUSE_WHILE");
    if (!number || (file && access(file, F_OK) != 0))
        return 0;
    errno = atoi(number);
    return 1;
}

int renameat2(int fromDirectory, const char *from, int toDirectory, const char *to, unsigned flags)
{
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    return isRefused("FILEBUS_REFUSE_EXCHANGE") ? -1 : real(fromDirectory, from, toDirectory, to, flags);
}

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    return isRefused("FILEBUS_REFUSE_RENAME") ? -1 : real(from, to);
}

int link(const char *from, const char *to)
{
    REAL(int, link, const char *, const char *);
    static int links;
    const char *deadly = getenv("FILEBUS_KILL_AT_LINK");
    if (deadly && strstr(from, "/staging/") && ++links == atoi(deadly))
        raise(SIGKILL);
    struct stat status;
    if (getenv("FILEBUS_REFUSE_FOREIGN_LINK") && lstat(from, &status) == 0 && status.st_uid != geteuid()) {
        errno = EPERM;
        return -1;
    }
    return real(from, to);
}
