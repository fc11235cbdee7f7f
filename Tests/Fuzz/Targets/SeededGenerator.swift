// SPDX-License-Identifier: Apache-2.0

/// Random numbers that are the same for the same seed: SplitMix64.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A seed from bytes (FNV-1a), so that an input decides by itself about what else is random.
    package init(hashing bytes: some Sequence<UInt8>) {
        self.init(seed: bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    /// A number below `end`; 0 where that is 0.
    package mutating func number(below end: Int) -> Int {
        end > 1 ? Int.random(in: 0..<end, using: &self) : 0
    }
}
