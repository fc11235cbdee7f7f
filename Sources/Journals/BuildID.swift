// SPDX-License-Identifier: Apache-2.0

/// A build's name, `PROJECT:UUID` as AWS writes it; the part after the colon alone is unique.
package struct BuildID: Sendable, Hashable, CustomStringConvertible {
    /// The project's name, not empty.
    package let project: String
    /// 36 characters: lower-case hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    package let uuid: String

    /// Nil when the project is empty or the other part is not a UUID; upper-case digits are made lower-case.
    package init?(project: String, uuid: String) {
        let uuid = uuid.lowercased()
        guard !project.isEmpty, Self.isUUID(uuid) else { return nil }
        self.project = project
        self.uuid = uuid
    }

    /// Reads `PROJECT:UUID`; nil for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        self.init(project: String(text[..<colon]), uuid: String(text[text.index(after: colon)...]))
    }

    package var description: String { "\(project):\(uuid)" }

    private static func isUUID(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { offset, byte in
                [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : isHexDigit(byte)
            }
    }

    /// Whether a byte is one of 0-9 and a-f.
    static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
