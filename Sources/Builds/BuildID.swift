// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The name of one build: `PROJECT:UUID`, as in CodeBuild.
package struct BuildID: Sendable, Hashable, CustomStringConvertible {
    package let project: String
    /// Lower-case, with dashes. Also the name of the build's folder, as a colon in a path would break `PATH` and the like.
    package let uuid: String

    package init(project: String, uuid: String) {
        self.project = project
        self.uuid = uuid
    }

    /// Reads `PROJECT:UUID`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        project = String(text[..<colon])
        uuid = String(text[text.index(after: colon)...])
        if project.isEmpty || uuid.count != 36 { return nil }
    }

    /// A name that no other build has: 122 random bits, UUID version 4.
    package static func make(project: String) -> BuildID {
        var generator = SystemRandomNumberGenerator()
        let high = (generator.next() & ~0xF000) | 0x4000
        let low = (generator.next() & ~(0xC000_0000_0000_0000 as UInt64)) | 0x8000_0000_0000_0000
        let digits = Array(hexadecimal(high) + hexadecimal(low))
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return BuildID(project: project, uuid: parts.map { String($0) }.joined(separator: "-"))
    }

    package var description: String { "\(project):\(uuid)" }

    /// `arn:aws:codebuild:us-east-1:000000000000:build/PROJECT:UUID`.
    package func arn(region: String) -> String {
        "arn:aws:codebuild:\(region):000000000000:build/\(description)"
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
