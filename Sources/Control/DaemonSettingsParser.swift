// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Retention
internal import YAML

/// Makes settings of a tree, and gathers what is wrong with it.
struct DaemonSettingsParser {
    /// More problems are not kept: nobody mends them at once.
    private static let limitDiagnostics = 200

    private(set) var diagnostics: [Diagnostic] = []

    /// Reads the file's top value; nil or null: nothing is set.
    mutating func settings(_ root: YAMLNode?) -> DaemonSettings {
        var settings = DaemonSettings()
        guard let root else { return settings }
        let keys = ["jobs", "retention", "projects", "reserve", "approvers"]
        for (key, value) in entries(root, "the file", keys: keys) {
            switch key {
            case "jobs": settings.jobs = number(value, "`jobs`", in: DaemonSettings.jobsRange)
            case "retention": settings.retention = policy(value, isOfProject: false)
            case "projects": settings.projects = projects(value)
            case "approvers": settings.approvers = approvers(value) ?? settings.approvers
            default: settings.reserve = size(value, "`reserve`", least: 0) ?? settings.reserve
            }
        }
        return settings
    }

    private mutating func projects(_ node: YAMLNode) -> [String: RetentionPolicy] {
        var projects: [String: RetentionPolicy] = [:]
        for (name, project) in entries(node, "`projects`", keys: nil) {
            for (_, value) in entries(project, "the project `\(name)`", keys: ["retention"]) {
                projects[name] = policy(value, isOfProject: true)
            }
        }
        return projects
    }

    private mutating func policy(_ node: YAMLNode, isOfProject: Bool) -> RetentionPolicy {
        // What the file does not say of all holds as where there is no file.
        var policy = isOfProject ? RetentionPolicy() : .standard
        for (key, value) in entries(node, "`retention`", keys: ["age", "count", "bytes", "free-space"]) {
            switch key {
            case "age": policy.age = isUnlimited(value) ? unlimited(isOfProject, Int64.max) : age(value)
            case "count":
                policy.count =
                    isUnlimited(value)
                    ? unlimited(isOfProject, Int.max) : number(value, "`count`", in: 1...1_000_000_000)
            case "bytes":
                policy.bytes =
                    isUnlimited(value) ? unlimited(isOfProject, Int64.max) : size(value, "`bytes`", least: 1)
            default:
                if isOfProject {
                    let hint = "set it once, in `retention` at the top of the file"
                    report("`free-space` is of the whole file system, not of a project", at: value, hint: hint)
                } else {
                    policy.freeSpace = freeSpace(value)
                }
            }
        }
        return policy
    }

    /// A project that sets no limit is not to get that of all.
    private func unlimited<Value>(_ isOfProject: Bool, _ most: Value) -> Value? {
        isOfProject ? most : nil
    }

    // MARK: - Values

    private func isUnlimited(_ node: YAMLNode) -> Bool { node.scalar?.text == "unlimited" }

    private mutating func number(_ node: YAMLNode, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(node, what) else { return nil }
        guard isNumber(text), let number = Int(text), range.contains(number) else {
            report("\(what) must be a number from \(range.lowerBound) to \(range.upperBound), not `\(text)`", at: node)
            return nil
        }
        return number
    }

    private mutating func size(_ node: YAMLNode, _ what: String, least: Int64) -> Int64? {
        guard let text = text(node, what) else { return nil }
        guard let bytes = SettingsQuantity.bytes(text), bytes >= least else {
            let hint = "write `50GB` (powers of 1000), `64MiB` (powers of 1024) or a number of bytes"
            report("\(what) must be a size, not `\(text)`", at: node, hint: hint)
            return nil
        }
        return bytes
    }

    private mutating func age(_ node: YAMLNode) -> Int64? {
        guard let text = text(node, "`age`") else { return nil }
        guard let age = SettingsQuantity.milliseconds(text) else {
            let hint = "write `30d`, `12h`, `6w` or `1y`; `unlimited` for no limit"
            report("`age` must be a duration with its unit, not `\(text)`", at: node, hint: hint)
            return nil
        }
        return age
    }

    private mutating func approvers(_ node: YAMLNode) -> Approvers? {
        guard let text = text(node, "`approvers`") else { return nil }
        if let approvers = Approvers(rawValue: text) { return approvers }
        let known = Approvers.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or ")
        report("`approvers` must be \(known), not `\(text)`", at: node)
        return nil
    }

    private mutating func freeSpace(_ node: YAMLNode) -> FreeSpace? {
        guard let text = text(node, "`free-space`") else { return nil }
        if text.hasSuffix("%") {
            if let share = SettingsQuantity.share(text) { return .share(share) }
            report("`free-space` must be from 0% to 99%, not `\(text)`", at: node)
            return nil
        }
        return size(node, "`free-space`", least: 0).map { .bytes($0) }
    }

    private mutating func text(_ node: YAMLNode, _ what: String) -> String? {
        guard let scalar = node.scalar, !node.isNull else {
            report("\(what) must have a value", at: node)
            return nil
        }
        return scalar.text
    }

    private func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    // MARK: - Structure

    /// The entries of a map; unknown and repeated keys are reported and left out.
    ///
    /// * `keys`: those that are known; nil: any.
    private mutating func entries(_ node: YAMLNode, _ what: String, keys: [String]?) -> [(String, YAMLNode)] {
        if node.isNull { return [] }
        guard case .mapping(let entries) = node.content else {
            report("\(what) must be a map", at: node)
            return []
        }
        var result: [(String, YAMLNode)] = []
        var seen: Set<String> = []
        for entry in entries {
            guard let key = entry.key.scalar?.text, !key.isEmpty else {
                report("a key of \(what) must be a text", at: entry.key)
                continue
            }
            if let keys, !keys.contains(key) {
                let known = keys.map { "`\($0)`" }.joined(separator: ", ")
                let hint = Suggestion.hint(for: key, among: keys) ?? "known here: \(known)"
                report("\(what) has no key `\(key)`", at: entry.key, hint: hint)
                continue
            }
            guard seen.insert(key).inserted else {
                report("`\(key)` is there twice", at: entry.key, hint: "remove one of them")
                continue
            }
            result.append((key, entry.value))
        }
        return result
    }

    private mutating func report(_ message: String, at node: YAMLNode, hint: String? = nil) {
        guard diagnostics.count < Self.limitDiagnostics else { return }
        diagnostics.append(Diagnostic(.error, message, at: node.location, length: node.length, hint: hint))
    }
}
