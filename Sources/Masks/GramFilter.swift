// SPDX-License-Identifier: Apache-2.0

/// Says quickly where in a text no pattern can begin, by looking up four bytes ("a gram") at every few places.
///
/// With a stride of s, the grams at the first s places of every pattern are in the table. Wherever a pattern begins, one
/// of the places that are looked at falls on one of its first s, so a gram that is not in the table rules out s beginnings.
struct GramFilter: Sendable {
    /// The bytes of a gram.
    static let width = 4
    /// The widest stride worth its entries in the table.
    private static let widest = 8

    /// How far apart the places are that are looked at.
    let stride: Int
    private let bits: [UInt64]
    private let shift: UInt32

    /// Makes the table of patterns, each of at least `width` bytes.
    init(patterns: [[UInt8]]) {
        let shortest = patterns.reduce(Int.max) { min($0, $1.count) }
        stride = max(1, min(Self.widest, shortest - Self.width + 1))
        // Sparse enough that few places hit by chance, small enough for the processor's caches.
        var order = 16
        while order < 22, 1 << order < patterns.count * stride * 48 { order += 1 }
        shift = UInt32(32 - order)
        var bits = [UInt64](repeating: 0, count: 1 << (order - 6))
        for pattern in patterns {
            for place in 0..<stride {
                let gram = (0..<Self.width).reduce(UInt32(0)) { $0 | UInt32(pattern[place + $1]) << UInt32(8 * $1) }
                let slot = Self.slot(gram, shift: shift)
                bits[slot >> 6] |= 1 << UInt64(slot & 63)
            }
        }
        self.bits = bits
    }

    /// Finds the first place from which on a pattern may begin.
    ///
    /// - Returns: that place, and the gram's that told it: no pattern begins before the first, and nothing is known about
    ///   what begins after the second. Without `hit` the text ended first.
    @inline(__always)
    func next(in text: borrowing Span<UInt8>, from first: Int) -> (start: Int, hit: Int?) {
        let bits = bits.span
        let last = text.count - Self.width
        let bytes = unsafe text.bytes
        let stride = stride
        let shift = shift
        @inline(__always)
        func look(_ place: Int) -> UInt64 {
            // In range: `place` is from 0 to `last` at every call, and a slot has as many bits as the table.
            let gram = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt32.self)
            let slot = Self.slot(UInt32(littleEndian: gram), shift: shift)
            return unsafe bits[unchecked: slot >> 6] &>> UInt64(slot & 63)
        }
        var place = first + stride - 1
        while place + 3 * stride <= last {
            let any = look(place) | look(place + stride) | look(place + 2 * stride) | look(place + 3 * stride)
            if any & 1 != 0 { break }
            place += 4 * stride
        }
        while place <= last {
            if look(place) & 1 != 0 { return (place - stride + 1, place) }
            place += stride
        }
        return (place - stride + 1, nil)
    }

    @inline(__always)
    private static func slot(_ gram: UInt32, shift: UInt32) -> Int {
        Int((gram &* 0x9E37_79B1) &>> shift)
    }
}
