// The one place where threads are made. Slots are filled in any order, read in index order.
#include "inside.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

struct crew {
    ig_ctx *ctx;
    size_t n;
    ig_status (*each)(size_t i, void *arg);
    ig_status (*worker)(int worker, int workers, void *arg);
    void *arg;
    int workers;
    atomic_size_t next;
    pthread_mutex_t lock;
    size_t failed_at; ///< least index that failed
    ig_status failure;
};

struct seat {
    struct crew *crew;
    int number;
};

static void note_failure(struct crew *crew, size_t i, ig_status status)
{
    pthread_mutex_lock(&crew->lock);
    if (crew->failure == IG_OK || i < crew->failed_at) {
        crew->failed_at = i;
        crew->failure = status;
    }
    pthread_mutex_unlock(&crew->lock);
    // Lower indices were all handed out before: they still run and may take its place.
    atomic_store(&crew->next, crew->n);
}

static void *work(void *arg)
{
    const struct seat *seat = arg;
    struct crew *crew = seat->crew;
    if (crew->worker) {
        const ig_status status = crew->worker(seat->number, crew->workers, crew->arg);
        if (status) note_failure(crew, (size_t)seat->number, status);
        return NULL;
    }
    for (;;) {
        const size_t i = atomic_fetch_add(&crew->next, 1);
        if (i >= crew->n) return NULL;
        if (ig_ctx_cancelled(crew->ctx)) {
            note_failure(crew, i, IG_ECANCELLED);
            return NULL;
        }
        const ig_status status = crew->each(i, crew->arg);
        if (status) note_failure(crew, i, status);
    }
}

static ig_status run_crew(struct crew *crew)
{
    const int workers = crew->workers;
    pthread_t *threads = ig_alloc((size_t)workers, sizeof *threads);
    struct seat *seats = ig_alloc((size_t)workers, sizeof *seats);
    if (!threads || !seats || pthread_mutex_init(&crew->lock, NULL) != 0) {
        ig_free(threads);
        ig_free(seats);
        return ig_fail(crew->ctx, IG_EMEMORY, "no memory for %d threads", workers);
    }
    // Signals are for the main thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = 1;
    for (int i = 0; i < workers; i++)
        seats[i] = (struct seat){crew, i};
    while (started < workers &&
           pthread_create(&threads[started], NULL, work, &seats[started]) == 0) {
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started < workers && crew->worker) {
        // Workers were promised a fixed number of companions: do the missing ones' part here.
        for (int i = started; i < workers; i++)
            work(&seats[i]);
    }
    work(&seats[0]);
    for (int i = 1; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&crew->lock);
    ig_free(threads);
    ig_free(seats);
    if (crew->failure == IG_ECANCELLED) return ig_fail(crew->ctx, IG_ECANCELLED, "stopped");
    return crew->failure;
}

ig_status ig_parallel_for(ig_ctx *ctx, size_t n, ig_status (*task)(size_t i, void *arg), void *arg)
{
    if (!task) return IG_EINVAL;
    if (n == 0) return IG_OK;
    struct crew crew = {.ctx = ctx, .n = n, .each = task, .arg = arg};
    const size_t threads = (size_t)ig_ctx_threads(ctx);
    crew.workers = (int)(threads < n ? threads : n);
    return run_crew(&crew);
}

ig_status ig_parallel_workers(ig_ctx *ctx, ig_status (*task)(int worker, int workers, void *arg),
                              void *arg)
{
    if (!task) return IG_EINVAL;
    struct crew crew = {.ctx = ctx, .worker = task, .arg = arg};
    crew.workers = ig_ctx_threads(ctx);
    return run_crew(&crew);
}
