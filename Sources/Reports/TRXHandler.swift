// SPDX-License-Identifier: Apache-2.0

internal import XML

/// VISUALSTUDIOTRX: the results of `dotnet test --logger trx` and MSTest.
///
/// A result with inner results stands for its rows, and those are the cases.
final class TRXHandler: TestHandler {
    private struct Result {
        var test: TestCase
        var id: String
        let depth: Int
        var hasRows = false
        var message = ""
        var stackTrace = ""
    }

    private static let results: Set<String> = [
        "UnitTestResult", "GenericTestResult", "ManualTestResult", "WebTestResult", "TestResult",
    ]

    private var open: [Result] = []
    /// The classes come after the results.
    private var closed: [(test: TestCase, id: String)] = []
    private var definition: String?
    private var classes: [String: String] = [:]
    private var errorDepth = 0

    init() {
        super.init(roots: ["TestRun"])
    }

    override func start(_ element: XMLElement) {
        switch element.name {
        case let name where Self.results.contains(name):
            if !open.isEmpty { open[open.count - 1].hasRows = true }
            let test = TestCase(
                name: element["testName"] ?? "",
                status: Self.status(element["outcome"]),
                durationInNanoSeconds: Durations.timeSpan(element["duration"])
            )
            open.append(Result(test: test, id: element["testId"] ?? "", depth: depth))
        case "ErrorInfo": errorDepth = depth
        case "Message", "StackTrace": if !open.isEmpty, errorDepth > 0, depth == errorDepth + 1 { capture() }
        case "UnitTest": definition = element["id"]
        case "TestMethod":
            guard let definition, let name = element["className"] else { return }
            // MSTest 1 writes `Namespace.Class, Assembly, Version=…`.
            classes[definition] = String(name.prefix { $0 != "," })
        default: break
        }
    }

    override func finish(_ name: String, _ text: String) {
        switch name {
        case "Message" where depth == errorDepth + 1 && !open.isEmpty: open[open.count - 1].message = text
        case "StackTrace" where depth == errorDepth + 1 && !open.isEmpty: open[open.count - 1].stackTrace = text
        case "ErrorInfo": errorDepth = 0
        case "UnitTest": definition = nil
        case "TestRun" where depth == 1: handOver()
        default:
            guard let result = open.last, result.depth == depth else { return }
            open.removeLast()
            if result.hasRows { return }
            var test = result.test
            if test.status != .succeeded { test.message = Self.message(result.message, result.stackTrace) }
            closed.append((test, result.id))
        }
    }

    private func handOver() {
        for (test, id) in closed {
            var test = test
            test.prefix = classes[id] ?? ""
            test.testSuiteName = test.prefix
            found(test)
        }
        closed = []
    }

    /// [TestOutcome](https://github.com/microsoft/vstest/blob/main/src/Microsoft.TestPlatform.Extensions.TrxLogger/ObjectModel/TestOutcome.cs);
    /// without a word it is the first of the enumeration, Error.
    private static func status(_ word: String?) -> TestCase.Status {
        switch word {
        case "Passed"?, "PassedButRunAborted"?, "Warning"?: .succeeded
        case "Failed"?: .failed
        case nil, "Error"?, "Timeout"?, "Aborted"?, "Disconnected"?: .error
        case "NotExecuted"?, "NotRunnable"?, "Pending"?: .skipped
        default: .unknown
        }
    }
}
