// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a cron expression, for the end of a sentence.
struct CronProblem: Error, Sendable, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
