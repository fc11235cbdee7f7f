// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// Finds the report files of a build, reads them, and says what there is to say.
package struct ReportCollection: Sendable {
    /// One entry of a buildspec's `reports`, with its variables replaced.
    package struct Group: Sendable, Hashable {
        /// A plain name or the ARN of a report group.
        package var name: String
        /// Patterns of the report files.
        package var files: [String]
        /// What `files` are relative to; nil for the source folder.
        package var baseDirectory: String?
        package var format: ReportFormat
        /// Whether `testRawDataPath` is a file's bare name.
        package var discardsPaths: Bool

        package init(
            name: String,
            files: [String],
            baseDirectory: String? = nil,
            format: ReportFormat = .junitXML,
            discardsPaths: Bool = false
        ) {
            self.name = name
            self.files = files
            self.baseDirectory = baseDirectory
            self.format = format
            self.discardsPaths = discardsPaths
        }
    }

    /// The build that the reports are of.
    package struct Build: Sendable, Hashable {
        package var project: String
        package var arn: String
        /// `CODEBUILD_SRC_DIR`.
        package var root: String
        /// When the reports are made: an RFC 3339 text.
        package var time: String

        package init(project: String, arn: String, root: String, time: String) {
            self.project = project
            self.arn = arn
            self.root = root
            self.time = time
        }
    }

    /// The reports, in the order of their groups; a group without files has none.
    package let reports: [ReportFile]
    /// One for each group in which a file could not be read.
    private let problems: [String]

    /// What is wrong, in AWS's words, `[GROUP: [error processing report: [FILE: why]]]`; nil when all could be read.
    package var problem: String? {
        problems.isEmpty ? nil : "[\(problems.joined(separator: ", "))]"
    }

    /// Reads the files of the groups that a buildspec declares.
    ///
    /// * `log`: takes lines for the build log, without prefix, as they come up.
    package static func collect(_ groups: [Group], of build: Build, log: (String) -> Void) -> ReportCollection {
        withoutActuallyEscaping(log) { log in
            var collector = ReportReading(build: build, log: log)
            for group in groups { collector.collect(group) }
            return ReportCollection(reports: collector.reports, problems: collector.problems)
        }
    }

    /// Looks for report files in a folder, and reads those that it finds; what cannot be read is told and forgotten.
    ///
    /// * `folder`: absolute, or relative to the source folder; nil: the source folder.
    /// * `log`: takes lines for the build log.
    package static func discover(
        in folder: String? = nil,
        of build: Build,
        log: (String) -> Void
    ) -> ReportCollection {
        withoutActuallyEscaping(log) { log in
            var collector = ReportReading(build: build, log: log)
            collector.discover(in: folder)
            return ReportCollection(reports: collector.reports, problems: [])
        }
    }
}
