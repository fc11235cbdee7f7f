// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Files
internal import Glibc
internal import Retention
internal import YAML

/// Reads the configuration file of a daemon.
///
///     jobs: 4
///     retention:
///       age: 30d
///       count: 100
///       bytes: 50GB
///       free-space: 5%
///     projects:
///       app:
///         retention: {age: 1y, count: unlimited}
///     reserve: 64MB
package enum DaemonSettingsReader {
    private static let limitBytes = 1 << 20

    /// Reads the file of a home; one that is not there says nothing.
    package static func read(_ home: Home) -> DaemonSettingsReading {
        let file = home.settings
        do throws(FileError) {
            return read(try AtomicFile.read(file, limit: limitBytes), file: file)
        } catch {
            if error.code == ENOENT {
                return DaemonSettingsReading(settings: DaemonSettings(), diagnostics: [], source: [])
            }
            let start = SourceLocation(file: file, line: 1, column: 1)
            let problem = Diagnostic(.error, "the file cannot be read: \(error.reason)", at: start)
            return DaemonSettingsReading(settings: nil, diagnostics: [problem], source: [])
        }
    }

    /// Reads a file's content; no I/O, and no input makes it crash or take long.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name for locations.
    /// - Returns: the settings, unless a problem refuses them, and all problems.
    package static func read(_ bytes: [UInt8], file: String) -> DaemonSettingsReading {
        var diagnostics: [Diagnostic] = []
        var settings: DaemonSettings?
        do throws(YAMLError) {
            let document = try YAMLReader.read(bytes, file: file, limits: YAMLLimits(bytes: limitBytes, nodes: 50_000))
            var parser = DaemonSettingsParser()
            let parsed = parser.settings(document.root)
            diagnostics = parser.diagnostics.sorted { $0.location < $1.location }
            settings = diagnostics.hasErrors ? nil : parsed
        } catch {
            diagnostics = [error.diagnostic]
        }
        return DaemonSettingsReading(settings: settings, diagnostics: diagnostics, source: bytes)
    }
}
