// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// One test: CodeBuild's `TestCase` shape, its field names exactly.
///
/// [TestCase](https://docs.aws.amazon.com/codebuild/latest/APIReference/API_TestCase.html)
package struct TestCase: Sendable, Hashable, Codable {
    /// AWS's words.
    package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        case error = "ERROR"
        case skipped = "SKIPPED"
        case unknown = "UNKNOWN"

        /// Whether it makes a report FAILED.
        package var isFailure: Bool { self == .failed || self == .error }
    }

    /// Characters of `name` that are kept.
    package static let nameLimit = 1000
    /// Characters of `message` that are kept.
    package static let messageLimit = 5000

    package var reportArn: String
    /// The report file, as its pattern found it.
    package var testRawDataPath: String
    /// What many cases have in common, mostly the class; empty where the format knows none.
    package var prefix: String
    package var name: String
    package var status: Status
    package var durationInNanoSeconds: Int64
    /// Why it failed or was skipped; empty for the others.
    package var message: String
    package var testSuiteName: String

    /// A case as a parser finds it; the collector adds where it belongs, and keeps to the limits.
    package init(
        name: String,
        status: Status,
        durationInNanoSeconds: Int64 = 0,
        prefix: String = "",
        message: String = "",
        testSuiteName: String = ""
    ) {
        reportArn = ""
        testRawDataPath = ""
        self.prefix = prefix
        self.name = name
        self.status = status
        self.durationInNanoSeconds = durationInNanoSeconds
        self.message = message
        self.testSuiteName = testSuiteName
    }

    /// The case as JSON has it, in the order of the keys.
    var members: KeyValuePairs<String, JSONValue> {
        [
            "durationInNanoSeconds": .number(durationInNanoSeconds.description),
            "message": .string(message),
            "name": .string(name),
            "prefix": .string(prefix),
            "reportArn": .string(reportArn),
            "status": .string(status.rawValue),
            "testRawDataPath": .string(testRawDataPath),
            "testSuiteName": .string(testSuiteName),
        ]
    }

    /// Who the case is, over several builds.
    package var identity: String {
        prefix.isEmpty || name.hasPrefix(prefix) ? name : "\(prefix).\(name)"
    }
}
