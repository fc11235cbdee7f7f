// SPDX-License-Identifier: Apache-2.0

/// A path by its bytes.
///
/// Texts that Unicode takes for the same, such as `é` as one character and as two, are two names for the file system.
struct PathBytes: Hashable, Sendable {
    let text: String

    init(_ text: some StringProtocol) {
        self.text = String(text)
    }

    static func == (left: Self, right: Self) -> Bool {
        ZipPath.isSame(left.text, right.text)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { bytes in unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
    }
}
