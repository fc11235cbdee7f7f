// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Testing

@Suite("JSON")
struct JSONTextTests {
    enum Choice: Codable, Hashable {
        case plain
        case named(name: String, count: Int)
        case unnamed(String)
    }

    enum Word: String, Codable {
        case one = "ONE"
    }

    struct Sample: Codable, Hashable {
        var text = "a\"b\\c/d\u{1}\n\t\u{7F}é😀"
        var small: UInt8 = 255
        var large = Int64.min
        var unsigned = UInt64.max
        var fraction = 0.1
        var whole = 3.0
        var huge = 1e300
        var flag = true
        var missing: String?
        var words: [Word] = [.one]
        var nested: [[Int?]] = [[], [1, nil]]
        var table = ["b": 1, "a": 2]
        var choices: [Choice] = [.plain, .named(name: "x", count: 1), .unnamed("y")]
    }

    @Test("a value comes back as it went out")
    func roundTrip() throws {
        let sample = Sample()
        for isPretty in [false, true] {
            #expect(try JSONText.decode(Sample.self, from: JSONText.encode(sample, isPretty: isPretty)) == sample)
        }
    }

    @Test("what Foundation writes is read, and what is written Foundation reads")
    func foundation() throws {
        let sample = Sample()
        #expect(try JSONText.decode(Sample.self, from: Array(JSONEncoder().encode(sample))) == sample)
        #expect(try JSONDecoder().decode(Sample.self, from: Data(JSONText.encode(sample))) == sample)
    }

    @Test("keys are sorted, slashes left, whole numbers without a point")
    func form() throws {
        struct Value: Encodable {
            let z = "a/b"
            let a = 2.0
            let empty: [Int] = []
        }
        #expect(String(decoding: try JSONText.encode(Value()), as: UTF8.self) == #"{"a":2,"empty":[],"z":"a/b"}"#)
        let pretty = String(decoding: try JSONText.encode(Value(), isPretty: true), as: UTF8.self)
        #expect(pretty == "{\n  \"a\": 2,\n  \"empty\": [],\n  \"z\": \"a/b\"\n}")
    }

    @Test(
        "texts that are JSON are read",
        arguments: [
            (#" "" "#, ""), (#""\u00e9\ud83d\ude00""#, "é😀"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        ]
    )
    func strings(text: String, expected: String) throws {
        #expect(try JSONText.decode(String.self, from: Array(text.utf8)) == expected)
    }

    @Test(
        "whole numbers are read in every form that fits",
        arguments: [("-0", 0), ("1.0", 1), ("12e2", 1200), ("127", 127)]
    )
    func integers(text: String, expected: Int) throws {
        #expect(try JSONText.decode(Int.self, from: Array(text.utf8)) == expected)
    }

    @Test(
        "texts that are not JSON, or not of the type, are refused",
        arguments: [
            "", " ", "1.5", "01", "1 2", "--1", "1.", "1e", "+1", "NaN", "nul", "'a'", "\"1\"", "null", "[1]", "{",
            "{\"a\" 1}",
            "99999999999999999999", "1e400",
        ]
    )
    func refused(text: String) {
        #expect(throws: DecodingError.self) { try JSONText.decode(Int.self, from: Array(text.utf8)) }
    }

    @Test(
        "broken strings are refused",
        arguments: [#""a"#, #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, "\"a\nb\"", #""\"#]
    )
    func brokenStrings(text: String) {
        #expect(throws: DecodingError.self) { try JSONText.decode(String.self, from: Array(text.utf8)) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect(throws: DecodingError.self) { try JSONText.decode(String.self, from: [0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test("nesting without end is refused and not followed")
    func depth() {
        let text = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: DecodingError.self) { try JSONText.decode([Int].self, from: text) }
    }

    @Test("a missing key and a wrong type are told with their place")
    func places() {
        let missing = #expect(throws: DecodingError.self) {
            try JSONText.decode([Sample].self, from: Array("[{}]".utf8))
        }
        guard case .keyNotFound(let key, let context) = missing else {
            Issue.record("\(String(describing: missing))")
            return
        }
        #expect(key.stringValue == "text")
        #expect(context.codingPath.first?.intValue == 0)
    }

    @Test("a number that is not finite has no JSON form")
    func notFinite() {
        #expect(throws: EncodingError.self) { try JSONText.encode(Double.nan) }
    }
}
