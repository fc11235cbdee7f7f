// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// What happens to a file that a disk, a power cut or a person spoils.
enum FileDamage: Sendable, CustomStringConvertible {
    case empty
    case cutOff
    case half
    case zeros
    case otherText
    /// Bits in the first 100 bytes, where a database says what it is, and in its pages; the same for the same seed.
    case bits(seed: UInt64)

    static let certain: [FileDamage] = [.empty, .cutOff, .half, .zeros, .otherText]

    var description: String {
        switch self {
        case .empty: "emptied"
        case .cutOff: "cut off after 60 bytes"
        case .half: "cut in half"
        case .zeros: "zeros"
        case .otherText: "another text"
        case .bits(let seed): "flipped bits, seed \(seed)"
        }
    }

    /// What the file is afterwards.
    func apply(to data: Data) -> Data {
        switch self {
        case .empty: return Data()
        case .cutOff: return data.prefix(60)
        case .half: return data.prefix(data.count / 2)
        case .zeros: return Data(count: data.count)
        case .otherText: return Data(repeating: UInt8(ascii: "x"), count: 5000)
        case .bits(let seed):
            var result = data
            var state = seed &* 0x9e37_79b9_7f4a_7c15
            for _ in 0..<16 where !data.isEmpty {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let position = Int(state >> 33) % data.count
                result[result.startIndex + position] ^= 1 << UInt8(state >> 29 & 7)
            }
            return result
        }
    }

    /// Spoils a file.
    /// - Returns: what it holds now.
    @discardableResult
    func spoil(_ path: String) throws -> Data {
        let data = apply(to: try Data(contentsOf: URL(fileURLWithPath: path)))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: data)
        try file.close()
        return data
    }
}
