// SPDX-License-Identifier: Apache-2.0

/// What a report file holds: the words of a buildspec's `file-format`.
///
/// [Build specification reference](https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.reports)
package enum ReportFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case junitXML = "JUNITXML"
    case nunitXML = "NUNITXML"
    case nunit3XML = "NUNIT3XML"
    case cucumberJSON = "CUCUMBERJSON"
    case testNGXML = "TESTNGXML"
    case visualStudioTRX = "VISUALSTUDIOTRX"
    case cloverXML = "CLOVERXML"
    case coberturaXML = "COBERTURAXML"
    case jacocoXML = "JACOCOXML"
    case simpleCov = "SIMPLECOV"
}
