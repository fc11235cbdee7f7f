// SPDX-License-Identifier: Apache-2.0

internal import Files

/// The other programs of the installation that this program belongs to.
package enum InstalledProgram {
    private static var own: String { Paths.real("/proc/self/exe") ?? "/" }

    /// Absolute path of a program: beside this one, or in `../libexec/nacre`; nil where it is missing.
    package static func path(_ name: String) -> String? {
        let folder = Paths.parent(own)
        return ["\(folder)/\(name)", Paths.normalized("\(folder)/../libexec/nacre/\(name)")].first { Folder.exists($0) }
    }

    /// Says of a program that is missing where it should be.
    package static func absence(_ name: String) -> String {
        "the program \(name) is missing: it belongs beside \(own) or in ../libexec/nacre"
    }
}
