// SPDX-License-Identifier: Apache-2.0

internal import WireWords

extension ReportFormat {
    /// What kind of report files of this format make.
    var type: Report.Kind {
        switch self {
        case .junitXML, .nunitXML, .nunit3XML, .cucumberJSON, .testNGXML, .visualStudioTRX: .test
        case .cloverXML, .coberturaXML, .jacocoXML, .simpleCov: .codeCoverage
        }
    }
}
