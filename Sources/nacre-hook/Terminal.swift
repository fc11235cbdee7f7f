// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The pusher's terminal: git puts `remote: ` before each line of either stream.
enum Terminal {
    /// Why nothing is lost when the daemon does not hear of a push.
    static let consolation = "the push is recorded in the repository and will be built"

    /// Writes one line, ours.
    static func warn(_ text: String) {
        let line = Array("nacre: \(text)\n".utf8)
        _ = write(line[...], to: STDERR_FILENO)
    }

    /// Writes every byte.
    /// - Returns: false when the reader is gone.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count > 0 {
                    done += count
                } else if count < 0, errno == EINTR {
                    continue
                } else {
                    return false
                }
            }
            return true
        }
    }
}
