// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Puts refs on the disk, so that nothing that follows from where they point outlives a power cut that they do not.
///
/// git gives a ref its name by renaming a file, and never syncs the folder. After a power cut the ref would be where it was
/// before, and look as if somebody had moved it back.
package enum DurableRefs {
    /// Blocks until the refs of the git directory are on the disk as they are now.
    ///
    /// What is there already costs nearly nothing. Where the disk refuses, nothing is said: what is read next will tell.
    /// - Parameters:
    ///   - names: full names; those that are not there may be packed or gone.
    ///   - path: the git directory.
    package static func sync(_ names: [String], of path: String) {
        // Of a name that leads nowhere else; git allows no other.
        let good = names.filter { !$0.split(separator: "/").contains("..") }
        let files = Set(good.map { "\(path)/\($0)" } + ["\(path)/packed-refs"])
        // A ref that is new may have brought new folders.
        var folders: Set<String> = [path]
        for name in good {
            var folder = Paths.parent("\(path)/\(name)")
            while folder.utf8.count > path.utf8.count, folders.insert(folder).inserted { folder = Paths.parent(folder) }
        }
        for path in files { try? Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW).sync() }
        for folder in folders { try? Descriptor.open(folder, O_RDONLY | O_DIRECTORY).sync() }
    }
}
