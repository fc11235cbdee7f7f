// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The files by which the kernel shows a control group.
enum ControlGroupFile {
    /// Writes a value.
    /// - Returns: 0 or an errno.
    static func write(_ text: String, to path: String) -> Int32 {
        do throws(FileError) {
            try Descriptor.open(path, O_WRONLY).writeAll(text)
            return 0
        } catch {
            return error.code
        }
    }

    /// The words of a file; none when it cannot be read.
    static func words(_ path: String) -> [String] {
        text(path).split(whereSeparator: { $0 == " " || $0 == "\n" }).map { String($0) }
    }

    /// A file that is one number.
    static func number(_ path: String) -> Int64? {
        words(path).first.flatMap { Int64($0) }
    }

    /// The number behind a name, of a file with a name and a number on each line.
    static func counter(_ name: String, in path: String) -> Int64? {
        for line in text(path).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Int64(words[1]) }
        }
        return nil
    }

    /// The processes of a group and of those within it.
    static func members(_ folder: String) -> [Int32] {
        var result = words("\(folder)/cgroup.procs").compactMap { Int32($0) }
        for child in children(of: folder) { result += members(child) }
        return result
    }

    /// Removes a group and those within it.
    ///
    /// The kernel needs a moment after the last process has gone.
    ///
    /// - Returns: whether it is gone.
    static func removeTree(_ folder: String) -> Bool {
        for _ in 0..<200 {
            for child in children(of: folder) { _ = removeTree(child) }
            if unsafe rmdir(folder) == 0 || errno == ENOENT { return true }
            if errno != EBUSY { return false }
            usleep(1000)
        }
        return false
    }

    private static func children(of folder: String) -> [String] {
        guard let names = try? DirectoryListing.names(of: folder) else { return [] }
        // A group's own files have a dot in their names; the stat is left to the rest.
        return names.map { "\(folder)/\($0)" }.filter { Folder.isFolder($0) }
    }

    private static func text(_ path: String) -> String {
        String(decoding: (try? AtomicFile.read(path, limit: 1 << 20)) ?? [], as: UTF8.self)
    }
}
