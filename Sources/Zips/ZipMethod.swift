// SPDX-License-Identifier: Apache-2.0

/// How an entry's bytes are held.
enum ZipMethod: UInt16, Sendable {
    case stored = 0
    case deflated = 8
}
