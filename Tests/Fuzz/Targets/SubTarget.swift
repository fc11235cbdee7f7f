// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON
internal import Templates

/// What `Fn::Sub` makes of a text is the text with its names replaced, once.
struct SubTarget: FuzzTarget {
    let name = "sub"
    let seeds = [
        "arn:aws:s3:::${AWS::AccountId}-${Name}/*", "${!Literal} ${ Name } ${Name", "$$${Name}}{$",
        "${AWS::Region}${AWS::NoValue}${Unknown.Arn}",
    ].map { Array($0.utf8) }
    let words = [
        "$", "{", "}", "${", "${!", "Name", "${Name}", "${AWS::Region}", "AWS::", ".", " ", "!", "${}", "${${Name}}",
        "é",
    ]

    func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        let tree = JSONValue.object([
            "Parameters": .object(["Name": .object(["Type": .string("String"), "Default": .string("${Name}")])]),
            "Resources": .object([:]),
            "Outputs": .object(["Out": .object(["Value": .object(["Fn::Sub": .string(text)])])]),
        ])
        let reading = TemplateReader.read(JSONText.bytes(of: tree), file: "t.json", context: TemplateContext())
        let value = reading.outputs.first?.value
        let expected = Self.replaced(text)
        // A resource must be there for most; then there is nothing to compare.
        if reading.diagnostics.contains(where: { $0.message.contains("Resources") }) { return }
        if let expected, let value {
            try FuzzFailure.unless(
                value.utf8.elementsEqual(expected.utf8),
                "it becomes \(value.debugDescription), not \(expected.debugDescription)"
            )
        } else {
            try FuzzFailure.unless(
                expected != nil || reading.diagnostics.hasErrors,
                "a name that is not there is replaced by \(value?.debugDescription ?? "nothing")"
            )
        }
    }

    /// The text with the known names replaced; nil where there are others.
    private static func replaced(_ text: String) -> String? {
        var result = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "$", rest.first == "{", let end = rest.firstIndex(of: "}") else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let inside = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            if inside.first == "!" {
                result += "${" + String(Substring(inside.dropFirst())) + "}"
                continue
            }
            switch String(Substring(inside)).split(separator: " ", omittingEmptySubsequences: true) {
            case ["Name"]: result += "${Name}"
            case ["AWS::Region"]: result += "us-east-1"
            case ["AWS::AccountId"]: result += "000000000000"
            case ["AWS::NoValue"]: break
            default: return nil
            }
        }
        return result
    }
}
