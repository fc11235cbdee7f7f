// SPDX-License-Identifier: Apache-2.0

/// The artifact of a source with `OutputArtifactFormat` `CODEBUILD_CLONE_REF`: not the files, but where a build is to clone
/// them from, with their history.
///
/// The artifact is a zip with one file, `codebuild-clone-ref.json`, that holds this as JSON.
struct CloneReference: Sendable, Hashable, Codable {
    /// The file's name in the zip.
    static let fileName = "codebuild-clone-ref.json"

    var repositoryName: String
    /// The branch's name, or that of the tag that was pushed.
    var branch: String
    /// 40 hexadecimal digits; to be checked out after cloning.
    var commitId: String
    /// The absolute path of the bare repository, which `git clone` takes.
    var cloneUrl: String
}
