// SPDX-License-Identifier: Apache-2.0

import Batches
import Builds
import CommandLines
import Control
import Pipelines

/// What somebody means by a word that may name a build or an execution.
enum Reference {
    /// To be asked for as a build.
    case build(String)
    case execution(ExecutionReport)

    static let help =
        "a build (id, the beginning of its UUID, PROJECT#NUMBER, a project's name, `latest`) or an execution "
        + "(PIPELINE/NUMBER, PIPELINE/latest, the beginning of its UUID)"

    static let argument = ArgumentDescription("ID", help: help)

    /// Finds it; the form decides where it can, else both are looked up.
    /// - Throws: `notFound`, and `usage` where it may be either.
    static func find(_ name: String, _ context: VerbContext) throws -> Reference {
        if name.contains("/") { return .execution(try execution(name, context)) }
        if !mayBeUUID(name) {
            try checkIsNoPipeline(name, context)
            return .build(name)
        }
        let found: ExecutionReport?
        do throws(ControlFailure) {
            found = try ask(name, context)
        } catch {
            // A damaged pipeline must not hide a build.
            guard error.code == .notFound else { throw error }
            found = nil
        }
        guard let found else { return .build(name) }
        guard case .some(let answer) = try? context.ask(.showBuild(build: name)) else { return .execution(found) }
        let build: String
        switch answer {
        case .build(let other): build = "build \(other.projectName)#\(other.buildNumber) (\(other.id))"
        case .batch(let other, _): build = "batch \(other.projectName)#batch\(other.buildBatchNumber) (\(other.id))"
        default: return .execution(found)
        }
        let execution = "execution \(found.execution.label) (\(found.execution.id))"
        throw VerbError(.usage, "`\(name)` may be \(build) or \(execution); write more of it")
    }

    /// Helps who names a pipeline instead of an execution; a project of that name goes before it.
    private static func checkIsNoPipeline(_ name: String, _ context: VerbContext) throws {
        guard !name.contains("#"), !name.contains(":"), name != "latest" else { return }
        do throws(ControlFailure) {
            var client = try ControlClient(context.home)
            _ = try client.ask(.showBuild(build: name))
        } catch {
            guard error.code == .notFound else { return }
            guard (try? context.ask(.pipeline(.show(pipeline: name)))) != nil else { return }
            throw VerbError(
                .notFound,
                "`\(name)` is a pipeline: `nacre pipeline show \(name)`, or \(name)/latest for its newest execution"
            )
        }
    }

    /// The execution that is meant where nothing else can be.
    static func execution(_ name: String, _ context: VerbContext) throws(ControlFailure) -> ExecutionReport {
        try ask(name, context)
    }

    private static func ask(_ name: String, _ context: VerbContext) throws(ControlFailure) -> ExecutionReport {
        var client = try ControlClient(context.home)
        guard case .pipeline(.execution(let report)) = try client.ask(.pipeline(.showExecution(execution: name))) else {
            throw ControlFailure(.fault, "the daemon's answer is not an execution")
        }
        return report
    }

    /// Whether a text can be the beginning of a UUID.
    private static func mayBeUUID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 36
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
                    || byte == 0x2d
            }
    }
}
