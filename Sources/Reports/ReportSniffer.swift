// SPDX-License-Identifier: Apache-2.0

internal import WireWords

/// Tells a report's format from its first bytes.
struct ReportSniffer {
    /// The ASCII part of the text, whatever its encoding: names of formats have nothing else.
    private let bytes: [UInt8]

    /// The format of a file by its beginning and its own name; nil where it is none that we know.
    static func format(of bytes: ArraySlice<UInt8>, named name: [UInt8]) -> ReportFormat? {
        let sniffer = ReportSniffer(bytes: bytes.filter { $0 > 0 && $0 < 0x80 })
        switch sniffer.bytes.first(where: { $0 > 0x20 }) {
        case UInt8(ascii: "<"): return sniffer.xml
        case UInt8(ascii: "["):
            // The keys of a feature and its parts, in whatever order.
            let isCucumber =
                sniffer.has("\"elements\"") || (sniffer.has("\"keyword\"") && sniffer.has("\"uri\""))
            return isCucumber ? .cucumberJSON : nil
        case UInt8(ascii: "{"):
            let isResultSet = name.elementsEqual(".resultset.json".utf8) && sniffer.has("\"coverage\"")
            return isResultSet || sniffer.has("\"simplecov_version\"") ? .simpleCov : nil
        default: return nil
        }
    }

    private var xml: ReportFormat? {
        switch root {
        case "testsuites", "testsuite": .junitXML
        case "test-results": .nunitXML
        case "test-run": .nunit3XML
        case "testng-results": .testNGXML
        case "TestRun": .visualStudioTRX
        case "report": has("JACOCO") || has("<sessioninfo") ? .jacocoXML : nil
        case "coverage":
            if has("line-rate") || has("<packages") {
                .coberturaXML
            } else {
                has("<project") || has("clover=") ? .cloverXML : nil
            }
        default: nil
        }
    }

    /// The root element's name, past the declaration, comments and the document type.
    private var root: String? {
        var position = 0
        while let open = end(of: "<", from: position) {
            if starts("!--", at: open) {
                guard let next = end(of: "-->", from: open) else { return nil }
                position = next
            } else if starts("?", at: open) {
                guard let next = end(of: "?>", from: open) else { return nil }
                position = next
            } else if starts("!", at: open) {
                position = open
            } else {
                let name = bytes[open...].prefix { $0 > 0x20 && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
                return String(decoding: name, as: UTF8.self)
            }
        }
        return nil
    }

    private func starts(_ needle: String, at position: Int) -> Bool {
        bytes[position...].starts(with: needle.utf8)
    }

    /// The position after the next place with a text.
    private func end(of needle: String, from start: Int) -> Int? {
        let needle = Array(needle.utf8)
        var position = start
        while position + needle.count <= bytes.count {
            if bytes[position] == needle[0], bytes[position...].starts(with: needle) { return position + needle.count }
            position += 1
        }
        return nil
    }

    private func has(_ needle: String) -> Bool {
        end(of: needle, from: 0) != nil
    }
}
