// SPDX-License-Identifier: Apache-2.0

/// The ids of versions, which look like S3's.
enum VersionID {
    /// That of an object that was put while its bucket had no versions.
    static let null = "null"

    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._".utf8)

    /// 32 random characters.
    static func random() -> String {
        String(decoding: (0..<32).map { _ in characters[Int.random(in: characters.indices)] }, as: UTF8.self)
    }
}
