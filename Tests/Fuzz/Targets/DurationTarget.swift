// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import CommandLines

/// Durations, sizes and instants of any text are read within their bounds, or not at all.
struct DurationTarget: FuzzTarget {
    let name = "duration"
    let seeds = ["1h30m", "90s", "10", "2d", "1.5GiB", "512M", "2026-02-29T23:59:59.999Z", "0001-01-01T00:00:00Z"].map {
        Array($0.utf8)
    }
    let words = [
        "h", "m", "s", "d", "k", "G", "ib", "b", "9", "99999999999", ".", "-", "+", "T", "Z", ":", "1e9", "inf", "nan",
        "٣",
    ]

    func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        if let seconds = DurationText.seconds(text) {
            try FuzzFailure.unless((1...(100 * 366 * 86_400)).contains(seconds), "\(seconds) seconds")
            let shown = DurationText.text(milliseconds: Int64(seconds) * 1000).filter { $0 != " " }
            if seconds < 60 {
                try FuzzFailure.unless(shown == "\(seconds).0s", "\(seconds) seconds are shown as \(shown)")
            } else {
                // Two units are shown: the rest is less than the smaller one.
                let again = DurationText.seconds(shown) ?? 0
                try FuzzFailure.unless(
                    again <= seconds && seconds - again < 3600,
                    "\(seconds) seconds are shown as \(shown)"
                )
            }
        }
        if let bytes = ByteText.bytes(text) {
            try FuzzFailure.unless((1..<(1 << 60)).contains(bytes), "\(bytes) bytes")
            try FuzzFailure.unless(!ByteText.text(bytes).isEmpty, "no text")
        }
        if let time = Timestamp(text: text) {
            try FuzzFailure.unless(Timestamp(text: time.text) == time, "\(time.text) comes back as another instant")
        }
        var generator = SeededGenerator(hashing: input)
        let number = Int64(bitPattern: generator.next())
        _ = (DurationText.text(milliseconds: number), ByteText.text(number), Timestamp(milliseconds: number).text)
    }
}
