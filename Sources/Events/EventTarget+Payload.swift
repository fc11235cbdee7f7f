// SPDX-License-Identifier: Apache-2.0

package import JSON

extension EventTarget {
    /// What the target gets of an event: a constant, a part of it, a text put together from parts, or all of it.
    /// - Parameters:
    ///   - event: the event.
    ///   - rule: whose target this is.
    ///   - ruleARN: the rule's.
    ///   - now: when the event came, in milliseconds since 1970.
    /// - Returns: what is handed over; nil where the part that is named is not there.
    /// - Throws: `invalid` for a path that cannot be read.
    package func payload(
        of event: JSONValue,
        rule: String,
        ruleARN: String,
        at now: Int64
    ) throws(EventError) -> JSONValue? {
        if let input { return input }
        if let inputPath { return try EventPath(inputPath).value(in: event) }
        guard let inputTransformer else { return event }
        let text = try inputTransformer.text(of: event, rule: rule, ruleARN: ruleARN, at: now)
        // A template need not be JSON.
        return (try? JSONText.parse(Array(text.utf8))) ?? .string(text)
    }
}
