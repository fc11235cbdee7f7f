// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import Masks
internal import Reports

/// The part of UPLOAD_ARTIFACTS that reads what test runners and coverage tools have written.
extension BuildSession {
    /// Reads the declared reports, or without any looks for some; keeps them in the build's folder.
    ///
    /// Failed test cases fail nothing; a file that is not what it should be does.
    /// - Returns: why the phase fails; nil when it does not.
    func makeReports() throws(FileError) -> ArtifactUpload.Failure? {
        let groups = try reportGroups()
        if groups.isEmpty, environment["CODEBUILD_CONFIG_AUTO_DISCOVER"]?.lowercased() == "false" { return nil }
        let build = ReportCollection.Build(
            project: supervisor.build.projectName,
            arn: supervisor.build.arn,
            root: supervisor.request.source.directory,
            time: Timestamp.now().text
        )
        var failure: FileError?
        let say = { (line: String) in
            do throws(FileError) { try self.log.agent(line) } catch { failure = error }
        }
        let collection =
            groups.isEmpty
            ? ReportCollection.discover(
                in: environment["CODEBUILD_CONFIG_AUTO_DISCOVER_DIR"].flatMap { $0.isEmpty ? nil : $0 },
                of: build,
                log: say
            )
            : ReportCollection.collect(groups, of: build, log: say)
        if let failure { throw failure }
        return keep(collection)
    }

    private func keep(_ collection: ReportCollection) -> ArtifactUpload.Failure? {
        do throws(ReportError) {
            // Before the result, which must not outlive them in a power cut.
            try ReportFile.write(
                collection.reports.map { masked($0) },
                to: supervisor.folder.reports,
                isDurable: !supervisor.request.isLocal
            )
        } catch {
            return .system("the reports cannot be kept: \(error)")
        }
        if !collection.reports.isEmpty { supervisor.build.reportArns = collection.reports.map(\.report.arn) }
        return collection.problem.map { .user($0) }
    }

    /// A report without the build's secrets: tests print what they were given.
    private func masked(_ file: ReportFile) -> ReportFile {
        guard let mask = log.mask else { return file }
        var file = file
        file.testCases = file.testCases?.map { test in
            var test = test
            test.name = mask.masked(test.name)
            test.message = mask.masked(test.message)
            return test
        }
        return file
    }

    /// The declared groups with their variables replaced.
    private func reportGroups() throws(FileError) -> [ReportCollection.Group] {
        var groups: [ReportCollection.Group] = []
        for group in buildspec.reports {
            groups.append(
                ReportCollection.Group(
                    name: log.masked(try expanded(group.name)),
                    files: group.files.map(\.value),
                    baseDirectory: try group.baseDirectory.map { base throws(FileError) in try expanded(base.value) },
                    format: group.format,
                    discardsPaths: group.discardPaths
                )
            )
        }
        return groups
    }

    private func expanded(_ text: String) throws(FileError) -> String {
        text.contains("$") ? VariableText.expand(text, try finalEnvironment()) : text
    }
}
