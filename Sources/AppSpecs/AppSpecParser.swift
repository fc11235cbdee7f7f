// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// From the tree of an appspec to its values; notes every problem with its place.
struct AppSpecParser {
    private static let topKeys = ["version", "os", "files", "file_exists_behavior", "permissions", "hooks"]

    var diagnostics: [Diagnostic] = []

    mutating func appSpec(_ root: YAMLNode?, file: String) -> AppSpec {
        var result = AppSpec()
        guard let root else {
            diagnostics.append(
                Diagnostic(.error, "the appspec is empty", at: SourceLocation(file: file, line: 1, column: 1))
            )
            return result
        }
        guard let fields = fields(root, "the appspec", known: Self.topKeys, others: ["Resources", "Hooks"]) else {
            return result
        }
        if let resources = fields["Resources"] ?? fields["Hooks"] {
            error("this is an appspec for Lambda or ECS; here revisions for machines can be deployed", at: resources)
            return result
        }
        checkVersion(fields["version"], root)
        checkSystem(fields["os"], root)
        if let node = fields["files"] { result.files = items(node, "files").compactMap { fileRule($0) } }
        if let node = fields["file_exists_behavior"], let text = text(node, "file_exists_behavior") {
            if let behavior = AppSpec.FileExistsBehavior(rawValue: text.value) {
                result.fileExistsBehavior = behavior
            } else {
                error(
                    "`file_exists_behavior` is `\(text.value)`",
                    at: node,
                    hint: "there are DISALLOW, OVERWRITE and RETAIN"
                )
            }
        }
        if let node = fields["permissions"] {
            result.permissions = items(node, "permissions").compactMap { permission($0) }
        }
        if let node = fields["hooks"] { result.hooks = hooks(node) }
        return result
    }

    private mutating func checkVersion(_ node: YAMLNode?, _ root: YAMLNode) {
        guard let node else { return error("`version` is missing", at: root, hint: "write `version: 0.0`") }
        if node.scalar?.text != "0.0" { error("`version` must be 0.0", at: node) }
    }

    private mutating func checkSystem(_ node: YAMLNode?, _ root: YAMLNode) {
        guard let node else { return error("`os` is missing", at: root, hint: "write `os: linux`") }
        if node.scalar?.text != "linux" { error("`os` must be `linux` here", at: node) }
    }

    // MARK: - Files

    private mutating func fileRule(_ node: YAMLNode) -> AppSpec.FileRule? {
        guard let fields = fields(node, "an item of `files`", known: ["source", "destination"]) else { return nil }
        guard let source = required("source", of: fields, node, "an item of `files`"),
            let destination = required("destination", of: fields, node, "an item of `files`")
        else { return nil }
        if RevisionPath(source.value) == nil {
            error("`source` leads outside the revision: \(source.value)", at: fields["source"] ?? node)
        }
        checkAbsolute(destination, fields["destination"] ?? node, "destination")
        return AppSpec.FileRule(source: source, destination: destination)
    }

    private mutating func checkAbsolute(_ text: Located<String>, _ node: YAMLNode, _ key: String) {
        if !text.value.hasPrefix("/") { error("`\(key)` must be an absolute path: \(text.value)", at: node) }
    }

    // MARK: - Permissions

    private mutating func permission(_ node: YAMLNode) -> AppSpec.Permission? {
        let what = "an item of `permissions`"
        let known = ["object", "pattern", "except", "owner", "group", "mode", "acls", "context", "type"]
        guard let fields = fields(node, what, known: known), let object = required("object", of: fields, node, what)
        else { return nil }
        checkAbsolute(object, fields["object"] ?? node, "object")
        for key in ["acls", "context"] {
            if let value = fields[key] {
                error("`\(key)` cannot be set here", at: value, hint: "set it in a script of AfterInstall")
            }
        }
        var result = AppSpec.Permission(object: object, pattern: "**", exceptions: [], kinds: [.file, .directory])
        if let value = fields["pattern"] { result.pattern = text(value, "pattern")?.value ?? "**" }
        if let value = fields["except"] { result.exceptions = texts(value, "except").map(\.value) }
        result.owner = fields["owner"].flatMap { text($0, "owner") }
        result.group = fields["group"].flatMap { text($0, "group") }
        if let value = fields["mode"], let mode = text(value, "mode")?.value {
            result.mode = mode.utf8.count <= 4 ? UInt32(mode, radix: 8) : nil
            if result.mode == nil { error("`mode` must be up to four octal digits, not `\(mode)`", at: value) }
        }
        if let value = fields["type"] {
            result.kinds = []
            for kind in texts(value, "type") {
                if let known = AppSpec.Permission.Kind(rawValue: kind.value) {
                    result.kinds.insert(known)
                } else {
                    error("`type` is `\(kind.value)`", at: value, hint: "there are `file` and `directory`")
                }
            }
        }
        return result
    }

    // MARK: - Hooks

    private mutating func hooks(_ node: YAMLNode) -> [LifecycleEvent: [AppSpec.Script]] {
        guard case .mapping(let entries) = node.content else {
            if !node.isNull { error("`hooks` must be a mapping of events to scripts", at: node) }
            return [:]
        }
        var result: [LifecycleEvent: [AppSpec.Script]] = [:]
        for entry in entries {
            let name = entry.key.scalar?.text ?? ""
            if let event = LifecycleEvent(rawValue: name), event.takesScripts {
                if result[event] != nil { error("`\(name)` is there twice", at: entry.key) }
                result[event] = items(entry.value, name).compactMap { script($0, of: name) }
            } else if LifecycleEvent.ofLoadBalancers.contains(name) {
                warn("`\(name)` does not take place: there is no load balancer here", at: entry.key)
            } else if LifecycleEvent.withoutScripts.contains(name) {
                error("`\(name)` cannot have scripts", at: entry.key)
            } else {
                let known = LifecycleEvent.allCases.filter(\.takesScripts).map(\.rawValue)
                error(
                    "there is no lifecycle event `\(name)`",
                    at: entry.key,
                    hint: Suggestion.hint(for: name, among: known) ?? "there are \(known.joined(separator: ", "))"
                )
            }
        }
        return result
    }

    private mutating func script(_ node: YAMLNode, of event: String) -> AppSpec.Script? {
        let what = "a script of `\(event)`"
        guard let fields = fields(node, what, known: ["location", "timeout", "runas"]),
            let location = required("location", of: fields, node, what)
        else { return nil }
        if RevisionPath(location.value) == nil {
            error("`location` leads outside the revision: \(location.value)", at: fields["location"] ?? node)
        }
        var seconds = LifecycleEvent.limitSeconds
        if let value = fields["timeout"] {
            let number = value.scalar.flatMap { Int($0.text) } ?? 0
            if number > 0, number <= LifecycleEvent.limitSeconds {
                seconds = number
            } else {
                error("`timeout` must be a number of seconds from 1 to \(LifecycleEvent.limitSeconds)", at: value)
            }
        }
        return AppSpec.Script(
            location: location,
            timeoutSeconds: seconds,
            runAs: fields["runas"].flatMap { text($0, "runas") }
        )
    }
}
