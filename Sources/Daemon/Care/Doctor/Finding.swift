// SPDX-License-Identifier: Apache-2.0

/// One thing that `nacre doctor` has to say.
package struct Finding: Sendable, Hashable, Codable {
    package enum Level: String, Sendable, Hashable, Codable {
        /// As it should be.
        case ok
        /// It works, but somebody should look.
        case warning
        /// Something does not work, or will not.
        case problem
    }

    package var level: Level
    /// What it is about, in a word: `home`, `journal`, `repository`.
    package var area: String
    /// What, and where: a sentence without a full stop.
    package var what: String
    /// What to do about it; nil where nothing is to be done.
    package var remedy: String?
    /// What was done about it.
    package var mended: String?
    /// How it can be mended without a person.
    var mending: Mending?

    init(_ level: Level, _ area: String, _ what: String, remedy: String? = nil, mending: Mending? = nil) {
        self.level = level
        self.area = area
        self.what = what
        self.remedy = remedy
        self.mending = mending
    }

    private enum CodingKeys: String, CodingKey {
        case level, area, what, remedy, mended
    }
}
