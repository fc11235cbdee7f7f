// SPDX-License-Identifier: Apache-2.0

/// Finds every occurrence of many patterns in one pass (Aho and Corasick, 1975).
///
/// A node stands for the longest end of the text that begins a pattern. Nodes are numbered level by level: those near the
/// root have a row of a table with the next node for every byte, up to a bounded size; those farther off have their
/// children, which are neighbours in this numbering, and the node to fall back to. Seventeen bytes for each of those.
struct PatternAutomaton: Sendable {
    typealias Node = UInt32

    static let root: Node = 0
    /// The most entries of the table of rows: 2 MB.
    private static let tableLimit = 1 << 19
    /// The bytes that are gone through before the filter takes over again: enough to leave the place that it has found.
    private static let shortestStay = 2 * GramFilter.width
    private static let longestStay = 4096

    private let filter: GramFilter
    /// Bytes that no pattern tells apart share a column.
    private let columns: [UInt8]
    private let rowShift: Int
    private let rows: [Node]
    /// The nodes below this one have a row.
    private let rowCount: Node
    /// The byte that leads to each node.
    private let labels: [UInt8]
    /// The first child of each node; those of the next node end them.
    private let children: [Node]
    /// Where to go on when no child fits: the node of the longest proper end.
    private let fallbacks: [Node]
    private let depths: [UInt32]
    /// The length of the longest pattern that ends at each node; 0: none.
    private let matches: [UInt32]
    /// The nodes below this one have a depth of less than `GramFilter.width`.
    private let shallowEnd: Node

    /// Makes the automaton of at least one pattern, each of at least `GramFilter.width` bytes.
    init(patterns unsorted: [[UInt8]]) {
        var patterns = unsorted.sorted { $0.lexicographicallyPrecedes($1) }
        var kept = 0
        for index in patterns.indices where index == 0 || patterns[index] != patterns[kept - 1] {
            patterns[kept] = patterns[index]
            kept += 1
        }
        patterns.removeSubrange(kept...)
        filter = GramFilter(patterns: patterns)

        let tree = Self.tree(of: patterns)
        labels = tree.labels
        children = tree.children
        depths = tree.depths
        shallowEnd = Node(depths.firstIndex { $0 >= UInt32(GramFilter.width) } ?? depths.count)

        var columns = [UInt8](repeating: 0, count: 256)
        var columnCount = 1
        for pattern in patterns {
            // All 256 bytes in use: the first of them is content with the column of the others, which are none.
            for byte in pattern where columns[Int(byte)] == 0 && columnCount < 256 {
                columns[Int(byte)] = UInt8(columnCount)
                columnCount += 1
            }
        }
        self.columns = columns
        rowShift = Int.bitWidth - (columnCount - 1).leadingZeroBitCount
        let count = tree.labels.count
        rowCount = Node(min(count, max(1, Self.tableLimit >> rowShift)))

        var rows = [Node](repeating: Self.root, count: Int(rowCount) << rowShift)
        var fallbacks = [Node](repeating: Self.root, count: count)
        var matches = tree.matches
        for node in 0..<count {
            let fallback = Int(fallbacks[node])
            // A shallower node, whose row and longest pattern are known.
            if matches[node] == 0 { matches[node] = matches[fallback] }
            let own = node < Int(rowCount)
            if own, node > 0 {
                for column in 0..<(1 << rowShift) {
                    rows[node << rowShift + column] = rows[fallback << rowShift + column]
                }
            }
            for child in Int(tree.children[node])..<Int(tree.children[node + 1]) {
                let byte = tree.labels[child]
                if node > 0 {
                    var place = fallback
                    while true {
                        if place < Int(rowCount) {
                            // Its row may be this node's own fallback's: complete, as it is shallower.
                            fallbacks[child] = rows[place << rowShift + Int(columns[Int(byte)])]
                            break
                        }
                        let range = Int(tree.children[place])..<Int(tree.children[place + 1])
                        if let found = range.first(where: { tree.labels[$0] == byte }) {
                            fallbacks[child] = Node(found)
                            break
                        }
                        place = Int(fallbacks[place])
                    }
                }
                if own { rows[node << rowShift + Int(columns[Int(byte)])] = Node(child) }
            }
        }
        self.rows = rows
        self.fallbacks = fallbacks
        self.matches = matches
    }

