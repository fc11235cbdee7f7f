// SPDX-License-Identifier: Apache-2.0

/// How a file writes the keys of AWS: `inputArtifacts` as the API, or `InputArtifacts` as CloudFormation.
enum KeyCase: Sendable {
    case camel
    case pascal

    /// The words that differ by more than their first letter.
    private static let irregular = ["buildspec": "BuildSpec", "cNAMEPrefix": "CNAMEPrefix"]

    /// A key of the API as the file writes it.
    func written(_ key: String) -> String {
        guard self == .pascal else { return key }
        return Self.irregular[key] ?? Self.flipped(key, where: "a"..."z")
    }

    /// A key of the file as the API has it.
    func canonical(_ key: String) -> String {
        guard self == .pascal else { return key }
        if key == "BuildSpec" { return "buildspec" }
        return Self.flipped(key, where: "A"..."Z")
    }

    /// A key with its first letter in the other case, if that is one of those given; AWS's keys begin with letters of ASCII.
    private static func flipped(_ key: String, where letters: ClosedRange<Unicode.Scalar>) -> String {
        guard let first = key.unicodeScalars.first, letters.contains(first) else { return key }
        return String(Unicode.Scalar(UInt8(first.value ^ 0x20))) + String(key.unicodeScalars.dropFirst())
    }

    /// A path of the API, such as `stages[1].actions[0].name`, as the file writes it.
    func written(path: String) -> String {
        guard self == .pascal else { return path }
        return Self.components(path).map { $0.isFree ? $0.name : written($0.name) }.joined(separator: ".")
    }

    /// The parts of a path between its dots; what comes after `configuration` is one key, dots included.
    static func components(_ path: String) -> [(name: String, isFree: Bool)] {
        var result: [(name: String, isFree: Bool)] = []
        var rest = path[...]
        while !rest.isEmpty {
            if result.last?.name == "configuration" {
                result.append((String(rest), true))
                break
            }
            let end = rest.firstIndex(of: ".") ?? rest.endIndex
            result.append((String(rest[..<end]), false))
            rest = end == rest.endIndex ? "" : rest[rest.index(after: end)...]
        }
        return result
    }
}
