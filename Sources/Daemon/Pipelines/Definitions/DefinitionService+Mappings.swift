// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Journals

/// Which repository stands for one of a code host.
extension DefinitionService {
    /// Sets or takes away what stands for a repository of a code host.
    func map(
        _ remote: String,
        to repository: String?,
        by person: String
    ) async throws(ControlFailure) -> [MappedRepository] {
        let parts = remote.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }), !remote.contains(where: \.isWhitespace) else {
            throw ControlFailure(.invalid, "`\(remote)` is not OWNER/NAME, as FullRepositoryId of a connection has it")
        }
        let now = Timestamp.now().milliseconds
        let problem = try await journalled { journal throws(JournalError) -> ControlFailure? in
            guard let repository else {
                if try journal.removeResource(kind: Kind.mapping, name: remote) { return nil }
                return ControlFailure(.notFound, "nothing stands for `\(remote)`; see `nacre repo list`")
            }
            guard try journal.repository(named: repository) != nil else {
                return ControlFailure(.notFound, "there is no repository `\(repository)`; see `nacre repo list`")
            }
            try journal.setResource(
                kind: Kind.mapping,
                name: remote,
                body: Self.encode(repository),
                origin: person,
                at: now
            )
            return nil
        }
        if let problem { throw problem }
        self.parts.log.write(
            .notice,
            "Mapping of a repository changed",
            ["remote": remote, "repository": repository ?? "none", "by": person]
        )
        await self.parts.pipelines.projectsChanged()
        return try await mappings()
    }

    /// All mappings, by the name at the code host.
    func mappings() async throws(ControlFailure) -> [MappedRepository] {
        try await journalled { journal throws(JournalError) in
            try journal.resources(kind: Kind.mapping).map(Self.mapping)
        }
    }
}
