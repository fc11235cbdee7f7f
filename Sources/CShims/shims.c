// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <linux/magic.h>
#include "CShims.h"
#include "held_child.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <linux/fs.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int nacre_pidfd_open(pid_t pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

int nacre_pidfd_send_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? errno : 0;
}

// MARK: spawn

int nacre_hold_child(pid_t pid, int *pidfd) {
    // The child cannot be reaped by anybody else before this, so its pid is still its own.
    int fd = nacre_pidfd_open(pid);
    if (fd < 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return -fd;
    }
    *pidfd = fd;
    return 0;
}

int nacre_spawn(const struct nacre_spawn_request *request, pid_t *pid, int *pidfd) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);

    int error = posix_spawnattr_init(&attributes);
    if (error) { return error; }
    error = posix_spawn_file_actions_init(&actions);
    if (error) {
        posix_spawnattr_destroy(&attributes);
        return error;
    }
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    if (request->new_session) { flags |= POSIX_SPAWN_SETSID; }
    if (!error) { error = posix_spawnattr_setflags(&attributes, flags); }
    if (!error) { error = posix_spawnattr_setsigdefault(&attributes, &all); }
    if (!error) { error = posix_spawnattr_setsigmask(&attributes, &none); }

    // First above the targets, so that no dup2 overwrites a source that is still needed.
    int sources[4] = {request->input, request->output, request->error, request->inherited};
    int copies[4] = {-1, -1, -1, -1};
    for (int i = 0; i < 4 && !error; i++) {
        if (sources[i] < 0) { continue; }
        if (sources[i] > 3) {
            error = posix_spawn_file_actions_adddup2(&actions, sources[i], i);
            continue;
        }
        copies[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, 64);
        if (copies[i] < 0) {
            error = errno;
        } else {
            error = posix_spawn_file_actions_adddup2(&actions, copies[i], i);
        }
    }
    if (!error) { error = posix_spawn_file_actions_addclosefrom_np(&actions, request->inherited >= 0 ? 4 : 3); }
    if (!error && request->directory) { error = posix_spawn_file_actions_addchdir_np(&actions, request->directory); }
    if (!error) {
        error = posix_spawn(
            pid, request->executable, &actions, &attributes, (char *const *)request->arguments,
            (char *const *)request->environment);
    }
    for (int i = 0; i < 4; i++) {
        if (copies[i] >= 0) { close(copies[i]); }
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error) { return error; }
    return nacre_hold_child(*pid, pidfd);
}

// MARK: wait

static void read_exit(const siginfo_t *info, struct nacre_exit *result) {
    result->pid = info->si_pid;
    result->status = info->si_status;
    result->signaled = info->si_code != CLD_EXITED;
    result->dumped = info->si_code == CLD_DUMPED;
}

int nacre_wait_pidfd(int pidfd, bool block, struct nacre_exit *result) {
    siginfo_t info;
    int code;
    do {
        memset(&info, 0, sizeof info);
        code = waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | (block ? 0 : WNOHANG));
    } while (code < 0 && errno == EINTR);
    if (code < 0) { return errno; }
    if (info.si_pid == 0) { return EAGAIN; }
    read_exit(&info, result);
    return 0;
}

pid_t nacre_reap_any(struct nacre_exit *result) {
    siginfo_t info;
    int code;
    do {
        memset(&info, 0, sizeof info);
        code = waitid(P_ALL, 0, &info, WEXITED | WNOHANG);
    } while (code < 0 && errno == EINTR);
    if (code < 0) { return -errno; }
    if (info.si_pid == 0) { return 0; }
    read_exit(&info, result);
    return info.si_pid;
}

pid_t nacre_reap_any_but(const pid_t *kept, int count) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) { return 0; }
    for (int i = 0; i < count; i++) {
        if (kept[i] == info.si_pid) { return 0; }
    }
    return waitpid(info.si_pid, NULL, WNOHANG) > 0 ? info.si_pid : 0;
}

int nacre_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? errno : 0; }

int nacre_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) < 0 ? errno : 0; }

