// SPDX-License-Identifier: Apache-2.0

internal import XML

/// NUNITXML: `test-results` of NUnit 2, also written by NUnit 3's console and Pester.
final class NUnit2Handler: TestHandler {
    private var suites: [String] = []
    private var current: TestCase?
    private var message = ""
    private var stackTrace = ""

    init() {
        super.init(roots: ["test-results"])
    }

    override func start(_ element: XMLElement) {
        switch element.name {
        case "test-suite": suites.append(element["name"] ?? "")
        case "test-case":
            current = TestCase(
                name: element["name"] ?? "",
                status: Self.status(element),
                durationInNanoSeconds: Durations.seconds(element["time"]),
                testSuiteName: suites.last ?? ""
            )
            (message, stackTrace) = ("", "")
        case "message", "stack-trace": if current != nil { capture() }
        default: break
        }
    }

    override func finish(_ name: String, _ text: String) {
        switch name {
        case "test-suite": if !suites.isEmpty { suites.removeLast() }
        case "message": message = text
        case "stack-trace": stackTrace = text
        case "test-case":
            guard var whole = current else { return }
            if whole.status != .succeeded { whole.message = Self.message(message, stackTrace) }
            found(whole)
            current = nil
        default: break
        }
    }

    private static func status(_ element: XMLElement) -> TestCase.Status {
        switch element["result"] {
        case "Success"?: .succeeded
        case "Failure"?: .failed
        case "Error"?, "NotRunnable"?, "Cancelled"?: .error
        case "Ignored"?, "Skipped"?: .skipped
        case "Inconclusive"?: .unknown
        // Before 2.5 there are only these two.
        default:
            element["executed"]?.lowercased() == "false"
                ? .skipped : element["success"]?.lowercased() == "true" ? .succeeded : .failed
        }
    }
}
