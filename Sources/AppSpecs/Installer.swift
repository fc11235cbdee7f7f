// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc
package import Processes

/// Carries out the event Install: copies the new files beside their places, takes the last revision's files away, moves the
/// new ones to their places and sets their rights.
///
/// Until all the copies are on the disk the last revision stays as it is.
package struct Installer: Sendable {
    /// Holds the revision; absolute.
    private let bundle: String
    /// Where the record of installed files is.
    private let record: String
    private let users: UserDatabase

    /// * `bundle`: the folder of the revision; absolute.
    /// * `record`: the file that tells what the last deployment has installed; written anew.
    package init(bundle: String, record: String, users: UserDatabase = UserDatabase()) {
        self.bundle = bundle
        self.record = record
        self.users = users
    }

    /// Installs a revision.
    ///
    /// Everything that can be known before is looked at before anything is changed. After a crash the record names whatever
    /// may have been installed or copied, and the next installation takes it away.
    /// - Returns: what was done, a line each.
    /// - Throws: what keeps the revision from being installed.
    package func install(_ appSpec: AppSpec) throws(AppSpecError) -> [String] {
        let last = try InstalledFiles.read(record)
        let rights = try PermissionPlan(appSpec.permissions, users: users)
        let plan = try InstallPlan(appSpec, bundle: bundle, last: last)
        try rights.check(plan)
        last.removeDrafts()
        try last.joined(plan.installed, drafts: plan.copies.map(\.draft)).write(to: record)
        try prepare(plan, over: last)
        try last.remove(but: plan.installed)
        try place(plan.copies)
        last.removeFolders(but: plan.installed)
        try rights.apply(to: plan)
        do throws(FileError) { try Self.sync(plan) } catch { throw AppSpecError(error) }
        try plan.installed.write(to: record)
        var lines: [String] = []
        if !last.files.isEmpty { lines.append("Removed \(Self.count(last.files.count)) of the last deployment") }
        lines.append("Installed \(Self.count(plan.copies.count))")
        for path in plan.retained { lines.append("Kept \(path), which was there already") }
        return lines
    }

    /// Makes the folders and the copies; where that fails, on a full disk say, the last deployment is as it was.
    private func prepare(_ plan: InstallPlan, over last: InstalledFiles) throws(AppSpecError) {
        do throws(FileError) {
            for folder in plan.folders { try Self.make(folder, insteadOf: last) }
            for copy in plan.copies { try Self.copy(copy) }
            try Self.sync(plan)
        } catch {
            for copy in plan.copies { _ = unsafe unlink(copy.draft) }
            plan.installed.removeFolders(but: last)
            try? last.write(to: record)
            throw AppSpecError(error)
        }
    }

    private func place(_ copies: [InstallPlan.Copy]) throws(AppSpecError) {
        do throws(FileError) {
            for copy in copies {
                try FileError.check("rename", copy.destination) { unsafe rename(copy.draft, copy.destination) }
            }
        } catch {
            throw AppSpecError(error)
        }
    }

    /// Puts what was written on the disk, on each file system that it went to.
    private static func sync(_ plan: InstallPlan) throws(FileError) {
        var devices: Set<UInt64> = []
        for folder in Set(plan.copies.map { Paths.parent($0.destination) }) {
            let opened = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
            if devices.insert(UInt64(try opened.status().st_dev)).inserted { try opened.syncFileSystem() }
        }
    }

    private static func count(_ number: Int) -> String { number == 1 ? "1 file" : "\(number) files" }

    private static func make(_ folder: String, insteadOf last: InstalledFiles) throws(FileError) {
        if unsafe mkdir(folder, 0o755) == 0 { return }
        if errno == EEXIST, !Folder.isFolder(folder), last.files.contains(folder) {
            // A file of the last deployment is where a folder is to be.
            _ = unsafe unlink(folder)
            if unsafe mkdir(folder, 0o755) == 0 { return }
        }
        if errno != EEXIST { throw FileError(code: errno, function: "mkdir", path: folder) }
    }

    /// Copies a file beside its place: a program that runs is not written over, and what is there stays until all are copied.
    private static func copy(_ copy: InstallPlan.Copy) throws(FileError) {
        _ = unsafe unlink(copy.draft)
        var status = stat()
        try FileError.check("lstat", copy.source) { unsafe lstat(copy.source, &status) }
        if status.st_mode & S_IFMT == S_IFLNK {
            try copyLink(copy.source, to: copy.draft)
        } else {
            try copyFile(copy.source, to: copy.draft, mode: status.st_mode & 0o777)
        }
    }

    private static func copyFile(_ source: String, to path: String, mode: UInt32) throws(FileError) {
        let input = try Descriptor.open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let output = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode | 0o200)
        try FileError.check("fchmod", path) { fchmod(output.number, mode) }
        while true {
            let count = sendfile(output.number, input.number, nil, 1 << 30)
            if count == 0 { return }
            if count < 0, errno != EINTR { throw FileError(code: errno, function: "sendfile", path: source) }
        }
    }

    private static func copyLink(_ source: String, to path: String) throws(FileError) {
        let target = try Directory(Paths.parent(source)).target(ofSymbolicLink: Array(Paths.name(source).utf8))
        try Directory(Paths.parent(path)).makeSymbolicLink(Array(Paths.name(path).utf8), to: target)
    }
}