int nacre_signal_descriptor(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) { sigaddset(&set, signals[i]); }
    int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error) { return -error; }
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int nacre_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count;
    do {
        count = read(descriptor, &info, sizeof info);
    } while (count < 0 && errno == EINTR);
    if (count < 0) { return errno == EAGAIN ? 0 : -errno; }
    return (int)info.ssi_signo;
}

void nacre_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

void nacre_open_standard_descriptors(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd < 3);
    if (fd >= 3) { close(fd); }
}

void nacre_limit_heaps(int count) { mallopt(M_ARENA_MAX, count); }

void nacre_release_memory(void) { malloc_trim(0); }

static int release_code(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size;
    (void)unused;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        // What is written to is kept: a file does not have it.
        if (segment->p_type != PT_LOAD || (segment->p_flags & (PF_X | PF_W)) != PF_X) { continue; }
        uintptr_t start = (uintptr_t)(object->dlpi_addr + segment->p_vaddr);
        uintptr_t begin = start & ~(page - 1);
        madvise((void *)begin, start + segment->p_memsz - begin, MADV_DONTNEED);
    }
    return 0;
}

void nacre_release_code(void) { dl_iterate_phdr(release_code, NULL); }

int nacre_sync_file_system(int descriptor) { return syncfs(descriptor) == 0 ? 0 : errno; }

long nacre_raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) { return -errno; }
    long before = (long)limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : before;
}

int nacre_set_file_limit(pid_t child, long count) {
    struct rlimit limit;
    if (prlimit(child, RLIMIT_NOFILE, NULL, &limit) < 0) { return errno; }
    limit.rlim_cur = (rlim_t)count < limit.rlim_max ? (rlim_t)count : limit.rlim_max;
    return prlimit(child, RLIMIT_NOFILE, &limit, NULL) < 0 ? errno : 0;
}

/// Lowers or raises the soft limit alone, where the hard one allows it.
static int set_soft_limit(int resource, rlim_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0) { return errno; }
    if (limit.rlim_max < value) { return EPERM; }
    limit.rlim_cur = value;
    return setrlimit(resource, &limit) < 0 ? errno : 0;
}

int nacre_forbid_cores(void) {
    // One byte and not none: core(5), a program that the system hands cores to gets them whatever the limit, but not with 1.
    int error = set_soft_limit(RLIMIT_CORE, 1);
    return error == EPERM ? set_soft_limit(RLIMIT_CORE, 0) : error;
}

int nacre_set_mark(uint64_t mark) {
    // Microseconds that a process of a real-time class may run on end: more than any will. Fork and exec hand it on.
    return mark < UINT64_C(1) << 32 ? EINVAL : set_soft_limit(RLIMIT_RTTIME, (rlim_t)mark);
}

// MARK: descriptors

int nacre_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) < 0 ? errno : 0; }

int nacre_set_pipe_size(int descriptor, int bytes) {
    int got = fcntl(descriptor, F_SETPIPE_SZ, bytes);
    return got < 0 ? -errno : got;
}

int nacre_bytes_readable(int descriptor) {
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) < 0 ? -errno : count;
}

int nacre_open(const char *path, int flags, mode_t mode) { return nacre_openat(AT_FDCWD, path, flags, mode); }

int nacre_openat(int directory, const char *path, int flags, mode_t mode) {
    int fd;
    do {
        fd = openat(directory, path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd < 0 ? -errno : fd;
}

int nacre_clone_file(int from, int to) { return ioctl(to, FICLONE, from) < 0 ? errno : 0; }

int64_t nacre_copy_range(int from, int64_t offset, int to, int64_t count) {
    off_t start = offset;
    ssize_t copied = copy_file_range(from, &start, to, NULL, (size_t)count, 0);
    return copied < 0 ? -errno : copied;
}

int nacre_rename_noreplace(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0 ? errno : 0;
}

int nacre_set_nonblocking(int descriptor, bool on) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) { return errno; }
    int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    return wanted != flags && fcntl(descriptor, F_SETFL, wanted) < 0 ? errno : 0;
}

