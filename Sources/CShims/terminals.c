// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CShims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

int nacre_pty_open(int *controller, int *device) {
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) { return errno; }
    int other = -1;
    if (grantpt(fd) == 0 && unlockpt(fd) == 0) {
        // Not by name: the names of /dev/pts may be those of another mount namespace.
        other = ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    if (other < 0) {
        int error = errno;
        close(fd);
        return error;
    }
    *controller = fd;
    *device = other;
    return 0;
}

int nacre_window_size(int descriptor, unsigned short *rows, unsigned short *columns) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) < 0) { return errno; }
    *rows = size.ws_row;
    *columns = size.ws_col;
    return 0;
}

int nacre_set_window_size(int descriptor, unsigned short rows, unsigned short columns) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(descriptor, TIOCSWINSZ, &size) < 0 ? errno : 0;
}

int nacre_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ? errno : 0; }

/// The child's part, from fork to exec: only calls that are safe there. Tells its errno and ends where one fails.
static _Noreturn void become_terminal_child(const struct nacre_spawn_request *request, int device, int failures) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) { sigaction(number, &standard, NULL); }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    // Both above the targets, so that no dup2 overwrites one.
    int terminal = fcntl(device, F_DUPFD_CLOEXEC, 64);
    int report = fcntl(failures, F_DUPFD_CLOEXEC, 64);
    if (report < 0) { report = failures; }
    bool is_ready = terminal >= 0 && setsid() >= 0 && ioctl(terminal, TIOCSCTTY, 0) == 0 && dup2(terminal, 0) == 0 &&
                    dup2(terminal, 1) == 1 && dup2(terminal, 2) == 2 &&
                    (!request->directory || chdir(request->directory) == 0);
    if (is_ready) {
        // CLOSE_RANGE_CLOEXEC: the report's end closes with the exec, and so tells that it succeeded.
        syscall(SYS_close_range, 3, ~0U, 4);
        execve(request->executable, (char *const *)request->arguments, (char *const *)request->environment);
    }
    int error = errno;
    ssize_t written = write(report, &error, sizeof error);
    _exit(written > 0 ? 127 : 126);
}

int nacre_spawn_on_terminal(const struct nacre_spawn_request *request, int device, pid_t *pid, int *pidfd) {
    int failures[2];
    int error = nacre_pipe(failures);
    if (error) { return error; }
    // No handler of this program may run in the child before it has put them back.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) { become_terminal_child(request, device, failures[1]); }
    error = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(failures[1]);
    if (!error) {
        int reason = 0;
        ssize_t count;
        do {
            count = read(failures[0], &reason, sizeof reason);
        } while (count < 0 && errno == EINTR);
        if (count == sizeof reason) { error = reason; }
        int fd = error ? -1 : nacre_pidfd_open(child);
        if (!error && fd < 0) { error = -fd; }
        if (error) {
            kill(child, SIGKILL);
            waitpid(child, NULL, 0);
        } else {
            *pid = child;
            *pidfd = fd;
        }
    }
    close(failures[0]);
    return error;
}
