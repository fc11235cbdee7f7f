// SPDX-License-Identifier: Apache-2.0

/// The name of one build: `PROJECT:UUID`, as in CodeBuild.
package struct BuildID: Sendable, Hashable, CustomStringConvertible {
    package let project: String
    /// Lower-case, with dashes.
    ///
    /// Also the name of the build's folder, as a colon in a path would break `PATH` and the like.
    package let uuid: String

    /// Nil when the project is empty or the other part is not a UUID; upper-case digits are made lower-case.
    package init?(project: String, uuid: String) {
        let uuid = uuid.lowercased()
        guard !project.isEmpty, Self.isUUID(uuid) else { return nil }
        self.init(checkedProject: project, uuid: uuid)
    }

    /// Reads `PROJECT:UUID`; nil for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        self.init(project: String(text[..<colon]), uuid: String(text[text.index(after: colon)...]))
    }

    private init(checkedProject project: String, uuid: String) {
        self.project = project
        self.uuid = uuid
    }

    /// A name that no other build has: 122 random bits, UUID version 4.
    package static func make(project: String) -> BuildID {
        var generator = SystemRandomNumberGenerator()
        let high = (generator.next() & ~0xF000) | 0x4000
        let low = (generator.next() & ~(0xC000_0000_0000_0000 as UInt64)) | 0x8000_0000_0000_0000
        let digits = Array(hexadecimal(high) + hexadecimal(low))
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return BuildID(checkedProject: project, uuid: parts.map { String($0) }.joined(separator: "-"))
    }

    package var description: String { "\(project):\(uuid)" }

    /// `arn:aws:codebuild:us-east-1:000000000000:build/PROJECT:UUID`.
    package func arn(region: String) -> String {
        "arn:aws:codebuild:\(region):000000000000:build/\(description)"
    }

    /// `arn:aws:codebuild:us-east-1:000000000000:build-batch/PROJECT:UUID`, when the name is a batch's.
    package func batchARN(region: String) -> String {
        "arn:aws:codebuild:\(region):000000000000:build-batch/\(description)"
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isUUID(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { offset, byte in
                [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : isHexDigit(byte)
            }
    }

    /// Whether a byte is one of 0-9 and a-f.
    package static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

extension BuildID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = BuildID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a build id: \(text)")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
