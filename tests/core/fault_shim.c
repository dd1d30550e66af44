// Faults made on purpose: a shared object that lets the n-th call of a kind fail. For LD_PRELOAD.
//
//   LD_PRELOAD=libfault_shim.so
//   ISOGAP_FAULT_CALLS=write,fsync   kinds that count together: open read write fsync rename
//                                    ftruncate close (each with its relatives: pread, fwrite,
//                                    fdatasync, renameat2, fopen ...)
//   ISOGAP_FAULT_UNDER=/a/folder     only files under it count; all files when not given
//   ISOGAP_FAULT_AT=N                the call that fails, from 1; 0 or not given: none
//   ISOGAP_FAULT_MODE=once|on        that one, or all from then on (once when not given)
//   ISOGAP_FAULT_ERROR=EIO           EIO ENOSPC EINTR EACCES, or "short": half of the bytes come
//   ISOGAP_FAULT_COUNT=FILE          the number of calls seen is written there at the end
//
// With sanitizers: ASAN_OPTIONS=verify_asan_link_order=0. tests/core/fault_sweep.sh walks through
// all calls of a command. Memory is another object, fault_alloc.c, which sanitizers do not bear.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN = 1, READ = 2, WRITE = 4, FSYNC = 8, RENAME = 16, FTRUNCATE = 32, CLOSE = 64 };
enum { SHORT = -1, STREAM_ERROR = 0x20 }; // the error flag of a stream in glibc (_IO_ERR_SEEN)

static int wanted, error_number;
static bool from_then_on, ready;
static long fault_at;
static const char *under, *count_file;
static atomic_long seen;

__attribute__((constructor)) static void begin(void)
{
    static const struct {
        const char *name;
        int value;
    } kinds[] = {{"open", OPEN},     {"read", READ},           {"write", WRITE}, {"fsync", FSYNC},
                 {"rename", RENAME}, {"ftruncate", FTRUNCATE}, {"close", CLOSE}},
      errors[] = {
          {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EINTR", EINTR}, {"EACCES", EACCES}, {"short", SHORT}};
    const char *calls = getenv("ISOGAP_FAULT_CALLS"), *error = getenv("ISOGAP_FAULT_ERROR");
    const char *at = getenv("ISOGAP_FAULT_AT"), *mode = getenv("ISOGAP_FAULT_MODE");
    for (size_t i = 0; calls && i < sizeof kinds / sizeof *kinds; i++) {
        const char *found = strstr(calls, kinds[i].name);
        // "write" must not be found in a longer word; there is none
        if (found) wanted |= kinds[i].value;
    }
    error_number = EIO;
    for (size_t i = 0; error && i < sizeof errors / sizeof *errors; i++) {
        if (strcmp(error, errors[i].name) == 0) error_number = errors[i].value;
    }
    fault_at = at ? atol(at) : 0;
    from_then_on = mode && strcmp(mode, "on") == 0;
    under = getenv("ISOGAP_FAULT_UNDER");
    count_file = getenv("ISOGAP_FAULT_COUNT");
    ready = true;
}

__attribute__((destructor)) static void end(void)
{
    if (!count_file) return;
    char text[32];
    const int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&seen));
    const int fd =
        (int)syscall(SYS_openat, AT_FDCWD, count_file, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (fd >= 0) {
        if (syscall(SYS_write, fd, text, (size_t)length) < 0) _exit(99);
        syscall(SYS_close, fd);
    }
}

static bool is_under(const char *path)
{
    if (!under) return true;
    char whole[4096];
    if (path[0] != '/') { // relative: to the working folder
        const long length = syscall(SYS_getcwd, whole, sizeof whole);
        if (length <= 0) return false;
        while (strncmp(path, "./", 2) == 0)
            path += 2;
        snprintf(whole + length - 1, sizeof whole - (size_t)length, "/%s", path);
        path = whole;
    }
    return strncmp(path, under, strlen(under)) == 0;
}

static bool file_is_under(int fd)
{
    if (!under) return fd > 2;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length < 0) return false;
    path[length] = '\0';
    return is_under(path);
}

/// Count the call; does this one fail? Its errno is set then.
static bool strikes(void)
{
    const long number = atomic_fetch_add(&seen, 1) + 1;
    if (fault_at == 0 || number < fault_at || (number > fault_at && !from_then_on)) return false;
    errno = error_number == SHORT ? 0 : error_number;
    return true;
}

static bool strikes_file(enum kind kind, int fd)
{
    return ready && (wanted & (int)kind) && file_is_under(fd) && strikes();
}

static bool strikes_path(enum kind kind, const char *path)
{
    return ready && (wanted & (int)kind) && is_under(path) && strikes();
}

#define REAL(name)                                                                                 \
    static __typeof__(name) *real;                                                                 \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, int) : 0;
}

#define OPEN_LIKE(name)                                                                            \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        REAL(name);                                                                                \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        const mode_t mode = mode_of(flags, arguments);                                             \
        va_end(arguments);                                                                         \
        return strikes_path(OPEN, path) && error_number != SHORT ? -1 : real(path, flags, mode);   \
    }
