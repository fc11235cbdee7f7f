// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension FileError {
    /// Whether there was no room on the disk, or none that this user may have.
    package var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }

    /// Whether there was nothing of that name.
    package var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// Whether there was something of that name that is no regular file: a link, folder, pipe, socket or device.
    package var isNoFile: Bool { [ELOOP, EISDIR, ENOTSUP, ENXIO].contains(code) }
}
