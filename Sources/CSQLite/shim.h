// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

/// Binds a copy of a text; `SQLITE_TRANSIENT` is a cast that Swift cannot import.
/// A null pointer stands for the empty text, never for NULL.
static inline int nacre_sqlite_bind_text(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes ? (const char *)bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Binds a copy of a blob. A null pointer stands for the empty blob, never for NULL.
static inline int nacre_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}
