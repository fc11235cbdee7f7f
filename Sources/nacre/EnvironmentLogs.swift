// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Environments
import Files
import Glibc

/// The log of an environment, on standard output.
enum EnvironmentLogs {
    static func write(
        _ arguments: ParsedArguments,
        _ store: EnvironmentStore,
        _ context: VerbContext
    ) throws {
        let name = arguments.required("NAME")
        let folder = store.folder(try store.report(name).settings.name)
        let count = try arguments.integer("lines", in: 0...1_000_000)
        // Before the first read, so that nothing is missed between the two.
        let changes = try Inotify()
        _ = try changes.addWatch(folder.path, [.modified, .created, .selfMoved])
        var output = LogOutput(context)
        defer { output.finish() }
        var position = begin(folder, count, &output)
        guard arguments.flag("follow") else { return }
        while true {
            var event = pollfd(fd: changes.number, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&event, 1, -1)
            if try changes.readEvents().events.contains(where: { $0.mask.contains(.selfMoved) }) { return }
            try goOn(folder, &position, &output)
        }
    }

    /// Writes what is there.
    /// - Returns: where it ends.
    private static func begin(
        _ folder: EnvironmentFolder,
        _ count: Int?,
        _ output: inout LogOutput
    ) -> Int {
        let old = Self.read(folder.oldLog)
        let bytes = Self.read(folder.log)
        if let count {
            // The file before it has what the present one is too short for.
            let lines = (old + bytes).split(separator: 10, omittingEmptySubsequences: false).dropLast()
            for line in lines.suffix(count) { output.write(line + [10]) }
        } else {
            output.write(old[...])
            output.write(bytes[...])
        }
        return bytes.count
    }

    private static func read(_ path: String) -> [UInt8] { (try? AtomicFile.read(path)) ?? [] }

    private static func goOn(_ folder: EnvironmentFolder, _ position: inout Int, _ output: inout LogOutput) throws {
        guard let file = try? Descriptor.open(folder.log, O_RDONLY) else { return }
        let size = Int(try file.status().st_size)
        // It was begun anew.
        if size < position { position = 0 }
        if size == position { return }
        _ = lseek(file.number, position, SEEK_SET)
        let bytes = try file.readToEnd()
        output.write(bytes[...])
        position += bytes.count
    }
}
