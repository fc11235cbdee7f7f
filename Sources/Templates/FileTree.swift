// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Reads a file, JSON or YAML, to a tree of values with their places.
enum FileTree {
    /// CloudFormation takes a file of 1 MB; this is far more.
    static let limits = YAMLLimits(bytes: 10 << 20, depth: 100, nodes: 200_000)

    /// Reads a file; problems that refuse it go to the list.
    /// - Returns: nil where the file is empty or no tree at all.
    static func read(_ bytes: [UInt8], file: String, _ problems: inout Problems) -> Node? {
        let first = bytes.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            do throws(Diagnostic) { return try JSONTree.read(bytes, file: file, limits: limits, &problems) } catch {
                // Braces without quotes, with comments or a comma too many are YAML, but not in a file that is called JSON.
                if file.hasSuffix(".json") {
                    problems.add(error)
                    return nil
                }
                var others = problems
                guard let node = yaml(bytes, file: file, &others) else {
                    problems.add(error)
                    return nil
                }
                problems = others
                return node
            }
        }
        return yaml(bytes, file: file, &problems)
    }

    private static func yaml(_ bytes: [UInt8], file: String, _ problems: inout Problems) -> Node? {
        do throws(YAMLError) {
            guard let root = try YAMLReader.read(bytes, file: file, limits: limits).root, !root.isNull else {
                problems.error("the file is empty", at: Node.Place(location: Self.start(of: file), length: 1))
                return nil
            }
            var tree = YAMLTree(source: SourceText(bytes))
            return tree.node(root, &problems)
        } catch {
            problems.add(error.diagnostic)
            return nil
        }
    }

    static func start(of file: String) -> SourceLocation { SourceLocation(file: file, line: 1, column: 1) }
}
