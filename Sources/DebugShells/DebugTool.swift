// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// The commands of a build that hold it and let it go on: names of the supervisor's own program.
///
/// Source: "Debug builds with Session Manager", CodeBuild user guide.
package enum DebugTool: String, CaseIterable, Sendable {
    /// Holds the build where it stands, if debugging is on.
    case breakpoint = "codebuild-breakpoint"
    /// Lets a held build go on.
    case resume = "codebuild-resume"

    /// Names the socket of the build's `DebugShellServer`; set only while debugging is on.
    package static let socketVariable = "NACRE_DEBUG_SOCKET"

    /// Runs the tool whose name a program was started by.
    /// - Parameters:
    ///   - name: `argv[0]`; folders before the name are ignored.
    ///   - arguments: what follows it; the tools take none.
    /// - Returns: the exit code; nil when the name is no tool's.
    package static func run(named name: String, _ arguments: [String]) -> Int32? {
        guard let tool = DebugTool(rawValue: Paths.name(name)) else { return nil }
        if !arguments.isEmpty {
            tool.say("it takes no arguments")
            return 2
        }
        return tool.run(ProcessEnvironment.list())
    }

    private func run(_ environment: [String]) -> Int32 {
        let prefix = "\(Self.socketVariable)="
        guard let entry = environment.first(where: { $0.hasPrefix(prefix) }) else {
            say(self == .breakpoint ? "skipped, as debugging is off" : "debugging is off")
            return self == .breakpoint ? 0 : 1
        }
        do throws(DebugShellError) {
            let client = try DebugShellClient(String(entry.dropFirst(prefix.utf8.count))) { say($0) }
            switch self {
            case .resume: return try client.ask(DebugHello(.resume))
            case .breakpoint:
                let directory = Paths.currentDirectory() ?? "/"
                return try client.ask(DebugHello(.breakpoint, directory: directory, environment: environment))
            }
        } catch {
            say(error.message)
            // A breakpoint never breaks a build.
            return self == .breakpoint ? 0 : 1
        }
    }

    private func say(_ text: String) {
        BorrowedOutput.standardError.write("\(rawValue): \(text)\n")
    }
}