    /// The length of the text that a node stands for.
    func depth(of node: Node) -> Int {
        Int(depths[Int(node)])
    }

    /// Goes through a text from a node on and adds the places of all patterns, those that overlap joined, to a list.
    ///
    /// * `node`: becomes the node at the end of the text.
    /// * `places`: in order; counted from the text's beginning, so that one begun earlier has a negative start.
    func scan(_ text: borrowing Span<UInt8>, node: inout Node, places: inout [Range<Int>]) {
        let columns = columns.span
        let rows = rows.span
        let matches = matches.span
        let end = text.count
        // The text's end is not worth the filter.
        let lastSkip = end - Self.shortestStay
        var current = node
        var position = 0
        @inline(__always)
        func walk() {
            // In range: columns has 256 entries, a row is as wide as the columns, nodes number the matches.
            let byte = unsafe text[unchecked: position]
            position += 1
            if current < rowCount {
                let column = unsafe columns[unchecked: Int(byte)]
                current = unsafe rows[unchecked: Int(current) &<< rowShift | Int(column)]
            } else {
                current = step(from: current, over: byte)
            }
            let length = unsafe matches[unchecked: Int(current)]
            if length != 0 { Self.add((position - Int(length))..<position, to: &places) }
        }
        // The filter takes over with a node so shallow that no pattern can have been seen since it began.
        var stay = current == Self.root ? 0 : Self.shortestStay
        while position < end {
            let floor = min(end, position + stay)
            while position < floor { walk() }
            while position < end, current >= shallowEnd || position > lastSkip { walk() }
            if position == end { break }
            let first = position - depth(of: current)
            let found = filter.next(in: text, from: first)
            current = Self.root
            position = found.start
            guard let hit = found.hit else {
                while position < end { walk() }
                break
            }
            // Where much looks like a secret, the filter is in the way.
            stay = position - first < 4 * Self.shortestStay ? min(2 * stay, Self.longestStay) : Self.shortestStay
            stay = max(stay, hit - position + Self.shortestStay)
        }
        node = current
    }

    /// The next node where the present one may have no row.
    private func step(from node: Node, over byte: UInt8) -> Node {
        var node = node
        while node >= rowCount {
            var child = children[Int(node)]
            let end = children[Int(node) + 1]
            while child < end {
                if labels[Int(child)] == byte { return child }
                child += 1
            }
            node = fallbacks[Int(node)]
        }
        return rows[Int(node) << rowShift + Int(columns[Int(byte)])]
    }

    /// Adds a place that ends after all others, joined with those that it overlaps.
    private static func add(_ place: Range<Int>, to places: inout [Range<Int>]) {
        var start = place.lowerBound
        while let last = places.last, last.upperBound > start {
            start = min(start, last.lowerBound)
            places.removeLast()
        }
        places.append(start..<place.upperBound)
    }

    /// The patterns as a tree, level by level.
    private struct Tree {
        var labels: [UInt8] = [0]
        var children: [Node] = []
        var depths: [UInt32] = [0]
        /// A pattern that ends at a node has the node's depth.
        var matches: [UInt32] = [0]
    }

    /// Builds the tree: a node is a range of the sorted patterns that begin alike.
    private static func tree(of patterns: [[UInt8]]) -> Tree {
        var tree = Tree()
        var level = [0..<patterns.count]
        var depth = 0
        while !level.isEmpty {
            var next: [Range<Int>] = []
            for range in level {
                tree.children.append(Node(tree.labels.count))
                var index = range.lowerBound
                // The shortest sorts first; patterns differ, so only one can end here.
                if patterns[index].count == depth { index += 1 }
                while index < range.upperBound {
                    let byte = patterns[index][depth]
                    let start = index
                    while index < range.upperBound, patterns[index][depth] == byte { index += 1 }
                    next.append(start..<index)
                    tree.labels.append(byte)
                    tree.depths.append(UInt32(depth + 1))
                    tree.matches.append(patterns[start].count == depth + 1 ? UInt32(depth + 1) : 0)
                }
            }
            level = next
            depth += 1
        }
        tree.children.append(Node(tree.labels.count))
        return tree
    }
}
