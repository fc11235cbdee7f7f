// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Puts libyaml's events together to a tree, with a stack of its own instead of recursion.
struct YAMLTreeBuilder {
    /// A list or mapping that is still open.
    private struct Frame {
        let event: YAMLParser.Event
        let isMapping: Bool
        var items: [YAMLNode] = []
        var entries: [YAMLEntry] = []
        var key: YAMLNode?
        var hasMerge = false
        var holdsAnchor: Bool
        var height = 0
        var expandedCount = 1
        var last: SourceLocation
    }

    /// What an anchor stands for; nil inside its own value.
    private enum Anchor {
        case open
        case node(YAMLNode)
    }

    let file: String
    let limits: YAMLLimits
    /// The finished top value.
    private(set) var root: YAMLNode?
    private(set) var usedAnchors: Set<String> = []
    private var frames: [Frame] = []
    private var anchors: [String: Anchor] = [:]
    private var expandedCount = 0

    init(file: String, limits: YAMLLimits) {
        self.file = file
        self.limits = limits
    }

    func location(_ mark: YAMLParser.Mark) -> SourceLocation {
        SourceLocation(file: file, line: mark.line + 1, column: mark.column + 1)
    }

    /// Takes one event of the document's content.
    mutating func add(_ event: YAMLParser.Event) throws(YAMLError) {
        switch event.kind {
        case .scalar(let scalar):
            try count(1, at: event)
            let node = YAMLNode(
                .scalar(scalar),
                tag: event.tag,
                anchor: event.anchor,
                location: location(event.start),
                end: end(of: event),
                holdsAnchor: event.anchor != nil,
                height: 0,
                expandedCount: 1
            )
            if let anchor = event.anchor { anchors[anchor] = .node(node) }
            try attach(node, end: node.end)
        case .alias(let name):
            let node = try target(of: name, event)
            try attach(node, end: location(event.end))
        case .sequenceStart:
            try open(event, isMapping: false)
        case .mappingStart:
            try open(event, isMapping: true)
        case .sequenceEnd, .mappingEnd:
            try close(event)
        case .streamStart, .streamEnd, .documentStart, .documentEnd:
            break
        }
    }

    /// The end of a scalar; libyaml puts that of a block on the line behind it.
    private func end(of event: YAMLParser.Event) -> SourceLocation { location(event.end) }

    private mutating func count(_ nodes: Int, at event: YAMLParser.Event) throws(YAMLError) {
        expandedCount += nodes
        guard expandedCount > limits.nodes else { return }
        let message: String
        if case .alias = event.kind {
            message = "with its aliases written out the file has more than \(limits.nodes) values"
        } else {
            message = "the file has more than \(limits.nodes) values"
        }
        throw YAMLError(.tooManyNodes, message, at: location(event.start), length: length(event))
    }

    private func length(_ event: YAMLParser.Event) -> Int {
        event.start.line == event.end.line ? max(1, event.end.column - event.start.column) : 1
    }

    private func tooDeep(_ event: YAMLParser.Event) -> YAMLError {
        YAMLError(
            .tooDeep,
            "lists and mappings are nested more than \(limits.depth) levels deep",
            at: location(event.start),
            length: length(event)
        )
    }

    private mutating func target(of name: String, _ event: YAMLParser.Event) throws(YAMLError) -> YAMLNode {
        switch anchors[name] {
        case .node(let node):
            usedAnchors.insert(name)
            if frames.count + node.height > limits.depth { throw tooDeep(event) }
            try count(node.expandedCount, at: event)
            return node
        case .open:
            throw YAMLError(
                .recursiveAlias,
                "the alias `*\(name)` is inside the value that it refers to",
                at: location(event.start),
                length: length(event),
                wireMessage: "anchor '\(name)' value contains itself"
            )
        case nil:
            throw YAMLError(
                .unknownAnchor,
                "`*\(name)` refers to an anchor `&\(name)` that is not defined before it",
                at: location(event.start),
                length: length(event),
                hint: "YAML takes a value that starts with `*` for an alias: quote the whole value if it is plain text",
                wireMessage: "unknown anchor '\(name)' referenced"
            )
        }
    }

