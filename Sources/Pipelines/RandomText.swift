// SPDX-License-Identifier: Apache-2.0

/// Names made of random bits.
enum RandomText {
    private static let alphanumerics = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// A UUID of version 4, of 122 of the bits, in lower case.
    static func uuid(_ high: UInt64, _ low: UInt64) -> String {
        let high = (high & ~0xF000) | 0x4000
        let low = (low & ~0xC000_0000_0000_0000) | 0x8000_0000_0000_0000
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
            let half = index < 16 ? high : low
            text.append(digits[Int((half >> UInt64(60 - 4 * (index % 16))) & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The object key of an artifact: the pipeline's first 20 characters, the artifact's first 10, seven random ones.
    ///
    /// The lengths are those of keys that CodePipeline writes.
    static func objectKey(pipeline: String, artifact: String, bits: UInt64) -> String {
        var bits = bits
        var random: [UInt8] = []
        for _ in 0..<7 {
            random.append(alphanumerics[Int(bits % UInt64(alphanumerics.count))])
            bits /= UInt64(alphanumerics.count)
        }
        return "\(pipeline.prefix(20))/\(artifact.prefix(10))/\(String(decoding: random, as: UTF8.self))"
    }
}
