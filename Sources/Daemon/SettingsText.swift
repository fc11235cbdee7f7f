// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import JSON

/// Project settings as the journal keeps them.
enum SettingsText {
    /// What a newer version has written and this one does not know is left out.
    static func read(_ text: String) -> ProjectSettings {
        (try? JSONText.decode(ProjectSettings.self, from: Array(text.utf8))) ?? ProjectSettings()
    }

    static func write(_ settings: ProjectSettings) -> String {
        String(decoding: JSONText.encode(settings), as: UTF8.self)
    }
}
