// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// What libyaml's errors mean, for a person who thinks of commands and not of YAML.
///
/// libyaml complains where it got stuck, which is often behind the character that misled it. The well-known traps are
/// recognised by libyaml's text and by the value on the line.
enum YAMLTrap {
    /// One trap: the words, and the place if libyaml's own is not the best one.
    private struct Explanation {
        var message: String
        var hint: String?
        var mark: YAMLParser.Mark?
        var length = 1
    }

    /// The value of a `- value` or `key: value` on one line.
    private struct Value {
        /// What is before it: indentation, dashes and key.
        let lead: String
        let text: String
        let column: Int
        let isItem: Bool

        /// The line with the value in single quotes, without its indentation.
        var quoted: String {
            String(lead.drop { $0 == " " || $0 == "\t" }) + YAMLScalar.singleQuoted(text)
        }
    }

    /// Turns libyaml's error into ours.
    static func explain(_ failure: YAMLParser.Failure, source: SourceText, file: String) -> YAMLError {
        let explanation = explanation(of: failure, source) ?? Explanation(message: plain(failure))
        return YAMLError(
            .syntax,
            explanation.message,
            at: location(explanation.mark ?? failure.problemMark, source, file),
            length: explanation.length,
            hint: explanation.hint,
            problem: failure.problem,
            context: failure.context,
            wireMessage: wireMessage(failure)
        )
    }

    /// The place of a mark; libyaml's end of the file is on a line that need not exist.
    private static func location(_ mark: YAMLParser.Mark, _ source: SourceText, _ file: String) -> SourceLocation {
        if mark.line < source.lineCount {
            return SourceLocation(file: file, line: mark.line + 1, column: mark.column + 1)
        }
        let column = source.line(source.lineCount).unicodeScalars.count + 1
        return SourceLocation(file: file, line: source.lineCount, column: column)
    }

    /// CodeBuild's text: libyaml's problem and its line, counted from 1, but 0 for the first.
    private static func wireMessage(_ failure: YAMLParser.Failure) -> String {
        var line = failure.problemMark.line
        if line == 0 { line = failure.contextMark.line }
        return "\(failure.problem) at line \(line == 0 ? 0 : line + 1)"
    }

    private static func plain(_ failure: YAMLParser.Failure) -> String {
        failure.context.isEmpty ? failure.problem : "\(failure.problem) \(failure.context)"
    }

    private static func explanation(of failure: YAMLParser.Failure, _ source: SourceText) -> Explanation? {
        let mark = failure.problemMark
        let line = source.line(mark.line + 1)
        let character = line.unicodeScalars.dropFirst(mark.column).first
        let value = value(in: line)
        switch (failure.problem, failure.context) {
        case (_, "while scanning a quoted scalar"), (_, "while parsing a quoted scalar"):
            return quoted(failure, source)
        case ("did not find expected alphabetic or numeric character", "while scanning an anchor"),
            ("did not find expected alphabetic or numeric character", "while scanning an alias"):
            return anchor(failure, value)
        case ("found character that cannot start any token", _):
            return character.flatMap { badStart($0, value) }
        case (let problem, _) where problem.contains("tab character"):
            return Explanation(
                message: "a tab is used as indentation; YAML allows only spaces",
                hint: "indent with spaces"
            )
        case (_, "while scanning a block scalar"):
            return blockHeader(value, source.line(failure.contextMark.line + 1), failure)
        case (_, "while scanning a tag"), ("found undefined tag handle", _):
            return value.map {
                Explanation(message: "YAML takes a value that starts with `!` for a tag", hint: quoteHint($0))
            }
        case ("mapping values are not allowed in this context", _):
            return secondColon(mark, value)
        case ("could not find expected ':'", _):
            return Explanation(
                message: "this line is neither `key: value` nor `- item`",
                hint: "a `:` is missing, or the text before it goes on where it should not",
                mark: failure.contextMark
            )
        case ("did not find expected ',' or ']'", _), ("did not find expected ',' or '}'", _):
            return flow(failure, source)
        case ("did not find expected '-' indicator", _), ("did not find expected key", _):
            return afterQuote(mark, value) ?? indentation(failure)
        case ("block sequence entries are not allowed in this context", _):
            return Explanation(message: "a list item cannot start here", hint: "put the `- ` on a line of its own")
        default:
            return nil
        }
    }

    // MARK: - One trap each

    private static func quoted(_ failure: YAMLParser.Failure, _ source: SourceText) -> Explanation? {
        if failure.problem.hasPrefix("found unexpected") {
            return Explanation(
                message: "the quote that opens here is never closed",
                hint: "close it, or put the whole value in quotes of the other kind",
                mark: failure.contextMark
            )
        }
        if failure.problem == "found unknown escape character" {
            return Explanation(
                message: "in double quotes a `\\` starts an escape, and YAML does not know this one",
                hint: "use single quotes around the value, or write `\\\\`"
            )
        }
        return nil
    }

