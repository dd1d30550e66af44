// Threads: the same answer for any number of them, the least failure, cancel, workers together.
#include "near.h"

#include <core/inside.h>

#include <pthread.h>

struct slots {
    double *value;
    size_t fails_from;
};

static ig_status fill(size_t i, void *arg)
{
    struct slots *slots = arg;
    slots->value[i] = sqrt((double)i);
    if (i >= slots->fails_from) return i % 2 ? IG_EFORMAT : IG_EIO;
    return IG_OK;
}

static void slots_are_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    enum { N = 5000 };
    static double value[N];
    ig_ctx *ctx = ig_ctx_new();
    const int threads[] = {1, 2, 3, 8, 64};
    for (size_t t = 0; t < 5; t++) {
        memset(value, 0, sizeof value);
        ig_ctx_set_threads(ctx, threads[t]);
        struct slots slots = {value, SIZE_MAX};
        assert_int_equal(ig_parallel_for(ctx, N, fill, &slots), IG_OK);
        for (size_t i = 0; i < N; i++)
            assert_near(value[i], sqrt((double)i), 0.0);
    }
    assert_int_equal(ig_parallel_for(ctx, 0, fill, NULL), IG_OK);
    ig_ctx_free(ctx);
}

static void the_failure_of_the_least_index_is_given_back(void **state)
{
    (void)state;
    enum { N = 2000 };
    static double value[N];
    ig_ctx *ctx = ig_ctx_new();
    for (int round = 0; round < 50; round++) {
        ig_ctx_set_threads(ctx, 1 + round % 9);
        struct slots slots = {value, 701};
        assert_int_equal(ig_parallel_for(ctx, N, fill, &slots), IG_EFORMAT);
        slots.fails_from = 700;
        assert_int_equal(ig_parallel_for(ctx, N, fill, &slots), IG_EIO);
    }
    ig_ctx_free(ctx);
}

static ig_status cancel_at_ten(size_t i, void *arg)
{
    if (i == 10) ig_ctx_cancel(arg);
    return IG_OK;
}

static void cancel_stops_the_crew(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    ig_ctx_set_threads(ctx, 4);
    assert_int_equal(ig_parallel_for(ctx, 1000000, cancel_at_ten, ctx), IG_ECANCELLED);
    assert_string_equal(ig_ctx_message(ctx), "stopped");
    ig_ctx_free(ctx);
}

struct meeting {
    pthread_barrier_t door;
    pthread_mutex_t lock;
    int workers, sum;
};

static ig_status count_in(int worker, int workers, void *arg)
{
    struct meeting *meeting = arg;
    pthread_mutex_lock(&meeting->lock);
    if (meeting->workers == 0) {
        meeting->workers = workers;
        pthread_barrier_init(&meeting->door, NULL, (unsigned)workers);
    }
    pthread_mutex_unlock(&meeting->lock);
    pthread_barrier_wait(&meeting->door); // hangs unless all are there at once
    pthread_mutex_lock(&meeting->lock);
    meeting->sum += worker + 1;
    pthread_mutex_unlock(&meeting->lock);
    return worker == 0 ? IG_OK : IG_ELIMIT;
}

static void workers_are_there_all_at_once(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    for (int threads = 1; threads <= 8; threads++) {
        ig_ctx_set_threads(ctx, threads);
        struct meeting meeting = {.lock = PTHREAD_MUTEX_INITIALIZER};
        const ig_status status = ig_parallel_workers(ctx, count_in, &meeting);
        assert_int_equal(status, threads > 1 ? IG_ELIMIT : IG_OK);
        assert_int_equal(meeting.workers, threads);
        assert_int_equal(meeting.sum, threads * (threads + 1) / 2);
        pthread_barrier_destroy(&meeting.door);
    }
    ig_ctx_free(ctx);
}

static int seen(double fraction, const char *what, void *user)
{
    (void)fraction;
    (void)what;
    ++*(int *)user;
    return 1;
}

static ig_status tell(size_t i, void *arg)
{
    if (i % 500 == 0) ig_warn(arg, "at %zu", i);
    return ig_progress(arg, (double)i / 5000.0, "work");
}

static void workers_may_share_progress_and_warnings(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    int count = 0;
    ig_ctx_set_threads(ctx, 8);
    ig_ctx_set_progress(ctx, seen, &count);
    assert_int_equal(ig_parallel_for(ctx, 5000, tell, ctx), IG_OK);
    assert_int_equal(ig_ctx_warnings(ctx), 10);
    assert_true(count > 0);
    ig_ctx_free(ctx);
}

static void no_memory_for_threads_is_said(void **state)
{
    (void)state;
    ig_ctx *ctx = ig_ctx_new();
    double value[4];
    struct slots slots = {value, SIZE_MAX};
    for (uint64_t n = 1; n <= 2; n++) {
        ig_alloc_fail_at(n);
        assert_int_equal(ig_parallel_for(ctx, 4, fill, &slots), IG_EMEMORY);
        ig_alloc_fail_at(0);
    }
    ig_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_the_same_for_any_number_of_threads),
        cmocka_unit_test(the_failure_of_the_least_index_is_given_back),
        cmocka_unit_test(cancel_stops_the_crew),
        cmocka_unit_test(workers_are_there_all_at_once),
        cmocka_unit_test(workers_may_share_progress_and_warnings),
        cmocka_unit_test(no_memory_for_threads_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
