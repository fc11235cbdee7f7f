// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Journals
internal import Repositories

/// Pushes that hooks could not tell of when they were made.
extension PushIntake {
    /// Takes in what hooks have kept in the repository, since there was no daemon that would hear them: the oldest first, so that
    /// each continues from the one before.
    ///
    /// What is recorded and not yet removed when the daemon ends is recognised as the same push by the next.
    func takeKept(in repository: RepositoryRecord) async throws {
        if let others = takingKept[repository.id] { return try await others.value }
        let taking = Task { try await takeAllKept(in: repository) }
        takingKept[repository.id] = taking
        defer { takingKept[repository.id] = nil }
        try await taking.value
    }

    private func takeAllKept(in repository: RepositoryRecord) async throws {
        let path = repository.path
        while true {
            let known = keptForGood[repository.id] ?? []
            let kept = try await threads.run(path, within: RepositoryThreads.readingLimit) {
                KeptPushes.oldest(in: path, except: known)
            }
            if kept.isEmpty { return }
            for file in kept {
                if let request = file.request {
                    let push = Push(request, by: AuditActor(uid: file.user, pid: 0, session: nil))
                    _ = try await takeIn(push, in: repository)
                    log.write(
                        .notice,
                        "Push is taken in that its hook has kept",
                        ["repository": repository.name, "by": push.pusher.user]
                    )
                } else {
                    let name = String(decoding: file.name, as: UTF8.self)
                    log.write(
                        .warning,
                        "Kept push cannot be read, and is removed",
                        ["repository": repository.name, "file": name]
                    )
                }
                do {
                    try await threads.run(path, within: RepositoryThreads.readingLimit) {
                        try KeptPushes.remove(file.name, from: path)
                    }
                } catch {
                    keptForGood[repository.id, default: []].insert(file.name)
                    log.write(
                        .warning,
                        "Kept push cannot be removed; remove it by hand, or it is built again",
                        [
                            "repository": repository.name, "file": String(decoding: file.name, as: UTF8.self),
                            "error": "\(error)",
                        ]
                    )
                }
            }
        }
    }
}
