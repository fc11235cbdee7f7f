// SPDX-License-Identifier: Apache-2.0

/// Which names are good; they become names of folders.
package enum EnvironmentNames {
    /// What is wrong with an environment's name; nil: nothing.
    ///
    /// Elastic Beanstalk wants 4 to 40 letters, digits and hyphens; shorter ones do no harm here.
    package static func problem(name: String) -> String? {
        let isGood =
            (1...40).contains(name.utf8.count) && !name.hasPrefix("-") && !name.hasSuffix("-")
            && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        if isGood { return nil }
        return "'\(name)' is no name for an environment: 1 to 40 letters, digits and hyphens, no hyphen at its ends"
    }

    /// What is wrong with a version's label; nil: nothing.
    package static func problem(label: String) -> String? {
        let others: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")]
        let isGood =
            (1...100).contains(label.utf8.count) && !label.hasPrefix(".") && !label.hasSuffix(".json")
            && label.utf8.allSatisfy { isAlphanumeric($0) || others.contains($0) }
        if isGood { return nil }
        return "'\(label)' is no label for a version: 1 to 100 letters, digits, '-', '.' and '_'"
    }

    /// What is wrong with a variable's name; nil: nothing.
    package static func problem(variable: String) -> String? {
        let isGood =
            !variable.isEmpty && !(variable.utf8.first.map(isDigit) ?? true)
            && variable.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
        return isGood ? nil : "'\(variable)' is no name for a variable: letters, digits and '_', no digit first"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
