// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

// The block `batch` (https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html).
extension BuildspecParser {
    private static let kinds = ["build-list", "build-graph", "build-matrix", "build-fanout"]
    private static let environmentKeys = ["compute-type", "fleet", "image", "privileged-mode", "type", "variables"]
    private static let limitIdentifier = 128

    mutating func batch(_ entry: Entry, version: YAMLNode?) -> BatchSettings? {
        guard !entry.value.isNull, let fields = fields(entry.value, "`batch`", known: ["fast-fail"] + Self.kinds) else {
            return nil
        }
        if let version, let scalar = version.scalar, scalar.style != .plain {
            warn("a batch build refuses a version in quotes", at: version, hint: "write `version: \(scalar.text)`")
        }
        let kinds = Self.kinds.compactMap { fields.entry($0) }.filter { !$0.value.isNull }
        if kinds.count > 1 {
            let names = kinds.map { "`\($0.name)`" }.joined(separator: ", ")
            error("`batch` can have one kind of build, and this one has \(names)", at: kinds[1].key)
        } else if kinds.isEmpty {
            let names = Self.kinds.map { "`\($0)`" }.joined(separator: ", ")
            error("`batch` needs one of \(names)", at: entry.key)
        }
        var result = BatchSettings(location: entry.key.location)
        result.stopsAtFirstFailure = fields["fast-fail"].flatMap { flag($0, "`fast-fail`") } ?? false
        if let node = fields["build-list"] { result.list = items(node, "`build-list`", isGraph: false) }
        if let node = fields["build-graph"] {
            result.graph = items(node, "`build-graph`", isGraph: true)
            checkGraph(result.graph)
        }
        if let node = fields["build-matrix"] { result.matrix = matrix(node) }
        if let node = fields["build-fanout"] { result.fanout = fanout(node) }
        return result
    }

    // MARK: - List and graph

    private mutating func items(_ node: YAMLNode, _ what: String, isGraph: Bool) -> [BatchSettings.Item] {
        guard case .sequence(let nodes) = node.content else {
            error("\(what) must be a list of builds, not \(kind(node))", at: node, hint: "put `- ` before each build")
            return []
        }
        var known = ["identifier", "buildspec", "debug-session", "ignore-failure", "env"]
        if isGraph { known.append("depend-on") }
        var lines: [String: Int] = [:]
        return nodes.compactMap { node in
            guard let fields = fields(node, "a build of \(what)", known: known) else { return nil }
            let item = item(node, fields)
            if let identifier = item?.identifier, let identifierNode = fields["identifier"] {
                if let line = lines[identifier] {
                    error("the identifier `\(identifier)` is already taken, at line \(line)", at: identifierNode)
                } else {
                    lines[identifier] = identifierNode.location.line
                }
            }
            return item
        }
    }

    private mutating func item(_ node: YAMLNode, _ fields: Fields) -> BatchSettings.Item? {
        let variables = fields["env"].map { itemEnvironment($0) } ?? []
        let buildspec = fields["buildspec"].flatMap { text($0, "`buildspec`")?.value }
        let dependsOn = fields["depend-on"].map { texts($0, "`depend-on`") } ?? []
        let ignoresFailure = fields["ignore-failure"].flatMap { flag($0, "`ignore-failure`") } ?? false
        if let node = fields["debug-session"] { _ = flag(node, "`debug-session`") }
        guard let identifierNode = fields["identifier"] else {
            error("a build of a batch needs an `identifier`", at: node, length: 1)
            return nil
        }
        guard let identifier = text(identifierNode, "`identifier`")?.value else { return nil }
        checkIdentifier(identifier, identifierNode)
        return BatchSettings.Item(
            identifier: identifier,
            buildspec: buildspec,
            dependsOn: dependsOn,
            ignoresFailure: ignoresFailure,
            variables: variables,
            location: node.location
        )
    }

    private mutating func checkIdentifier(_ identifier: String, _ node: YAMLNode) {
        let isValid = identifier.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard !isValid || identifier.utf8.count >= Self.limitIdentifier else { return }
        error(
            "the identifier `\(identifier.prefix(60))` must be letters, digits and `_` only, and shorter than"
                + " \(Self.limitIdentifier)",
            at: node,
            wireMessage: "BatchSpec has invalid values.. Build Identifiers \(identifier) must contain only alphanumeric"
                + " characters and underscores and be less than 128 characters in length."
        )
    }

    private mutating func itemEnvironment(_ node: YAMLNode) -> [EnvironmentVariable] {
        guard let fields = fields(node, "`env`", known: Self.environmentKeys) else { return [] }
        for key in ["compute-type", "fleet", "image", "type"] {
            if let node = fields[key] { _ = text(node, "`\(key)`") }
        }
        if let node = fields["privileged-mode"] { _ = flag(node, "`privileged-mode`") }
        if fields["compute-type"] != nil, let fleet = fields.entry("fleet") {
            error("`env` can have `compute-type` or `fleet`, not both", at: fleet.key)
        }
        return fields["variables"].map { variables($0, "`variables`") } ?? []
    }

