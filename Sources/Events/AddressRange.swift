// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Addresses of the internet that begin alike: `10.0.0.0/8`, `2001:db8::/32`.
struct AddressRange: Sendable, Hashable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Reads an address with the number of bits that count.
    init(_ text: String) throws(EventError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw EventError.pattern("Malformed CIDR, one '/' required") }
        guard let bits = Int(parts[1]) else { throw EventError.pattern("Malformed CIDR, mask bits must be an integer") }
        guard bits >= 0 else { throw EventError.pattern("Malformed CIDR, mask bits must not be negative") }
        guard let bytes = Self.bytes(String(parts[0])) else {
            throw EventError.pattern("Nonstandard IP address: \(parts[0])")
        }
        let most = bytes.count * 8
        guard bits <= most else {
            throw EventError.pattern("\(bytes.count == 4 ? "IPv4" : "IPv6") mask bits must be <= \(most)")
        }
        self.bytes = bytes
        self.bits = bits
    }

    /// Whether a text is an address in the range.
    func contains(_ text: String) -> Bool {
        guard let other = Self.bytes(text), other.count == bytes.count else { return false }
        let whole = bits / 8
        guard other[..<whole].elementsEqual(bytes[..<whole]) else { return false }
        if bits % 8 == 0 { return true }
        let shift = UInt8(8 - bits % 8)
        return other[whole] >> shift == bytes[whole] >> shift
    }

    /// The 4 or 16 bytes of an address; nil for anything else.
    private static func bytes(_ text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var result = [UInt8](repeating: 0, count: count)
            let code = unsafe result.withUnsafeMutableBytes { unsafe inet_pton(family, text, $0.baseAddress) }
            if code == 1 { return result }
        }
        return nil
    }
}
