// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics

/// A plan of definitions for people.
enum DefinitionText {
    /// One line for each resource that is carried out here, what changes below it, then what is left out and why.
    static func text(_ plan: DefinitionPlan, showsDetails: Bool) -> String {
        var result = ""
        for step in plan.steps where step.change != .notNeeded && step.change != .notCarriedOut {
            let note = step.note.map { "  (\($0))" } ?? ""
            result += line("\(mark(step.change)) \(step.kind) \(step.name)  \(step.change.rawValue)\(note)")
            if showsDetails { for detail in step.details { result += line("    \(detail)") } }
        }
        for step in plan.steps where step.change == .notCarriedOut {
            let note = step.note.map { ": \($0)" } ?? ""
            result += line("! \(step.name) (\(step.kind))  not carried out here\(note)")
        }
        result += notNeeded(plan)
        for note in plan.notes { result += line("note: \(note)") }
        return result
    }

    /// How much changes, as half a sentence.
    static func summary(_ plan: DefinitionPlan) -> String {
        let parts: [(DefinitionPlan.Change, String)] = [
            (.create, "created"), (.update, "updated"), (.remove, "removed"), (.unchanged, "unchanged"),
            (.kept, "kept that are no longer declared"), (.notCarriedOut, "not carried out here"),
        ]
        let texts = parts.compactMap { change, word -> String? in
            let count = plan.steps.count { $0.change == change }
            return count == 0 ? nil : "\(count) \(word)"
        }
        return texts.isEmpty ? "the files declare nothing that is carried out here" : texts.joined(separator: ", ")
    }

    /// By type: nobody wants to read of each of forty roles.
    private static func notNeeded(_ plan: DefinitionPlan) -> String {
        var names: [String: [String]] = [:]
        for step in plan.steps where step.change == .notNeeded { names[step.kind, default: []].append(step.name) }
        if names.isEmpty { return "" }
        let lines = names.sorted { $0.key < $1.key }.map { type, names in
            let shown = names.prefix(3).joined(separator: ", ")
            return line("    \(type): \(shown)\(names.count > 3 ? " and \(names.count - 3) more" : "")")
        }
        return line("  not needed here:") + lines.joined()
    }

    private static func mark(_ change: DefinitionPlan.Change) -> String {
        switch change {
        case .create: "+"
        case .update: "~"
        case .remove: "-"
        case .kept: "?"
        case .unchanged, .notNeeded, .notCarriedOut: " "
        }
    }

    private static func line(_ text: String) -> String { TerminalText.visible(text) + "\n" }
}
