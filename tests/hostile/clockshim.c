// SPDX-License-Identifier: Apache-2.0
//
// Sets the clock of a program while a file exists. To be preloaded (ld.so(8), LD_PRELOAD).
//
//   FILEBUS_CLOCK_FILE=FILE   while it exists, the time of day is an hour behind, or an hour ahead if the file is not empty
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

static time_t offset(void)
{
    const char *file = getenv("FILEBUS_CLOCK_FILE");
    struct stat status;
    if (!file || stat(file, &status) != 0)
        return 0;
    return status.st_size > 0 ? -3600 : 3600;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    const int result = real(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec -= offset();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    static int (*real)(struct timeval *restrict, void *restrict);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "gettimeofday");
    const int result = real(now, zone);
    now->tv_sec -= offset();
    return result;
}
