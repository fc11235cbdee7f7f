// SPDX-License-Identifier: Apache-2.0

/// What `nacre` tells its caller by its exit status; the same for every verb.
package enum ExitCode: Int32, Error, Sendable, Hashable, CaseIterable {
    /// All is good.
    case success = 0
    /// The build or execution failed.
    case failed = 1
    /// The command line makes no sense; nothing was done.
    case usage = 2
    /// A file that was to be read is invalid.
    case invalidFile = 3
    /// A fault of ours, or the build never ran.
    case fault = 4
    /// What was named is not there.
    case notFound = 5
    /// The build or execution was stopped or superseded.
    case stopped = 6
    /// The build or execution timed out.
    case timedOut = 7
    /// A person rejected the execution.
    case rejected = 8
    /// The daemon cannot be reached.
    case unreachable = 9
    /// Ctrl-C: 128 and the number of SIGINT, as shells have it.
    case interrupted = 130
}
