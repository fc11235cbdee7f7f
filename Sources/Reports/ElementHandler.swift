// SPDX-License-Identifier: Apache-2.0

internal import XML

/// What all readers of XML reports have in common: the check of the root, and the text of elements that are asked for.
class ElementHandler: XMLHandler {
    /// Bytes of a text that are kept: more than a message may have characters, mostly.
    private static let textLimit = 4 * TestCase.messageLimit

    private let roots: [String]
    private(set) var depth = 0
    private var captureDepth = 0
    private var captured = ""
    private var names: [String] = []

    /// - Parameter roots: the names that the root element may have.
    init(roots: [String]) {
        self.roots = roots
    }

    // MARK: - For formats

    /// An element begins; its depth is 1 for the root.
    func start(_ element: XMLElement) throws(XMLError) {}

    /// An element ends; `text` is its own and its children's, if `capture` was called when it began.
    func finish(_ name: String, _ text: String) {}

    /// Asks for the text of the element that has just begun.
    final func capture() {
        guard captureDepth == 0 else { return }
        captureDepth = depth
        captured = ""
    }

    // MARK: - XMLHandler

    final func begin(_ element: XMLElement) throws(XMLError) {
        depth += 1
        if depth == 1, !roots.contains(element.name) {
            throw XMLError(.refused, "expected element type <\(roots[0])> but have <\(element.name.prefix(100))>")
        }
        names.append(element.name)
        try start(element)
    }

    final func end() {
        guard let name = names.popLast() else { return }
        if captureDepth == depth {
            captureDepth = 0
            finish(name, captured)
            captured = ""
        } else {
            finish(name, "")
        }
        depth -= 1
    }

    final var wantsText: Bool { captureDepth > 0 && captured.utf8.count < Self.textLimit }

    final func text(_ piece: String) {
        captured += piece
    }
}