OPEN_LIKE(open)
OPEN_LIKE(open64)

#define OPENAT_LIKE(name)                                                                          \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        REAL(name);                                                                                \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        const mode_t mode = mode_of(flags, arguments);                                             \
        va_end(arguments);                                                                         \
        if (strikes_path(OPEN, path) && error_number != SHORT) return -1;                          \
        return real(folder, path, flags, mode);                                                    \
    }
OPENAT_LIKE(openat)
OPENAT_LIKE(openat64)

#define FOPEN_LIKE(name)                                                                           \
    FILE *name(const char *path, const char *mode)                                                 \
    {                                                                                              \
        REAL(name);                                                                                \
        return strikes_path(OPEN, path) && error_number != SHORT ? NULL : real(path, mode);        \
    }
FOPEN_LIKE(fopen)
FOPEN_LIKE(fopen64)

/// Half of the bytes, at least one; -1 for an error.
static ssize_t cut(size_t count)
{
    if (error_number != SHORT) return -1;
    return count > 1 ? (ssize_t)(count / 2) : (ssize_t)count;
}

ssize_t read(int fd, void *bytes, size_t count)
{
    REAL(read);
    if (strikes_file(READ, fd)) {
        const ssize_t less = cut(count);
        return less < 0 ? -1 : real(fd, bytes, (size_t)less);
    }
    return real(fd, bytes, count);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    REAL(write);
    if (strikes_file(WRITE, fd)) {
        const ssize_t less = cut(count);
        return less < 0 ? -1 : real(fd, bytes, (size_t)less);
    }
    return real(fd, bytes, count);
}

#define PREAD_LIKE(name, constness, kind, offset_type)                                             \
    ssize_t name(int fd, constness void *bytes, size_t count, offset_type offset)                  \
    {                                                                                              \
        REAL(name);                                                                                \
        if (strikes_file(kind, fd)) {                                                              \
            const ssize_t less = cut(count);                                                       \
            return less < 0 ? -1 : real(fd, bytes, (size_t)less, offset);                          \
        }                                                                                          \
        return real(fd, bytes, count, offset);                                                     \
    }
PREAD_LIKE(pread, , READ, off_t)
PREAD_LIKE(pread64, , READ, off64_t)
PREAD_LIKE(pwrite, const, WRITE, off_t)
PREAD_LIKE(pwrite64, const, WRITE, off64_t)

/// A stream has no half results: an error is flagged as the C library would; EINTR and short
/// counts it mends by itself.
static bool strikes_stream(enum kind kind, FILE *stream)
{
    if (!stream || !strikes_file(kind, fileno(stream))) return false;
    if (error_number == SHORT || error_number == EINTR) return false;
    stream->_flags |= STREAM_ERROR;
    return true;
}

size_t fread(void *bytes, size_t size, size_t count, FILE *stream)
{
    REAL(fread);
    return strikes_stream(READ, stream) ? 0 : real(bytes, size, count, stream);
}

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream)
{
    REAL(fwrite);
    return strikes_stream(WRITE, stream) ? 0 : real(bytes, size, count, stream);
}

int fflush(FILE *stream)
{
    REAL(fflush);
    return strikes_stream(WRITE, stream) ? EOF : real(stream);
}

int fclose(FILE *stream)
{
    REAL(fclose);
    const bool fails = strikes_stream(CLOSE, stream);
    const int result = real(stream);
    if (fails) errno = error_number;
    return fails ? EOF : result;
}

int close(int fd)
{
    REAL(close);
    const bool fails = strikes_file(CLOSE, fd) && error_number != SHORT;
    const int result = real(fd); // the descriptor is gone in any case, as on Linux
    if (fails) errno = error_number;
    return fails ? -1 : result;
}

#define SYNC_LIKE(name)                                                                            \
    int name(int fd)                                                                               \
    {                                                                                              \
        REAL(name);                                                                                \
        return strikes_file(FSYNC, fd) && error_number != SHORT ? -1 : real(fd);                   \
    }
SYNC_LIKE(fsync)
SYNC_LIKE(fdatasync)

#define TRUNCATE_LIKE(name, offset_type)                                                           \
    int name(int fd, offset_type length)                                                           \
    {                                                                                              \
        REAL(name);                                                                                \
        return strikes_file(FTRUNCATE, fd) && error_number != SHORT ? -1 : real(fd, length);       \
    }
TRUNCATE_LIKE(ftruncate, off_t)
TRUNCATE_LIKE(ftruncate64, off64_t)

int rename(const char *from, const char *to)
{
    REAL(rename);
    return strikes_path(RENAME, to) && error_number != SHORT ? -1 : real(from, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    REAL(renameat2);
    if (strikes_path(RENAME, to) && error_number != SHORT) return -1;
    return real(from_folder, from, to_folder, to, flags);
}
