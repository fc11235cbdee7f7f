// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Reads `appspec.yml`.
package enum AppSpecReader {
    /// The name that CodeDeploy looks for at the top of a revision.
    package static let fileName = "appspec.yml"
    /// The largest file that is read; every real one is far smaller.
    package static let limitBytes = 1 << 20

    /// Reads an appspec; no I/O, and no input makes it crash or take long.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name for locations.
    /// - Returns: the appspec, unless a problem refuses it, and all problems.
    package static func read(_ bytes: [UInt8], file: String = fileName) -> AppSpecReading {
        do throws(YAMLError) {
            let document = try YAMLReader.read(bytes, file: file, limits: YAMLLimits(nodes: 50_000))
            var parser = AppSpecParser()
            let appSpec = parser.appSpec(document.root, file: file)
            let diagnostics = parser.diagnostics.sorted {
                ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column)
            }
            return AppSpecReading(appSpec: diagnostics.hasErrors ? nil : appSpec, diagnostics: diagnostics)
        } catch {
            return AppSpecReading(appSpec: nil, diagnostics: [error.diagnostic])
        }
    }
}
