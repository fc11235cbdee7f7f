// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// Any bytes are JSON that is written as it was read, or are refused at a byte.
struct JSONTarget: FuzzTarget {
    let name = "json"
    let seeds = [
        #"{"a":[1,-2.5e+10,true,false,null,"x\n\u00e9\ud83d\ude00"],"b":{"c":{}},"":[]}"#, #"[[[[["deep"]]]],0,0.1]"#,
        "\"text\"",
    ].map { Array($0.utf8) }
    let words = [
        "[", "]", "{", "}", ",", ":", "\"", "\\u", "\\ud800", "\\udc00", "\\u0000", "\\x", "{\"a\":", "1e", "-", "0",
        "01", "1.", "tru", "[[",
    ]

    func check(_ input: [UInt8]) throws {
        let value: JSONValue
        do {
            value = try JSONText.parse(input)
        } catch DecodingError.dataCorrupted(let context) {
            let words = context.debugDescription.split(separator: " ")
            guard let at = words.firstIndex(of: "byte"), at + 1 < words.count, let place = Int(words[at + 1].dropLast())
            else { throw FuzzFailure("the error names no byte: \(context.debugDescription)") }
            return try FuzzFailure.unless((0...input.count).contains(place), "byte \(place) is not in the text")
        }
        let printed = JSONText.bytes(of: value)
        let again = try JSONText.parse(printed)
        try FuzzFailure.unless(again == value, "it comes back as something else: \(again)")
        try FuzzFailure.unless(JSONText.bytes(of: again) == printed, "it is written otherwise the second time")
        let pretty = try JSONText.parse(JSONText.encode(value, isPretty: true))
        try FuzzFailure.unless(pretty == value, "written for people it comes back as something else")
        // Any type may be asked for, whatever is there.
        _ = try? JSONText.decode([String: [Int8]].self, from: input)
        _ = try? JSONText.decode([UInt64].self, from: input)
        _ = try? JSONText.decode([[Double]].self, from: input)
    }
}
