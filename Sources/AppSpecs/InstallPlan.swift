// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc

/// What the event Install does, worked out before anything is changed.
package struct InstallPlan: Sendable, Hashable {
    /// A file or symbolic link that is copied.
    package struct Copy: Sendable, Hashable {
        package let source: String
        package let destination: String

        /// Where it is until everything is copied.
        var draft: String { "\(destination).nacre-new" }
    }

    /// Folders that are the deployment's own, each after those above it: to be made, or made by the last one already.
    package private(set) var folders: [String] = []
    package private(set) var copies: [Copy] = []
    /// Files that are there and stay, by `file_exists_behavior: RETAIN`.
    package private(set) var retained: [String] = []

    private let behavior: AppSpec.FileExistsBehavior
    /// What the last deployment has put there, and is taken away first.
    private let leaving: Set<String>
    /// The folders that it has made.
    private let kept: Set<String>
    private var sources: [String: String] = [:]
    private var made: Set<String> = []

    /// Looks at the revision and at the machine, and changes nothing.
    /// - Parameters:
    ///   - appSpec: the revision's.
    ///   - bundle: the folder that holds the revision; absolute.
    ///   - last: what the last deployment has put on the machine.
    /// - Throws: where the revision lacks a file, two come to one place, or a file is in the way.
    package init(_ appSpec: AppSpec, bundle: String, last: InstalledFiles) throws(AppSpecError) {
        behavior = appSpec.fileExistsBehavior
        leaving = Set(last.files)
        kept = Set(last.folders)
        for rule in appSpec.files {
            // Others have been refused.
            guard let path = RevisionPath(rule.source.value) else { continue }
            let source = path.path(in: bundle)
            let destination = Paths.normalized(rule.destination.value)
            switch Self.kind(source) {
            case nil:
                throw AppSpecError("\(rule.source.location): the revision has no file or folder `\(rule.source.value)`")
            case S_IFDIR:
                makeParents(of: destination + "/x")
                try addFolder(source, destination)
            default:
                let name = path.names.last.map { String($0) } ?? ""
                let target = destination == "/" ? "/\(name)" : "\(destination)/\(name)"
                makeParents(of: target)
                try add(source, target)
            }
        }
    }

    /// The record of what the plan puts on the machine.
    package var installed: InstalledFiles {
        InstalledFiles(files: copies.map(\.destination), folders: folders)
    }

    private mutating func addFolder(_ source: String, _ destination: String) throws(AppSpecError) {
        make(destination)
        let names: [String]
        do throws(FileError) { names = try DirectoryListing.names(of: source).sorted() } catch {
            throw AppSpecError(error)
        }
        for name in names {
            let inner = "\(source)/\(name)"
            let target = destination == "/" ? "/\(name)" : "\(destination)/\(name)"
            if Self.kind(inner) == S_IFDIR { try addFolder(inner, target) } else { try add(inner, target) }
        }
    }

    private mutating func add(_ source: String, _ destination: String) throws(AppSpecError) {
        if let other = sources.updateValue(source, forKey: destination) {
            throw AppSpecError("two files of the revision come to \(destination): \(other) and \(source)")
        }
        if let kind = Self.kind(destination), !leaving.contains(destination) {
            if kind == S_IFDIR { throw AppSpecError("there is a folder in the place of the file \(destination)") }
            switch behavior {
            case .disallow:
                throw AppSpecError(
                    "The deployment failed because a specified file already exists at this location: \(destination)"
                )
            case .overwrite: break
            case .retain:
                retained.append(destination)
                return
            }
        }
        copies.append(Copy(source: source, destination: destination))
    }

    private mutating func makeParents(of path: String) {
        var folder = ""
        for name in path.split(separator: "/").dropLast() {
            folder += "/\(name)"
            make(folder)
        }
    }

    private mutating func make(_ folder: String) {
        let isOwn = kept.contains(folder) || !Folder.isFolder(folder)
        if isOwn, made.insert(folder).inserted { folders.append(folder) }
    }

    /// What a path names, symbolic links not followed; nil where there is nothing.
    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
