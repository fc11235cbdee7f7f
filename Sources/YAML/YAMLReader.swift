// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Reads a YAML file into a tree of nodes that keep their source text and place.
package enum YAMLReader {
    /// More tag directives than this are refused: libyaml compares each with all others.
    private static let limitTagDirectives = 64

    /// Reads a file of one document; JSON is YAML as well.
    ///
    /// Takes UTF-8 with or without a byte-order mark, and LF, CR LF or CR at line ends. No input makes it crash, and the limits bound
    /// its time and memory.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: the name for locations.
    ///   - limits: what is too large.
    /// - Returns: the tree, and the anchors in use.
    /// - Throws: ``YAMLError``, always with a location.
    package static func read(
        _ bytes: [UInt8],
        file: String,
        limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLDocument {
        let start = SourceLocation(file: file, line: 1, column: 1)
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                .tooLarge,
                "the file has \(bytes.count) bytes; at most \(limits.bytes) are read",
                at: start
            )
        }
        let content = try YAMLBytes.check(bytes, file: file)
        guard tagDirectives(in: content) <= limitTagDirectives else {
            throw YAMLError(.syntax, "the file has more than \(limitTagDirectives) `%TAG` directives", at: start)
        }
        let result: Result<YAMLDocument, YAMLError>
        do throws(YAMLParser.Failure) {
            result = try document(YAMLParser(content), file: file, limits: limits)
        } catch {
            if error.isOutOfMemory { throw YAMLError(.outOfMemory, "there is not enough memory to read it", at: start) }
            throw YAMLTrap.explain(error, source: SourceText(bytes), file: file)
        }
        return try result.get()
    }

    private static func document(
        _ parser: YAMLParser,
        file: String,
        limits: YAMLLimits
    ) throws(YAMLParser.Failure) -> Result<YAMLDocument, YAMLError> {
        var builder = YAMLTreeBuilder(file: file, limits: limits)
        var documents = 0
        while true {
            let event = try parser.next()
            switch event.kind {
            case .streamEnd:
                return .success(YAMLDocument(root: builder.root, usedAnchors: builder.usedAnchors))
            case .documentStart:
                documents += 1
                if documents > 1 {
                    let location = builder.location(event.start)
                    let hint = "remove the `---` and what follows, or make it a file of its own"
                    let message = "a second document starts here; one is expected"
                    return .failure(YAMLError(.severalDocuments, message, at: location, length: 3, hint: hint))
                }
            default:
                do throws(YAMLError) { try builder.add(event) } catch { return .failure(error) }
            }
        }
    }

    private static func tagDirectives(in bytes: ArraySlice<UInt8>) -> Int {
        let directive = Array("%TAG".utf8)
        let span = bytes.span
        var count = 0
        for index in span.indices where span[index] == directive[0] {
            guard bytes[(bytes.startIndex + index)...].starts(with: directive) else { continue }
            // NEL, LS and PS end lines too; they end in these bytes.
            switch index == 0 ? 0x0a : span[index - 1] {
            case 0x0a, 0x0d, 0x85, 0xa8, 0xa9: count += 1
            default: break
            }
        }
        return count
    }
}
