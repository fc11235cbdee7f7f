// SPDX-License-Identifier: Apache-2.0

import Foundation

extension DaemonFixture {
    /// Applies a definition's text.
    @discardableResult
    package func apply(
        _ text: String,
        _ arguments: String...,
        file name: String = "definition.json"
    ) throws -> Program.Result {
        let path = "\(ScratchDirectory.path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let result = try Program.run(
            Program.product("nacre"),
            ["apply", path] + arguments,
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
            in: ScratchDirectory.path
        )
        return result
    }

    /// Applies a definition that must be good.
    @discardableResult
    package func define(_ definition: Definition) throws -> Program.Result {
        let result = try apply(definition.text, file: "\(definition.name).json")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)\n\(definition.text)") }
        return result
    }

    /// An execution as it is now.
    package func execution(_ reference: String = "line/latest") throws -> ShownExecution {
        try ShownBuild.decode(try nacre("show", reference, "--json"))
    }

    /// Waits until there is one, and it is so.
    @discardableResult
    package func execution(
        _ reference: String,
        until what: String,
        _ condition: (ShownExecution) throws -> Bool
    ) throws -> ShownExecution {
        var last: ShownExecution?
        try eventually("\(reference) \(what); it is \(last.map { "\($0)" } ?? "not there"); \(log)") {
            let result = try nacre("show", reference, "--json")
            if result.status == 5 { return false }
            let shown: ShownExecution = try ShownBuild.decode(result)
            last = shown
            return try condition(shown)
        }
        guard let last else { throw Program.Failure(description: "there is no execution \(reference)") }
        return last
    }

    /// Waits until it is over.
    package func over(_ reference: String) throws -> ShownExecution {
        try execution(reference, until: "is over") { !["InProgress", "Stopping"].contains($0.status) }
    }

    /// Waits until an action waits for its person.
    package func asks(_ reference: String, _ action: String = "Ask") throws -> ShownExecution {
        try execution(reference, until: "asks in \(action)") { $0.action(action)?.status == "InProgress" }
    }

    package func state(_ pipeline: String = "line") throws -> ShownState {
        try ShownBuild.decode(try nacre("pipeline", "show", pipeline, "--json"))
    }

    /// Waits until the pipeline stands so.
    @discardableResult
    package func state(
        _ pipeline: String = "line",
        until what: String,
        _ condition: (ShownState) throws -> Bool
    ) throws -> ShownState {
        var last: ShownState?
        try eventually("\(pipeline) \(what); \(last.map { "\($0)" } ?? ""); \(log)") {
            let shown = try state(pipeline)
            last = shown
            return try condition(shown)
        }
        guard let last else { throw Program.Failure(description: "there is no pipeline \(pipeline)") }
        return last
    }
}
