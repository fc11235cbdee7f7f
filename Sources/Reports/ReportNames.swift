// SPDX-License-Identifier: Apache-2.0

internal import WireWords

/// What a group and this build's report in it are called.
struct ReportNames {
    /// `PROJECT-NAME`, or what the given ARN names.
    let group: String
    let groupArn: String
    /// The report's own.
    let arn: String

    /// * `name`: a plain name or a report group's ARN.
    init(_ name: String, _ build: ReportCollection.Build) {
        // arn:aws:codebuild:REGION:ACCOUNT:build/PROJECT:UUID
        let parts = build.arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        let uuid = build.arn.split(separator: ":").last.map(String.init) ?? ""
        let prefix = parts.prefix(5).joined(separator: ":")
        let marker = ":report-group/"
        if name.hasPrefix("arn:"), let range = Self.range(of: marker, in: name) {
            group = String(name[range.upperBound...])
            groupArn = name
            arn = "\(name[..<range.lowerBound]):report/\(group):\(uuid)"
        } else {
            group = "\(build.project)-\(name)"
            groupArn = "\(prefix)\(marker)\(group)"
            arn = "\(prefix):report/\(group):\(uuid)"
        }
    }

    func report(_ build: ReportCollection.Build, _ format: ReportFormat) -> Report {
        Report(
            arn: arn,
            type: format.type,
            name: group,
            reportGroupArn: groupArn,
            executionId: build.arn,
            status: .succeeded,
            created: build.time,
            truncated: false
        )
    }

    private static func range(of marker: String, in text: String) -> Range<String.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(marker) { return start..<text.index(start, offsetBy: marker.count) }
            start = text.index(after: start)
        }
        return nil
    }
}
