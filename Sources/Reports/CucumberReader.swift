// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// CUCUMBERJSON: one case a scenario.
///
/// A background that stands by itself belongs to the scenario after it. Hooks count as steps.
enum CucumberReader {
    static func read(_ value: JSONValue, _ found: (TestCase) -> Void) throws(ReportError) {
        guard case .array(let features) = value else {
            throw ReportError(.format, "expected an array of features")
        }
        for feature in features {
            guard case .object(let members) = feature, members["elements"] != nil || members["name"] != nil else {
                throw ReportError(.format, "expected an array of features, and an element is none")
            }
            read(members, found)
        }
    }

    private static func read(_ feature: [String: JSONValue], _ found: (TestCase) -> Void) {
        guard case .array(let elements)? = feature["elements"] else { return }
        let suite = text(feature["name"])
        var background = Outcome()
        for element in elements {
            guard case .object(let members) = element else { continue }
            var outcome = Outcome()
            for key in ["before", "steps", "after"] {
                guard case .array(let steps)? = members[key] else { continue }
                for step in steps { outcome.add(step) }
            }
            if text(members["type"]) == "background" {
                background = outcome
                continue
            }
            outcome.add(background)
            background = Outcome()
            found(
                TestCase(
                    name: text(members["name"]),
                    status: outcome.status,
                    durationInNanoSeconds: outcome.duration,
                    prefix: text(feature["uri"]),
                    message: outcome.message,
                    testSuiteName: suite
                )
            )
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        if case .string(let text)? = value { text } else { "" }
    }

    /// What came of a list of steps: the worst of them counts.
    private struct Outcome {
        /// Cucumber's words, worst first.
        private static let order = ["failed", "ambiguous", "undefined", "pending", "skipped", "passed"]

        private var worst = order.count
        private(set) var duration: Int64 = 0
        private(set) var message = ""

        mutating func add(_ step: JSONValue) {
            guard case .object(let members) = step, case .object(let result)? = members["result"] else { return }
            let word = text(result["status"]).lowercased()
            if case .number(let nanoseconds)? = result["duration"] {
                duration = duration.addingClamped(Durations.whole(Double(nanoseconds) ?? 0))
            }
            guard let rank = Self.order.firstIndex(of: word), rank < worst else { return }
            worst = rank
            let label = (text(members["keyword"]) + text(members["name"])).trimmed
            if rank <= 3 { message = TestHandler.message(label, text(result["error_message"])) }
        }

        mutating func add(_ other: Outcome) {
            duration = duration.addingClamped(other.duration)
            if other.worst < worst { (worst, message) = (other.worst, other.message) }
        }

        /// Undefined and ambiguous steps are faults of the test; a pending one says that it is not written yet.
        var status: TestCase.Status {
            switch worst {
            case 0: .failed
            case 1, 2: .error
            case 3, 4: .skipped
            case 5: .succeeded
            default: .unknown
            }
        }
    }
}
