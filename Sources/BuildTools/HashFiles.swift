// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files

/// `codebuild-hash-files`: prints one SHA-256 over the files that patterns match, for cache keys.
///
/// The sum is over each file's name and the SHA-256 of its content, sorted by name: the same files give the same sum on
/// every machine, and a renamed file another one.
///
/// [Amazon S3 caching](https://docs.aws.amazon.com/codebuild/latest/userguide/caching-s3.html#caching-s3-dynamic.codebuild-hash-files)
enum HashFiles {
    static func run(_ arguments: [String], _ output: ToolOutput, in directory: String? = nil) throws(ToolFailure) {
        if arguments.isEmpty { throw .usage("a pattern is missing") }
        guard let directory = directory ?? Paths.currentDirectory() else {
            throw ToolFailure("the current folder has been removed")
        }
        let matches = try FileSearch.find(arguments, in: directory)
        // Nothing printed would make a key that never changes, without anybody noticing.
        if matches.isEmpty { throw ToolFailure("no files match \(arguments.joined(separator: " "))") }
        var hasher = SHA256Hasher()
        for match in matches {
            do throws(FileError) {
                hasher.update(Array(match.name.utf8) + [0])
                hasher.update(try SHA256Digest(ofFileAt: match.path).bytes)
            } catch {
                throw ToolFailure("\(error)")
            }
        }
        output.print(hasher.digest().hex)
    }
}
