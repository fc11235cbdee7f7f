// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

// The block `phases`.
extension BuildspecParser {
    private static let phaseKeys = ["run-as", "on-failure", "runtime-versions", "commands", "steps", "finally"]
    private static let workKeys = ["commands", "steps", "finally"]
    /// A longer pattern is not tried out.
    private static let limitPattern = 500
    private static let stepKeys = [
        "id", "if", "name", "uses", "run", "shell", "with", "env", "continue-on-error", "timeout-minutes",
    ]

    /// Items behind this one are taken as they are.
    private static let limitLintedCommands = 10_000

    mutating func phases(
        _ top: Fields,
        _ root: YAMLNode,
        _ batch: BatchSettings?,
        _ lint: CommandLint
    ) -> [PhaseName: Phase] {
        guard let node = top["phases"] else {
            let key = top.entry("phases")?.key
            let hint =
                "add `phases:` with at least one of \(PhaseName.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))"
            if let batch {
                if batch.usesThisFile {
                    let message =
                        "`phases` is missing, and there are builds in `batch` without a `buildspec` of their own"
                    warn(message, at: (key ?? root).location)
                }
            } else if top["batch"] == nil {
                error(key == nil ? "`phases` is missing" : "`phases` is empty", at: key ?? root, length: 1, hint: hint)
            }
            return [:]
        }
        var result: [PhaseName: Phase] = [:]
        for entry in entries(node, "`phases`") ?? [] {
            guard let name = PhaseName(rawValue: entry.name) else {
                unknownPhase(entry)
                continue
            }
            if entry.value.isNull {
                warn("the phase `\(entry.name)` is empty", at: entry.key)
            } else if let phase = phase(name, entry, lint) {
                result[name] = phase
            }
        }
        return result
    }

    private mutating func unknownPhase(_ entry: Entry) {
        let names = PhaseName.allCases.map(\.rawValue)
        let hint: String =
            if !isFull, let hint = Suggestion.hint(for: entry.name, among: names) {
                hint
            } else if Self.topKeys.contains(entry.name) {
                "`\(entry.name)` belongs at the top of the file: remove its indentation"
            } else {
                "the phases are \(names.map { "`\($0)`" }.joined(separator: ", "))"
            }
        error(
            "there is no phase `\(entry.name)`",
            at: entry.key,
            hint: hint,
            wireMessage: "Invalid buildspec phase name: \(entry.name). Expecting: build,install,post_build,pre_build"
        )
    }

    private mutating func phase(_ name: PhaseName, _ entry: Entry, _ lint: CommandLint) -> Phase? {
        guard
            let fields = fields(entry.value, "`\(name.rawValue)`", known: Self.phaseKeys, vital: Self.workKeys)
        else { return nil }
        var result = Phase(location: entry.key.location)
        result.runAs = fields["run-as"].flatMap { text($0, "`run-as`") }
        result.onFailure = fields["on-failure"].flatMap { onFailure($0) }
        if let runtimes = fields.entry("runtime-versions"), !runtimes.value.isNull {
            result.runtimeVersions = runtimeVersions(runtimes, name)
        }
        if let node = fields["commands"] { result.commands = commands(node, "commands", lint) }
        if let node = fields["finally"] { result.finallyCommands = commands(node, "finally", lint) }
        if let steps = fields.entry("steps"), !steps.value.isNull {
            result.stepsLocation = steps.key.location
            result.steps = self.steps(steps.value)
            if fields["commands"] != nil {
                let message = "`\(name.rawValue)` has both `steps` and `commands`; a phase can have one of them"
                error(message, at: steps.key)
            }
        }
        if result.commands.isEmpty, result.finallyCommands.isEmpty, result.stepsLocation == nil,
            result.runtimeVersions.isEmpty, !fields.hasUnknown, !hasErrors
        {
            warn("the phase `\(name.rawValue)` has no commands", at: entry.key)
        }
        return result
    }

    private mutating func onFailure(_ node: YAMLNode) -> Located<OnFailure>? {
        guard let text = text(node, "`on-failure`") else { return nil }
        if let value = OnFailure(text.value) {
            if case .retry(_, let pattern?) = value, pattern.utf8.count <= Self.limitPattern,
                (try? Regex(pattern)) == nil
            {
                warn("`\(pattern.prefix(60))` is not a regular expression, so no error will match it", at: node)
            }
            return Located(value, at: text.location)
        }
        error(
            "`on-failure` cannot be `\(text.value.prefix(60))`",
            at: node,
            hint: Suggestion.hint(for: text.value, among: ["ABORT", "CONTINUE", "RETRY"])
                ?? "write `ABORT`, `CONTINUE`, `RETRY`, `RETRY-n` with n from 0 to 100, `RETRY-regex` or `RETRY-n-regex`"
        )
        return nil
    }

    private mutating func runtimeVersions(_ entry: Entry, _ phase: PhaseName) -> [RuntimeVersion] {
        if phase != .install {
            warn("`runtime-versions` is only read in `install`", at: entry.key)
        }
        return (entries(entry.value, "`runtime-versions`") ?? []).compactMap { runtime in
            guard let version = text(runtime.value, "the version of `\(runtime.name)`") else { return nil }
            return RuntimeVersion(name: runtime.name, version: version.value, location: runtime.key.location)
        }
    }

