// SPDX-License-Identifier: Apache-2.0

internal import XML

/// TESTNGXML: the test methods of `testng-results.xml`; what sets up and tears down is no test.
final class TestNGHandler: TestHandler {
    private var test = ""
    private var className = ""
    private var current: TestCase?
    private var exception = ""
    private var message = ""
    private var stackTrace = ""

    init() {
        super.init(roots: ["testng-results"])
    }

    override func start(_ element: XMLElement) {
        switch element.name {
        case "test": test = element["name"] ?? ""
        case "class": className = element["name"] ?? ""
        case "test-method":
            if element["is-config"]?.lowercased() == "true" { return }
            current = TestCase(
                name: element["name"] ?? "",
                status: Self.status(element["status"]),
                durationInNanoSeconds: Durations.milliseconds(element["duration-ms"]),
                prefix: className,
                testSuiteName: test
            )
            (exception, message, stackTrace) = ("", "", "")
        case "exception": exception = element["class"] ?? ""
        case "message", "full-stacktrace", "short-stacktrace": if current != nil { capture() }
        default: break
        }
    }

    override func finish(_ name: String, _ text: String) {
        switch name {
        case "message": message = text
        case "full-stacktrace": stackTrace = text
        case "short-stacktrace": if stackTrace.isEmpty { stackTrace = text }
        case "test-method":
            guard var whole = current else { return }
            if whole.status != .succeeded {
                whole.message = Self.message(message.trimmed.isEmpty ? exception : message, stackTrace)
            }
            found(whole)
            current = nil
        default: break
        }
    }

    private static func status(_ word: String?) -> TestCase.Status {
        switch word?.uppercased() {
        case "PASS"?, "SUCCESS_PERCENTAGE_FAILURE"?: .succeeded
        case "FAIL"?: .failed
        case "SKIP"?: .skipped
        default: .unknown
        }
    }
}
