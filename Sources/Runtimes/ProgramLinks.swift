// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// A folder of links, for an installation whose own folder holds much else: to put `/usr/bin` in front of `PATH` would bring
/// other programs there before those that the user has chosen.
struct ProgramLinks {
    /// The folder; made when there is something for it.
    let directory: String

    /// Has `PATH` lead to an installation under the names that buildspecs use.
    /// - Returns: the folder; nil when `PATH` leads there as it is.
    func make(_ kind: RuntimeKind, _ installation: RuntimeInstallation, path: String) throws(FileError) -> String? {
        let links = links(kind, installation)
        let folders = path.split(separator: ":")
        let isThere = links.allSatisfy { name, target in
            let first = folders.first { unsafe access("\($0)/\(name)", X_OK) == 0 }
            return first.map { Paths.real("\($0)/\(name)") == Paths.real(target) } ?? false
        }
        if isThere { return nil }
        try? Folder.remove(directory)
        try Folder.make(directory)
        for (name, target) in links {
            try FileError.check("symlink", "\(directory)/\(name)") {
                unsafe symlink(target, "\(directory)/\(name)")
            }
        }
        if kind == .python, links["pip"] == nil {
            // Another Python's `pip` would install into that one.
            let script = "#!/bin/sh\nexec \"\(directory)/python\" -m pip \"$@\"\n"
            for name in ["pip", "pip3"] {
                let file = try Descriptor.open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o755)
                try file.writeAll(script)
            }
        }
        return directory
    }

    private func links(_ kind: RuntimeKind, _ installation: RuntimeInstallation) -> [String: String] {
        let main = "\(installation.folder)/\(installation.program)"
        if kind == .docker { return ["docker": main] }
        let ending = installation.program.dropFirst(kind.programStem.count)
        var result = [kind.program: main]
        for name in kind.companions {
            // `gem3.1` beside `ruby3.1`.
            let candidates = [name + ending, name].map { "\(installation.folder)/\($0)" }
            if let found = candidates.first(where: { Folder.exists($0) }) { result[name] = found }
        }
        guard kind == .python else { return result }
        result["python"] = main
        if installation.version.parts[0] < 3 { result["python3"] = nil }
        let pip = "\(installation.folder)/pip\(ending)"
        if ending.contains("."), Folder.exists(pip) {
            result["pip"] = pip
            result["pip3"] = pip
        }
        return result
    }
}
