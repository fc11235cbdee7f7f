// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// The runtimes that a machine has, looked for when they are asked for.
package struct RuntimeCatalog: Sendable {
    private let search: RuntimeSearch
    private let environment: [String: String]

    /// - Parameters:
    ///   - root: stands before the machine's own folders, such as `/usr/lib/jvm`; empty for the machine itself.
    ///   - environment: the build's variables: `PATH`, `HOME`, and those of version managers.
    package init(root: String = "", environment: [String: String]) {
        search = RuntimeSearch(root: root, environment: environment)
        self.environment = environment
    }

    /// Finds the version that a buildspec asks for.
    ///
    /// Several that fit: the newest one, and among equals the one that is found first.
    ///
    /// - Parameters:
    ///   - name: the runtime, such as `python`.
    ///   - version: as written: `3.11`, `3.11.7`, `3.x`, `latest`, `corretto17`, `$VERSION`.
    ///   - links: where a folder of links may be made.
    /// - Returns: what the build needs to use it.
    /// - Throws: `RuntimeError` with what is there; the outer error is that of making links.
    package func select(
        _ name: String,
        _ version: String,
        links: String
    ) throws(FileError) -> Result<RuntimeSelection, RuntimeError> {
        guard let kind = RuntimeKind(rawValue: name), let found = nonEmpty(search.installations(of: kind)) else {
            return .failure(unknown(name))
        }
        let wanted: String
        switch resolve(version, name) {
        case .success(let text): wanted = text
        case .failure(let error): return .failure(error)
        }
        guard let pattern = VersionPattern(wanted), let best = best(of: found, pattern) else {
            // Docker's version in a buildspec has had no meaning since the images of 2019.
            if kind == .docker { return .success(try selection(kind, found[0], wanted, [], links)) }
            return .failure(unknownVersion(wanted, kind, found))
        }
        var notes: [String] = []
        if !pattern.vendor.isEmpty, !isMade(best, by: pattern.vendor) {
            notes.append("There is no \(wanted) here; \(best.vendor ?? "another") \(best.version) takes its place")
        }
        if !best.isWhole { notes.append("\(best.folder) has no compiler (javac)") }
        if kind == .dotnet {
            notes.append("The newest SDK in \(best.folder) is used, unless a global.json asks for \(best.version)")
        }
        return .success(try selection(kind, best, wanted, notes, links))
    }

    private func selection(
        _ kind: RuntimeKind,
        _ installation: RuntimeInstallation,
        _ wanted: String,
        _ notes: [String],
        _ links: String
    ) throws(FileError) -> RuntimeSelection {
        var folders = [installation.folder]
        if installation.isShared {
            let made = try ProgramLinks(directory: "\(links)/\(kind.rawValue)")
                .make(kind, installation, path: environment["PATH"] ?? "")
            folders = [made].compactMap { $0 }
        }
        let program = "\(installation.folder)/\(installation.program)"
        return RuntimeSelection(
            name: kind.rawValue,
            version: installation.version.description,
            folders: folders,
            variables: installation.variables,
            logLines: [
                "Selecting '\(kind.rawValue)' runtime version '\(wanted)' based on manual selections...",
                "Using \(kind.rawValue) \(installation.version): \(program)",
            ] + notes
        )
    }

    private func best(of found: [RuntimeInstallation], _ pattern: VersionPattern) -> RuntimeInstallation? {
        let fitting = found.filter { pattern.matches($0.version) }
        let made = pattern.vendor.isEmpty ? [] : fitting.filter { isMade($0, by: pattern.vendor) }
        let candidates = nonEmpty(made) ?? fitting
        let whole = nonEmpty(candidates.filter(\.isWhole)) ?? candidates
        // `max` would give the last one among equals.
        return whole.reduce(nil) { best, next in best.map { $0.version < next.version ? next : $0 } ?? next }
    }

    /// Whether a JDK comes from the maker that the version names; `openjdk` and `jdk` name none.
    private func isMade(_ installation: RuntimeInstallation, by vendor: String) -> Bool {
        let maker = installation.vendor?.lowercased() ?? ""
        return switch vendor {
        case "corretto": maker.contains("amazon")
        case "temurin": maker.contains("adoptium")
        default: true
        }
    }

    /// Replaces `$NAME` and `${NAME}`.
    private func resolve(_ version: String, _ name: String) -> Result<String, RuntimeError> {
        guard let dollar = version.firstIndex(of: "$") else { return .success(version) }
        var rest = version[version.index(after: dollar)...]
        let isBraced = rest.first == "{"
        if isBraced { rest = rest.dropFirst() }
        let variable = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest[variable.endIndex...]
        if isBraced, rest.first == "}" { rest = rest.dropFirst() }
        guard let value = environment[String(variable)], !value.isEmpty else {
            return .failure(
                RuntimeError(
                    message: "the version of \(name) is `\(version)`, and the variable \(variable) is not set",
                    hint: "set it in `env.variables`, or write the version"
                )
            )
        }
        return .success(version[..<dollar] + value + rest)
    }

    // MARK: - What is there

    private func unknown(_ name: String) -> RuntimeError {
        let there = RuntimeKind.allCases.filter { !search.installations(of: $0).isEmpty }.map(\.rawValue)
        return RuntimeError(
            message: "Unknown runtime named '\(name)'. This build image has the following runtimes: "
                + there.joined(separator: ", "),
            hint: RuntimeKind(rawValue: name) == nil
                ? "remove it from `runtime-versions`"
                : "install \(name), or build in an image that has it: --image NAME"
        )
    }

    private func unknownVersion(
        _ wanted: String,
        _ kind: RuntimeKind,
        _ found: [RuntimeInstallation]
    ) -> RuntimeError {
        let versions = Set(found.map(\.version)).sorted().map(\.description)
        return RuntimeError(
            message: "Unknown runtime version named '\(wanted)' of \(kind.rawValue). "
                + "This build image has the following versions: \(versions.joined(separator: ", "))",
            hint: "install \(kind.rawValue) \(wanted), or build in an image that has it: --image NAME"
        )
    }

    private func nonEmpty<Element>(_ array: [Element]) -> [Element]? { array.isEmpty ? nil : array }
}
