// SPDX-License-Identifier: Apache-2.0

internal import Files

/// `codebuild-glob-search`: prints the files in the current folder that patterns match, one a line.
///
/// [Use the codebuild-glob-search CLI command](https://docs.aws.amazon.com/codebuild/latest/userguide/parallel-test-glob-search.html)
enum GlobSearch {
    static func run(_ arguments: [String], _ output: ToolOutput, in directory: String? = nil) throws(ToolFailure) {
        if arguments.isEmpty { throw .usage("a pattern is missing") }
        guard let directory = directory ?? Paths.currentDirectory() else {
            throw ToolFailure("the current folder has been removed")
        }
        let matches = try FileSearch.find(arguments, in: directory)
        if matches.isEmpty {
            output.complain("codebuild-glob-search: no files match \(arguments.joined(separator: " "))")
        }
        output.print(matches.map(\.name))
    }
}
