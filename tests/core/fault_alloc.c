// Memory that fails on purpose in a whole program. For LD_PRELOAD, without sanitizers.
//
//   LD_PRELOAD=libfault_alloc.so
//   ISOGAP_FAULT_ALLOC_AT=N      the N-th allocation asked for by the program itself fails
//   ISOGAP_FAULT_MODE=once|on    that one, or all from then on (once when not given)
//   ISOGAP_FAULT_COUNT=FILE      the number of allocations seen is written there at the end
//
// Counted are calls that come from the main program's own code: with libisogap linked in, those
// are its allocations and not GDAL's or the C library's.
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static uintptr_t first, last; // addresses of the main program
static long fault_at;
static bool from_then_on;
static const char *count_file;
static atomic_long seen;

static int find_program(struct dl_phdr_info *info, size_t size, void *user)
{
    (void)size;
    (void)user;
    for (int i = 0; i < info->dlpi_phnum; i++) { // the first object is the program
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        first = (uintptr_t)info->dlpi_addr + part->p_vaddr;
        last = first + part->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("ISOGAP_FAULT_ALLOC_AT"), *mode = getenv("ISOGAP_FAULT_MODE");
    fault_at = at ? atol(at) : 0;
    from_then_on = mode && strcmp(mode, "on") == 0;
    count_file = getenv("ISOGAP_FAULT_COUNT");
    dl_iterate_phdr(find_program, NULL);
}

__attribute__((destructor)) static void end(void)
{
    if (!count_file) return;
    char text[32];
    const int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&seen));
    const int fd = open(count_file, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (fd < 0) return;
    if (write(fd, text, (size_t)length) != length) _exit(99);
    close(fd);
}

static bool strikes(const void *caller)
{
    if ((uintptr_t)caller < first || (uintptr_t)caller >= last) return false;
    const long number = atomic_fetch_add(&seen, 1) + 1;
    if (fault_at == 0 || number < fault_at || (number > fault_at && !from_then_on)) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return strikes(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return strikes(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return strikes(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}
