// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Diagnostics
import Files
import LocalBuilds

/// `nacre build --dry-run`.
enum DryRun {
    /// The most paths of one artifact that are shown.
    private static let shownMatches = 20

    static func run(_ build: LocalBuild, _ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let reading: LocalBuild.Reading
        do {
            reading = try build.explain()
        } catch let error as FileError {
            throw VerbError(.invalidFile, "the buildspec cannot be read: \(error)")
        }
        let problems = DiagnosticRenderer(source: reading.source, usesColor: context.usesColor).render(reading.problems)
        if !reading.problems.isEmpty { context.tell(problems) }
        guard let explanation = reading.explanation else { return .invalidFile }
        if arguments.flag("json") {
            try context.writeJSON(explanation)
        } else {
            context.output.write(text(explanation, context))
        }
        return .success
    }

    private static func text(_ plan: BuildExplanation, _ context: VerbContext) -> String {
        var text = "\(plan.buildspec), version \(plan.version): with \(plan.shell), on \(plan.place), "
        text += "at most \(plan.timeoutInMinutes) minutes\n\n"
        text += heading("Variables") + variables(plan, context)
        if !plan.runtimes.isEmpty {
            text += heading("Runtimes") + lines(plan.runtimes.map { "\($0.name) \($0.version)" })
        }
        if let cache = plan.cache { text += heading("Cache") + lines(self.cache(cache)) }
        for phase in plan.phases { text += self.phase(phase) }
        if plan.phases.isEmpty { text += heading("Phases") + lines(["none is written: nothing would run"]) }
        if !plan.exportedVariables.isEmpty {
            text += heading("Exported variables") + lines(plan.exportedVariables)
        }
        for artifacts in plan.artifacts { text += self.artifacts(artifacts) }
        if !plan.reports.isEmpty {
            text += heading("Reports")
            text += lines(plan.reports.map { "\($0.name) (\($0.format)): \($0.files.joined(separator: ", "))" })
        }
        return text
    }

    private static func heading(_ text: String) -> String { "\(text)\n" }

    private static func lines(_ texts: [String]) -> String {
        texts.map { "  \(TerminalText.visible($0))\n" }.joined() + "\n"
    }

    private static func variables(_ plan: BuildExplanation, _ context: VerbContext) -> String {
        let table = TableFormatter(
            columns: [.init("  NAME"), .init("FROM"), .init("VALUE", canShrink: true)],
            showsHeader: false
        )
        let rows = plan.variables.map { variable in
            var origin = variable.origin
            if let replaced = variable.replaces { origin += " (instead of \(replaced.joined(separator: ", ")))" }
            return ["  \(variable.name)", origin, variable.value ?? "(not shown)"].map { TerminalText.visible($0) }
        }
        return table.text(rows, width: context.isTerminal ? context.columns : nil) + "\n"
    }

    private static func cache(_ cache: BuildExplanation.Cache) -> [String] {
        var lines = ["paths: \(cache.paths.joined(separator: ", "))"]
        if let key = cache.key { lines.append("key: \(key)") }
        if !cache.fallbackKeys.isEmpty { lines.append("fallback keys: \(cache.fallbackKeys.joined(separator: ", "))") }
        if let action = cache.action { lines.append("action: only \(action)") }
        return lines
    }

    private static func phase(_ phase: BuildExplanation.Phase) -> String {
        var notes: [String] = []
        if let user = phase.runAs { notes.append("as \(user)") }
        if let rule = phase.onFailure { notes.append("on failure \(rule)") }
        let note = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
        var text = "Phase \(phase.name.uppercased())\(note)\n"
        text += commands(phase.commands, "")
        text += commands(phase.finally, "finally ")
        if phase.commands.isEmpty, phase.finally.isEmpty { text += "  no commands\n" }
        return text + "\n"
    }

    private static func commands(_ commands: [BuildExplanation.Command], _ kind: String) -> String {
        commands.enumerated().map { index, command in
            let lines = command.text.split(separator: "\n", omittingEmptySubsequences: false)
            let shown = lines.last == "" ? lines.dropLast() : lines[...]
            let text = shown.map { "      \(TerminalText.visible(String($0)))\n" }.joined()
            return "  \(kind)\(index + 1)  \(TerminalText.visible(command.file)):\(command.line)\n" + text
        }.joined()
    }

    private static func artifacts(_ artifacts: BuildExplanation.Artifacts) -> String {
        var text = "Artifacts \(artifacts.identifier ?? "")".trimmingSpaces + "\n"
        var facts = ["files: \(artifacts.files.joined(separator: ", "))"]
        if let base = artifacts.baseDirectory { facts.append("base directory: \(base)") }
        let excluded = artifacts.excludePaths.joined(separator: ", ")
        if !excluded.isEmpty { facts.append("without: \(excluded)") }
        if let name = artifacts.name { facts.append("name: \(name)") }
        if let problem = artifacts.problem {
            facts.append("nothing matches yet: \(problem)")
        } else {
            let count = artifacts.matches.count
            facts.append("\(count) \(count == 1 ? "file matches" : "files match") now:")
            facts += artifacts.matches.prefix(shownMatches).map { "  \($0)" }
            if artifacts.matches.count > shownMatches {
                facts.append("  and \(artifacts.matches.count - shownMatches) more")
            }
        }
        text += lines(facts)
        return text
    }
}

extension String {
    /// Without spaces at the end.
    fileprivate var trimmingSpaces: String {
        var text = self
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
