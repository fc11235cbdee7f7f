// SPDX-License-Identifier: Apache-2.0

internal import Pipelines

/// Lets a provider tell what happens while its action runs.
struct ActionProgress: Sendable {
    /// Journals what is known of the action: external id, address, summary; repeated values cost nothing.
    let tell: @Sendable (ActionOutput) async -> Void
    /// Takes in that the action has put objects into a bucket of this machine.
    var objectsPut: @Sendable () async -> Void = {}
}
