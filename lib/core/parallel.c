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
    int workers; ///< 0 until all have been started
    atomic_size_t next;
    pthread_mutex_t lock;
    pthread_cond_t start;
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

// Workers may wait for each other, so that none begins before it is known how many there are.
static int wait_for_start(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    while (crew->workers == 0)
        pthread_cond_wait(&crew->start, &crew->lock);
    const int workers = crew->workers;
    pthread_mutex_unlock(&crew->lock);
    return workers;
}

static void start_with(struct crew *crew, int workers)
{
    pthread_mutex_lock(&crew->lock);
    crew->workers = workers;
    pthread_cond_broadcast(&crew->start);
    pthread_mutex_unlock(&crew->lock);
}

static void *work(void *arg)
{
    const struct seat *seat = arg;
    struct crew *crew = seat->crew;
    if (crew->worker) {
        const int workers = wait_for_start(crew);
        const ig_status status = crew->worker(seat->number, workers, crew->arg);
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

// Threads beside the calling one: as many of those wanted as the system gives. Signals are for the
// main thread.
static int start_threads(pthread_t *threads, struct seat *seats, int wanted)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = 1;
    while (started < wanted &&
           pthread_create(&threads[started], NULL, work, &seats[started]) == 0) {
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static ig_status run_crew(struct crew *crew, int wanted)
{
    ig_status status = IG_OK;
    pthread_t *threads = ig_alloc((size_t)wanted, sizeof *threads);
    struct seat *seats = ig_alloc((size_t)wanted, sizeof *seats);
    if (!threads || !seats) {
        status = ig_fail(crew->ctx, IG_EMEMORY, "no memory for %d threads", wanted);
        goto done;
    }
    pthread_mutex_init(&crew->lock, NULL); // neither can fail on Linux
    pthread_cond_init(&crew->start, NULL);
    for (int i = 0; i < wanted; i++)
        seats[i] = (struct seat){crew, i};
    const int started = start_threads(threads, seats, wanted);
    start_with(crew, started);
    work(&seats[0]);
    for (int i = 1; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&crew->start);
    pthread_mutex_destroy(&crew->lock);
    status = crew->failure;
    if (status == IG_ECANCELLED) ig_fail(crew->ctx, IG_ECANCELLED, "stopped");
done:
    ig_free(threads);
    ig_free(seats);
    return status;
}

ig_status ig_parallel_for(ig_ctx *ctx, size_t n, ig_status (*task)(size_t i, void *arg), void *arg)
{
    if (!task) return IG_EINVAL;
    if (n == 0) return IG_OK;
    struct crew crew = {.ctx = ctx, .n = n, .each = task, .arg = arg};
    const size_t threads = (size_t)ig_ctx_threads(ctx);
    return run_crew(&crew, (int)(threads < n ? threads : n));
}

ig_status ig_parallel_workers(ig_ctx *ctx, ig_status (*task)(int worker, int workers, void *arg),
                              void *arg)
{
    if (!task) return IG_EINVAL;
    struct crew crew = {.ctx = ctx, .worker = task, .arg = arg};
    return run_crew(&crew, ig_ctx_threads(ctx));
}
