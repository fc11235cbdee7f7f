// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import Journals

/// Which repository of this machine stands for one that a connection names.
enum RepositoryMapping {
    /// The kind of the resources that say so: named `OWNER/NAME`, holding the repository's name.
    static let kind = "mapping"

    /// The names of the repositories that may be meant, the one that counts first.
    ///
    /// A connection's `OWNER/NAME` is what a mapping says, else the repository `NAME`.
    static func candidates(_ settings: GitSourceSettings, mappings: [String: String]) -> [String] {
        if settings.kind == .codeCommit { return [settings.repository] }
        if let mapped = mappings[settings.repository] { return [mapped] }
        return settings.repository.split(separator: "/").last.map { [String($0)] } ?? []
    }

    /// The repository's name in a resource: a JSON string, an object with `repository`, or the bare name.
    static func repository(in body: String) -> String {
        switch try? JSONText.parse(Array(body.utf8)) {
        case .string(let name): name
        case .object(let members):
            if case .string(let name)? = members["repository"] { name } else { body }
        default: body
        }
    }

    /// All mappings of a journal.
    static func all(in journal: Journal) throws(JournalError) -> [String: String] {
        var result: [String: String] = [:]
        for resource in try journal.resources(kind: kind) { result[resource.name] = repository(in: resource.body) }
        return result
    }
}