    private static func anchor(_ failure: YAMLParser.Failure, _ value: Value?) -> Explanation {
        let isAlias = failure.context.hasSuffix("alias")
        let explanation =
            if isAlias {
                Explanation(message: "YAML takes `*` at the start of a value for an alias", mark: failure.contextMark)
            } else if let value, let end = closingQuote(value), failure.contextMark.column > end {
                Explanation(
                    message: "text follows the closing quote, where YAML ends the value; `&` then starts an anchor",
                    mark: failure.contextMark
                )
            } else if let value, value.text.hasPrefix("[") || value.text.hasPrefix("{") {
                Explanation(
                    message:
                        "YAML takes `\(value.text.prefix(1))` at the start of a value for a list or mapping; it has ended before `&`",
                    mark: failure.contextMark
                )
            } else {
                Explanation(message: "YAML takes `&` at the start of a value for an anchor", mark: failure.contextMark)
            }
        var result = explanation
        result.hint = value.map(quoteHint)
        return result
    }

    private static func badStart(_ character: Unicode.Scalar, _ value: Value?) -> Explanation? {
        switch character {
        case "\t":
            Explanation(message: "a tab is used as indentation; YAML allows only spaces", hint: "indent with spaces")
        case "`", "@", "%":
            Explanation(
                message: "YAML does not let a value start with \(character == "`" ? "a back quote" : "`\(character)`")",
                hint: value.map(quoteHint)
            )
        default:
            nil
        }
    }

    private static func blockHeader(
        _ value: Value?,
        _ line: String,
        _ failure: YAMLParser.Failure
    ) -> Explanation? {
        guard failure.problem == "did not find expected comment or line break",
            let value = self.value(in: line) ?? value
        else { return nil }
        let sign = value.text.prefix(1)
        return Explanation(
            message: "YAML takes `\(sign)` at the start of a value for a block of text on the lines below",
            hint: quoteHint(value),
            mark: failure.contextMark
        )
    }

    private static func secondColon(_ mark: YAMLParser.Mark, _ value: Value?) -> Explanation? {
        guard let value, mark.column > value.column else {
            return Explanation(
                message: "a `key: value` cannot start here",
                hint: "is the line indented as its neighbours are?"
            )
        }
        if let end = closingQuote(value), mark.column > end { return afterQuote(mark, value) }
        return Explanation(
            message: "a second `: ` on the line; without quotes YAML allows only one",
            hint: quoteHint(value)
        )
    }

    private static func flow(_ failure: YAMLParser.Failure, _ source: SourceText) -> Explanation? {
        let opening = failure.contextMark
        let isList = failure.problem.hasSuffix("']'")
        var explanation = Explanation(
            message: "the \(isList ? "list that `[`" : "mapping that `{`") opens here is not closed as expected",
            mark: opening
        )
        if let value = value(in: source.line(opening.line + 1)), value.column == opening.column {
            explanation.hint = "if it is plain text, " + quoteHint(value)
        } else {
            explanation.hint = isList ? "a `,` or `]` is missing" : "a `,` or `}` is missing"
        }
        return explanation
    }

    private static func afterQuote(_ mark: YAMLParser.Mark, _ value: Value?) -> Explanation? {
        guard let value, let end = closingQuote(value), mark.column > end else { return nil }
        return Explanation(
            message: "text follows the closing quote, where YAML ends the value",
            hint: quoteHint(value)
        )
    }

    private static func indentation(_ failure: YAMLParser.Failure) -> Explanation {
        let expected = failure.problem.hasSuffix("key") ? "a `key:`" : "a `- item`"
        return Explanation(
            message: "\(expected) is expected here",
            hint: "the line's indentation fits neither the \(failure.problem.hasSuffix("key") ? "mapping" : "list")"
                + " that starts at line \(failure.contextMark.line + 1) nor the one around it"
        )
    }

    // MARK: - The line

    private static func quoteHint(_ value: Value) -> String {
        "quote the whole value: \(value.quoted)"
    }

    /// The value on a line; nil where the line holds none.
    private static func value(in line: String) -> Value? {
        let scalars = Array(line.unicodeScalars)
        func isBlank(_ index: Int) -> Bool { index >= scalars.count || scalars[index] == " " || scalars[index] == "\t" }
        var start = scalars.firstIndex { $0 != " " && $0 != "\t" } ?? scalars.count
        var isItem = false
        while start < scalars.count, scalars[start] == "-", isBlank(start + 1) {
            isItem = true
            start += 1
            while start < scalars.count, isBlank(start) { start += 1 }
        }
        if !isItem, start < scalars.count, !["\"", "'", "[", "{", "&", "*", "!", "|", ">"].contains(scalars[start]) {
            // A key of a mapping: the value is behind the first colon.
            guard let colon = scalars[start...].indices.first(where: { scalars[$0] == ":" && isBlank($0 + 1) }) else {
                return nil
            }
            start = colon + 1
            while start < scalars.count, isBlank(start) { start += 1 }
        }
        var end = scalars.count
        while end > start, isBlank(end - 1) { end -= 1 }
        guard start < end else { return nil }
        func text(_ range: Range<Int>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range])
            return String(view)
        }
        return Value(lead: text(0..<start), text: text(start..<end), column: start, isItem: isItem)
    }

    /// The column of the quote that closes a value's opening one; nil for a value that does not start with a quote.
    private static func closingQuote(_ value: Value) -> Int? {
        let scalars = Array(value.text.unicodeScalars)
        guard let quote = scalars.first, quote == "\"" || quote == "'" else { return nil }
        var index = 1
        while index < scalars.count {
            if scalars[index] == "\\", quote == "\"" {
                index += 1
            } else if scalars[index] == quote {
                guard quote == "'", index + 1 < scalars.count, scalars[index + 1] == "'" else {
                    return value.column + index
                }
                index += 1
            }
            index += 1
        }
        return nil
    }
}
