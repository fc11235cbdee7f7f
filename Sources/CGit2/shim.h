// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <git2.h>
#include <git2/sys/odb_backend.h>

// A reader of objects, as libgit2 knows it, and the folder that it reads from; both belong to it.
typedef struct {
    git_odb_backend base;
    char *folder;
} nacre_git_backend;

// git_libgit2_opts is variadic, which Swift cannot call.

static inline int nacre_git_validate_owner(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

static inline int nacre_git_verify_hashes(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

static inline int nacre_git_accept_extensions(const char **names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}
