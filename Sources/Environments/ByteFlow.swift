// SPDX-License-Identifier: Apache-2.0

/// One direction of a proxied connection: what has been read and could not be written yet.
struct ByteFlow {
    private var bytes: [UInt8] = []
    private var start = 0
    /// Whether nothing more will be read.
    var isEnded = false
    /// Whether the other side has been told so.
    private(set) var isEndPassedOn = false

    /// Whether everything that was read has been written.
    var isEmpty: Bool { bytes.isEmpty }

    /// Writes what came just now; keeps what does not go out.
    /// - Returns: false when the other side is broken.
    mutating func pass(_ new: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        switch unsafe Socket.write(descriptor, new) {
        case .done(let count):
            if count < new.count { unsafe bytes.append(contentsOf: new[count...]) }
        case .blocked:
            unsafe bytes.append(contentsOf: new)
        case .failed:
            return false
        }
        return true
    }

    /// Writes what was kept.
    /// - Returns: false when the other side is broken.
    mutating func flush(to descriptor: Int32) -> Bool {
        while start < bytes.count {
            let outcome = unsafe bytes.withUnsafeBytes { all in
                unsafe Socket.write(descriptor, UnsafeRawBufferPointer(rebasing: all[start...]))
            }
            switch outcome {
            case .done(let count): start += count
            case .blocked: return true
            case .failed: return false
            }
        }
        clear()
        return true
    }

    /// Forgets what could not be written; an idle connection keeps no memory.
    mutating func clear() {
        bytes = []
        start = 0
    }

    /// Passes the end on, once, when everything before it is out.
    mutating func passEndOn(to descriptor: Int32) {
        guard isEnded, isEmpty, !isEndPassedOn else { return }
        isEndPassedOn = true
        Socket.endWriting(descriptor)
    }
}
