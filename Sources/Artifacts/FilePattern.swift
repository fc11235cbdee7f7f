// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Globs

/// One line of `files`, and where to look for what it matches.
struct FilePattern {
    /// As written.
    let text: String
    /// The pattern below `start`; nil where the text cannot be one.
    let glob: Glob?
    /// The folder to look in.
    let start: Start
    private let problem: String?

    /// A folder to look in.
    struct Start: Hashable {
        /// Without symbolic links.
        let realPath: String
        /// What goes before the paths in the archive.
        let archivePrefix: String
        /// The folder, without symbolic links, that nothing may lead out of.
        let boundary: String
    }

    /// Reads a pattern relative to a base directory.
    ///
    /// An absolute pattern inside the base directory is taken as relative to it. Another one is looked for where it
    /// says, and its files keep their whole path: `/opt/model/*` becomes `opt/model/…`.
    /// - Parameters:
    ///   - text: as written.
    ///   - realText: the same, but an absolute path into the source with the source's real path.
    ///   - base: where the pattern starts.
    init(_ text: String, realText: String, base: BaseDirectory) {
        self.text = text
        var pattern = realText
        var start = Start(realPath: base.realPath, archivePrefix: "", boundary: base.boundary)
        var problem: String?
        if realText.hasPrefix("/") {
            if let inside = RealPath.relative(realText, to: base.realPath) {
                pattern = inside
            } else if let (folder, rest) = Self.split(realText), let real = RealPath.resolve(folder) {
                start = Start(realPath: real, archivePrefix: String(folder.drop { $0 == "/" }), boundary: real)
                pattern = rest
            } else {
                problem = "'\(text)' is in no folder that exists"
            }
        }
        if Paths.names(text).contains("..") {
            problem = "'\(text)' has a '..': artifacts are taken from below the base directory only"
        }
        self.start = start
        guard problem == nil else {
            glob = nil
            self.problem = problem
            return
        }
        do throws(GlobError) {
            glob = try Glob(pattern)
            self.problem = nil
        } catch {
            glob = nil
            self.problem = "\(error)"
        }
    }

    /// What to tell an author whose pattern matched nothing; nil when there is nothing to add.
    func hint(base: BaseDirectory) -> String? {
        if let problem { return problem }
        guard let glob, glob.isLiteral else { return nil }
        let path = glob.segments.reduce(start.realPath) { path, segment in
            guard case .literal(let bytes) = segment else { return path }
            return RealPath.join(path, String(decoding: bytes, as: UTF8.self))
        }
        guard BaseDirectory.isDirectory(path) else { return nil }
        let name = text.hasSuffix("/") ? String(text.dropLast()) : text
        return
            "'\(text)' is a directory and matches no file; write '\(RealPath.join(name, "**/*"))' for all files in it"
    }

    /// The patterns that are looked for in one walk.
    struct Group {
        let start: Start
        /// Positions in the list of all patterns.
        var indices: [Int] = []
        var globs: [Glob] = []
    }

    /// Patterns by where they start; almost always that is one group.
    static func groups(_ patterns: [FilePattern]) -> [Group] {
        var groups: [Group] = []
        for (index, pattern) in patterns.enumerated() {
            guard let glob = pattern.glob else { continue }
            let position = groups.firstIndex { $0.start == pattern.start } ?? groups.count
            if position == groups.count { groups.append(Group(start: pattern.start)) }
            groups[position].indices.append(index)
            groups[position].globs.append(glob)
        }
        return groups
    }

    /// Splits an absolute pattern before its first name with a wildcard, or before its last name.
    private static func split(_ text: String) -> (folder: String, rest: String)? {
        let names = text.split(separator: "/")
        guard let last = names.indices.last else { return nil }
        let first = names.firstIndex { $0.contains { "*?[\\".contains($0) } } ?? last
        return ("/" + names[..<first].joined(separator: "/"), names[first...].joined(separator: "/"))
    }
}
