// Large arrays of a context: in memory, or, where that would be more than the budget, in a file that
// has no name. The kernel keeps of the file what there is room for; what the process itself holds
// of it is given back as often as needed to stay within the budget.
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

struct area {
    void *start;
    size_t length;
};

struct ig_scratch {
    char *folder;
    int file, statm;
    uint64_t end, budget;
    struct area *areas;
    size_t count, room;
    atomic_uint calls;
    uint64_t floor; ///< bytes that the process held after it last gave back
    pthread_mutex_t lock;
};

enum {
    LOOK_EVERY = 2,    ///< calls between looks at what the process holds
    WORTH_SHARE = 16,  ///< of the budget: what must have come before it is given back
    MARGIN_SHARE = 8,  ///< of the budget, kept free
    MARGIN = 24 << 20, ///< bytes beside it: what may come between two looks
    NAME_TRIES = 100
};

static int make_file(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    for (int i = 0; file < 0 && i < NAME_TRIES; i++) { // file systems without nameless files
        unsigned char dice[8];
        ig_text path = {0};
        if (getrandom(dice, sizeof dice, 0) != (ssize_t)sizeof dice) continue;
        ig_text_format(&path, "%s/.isogap-", folder);
        for (size_t k = 0; k < sizeof dice; k++)
            ig_text_format(&path, "%02x", dice[k]);
        if (!path.failed)
            file = open(path.data, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
        const int why = errno;
        if (file >= 0) unlink(path.data);
        ig_text_free(&path);
        if (file < 0 && why != EEXIST && why != EINTR) {
            errno = why;
            break;
        }
    }
    return file;
}

struct ig_scratch *ig_scratch_new(ig_ctx *ctx, const char *beside)
{
    struct ig_scratch *s = ig_alloc(1, sizeof *s);
    if (!s) {
        ig_fail(ctx, IG_EMEMORY, "no memory");
        return NULL;
    }
    const char *slash = strrchr(beside, '/');
    s->file = s->statm = -1;
    pthread_mutex_init(&s->lock, NULL); // cannot fail on Linux
    s->budget = ig_ctx_memory(ctx);
    s->folder = ig_text_copy(slash == beside ? "/" : slash ? beside : ".");
    if (s->folder && slash && slash > beside) s->folder[slash - beside] = '\0';
    if (s->folder) s->file = make_file(s->folder);
    if (s->file >= 0) s->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (s->file >= 0) return s;
    ig_fail(ctx, IG_EWRITE, "cannot make a scratch file in %s: %s",
            ig_show(s->folder ? s->folder : beside), strerror(errno));
    ig_scratch_free(s);
    return NULL;
}

void ig_scratch_free(struct ig_scratch *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->count; i++)
        munmap(s->areas[i].start, s->areas[i].length);
    if (s->file >= 0) close(s->file); // it has no name: this removes it
    if (s->statm >= 0) close(s->statm);
    pthread_mutex_destroy(&s->lock);
    ig_free(s->areas);
    ig_free(s->folder);
    ig_free(s);
}

/// Room on the disk is taken now, so that a full one is told and not found out in the middle.
static int take_room(int file, uint64_t from, size_t length)
{
    int why;
    do {
        why = posix_fallocate(file, (off_t)from, (off_t)length);
    } while (why == EINTR);
    return why;
}

ig_status ig_scratch_alloc(ig_ctx *ctx, struct ig_scratch *s, size_t bytes, void **out)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (bytes > PTRDIFF_MAX - page)
        return ig_fail(ctx, IG_ELIMIT, "%zu bytes are beyond any file", bytes);
    const size_t length = (bytes + page - 1) / page * page;
    ig_status status = IG_OK;
    pthread_mutex_lock(&s->lock);
    int why = take_room(s->file, s->end, length);
    void *start =
        why ? MAP_FAILED
            : mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, s->file, (off_t)s->end);
    if (why) {
        ig_fail(ctx, IG_EWRITE, "a scratch file of %.0f MiB cannot be made in %s: %s",
                (double)(s->end + length) / 1048576.0, ig_show(s->folder), strerror(why));
        status = ig_hint(ctx, "make room there, write the output to another disk, or raise "
                              "--memory so that no scratch file is needed");
    } else if (start == MAP_FAILED ||
               !ig_grow((void **)&s->areas, &s->room, s->count + 1, sizeof *s->areas)) {
        if (start != MAP_FAILED) munmap(start, length);
        status = ig_fail(ctx, IG_EMEMORY, "no memory to map %.0f MiB of a scratch file",
                         (double)length / 1048576.0);
    } else {
        s->areas[s->count++] = (struct area){start, length};
        s->end += length;
        *out = start;
    }
    pthread_mutex_unlock(&s->lock);
    return status;
}

/// Bytes that the process holds now; 0 when the system does not tell.
static uint64_t held_now(const struct ig_scratch *s)
{
    char text[128];
    const ssize_t got = s->statm < 0 ? 0 : pread(s->statm, text, sizeof text - 1, 0);
    if (got <= 0) return 0;
    text[got] = '\0';
    const char *second = strchr(text, ' ');
    return second ? strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

void ig_scratch_keep(struct ig_scratch *s)
{
    if (atomic_fetch_add(&s->calls, 1) % LOOK_EVERY) return;
    if (pthread_mutex_trylock(&s->lock)) return;
    const uint64_t margin = s->budget / MARGIN_SHARE + MARGIN, held = held_now(s);
    if (held + margin > s->budget && held > s->floor + s->budget / WORTH_SHARE) {
        for (size_t i = 0; i < s->count; i++) // the file keeps what was written
            madvise(s->areas[i].start, s->areas[i].length, MADV_DONTNEED);
        s->floor = held_now(s);
    }
    pthread_mutex_unlock(&s->lock);
}
