// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc
package import Processes

/// Carries out the event Install: takes the last revision's files away, copies the new ones, sets their rights.
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
    /// Everything that can be known before is looked at before anything is changed. After a crash or a failure the record names
    /// whatever may have been installed.
    /// - Returns: what was done, a line each.
    /// - Throws: what keeps the revision from being installed.
    package func install(_ appSpec: AppSpec) throws(AppSpecError) -> [String] {
        let last = try InstalledFiles.read(record)
        let rights = try PermissionPlan(appSpec.permissions, users: users)
        let plan = try InstallPlan(appSpec, bundle: bundle, last: last)
        try rights.check(plan)
        try last.remove()
        // Folders that the last deployment had made are gone now, and are to be made again.
        let fresh = try InstallPlan(appSpec, bundle: bundle, last: InstalledFiles())
        try fresh.installed.write(to: record)
        do throws(FileError) {
            for folder in fresh.folders { try Self.make(folder) }
            for copy in fresh.copies { try Self.copy(copy) }
        } catch {
            throw AppSpecError(error)
        }
        try rights.apply(to: fresh)
        var lines: [String] = []
        if !last.files.isEmpty { lines.append("Removed \(Self.count(last.files.count)) of the last deployment") }
        lines.append("Installed \(Self.count(fresh.copies.count))")
        for path in fresh.retained { lines.append("Kept \(path), which was there already") }
        return lines
    }

    private static func count(_ number: Int) -> String { number == 1 ? "1 file" : "\(number) files" }

    private static func make(_ folder: String) throws(FileError) {
        if unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST { return }
        throw FileError(code: errno, function: "mkdir", path: folder)
    }

    /// Copies a file beside its place and moves it there, so that a program that runs is not written over.
    private static func copy(_ copy: InstallPlan.Copy) throws(FileError) {
        let temporary = "\(copy.destination).nacre-\(getpid())"
        _ = unsafe unlink(temporary)
        var status = stat()
        try FileError.check("lstat", copy.source) { unsafe lstat(copy.source, &status) }
        do throws(FileError) {
            if status.st_mode & S_IFMT == S_IFLNK {
                try copyLink(copy.source, to: temporary)
            } else {
                try copyFile(copy.source, to: temporary, mode: status.st_mode & 0o777)
            }
            try FileError.check("rename", copy.destination) { unsafe rename(temporary, copy.destination) }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
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
