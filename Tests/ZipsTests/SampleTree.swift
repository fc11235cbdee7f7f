// SPDX-License-Identifier: Apache-2.0

import Foundation
import Zips

/// Numbers that look random and are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + 8)
        while result.count < count {
            let value = next()
            for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
                result.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        return Array(result[..<count])
    }
}

/// A folder with every kind of content the writer treats in its own way.
enum SampleTree {
    static func text(_ count: Int) -> [UInt8] {
        var block: [UInt8] = []
        var generator = SeededGenerator(seed: 7)
        while block.count < 100_000 {
            block.append(contentsOf: "line \(generator.next() % 9_973) of a text that compresses well\n".utf8)
        }
        return repeated(block, count)
    }

    /// Float32 numbers near zero: deflate gains some ten percent.
    static func weights(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 11)
        var block: [UInt8] = []
        while block.count < 131_072 {
            let value = Float.random(in: -0.1...0.1, using: &generator).bitPattern
            for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
                block.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        return repeated(block, count)
    }

    /// Bytes that deflate cannot make shorter: it sees no further back than 32 KiB.
    static func random(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 3)
        return repeated(generator.bytes(131_072), count)
    }

    private static func repeated(_ block: [UInt8], _ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count { result.append(contentsOf: block.prefix(count - result.count)) }
        return result
    }

    /// Path to content; `run.sh` is executable.
    static let files: [(path: String, content: [UInt8])] = [
        ("empty", []),
        ("one", [65]),
        ("run.sh", Array("#!/bin/sh\necho hi\n".utf8)),
        ("dir/text.txt", text(300_000)),
        ("dir/sub/größe ✓.txt", text(1_000)),
        ("dir/random.bin", random(300_000)),
        ("large/random.bin", random(6 << 20)),
        ("large/text.txt", text(9_000_001)),
        ("large/mixed.bin", text(5 << 20) + random(6 << 20) + text(100)),
        ("large/weights.bin", weights(9 << 20)),
        ("large/zeros.bin", [UInt8](repeating: 0, count: 12 << 20)),
    ]

    static func make(in root: String) throws {
        for (path, content) in files {
            let url = URL(filePath: root).appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(content).write(to: url)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/run.sh")
    }

    static func inputs(_ root: String) -> [ZipInput] {
        files.map { ZipInput(path: $0.path, source: .file(root: root, path: $0.path)) }
            + [ZipInput(path: "dir/link", source: .symbolicLink(target: "../run.sh"))]
    }

    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }
}
