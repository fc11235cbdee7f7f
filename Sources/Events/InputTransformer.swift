// SPDX-License-Identifier: Apache-2.0

package import JSON

// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>
extension EventTarget.InputTransformer {
    private static let variableLimit = 100

    /// Looks at the paths and the template without an event.
    /// - Throws: `invalid`, with what is wrong.
    package func check() throws(EventError) {
        if paths.count > Self.variableLimit {
            throw EventError(
                .invalid,
                "InputTransformer has \(paths.count) variables; \(Self.variableLimit) are allowed"
            )
        }
        for (name, path) in paths.sorted(by: { $0.key < $1.key }) {
            if name.utf8.starts(with: "aws.".utf8) {
                throw EventError(.invalid, "Invalid InputTransformer: the name '\(name)' is reserved")
            }
            _ = try EventPath(path)
        }
        for name in variableNames where paths[name] == nil && !name.utf8.starts(with: "aws.".utf8) {
            throw EventError(.invalid, "Invalid InputTemplate: '<\(name)>' is not in InputPathsMap")
        }
    }

    /// The template with the parts of an event in their places.
    ///
    /// Outside of quotes a part stands as JSON; inside of quotes texts stand as they are, without escapes. What is not in the
    /// event leaves an empty text.
    /// - Parameters:
    ///   - event: the event.
    ///   - rule: the rule's name.
    ///   - ruleARN: the rule's ARN.
    ///   - now: when the event came, in milliseconds since 1970.
    /// - Returns: the text, which is JSON where the template was meant to be.
    /// - Throws: `invalid` for a path that cannot be read.
    package func text(
        of event: JSONValue,
        rule: String,
        ruleARN: String,
        at now: Int64
    ) throws(EventError) -> String {
        var values: [String: JSONValue] = [
            "aws.events.rule-arn": .string(ruleARN),
            "aws.events.rule-name": .string(rule),
            "aws.events.event.ingestion-time": .string(EventTime.text(now)),
            "aws.events.event.json": event,
            "aws.events.event": Self.withoutDetail(event),
        ]
        for (name, path) in paths { values[name] = try EventPath(path).value(in: event) }
        var result = ""
        var isQuoted = false
        for piece in pieces {
            switch piece {
            case .text(let text, let endsQuoted):
                result += text
                isQuoted = endsQuoted
            case .variable(let name): result += Self.shown(values[name], isQuoted: isQuoted)
            }
        }
        return result
    }

    // MARK: - The template

    private enum Piece {
        case text(String, endsQuoted: Bool)
        case variable(String)
    }

    /// The names between `<` and `>`.
    private var variableNames: [String] {
        pieces.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    private var pieces: [Piece] {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var isQuoted = false
        let bytes = Array(template.utf8)
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "<"), let name = Self.name(bytes, after: position) {
                pieces.append(.text(String(decoding: text, as: UTF8.self), endsQuoted: isQuoted))
                text = []
                pieces.append(.variable(name))
                position += name.utf8.count + 2
                continue
            }
            if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
                // What follows is no end of the quotes.
                text += bytes[position...(position + 1)]
                position += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            text.append(byte)
            position += 1
        }
        pieces.append(.text(String(decoding: text, as: UTF8.self), endsQuoted: isQuoted))
        return pieces
    }

    private static func name(_ bytes: [UInt8], after start: Int) -> String? {
        let name = bytes[(start + 1)...].prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard !name.isEmpty, name.endIndex < bytes.count, bytes[name.endIndex] == UInt8(ascii: ">") else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    private static func shown(_ value: JSONValue?, isQuoted: Bool) -> String {
        guard let value else { return isQuoted ? "" : "\"\"" }
        if isQuoted, case .string(let text) = value { return text }
        return String(decoding: JSONText.bytes(of: value), as: UTF8.self)
    }

    private static func withoutDetail(_ event: JSONValue) -> JSONValue {
        guard case .object(var members) = event else { return event }
        members["detail"] = nil
        return .object(members)
    }
}
