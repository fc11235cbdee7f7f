// SPDX-License-Identifier: Apache-2.0

internal import Files

/// How far local time is from UTC, at any instant.
package struct ZoneClock: Sendable, Hashable {
    /// From an instant on, so many seconds are added to UTC.
    struct Transition: Sendable, Hashable {
        /// Seconds since 1970, UTC.
        var at: Int64
        var offset: Int64
    }

    /// Always UTC.
    package static let utc = ZoneClock(first: 0, transitions: [], rule: nil)

    /// Before the first transition.
    private let first: Int64
    /// Ascending.
    private let transitions: [Transition]
    /// After the last transition.
    private let rule: ZoneRule?

    init(first: Int64, transitions: [Transition], rule: ZoneRule?) {
        self.first = first
        self.transitions = transitions
        self.rule = rule
    }

    /// The zone of a name: `UTC`, `Z`, `+02:00`, or one of the machine's, such as `Europe/Berlin`.
    /// - Parameters:
    ///   - name: the name.
    ///   - folder: where the machine keeps its zones.
    /// - Throws: `invalid` for a name that is none, or is not known on this machine.
    package init(_ name: String, folder: String = "/usr/share/zoneinfo") throws(EventError) {
        if ["UTC", "GMT", "Z", "Etc/UTC", "Etc/GMT"].contains(name) {
            self = .utc
            return
        }
        if let offset = Self.offset(name) {
            self = ZoneClock(first: offset, transitions: [], rule: nil)
            return
        }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard isName, !name.isEmpty, !name.hasPrefix("/") else {
            throw EventError(.invalid, "'\(name)' is no time zone; one is UTC, +02:00 or Europe/Berlin")
        }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try AtomicFile.read("\(folder)/\(name)", limit: 1 << 20)
        } catch {
            throw EventError(
                .invalid,
                "the time zone '\(name)' is not known on this machine; is it spelled right, and the package tzdata there?"
            )
        }
        guard let zone = ZoneFile.read(bytes) else {
            throw EventError(.invalid, "\(folder)/\(name) does not describe a time zone")
        }
        self = zone
    }

    /// What is added to UTC at an instant, in seconds.
    func offset(at second: Int64) -> Int64 {
        guard let last = transitions.last else { return rule?.offset(at: second) ?? first }
        if second >= last.at { return rule?.offset(at: second) ?? last.offset }
        // The last transition that is not after the instant.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : transitions[low - 1].offset
    }

    /// The instants at which clocks show a local time: none where it is left out, two where it is shown twice.
    func instants(of local: Int64) -> [Int64] {
        // No zone is further than a day from UTC, and none changes twice in two days.
        let offsets = Set([offset(at: local - 86_400), offset(at: local + 86_400)])
        return offsets.map { local - $0 }.filter { offset(at: $0) == local - $0 }.sorted()
    }

    /// `+02:00`, `-0530`, `UTC+2`.
    private static func offset(_ name: String) -> Int64? {
        var text = name[...]
        for prefix in ["UTC", "GMT"] where text.hasPrefix(prefix) { text = text.dropFirst(3) }
        guard let sign = text.popFirst(), sign == "+" || sign == "-" else { return nil }
        let digits = text.filter { $0 != ":" }
        guard text.count <= 5, [1, 2, 4].contains(digits.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let hours = Int64(digits.prefix(2)), let minutes = Int64("0" + digits.dropFirst(2)), hours <= 18,
            minutes < 60
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
