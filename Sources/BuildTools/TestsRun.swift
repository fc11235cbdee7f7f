// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// `codebuild-tests-run`: runs a test command on the files of this build's shard.
///
/// Which shard this is, two variables say, which a batch sets: `CODEBUILD_CURRENT_SHARD`, from 0, and
/// `CODEBUILD_TOTAL_SHARDS`. Without them there is one shard with all files. AWS documents no names for them.
///
/// [Use the codebuild-tests-run CLI command](https://docs.aws.amazon.com/codebuild/latest/userguide/parallel-test-tests-run.html)
struct TestsRun {
    /// The shard's files, one a line, for the test command.
    static let filesVariable = "CODEBUILD_CURRENT_SHARD_FILES"
    /// The kernel takes no longer text as an argument or variable (`MAX_ARG_STRLEN`).
    private static let limitTextBytes = 128 << 10

    private var testCommand: String?
    private var filesSearch: String?
    private var strategy = ShardingStrategy.equalDistribution

    /// - Returns: the exit code, where there is nothing to run; else the test command takes the place of this process.
    static func run(_ arguments: [String], _ output: ToolOutput) throws(ToolFailure) -> Int32 {
        let tool = try TestsRun(arguments)
        let (shard, total) = try shard()
        guard let testCommand = tool.testCommand, let filesSearch = tool.filesSearch else {
            throw .usage("--test-command and --files-search are needed")
        }
        let all = try search(filesSearch)
        if all.isEmpty { throw ToolFailure("the files search found no files: \(filesSearch)") }
        let files = tool.strategy.files(all, shard: shard, of: total)
        if files.isEmpty {
            output.print("No test files for shard \(shard + 1) of \(total)")
            return 0
        }
        output.print("Running \(files.count) of \(all.count) test files in shard \(shard + 1) of \(total)")
        try replaceProcess(script(for: testCommand), files, output)
        return 1
    }

    private init(_ arguments: [String]) throws(ToolFailure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            guard ["--test-command", "--files-search", "--sharding-strategy"].contains(name) else {
                throw .usage("there is no option \(argument)")
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw .usage("\(name) needs a value")
            }
            switch name {
            case "--test-command": testCommand = value
            case "--files-search": filesSearch = value
            default:
                guard let strategy = ShardingStrategy(rawValue: value) else {
                    throw .usage("there is no sharding strategy \(value)")
                }
                self.strategy = strategy
            }
        }
    }

    private static func shard() throws(ToolFailure) -> (shard: Int, total: Int) {
        guard let shardText = variable(BuildTool.shardVariable), let totalText = variable(BuildTool.shardCountVariable)
        else { return (0, 1) }
        guard let shard = Int(shardText), let total = Int(totalText), total > 0, (0..<total).contains(shard) else {
            throw ToolFailure(
                "\(BuildTool.shardVariable)=\(shardText), \(BuildTool.shardCountVariable)=\(totalText) make no sense"
            )
        }
        return (shard, total)
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The test command with the files as further arguments, which come as the script's own: no name is shell text.
    ///
    /// A command that reads the variable has placed the files itself, as in AWS's examples for Maven.
    static func script(for command: String) -> String {
        var text = command[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text.contains(filesVariable) ? String(text) : "\(text) \"$@\""
    }

    /// Runs the search and gives the names that it prints.
    private static func search(_ command: String) throws(ToolFailure) -> [String] {
        do throws(FileError) {
            let ends = try Descriptor.pipe()
            let reading = Descriptor(owning: ends.reading)
            let child = try start(command, output: Descriptor(owning: ends.writing))
            let bytes = try reading.readToEnd()
            let status = try child.wait()
            guard status.isSuccess else {
                throw FileError(code: ECHILD, function: "exit status \(status.shellCode)", path: command)
            }
            return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        } catch {
            if error.code == ECHILD { throw ToolFailure("the files search failed: \(command): \(error.function)") }
            throw ToolFailure("\(error)")
        }
    }

    private static func start(_ command: String, output: consuming Descriptor) throws(FileError) -> ChildProcess {
        try ChildProcess.spawn(
            ChildProcess.Request(
                executable: "/bin/sh",
                arguments: ["sh", "-c", command],
                environment: ProcessEnvironment.list(),
                standard: (input: STDIN_FILENO, output: output.number, error: STDERR_FILENO),
                startsSession: false
            )
        )
    }

    /// Becomes the shell that runs the test command.
    private static func replaceProcess(
        _ script: String,
        _ files: [String],
        _ output: ToolOutput
    ) throws(ToolFailure) {
        let list = files.joined(separator: "\n")
        if list.utf8.count + filesVariable.utf8.count + 2 > limitTextBytes {
            output.complain("codebuild-tests-run: \(filesVariable) would be too long and is not set")
            _ = unsafe unsetenv(filesVariable)
        } else {
            _ = unsafe setenv(filesVariable, list, 1)
        }
        let arguments = ["sh", "-c", script, "sh"] + files
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        _ = unsafe execv("/bin/sh", pointers)
        let failure = FileError(code: errno, function: "execv", path: "/bin/sh")
        for index in unsafe pointers.indices { unsafe free(pointers[index]) }
        throw ToolFailure("\(failure)")
    }
}
