// SPDX-License-Identifier: Apache-2.0
// What Swift cannot import of ptrace(2), for the program that stops others at a file operation. Not part of the product.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// What a system call does to files.
enum nacre_call_kind {
    nacre_call_none,
    nacre_call_data,      ///< changes the bytes or the length of an open file
    nacre_call_truncate,  ///< changes the length of a file by its path
    nacre_call_sync,      ///< puts an open file or folder on the disk
    nacre_call_sync_all,  ///< puts everything on the disk
    nacre_call_open,      ///< may make or empty a file
    nacre_call_make,      ///< makes a file that is not a folder, by its path
    nacre_call_folder,    ///< makes a folder
    nacre_call_rename,
    nacre_call_unlink,    ///< removes a name, a folder's too with AT_REMOVEDIR
    nacre_call_rmdir,
    nacre_call_attribute, ///< changes mode, owner or times
};

/// A system call and which of its arguments say what; -1: none of them.
struct nacre_call {
    char name[24];
    enum nacre_call_kind kind;
    int descriptor;
    int folder; ///< a folder's descriptor; -1: the present folder
    int path;
    int other_folder; ///< of the new name
    int other_path;
    int flags;
};

/// Where a thread that is traced has stopped in a system call.
struct nacre_call_stop {
    bool is_entry;
    uint64_t number;
    uint64_t arguments[6]; ///< at an entry
    int64_t result;        ///< at an exit; negative: the errno
};

/// Starts a program that is traced from its first instruction on; SIGTERM to this process is handed on to it.
///
/// `follows_children`: whether what it starts is traced as well. All that is traced is killed when this process ends.
/// Returns its process number, or a negative errno.
pid_t nacre_trace_start(char *const arguments[], bool follows_children);

/// Lets a stopped thread go on, to its next system call where `to_call`; `signal` is delivered.
void nacre_trace_go(pid_t thread, bool to_call, int signal);

/// Leaves a thread of a stopped group stopped, but hears when it goes on.
void nacre_trace_listen(pid_t thread);

/// Lets a stopped thread go on without being traced.
void nacre_trace_leave(pid_t thread);

/// Waits until any traced thread stops or ends; returns its number, or a negative errno: `-ECHILD` when none is left.
pid_t nacre_trace_wait(int *status);

/// Whether a status tells a stop, and the signal and event of it.
bool nacre_trace_is_stop(int status, int *signal, int *event);
/// The exit code of a status that tells an end; 128 and the number after a signal.
int nacre_trace_exit_code(int status);
/// Whether the signal of a stop says that it is one in a system call.
bool nacre_trace_is_call(int signal);
/// Whether the event of a stop says that the process has another program now.
bool nacre_trace_is_exec(int event);
/// Whether the event of a stop says that the thread has just come, or that its group stops or goes on.
bool nacre_trace_is_stop_event(int event);

/// Says in which system call a thread has stopped; false when it is in none.
bool nacre_trace_call(pid_t thread, struct nacre_call_stop *stop);

/// Reads memory of a thread; returns how many bytes could be read.
long nacre_trace_read(pid_t thread, uint64_t address, void *buffer, unsigned long count);

/// What a system call of that number, with these arguments, does to files.
struct nacre_call nacre_call_of(const struct nacre_call_stop *stop);
