// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc
internal import Processes

/// The rights that an appspec gives to what it installs, with its users and groups looked up.
struct PermissionPlan {
    private struct Rule {
        let permission: AppSpec.Permission
        let owner: UInt32?
        let group: UInt32?
    }

    private let rules: [Rule]

    /// - Throws: where a user or a group does not exist here.
    init(_ permissions: [AppSpec.Permission], users: UserDatabase) throws(AppSpecError) {
        var rules: [Rule] = []
        for permission in permissions {
            var owner: UInt32?
            var group: UInt32?
            do throws(FileError) {
                if let name = permission.owner {
                    owner = try users.account(name.value)?.uid
                    if owner == nil {
                        throw FileError(code: ENOENT, function: "\(name.location): user", path: name.value)
                    }
                }
                if let name = permission.group {
                    group = try users.group(name.value)
                    if group == nil {
                        throw FileError(code: ENOENT, function: "\(name.location): group", path: name.value)
                    }
                }
            } catch {
                throw AppSpecError("\(error.function) `\(error.path ?? "")` does not exist here")
            }
            rules.append(Rule(permission: permission, owner: owner, group: group))
        }
        self.rules = rules
    }

    /// Refuses patterns for an object that is a file.
    func check(_ plan: InstallPlan) throws(AppSpecError) {
        let files = Set(plan.copies.map(\.destination))
        for rule in rules {
            let permission = rule.permission
            guard files.contains(Paths.normalized(permission.object.value)), permission.kinds.contains(.file) else {
                continue
            }
            if permission.pattern != "**" || !permission.exceptions.isEmpty {
                throw AppSpecError(
                    "\(permission.object.location): the object \(permission.object.value) is a file, for which there is no "
                        + "`pattern` and no `except`"
                )
            }
        }
    }

    /// Sets the rights of what the plan has installed, rule after rule.
    func apply(to plan: InstallPlan) throws(AppSpecError) {
        for rule in rules {
            let object = Paths.normalized(rule.permission.object.value)
            for copy in plan.copies where rule.permission.kinds.contains(.file) {
                if copy.destination == object || Self.matches(copy.destination, rule.permission, in: object) {
                    try Self.set(rule, on: copy.destination)
                }
            }
            for folder in plan.folders where rule.permission.kinds.contains(.directory) {
                if Self.matches(folder, rule.permission, in: object) { try Self.set(rule, on: folder) }
            }
        }
    }

    private static func set(_ rule: Rule, on path: String) throws(AppSpecError) {
        do throws(FileError) {
            if rule.owner != nil || rule.group != nil {
                // -1 leaves as it is.
                try FileError.check("lchown", path) { unsafe lchown(path, rule.owner ?? .max, rule.group ?? .max) }
            }
            guard let mode = rule.permission.mode else { return }
            var status = stat()
            try FileError.check("lstat", path) { unsafe lstat(path, &status) }
            // A link has no rights, and those of what it leads to are not ours to set.
            if status.st_mode & S_IFMT == S_IFLNK { return }
            try FileError.check("chmod", path) { unsafe chmod(path, mode) }
        } catch {
            throw AppSpecError(error)
        }
    }

    private static func matches(_ path: String, _ permission: AppSpec.Permission, in object: String) -> Bool {
        let folder = object == "/" ? "/" : object + "/"
        guard path.hasPrefix(folder) else { return false }
        let name = path.dropFirst(folder.count)
        let isDirect = !name.contains("/")
        if isDirect, permission.exceptions.contains(where: { matches(name, pattern: $0[...]) }) { return false }
        return permission.pattern == "**" || (isDirect && matches(name, pattern: permission.pattern[...]))
    }

    /// Whether a name matches a pattern in which `*` stands for any characters.
    static func matches(_ name: Substring, pattern: Substring) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return name == pattern }
        guard let first = parts.first, let last = parts.last, name.hasPrefix(first) else { return false }
        var rest = name.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = find(part, in: rest) else { return false }
            rest = rest[place...].dropFirst(part.count)
        }
        return rest.count >= last.count && rest.hasSuffix(last)
    }

    private static func find(_ part: Substring, in text: Substring) -> Substring.Index? {
        text.indices.first { text[$0...].hasPrefix(part) }
    }
}
