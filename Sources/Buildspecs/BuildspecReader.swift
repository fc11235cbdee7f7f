// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Reads buildspecs: every key of the grammar is known and checked, and every problem is reported at once.
///
/// The grammar is that of https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html; where AWS does not say what
/// happens, what real buildspecs rely on is accepted.
package enum BuildspecReader {
    /// Far more than any real buildspec has; it keeps the worst file of 1 MB under a tenth of a second.
    private static let limits = YAMLLimits(nodes: 50_000)

    /// Reads a buildspec; no I/O, and no input makes it crash or take long.
    /// - Parameters:
    ///   - bytes: the whole file, YAML or JSON.
    ///   - file: its name for locations.
    /// - Returns: the buildspec, unless a problem refuses it, and all problems.
    package static func read(_ bytes: [UInt8], file: String) -> BuildspecReading {
        do throws(YAMLError) {
            let document = try YAMLReader.read(bytes, file: file, limits: limits)
            var parser = BuildspecParser(file: file, bytes: bytes, usedAnchors: document.usedAnchors)
            let buildspec = parser.buildspec(document.root)
            let diagnostics = parser.sortedDiagnostics()
            return BuildspecReading(
                buildspec: diagnostics.hasErrors ? nil : buildspec,
                diagnostics: diagnostics,
                batchProblem: parser.batchProblem
            )
        } catch {
            return BuildspecReading(buildspec: nil, diagnostics: [error.diagnostic])
        }
    }
}
