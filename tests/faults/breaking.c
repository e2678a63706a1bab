/* What a process asks of the disk, broken when it is told to: preloaded, so that no library knows of it.
 *
 * Only calls that may change the disk are counted, and of these only those about files whose path holds a word. Nothing
 * is ever synced for real: what is killed here leaves to the system what the system took. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum how { NOTHING, COUNT, KILL, TEAR, FAIL, FAIL_ON };
enum kind { WRITE = 1, SYNC = 2, NAME = 4, REMOVE = 8, SHAPE = 16 };

static enum how how = NOTHING;
static int kinds, error;
static long at;
static atomic_long seen;
static char word[4096];
static char calls[65536];
static size_t told;

/* Break the call of this number, of these kinds, about files whose path holds a word; or all from that one on. */
void breaking_arm(int new_how, int new_kinds, long new_at, int new_error, const char *new_word) {
    how = NOTHING;
    kinds = new_kinds, at = new_at, error = new_error;
    strncpy(word, new_word, sizeof word - 1);
    atomic_store(&seen, 0);
    told = 0, calls[0] = 0;
    how = (enum how)new_how;
}

long breaking_seen(void) { return atomic_load(&seen); }

/* The calls that were counted, a line each. */
const char *breaking_calls(void) { return calls; }

static const char *path_of(int descriptor, char *place, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, place, size - 1);
    place[length < 0 ? 0 : length] = 0;
    return place;
}

static void note(const char *call, const char *path) {
    const char *last = strrchr(path, '/');
    int room = (int)(sizeof calls - told);
    int length = snprintf(calls + told, (size_t)room, "%s %s\n", call, last ? last + 1 : path);
    told += length < room ? (size_t)length : 0;
}

enum verdict { GO_ON, REFUSE, HALF };

/* What becomes of a call; the process may end here. */
static enum verdict judged(enum kind kind, const char *call, const char *path) {
    if (how == NOTHING || !(kinds & kind) || !strstr(path, word)) return GO_ON;
    long number = atomic_fetch_add(&seen, 1) + 1;
    if (how == COUNT) note(call, path);
    if (how == COUNT || number < at || (number > at && how != FAIL_ON)) return GO_ON;
    if (how == TEAR && kind == WRITE) return HALF;
    if (how == FAIL || how == FAIL_ON) {
        errno = error;
        return REFUSE;
    }
    kill(getpid(), SIGKILL);
    return REFUSE;
}

static enum verdict judged_by_descriptor(enum kind kind, const char *call, int descriptor) {
    char place[4096];
    int before = errno;
    if (how == NOTHING || !(kinds & kind)) return GO_ON;
    path_of(descriptor, place, sizeof place);
    errno = before;
    return judged(kind, call, place);
}

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* A disk that is full still takes what stands in the place of something else. */
static enum verdict judged_write(const char *call, int descriptor, off64_t end) {
    struct stat found;
    if ((how == FAIL || how == FAIL_ON) && error == ENOSPC && fstat(descriptor, &found) == 0 && end <= found.st_size)
        return GO_ON;
    return judged_by_descriptor(WRITE, call, descriptor);
}

/* Torn as by the power: whole sectors of 512 bytes, then nothing. */
static size_t sectors(size_t size) { return size / 2 / 512 * 512; }

ssize_t write(int descriptor, const void *from, size_t size) {
    int before = errno;
    enum verdict found = judged_write("write", descriptor, lseek64(descriptor, 0, SEEK_CUR) + (off64_t)size);
    if (found == GO_ON) errno = before;
    if (found == REFUSE) return -1;
    if (found == GO_ON) return REAL(write)(descriptor, from, size);
    if (REAL(write)(descriptor, from, sectors(size)) >= 0) kill(getpid(), SIGKILL);
    return -1;
}

#define PLACED_WRITE(name, offset_type)                                                        \
    ssize_t name(int descriptor, const void *from, size_t size, offset_type offset) {          \
        enum verdict found = judged_write("pwrite", descriptor, offset + (off64_t)size);       \
        if (found == REFUSE) return -1;                                                        \
        if (found == GO_ON) return REAL(name)(descriptor, from, size, offset);                 \
        if (REAL(name)(descriptor, from, sectors(size), offset) >= 0) kill(getpid(), SIGKILL); \
        return -1;                                                                             \
    }
PLACED_WRITE(pwrite, off_t)
PLACED_WRITE(pwrite64, off64_t)

#define ON_DESCRIPTOR(kind, name, declared, given) \
    int name declared { return judged_by_descriptor(kind, #name, descriptor) == GO_ON ? REAL(name) given : -1; }
ON_DESCRIPTOR(SHAPE, ftruncate, (int descriptor, off_t size), (descriptor, size))
ON_DESCRIPTOR(SHAPE, ftruncate64, (int descriptor, off64_t size), (descriptor, size))
ON_DESCRIPTOR(SHAPE, fchmod, (int descriptor, mode_t mode), (descriptor, mode))

ssize_t writev(int descriptor, const struct iovec *parts, int many) {
    return judged_by_descriptor(WRITE, "writev", descriptor) == GO_ON ? REAL(writev)(descriptor, parts, many) : -1;
}

int posix_fallocate(int descriptor, off_t offset, off_t size) {
    return judged_by_descriptor(WRITE, "posix_fallocate", descriptor) == GO_ON
               ? REAL(posix_fallocate)(descriptor, offset, size)
               : errno;
}

int fsync(int descriptor) { return judged_by_descriptor(SYNC, "fsync", descriptor) == GO_ON ? 0 : -1; }
int fdatasync(int descriptor) { return judged_by_descriptor(SYNC, "fdatasync", descriptor) == GO_ON ? 0 : -1; }

#define ON_PATH(kind, name, declared, path, given) \
    int name declared { return judged(kind, #name, path) == GO_ON ? REAL(name) given : -1; }
ON_PATH(NAME, mkdir, (const char *path, mode_t mode), path, (path, mode))
ON_PATH(NAME, rename, (const char *from, const char *to), to, (from, to))
ON_PATH(NAME, link, (const char *from, const char *to), to, (from, to))
ON_PATH(NAME, symlink, (const char *from, const char *to), to, (from, to))
ON_PATH(REMOVE, unlink, (const char *path), path, (path))
ON_PATH(REMOVE, unlinkat, (int folder, const char *path, int flags), path, (folder, path, flags))
ON_PATH(REMOVE, rmdir, (const char *path), path, (path))
ON_PATH(SHAPE, chmod, (const char *path, mode_t mode), path, (path, mode))

/* Opening makes a file only where there is none. */
static int makes(const char *path, int flags) {
    struct stat found;
    int before = errno, is_there = stat(path, &found) == 0;
    errno = before;
    return (flags & O_CREAT) && !is_there;
}

#define OPENING(name)                                                                  \
    int name(const char *path, int flags, ...) {                                       \
        va_list rest;                                                                  \
        va_start(rest, flags);                                                         \
        mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;                    \
        va_end(rest);                                                                  \
        if (makes(path, flags) && judged(NAME, "open", path) != GO_ON) return -1;      \
        return REAL(name)(path, flags, mode);                                          \
    }
OPENING(open)
OPENING(open64)
