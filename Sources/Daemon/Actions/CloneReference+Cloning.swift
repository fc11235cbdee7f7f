// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Git
internal import Glibc
internal import JSON
internal import Journals
internal import Processes

/// Reading a reference, and cloning what it names.
extension CloneReference {
    /// A larger artifact holds something else.
    static let limitBytes: Int64 = 64 << 10

    /// Why there is no clone, in a sentence.
    struct Failure: Error {
        let message: String
    }

    /// The reference that a folder holds and nothing else; nil where it holds other things.
    static func read(from folder: String) -> CloneReference? {
        guard let names = try? DirectoryListing.names(of: folder), names == [fileName],
            let bytes = try? AtomicFile.read("\(folder)/\(fileName)", limit: Int(limitBytes))
        else { return nil }
        return try? JSONText.decode(CloneReference.self, from: bytes)
    }

    /// Puts a clone of the repository in the folder's place, with the commit checked out and no branch.
    ///
    /// Blocks. Only a repository that Nacre knows is cloned, whatever the artifact says.
    func clone(to folder: String, from repositories: [RepositoryRecord]) throws(Failure) {
        guard
            let repository = repositories.first(where: { $0.path == cloneUrl })
                ?? repositories.first(where: { $0.name == repositoryName })
        else {
            throw Failure(message: "there is no repository \(repositoryName) in Nacre any more; add it again")
        }
        guard ObjectID(hex: commitId) != nil else { throw Failure(message: "\(commitId) is not a commit id") }
        try? Folder.remove(folder)
        // Objects are copied and not linked: a build may do with its clone what it likes.
        try Self.git([
            "clone", "--quiet", "--no-checkout", "--no-hardlinks", "--template=", "--", repository.path, folder,
        ])
        try Self.git(["-C", folder, "checkout", "--quiet", "--detach", commitId])
    }

    /// Runs git, which needs nobody's settings.
    private static func git(_ arguments: [String]) throws(Failure) {
        let status: ExitStatus
        let output: [UInt8]
        do throws(FileError) {
            let null = try Descriptor.open("/dev/null", O_RDWR)
            let ends = try Descriptor.pipe()
            let reading = Descriptor(owning: ends.reading)
            let child = try start(arguments, null: null, errors: Descriptor(owning: ends.writing))
            output = try reading.readToEnd()
            status = try child.wait()
        } catch {
            throw Failure(message: "git cannot be run: \(error)")
        }
        if status.isSuccess { return }
        let words = String(decoding: output.suffix(2000), as: UTF8.self).split(separator: "\n").joined(separator: "; ")
        throw Failure(message: "git failed (\(status.shellCode)): \(words)")
    }

    /// Takes the writing end, so that the pipe ends with git.
    private static func start(
        _ arguments: [String],
        null: borrowing Descriptor,
        errors: consuming Descriptor
    ) throws(FileError) -> ChildProcess {
        try ChildProcess.spawn(
            ChildProcess.Request(
                executable: program,
                arguments: ["git", "-c", "safe.directory=*", "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null"]
                    + arguments,
                environment: [
                    "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1",
                    "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
                ],
                directory: "/",
                standard: (null.number, null.number, errors.number)
            )
        )
    }

    private static var program: String {
        ["/usr/local/bin/git", "/usr/bin/git"].first { Folder.exists($0) } ?? "/usr/bin/git"
    }
}
