// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

// The block `artifacts`.
extension BuildspecParser {
    private static let setKeys = [
        "files", "name", "base-directory", "discard-paths", "exclude-paths", "enable-symlinks", "s3-prefix", "type",
    ]
    private static let limitSecondary = 12
    /// Names that are folders in nearly every project.
    private static let folders: Set<String> = [
        "dist", "build", "target", "out", "public", "src", "lib", "node_modules", "coverage", "cdk.out", "templates",
        "scripts", "static", "assets", "site", "www", ".aws-sam", "models", "data", "reports",
    ]

    mutating func artifacts(_ entry: Entry?, into buildspec: inout Buildspec) {
        guard let entry, !entry.value.isNull else { return }
        guard let fields = fields(entry.value, "`artifacts`", known: Self.setKeys + ["secondary-artifacts"]) else {
            return
        }
        if let node = fields["secondary-artifacts"] { buildspec.secondaryArtifacts = secondaryArtifacts(node) }
        if fields["files"] != nil {
            buildspec.artifacts = artifactSet(fields, entry.key)
        } else if fields["secondary-artifacts"] != nil {
            warn(
                "`artifacts` has no `files` of its own, so there is no primary artifact",
                at: entry.key,
                hint: "AWS CodeBuild documents `files` as required even with `secondary-artifacts`"
            )
        } else if let files = fields.entry("files") {
            // CodeBuild does not mind in a project without artifacts.
            warn("`files` is empty, so there is no artifact", at: files.key, hint: "`'**/*'` is everything")
        } else {
            missingFiles(entry.key, "`artifacts`")
        }
    }

    private mutating func missingFiles(_ key: YAMLNode, _ what: String) {
        let hint = "name what to keep; `'**/*'` is everything"
        error("\(what) needs `files`", at: key, hint: hint)
    }

    private mutating func secondaryArtifacts(_ node: YAMLNode) -> [SecondaryArtifact] {
        let entries = entries(node, "`secondary-artifacts`") ?? []
        if entries.count > Self.limitSecondary {
            error(
                "there are \(entries.count) secondary artifacts; AWS CodeBuild allows \(Self.limitSecondary)",
                at: entries[Self.limitSecondary].key
            )
        }
        return entries.compactMap { entry in
            // The identifier names files and folders; the characters are those of CodePipeline's artifact names.
            if !SecondaryArtifact.isIdentifier(entry.name) {
                error(
                    "`\(entry.name)` cannot name an artifact: letters, digits, `_` and `-`, at most 128",
                    at: entry.key
                )
                return nil
            }
            if entry.value.isNull {
                missingFiles(entry.key, "`\(entry.name)`")
                return nil
            }
            guard let fields = fields(entry.value, "`\(entry.name)`", known: Self.setKeys) else { return nil }
            if fields["files"] == nil { missingFiles(entry.key, "`\(entry.name)`") }
            return SecondaryArtifact(identifier: entry.name, set: artifactSet(fields, entry.key))
        }
    }

    private mutating func artifactSet(_ fields: Fields, _ key: YAMLNode) -> ArtifactSet {
        var result = ArtifactSet(location: key.location)
        if let node = fields["files"] {
            result.files = texts(node, "`files`")
            if result.files.isEmpty, !hasErrors {
                error("`files` names nothing", at: node, hint: "`'**/*'` is everything")
            }
            for pattern in result.files { warnOfFolder(pattern) }
        }
        result.name = fields["name"].flatMap { text($0, "`name`") }
        result.baseDirectory = fields["base-directory"].flatMap { text($0, "`base-directory`") }
        result.discardPaths = fields["discard-paths"].flatMap { flag($0, "`discard-paths`") } ?? false
        result.excludePaths = fields["exclude-paths"].map { excludePaths($0) } ?? []
        result.enableSymlinks = fields["enable-symlinks"].flatMap { flag($0, "`enable-symlinks`") } ?? false
        result.s3Prefix = fields["s3-prefix"].flatMap { text($0, "`s3-prefix`") }
        // `type` is of version 0.1; CodeBuild ignores it.
        if let node = fields["type"] { _ = text(node, "`type`") }
        return result
    }

    /// AWS's text calls the value a mapping and its examples are lists: the keys of a mapping are taken as patterns.
    private mutating func excludePaths(_ node: YAMLNode) -> [Located<String>] {
        guard case .mapping = node.content else { return texts(node, "`exclude-paths`") }
        return (entries(node, "`exclude-paths`") ?? []).map { Located($0.name, at: $0.key.location) }
    }

    private mutating func warnOfFolder(_ pattern: Located<String>) {
        let text = pattern.value
        let isFolder =
            text.hasSuffix("/") || Self.folders.contains(text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
        guard isFolder else { return }
        let folder = text.hasSuffix("/") ? String(text.dropLast()) : text
        warn(
            "`files` matches files only, and `\(text)` looks like a folder",
            at: pattern.location,
            length: text.unicodeScalars.count,
            hint: "for all below it write `'\(folder)/**/*'`"
        )
    }
}
