// SPDX-License-Identifier: Apache-2.0

/// Memory of a fixed size with one owner, used again and again by one thread.
@safe
struct ByteBuffer: ~Copyable {
    /// The memory itself, valid as long as this value lives; what it holds at first is anything.
    let bytes: UnsafeMutableRawBufferPointer

    /// Its size.
    var count: Int { unsafe bytes.count }

    init(count: Int) {
        unsafe bytes = .allocate(byteCount: count, alignment: 16)
    }

    deinit {
        unsafe bytes.deallocate()
    }
}
