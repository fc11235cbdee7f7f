// SPDX-License-Identifier: Apache-2.0

/// A path by its bytes.
///
/// Texts that Unicode takes for the same, such as `é` as one character and as two, are two names for the file system.
package struct PathBytes: Hashable, Sendable {
    package let text: String

    package init(_ text: some StringProtocol) {
        self.text = String(text)
    }

    package static func == (left: Self, right: Self) -> Bool {
        ZipPath.isSame(left.text, right.text)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { bytes in unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
    }
}
