// SPDX-License-Identifier: Apache-2.0

import Backups
import Buckets
import Builds
import CommandLines
import Control
import Daemon
import DebugShells
import Files
import Git
import Processes
import Repositories
import Secrets
import Zips

/// All verbs, and the one place where an error becomes a text and an exit code.
enum NacreCommand {
    private static let verbs: [any (Verb & SendableMetatype).Type] = [
        BuildVerb.self, DebugVerb.self, LintVerb.self, DaemonVerb.self, RepoVerb.self, HooksVerb.self, ApplyVerb.self,
        DiffVerb.self, PipelineVerb.self, ApproveVerb.self, RejectVerb.self, ReviewVerb.self, BlameVerb.self,
        NotifyVerb.self, ListVerb.self, ShowVerb.self, LogsVerb.self, WatchVerb.self, StopVerb.self,
        ArtifactsVerb.self, BucketVerb.self, EnvVerb.self, ReportsVerb.self, ParameterVerb.self, SecretVerb.self,
        GCVerb.self, BackupVerb.self, RestoreVerb.self, DoctorVerb.self, DrainVerb.self, AuditVerb.self,
        MetricsVerb.self, CompletionVerb.self, VersionVerb.self,
    ]

    static let description = CommandDescription(
        "nacre",
        abstract:
            "Runs a team's AWS buildspecs and pipelines on a machine of their own: on push, or on a working tree.",
        examples: [
            CommandDescription.Example("nacre build", "run the buildspec of this folder, uncommitted changes included"),
            CommandDescription.Example("nacre lint buildspec.yml", "check a buildspec"),
            CommandDescription.Example("nacre daemon", "serve pushes"),
            CommandDescription.Example("nacre repo create app", "make a repository to push to"),
        ],
        subcommands: verbs.map { $0.description }
    )

    /// Runs a command line.
    ///
    /// * `words`: what follows the program's name.
    static func run(_ words: [String]) -> ExitCode {
        let context = VerbContext()
        SignalQueue.ignoreBrokenPipes()
        do {
            switch try description.parse(words) {
            case .help(let path):
                context.output.write(description.helpText(for: path, width: context.columns) ?? "")
                return .success
            case .run(let arguments):
                guard let verb = verbs.first(where: { $0.description.name == arguments.path.first }) else {
                    return .usage
                }
                guard let audit = verb.audit(of: arguments) else { return try verb.run(arguments, context) }
                return try AuditedVerb(audit, arguments, context).run { try verb.run(arguments, context) }
            }
        } catch {
            let (text, code) = explain(error)
            context.tell(text)
            return code
        }
    }

    private static func explain(_ error: any Error) -> (text: String, code: ExitCode) {
        switch error {
        case let error as UsageError: ("\(error)", .usage)
        case let error as VerbError: (error.message, error.code)
        case let error as ControlFailure: (error.message, code(of: error))
        case let error as SecretError: (error.message, code(of: error))
        case let error as BucketError: ("\(error.code.rawValue): \(error.message)", code(of: error))
        case let error as BackupError: (error.message, code(of: error))
        case let error as DaemonError: (error.message, .fault)
        case let error as DebugShellError: (error.message, .failed)
        case let error as BuildError: (error.message, error.code == .refused ? .usage : .fault)
        default: ("\(error)", .fault)
        }
    }

    private static func code(of failure: ControlFailure) -> ExitCode {
        switch failure.code {
        case .invalid: .usage
        case .notFound: .notFound
        case .conflict: .failed
        case .fault: .fault
        case .unreachable: .unreachable
        }
    }

    private static func code(of error: BackupError) -> ExitCode {
        switch error.code {
        case .notABackup, .damaged, .newer: .invalidFile
        case .refused: .failed
        case .diskFull, .system: .fault
        }
    }

    private static func code(of error: SecretError) -> ExitCode {
        switch error.code {
        case .parameterNotFound, .parameterVersionNotFound, .secretNotFound, .missingKey: .notFound
        case .invalid: .usage
        case .conflict: .failed
        case .key, .damaged, .newerSchema, .diskFull, .busy, .inaccessible, .fault: .fault
        }
    }

    private static func code(of error: BucketError) -> ExitCode {
        switch error.code {
        case .noSuchBucket, .noSuchKey, .noSuchVersion: .notFound
        case .invalidBucketName, .keyTooLong, .invalidArgument, .metadataTooLarge: .usage
        case .bucketAlreadyExists, .bucketNotEmpty, .methodNotAllowed: .failed
        case .damaged, .newerSchema, .diskFull, .busy, .inaccessible, .fault: .fault
        }
    }
}
