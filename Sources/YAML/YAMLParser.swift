// SPDX-License-Identifier: Apache-2.0

internal import CYAML
internal import Diagnostics

/// libyaml's event parser over bytes of its own.
///
/// libyaml keeps pointers to the parser itself, to the event and to the input (`api.c`, `reader.c`), so all three live on the heap,
/// are owned here and never move.
@safe
final class YAMLParser {
    /// A place in libyaml's counting: line and column from 0, the column in characters.
    struct Mark: Equatable {
        var line = 0
        var column = 0
    }

    /// One event, copied out of libyaml.
    struct Event {
        enum Kind {
            case streamStart
            case streamEnd
            case documentStart
            case documentEnd
            case alias(String)
            case scalar(YAMLScalar)
            case sequenceStart
            case sequenceEnd
            case mappingStart
            case mappingEnd
        }

        let kind: Kind
        let anchor: String?
        let tag: String?
        let start: Mark
        let end: Mark
    }

    /// What libyaml says when it stops.
    struct Failure: Error {
        let problem: String
        let problemMark: Mark
        let context: String
        let contextMark: Mark
        let isOutOfMemory: Bool
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// The number of characters, and the place behind the last one.
    private let ending: (index: Int, mark: Mark)

    /// Copies the bytes, which must be valid UTF-8 without a byte-order mark.
    /// - Throws: ``Failure`` where libyaml cannot get memory.
    init(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        ending = Self.ending(of: bytes)
        unsafe input = .allocate(capacity: max(1, bytes.count))
        _ = unsafe input.initialize(fromContentsOf: bytes)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe event = .allocate(capacity: 1)
        unsafe event.initialize(to: yaml_event_t())
        // On failure the parser is all zeroes, and deleting it is allowed.
        guard unsafe yaml_parser_initialize(parser) != 0 else { throw Self.outOfMemory }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe event.deallocate()
        unsafe input.deallocate()
    }

    private static var outOfMemory: Failure {
        Failure(
            problem: "could not allocate memory",
            problemMark: Mark(),
            context: "",
            contextMark: Mark(),
            isOutOfMemory: true
        )
    }

    /// The next event; `.streamEnd` is the last one, nothing may be asked for after it or after an error.
    func next() throws(Failure) -> Event {
        guard unsafe yaml_parser_parse(parser, event) != 0 else { throw failure() }
        // The event's strings are libyaml's until here; what is returned holds copies.
        defer { unsafe yaml_event_delete(event) }
        let raw = unsafe event.pointee
        var anchor: String?
        var tag: String?
        var start = unsafe Self.mark(raw.start_mark)
        var end = unsafe Self.mark(raw.end_mark)
        let kind: Event.Kind
        switch unsafe raw.type {
        case YAML_STREAM_START_EVENT:
            kind = .streamStart
        case YAML_DOCUMENT_START_EVENT:
            kind = .documentStart
        case YAML_DOCUMENT_END_EVENT:
            kind = .documentEnd
        case YAML_ALIAS_EVENT:
            kind = .alias(unsafe Self.string(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe raw.data.scalar
            anchor = unsafe Self.string(scalar.anchor)
            tag = unsafe Self.string(scalar.tag)
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                YAMLScalar(text: unsafe String(decoding: bytes, as: UTF8.self), style: unsafe Self.style(scalar.style))
            )
            // What is empty behind the last line without a line end begins, for libyaml, on a line that is not there.
            if unsafe start.column == 0 && raw.start_mark.index >= ending.index { start = ending.mark }
            if unsafe end.column == 0 && raw.end_mark.index >= ending.index { end = ending.mark }
        case YAML_SEQUENCE_START_EVENT:
            anchor = unsafe Self.string(raw.data.sequence_start.anchor)
            tag = unsafe Self.string(raw.data.sequence_start.tag)
            kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT:
            kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            anchor = unsafe Self.string(raw.data.mapping_start.anchor)
            tag = unsafe Self.string(raw.data.mapping_start.tag)
            kind = .mappingStart
        case YAML_MAPPING_END_EVENT:
            kind = .mappingEnd
        default:
            // The only other types are "no event", given after the end, and the end itself.
            kind = .streamEnd
        }
        return Event(
            kind: kind,
            anchor: anchor,
            tag: tag,
            start: start,
            end: end
        )
    }

    private func failure() -> Failure {
        let raw = unsafe parser.pointee
        if unsafe raw.error == YAML_MEMORY_ERROR { return Self.outOfMemory }
        return Failure(
            problem: unsafe raw.problem.map { unsafe String(cString: $0) } ?? "unknown problem",
            problemMark: unsafe Self.mark(raw.problem_mark),
            context: unsafe raw.context.map { unsafe String(cString: $0) } ?? "",
            contextMark: unsafe Self.mark(raw.context_mark),
            isOutOfMemory: false
        )
    }

    private static func ending(of bytes: ArraySlice<UInt8>) -> (index: Int, mark: Mark) {
        var index = 0
        var mark = Mark()
        // The two bytes before: of those that end a line (YAML 1.1, 5.4), some are two or three together.
        var before: (UInt8, UInt8) = (0, 0)
        for byte in bytes {
            if before.1 == 0x0D, byte != 0x0A { mark = Mark(line: mark.line + 1, column: 0) }
            if byte & 0xC0 != 0x80 {
                index += 1
                mark.column += 1
            }
            switch (before.0, before.1, byte) {
            case (_, _, 0x0A), (_, 0xC2, 0x85), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9):
                mark = Mark(line: mark.line + 1, column: 0)
            default: break
            }
            before = (before.1, byte)
        }
        if before.1 == 0x0D { mark = Mark(line: mark.line + 1, column: 0) }
        return (index: index, mark: mark)
    }

    private static func mark(_ mark: yaml_mark_t) -> Mark {
        Mark(line: Int(clamping: mark.line), column: Int(clamping: mark.column))
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }
}
