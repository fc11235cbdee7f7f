// SPDX-License-Identifier: Apache-2.0

/// What a build would do: the answer of `nacre build --dry-run`.
package struct BuildExplanation: Sendable, Hashable, Encodable {
    /// A variable that the first command would see.
    package struct Variable: Sendable, Hashable, Encodable {
        package var name: String
        /// Nil for a parameter or secret.
        package var value: String?
        /// `FILE:LINE`, `-e`, `machine` or `nacre`; for a parameter or secret also its name.
        package var origin: String
        /// Where values come from that this one replaces.
        package var replaces: [String]?
    }

    /// One command, or a step.
    package struct Command: Sendable, Hashable, Encodable {
        package var text: String
        package var file: String
        package var line: Int
    }

    /// One of the four phases that is written.
    package struct Phase: Sendable, Hashable, Encodable {
        package var name: String
        package var runAs: String?
        package var onFailure: String?
        package var commands: [Command]
        package var finally: [Command]
    }

    /// A set of artifacts, and what it would hold if nothing were built.
    package struct Artifacts: Sendable, Hashable, Encodable {
        /// Nil for the primary one.
        package var identifier: String?
        package var files: [String]
        package var baseDirectory: String?
        package var excludePaths: [String]
        /// As written; the shell evaluates it in a build.
        package var name: String?
        /// The paths in the zip of the files that are there now.
        package var matches: [String]
        /// Why there would be no zip.
        package var problem: String?
    }

    /// A group of reports.
    package struct Report: Sendable, Hashable, Encodable {
        package var name: String
        package var format: String
        package var files: [String]
        package var baseDirectory: String?
    }

    /// The block `cache`.
    package struct Cache: Sendable, Hashable, Encodable {
        package var key: String?
        package var fallbackKeys: [String]
        package var paths: [String]
        package var action: String?
    }

    /// A runtime that is asked for.
    package struct Runtime: Sendable, Hashable, Encodable {
        package var name: String
        package var version: String
    }

    /// The buildspec's path, as problems name it.
    package var buildspec: String
    package var version: String
    /// What the commands' shell is.
    package var shell: String
    /// Where the commands run: the machine, a sandbox, an image.
    package var place: String
    package var timeoutInMinutes: Int
    package var sources: [String: String]
    package var variables: [Variable]
    package var runtimes: [Runtime]
    package var cache: Cache?
    package var phases: [Phase]
    package var exportedVariables: [String]
    package var artifacts: [Artifacts]
    package var reports: [Report]
}
