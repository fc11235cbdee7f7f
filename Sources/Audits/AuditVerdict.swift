// SPDX-License-Identifier: Apache-2.0

package import Digests

/// What came of checking a log.
package struct AuditVerdict: Sendable, Hashable {
    /// The first place where the chain is broken; nil: it is whole.
    package var problem: AuditProblem?
    /// How many records follow each other up to there.
    package var records: Int = 0
    /// The number and the sum of the last of them.
    package var sequence: Int64 = 0
    package var digest: SHA256Digest = AuditHead.origin
    /// Where the chain went on without its head, so that what was before may have lost its end.
    var lostHead: AuditProblem?
    /// What should be known though nothing is broken.
    package var note: String?
}
