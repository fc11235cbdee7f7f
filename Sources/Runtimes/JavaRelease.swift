// SPDX-License-Identifier: Apache-2.0

internal import Files

/// What a JDK tells of itself in its file `release`: `JAVA_VERSION="17.0.9"` and more.
struct JavaRelease {
    let version: VersionNumber
    /// Such as `Amazon.com Inc.` or `Eclipse Adoptium`.
    let implementor: String?

    /// - Returns: nil where the folder has no such file, or one without a version.
    init?(home: String) {
        guard let bytes = try? AtomicFile.read("\(home)/release", limit: 1 << 20) else { return nil }
        var fields: [Substring: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            fields[line[..<equals]] = line[line.index(after: equals)...].split(separator: "\"").first.map(String.init)
        }
        guard let text = fields["JAVA_VERSION"], let version = VersionNumber(text)?.modern else { return nil }
        self.version = version
        implementor = fields["IMPLEMENTOR"]
    }
}