    private mutating func open(_ event: YAMLParser.Event, isMapping: Bool) throws(YAMLError) {
        if frames.count >= limits.depth { throw tooDeep(event) }
        try count(1, at: event)
        if let anchor = event.anchor { anchors[anchor] = .open }
        frames.append(
            Frame(
                event: event,
                isMapping: isMapping,
                holdsAnchor: event.anchor != nil,
                last: location(event.end)
            )
        )
    }

    private mutating func close(_ event: YAMLParser.Event) throws(YAMLError) {
        guard let frame = frames.popLast() else { return }
        let node = YAMLNode(
            frame.isMapping
                ? .mapping(frame.hasMerge ? try merged(frame.entries) : frame.entries) : .sequence(frame.items),
            tag: frame.event.tag,
            anchor: frame.event.anchor,
            location: location(frame.event.start),
            // A block collection ends where the next token starts, an empty mark lines below; its last value is the honest end.
            end: event.start == event.end ? frame.last : location(event.end),
            holdsAnchor: frame.holdsAnchor,
            height: frame.height + 1,
            expandedCount: frame.expandedCount
        )
        if let anchor = node.anchor { anchors[anchor] = .node(node) }
        try attach(node, end: node.end)
    }

    /// Hangs a finished value into the list or mapping that is open.
    private mutating func attach(_ node: YAMLNode, end: SourceLocation) throws(YAMLError) {
        guard !frames.isEmpty else {
            root = node
            return
        }
        let top = frames.count - 1
        frames[top].expandedCount += node.expandedCount
        frames[top].height = max(frames[top].height, node.height)
        if node.holdsAnchor { frames[top].holdsAnchor = true }
        frames[top].last = end
        if !frames[top].isMapping {
            frames[top].items.append(node)
        } else if let key = frames[top].key {
            frames[top].key = nil
            frames[top].entries.append(YAMLEntry(key: key, value: node, mergedAt: nil))
            if Self.isMergeKey(key) { frames[top].hasMerge = true }
        } else {
            frames[top].key = node
        }
    }

    private static func isMergeKey(_ key: YAMLNode) -> Bool {
        guard let scalar = key.scalar, scalar.text == "<<" else { return false }
        return key.tag == nil ? scalar.style == .plain : key.tag == "tag:yaml.org,2002:merge"
    }

    /// The entries with each `<<` replaced by those of its mappings that are not written here; of several mappings the first wins
    /// (https://yaml.org/type/merge.html).
    ///
    /// The work is bounded by the limit of expanded values: each entry that is merged in has been counted for its alias.
    private func merged(_ entries: [YAMLEntry]) throws(YAMLError) -> [YAMLEntry] {
        var known: Set<String> = []
        for entry in entries where !Self.isMergeKey(entry.key) {
            if let text = entry.key.scalar?.text { known.insert(text) }
        }
        var result: [YAMLEntry] = []
        for entry in entries {
            guard Self.isMergeKey(entry.key) else {
                result.append(entry)
                continue
            }
            let sources: [YAMLNode]
            if case .sequence(let items) = entry.value.content { sources = items } else { sources = [entry.value] }
            for source in sources {
                guard case .mapping(let others) = source.content else {
                    throw YAMLError(
                        .badMerge,
                        "`<<` merges mappings, and this is none",
                        at: entry.value.location,
                        length: entry.value.length,
                        hint: "write an alias such as `*name` to a mapping that is marked `&name`",
                        wireMessage: "map merge requires map or sequence of maps as the value"
                    )
                }
                for other in others {
                    if let text = other.key.scalar?.text, !known.insert(text).inserted { continue }
                    result.append(YAMLEntry(key: other.key, value: other.value, mergedAt: entry.key.location))
                }
            }
        }
        return result
    }
}
