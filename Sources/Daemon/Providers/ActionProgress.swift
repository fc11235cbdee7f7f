// SPDX-License-Identifier: Apache-2.0

internal import Pipelines

/// Lets a provider tell what is known of an action that still runs: external id, address, summary.
struct ActionProgress: Sendable {
    /// Journals it; repeated values cost nothing.
    let tell: @Sendable (ActionOutput) async -> Void
}
