// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files

/// Unix sockets as far as somebody listens on them.
enum UnixSocket {
    /// Whether somebody listens.
    static func canConnect(_ path: String) -> Bool {
        let number = unsafe nacre_unix_connect(path)
        guard number >= 0 else { return false }
        _ = Descriptor(owning: number)
        return true
    }
}
