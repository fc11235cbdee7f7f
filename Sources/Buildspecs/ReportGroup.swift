// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// One entry of `reports`.
package struct ReportGroup: Sendable, Hashable {
    /// The formats that CodeBuild reads.
    package enum Format: String, Sendable, Hashable, CaseIterable {
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

    /// A plain name, an ARN or a variable, as written.
    package let name: String
    /// Patterns of the report files.
    package let files: [Located<String>]
    /// What `files` are relative to; nil for the source folder.
    package let baseDirectory: Located<String>?
    /// Whether raw files are exported without their folders.
    package let discardPaths: Bool
    /// What the files hold.
    package let format: Format
    /// Where the name is.
    package let location: SourceLocation
}
