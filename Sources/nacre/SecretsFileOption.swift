// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Diagnostics
import Files
import Glibc
import Secrets

/// `--secrets-file`.
enum SecretsFileOption {
    private static let limitBytes = 16 << 20

    /// Reads the file: dotenv where its name ends in `.env`, else YAML or JSON.
    ///
    /// Warns when others than the owner may read it.
    static func read(_ path: String, _ context: VerbContext) throws -> SecretsFile {
        let bytes: [UInt8]
        do throws(FileError) {
            let file = try Descriptor.open(path, O_RDONLY)
            if try file.status().st_mode & 0o077 != 0 {
                context.tell("warning: \(path) can be read by others; make it yours alone with `chmod 600`")
            }
            bytes = try file.readToEnd(limit: limitBytes)
        } catch {
            throw VerbError(.notFound, "the secrets file \(path) cannot be read: \(error.reason)")
        }
        if path.hasSuffix(".env") {
            do throws(EnvironmentFileError) {
                let variables = try EnvironmentFile.read(bytes, file: path)
                return SecretsFile(
                    variables: Dictionary(variables.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
                )
            } catch {
                throw VerbError(.invalidFile, "\(error)")
            }
        }
        do throws(Diagnostic) {
            return try SecretsFile.read(bytes, file: path)
        } catch {
            // Without the line itself, which may hold a value.
            let hint = error.hint.map { "; \($0)" } ?? ""
            throw VerbError(.invalidFile, "\(error.location): \(error.message)\(hint)")
        }
    }
}
