// SPDX-License-Identifier: Apache-2.0

/// Where in a stage an execution is, or was when the stage ended.
struct StagePassage: Sendable, Hashable, Codable {
    /// The part of a stage.
    enum Phase: String, Sendable, Hashable, Codable {
        /// Its `beforeEntry` condition is evaluated.
        case entry
        /// Its actions run.
        case actions
        /// All actions have succeeded; its `onSuccess` condition is evaluated.
        case success
        /// Actions have failed; the condition of its `onFailure` is evaluated.
        case failure
    }

    /// The stage's name.
    var stage: String
    var phase: Phase
    /// Of the stage's attempts of actions, how many belong to former attempts of the whole stage and no longer count.
    var base: Int
}
