// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import WireWords

/// `TMPDIR` of one build: what its programs leave there is not seen by other builds, and goes with it.
struct TemporaryFolder {
    static let variable = "TMPDIR"

    /// Short, as programs make sockets in it, whose paths have at most 107 bytes.
    let path: String

    /// The folder of a build of the daemon on the bare machine; nil where it has none of its own.
    ///
    /// A sandbox and an image have a `/tmp` of their own, a local build is its user's own doing, and what a deployment leaves
    /// running goes on to use its files.
    init?(of request: BuildRequest) {
        guard !request.isLocal, request.isolation == .none, request.leavesProcesses != true else { return nil }
        let parent = request.machineEnvironment[Self.variable] ?? "/tmp"
        path = "\(parent)/nacre-\(request.id.uuid.suffix(12))"
    }

    func make() throws(FileError) {
        try Folder.makeOwn(path)
    }

    func remove() {
        try? Folder.remove(path)
    }
}
