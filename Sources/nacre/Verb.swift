// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// One verb of the command line.
protocol Verb: Sendable {
    /// What it takes and what its help says.
    static var description: CommandDescription { get }
    /// What is put on record of it; nil where it changes nothing, or has the daemon do so, which puts it on record.
    static func audit(of arguments: ParsedArguments) -> VerbAudit?
    /// Does it.
    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode
}
