// SPDX-License-Identifier: Apache-2.0

/// The last bytes of a stream, as many as there is room for.
struct RecentBytes {
    /// A ring: the oldest byte is at `next` once it is full.
    private var storage: [UInt8]
    private var next = 0
    /// How many bytes have come in all.
    private(set) var count = 0

    /// * `capacity`: at least 1.
    init(capacity: Int) {
        storage = [UInt8](repeating: 0, count: capacity)
    }

    /// Takes what comes, in the place of the oldest bytes; its cost does not grow with the capacity.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        var rest = unsafe UnsafeRawBufferPointer(rebasing: bytes.suffix(storage.count))
        while rest.count > 0 {
            let length = min(rest.count, storage.count - next)
            let start = next
            unsafe storage.withUnsafeMutableBytes { target in
                // Within both: `length` is the shorter of what is left of each.
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[start..<start + length])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<length]))
            }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[length...])
            next = (next + length) % storage.count
        }
    }

    /// The bytes in their order, the oldest first.
    ///
    /// * `limit`: the most of them; older ones are left out.
    func bytes(limit: Int = .max) -> [UInt8] {
        let ordered = count < storage.count ? Array(storage[..<count]) : Array(storage[next...]) + storage[..<next]
        return ordered.count > limit ? Array(ordered.suffix(limit)) : ordered
    }
}
