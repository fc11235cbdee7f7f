// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// One verb of the command line.
protocol Verb: Sendable {
    /// What it takes and what its help says.
    static var description: CommandDescription { get }
    /// Does it.
    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode
}
