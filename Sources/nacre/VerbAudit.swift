// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// What is put on record of a verb that changes something by itself; the daemon does so for what it is asked.
struct VerbAudit: Sendable, Hashable {
    /// What it is done to.
    let subject: String
    /// Whether it makes the home where there is none.
    var beginsHome = false
    /// Whether it is put on record when it is done, as there is no home before.
    var comesAfter = false
    /// Whether it only mends: then it is done even if it cannot be put on record, as on a full disk.
    var isRelief = false

    init(subject: String) {
        self.subject = subject
    }

    /// * `changes`: the verbs that change something, with the arguments that say what.
    /// * `beginnings`: those of them that make the home where there is none.
    init?(_ arguments: ParsedArguments, changes: [String: [String]], beginnings: Set<String> = []) {
        guard let verb = arguments.path.last, let names = changes[verb] else { return nil }
        subject = names.flatMap { arguments.all($0) }.joined(separator: "/")
        beginsHome = beginnings.contains(verb)
    }
}
