// SPDX-License-Identifier: Apache-2.0
//
// Makes one system call of a program fail, once or several times. To be preloaded (ld.so(8), LD_PRELOAD).
//
//   FILEBUS_FAULT=CALL:N:ERRNO   the Nth call of CALL, counted from 1, fails with this number
//   FILEBUS_FAULT_TIMES=N        fail N calls in a row
//   FILEBUS_FAULT_PATH=TEXT      count only calls on files whose path contains TEXT
//   FILEBUS_FAULT_PLACES=1       count only the first call from each place in the program
//   FILEBUS_FAULT_REPORT=FILE    created when a call fails, to inform the test
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char faultCall[32];
static long faultNumber;
static int faultErrno;
static long faultTimes = 1;
static const char *faultPath = "";
static int oncePerPlace;
static atomic_long calls;

__attribute__((constructor)) static void readEnvironment(void)
{
    const char *fault = getenv("FILEBUS_FAULT");
    if (!fault || sscanf(fault, "%31[^:]:%ld:%d", faultCall, &faultNumber, &faultErrno) != 3)
        faultNumber = 0;
    if (getenv("FILEBUS_FAULT_PATH"))
        faultPath = getenv("FILEBUS_FAULT_PATH");
    if (getenv("FILEBUS_FAULT_TIMES"))
        faultTimes = atol(getenv("FILEBUS_FAULT_TIMES"));
    oncePerPlace = getenv("FILEBUS_FAULT_PLACES") != NULL;
}

// Uses system calls, because the functions are replaced here.
static void report(void)
{
    const char *path = getenv("FILEBUS_FAULT_REPORT");
    if (path)
        syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0600));
}

// The innermost callers identify a place; those further out depend only on what the event loop was doing.
static uintptr_t callingPlace(void)
{
    void *callers[8];
    uintptr_t place = 0;
    for (int i = backtrace(callers, 8) - 1; i >= 0; --i)
        place = place * 31 + (uintptr_t)callers[i];
    return place;
}

static int isFromNewPlace(void)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static uintptr_t known[1024];
    static int count;
    const uintptr_t place = callingPlace();
    pthread_mutex_lock(&mutex);
    int i = 0;
    while (i < count && known[i] != place)
        ++i;
    const int isNew = i == count && count < 1024;
    if (isNew)
        known[count++] = place;
    pthread_mutex_unlock(&mutex);
    return isNew;
}

static int fails(const char *call, const char *path)
{
    if (faultNumber == 0 || strcmp(call, faultCall) != 0 || !strstr(path, faultPath))
        return 0;
    if (oncePerPlace && !isFromNewPlace())
        return 0;
    const long number = atomic_fetch_add(&calls, 1) + 1;
    if (number < faultNumber || number >= faultNumber + faultTimes)
        return 0;
    report();
    errno = faultErrno;
    return 1;
}

static int failsOn(const char *call, int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    return fails(call, path);
}

#define REAL(type, name, ...)                                                                                                    \
    static type (*real)(__VA_ARGS__);                                                                                            \
    if (!real)                                                                                                                   \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                                                                                               \
    int name(const char *path, int flags, ...)                                                                                   \
    {                                                                                                                            \
        va_list arguments;                                                                                                       \
        va_start(arguments, flags);                                                                                              \
        const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;                                                     \
        va_end(arguments);                                                                                                       \
        REAL(int, name, const char *, int, ...);                                                                                 \
        return fails("open", path) ? -1 : real(path, flags, mode);                                                               \
    }
OPEN(open)
OPEN(open64)

#define ON_PATH(name)                                                                                                            \
    int name(const char *path)                                                                                                   \
    {                                                                                                                            \
        REAL(int, name, const char *);                                                                                           \
        return fails(#name, path) ? -1 : real(path);                                                                             \
    }
ON_PATH(unlink)
ON_PATH(rmdir)

#define ON_TWO_PATHS(name)                                                                                                       \
    int name(const char *from, const char *to)                                                                                   \
    {                                                                                                                            \
        REAL(int, name, const char *, const char *);                                                                             \
        return fails(#name, to) ? -1 : real(from, to);                                                                           \
    }
ON_TWO_PATHS(link)
ON_TWO_PATHS(rename)

int renameat2(int fromDirectory, const char *from, int toDirectory, const char *to, unsigned flags)
{
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    return fails("renameat2", to) ? -1 : real(fromDirectory, from, toDirectory, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    return fails("mkdir", path) ? -1 : real(path, mode);
}

int access(const char *path, int mode)
{
    REAL(int, access, const char *, int);
    return fails("access", path) ? -1 : real(path, mode);
}

int flock(int fd, int operation)
{
    REAL(int, flock, int, int);
    return failsOn("flock", fd) ? -1 : real(fd, operation);
}

int fchmod(int fd, mode_t mode)
{
    REAL(int, fchmod, int, mode_t);
    return failsOn("fchmod", fd) ? -1 : real(fd, mode);
}

ssize_t flistxattr(int fd, char *names, size_t size)
{
    REAL(ssize_t, flistxattr, int, char *, size_t);
    return failsOn("flistxattr", fd) ? -1 : real(fd, names, size);
}

int fstat(int fd, struct stat *status)
{
    REAL(int, fstat, int, struct stat *);
    return failsOn("fstat", fd) ? -1 : real(fd, status);
}

int lstat(const char *path, struct stat *status)
{
    REAL(int, lstat, const char *, struct stat *);
    return fails("lstat", path) ? -1 : real(path, status);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(ssize_t, write, int, const void *, size_t);
    return failsOn("write", fd) ? -1 : real(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    return failsOn("pwrite", fd) ? -1 : real(fd, bytes, size, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t);
    return failsOn("pwritev", fd) ? -1 : real(fd, parts, count, offset);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset)
{
    REAL(ssize_t, pread, int, void *, size_t, off_t);
    return failsOn("pread", fd) ? -1 : real(fd, bytes, size, offset);
}

DIR *opendir(const char *path)
{
    REAL(DIR *, opendir, const char *);
    char resolved[PATH_MAX]; // the file may be named by a descriptor
    return fails("opendir", realpath(path, resolved) ? resolved : path) ? NULL : real(path);
}

#define READDIR(name, type)                                                                                                      \
    struct type *name(DIR *directory)                                                                                            \
    {                                                                                                                            \
        REAL(struct type *, name, DIR *);                                                                                        \
        return failsOn("readdir", dirfd(directory)) ? NULL : real(directory);                                                    \
    }
READDIR(readdir, dirent)
READDIR(readdir64, dirent64)

int poll(struct pollfd *polled, nfds_t count, int timeout)
{
    REAL(int, poll, struct pollfd *, nfds_t, int);
    return fails("poll", faultPath) ? -1 : real(polled, count, timeout);
}

int ppoll(struct pollfd *polled, nfds_t count, const struct timespec *timeout, const sigset_t *signals)
{
    REAL(int, ppoll, struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
    return fails("poll", faultPath) ? -1 : real(polled, count, timeout, signals);
}

int inotify_init1(int flags)
{
    REAL(int, inotify_init1, int);
    return fails("inotify_init1", faultPath) ? -1 : real(flags);
}

int inotify_add_watch(int fd, const char *path, unsigned mask)
{
    REAL(int, inotify_add_watch, int, const char *, unsigned);
    return fails("inotify_add_watch", strstr(faultPath, path) ? faultPath : path) ? -1 : real(fd, path, mask);
}
