// SPDX-License-Identifier: Apache-2.0
// posix_spawn(3) cannot change users or join control groups. This is done here in its way: a child that shares the parent's
// memory, on a stack of its own, while the parent's thread waits. Between clone and exec nothing but system calls is done,
// and those that change the identity are made directly: glibc's functions of these names change all of the threads that
// they find in memory, which are the parent's.
#define _GNU_SOURCE
#include "CShims.h"
#include "held_child.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { stack_size = 64 * 1024 };

/// What parent and child share.
struct passage {
    const struct nacre_spawn_options *options;
    int error; ///< why the child ended before its program started
};

static int write_text(int fd, const char *text) {
    size_t length = strlen(text);
    ssize_t count;
    do {
        count = write(fd, text, length);
    } while (count < 0 && errno == EINTR);
    return count == (ssize_t)length ? 0 : count < 0 ? errno : EIO;
}

static void set_oom_score(int score) {
    char text[16];
    char *start = text + sizeof text;
    unsigned value = score < 0 ? 0u - (unsigned)score : (unsigned)score;
    *--start = '\0';
    do { *--start = (char)('0' + value % 10); } while (value /= 10);
    if (score < 0) { *--start = '-'; }
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) { return; }
    write_text(fd, start);
    close(fd);
}

static int place_descriptors(const struct nacre_spawn_request *start) {
    int sources[4] = {start->input, start->output, start->error, start->inherited};
    // First above the targets, so that no dup2 overwrites a source that is still needed.
    for (int i = 0; i < 4; i++) {
        if (sources[i] < 0 || sources[i] > 3) { continue; }
        sources[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, 64);
        if (sources[i] < 0) { return errno; }
    }
    for (int i = 0; i < 4; i++) {
        if (sources[i] >= 0 && dup2(sources[i], i) < 0) { return errno; }
    }
    int lowest = start->inherited >= 0 ? 4 : 3;
    if (syscall(SYS_close_range, (unsigned)lowest, ~0u, 0u) == 0) { return 0; }
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) { return errno; }
    for (int fd = lowest; (rlim_t)fd < limit.rlim_cur; fd++) { close(fd); }
    return 0;
}

static int take_on(const struct nacre_spawn_options *options) {
    // The groups first: afterwards there is no right to change them.
    if (syscall(SYS_setgroups, options->group_count, options->groups) < 0) { return errno; }
    if (syscall(SYS_setresgid, options->gid, options->gid, options->gid) < 0) { return errno; }
    if (syscall(SYS_setresuid, options->uid, options->uid, options->uid) < 0) { return errno; }
    return 0;
}

static int become(const struct nacre_spawn_options *options) {
    // Handlers are functions of the parent's; all signals are blocked until none is left. The kernel's own structure, longer
    // than it is anywhere, zero for SIG_DFL: glibc's function leaves out two signals that may be ignored since before us.
    unsigned long normal[16] = {0};
    for (int number = 1; number < NSIG; number++) { syscall(SYS_rt_sigaction, number, normal, NULL, (size_t)(NSIG / 8)); }
    if (options->start.new_session && setsid() < 0) { return errno; }
    for (size_t i = 0; i < options->cgroup_count; i++) {
        // "0" is whoever writes it.
        int error = write_text(options->cgroup_fds[i], "0");
        if (error) { return error; }
    }
    if (options->oom_score_adj) { set_oom_score(options->oom_score_adj); }
    int error = place_descriptors(&options->start);
    if (error) { return error; }
    if (options->takes_terminal && ioctl(0, TIOCSCTTY, 0) < 0) { return errno; }
    if (options->use_credentials) { error = take_on(options); }
    if (error) { return error; }
    if (options->start.directory && chdir(options->start.directory) < 0) { return errno; }
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) < 0) { return errno; }
    execve(
        options->start.executable, (char *const *)options->start.arguments, (char *const *)options->start.environment);
    return errno;
}

/// Its stack is not the thread's, which the sanitizer of addresses would look for at an end.
__attribute__((no_sanitize("address")))
static int child(void *argument) {
    struct passage *passage = argument;
    passage->error = become(passage->options);
    _exit(127);
}

#if __has_feature(thread_sanitizer)
/// The sanitizer of threads takes glibc's clone for a fork, and stops at one that shares memory: this one copies it.
static pid_t start_child(struct passage *passage, void *stack) {
    (void)stack;
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) { child(passage); }
    return pid;
}
#else
/// CLONE_VFORK: this thread waits until the child has its program or has ended, so the stacks stay as they are.
static pid_t start_child(struct passage *passage, void *stack) {
    return clone(child, stack, CLONE_VM | CLONE_VFORK | SIGCHLD, passage);
}
#endif

int nacre_spawn_as(const struct nacre_spawn_options *options) {
    void *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) { return errno; }
    // At the end that the stack does not come to.
    struct passage *passage = stack;
    *passage = (struct passage){.options = options, .error = 0};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = start_child(passage, (char *)stack + stack_size);
    int error = pid < 0 ? errno : passage->error;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stack, stack_size);
    if (pid >= 0 && error) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    if (error) { return error; }
    *options->pid = pid;
    return nacre_hold_child(pid, options->pidfd);
}
