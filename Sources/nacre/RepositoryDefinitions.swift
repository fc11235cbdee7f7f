// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Files

/// The definitions that repositories bring along, and what stands for repositories of code hosts.
enum RepositoryDefinitions {
    /// Sets the file by `PATH` or `PATH@BRANCH`; `default` takes it away.
    static func set(_ text: String, of repository: String, _ context: VerbContext) throws {
        var path: String?
        var branch = "main"
        if text != "default" {
            let at = text.lastIndex(of: "@")
            path = at.map { String(text[..<$0]) } ?? text
            branch = at.map { String(text[text.index(after: $0)...]) } ?? branch
        }
        let answer = try context.ask(.definition(.setSource(repository: repository, path: path, branch: branch)))
        guard case .definition(.sources(let sources)) = answer else { return }
        guard let source = sources.first else {
            return context.tell("\(repository) brings no definition along any more; what was applied stays")
        }
        context.tell(state(source))
        if !source.problems.isEmpty { throw VerbError(.invalidFile, "\(source.path) is refused as it is now") }
    }

    /// Shows both kinds below the list of repositories; nothing where there are none.
    static func show(_ context: VerbContext) throws {
        if case .definition(.sources(let sources)) = try context.ask(.definition(.listSources)), !sources.isEmpty {
            let lines = sources.map { TerminalText.visible("  \($0.repository): \(state($0))") + "\n" }
            context.output.write("\nDEFINITIONS\n" + lines.joined())
        }
        if case .definition(.mappings(let mappings)) = try context.ask(.definition(.listMappings)), !mappings.isEmpty {
            let lines = mappings.map { TerminalText.visible("  \($0.remote) is \($0.repository)") + "\n" }
            context.output.write("\nMAPPINGS\n" + lines.joined())
        }
    }

    private static func state(_ source: DefinitionSource) -> String {
        let place = "\(source.path) of branch \(source.branch)"
        guard let commit = source.commit else { return "\(place), applied with the first push of the branch" }
        if source.problems.isEmpty { return "\(place), applied from \(commit.prefix(8))" }
        let before =
            source.appliedCommit.map { "what was applied from \($0.prefix(8)) stays" } ?? "nothing was applied yet"
        return "\(place) is REFUSED at \(commit.prefix(8)); \(before): \(source.problems.joined(separator: "; "))"
    }
}
