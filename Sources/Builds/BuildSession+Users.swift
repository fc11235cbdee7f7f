// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import Processes

/// `run-as`.
extension BuildSession {
    private static let userVariables = ["HOME", "USER", "LOGNAME"]

    /// Prepares everything for the user of a phase.
    /// - Returns: why its commands cannot run; nil when they can.
    func enter(_ phase: Phase) throws(FileError) -> Build.Phase.Context? {
        let wanted = phase.runAs ?? buildspec.runAs
        if wanted == nil, user == nil { return nil }
        switch try users.enter(wanted?.value) {
        case .failure(let refusal):
            let place = wanted.map { "\($0.location.file):\($0.location.line):\($0.location.column): " } ?? ""
            try log.agent(refusal.message)
            return Build.Phase.Context(statusCode: "CLIENT_ERROR", message: place + refusal.message)
        case .success(let account):
            if account == user { return nil }
            try change(to: account)
            return nil
        }
    }

    private func change(to account: UserAccount?) throws(FileError) {
        user = account
        runner.debugStop?.give(to: account?.uid)
        try state.give(to: account?.credentials)
        let machine = supervisor.request.machineEnvironment
        let values = account.map { ["HOME": $0.home, "USER": $0.name, "LOGNAME": $0.name] } ?? machine
        // Whoever sets one of these means it.
        let own = Set(buildspec.environment.variables.map(\.name) + supervisor.request.overrides.map(\.name))
        for name in Self.userVariables where !own.contains(name) {
            guard let value = values[name] else { continue }
            environment[name] = value
            try state.override(name, value)
        }
        try log.agent("Running commands as user \(account?.name ?? values["USER"] ?? "root")")
    }
}
