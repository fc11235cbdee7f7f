// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Journals
internal import Repositories

/// The lines that the person who pushed reads.
enum HookAnswer {
    /// What became of a definition that was pushed, then a few lines: what was queued, how to follow it, what is wrong.
    static func lines(_ answer: PushIntake.Answer, options: PushOptions) -> [String] {
        var lines: [String] = []
        if let first = answer.executions.first {
            let names = answer.executions.prefix(4).map { entry in
                "\(entry.execution.label) (\(branch(entry.ref)) at \(entry.commit.prefix(8)))"
            }
            let more = answer.executions.count > 4 ? " and \(answer.executions.count - 4) more" : ""
            lines.append("started \(names.joined(separator: ", "))\(more)")
            if !options.waits { lines.append("follow with: nacre watch \(first.execution.label)") }
        }
        if let first = answer.builds.first {
            let names = answer.builds.prefix(4).map { build in
                "\(ControlSession.label(build)) (\(branch(build.ref)) at \(build.commit.prefix(8)))"
            }
            let more = answer.builds.count > 4 ? " and \(answer.builds.count - 4) more" : ""
            lines.append("queued \(names.joined(separator: ", "))\(more)")
            if !options.waits, lines.count < 2 {
                lines.append("follow with: nacre logs -f '\(ControlSession.label(first))'")
            }
        } else if let first = answer.batches.first {
            let names = answer.batches.prefix(4).map { batch in
                "batch \(BatchView.label(batch)) (\(branch(batch.ref)) at \(batch.commit.prefix(8)))"
            }
            let more = answer.batches.count > 4 ? " and \(answer.batches.count - 4) more" : ""
            lines.append("begun \(names.joined(separator: ", "))\(more)")
            if !options.waits { lines.append("look at it with: nacre show '\(BatchView.label(first))'") }
        } else if !answer.skipped.isEmpty {
            lines.append("skipped \(answer.skipped.map(branch).joined(separator: ", ")), as nacre.skip asks")
        }
        if !answer.overtaken.isEmpty {
            let names = answer.overtaken.map(branch).joined(separator: ", ")
            lines.append("\(names) had moved on before this push was told; pipelines go on with the newer one")
        }
        if !answer.begunWithoutOptions.isEmpty {
            let names = answer.begunWithoutOptions.map(branch).joined(separator: ", ")
            lines.append("\(names) was noticed before the hook told of it: what was begun is without the push options")
        }
        if let problem = answer.problems.first {
            let others = answer.problems.count - 1
            let more = others == 0 ? "" : " (and \(others) more: nacre lint)"
            lines.append("\(problem.location): error: \(problem.message)\(more)")
        } else if let problem = answer.batchProblems.first {
            lines.append(problem)
        } else if let unknown = options.problems.first {
            lines.append(unknown)
        }
        return answer.definition + lines
    }

    private static func branch(_ ref: String) -> String {
        BranchPatterns.branch(ofRef: ref) ?? ref
    }
}
