// SPDX-License-Identifier: Apache-2.0

internal import CShims

extension Descriptor {
    /// Puts everything of the file system that the file lies on to the disk (`syncfs(2)`): for many new files at once.
    package func syncFileSystem() throws(FileError) {
        try FileError.checkCode("syncfs", nil, nacre_sync_file_system(number))
    }
}
