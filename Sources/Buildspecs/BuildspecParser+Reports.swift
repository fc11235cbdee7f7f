// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import WireWords
internal import YAML

// The blocks `reports` and `cache`.
extension BuildspecParser {
    private static let limitReports = 5
    private static let limitFallbackKeys = 5

    mutating func reports(_ node: YAMLNode) -> [ReportGroup] {
        let entries = entries(node, "`reports`") ?? []
        if entries.count > Self.limitReports {
            let message = "there are \(entries.count) report groups; AWS CodeBuild allows \(Self.limitReports)"
            error(message, at: entries[Self.limitReports].key)
        }
        return entries.compactMap { entry in
            let known = ["files", "base-directory", "discard-paths", "file-format"]
            let what = "`\(entry.name)`"
            guard !entry.value.isNull else {
                error("\(what) needs `files`", at: entry.key)
                return nil
            }
            guard let fields = fields(entry.value, what, known: known) else { return nil }
            if fields["files"] == nil { error("\(what) needs `files`", at: entry.key) }
            return ReportGroup(
                name: entry.name,
                files: fields["files"].map { texts($0, "`files`") } ?? [],
                baseDirectory: fields["base-directory"].flatMap { text($0, "`base-directory`") },
                discardPaths: fields["discard-paths"].flatMap { flag($0, "`discard-paths`") } ?? false,
                format: fields["file-format"].flatMap { reportFormat($0) } ?? .junitXML,
                location: entry.key.location
            )
        }
    }

    private mutating func reportFormat(_ node: YAMLNode) -> ReportFormat? {
        guard let text = text(node, "`file-format`")?.value else { return nil }
        if let format = ReportFormat(rawValue: text.uppercased()) { return format }
        let names = ReportFormat.allCases.map(\.rawValue)
        error(
            "there is no report format `\(text.prefix(60))`",
            at: node,
            hint: Suggestion.hint(for: text, among: names) ?? "the formats are \(names.joined(separator: ", "))"
        )
        return nil
    }

    mutating func cache(_ entry: Entry) -> CacheSettings? {
        guard !entry.value.isNull else { return nil }
        let known = ["key", "fallback-keys", "action", "paths"]
        // `type` is no key of the buildspec, but of the project; older examples have it, and it is ignored.
        guard let fields = fields(entry.value, "`cache`", known: known + ["type"]) else { return nil }
        let fallbackKeys = fields["fallback-keys"].map { texts($0, "`fallback-keys`") } ?? []
        if let fallback = fields.entry("fallback-keys"), fields["key"] == nil, !fallbackKeys.isEmpty {
            warn("`fallback-keys` counts only together with `key`", at: fallback.key, hint: "add a `key`")
        }
        if fallbackKeys.count > Self.limitFallbackKeys {
            error(
                "there are \(fallbackKeys.count) fallback keys; AWS CodeBuild allows \(Self.limitFallbackKeys)",
                at: fallbackKeys[Self.limitFallbackKeys].location,
                length: fallbackKeys[Self.limitFallbackKeys].value.unicodeScalars.count
            )
        }
        var action: CacheSettings.Action?
        if let node = fields["action"], let text = text(node, "`action`")?.value {
            action = CacheSettings.Action(rawValue: text)
            if action == nil { error("`action` must be `restore` or `save`, not `\(text.prefix(60))`", at: node) }
        }
        return CacheSettings(
            key: fields["key"].flatMap { text($0, "`key`") },
            fallbackKeys: fallbackKeys,
            action: action,
            paths: fields["paths"].map { texts($0, "`paths`") } ?? [],
            location: entry.key.location
        )
    }
}