    // MARK: - Commands

    private mutating func commands(_ node: YAMLNode, _ key: String, _ lint: CommandLint) -> [Command] {
        let items: [YAMLNode]
        switch node.content {
        // One text alone is a list of one: AWS's own samples rely on it.
        case .scalar: items = [node]
        case .sequence(let nodes): items = nodes
        case .mapping:
            error("`\(key)` must be a list of commands, not a mapping", at: node, hint: "put `- ` before each command")
            return []
        }
        var result: [Command] = []
        for (index, item) in items.enumerated() {
            guard let text = command(item, index, key) else { continue }
            if !isFullOfWarnings, index < Self.limitLintedCommands {
                let isJoined = item.isJoinedFromLines
                for problem in lint.problems(in: text, isLast: index == items.count - 1, isJoined: isJoined) {
                    warn(problem.message, at: item, hint: problem.hint)
                }
            }
            result.append(Command(text: text, location: item.location))
        }
        return result
    }

    private mutating func command(_ node: YAMLNode, _ index: Int, _ key: String) -> String? {
        switch node.content {
        case .scalar:
            if node.isNull {
                error("this item of `\(key)` is empty", at: node, hint: "remove the `-`, or write a command behind it")
                return nil
            }
            return anyText(node, "a command")
        case .mapping where isFull, .sequence where isFull:
            error("this item is not a command", at: node)
        case .mapping(let entries):
            notACommand(node, mappingMessage(node, entries), found(index, node, key, isList: false))
        case .sequence:
            notACommand(node, listMessage(node), found(index, node, key, isList: true))
        }
        return nil
    }

    /// CodeBuild's words, which it has for `commands` only.
    private func found(_ index: Int, _ node: YAMLNode, _ key: String, isList: Bool) -> String? {
        guard key == "commands" else { return nil }
        let line = node.location.line
        let start = "Expected Commands[\(index)] to be of string type: found"
        return isList
            ? "\(start) list instead at line \(line)"
            : "\(start) subkeys instead at line \(line), value of the key tag on line \(line - 1) might be empty"
    }

    private mutating func mappingMessage(_ node: YAMLNode, _ entries: [YAMLEntry]) -> String {
        if line(node.location).text.hasPrefix("{") {
            return "YAML takes `{` at the start of an item for a mapping, so this is not a command"
        }
        if entries.last?.value.isNull == true {
            return "the `:` at the end makes YAML read this item as a mapping, so it is not a command"
        }
        return "the `: ` makes YAML read this item as a mapping, so it is not a command"
    }

    private mutating func listMessage(_ node: YAMLNode) -> String {
        line(node.location).text.hasPrefix("[")
            ? "YAML takes `[` at the start of an item for a list, so this is not a command"
            : "this item is a list, not a command"
    }

    private mutating func notACommand(_ node: YAMLNode, _ message: String, _ wireMessage: String?) {
        let (rest, isItemStart) = line(node.location)
        let text = String(rest.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        let isOneLine = node.end.line == node.location.line && isItemStart && text.utf8.count <= 500
        let hint: String =
            if isOneLine, !text.hasPrefix("-") {
                "quote the whole item: - \(YAMLScalar.singleQuoted(text))"
            } else if text.hasPrefix("-") {
                "write each command as an item of its own, with one `- `"
            } else {
                "quote the whole item, or write `- |` and the command on the lines below"
            }
        error(
            message,
            at: node,
            length: isOneLine ? text.unicodeScalars.count : node.length,
            hint: hint,
            wireMessage: wireMessage
        )
    }

    // MARK: - Steps

    private mutating func steps(_ node: YAMLNode) -> [Step] {
        guard case .sequence(let items) = node.content else {
            error("`steps` must be a list, not \(kind(node))", at: node, hint: "put `- ` before each step")
            return []
        }
        return items.compactMap { item in
            guard let fields = fields(item, "a step", known: Self.stepKeys) else { return nil }
            let run = fields["run"].flatMap { text($0, "`run`") }
            let uses = fields["uses"].flatMap { text($0, "`uses`") }
            if (fields["run"] == nil) == (fields["uses"] == nil) {
                error("a step has either `run` or `uses`", at: item, length: 1)
            }
            if let node = fields["with"] {
                for entry in entries(node, "`with`") ?? [] { _ = anyText(entry.value, "`\(entry.name)`") }
            }
            return Step(
                identifier: fields["id"].flatMap { text($0, "`id`")?.value },
                condition: fields["if"].flatMap { text($0, "`if`") },
                run: run,
                uses: uses,
                name: fields["name"].flatMap { text($0, "`name`")?.value },
                shell: fields["shell"].flatMap { text($0, "`shell`")?.value },
                variables: fields["env"].map { variables($0, "`env`") } ?? [],
                continuesOnError: fields["continue-on-error"].flatMap { text($0, "`continue-on-error`") },
                timeoutMinutes: fields["timeout-minutes"].flatMap { text($0, "`timeout-minutes`") },
                location: item.location
            )
        }
    }
}
