// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A rule of EventBridge: which events, or which times, reach which targets.
package struct EventRule: Sendable, Hashable, Codable {
    /// Unique among the rules.
    package var name: String
    /// The event pattern; nil for a rule that only has a schedule.
    package var pattern: JSONValue?
    /// `rate(…)` or `cron(…)`; nil for a rule that only has a pattern.
    package var schedule: String?
    /// Whether it acts: `State: ENABLED`.
    package var isEnabled: Bool
    package var targets: [EventTarget]

    package init(
        name: String,
        pattern: JSONValue? = nil,
        schedule: String? = nil,
        isEnabled: Bool = true,
        targets: [EventTarget] = []
    ) {
        self.name = name
        self.pattern = pattern
        self.schedule = schedule
        self.isEnabled = isEnabled
        self.targets = targets
    }
}
