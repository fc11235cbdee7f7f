// SPDX-License-Identifier: Apache-2.0

/// Reads compiled zones (TZif, RFC 8536), of version 2 and later.
///
/// Our own reader: the C library knows one zone for the whole process, and only by the environment.
enum ZoneFile {
    private static let headerCount = 44

    /// The numbers of a header.
    private struct Counts {
        var utc: Int
        var standard: Int
        var leap: Int
        var times: Int
        var types: Int
        var characters: Int

        /// The bytes of the data after the header, with times of so many bytes.
        func size(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + characters + leap * (timeBytes + 4) + standard + utc
        }
    }

    /// The zone; nil for bytes that describe none.
    static func read(_ bytes: [UInt8]) -> ZoneClock? {
        // First comes what programs of before 2005 read, with times of four bytes.
        guard let old = counts(bytes[...]), bytes.count > 4, bytes[4] >= UInt8(ascii: "2") else { return nil }
        let start = headerCount + old.size(timeBytes: 4)
        guard start < bytes.count, let counts = counts(bytes[start...]), counts.types > 0 else { return nil }
        let data = bytes[(start + headerCount)...]
        guard data.count >= counts.size(timeBytes: 8) else { return nil }
        let indices = data.dropFirst(counts.times * 8)
        let types = indices.dropFirst(counts.times)
        func offset(ofType index: Int) -> Int64? {
            guard index < counts.types else { return nil }
            let value = types.dropFirst(index * 6).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return Int64(Int32(bitPattern: value))
        }
        guard let first = offset(ofType: 0) else { return nil }
        var transitions: [ZoneClock.Transition] = []
        for index in 0..<counts.times {
            let time = data.dropFirst(index * 8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard let offset = offset(ofType: Int(indices[indices.startIndex + index])) else { return nil }
            transitions.append(ZoneClock.Transition(at: Int64(bitPattern: time), offset: offset))
        }
        let rule = data.dropFirst(counts.size(timeBytes: 8)).drop { $0 == 10 }.prefix { $0 != 10 }
        return ZoneClock(first: first, transitions: transitions, rule: ZoneRule(rule))
    }

    private static func counts(_ bytes: ArraySlice<UInt8>) -> Counts? {
        guard bytes.count >= headerCount, bytes.starts(with: "TZif".utf8) else { return nil }
        let numbers = (0..<6).map { index in
            Int(bytes.dropFirst(20 + index * 4).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        }
        // A file is read up to a mebibyte, so that no sum of these runs over.
        guard numbers.allSatisfy({ $0 < 1 << 20 }) else { return nil }
        return Counts(
            utc: numbers[0],
            standard: numbers[1],
            leap: numbers[2],
            times: numbers[3],
            types: numbers[4],
            characters: numbers[5]
        )
    }
}
