// SPDX-License-Identifier: Apache-2.0
// What Swift's Glibc module cannot import: variadic calls, GNU extensions, wait-status macros, spawn attributes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// How a child is to start. Every pointer is borrowed for the length of the call.
struct nacre_spawn_request {
    const char *executable;           ///< absolute path
    const char *const *arguments;     ///< NULL-terminated
    const char *const *environment;   ///< NULL-terminated
    const char *directory;            ///< NULL: the caller's
    int input;                        ///< becomes descriptor 0
    int output;                       ///< becomes descriptor 1
    int error;                        ///< becomes descriptor 2
    int inherited;                    ///< becomes descriptor 3, or -1
    bool new_session;                 ///< setsid in the child
};

/// Starts a child with all signals at their defaults and unblocked, and no descriptor above those named.
/// Writes its pid and a pidfd (close-on-exec). Returns 0 or an errno.
int nacre_spawn(const struct nacre_spawn_request *request, pid_t *pid, int *pidfd);

/// What a child becomes before its program starts. Every pointer is borrowed for the length of the call.
struct nacre_spawn_options {
    struct nacre_spawn_request start;
    bool use_credentials;        ///< takes on the three below; needs the right to
    uid_t uid;
    gid_t gid;
    const gid_t *groups;         ///< the supplementary groups, all of them
    size_t group_count;
    const int *cgroup_fds;       ///< open `cgroup.procs` files; the child joins each
    size_t cgroup_count;
    bool takes_terminal;         ///< descriptor 0 is a terminal and becomes the new session's controlling one
    int oom_score_adj;           ///< 0: as the parent's. A refusal is not an error.
    pid_t *pid;                  ///< takes the child's number
    int *pidfd;                  ///< takes a pidfd of it (close-on-exec)
};

/// As `nacre_spawn`, for a child that joins control groups, takes a terminal or becomes another user on its way. The folder is entered as
/// that user. Returns 0 or an errno; nothing of the child is left then.
int nacre_spawn_as(const struct nacre_spawn_options *options);

/// How a child ended, told by `waitid(2)`.
struct nacre_exit {
    bool signaled;   ///< `status` is a signal number, not an exit code
    bool dumped;
    int status;
    pid_t pid;
};

/// Reaps the child behind a pidfd; waits for it when `block` is set. Returns 0 or an errno; EAGAIN: still running.
int nacre_wait_pidfd(int pidfd, bool block, struct nacre_exit *result);

/// Reaps any one child without waiting. Returns its pid, 0 when none has ended, or -errno (ECHILD: no children).
pid_t nacre_reap_any(struct nacre_exit *result);

/// Reaps one ended child other than those `kept`, without waiting. Returns its pid; 0 when there is none, or when the one
/// that the kernel names first is kept.
pid_t nacre_reap_any_but(const pid_t *kept, int count);

int nacre_pidfd_open(pid_t pid);                    ///< descriptor (close-on-exec) or -errno
int nacre_pidfd_send_signal(int pidfd, int signal); ///< 0 or an errno
int nacre_become_subreaper(void);                   ///< 0 or an errno
int nacre_die_with_parent(int signal);              ///< PR_SET_PDEATHSIG; 0 or an errno

/// Blocks the signals and gives a non-blocking descriptor on which they arrive. Descriptor or -errno.
int nacre_signal_descriptor(const int *signals, int count);
/// The next signal from such a descriptor, 0 when none waits, or -errno.
int nacre_next_signal(int descriptor);
void nacre_ignore_sigpipe(void);
/// Opens /dev/null as each of the descriptors 0 to 2 that is closed, so that no other file becomes one of them.
void nacre_open_standard_descriptors(void);
/// Has the allocator use at most so many heaps.
void nacre_limit_heaps(int count);
/// Gives free memory back to the system.
void nacre_release_memory(void);
/// Unmaps the pages of all code that is mapped from files; they are mapped again as they are needed.
void nacre_release_code(void);
int nacre_sync_file_system(int descriptor);          ///< syncfs(2); 0 or an errno
/// Lets the process open as many files as it may at most. Returns how many it could open before, or -errno.
long nacre_raise_file_limit(void);
/// Sets how many files a child may open, at most as many as the system allows it. 0 or an errno.
int nacre_set_file_limit(pid_t child, long count);

/// Lets neither this process nor its children leave a core, unless they ask for one. 0 or an errno.
int nacre_forbid_cores(void);
/// Gives this process and its children to come a mark of at least 2^32, for `/proc/PID/limits`. 0 or an errno.
int nacre_set_mark(uint64_t mark);

