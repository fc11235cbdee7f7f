// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// The commands that CodeBuild puts at a build's disposal: names of the supervisor's own program.
package enum BuildTool: String, CaseIterable, Sendable {
    /// One SHA-256 over the files that patterns match.
    case hashFiles = "codebuild-hash-files"
    /// The files that patterns match.
    case globSearch = "codebuild-glob-search"
    /// Runs the tests of one shard of a `build-fanout`.
    case testsRun = "codebuild-tests-run"
    /// What CodeDeploy's agent does at one lifecycle event; in deployments only.
    case deploymentEvent = "codedeploy-event"

    /// The variable with the number of this build's shard, from 0; a batch sets it, AWS documents no name.
    package static let shardVariable = "CODEBUILD_CURRENT_SHARD"
    /// The variable that says how many shards there are.
    package static let shardCountVariable = "CODEBUILD_TOTAL_SHARDS"
    /// The variable with the folder of a deployment group, where the last revision and the record of its files are kept.
    package static let deploymentFolderVariable = "NACRE_DEPLOYMENT_FOLDER"

    /// Runs the tool whose name a program was started by.
    /// - Parameters:
    ///   - name: `argv[0]`; folders before the name are ignored.
    ///   - arguments: what follows it.
    /// - Returns: the exit code; nil when the name is no tool's.
    package static func run(named name: String, _ arguments: [String]) -> Int32? {
        guard let tool = BuildTool(rawValue: Paths.name(name)) else { return nil }
        let output = ToolOutput.standard
        return tool.run(arguments, output)
    }

    func run(_ arguments: [String], _ output: ToolOutput) -> Int32 {
        if arguments == ["--help"] || arguments == ["-h"] {
            output.print(usage)
            return 0
        }
        do throws(ToolFailure) {
            switch self {
            case .hashFiles: try HashFiles.run(arguments, output)
            case .globSearch: try GlobSearch.run(arguments, output)
            case .testsRun: return try TestsRun.run(arguments, output)
            case .deploymentEvent: try DeploymentEvent.run(arguments, output)
            }
            return 0
        } catch {
            output.complain("\(rawValue): \(error.message)")
            if error.code == 2 { output.complain(usage) }
            return error.code
        }
    }

    private var usage: String {
        switch self {
        case .hashFiles, .globSearch: "usage: \(rawValue) PATTERN…"
        case .deploymentEvent: "usage: \(rawValue) EVENT | --succeeded"
        case .testsRun:
            "usage: \(rawValue) --test-command COMMAND --files-search COMMAND "
                + "[--sharding-strategy equal-distribution|stability]"
        }
    }

    /// Makes a symbolic link for each tool in a folder, to the program that runs now.
    ///
    /// * `directory`: exists; goes on the build's `PATH`.
    /// * `others`: names of further tools of the same program.
    package static func installLinks(into directory: String, others: [String] = []) throws(FileError) {
        guard let program = Paths.real("/proc/self/exe") else {
            throw FileError(code: ENOENT, function: "realpath", path: "/proc/self/exe")
        }
        for name in allCases.map(\.rawValue) + others {
            let link = "\(directory)/\(name)"
            let code = unsafe symlink(program, link) == 0 ? 0 : errno
            if code != 0, code != EEXIST { throw FileError(code: code, function: "symlink", path: link) }
        }
    }
}
