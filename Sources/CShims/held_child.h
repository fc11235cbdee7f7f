// SPDX-License-Identifier: Apache-2.0
// Shared by the two ways to start a child.
#pragma once

#include <sys/types.h>

/// Gives a pidfd of a child that has just been started; ends the child where there is none. Returns 0 or an errno.
int nacre_hold_child(pid_t pid, int *pidfd);