int nacre_pipe(int ends[2]);                        ///< close-on-exec pipe; 0 or an errno
int nacre_set_pipe_size(int descriptor, int bytes); ///< the size got, or -errno
int nacre_bytes_readable(int descriptor);           ///< FIONREAD, or -errno
int nacre_open(const char *path, int flags, mode_t mode); ///< adds O_CLOEXEC; descriptor or -errno
int nacre_openat(int directory, const char *path, int flags, mode_t mode);
int nacre_clone_file(int from, int to);             ///< FICLONE; 0 or an errno
/// Copies bytes to the present position of `to`, shared and not copied where the file system can (`copy_file_range`).
/// Returns how many, 0 at the end of `from`, or -errno.
int64_t nacre_copy_range(int from, int64_t offset, int to, int64_t count);
int nacre_rename_noreplace(const char *from, const char *to); ///< 0 or an errno
int nacre_set_nonblocking(int descriptor, bool on);
int nacre_terminal_columns(int descriptor);         ///< 0 when not a terminal

/// Opens a new pseudo terminal, both ends close-on-exec and neither anybody's controlling terminal. 0 or an errno.
int nacre_pty_open(int *controller, int *device);
int nacre_window_size(int descriptor, unsigned short *rows, unsigned short *columns); ///< 0 or an errno
int nacre_set_window_size(int descriptor, unsigned short rows, unsigned short columns); ///< 0 or an errno

/// A connected pair of unix stream sockets, close-on-exec. 0 or an errno.
int nacre_socket_pair(int ends[2]);

/// The access list of a file as the kernel keeps it. Its length, or -errno (ENODATA: there is none beside the mode).
long nacre_access_list(const char *path, void *buffer, size_t size);
int nacre_set_access_list(const char *path, const void *list, size_t length); ///< 0 or an errno

/// An open-file-description lock on the whole file (`F_OFD_SETLK`): released when the last copy of the descriptor closes,
/// so it passes to a child that inherits it. Returns 0, EAGAIN when another holds it, or an errno.
int nacre_try_lock(int descriptor, bool exclusive);
/// Whether a path is on a file system that is memory (tmpfs, ramfs).
bool nacre_is_memory(const char *path);
/// Whether somebody else holds a lock on the file: 1, 0, or -errno.
int nacre_is_locked(int descriptor);

/// Connects to, or listens on, a unix stream socket. Descriptor (close-on-exec) or -errno.
int nacre_unix_connect(const char *path);
/// As `nacre_unix_connect`, but neither the connecting nor a later write waits for longer; EAGAIN then. 0: no limit.
int nacre_unix_connect_within(const char *path, int milliseconds);
int nacre_unix_listen(const char *path, int backlog);
/// Sends one datagram to a unix socket, given by its path, or in the abstract namespace by a name that begins with `@`.
/// Waits at most so long for room in its queue. 0 or an errno.
int nacre_unix_send_datagram(const char *address, const void *bytes, size_t count, int milliseconds);
int nacre_unix_accept(int descriptor); ///< close-on-exec, non-blocking; descriptor or -errno
/// Who is at the other end, as the kernel saw it when it connected. 0 or an errno.
int nacre_peer_credentials(int descriptor, pid_t *pid, uid_t *uid, gid_t *gid);

/// TCP on the loopback interface, of version 4 or 6. Descriptors are close-on-exec and non-blocking; descriptor or -errno.
int nacre_tcp_listen(bool six, uint16_t port, int backlog);
int nacre_tcp_accept(int listener);
/// Begins to connect; writable when it is done, and `nacre_socket_error` then tells how it went.
int nacre_tcp_connect(bool six, uint16_t port);
int nacre_socket_error(int fd);              ///< SO_ERROR: 0 or an errno
void nacre_socket_reset_on_close(int fd);    ///< the other end is to see that it was cut off

/// A descriptor that is ready, as `epoll_wait(2)` tells.
struct nacre_ready {
    uint64_t token;
    uint32_t events;
};

int nacre_epoll_create(void); ///< descriptor (close-on-exec) or -errno
/// Says what is of interest of a descriptor; no events: it is taken out. 0 or an errno.
int nacre_epoll_set(int epoll, int fd, bool is_known, uint32_t events, uint64_t token);
/// Waits, at most 64 at once; a negative time: for ever. How many are ready, 0 also after a signal, or -errno.
int nacre_epoll_wait(int epoll, struct nacre_ready *ready, int count, int milliseconds);

extern char **environ;
static inline char **nacre_environment(void) { return environ; }
