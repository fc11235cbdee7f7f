// SPDX-License-Identifier: Apache-2.0

/// Small buildspecs.
enum BuildspecText {
    /// A buildspec whose phase `build` runs these commands, each as it stands.
    ///
    /// * `artifacts`: a file to keep.
    static func commands(_ commands: String..., artifacts: String? = nil) -> String {
        var text = "version: 0.2\nphases:\n  build:\n    commands:\n"
        for command in commands {
            let lines = command.split(separator: "\n", omittingEmptySubsequences: false)
            text += "      - |\n" + lines.map { "        \($0)\n" }.joined()
        }
        if let artifacts { text += "artifacts:\n  files:\n    - '\(artifacts)'\n" }
        return text
    }
}
