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
        if let entry = fields.entry("build-matrix"), !entry.value.isNull {
            result.matrix = matrix(entry.value, key: entry.key)
        }
        if let node = fields["build-fanout"] { result.fanout = fanout(node) }
        return result
    }

    // MARK: - List and graph

    private mutating func items(_ node: YAMLNode, _ what: String, isGraph: Bool) -> [BatchSettings.Item] {
        guard case .sequence(let nodes) = node.content else {
            error("\(what) must be a list of builds, not \(kind(node))", at: node, hint: "put `- ` before each build")
            return []
        }
        if nodes.isEmpty { error("\(what) has no builds", at: node) }
        if nodes.count > BatchSettings.limitBuilds {
            error(
                "\(what) has \(nodes.count) builds, and a batch can have \(BatchSettings.limitBuilds)",
                at: node,
                length: 1
            )
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
        let environment = fields["env"].map { itemEnvironment($0) } ?? BatchSettings.Environment()
        let buildspec = fields["buildspec"].flatMap { text($0, "`buildspec`")?.value }
        let dependsOn = fields["depend-on"].map { texts($0, "`depend-on`") } ?? []
        let ignoresFailure = fields["ignore-failure"].flatMap { flag($0, "`ignore-failure`") } ?? false
        let opensDebugSession = fields["debug-session"].flatMap { flag($0, "`debug-session`") } ?? false
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
            opensDebugSession: opensDebugSession,
            environment: environment,
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

    private mutating func itemEnvironment(_ node: YAMLNode) -> BatchSettings.Environment {
        var result = BatchSettings.Environment()
        guard let fields = fields(node, "`env`", known: Self.environmentKeys) else { return result }
        result.computeType = fields["compute-type"].flatMap { text($0, "`compute-type`") }
        result.fleet = fields["fleet"].flatMap { text($0, "`fleet`") }
        result.image = fields["image"].flatMap { text($0, "`image`") }
        result.type = fields["type"].flatMap { text($0, "`type`") }
        result.isPrivileged = fields["privileged-mode"].flatMap { privilegedMode($0) }
        result.variables = fields["variables"].map { variables($0, "`variables`") } ?? []
        if fields["compute-type"] != nil, let fleet = fields.entry("fleet") {
            error("`env` can have `compute-type` or `fleet`, not both", at: fleet.key)
        }
        return result
    }

    private mutating func privilegedMode(_ node: YAMLNode) -> Located<Bool>? {
        flag(node, "`privileged-mode`").map { Located($0, at: node.location) }
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

    private mutating func matrix(_ node: YAMLNode, key: YAMLNode) -> BatchSettings.Matrix? {
        guard let fields = fields(node, "`build-matrix`", known: ["static", "dynamic"]) else { return nil }
        var result = BatchSettings.Matrix()
        if let node = fields["static"], let fields = self.fields(node, "`static`", known: ["ignore-failure", "env"]) {
            result.ignoresFailure = fields["ignore-failure"].flatMap { flag($0, "`ignore-failure`") } ?? false
            if let node = fields["env"] { result.environment = itemEnvironment(node) }
        }
        guard let node = fields["dynamic"], let dynamic = self.fields(node, "`dynamic`", known: ["buildspec", "env"])
        else { return result }
        result.buildspecs = dynamic["buildspec"].map { choices($0, "`buildspec`") } ?? []
        if let node = dynamic["env"] { matrixEnvironment(node, into: &result) }
        if result.count.map({ $0 > BatchSettings.limitBuilds }) ?? true {
            let count = result.count.map { "has \($0)" } ?? "has far too many"
            error("`build-matrix` \(count) builds, and a batch can have \(BatchSettings.limitBuilds)", at: key)
        }
        return result
    }

    private mutating func matrixEnvironment(_ node: YAMLNode, into result: inout BatchSettings.Matrix) {
        guard let env = fields(node, "`env`", known: Self.environmentKeys) else { return }
        result.computeTypes = env["compute-type"].map { choices($0, "`compute-type`") } ?? []
        result.fleets = env["fleet"].map { choices($0, "`fleet`") } ?? []
        result.images = env["image"].map { choices($0, "`image`") } ?? []
        result.types = env["type"].map { choices($0, "`type`") } ?? []
        if env["compute-type"] != nil, let fleet = env.entry("fleet") {
            error("`env` can have `compute-type` or `fleet`, not both", at: fleet.key)
        }
        if let node = env["privileged-mode"] {
            let nodes: [YAMLNode]
            if case .sequence(let items) = node.content { nodes = items } else { nodes = [node] }
            result.privilegedModes = nodes.compactMap { privilegedMode($0) }
        }
        guard let node = env["variables"] else { return }
        for entry in entries(node, "`variables`") ?? [] {
            let values = choices(entry.value, "`\(entry.name)`")
            guard EnvironmentVariable.isName(entry.name) else {
                error("`\(entry.name.prefix(60))` is not a name that a variable can have", at: entry.key)
                continue
            }
            if !values.isEmpty {
                result.variables.append(BatchSettings.Matrix.Variable(name: entry.name, values: values))
            }
        }
    }

    /// Reads the values of one side of a matrix, of which there must be some: the product would be empty without.
    private mutating func choices(_ node: YAMLNode, _ what: String) -> [Located<String>] {
        if case .sequence(let items) = node.content, items.isEmpty {
            error("\(what) has no values, so that the matrix would have no builds", at: node)
        }
        return texts(node, what)
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
        guard count <= BatchSettings.limitBuilds else {
            error("a batch can have \(BatchSettings.limitBuilds) builds, not \(count)", at: parallelism)
            return nil
        }
        return BatchSettings.Fanout(parallelism: count, ignoresFailure: ignoresFailure)
    }
}
