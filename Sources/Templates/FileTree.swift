// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// A file, JSON or YAML, as a tree of values with their places.
struct FileTree {
    /// CloudFormation takes a file of 1 MB; this is far more.
    private static let limits = YAMLLimits(bytes: 10 << 20, depth: 100, nodes: 200_000)

    /// Nil where the file is empty or no tree at all.
    let root: Node?
    /// What shows what the file was to be: the root, or of a file that is called JSON the YAML that it is instead.
    let shape: Node?

    private init(root: Node?, shape: Node?) {
        self.root = root
        self.shape = shape
    }

    /// Reads a file; problems that refuse it go to the list.
    static func read(_ bytes: [UInt8], file: String, _ problems: inout Problems) -> FileTree {
        let first = bytes.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            let root = yaml(bytes, file: file, &problems)
            return FileTree(root: root, shape: root)
        }
        do throws(Diagnostic) {
            let root = try JSONTree.read(bytes, file: file, limits: limits, &problems)
            return FileTree(root: root, shape: root)
        } catch {
            // Braces without quotes, with comments or a comma too many are YAML, but not in a file that is called JSON.
            var others = problems
            let shape = yaml(bytes, file: file, &others)
            if shape == nil || file.hasSuffix(".json") {
                problems.add(error)
                return FileTree(root: nil, shape: shape)
            }
            problems = others
            return FileTree(root: shape, shape: shape)
        }
    }

    private static func yaml(_ bytes: [UInt8], file: String, _ problems: inout Problems) -> Node? {
        do throws(YAMLError) {
            guard let root = try YAMLReader.read(bytes, file: file, limits: limits).root, !root.isNull else {
                problems.error("the file is empty", at: Node.Place(location: Self.start(of: file), length: 1))
                return nil
            }
            var tree = YAMLTree(bytes)
            return tree.node(root, &problems)
        } catch {
            problems.add(error.diagnostic)
            return nil
        }
    }

    static func start(of file: String) -> SourceLocation { SourceLocation(file: file, line: 1, column: 1) }
}
