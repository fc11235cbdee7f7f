// SPDX-License-Identifier: Apache-2.0

import Foundation
import Git
import Testing

@Suite("Object ids")
struct ObjectIDTests {
    private static let hex = "0123456789abcdef0123456789abcdef01234567"

    @Test("an id is read from 40 digits of any case and written in lower case")
    func roundTrip() {
        #expect(ObjectID(hex: Self.hex)?.hex == Self.hex)
        #expect(ObjectID(hex: Self.hex.uppercased())?.description == Self.hex)
    }

    @Test(
        "anything but 40 digits is no id",
        arguments: ["", "0123456", hex + "0", String(hex.dropLast()) + "g", "HEAD", String(repeating: "é", count: 20)]
    )
    func refused(text: String) {
        #expect(ObjectID(hex: text) == nil)
    }

    @Test("forty zeros are the zero id")
    func zero() {
        #expect(ObjectID(hex: String(repeating: "0", count: 40)) == .zero)
        #expect(ObjectID.zero.isZero)
        #expect(ObjectID(hex: Self.hex)?.isZero == false)
    }

    @Test("ids are ordered as their digits are")
    func order() {
        let texts = [
            "0000000000000000000000000000000000000001", "00000000000000000000000100000000ffffffff",
            "0000000100000000ffffffffffffffffffffffff", Self.hex,
        ]
        #expect(texts.compactMap { ObjectID(hex: $0) }.sorted().map(\.hex) == texts)
    }

    @Test("an id is a string of digits in JSON")
    func codable() throws {
        let id = try #require(ObjectID(hex: Self.hex))
        let data = try JSONEncoder().encode([id])
        #expect(String(decoding: data, as: UTF8.self) == "[\"\(Self.hex)\"]")
        #expect(try JSONDecoder().decode([ObjectID].self, from: data) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ObjectID].self, from: Data("[\"ab\"]".utf8)) }
    }
}
