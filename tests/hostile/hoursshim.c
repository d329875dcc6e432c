// SPDX-License-Identifier: Apache-2.0
//
// Lets hours pass for a program that waits. To be preloaded (ld.so(8), LD_PRELOAD).
//
//   FILEBUS_HOURS_FILE=FILE   sets the monotonic clock ahead by the number of hours in this file (one digit), plus a minute
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static time_t offset(void)
{
    const char *name = getenv("FILEBUS_HOURS_FILE");
    const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    char digit = '0';
    if (file < 0)
        return 0;
    if (read(file, &digit, 1) != 1)
        digit = '0';
    close(file);
    return digit == '0' ? 0 : (digit - '0') * 3600 + 60;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    const int result = real(clock, now);
    if (result == 0 && clock == CLOCK_MONOTONIC)
        now->tv_sec += offset();
    return result;
}

// A waiting program looks at the clock now and then.
int ppoll(struct pollfd *files, nfds_t count, const struct timespec *timeout, const sigset_t *signals)
{
    static int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
    const struct timespec longest = {0, 20 * 1000 * 1000};
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "ppoll");
    const int isLonger = !timeout || timeout->tv_sec > 0 || timeout->tv_nsec > longest.tv_nsec;
    return real(files, count, isLonger ? &longest : timeout, signals);
}

int poll(struct pollfd *files, nfds_t count, int milliseconds)
{
    const struct timespec timeout = {milliseconds / 1000, milliseconds % 1000 * 1000 * 1000};
    return ppoll(files, count, milliseconds < 0 ? NULL : &timeout, NULL);
}
