// SPDX-License-Identifier: Apache-2.0

/// A value that is being encoded; containers fill it while others hold it.
final class EncodedNode {
    /// What has been put in so far.
    enum Content {
        case nothing
        case single(JSONValue)
        case elements([EncodedNode])
        case members([String: EncodedNode])
    }

    var content: Content = .nothing

    /// What it has become; an empty object when nothing was put in.
    var value: JSONValue {
        switch content {
        case .nothing: .object([:])
        case .single(let value): value
        case .elements(let nodes): .array(nodes.map(\.value))
        case .members(let nodes): .object(nodes.mapValues(\.value))
        }
    }

    /// A new node at the end of an array.
    func append() -> EncodedNode {
        let node = EncodedNode()
        guard case .elements(var nodes) = content else {
            content = .elements([node])
            return node
        }
        // Taken out while it grows, so that it is not copied.
        content = .nothing
        nodes.append(node)
        content = .elements(nodes)
        return node
    }

    /// A new node under a key.
    func insert(_ key: String) -> EncodedNode {
        let node = EncodedNode()
        guard case .members(var nodes) = content else {
            content = .members([key: node])
            return node
        }
        content = .nothing
        nodes[key] = node
        content = .members(nodes)
        return node
    }
}