int nacre_terminal_columns(int descriptor) {
    if (!isatty(descriptor)) { return 0; }
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) < 0 || size.ws_col == 0) { return 80; }
    return size.ws_col;
}

long nacre_access_list(const char *path, void *buffer, size_t size) {
    ssize_t length = getxattr(path, "system.posix_acl_access", buffer, size);
    return length < 0 ? -errno : (long)length;
}

int nacre_set_access_list(const char *path, const void *list, size_t length) {
    return setxattr(path, "system.posix_acl_access", list, length, 0) < 0 ? errno : 0;
}

bool nacre_is_memory(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 && (status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC);
}

int nacre_try_lock(int descriptor, bool exclusive) {
    struct flock lock = {.l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_OFD_SETLK, &lock) < 0) { return errno == EACCES ? EAGAIN : errno; }
    return 0;
}

int nacre_is_locked(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_OFD_GETLK, &lock) < 0) { return -errno; }
    return lock.l_type != F_UNLCK;
}

// MARK: sockets

/// Fills in an address. A path that is too long for it is reached through a descriptor of its folder, which the caller
/// closes after use; -1 where none was needed.
static int unix_address(const char *path, struct sockaddr_un *address, int *folder) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    *folder = -1;
    if (strlen(path) < sizeof address->sun_path) {
        strcpy(address->sun_path, path);
        return 0;
    }
    const char *name = strrchr(path, '/');
    if (!name || strlen(name) > 64) { return ENAMETOOLONG; }
    char *parent = strndup(path, (size_t)(name - path));
    if (!parent) { return ENOMEM; }
    *folder = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int error = *folder < 0 ? errno : 0;
    free(parent);
    if (error) { return error; }
    snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d%s", *folder, name);
    return 0;
}

int nacre_unix_connect(const char *path) { return nacre_unix_connect_within(path, 0); }

int nacre_unix_connect_within(const char *path, int milliseconds) {
    struct sockaddr_un address;
    int folder;
    int error = unix_address(path, &address, &folder);
    if (error) { return -error; }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Bounds the wait for a full backlog, too: connect(2) on a unix socket honours it.
    struct timeval limit = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    if (fd < 0) {
        error = errno;
    } else if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0 ||
               connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        error = errno;
        close(fd);
    }
    if (folder >= 0) { close(folder); }
    return error ? -error : fd;
}

int nacre_unix_listen(const char *path, int backlog) {
    struct sockaddr_un address;
    int folder;
    int error = unix_address(path, &address, &folder);
    if (error) { return -error; }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        error = errno;
    } else {
        // The file gets the mode at bind; narrowing it afterwards would leave a moment in which anybody may connect.
        fchmod(fd, 0600);
        if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, backlog) < 0) {
            error = errno;
            close(fd);
        }
    }
    if (folder >= 0) { close(folder); }
    return error ? -error : fd;
}

int nacre_unix_send_datagram(const char *name, const void *bytes, size_t count, int milliseconds) {
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    int folder = -1;
    if (name[0] == '@') {
        size_t size = strlen(name);
        if (size > sizeof address.sun_path) { return ENAMETOOLONG; }
        memset(&address, 0, sizeof address);
        address.sun_family = AF_UNIX;
        memcpy(address.sun_path + 1, name + 1, size - 1);
        // An abstract name has no end mark: its length is the address's.
        length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    } else {
        int error = unix_address(name, &address, &folder);
        if (error) { return error; }
    }
    int error = 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0 ||
        sendto(fd, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&address, length) < 0) {
        error = errno;
    }
    if (fd >= 0) { close(fd); }
    if (folder >= 0) { close(folder); }
    return error;
}

int nacre_unix_accept(int descriptor) {
    int fd;
    do {
        fd = accept4(descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (fd < 0 && errno == EINTR);
    return fd < 0 ? -errno : fd;
}

int nacre_peer_credentials(int descriptor, pid_t *pid, uid_t *uid, gid_t *gid) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) { return errno; }
    *pid = credentials.pid;
    *uid = credentials.uid;
    *gid = credentials.gid;
    return 0;
}
