// SPDX-License-Identifier: Apache-2.0

package import Control
internal import Files

/// `nacre doctor`: looks at a home and its machine, says what is not as it should be, and mends what is safe to mend.
///
/// Looking and judging are apart: the `…Facts` are probed, their `findings()` are pure.
package struct Doctor: Sendable {
    let home: Home
    let programs: [String: String]

    /// * `programs`: where `nacre-supervisor`, `nacre-hook` and `nacre-environment` are, or should be.
    package init(_ home: Home, programs: [String: String]) {
        self.home = home
        self.programs = programs
    }

    /// Looks at everything.
    ///
    /// * `isDeep`: whether the indices of the databases, every byte of the artifacts and the audit log are
    ///   read, too.
    package func examine(isDeep: Bool = false) -> [Finding] {
        let own = HomeFacts.probe(home)
        var findings = own.findings()
        guard own.exists, own.foreignOwner == nil else { return findings }
        let hasDaemon = own.daemon != .none
        let journal = JournalFacts.probe(home, isDeep: isDeep, hasDaemon: hasDaemon)
        findings += journal.findings()
        var repositories: [RepositoryFacts] = []
        if journal.fault == nil, journal.pendingSteps == 0 {
            repositories = RepositoryFacts.probe(home, hookProgram: programs["nacre-hook"] ?? "")
            let bad = repositories.flatMap { $0.findings() }
            findings += bad
            if bad.isEmpty, !repositories.isEmpty {
                findings.append(
                    Finding(.ok, "repository", "\(repositories.count) can be read, and their hooks are in place")
                )
            }
        }
        findings += EnvironmentFacts.probe(home, hasDaemon: hasDaemon).flatMap { $0.findings() }
        if isDeep { findings += StoreFacts.probe(home).findings() + AuditFacts.probe(home).findings() }
        let machine = MachineFacts.probe(programs: programs.values.sorted(), repositories: repositories.count)
        return findings + machine.findings()
    }

    /// Looks at everything, and mends what can be mended.
    /// - Returns: the findings; those that were mended say how.
    package func mend(isDeep: Bool = false) -> [Finding] {
        examine(isDeep: isDeep).map { finding in
            guard let mending = finding.mending else { return finding }
            var finding = finding
            do {
                finding.mended = try mending.carryOut(home)
                finding.level = .ok
            } catch {
                finding.remedy = "\(finding.remedy ?? "") (it could not be mended: \(error))"
            }
            return finding
        }
    }
}
