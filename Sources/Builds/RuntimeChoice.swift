// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import Runtimes

/// `runtime-versions`: what of it the machine has, and what that adds to the build's variables.
struct RuntimeChoice {
    /// A runtime that is not there, with its place in the buildspec.
    struct Refusal {
        let diagnostic: Diagnostic
        let message: String
    }

    /// In file order.
    var selections: [RuntimeSelection] = []

    /// Looks for every runtime that `install` asks for.
    /// * `isOptional`: whether one that is missing is only told of, as AWS does in an image that is not its own.
    static func make(
        _ buildspec: Buildspec,
        _ environment: @autoclosure () -> CommandEnvironment,
        links: String,
        isOptional: Bool,
        log: BuildLog
    ) throws(FileError) -> (choice: RuntimeChoice, refusals: [Refusal]) {
        var choice = RuntimeChoice()
        var refusals: [Refusal] = []
        let wanted = buildspec.phases[.install]?.runtimeVersions ?? []
        if wanted.isEmpty { try log.agent("No runtime version selected in buildspec.") }
        for runtime in wanted {
            let catalog = RuntimeCatalog(environment: choice.applied(to: environment()).values)
            switch try catalog.select(runtime.name, runtime.version, links: links) {
            case .success(let selection):
                for line in selection.logLines { try log.agent(line) }
                choice.selections.append(selection)
            case .failure(let error) where isOptional:
                try log.agent(
                    "Skipping install of runtimes. Runtime version selection is not supported by this build image"
                )
                try log.agent(error.message)
            case .failure(let error):
                refusals.append(
                    Refusal(
                        diagnostic: Diagnostic(
                            .error,
                            error.message,
                            at: runtime.location,
                            hint: error.hint,
                            wireMessage: error.message
                        ),
                        message: error.message
                    )
                )
            }
        }
        return (choice, refusals)
    }

    /// The variables of the build with those of the runtimes.
    func applied(to environment: CommandEnvironment) -> CommandEnvironment {
        var result = environment
        for selection in selections {
            let path = [result["PATH"] ?? ""].filter { !$0.isEmpty }
            if !selection.folders.isEmpty { result["PATH"] = (selection.folders + path).joined(separator: ":") }
            for (name, value) in selection.variables { result[name] = value }
        }
        return result
    }
}
