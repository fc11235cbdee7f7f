// SPDX-License-Identifier: Apache-2.0

/// S3's rules for the names of buckets
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>).
package enum BucketName {
    private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

    /// Why a name is none, for the end of a sentence; nil when it is one.
    package static func problem(_ name: String) -> String? {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count) else { return "it has 3 to 63 characters" }
        let isGood = bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        guard isGood else { return "it is made of lower-case letters, digits, dots and hyphens" }
        guard isLetterOrDigit(bytes[0]), isLetterOrDigit(bytes[bytes.count - 1]) else {
            return "it begins and ends with a letter or digit"
        }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.contains(where: \.isEmpty) { return "no two dots stand together in it" }
        if labels.count == 4, labels.allSatisfy({ $0.allSatisfy(isDigit) }) {
            return "it does not look like an address"
        }
        if let prefix = reservedPrefixes.first(where: { name.hasPrefix($0) }) { return "`\(prefix)` is reserved" }
        if let suffix = reservedSuffixes.first(where: { name.hasSuffix($0) }) { return "`\(suffix)` is reserved" }
        return nil
    }

    static func check(_ name: String) throws(BucketError) {
        guard let problem = problem(name) else { return }
        throw BucketError(.invalidBucketName, "'\(name)' is not a valid name of a bucket: \(problem)")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