    /// Finds dependencies on builds that do not exist, and cycles.
    private mutating func checkGraph(_ items: [BatchSettings.Item]) {
        var indexes: [String: Int] = [:]
        for (index, item) in items.enumerated() where indexes[item.identifier] == nil {
            indexes[item.identifier] = index
        }
        var dependents: [[Int]] = Array(repeating: [], count: items.count)
        var open = Array(repeating: 0, count: items.count)
        let candidates = items.prefix(100).map(\.identifier)
        for (index, item) in items.enumerated() {
            for dependency in item.dependsOn {
                guard let other = indexes[dependency.value] else {
                    let hint = isFull ? nil : Suggestion.hint(for: dependency.value, among: candidates)
                    error(
                        "`depend-on` names `\(dependency.value)`, and there is no build of that identifier",
                        at: dependency.location,
                        length: dependency.value.unicodeScalars.count,
                        hint: hint
                    )
                    continue
                }
                dependents[other].append(index)
                open[index] += 1
            }
        }
        // What is left after taking away, again and again, the builds that wait for none is in a cycle or behind one.
        var ready = items.indices.filter { open[$0] == 0 }
        while let index = ready.popLast() {
            for dependent in dependents[index] {
                open[dependent] -= 1
                if open[dependent] == 0 { ready.append(dependent) }
            }
        }
        guard var current = items.indices.first(where: { open[$0] > 0 }) else { return }
        var path: [Int] = []
        var places: [Int: Int] = [:]
        while places[current] == nil {
            places[current] = path.count
            path.append(current)
            let next = items[current].dependsOn.lazy.compactMap { indexes[$0.value] }.first { open[$0] > 0 }
            guard let next else { return }
            current = next
        }
        let cycle = path[(places[current] ?? 0)...].map { items[$0].identifier }
        let names = (cycle.prefix(10) + (cycle.count > 10 ? ["…"] : []) + [items[current].identifier])
        error(
            "builds depend on each other in a circle: \(names.map { "`\($0)`" }.joined(separator: " → "))",
            at: items[current].location
        )
    }

    // MARK: - Matrix and fanout

    private mutating func matrix(_ node: YAMLNode) -> BatchSettings.Matrix? {
        guard let fields = fields(node, "`build-matrix`", known: ["static", "dynamic"]) else { return nil }
        var result = BatchSettings.Matrix()
        if let node = fields["static"], let fields = self.fields(node, "`static`", known: ["ignore-failure", "env"]) {
            result.ignoresFailure = fields["ignore-failure"].flatMap { flag($0, "`ignore-failure`") } ?? false
            if let node = fields["env"] { result.staticVariables = itemEnvironment(node) }
        }
        guard let node = fields["dynamic"], let dynamic = self.fields(node, "`dynamic`", known: ["buildspec", "env"])
        else { return result }
        result.buildspecs = dynamic["buildspec"].map { texts($0, "`buildspec`") } ?? []
        guard let node = dynamic["env"], let env = self.fields(node, "`env`", known: Self.environmentKeys) else {
            return result
        }
        result.computeTypes = env["compute-type"].map { texts($0, "`compute-type`") } ?? []
        result.images = env["image"].map { texts($0, "`image`") } ?? []
        for key in ["fleet", "type", "privileged-mode"] {
            if let node = env[key] { _ = texts(node, "`\(key)`") }
        }
        guard let node = env["variables"] else { return result }
        for entry in entries(node, "`variables`") ?? [] {
            let values = texts(entry.value, "`\(entry.name)`")
            guard EnvironmentVariable.isName(entry.name) else {
                error("`\(entry.name.prefix(60))` is not a name that a variable can have", at: entry.key)
                continue
            }
            result.variables.append(BatchSettings.Matrix.Variable(name: entry.name, values: values))
        }
        return result
    }

    private mutating func fanout(_ node: YAMLNode) -> BatchSettings.Fanout? {
        guard let fields = fields(node, "`build-fanout`", known: ["parallelism", "ignore-failure"]) else { return nil }
        let ignoresFailure = fields["ignore-failure"].flatMap { flag($0, "`ignore-failure`") } ?? false
        guard let parallelism = fields["parallelism"] else {
            error("`build-fanout` needs `parallelism`", at: node, length: 1)
            return nil
        }
        guard let count = parallelism.scalar.flatMap({ Int($0.text) }), count > 0 else {
            error("`parallelism` must be a whole number from 1, not \(kind(parallelism))", at: parallelism)
            return nil
        }
        return BatchSettings.Fanout(parallelism: count, ignoresFailure: ignoresFailure)
    }
}
