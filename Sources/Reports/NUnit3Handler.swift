// SPDX-License-Identifier: Apache-2.0

internal import XML

/// NUNIT3XML: `test-run` of NUnit 3.
final class NUnit3Handler: TestHandler {
    private var suites: [String] = []
    private var current: TestCase?
    private var caseDepth = 0
    private var message = ""
    private var stackTrace = ""

    init() {
        super.init(roots: ["test-run"])
    }

    override func start(_ element: XMLElement) {
        switch element.name {
        case "test-suite": suites.append(element["name"] ?? "")
        case "test-case":
            current = TestCase(
                name: element["name"] ?? element["fullname"] ?? "",
                status: Self.status(element),
                durationInNanoSeconds: Durations.seconds(element["duration"]),
                prefix: element["classname"] ?? "",
                testSuiteName: suites.last ?? ""
            )
            caseDepth = depth
            (message, stackTrace) = ("", "")
        // Not those of `assertions`, which repeat them.
        case "message", "stack-trace": if current != nil, depth == caseDepth + 2 { capture() }
        default: break
        }
    }

    override func finish(_ name: String, _ text: String) {
        switch name {
        case "test-suite": if !suites.isEmpty { suites.removeLast() }
        case "message" where depth == caseDepth + 2: message = text
        case "stack-trace" where depth == caseDepth + 2: stackTrace = text
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
        case "Passed"?, "Warning"?: .succeeded
        case "Failed"?: element["label"] == nil ? .failed : .error
        case "Skipped"?: .skipped
        default: .unknown
        }
    }
}
