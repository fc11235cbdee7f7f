// SPDX-License-Identifier: Apache-2.0

internal import Globs
package import Zips

/// The files that an artifact's rules select, and what there is to say about it.
package struct ArtifactSelection: Sendable {
    /// Lines for the build log, in AWS's wording and order, without prefix.
    package private(set) var logLines: [String] = []
    /// What the author should know and AWS does not say; one sentence each, without prefix.
    package private(set) var warnings: [String] = []
    /// What goes into the archive, sorted by the bytes of the paths; or why there is no artifact.
    package private(set) var entries: Result<[ZipInput], ArtifactError> = .success([])

    /// Looks at the files below a build's source directory, and blocks while it does.
    /// - Parameters:
    ///   - rules: from the buildspec.
    ///   - root: the absolute path of the original source directory, `CODEBUILD_SRC_DIR`.
    package init(_ rules: ArtifactRules, root: String) {
        do throws(ArtifactError) {
            entries = .success(try select(rules, root: root))
        } catch {
            entries = .failure(error)
        }
    }

    private mutating func select(_ rules: ArtifactRules, root: String) throws(ArtifactError) -> [ZipInput] {
        guard let realRoot = RealPath.resolve(root) else {
            throw ArtifactError(.noMatchingBaseDirectory, "no matching base directory path found for .")
        }
        func real(_ text: String) -> String {
            guard text.hasPrefix("/"), let inside = RealPath.relative(text, to: root) else { return text }
            return RealPath.join(realRoot, inside)
        }
        let bases = try baseDirectories(rules.baseDirectory ?? ".", real, root: realRoot)
        var collected = CollectedFiles(discardsPaths: rules.discardsPaths)
        for base in bases {
            logLines += ["Expanding file paths for base directory \(base.name)", "Assembling file list"]
            let patterns = rules.files.map { FilePattern($0, realText: real($0), base: base) }
            let excludes = excludes(rules)
            var matches: [[FoundFile]] = Array(repeating: [], count: patterns.count)
            for group in FilePattern.groups(patterns) {
                var walk = FileWalk(
                    group,
                    excludes: excludes,
                    keepsSymlinks: rules.keepsSymlinks && !rules.discardsPaths
                )
                try walk.run()
                for (index, found) in zip(group.indices, walk.matches) { matches[index] = found }
                warnings += walk.warnings
            }
            report(patterns, matches, base: base)
            for found in matches { collected.add(found) }
        }
        let (entries, problems) = collected.entries()
        warnings += problems
        if entries.isEmpty { throw ArtifactError(.noMatchingFiles, "no matching artifact paths found") }
        return entries
    }

    /// The log lines of one base directory's patterns.
    private mutating func report(_ patterns: [FilePattern], _ matches: [[FoundFile]], base: BaseDirectory) {
        for (pattern, found) in zip(patterns, matches) {
            logLines.append("Expanding \(pattern.text)")
            if found.isEmpty {
                logLines.append("Skipping invalid file path \(pattern.text)")
                if let hint = pattern.hint(base: base) { warnings.append(hint) }
            }
        }
        let paths = matches.joined().map(\.archivePath).sorted(by: ZipPath.precedes)
        let count = paths.indices.count { $0 == 0 || !ZipPath.isSame(paths[$0 - 1], paths[$0]) }
        if count > 0 { logLines.append("Found \(count) file(s)") }
    }

    private mutating func baseDirectories(
        _ text: String,
        _ real: (String) -> String,
        root: String
    ) throws(ArtifactError) -> [BaseDirectory] {
        logLines += ["Expanding base directory path: \(text)", "Assembling file list", "Expanding \(text)"]
        let (bases, problems) = try BaseDirectory.expand(real(text), root: root)
        warnings += problems
        guard bases.isEmpty else { return bases }
        logLines.append("Skipping invalid file path \(text)")
        throw ArtifactError(.noMatchingBaseDirectory, "no matching base directory path found for \(text)")
    }

    private mutating func excludes(_ rules: ArtifactRules) -> [Glob] {
        var result: [Glob] = []
        for text in rules.excludePaths {
            do throws(GlobError) { result.append(try Glob(text)) } catch {
                let warning = "exclude-paths: \(error)"
                if !warnings.contains(warning) { warnings.append(warning) }
            }
        }
        return result
    }
}
