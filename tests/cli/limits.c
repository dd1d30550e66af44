// Run a command within limits and tell how it ended: limits SECONDS MIB COMMAND [ARGUMENT...]
// The last line of standard error is "limits: exit CODE", "limits: signal N", "limits: over SECONDS
// s" or "limits: over MIB MiB"; the exit code is 0 when the command ended by itself within them.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;
static volatile sig_atomic_t late;

static void on_alarm(int number)
{
    (void)number;
    late = 1;
    kill(child, SIGKILL);
}

int main(int argc, char **argv)
{
    if (argc < 4) return 2;
    const unsigned seconds = (unsigned)strtoul(argv[1], NULL, 10);
    const long mib = strtol(argv[2], NULL, 10);
    child = fork();
    if (child < 0) return 2;
    if (!child) {
        execv(argv[3], argv + 3);
        _exit(127);
    }
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    alarm(seconds);
    int status = 0;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) return 2;
    }
    const long used = usage.ru_maxrss / 1024;
    if (late) {
        fprintf(stderr, "limits: over %u s\n", seconds);
    } else if (used > mib) {
        fprintf(stderr, "limits: over %ld MiB (%ld)\n", mib, used);
    } else if (WIFSIGNALED(status)) {
        fprintf(stderr, "limits: signal %d\n", WTERMSIG(status));
    } else {
        fprintf(stderr, "limits: exit %d\n", WEXITSTATUS(status));
        return 0;
    }
    return 1;
}
