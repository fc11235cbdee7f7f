// SPDX-License-Identifier: Apache-2.0

/// Where a value is in a file's tree, such as `Resources.Pipeline.Properties.Stages[1]`.
///
/// A chain to the top: most are never written out.
final class TreePath: Sendable, CustomStringConvertible {
    private enum Step: Sendable {
        case key(String)
        case index(Int)
    }

    private let parent: TreePath?
    private let step: Step

    private init(_ parent: TreePath?, _ step: Step) {
        self.parent = parent
        self.step = step
    }

    convenience init(_ key: String) {
        self.init(nil, .key(key))
    }

    func key(_ key: String) -> TreePath { TreePath(self, .key(key)) }
    func index(_ index: Int) -> TreePath { TreePath(self, .index(index)) }

    var description: String {
        var steps: [Step] = []
        var path: TreePath? = self
        while let current = path {
            steps.append(current.step)
            path = current.parent
        }
        var result = ""
        for step in steps.reversed() {
            switch step {
            case .key(let key): result += result.isEmpty ? key : ".\(key)"
            case .index(let index): result += "[\(index)]"
            }
        }
        return result
    }
}
