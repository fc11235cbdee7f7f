// SPDX-License-Identifier: Apache-2.0

/// What system calls have in common that do the same to files of the same kind: what differs from run to run is left out.
///
/// `nacre-supervisor/rename/builds/*/result.json.*.tmp>builds/*/result.json`: the program, the call, the path or paths.
struct CallSort: Hashable, CustomStringConvertible {
    let description: String

    init(_ call: FileCall, by program: String, below folder: String) {
        let paths = [call.path, call.target].compactMap { $0 }.map { path in
            Self.pattern(Substring(path.utf8.dropFirst(folder.utf8.count + 1)).utf8)
        }
        description = "\(program)/\(call.name)/\(paths.joined(separator: ">"))"
    }

    /// The words of a command line hold it, several joined by spaces and commas: it has neither.
    private static func pattern(_ path: Substring.UTF8View) -> String {
        var components: [String] = []
        for component in path.split(separator: UInt8(ascii: "/")) {
            components.append(isID(component) ? "*" : withoutNumbers(component))
            // One file of somebody's source is as good as another.
            if ["workspace", "files"].contains(components.last), components.count > 1 { break }
        }
        return components.joined(separator: "/")
    }

    /// Whether it is the id of a build, a sum, or its first two digits.
    private static func isID(_ component: Substring.UTF8View) -> Bool {
        (component.count == 2 || component.count >= 16) && component.allSatisfy { isHex($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isHex(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }

    private static func withoutNumbers(_ component: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        for byte in component {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if bytes.last != UInt8(ascii: "*") { bytes.append(UInt8(ascii: "*")) }
            case UInt8(ascii: " "), UInt8(ascii: ","): bytes.append(UInt8(ascii: "_"))
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
