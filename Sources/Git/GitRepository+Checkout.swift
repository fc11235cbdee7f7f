// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

extension GitRepository {
    /// From how many files on a second thread pays for opening the repository once more.
    private static let parallelThreshold = 512

    /// Writes the files of a commit into an empty directory that exists.
    ///
    /// File content is what was committed, byte for byte: of `.gitattributes`, neither `text`/`eol` conversion nor `ident`,
    /// `filter` (so Git LFS pointers stay pointers), `export-ignore` or `export-subst` is applied. Executable files and
    /// symbolic links are made as such; a submodule becomes an empty directory. No index and no `.git` come to be.
    ///
    /// Blocks; takes a second thread for large trees. After a failure the directory holds a part of the files.
    /// - Parameters:
    ///   - commit: the full id.
    ///   - directory: where to write; on anything that is in the way the checkout fails.
    ///   - limits: how much may be written.
    ///   - isStopped: whether to give up; asked before each file, from both threads.
    /// - Returns: what was written.
    /// - Throws: `.notFound` when the commit or something in it is missing, `.unsafeEntry` for names such as `..` or `.git`,
    ///   `.tooLarge` past the limits, `.stopped`, `.fileSystem` when the directory cannot be written.
    @discardableResult
    package func checkout(
        _ commit: ObjectID,
        to directory: String,
        limits: CheckoutLimits = CheckoutLimits(),
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws(GitError) -> CheckoutSummary {
        let plan = try TreePlan(try self.commit(commit).tree, in: self, limits: limits)
        let writer = try TreeWriter(plan, to: directory, limits: limits, isStopped: isStopped)
        try writer.makeDirectories()
        if plan.files.count < Self.parallelThreshold {
            writer.writeFiles(from: self)
        } else {
            let path = path
            let group = DispatchGroup()
            // A queue of its own: the shared ones may have no thread left.
            DispatchQueue(label: "nacre.checkout").async(group: group) { @Sendable in
                // Where it cannot be opened again, the first thread does all of the work.
                guard let second = try? GitRepository.open(bare: path) else { return }
                writer.writeFiles(from: second)
            }
            writer.writeFiles(from: self)
            group.wait()
        }
        try writer.finish(from: self)
        return CheckoutSummary(
            files: plan.files.count,
            links: plan.links.count,
            directories: plan.directories.count - 1,
            submodules: plan.submoduleCount,
            bytes: writer.writtenBytes
        )
    }
}
