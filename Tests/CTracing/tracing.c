// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CTracing.h"

#include <errno.h>
#include <linux/fs.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile pid_t started;

static void hand_on(int number) { if (started > 0) { kill(started, number); } }

pid_t nacre_trace_start(char *const arguments[], bool follows_children) {
    pid_t pid = fork();
    if (pid < 0) { return -errno; }
    if (pid == 0) {
        raise(SIGSTOP);
        execv(arguments[0], arguments);
        _exit(127);
    }
    int status;
    if (waitpid(pid, &status, WUNTRACED) < 0) { return -errno; }
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (follows_children) { options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK; }
    if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) < 0) {
        int code = errno;
        kill(pid, SIGKILL);
        return -code;
    }
    started = pid;
    struct sigaction action = {.sa_handler = hand_on, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &action, NULL);
    kill(pid, SIGCONT);
    return pid;
}

void nacre_trace_go(pid_t thread, bool to_call, int number) {
    // A thread that has been killed meanwhile is gone; waiting tells.
    (void)ptrace(to_call ? PTRACE_SYSCALL : PTRACE_CONT, thread, NULL, (void *)(long)number);
}

void nacre_trace_listen(pid_t thread) { (void)ptrace(PTRACE_LISTEN, thread, NULL, NULL); }

void nacre_trace_leave(pid_t thread) { (void)ptrace(PTRACE_DETACH, thread, NULL, NULL); }

pid_t nacre_trace_wait(int *status) {
    while (true) {
        pid_t thread = waitpid(-1, status, __WALL);
        if (thread > 0) { return thread; }
        if (errno != EINTR) { return -errno; }
    }
}

bool nacre_trace_is_stop(int status, int *number, int *event) {
    if (!WIFSTOPPED(status)) { return false; }
    *number = WSTOPSIG(status);
    *event = status >> 16;
    return true;
}

int nacre_trace_exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }
bool nacre_trace_is_call(int number) { return number == (SIGTRAP | 0x80); }
bool nacre_trace_is_exec(int event) { return event == PTRACE_EVENT_EXEC; }
bool nacre_trace_is_stop_event(int event) { return event == PTRACE_EVENT_STOP; }

bool nacre_trace_call(pid_t thread, struct nacre_call_stop *stop) {
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, (void *)sizeof info, &info) <= 0) { return false; }
    memset(stop, 0, sizeof *stop);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        stop->is_entry = true;
        stop->number = info.entry.nr;
        for (int i = 0; i < 6; i++) { stop->arguments[i] = info.entry.args[i]; }
        return true;
    }
    stop->result = info.exit.rval;
    return info.op == PTRACE_SYSCALL_INFO_EXIT;
}

long nacre_trace_read(pid_t thread, uint64_t address, void *buffer, unsigned long count) {
    struct iovec to = {buffer, count};
    struct iovec from = {(void *)(uintptr_t)address, count};
    return process_vm_readv(thread, &to, 1, &from, 1, 0);
}

#define CALL(NAME, KIND, ...) \
    case SYS_##NAME: \
        return (struct nacre_call){.name = #NAME, .kind = nacre_call_##KIND, .descriptor = -1, .folder = -1, .path = -1, \
            .other_folder = -1, .other_path = -1, .flags = -1, ##__VA_ARGS__}

struct nacre_call nacre_call_of(const struct nacre_call_stop *stop) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
    switch (stop->number) {
        CALL(write, data, .descriptor = 0);
        CALL(pwrite64, data, .descriptor = 0);
        CALL(writev, data, .descriptor = 0);
        CALL(pwritev, data, .descriptor = 0);
        CALL(pwritev2, data, .descriptor = 0);
        CALL(ftruncate, data, .descriptor = 0);
        CALL(fallocate, data, .descriptor = 0);
        CALL(sendfile, data, .descriptor = 0);
        CALL(copy_file_range, data, .descriptor = 2);
        CALL(splice, data, .descriptor = 2);
        CALL(truncate, truncate, .path = 0);
        CALL(fsync, sync, .descriptor = 0);
        CALL(fdatasync, sync, .descriptor = 0);
        CALL(syncfs, sync_all, .descriptor = 0);
        CALL(sync, sync_all);
        CALL(openat, open, .folder = 0, .path = 1, .flags = 2);
        CALL(renameat, rename, .folder = 0, .path = 1, .other_folder = 2, .other_path = 3);
        CALL(renameat2, rename, .folder = 0, .path = 1, .other_folder = 2, .other_path = 3);
        CALL(linkat, make, .folder = 2, .path = 3);
        CALL(symlinkat, make, .folder = 1, .path = 2);
        CALL(mknodat, make, .folder = 0, .path = 1);
        CALL(mkdirat, folder, .folder = 0, .path = 1);
        CALL(unlinkat, unlink, .folder = 0, .path = 1, .flags = 2);
        CALL(fchmod, attribute, .descriptor = 0);
        CALL(fchmodat, attribute, .folder = 0, .path = 1);
        CALL(fchown, attribute, .descriptor = 0);
        CALL(fchownat, attribute, .folder = 0, .path = 1);
        CALL(utimensat, attribute, .folder = 0, .path = 1);
    case SYS_ioctl:
        if (stop->arguments[1] == FICLONE || stop->arguments[1] == FICLONERANGE) {
            return (struct nacre_call){"ficlone", nacre_call_data, 0, -1, -1, -1, -1, -1};
        }
        break;
#ifdef SYS_open
        CALL(open, open, .path = 0, .flags = 1);
        CALL(creat, open, .path = 0);
        CALL(rename, rename, .path = 0, .other_path = 1);
        CALL(link, make, .path = 1);
        CALL(symlink, make, .path = 1);
        CALL(mknod, make, .path = 0);
        CALL(mkdir, folder, .path = 0);
        CALL(unlink, unlink, .path = 0);
        CALL(rmdir, rmdir, .path = 0);
        CALL(chmod, attribute, .path = 0);
        CALL(chown, attribute, .path = 0);
        CALL(lchown, attribute, .path = 0);
#endif
    }
#pragma clang diagnostic pop
    return (struct nacre_call){"", nacre_call_none, -1, -1, -1, -1, -1, -1};
}
