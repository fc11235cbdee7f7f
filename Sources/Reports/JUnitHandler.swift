// SPDX-License-Identifier: Apache-2.0

internal import XML

/// JUNITXML: what Ant's JUnit task began, and Surefire, Gradle, pytest, Jest, go-junit-report, PHPUnit, CTest, nextest and
/// many others write.
final class JUnitHandler: TestHandler {
    private var suites: [String] = []
    private var current: TestCase?
    private var shortMessage = ""
    private var caseDepth = 0
    private var hasOutcome = false
    /// How deep the element is whose end we wait for, as it tells the outcome; 0: none.
    private var outcomeDepth = 0

    init() {
        super.init(roots: ["testsuite", "testsuites"])
    }

    override func start(_ element: XMLElement) {
        switch element.name {
        case "testsuites" where depth == 1: break
        case "testsuite":
            suites.append(element["name"] ?? suites.last ?? "")
        case "testcase" where current == nil:
            current = TestCase(
                name: element["name"] ?? "",
                status: Self.status(element),
                durationInNanoSeconds: Durations.seconds(element["time"]),
                prefix: element["classname"] ?? element["class"] ?? "",
                testSuiteName: suites.last ?? ""
            )
            caseDepth = depth
        case "failure": tell(.failed, element)
        case "error": tell(.error, element)
        case "skipped", "disabled", "ignored": tell(.skipped, element)
        default: break
        }
    }

    /// Takes the outcome of a direct child of a case, of which the first failure counts.
    ///
    /// `flakyFailure` and `rerunFailure` are other names and change nothing: what was run again and passed has passed.
    private func tell(_ status: TestCase.Status, _ element: XMLElement) {
        guard let known = current?.status, depth == caseDepth + 1, !hasOutcome || !known.isFailure else { return }
        if status == .skipped, hasOutcome { return }
        hasOutcome = true
        current?.status = status
        shortMessage = element["message"] ?? ""
        if shortMessage.isEmpty { shortMessage = element["type"] ?? "" }
        outcomeDepth = depth
        capture()
    }

    override func finish(_ name: String, _ text: String) {
        if outcomeDepth == depth {
            outcomeDepth = 0
            current?.message = Self.message(shortMessage, text)
        }
        if name == "testcase", depth == caseDepth, let whole = current {
            found(whole)
            current = nil
            caseDepth = 0
            hasOutcome = false
        } else if name == "testsuite", !suites.isEmpty {
            suites.removeLast()
        }
    }

    /// What the attributes say, where no child says more: GoogleTest's `status="notrun"`, CTest's `status="disabled"`.
    private static func status(_ element: XMLElement) -> TestCase.Status {
        switch (element["status"] ?? "").lowercased() {
        case "notrun", "disabled", "skipped", "ignored", "pending": return .skipped
        case "fail", "failed", "failure": return .failed
        case "error", "errored": return .error
        default: break
        }
        switch (element["result"] ?? "").lowercased() {
        case "skipped", "suppressed": return .skipped
        default: return .succeeded
        }
    }
}
